"""lark's parse tree of an expectation → our syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expression import BuildError
from govengine.language.build_text import TextBuilder
from govengine.language.literals import DOUBLE_DIGITS, is_rounded

if TYPE_CHECKING:
    from govengine.language.build_piece import PieceBuilder
    from govengine.language.tree import Node
    from govengine.model.quantity import Percent

LEAST_CONFIDENCE = 80
"""In percent. What may be wrong more than once in five is no proof; at 0 % any sample would prove anything."""
_DIRECTIONS = {"measure_least": "at least", "measure_most": "at most", "equals": "equals"}


class ExpectBuilder:
    """Builds `expect` clauses, and what other clauses share with them: columns, targets, exceptions."""

    def __init__(self, pieces: PieceBuilder) -> None:
        self._pieces = pieces
        self._texts = TextBuilder(pieces)

    def expect(self, tree: Node) -> syntax.Expect:
        """One clause, of whatever kind."""
        body = tree.children[0]
        build = self._pieces.expressions.build
        held: dict[str, Node] = {"columns": (), "predicate": None, "target": None, "where": None, "threshold": None}
        for child in body.children:
            kind = getattr(child, "data", None)
            if child is None:
                continue
            match kind:
                case None:
                    held["predicate"] = self._texts.sql(child)
                case "columns":
                    columns = tuple(self.column(c.children[0]) for c in child.children)
                    held["per" if body.data == "measure" else "columns"] = columns
                case "column":
                    held["columns"] = (self.column(child.children[0]),)
                case "target":
                    held["target"] = self.target(child)
                case "target_where":
                    held["where"] = self._texts.sql(child.children[0])
                case "threshold":
                    held["threshold"] = self._threshold(child)
                case "detectors":
                    held["detectors"] = tuple(self._pieces.name(t) for t in child.children)
                case "exception":
                    held["exception"] = self.exception(child)
                case "equals":
                    held |= self._equals(child)
                case "measure_least" | "measure_most":
                    self._exact(child)
                    held |= {"direction": _DIRECTIONS[kind], "limit": build(child.children[0])}
                case _:  # the period of `newest`
                    held["limit"] = build(child)
        return syntax.Expect(
            kind=body.data.replace("_", " "), text=self._texts.written(body), span=self._pieces.span(tree), **held
        )

    def column(self, node: Node) -> syntax.Column:
        """A column by its name, in quotes where it is odd, or `{…}`."""
        shared = self._pieces
        if getattr(node, "data", None) == "interpolation":
            return syntax.Column(shared.expressions.build(node.children[0]), shared.span(node))
        text = str(node)
        return syntax.Column(shared.text(node).text if text[0] in "\"'" else text, shared.span(node))

    def target(self, tree: Node) -> syntax.Target:
        """`product.dataset(columns)` or `register(columns)`."""
        where, *columns = tree.children
        product, dot, dataset = str(where).partition(".")
        names = tuple(self._target_column(c) for c in columns)
        return syntax.Target(product if dot else None, dataset or product, names, self._pieces.span(tree))

    def exception(self, tree: Node) -> syntax.ExceptIn:
        """`except in register(column) where …`."""
        register, column, where = tree.children
        target = syntax.Target(None, str(register), (self._target_column(column),), self._pieces.span(register))
        return syntax.ExceptIn(
            target, None if where is None else self._texts.sql(where.children[0]), self._pieces.span(tree)
        )

    def _target_column(self, node: Node) -> syntax.Name:
        token = node.children[0]
        text = str(token)
        plain = self._pieces.text(token).text if text[0] in "\"'" else text
        return syntax.Name(plain, self._pieces.span(token))

    def _exact(self, tree: Node) -> None:
        """See that the figures of a measure, which exact figures are compared with, are not rounded themselves."""
        for token in tree.scan_values(lambda t: getattr(t, "type", "").endswith("FLOAT_LIT") and is_rounded(str(t))):
            why = f"it would be rounded: write at most {DOUBLE_DIGITS} digits, or compare in a predicate"
            raise BuildError(codes.bad_literal(str(token), self._pieces.span(token), why))

    def _equals(self, tree: Node) -> dict[str, Node]:
        reference, tolerance = tree.children
        token = reference.children[0]
        *where, column = str(token).split(".")
        product, table = (where[0], where[1]) if len(where) == 2 else (None, where[0] if where else "")
        span = self._pieces.span(token)
        figure = None
        if tolerance is not None:
            self._exact(tolerance)
            written = tolerance.children[0]
            figure = self._pieces.number(written)
            if figure < 0:
                why, instead = "no difference is less than nothing", f"write `{str(written).lstrip('- ')}`"
                place = self._pieces.span(written)
                raise BuildError(codes.odd_figure(str(written), place, why, instead, of_measure=True))
        return {
            "direction": "equals",
            "target": syntax.Target(product, table, (syntax.Name(column, span),), span),
            "tolerance": figure,
        }

    def _threshold(self, tree: Node) -> syntax.Threshold:
        value, floor, confidence = tree.children
        return syntax.Threshold(
            self._pieces.expressions.build(value),
            None if floor is None else self._pieces.percent(floor.children[0]),
            None if confidence is None else self._confidence(confidence.children[0]),
            self._pieces.span(tree),
        )

    def _confidence(self, token: Node) -> Percent:
        stated = self._pieces.percent(token)
        if not LEAST_CONFIDENCE <= stated.value < 100:
            raise BuildError(codes.bad_confidence(str(token), LEAST_CONFIDENCE, self._pieces.span(token)))
        return stated
