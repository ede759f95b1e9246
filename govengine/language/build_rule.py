"""lark's parse tree of a rule → our syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expect import ExpectBuilder
from govengine.language.build_expression import BuildError
from govengine.language.build_text import TextBuilder
from govengine.language.literals import LiteralError, date_value
from govengine.model.quantity import QuantityError, parse_period

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.language.build_declaration import DeclarationBuilder


class RuleBuilder:
    """Builds one rule; shares names, texts and the list of mistakes with the builder of its file."""

    def __init__(self, declarations: DeclarationBuilder) -> None:
        self._shared = declarations
        self._expectations = ExpectBuilder(declarations)
        self._texts = TextBuilder(declarations)
        self._evidence: dict[str, Callable[[Any], syntax.Evidence]] = {
            "require": self._require,
            "expect": self._expectations.expect,
            "keep": self._keep,
            "attest": self._attest,
            "apart": self._apart,
        }

    def build(self, tree: Any) -> syntax.Rule:
        """The rule; a clause that cannot be read is left out and its mistake kept."""
        name, title, *clauses = tree.children
        shared, block = self._shared, f"`rule {name}`"

        def once(kind: str) -> Any:
            return shared.once(clauses, kind, block)

        severity, dimension, when, on = once("severity"), once("dimension"), once("when"), once("on")
        enforce, for_each, finding, fix = once("enforce"), once("for_each"), once("finding"), once("fix")
        every, formerly = once("every"), once("formerly")
        evidence = [shared.attempt(self._evidence[t.data], t) for t in clauses if t.data in self._evidence]
        return syntax.Rule(
            name=shared.kebab(name, "rules"),
            title=shared.text(title),
            severity=severity and shared.name(severity.children[0]),
            enforce=enforce and shared.attempt(lambda: self._enforce(enforce)),
            controls=tuple(self._control(t) for t in clauses if t.data == "control"),
            dimension=dimension and shared.name(dimension.children[0]),
            every=every and shared.attempt(lambda: self._every(every)),
            formerly=formerly and syntax.Address(str(formerly.children[0]), shared.span(formerly.children[0])),
            when=when and shared.attempt(lambda: shared.expressions.build(when.children[0])),
            for_each=for_each and shared.attempt(lambda: self._for_each(for_each)),
            on=on and self._on(on),
            evidence=tuple(e for e in evidence if e is not None),
            unread=any(e is None for e in evidence),
            because=shared.once_text(clauses, "because", block),
            finding=finding and shared.attempt(lambda: self._texts.template(finding.children[0])),
            fix=fix and shared.attempt(lambda: self._texts.template(fix.children[0])),
            span=shared.span(tree),
        )

    def _enforce(self, tree: Any) -> syntax.Enforce:
        level, start = tree.children
        day = None
        if start is not None:
            token = start.children[0]
            try:
                day = date_value(str(token))
            except LiteralError as error:
                raise BuildError(codes.bad_literal(str(token), self._shared.span(token), str(error))) from error
        return syntax.Enforce(self._shared.name(level), day, self._shared.span(tree))

    def _control(self, tree: Any) -> syntax.ControlReference:
        framework, identifier = tree.children
        shared = self._shared
        return syntax.ControlReference(shared.name(framework), shared.text(identifier), shared.span(tree))

    def _for_each(self, tree: Any) -> syntax.ForEach:
        variable, listed, where = tree.children
        build = self._shared.expressions.build
        return syntax.ForEach(
            self._shared.snake(variable, "variables"),
            build(listed),
            None if where is None else build(where.children[0]),
            self._shared.span(tree),
        )

    def _on(self, tree: Any) -> syntax.On:
        product, _, dataset = str(tree.children[0]).partition(".")
        return syntax.On(product, dataset, self._shared.span(tree.children[0]))

    def _require(self, tree: Any) -> syntax.Require:
        condition = tree.children[0]
        return syntax.Require(
            self._shared.expressions.build(condition), self._texts.written(condition), self._shared.span(tree)
        )

    def _keep(self, tree: Any) -> syntax.Keep:
        column, limit, exception = tree.children
        return syntax.Keep(
            self._expectations.column(column.children[0]),
            "at least" if limit.data == "keep_least" else "at most",
            self._shared.expressions.build(limit.children[0]),
            None if exception is None else self._expectations.exception(exception),
            self._texts.written(tree),
            self._shared.span(tree),
        )

    def _attest(self, tree: Any) -> syntax.Attest:
        statement, by, unless = tree.children
        shared, kind = self._shared, by.data.removeprefix("by_")
        return syntax.Attest(
            shared.text(statement),
            kind,
            shared.text(by.children[0]) if kind == "role" else None,
            None if kind == "role" else shared.expressions.build(by.children[0]),
            None if unless is None else shared.expressions.build(unless.children[0]),
            self._texts.written(tree),
            shared.span(tree),
        )

    def _apart(self, tree: Any) -> syntax.Apart:
        duties, others, anywhere = tree.children

        def names(node: Any) -> tuple[syntax.Name, ...]:
            return () if node is None else tuple(self._shared.name(t) for t in node.children)

        return syntax.Apart(
            names(duties), names(others), anywhere is not None, self._texts.written(tree), self._shared.span(tree)
        )

    def _every(self, tree: Any) -> syntax.Every:
        token = tree.children[0]
        try:
            return syntax.Every(parse_period(" ".join(str(token).split())), self._shared.span(tree))
        except QuantityError as error:
            raise BuildError(codes.bad_literal(str(token), self._shared.span(token), str(error))) from error
