"""What all builders of one file share: places, names, texts, and the mistakes that were met."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expression import BuildError, ExpressionBuilder
from govengine.language.literals import LiteralError, float_value, int_value, string_value
from govengine.model.quantity import QuantityError, parse_percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from govengine.diagnostics import Diagnostic, Span
    from govengine.language.expression import Expr
    from govengine.language.source import Source
    from govengine.language.tree import Node
    from govengine.model.quantity import Percent

T = TypeVar("T")

_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SNAKE = re.compile(r"[a-z][a-z0-9_]*")


class PieceBuilder:
    """Builds the pieces that declarations are made of; a mistake costs the clause it stands in, and is kept."""

    def __init__(self, source: Source, parse_condition: Callable[[int, int], Expr]) -> None:
        self.source = source
        self.parse_condition = parse_condition
        self.diagnostics: list[Diagnostic] = []
        self.expressions = ExpressionBuilder(source)

    def span(self, node: Node) -> Span:
        """Where a piece of the parse tree stands."""
        return self.expressions.span(node)

    def text(self, token: Node) -> syntax.Text:
        """A quoted text."""
        try:
            return syntax.Text(string_value(str(token)), self.span(token))
        except LiteralError as error:
            self.diagnostics.append(codes.bad_literal(str(token), self.span(token), str(error)))
            return syntax.Text(str(token)[1:-1], self.span(token))

    def percent(self, token: Node) -> Percent:
        """A percentage where nothing else may stand.

        Raises:
            BuildError: it is none; the diagnostic points at it.

        """
        return self._read(token, parse_percent)

    def number(self, token: Node) -> int | float:
        """A whole number, or one with a point or an exponent; raises as `percent` does."""
        return self._read(token, int_value if str(token).isdigit() else float_value)

    def _read(self, token: Node, read: Callable[[str], T]) -> T:
        try:
            return read(str(token))
        except (LiteralError, QuantityError) as error:
            raise BuildError(codes.bad_literal(str(token), self.span(token), str(error))) from error

    def name(self, token: Node) -> syntax.Name:
        """A name as written."""
        return syntax.Name(str(token), self.span(token))

    def kebab(self, token: Node, what: str) -> syntax.Name:
        """A name that must be kebab-case."""
        return self._styled(token, what, _KEBAB, "-")

    def snake(self, token: Node, what: str) -> syntax.Name:
        """A name that must be snake_case."""
        return self._styled(token, what, _SNAKE, "_")

    def _styled(self, token: Node, what: str, style: re.Pattern[str], joint: str) -> syntax.Name:
        name = self.name(token)
        if not style.fullmatch(name.text):
            words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name.text)
            suggestion = re.sub(r"[-_]+", joint, words).lower()
            self.diagnostics.append(
                codes.bad_name(name.text, what, name.span, kebab=joint == "-", suggestion=suggestion)
            )
        return name

    def attempt(self, build: Callable[[Node], T], tree: Node) -> T | None:
        """What `build` gives of a tree, or None when it meets a mistake, which is kept; None where there is no tree."""
        if tree is None:
            return None
        try:
            return build(tree)
        except BuildError as error:
            self.diagnostics.append(error.diagnostic)
            return None

    def once(self, items: Sequence[Node], clause: str, block: str) -> Node:
        """The one item of its kind, or None; a second one is a mistake."""
        found = [t for t in items if t.data == clause]
        for again in found[1:]:
            words = clause.replace("_", " ")
            self.diagnostics.append(codes.repeated_clause(words, block, self.span(again), self.span(found[0])))
        return found[0] if found else None

    def once_text(self, items: Sequence[Node], clause: str, block: str) -> syntax.Text | None:
        """The text of a clause that stands at most once."""
        tree = self.once(items, clause, block)
        return None if tree is None else self.text(tree.children[0])

    def when(self, tree: Node) -> Expr:
        """The condition of a `when` or `where`."""
        return self.expressions.build(tree.children[0])
