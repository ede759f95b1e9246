"""lark's parse tree of a file → our syntax tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expression import BuildError, ExpressionBuilder
from govengine.language.build_rule import RuleBuilder
from govengine.language.build_waiver import WaiverBuilder
from govengine.language.literals import LiteralError, date_value, float_value, int_value, string_value
from govengine.model.quantity import QuantityError, parse_percent, parse_period

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.diagnostics import Diagnostic, Span
    from govengine.language.expression import Expr, LiteralValue
    from govengine.language.source import Source
    from govengine.model.quantity import Percent

T = TypeVar("T")

_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SNAKE = re.compile(r"[a-z][a-z0-9_]*")
DIRECTIONS: dict[str, syntax.SettingDirection] = {
    "at_least": "at least",
    "at_most": "at most",
    "one_of": "one of",
    "includes": "includes",
    "fixed": "fixed",
}


class DeclarationBuilder:
    """Builds the declarations of one file; a mistake costs the clause or rule it stands in, and is kept."""

    def __init__(self, source: Source, parse_condition: Callable[[int, int], Expr]) -> None:
        self.source = source
        self.parse_condition = parse_condition
        self.diagnostics: list[Diagnostic] = []
        self.expressions = ExpressionBuilder(source)

    def span(self, node: Any) -> Span:
        """Where a piece of the parse tree stands."""
        return self.expressions.span(node)

    def file(self, tree: Any) -> syntax.File:
        """The whole file."""
        frameworks = [self._framework(t) for t in tree.children if t.data == "framework"]
        policies = [self._policy(t) for t in tree.children if t.data == "policy"]
        overlays = [self._overlay(t) for t in tree.children if t.data == "overlay"]
        decided = WaiverBuilder(self)
        waivers = [self.attempt(decided.waiver, t) for t in tree.children if t.data == "waiver"]
        rulings = [self.attempt(decided.ruling, t) for t in tree.children if t.data == "ruling"]
        conflicts = [self.attempt(decided.conflict, t) for t in tree.children if t.data == "conflict"]
        return syntax.File(
            self.source.file,
            tuple(frameworks),
            tuple(policies),
            tuple(overlays),
            tuple(w for w in waivers if w is not None),
            tuple(r for r in rulings if r is not None),
            tuple(c for c in conflicts if c is not None),
        )

    def text(self, token: Any) -> syntax.Text:
        """A quoted text."""
        try:
            return syntax.Text(string_value(str(token)), self.span(token))
        except LiteralError as error:
            self.diagnostics.append(codes.bad_literal(str(token), self.span(token), str(error)))
            return syntax.Text(str(token)[1:-1], self.span(token))

    def percent(self, token: Any) -> Percent:
        """A percentage where nothing else may stand.

        Raises:
            BuildError: it is none; the diagnostic points at it.

        """
        return self._read(token, parse_percent)

    def number(self, token: Any) -> int | float:
        """A whole number, or one with a point or an exponent; raises as `percent` does."""
        return self._read(token, int_value if str(token).isdigit() else float_value)

    def _read(self, token: Any, read: Callable[[str], T]) -> T:
        try:
            return read(str(token))
        except (LiteralError, QuantityError) as error:
            raise BuildError(codes.bad_literal(str(token), self.span(token), str(error))) from error

    def name(self, token: Any) -> syntax.Name:
        """A name as written."""
        return syntax.Name(str(token), self.span(token))

    def kebab(self, token: Any, what: str) -> syntax.Name:
        """A name that must be kebab-case."""
        return self._styled(token, what, _KEBAB, "-")

    def snake(self, token: Any, what: str) -> syntax.Name:
        """A name that must be snake_case."""
        return self._styled(token, what, _SNAKE, "_")

    def _styled(self, token: Any, what: str, style: re.Pattern[str], joint: str) -> syntax.Name:
        name = self.name(token)
        if not style.fullmatch(name.text):
            words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name.text)
            suggestion = re.sub(r"[-_]+", joint, words).lower()
            self.diagnostics.append(
                codes.bad_name(name.text, what, name.span, kebab=joint == "-", suggestion=suggestion)
            )
        return name

    def attempt(self, build: Callable[..., Any], *trees: Any) -> Any:
        """What `build` gives of the trees, or None when it meets a mistake, which is kept."""
        try:
            return build(*trees)
        except BuildError as error:
            self.diagnostics.append(error.diagnostic)
            return None

    def once(self, items: list[Any], clause: str, block: str) -> Any:
        """The one item of its kind, or None; a second one is a mistake."""
        found = [t for t in items if t.data == clause]
        for again in found[1:]:
            words = clause.replace("_", " ")
            self.diagnostics.append(codes.repeated_clause(words, block, self.span(again), self.span(found[0])))
        return found[0] if found else None

    def once_text(self, items: list[Any], clause: str, block: str) -> syntax.Text | None:
        """The text of a clause that stands at most once."""
        tree = self.once(items, clause, block)
        return None if tree is None else self.text(tree.children[0])

    def _framework(self, tree: Any) -> syntax.Framework:
        name, title, *items = tree.children
        block = f"`framework {name}`"
        controls = []
        for item in (t for t in items if t.data == "control_declaration"):
            identifier, words, manual = item.children
            controls.append(
                syntax.ControlDeclaration(
                    self.text(identifier),
                    self.text(words),
                    None if manual is None else self.text(manual.children[0]),
                    self.span(item),
                )
            )
        version = self.once_text(items, "version", block)
        return syntax.Framework(self.name(name), self.text(title), version, tuple(controls), self.span(tree))

    def _policy(self, tree: Any) -> syntax.Policy:
        name, title, *items = tree.children
        block = f"`policy {name}`"
        when = self.once(items, "when", block)
        levels = self.once(items, "levels", block)
        judges = self.once(items, "judges", block)
        return syntax.Policy(
            name=self.kebab(name, "policies"),
            title=self.text(title),
            version=self.once_text(items, "version", block),
            owner=self.once_text(items, "owner", block),
            when=None if when is None else self.attempt(lambda: self.expressions.build(when.children[0])),
            judges_mesh=None if judges is None else self.span(judges),
            levels=None
            if levels is None
            else syntax.Levels(tuple(self.snake(t, "levels") for t in levels.children), self.span(levels)),
            settings=self._settings(items),
            terms=self._terms(items),
            detectors=self._detectors(items),
            rules=self._rules(items),
            span=self.span(tree),
        )

    def _overlay(self, tree: Any) -> syntax.Overlay:
        name, title, *items = tree.children
        block = f"`overlay {name}`"
        adopts = [syntax.Adopt(self.name(t.children[0]), self.span(t)) for t in items if t.data == "adopt"]
        tightens = [self.attempt(self._tighten, t) for t in items if t.data == "tighten"]
        return syntax.Overlay(
            domain=self.kebab(name, "domains"),
            title=self.text(title),
            version=self.once_text(items, "version", block),
            owner=self.once_text(items, "owner", block),
            adopts=tuple(adopts),
            tightens=tuple(t for t in tightens if t is not None),
            allows=tuple(
                a for a in (self.attempt(self._allow, t) for t in items if t.data == "allow") if a is not None
            ),
            settings=self._settings(items),
            terms=self._terms(items),
            rules=self._rules(items),
            span=self.span(tree),
        )

    def _allow(self, tree: Any) -> syntax.Allow:
        name, principal, actions, resources, *fields = tree.children
        return syntax.Allow(
            self.kebab(name, "grants"),
            self.text(principal),
            tuple(self.name(t) for t in actions.children),
            tuple(self.text(t) for t in resources.children),
            tuple(
                syntax.GrantField(self.name(f.children[0]), self.value(f.children[1])) for f in fields if f is not None
            ),
            self.span(tree),
        )

    def _settings(self, items: list[Any]) -> tuple[syntax.Setting, ...]:
        built = [self.attempt(self._setting, t) for t in items if t.data == "setting"]
        return tuple(s for s in built if s is not None)

    def _terms(self, items: list[Any]) -> tuple[syntax.Term, ...]:
        built = [self.attempt(self._term, t) for t in items if t.data == "term"]
        return tuple(t for t in built if t is not None)

    def _detectors(self, items: list[Any]) -> tuple[syntax.Detector, ...]:
        built = [self.attempt(self._detector, t) for t in items if t.data == "detector"]
        return tuple(d for d in built if d is not None)

    def _rules(self, items: list[Any]) -> tuple[syntax.Rule, ...]:
        return tuple(RuleBuilder(self).build(t) for t in items if t.data == "rule")

    def _term(self, tree: Any) -> syntax.Term:
        name, parameters, title, body = tree.children
        return syntax.Term(
            self.snake(name, "terms"),
            () if parameters is None else tuple(self.snake(t, "parameters") for t in parameters.children),
            self.text(title),
            self.expressions.build(body),
            self.span(tree),
        )

    def _detector(self, tree: Any) -> syntax.Detector:
        name, title, pattern, checksum, chance, means, named = tree.children
        return syntax.Detector(
            self.kebab(name, "detectors"),
            self.text(title),
            syntax.Text(str(pattern)[1:-1], self.span(pattern)),
            None if checksum is None else self.name(checksum.children[0]),
            None if chance is None else self.percent(chance.children[0]),
            None if means is None else self.text(means.children[0]),
            () if named is None else tuple(self.text(t) for t in named.children),
            self.span(tree),
        )

    def _setting(self, tree: Any) -> syntax.Setting:
        name, kind, by_level, direction = tree.children
        bound = direction.children[0]
        values: tuple[tuple[syntax.Name | None, syntax.Value], ...]
        if bound.data == "level_values":
            values = tuple((self.name(v.children[0]), self.value(v.children[1])) for v in bound.children)
        else:
            values = ((None, self.value(bound)),)
        words = DIRECTIONS[direction.data]
        start = self.span(direction)
        direction_span = start._replace(end_line=start.line, end_column=start.column + len(words))
        return syntax.Setting(
            self.snake(name, "settings"),
            self.name(kind),
            by_level is not None,
            words,
            direction_span,
            values,
            self.span(tree),
        )

    def _tighten(self, tree: Any) -> syntax.Tighten:
        address, level, to = tree.children
        policy, _, name = str(address).partition("/")
        return syntax.Tighten(
            policy,
            name,
            self.span(address),
            None if level is None else self.name(level.children[0]),
            self.value(to) if to.data == "value" else self.name(to.children[0]),
            self.span(tree),
        )

    def value(self, tree: Any) -> syntax.Value:
        """A constant or a list of constants."""
        child = tree.children[0]
        if getattr(child, "data", "") == "list_value":
            items = tuple(self._atom(t.children[0]) for t in child.children if t is not None)
            return syntax.Value(items, self.span(tree))
        return syntax.Value(self._atom(child), self.span(tree))

    def _atom(self, token: Any) -> LiteralValue:
        text, kind = str(token), token.type
        try:
            match kind:
                case "PERCENT":
                    return self.percent(token)
                case "PERIOD":
                    return parse_period(" ".join(text.split()))
                case "DATE":
                    return date_value(text)
                case "TRUTH":
                    return text == "true"
                case "INT_LIT":
                    return int_value(text)
                case "FLOAT_LIT":
                    return float_value(text)
                case _:
                    return string_value(text)
        except (LiteralError, QuantityError) as error:
            raise BuildError(codes.bad_literal(text, self.span(token), str(error))) from error
