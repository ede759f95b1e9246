"""lark's parse tree of a file → our syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expression import BuildError
from govengine.language.build_rule import RuleBuilder
from govengine.language.build_waiver import WaiverBuilder
from govengine.language.literals import LiteralError, date_value, float_value, int_value, string_value
from govengine.model.quantity import QuantityError, parse_period

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from govengine.language.build_piece import PieceBuilder
    from govengine.language.expression import LiteralValue
    from govengine.language.tree import Node

T = TypeVar("T")

DIRECTIONS: dict[str, syntax.SettingDirection] = {
    "at_least": "at least",
    "at_most": "at most",
    "one_of": "one of",
    "includes": "includes",
    "fixed": "fixed",
}


class DeclarationBuilder:
    """Builds the declarations of one file."""

    def __init__(self, pieces: PieceBuilder) -> None:
        self._pieces = pieces

    def file(self, tree: Node) -> syntax.File:
        """The whole file."""
        frameworks = [self._framework(t) for t in tree.children if t.data == "framework"]
        policies = [self._policy(t) for t in tree.children if t.data == "policy"]
        overlays = [self._overlay(t) for t in tree.children if t.data == "overlay"]
        decided = WaiverBuilder(self._pieces)
        return syntax.File(
            self._pieces.source.file,
            tuple(frameworks),
            tuple(policies),
            tuple(overlays),
            self._all(tree.children, "waiver", decided.waiver),
            self._all(tree.children, "ruling", decided.ruling),
            self._all(tree.children, "conflict", decided.conflict),
        )

    def _framework(self, tree: Node) -> syntax.Framework:
        name, title, *items = tree.children
        block = f"`framework {name}`"
        controls = []
        for item in (t for t in items if t.data == "control_declaration"):
            identifier, words, manual = item.children
            controls.append(
                syntax.ControlDeclaration(
                    self._pieces.text(identifier),
                    self._pieces.text(words),
                    None if manual is None else self._pieces.text(manual.children[0]),
                    self._pieces.span(item),
                )
            )
        version = self._pieces.once_text(items, "version", block)
        return syntax.Framework(
            self._pieces.name(name), self._pieces.text(title), version, tuple(controls), self._pieces.span(tree)
        )

    def _policy(self, tree: Node) -> syntax.Policy:
        name, title, *items = tree.children
        block = f"`policy {name}`"
        when = self._pieces.once(items, "when", block)
        levels = self._pieces.once(items, "levels", block)
        judges = self._pieces.once(items, "judges", block)
        return syntax.Policy(
            name=self._pieces.kebab(name, "policies"),
            title=self._pieces.text(title),
            version=self._pieces.once_text(items, "version", block),
            owner=self._pieces.once_text(items, "owner", block),
            when=self._pieces.attempt(self._pieces.when, when),
            judges_mesh=None if judges is None else self._pieces.span(judges),
            levels=None
            if levels is None
            else syntax.Levels(
                tuple(self._pieces.snake(t, "levels") for t in levels.children), self._pieces.span(levels)
            ),
            settings=self._all(items, "setting", self._setting),
            terms=self._all(items, "term", self._term),
            detectors=self._all(items, "detector", self._detector),
            rules=self._rules(items),
            span=self._pieces.span(tree),
        )

    def _overlay(self, tree: Node) -> syntax.Overlay:
        name, title, *items = tree.children
        block = f"`overlay {name}`"
        adopts = [
            syntax.Adopt(self._pieces.name(t.children[0]), self._pieces.span(t)) for t in items if t.data == "adopt"
        ]
        return syntax.Overlay(
            domain=self._pieces.kebab(name, "domains"),
            title=self._pieces.text(title),
            version=self._pieces.once_text(items, "version", block),
            owner=self._pieces.once_text(items, "owner", block),
            adopts=tuple(adopts),
            tightens=self._all(items, "tighten", self._tighten),
            allows=self._all(items, "allow", self._allow),
            settings=self._all(items, "setting", self._setting),
            terms=self._all(items, "term", self._term),
            rules=self._rules(items),
            span=self._pieces.span(tree),
        )

    def _allow(self, tree: Node) -> syntax.Allow:
        name, principal, actions, resources, *fields = tree.children
        return syntax.Allow(
            self._pieces.kebab(name, "grants"),
            self._pieces.text(principal),
            tuple(self._pieces.name(t) for t in actions.children),
            tuple(self._pieces.text(t) for t in resources.children),
            tuple(
                syntax.GrantField(self._pieces.name(f.children[0]), self.value(f.children[1]))
                for f in fields
                if f is not None
            ),
            self._pieces.span(tree),
        )

    def _all(self, items: Sequence[Node], kind: str, build: Callable[[Node], T]) -> tuple[T, ...]:
        """What is built of each item of a kind; one with a mistake is left out."""
        built = [self._pieces.attempt(build, t) for t in items if t.data == kind]
        return tuple(b for b in built if b is not None)

    def _rules(self, items: list[Node]) -> tuple[syntax.Rule, ...]:
        return tuple(RuleBuilder(self._pieces).build(t) for t in items if t.data == "rule")

    def _term(self, tree: Node) -> syntax.Term:
        name, parameters, title, body = tree.children
        return syntax.Term(
            self._pieces.snake(name, "terms"),
            () if parameters is None else tuple(self._pieces.snake(t, "parameters") for t in parameters.children),
            self._pieces.text(title),
            self._pieces.expressions.build(body),
            self._pieces.span(tree),
        )

    def _detector(self, tree: Node) -> syntax.Detector:
        name, title, pattern, checksum, chance, means, named = tree.children
        return syntax.Detector(
            self._pieces.kebab(name, "detectors"),
            self._pieces.text(title),
            syntax.Text(str(pattern)[1:-1], self._pieces.span(pattern)),
            None if checksum is None else self._pieces.name(checksum.children[0]),
            None if chance is None else self._pieces.percent(chance.children[0]),
            None if means is None else self._pieces.text(means.children[0]),
            () if named is None else tuple(self._pieces.text(t) for t in named.children),
            self._pieces.span(tree),
        )

    def _setting(self, tree: Node) -> syntax.Setting:
        name, kind, by_level, direction = tree.children
        bound = direction.children[0]
        values: tuple[tuple[syntax.Name | None, syntax.Value], ...]
        if bound.data == "level_values":
            values = tuple((self._pieces.name(v.children[0]), self.value(v.children[1])) for v in bound.children)
        else:
            values = ((None, self.value(bound)),)
        words = DIRECTIONS[direction.data]
        start = self._pieces.span(direction)
        direction_span = start._replace(end_line=start.line, end_column=start.column + len(words))
        return syntax.Setting(
            self._pieces.snake(name, "settings"),
            self._pieces.name(kind),
            by_level is not None,
            words,
            direction_span,
            values,
            self._pieces.span(tree),
        )

    def _tighten(self, tree: Node) -> syntax.Tighten:
        address, level, to = tree.children
        policy, _, name = str(address).partition("/")
        return syntax.Tighten(
            policy,
            name,
            self._pieces.span(address),
            None if level is None else self._pieces.name(level.children[0]),
            self.value(to) if to.data == "value" else self._pieces.name(to.children[0]),
            self._pieces.span(tree),
        )

    def value(self, tree: Node) -> syntax.Value:
        """A constant or a list of constants."""
        child = tree.children[0]
        if getattr(child, "data", "") == "list_value":
            items = tuple(self._atom(t.children[0]) for t in child.children if t is not None)
            return syntax.Value(items, self._pieces.span(tree))
        return syntax.Value(self._atom(child), self._pieces.span(tree))

    def _atom(self, token: Node) -> LiteralValue:
        text, kind = str(token), token.type
        try:
            match kind:
                case "PERCENT":
                    return self._pieces.percent(token)
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
            raise BuildError(codes.bad_literal(text, self._pieces.span(token), str(error))) from error
