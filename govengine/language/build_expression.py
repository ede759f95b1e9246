"""lark's parse tree of a condition → our syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Literal as OneOf

from govengine.diagnostics.codes import syntax as codes
from govengine.language.expression import (
    Binary,
    BinaryOperator,
    Call,
    Conditional,
    Expr,
    Ident,
    Index,
    ListLiteral,
    Literal,
    Logic,
    MapLiteral,
    Select,
    Unary,
)
from govengine.language.literals import LiteralError, date_value, float_value, int_value, string_value
from govengine.model.quantity import QuantityError, parse_percent, parse_period

if TYPE_CHECKING:
    from lark import Token, Tree

    from govengine.diagnostics import Diagnostic, Span
    from govengine.language.source import Source
    from govengine.language.tree import Node

MAX_DEPTH = 40
"""Levels that a condition may nest; far beyond what can be read, far below what Python's stack bears."""

_WORDS: dict[str, bool] = {"true": True, "false": False}
_RELATIONS: dict[str, BinaryOperator] = {
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "eq": "==",
    "ne": "!=",
    "in": "in",
}
_ADDITIONS: dict[str, BinaryOperator] = {"add": "+", "sub": "-"}
_MULTIPLICATIONS: dict[str, BinaryOperator] = {"mul": "*", "div": "/", "mod": "%"}


class BuildError(Exception):
    """A mistake that makes the rest of the clause unreadable; holds its diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class ExpressionBuilder:
    """Builds conditions of one file; `shift` moves positions of text that was cut out of it."""

    def __init__(self, source: Source, *, shift: int = 0) -> None:
        self._source = source
        self._shift = shift

    def span(self, node: Tree[Token] | Token) -> Span:
        """Where a piece of the parse tree stands."""
        from lark import Token

        if isinstance(node, Token):
            start, end = node.start_pos, node.end_pos
        else:
            start, end = node.meta.start_pos, node.meta.end_pos
        return self._source.span((start or 0) + self._shift, (end or 0) + self._shift)

    def build(self, tree: Tree[Token]) -> Expr:
        """The condition under an `expr` node.

        Raises:
            BuildError: a literal that cannot be read, a subtraction that nobody meant, a construct outside the
                profile of CEL, or nesting beyond `MAX_DEPTH`.

        """
        return self._expr(tree, 0)

    def _expr(self, tree: Node, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise BuildError(codes.too_deep(self.span(tree), MAX_DEPTH))
        condition, yes, no = (*tree.children, None, None)[:3]
        built = self._or(condition, depth)
        if yes is None:
            return built
        return Conditional(built, self._or(yes, depth + 1), self._expr(no, depth + 1), self.span(tree))

    def _or(self, tree: object, depth: int) -> Expr:
        return self._logic(tree, "||", lambda t: self._logic(t, "&&", lambda r: self._relation(r, depth)))

    def _logic(self, tree: Node, operator: OneOf["&&", "||"], build: Node) -> Expr:
        operands: list[object] = []
        node = tree
        while node is not None:  # a left-recursive chain, unwound without recursion
            rest, last = (None, *node.children)[-2:]
            operands.append(last)
            node = rest
        operands.reverse()
        if len(operands) == 1:
            built: Expr = build(operands[0])
            return built
        return Logic(operator, tuple(build(o) for o in operands), self.span(tree))

    def _relation(self, tree: object, depth: int) -> Expr:
        return self._chain(tree, _RELATIONS, lambda t: self._addition(t, depth), depth)

    def _addition(self, tree: object, depth: int) -> Expr:
        return self._chain(tree, _ADDITIONS, lambda t: self._multiplication(t, depth), depth)

    def _multiplication(self, tree: object, depth: int) -> Expr:
        return self._chain(tree, _MULTIPLICATIONS, lambda t: self._unary(t, depth), depth)

    def _chain(self, tree: Node, operators: dict[str, BinaryOperator], build: Node, depth: int) -> Expr:
        steps: list[tuple[BinaryOperator, object, object]] = []
        node = tree
        while True:
            head, last = (None, *node.children)[-2:]
            if head is None:
                first = last
                break
            steps.append((operators[head.data.rpartition("_")[2]], head, last))
            node = head.children[0]
        if depth + len(steps) > MAX_DEPTH:
            raise BuildError(codes.too_deep(self.span(tree), MAX_DEPTH))
        left: Expr = build(first)
        for operator, head, last in reversed(steps):
            right: Expr = build(last)
            operator_span = self._between(head, last, operator)
            if operator == "-":
                self._refuse_hyphen(left, right)
            left = Binary(operator, left, right, operator_span, left.span.to(right.span))
        return left

    def _between(self, head: Node, last: object, operator: str) -> Span:
        """The operator's own place: the filtered token ends the operand that carries it."""
        end = head.meta.end_pos + self._shift
        start = self._source.text.rfind(operator, 0, end)
        return self._source.span(max(start, 0), max(start, 0) + len(operator)) if last is not None else self.span(head)

    def _refuse_hyphen(self, left: Expr, right: Expr) -> None:
        if left.span.line != right.span.line or left.span.end_line != right.span.line:
            return
        if right.span.column - left.span.end_column == 1 and isinstance(left, Ident | Select):
            start = left.field_span if isinstance(left, Select) else left.span
            end = right
            while isinstance(end, Select | Index | Call):
                inner = end.base if not isinstance(end, Call) else end.target
                if inner is None:
                    break
                end = inner
            if isinstance(end, Ident):
                span = start.to(end.span)
                text = self._source.text[
                    self._source.offset(span.line, span.column) : self._source.offset(span.end_line, span.end_column)
                ]
                raise BuildError(codes.hyphen_for_underscore(text, span))

    def _unary(self, tree: Node, depth: int) -> Expr:
        operators: list[tuple[OneOf["!", "-"], Node]] = []
        node = tree
        while len(node.children) == 2:
            operators.append(("!" if node.children[0].data.endswith("not") else "-", node))
            node = node.children[1]
        if depth + len(operators) > MAX_DEPTH:
            raise BuildError(codes.too_deep(self.span(tree), MAX_DEPTH))
        built = self._member(node.children[0], depth)
        for operator, whole in reversed(operators):
            built = Unary(operator, built, self.span(whole))
        return built

    def _member(self, tree: Node, depth: int) -> Expr:
        steps: list[Node] = []
        node = tree
        while True:
            child = node.children[0]
            kind = child.data.rpartition("__")[2]
            if kind == "primary":
                built = self._primary(child.children[0], depth)
                break
            steps.append((kind, child))
            node = child.children[0]
        if depth + len(steps) > MAX_DEPTH:
            raise BuildError(codes.too_deep(self.span(tree), MAX_DEPTH))
        for kind, child in reversed(steps):
            built = self._step(kind, child, built, depth)
        return built

    def _step(self, kind: str, child: Node, base: Expr, depth: int) -> Expr:
        if kind == "member_dot":
            return Select(base, str(child.children[1]), self.span(child.children[1]), self.span(child))
        if kind == "member_dot_arg":
            name = child.children[1]
            return Call(str(name), base, self._args(child.children[2], depth), self.span(name), self.span(child))
        if kind == "member_index":
            return Index(base, self._expr(child.children[1], depth + 1), self.span(child))
        raise BuildError(codes.not_yet("message { … }", self.span(child)))

    def _args(self, tree: Node, depth: int) -> tuple[Expr, ...]:
        return () if tree is None else tuple(self._expr(child, depth + 1) for child in tree.children)

    def _primary(self, tree: Node, depth: int) -> Expr:
        kind = tree.data.rpartition("__")[2]
        span = self.span(tree)
        if kind == "literal":
            return Literal(self._literal(tree.children[0]), span)
        if kind == "ident":
            name = str(tree.children[0])
            if name in _WORDS:
                return Literal(_WORDS[name], span)
            if name == "null":
                raise BuildError(codes.not_yet("null", span))
            return Ident(name, span)
        if kind == "ident_arg":
            name_token = tree.children[0]
            return Call(str(name_token), None, self._args(tree.children[1], depth), self.span(name_token), span)
        if kind == "paren_expr":
            return self._expr(tree.children[0], depth + 1)
        if kind == "list_lit":
            return ListLiteral(self._args(tree.children[0], depth), span)
        if kind == "map_lit":
            items = self._args(tree.children[0], depth)
            return MapLiteral(tuple(zip(items[::2], items[1::2], strict=True)), span)
        raise BuildError(codes.not_yet(". before a name", span))

    def _literal(self, token: Token) -> Node:
        text, kind = str(token), token.type.rpartition("__")[2]
        try:
            if kind in ("STRING_LIT", "MLSTRING_LIT"):
                return string_value(text)
            if kind == "INT_LIT":
                return int_value(text)
            if kind == "FLOAT_LIT":
                return float_value(text)
            if kind == "PERCENT":
                return parse_percent(text)
            if kind == "PERIOD":
                return parse_period(" ".join(text.split()))
            if kind == "DATE":
                return date_value(text)
            if kind == "BOOL_LIT":
                return text == "true"
        except (LiteralError, QuantityError) as error:
            raise BuildError(codes.bad_literal(text, self.span(token), str(error))) from error
        raise BuildError(codes.not_yet({"UINT_LIT": "1u", "BYTES_LIT": 'b"…"'}.get(kind, "null"), self.span(token)))
