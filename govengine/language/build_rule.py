"""lark's parse tree of a rule → our syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expect import ExpectBuilder
from govengine.language.build_expression import BuildError
from govengine.language.build_text import TextBuilder
from govengine.language.literals import LiteralError, date_value
from govengine.model.quantity import QuantityError, parse_period

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.language.build_piece import PieceBuilder
    from govengine.language.tree import Node


class RuleBuilder:
    """Builds one rule; shares names, texts and the list of mistakes with the builder of its file."""

    def __init__(self, pieces: PieceBuilder) -> None:
        self._pieces = pieces
        self._expectations = ExpectBuilder(pieces)
        self._texts = TextBuilder(pieces)
        self._evidence: dict[str, Callable[[Node], syntax.Evidence]] = {
            "require": self._require,
            "expect": self._expectations.expect,
            "keep": self._keep,
            "attest": self._attest,
            "apart": self._apart,
        }

    def build(self, tree: Node) -> syntax.Rule:
        """The rule; a clause that cannot be read is left out and its mistake kept."""
        name, title, *clauses = tree.children
        shared, block = self._pieces, f"`rule {name}`"

        def once(kind: str) -> Node:
            return shared.once(clauses, kind, block)

        severity, dimension, when, on = once("severity"), once("dimension"), once("when"), once("on")
        enforce, for_each, finding, fix = once("enforce"), once("for_each"), once("finding"), once("fix")
        every, formerly = once("every"), once("formerly")
        evidence = [shared.attempt(self._evidence[t.data], t) for t in clauses if t.data in self._evidence]
        return syntax.Rule(
            name=shared.kebab(name, "rules"),
            title=shared.text(title),
            severity=severity and shared.name(severity.children[0]),
            enforce=shared.attempt(self._enforce, enforce),
            controls=tuple(self._control(t) for t in clauses if t.data == "control"),
            dimension=dimension and shared.name(dimension.children[0]),
            every=shared.attempt(self._every, every),
            formerly=formerly and syntax.Address(str(formerly.children[0]), shared.span(formerly.children[0])),
            when=shared.attempt(shared.when, when),
            for_each=shared.attempt(self._for_each, for_each),
            on=on and self._on(on),
            evidence=tuple(e for e in evidence if e is not None),
            unread=any(e is None for e in evidence),
            because=shared.once_text(clauses, "because", block),
            finding=shared.attempt(self._texts.template, finding and finding.children[0]),
            fix=shared.attempt(self._texts.template, fix and fix.children[0]),
            span=shared.span(tree),
        )

    def _enforce(self, tree: Node) -> syntax.Enforce:
        level, start = tree.children
        day = None
        if start is not None:
            token = start.children[0]
            try:
                day = date_value(str(token))
            except LiteralError as error:
                raise BuildError(codes.bad_literal(str(token), self._pieces.span(token), str(error))) from error
        return syntax.Enforce(self._pieces.name(level), day, self._pieces.span(tree))

    def _control(self, tree: Node) -> syntax.ControlReference:
        framework, identifier = tree.children
        shared = self._pieces
        return syntax.ControlReference(shared.name(framework), shared.text(identifier), shared.span(tree))

    def _for_each(self, tree: Node) -> syntax.ForEach:
        variable, listed, where = tree.children
        build = self._pieces.expressions.build
        return syntax.ForEach(
            self._pieces.snake(variable, "variables"),
            build(listed),
            None if where is None else build(where.children[0]),
            self._pieces.span(tree),
        )

    def _on(self, tree: Node) -> syntax.On:
        product, _, dataset = str(tree.children[0]).partition(".")
        return syntax.On(product, dataset, self._pieces.span(tree.children[0]))

    def _require(self, tree: Node) -> syntax.Require:
        condition = tree.children[0]
        return syntax.Require(
            self._pieces.expressions.build(condition), self._texts.written(condition), self._pieces.span(tree)
        )

    def _keep(self, tree: Node) -> syntax.Keep:
        column, limit, exception = tree.children
        return syntax.Keep(
            self._expectations.column(column.children[0]),
            "at least" if limit.data == "keep_least" else "at most",
            self._pieces.expressions.build(limit.children[0]),
            None if exception is None else self._expectations.exception(exception),
            self._texts.written(tree),
            self._pieces.span(tree),
        )

    def _attest(self, tree: Node) -> syntax.Attest:
        statement, by, unless = tree.children
        shared, kind = self._pieces, by.data.removeprefix("by_")
        return syntax.Attest(
            shared.text(statement),
            kind,
            shared.text(by.children[0]) if kind == "role" else None,
            None if kind == "role" else shared.expressions.build(by.children[0]),
            None if unless is None else shared.expressions.build(unless.children[0]),
            self._texts.written(tree),
            shared.span(tree),
        )

    def _apart(self, tree: Node) -> syntax.Apart:
        duties, others, anywhere = tree.children

        def names(node: Node) -> tuple[syntax.Name, ...]:
            return () if node is None else tuple(self._pieces.name(t) for t in node.children)

        return syntax.Apart(
            names(duties), names(others), anywhere is not None, self._texts.written(tree), self._pieces.span(tree)
        )

    def _every(self, tree: Node) -> syntax.Every:
        token = tree.children[0]
        try:
            return syntax.Every(parse_period(" ".join(str(token).split())), self._pieces.span(tree))
        except QuantityError as error:
            raise BuildError(codes.bad_literal(str(token), self._pieces.span(token), str(error))) from error
