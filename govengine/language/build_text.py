"""Text with `{…}` in it: templates and SQL predicates, cut into pieces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expression import BuildError
from govengine.language.literals import LiteralError, unescape
from govengine.language.templates import TemplateError
from govengine.language.templates import pieces as cut

if TYPE_CHECKING:
    from govengine.language.build_piece import PieceBuilder
    from govengine.language.expression import Expr
    from govengine.language.tree import Node


_QUANTIFIER = re.compile(r"\s*[0-9]+\s*(,\s*[0-9]*\s*)?|\s*,\s*[0-9]+\s*")


class TextBuilder:
    """Cuts the texts of one file; shares places and the parser of conditions with the builder of that file."""

    def __init__(self, pieces: PieceBuilder) -> None:
        self._pieces = pieces

    def sql(self, token: Node) -> syntax.SqlText:
        """A predicate between backticks."""
        start = (token.start_pos or 0) + 1
        self._no_quantifier(str(token)[1:-1], start)
        found = self._cut(str(token)[1:-1], start)
        return syntax.SqlText(
            tuple(piece for _, piece in found), tuple(offset for offset, _ in found), self._pieces.span(token)
        )

    def template(self, token: Node) -> syntax.Template:
        """A `finding` or `fix`."""
        start = (token.start_pos or 0) + 1
        found = self._cut(str(token)[1:-1], start)
        try:
            texts = tuple(unescape(piece) if isinstance(piece, str) else piece for _, piece in found)
        except LiteralError as error:
            raise BuildError(codes.bad_literal(str(token), self._pieces.span(token), str(error))) from error
        return syntax.Template(texts, self._pieces.span(token))

    def written(self, tree: Node) -> str:
        """The text of a clause as its author wrote it, on one line."""
        return " ".join(self._pieces.source.text[tree.meta.start_pos : tree.meta.end_pos].split())

    def _no_quantifier(self, text: str, start: int) -> None:
        """`{4}` and `{2,4}` repeat in a regular expression; as a value put in, a bare number says nothing."""
        try:
            held = [(offset, piece) for is_expression, offset, piece in cut(text) if is_expression]
        except TemplateError:
            return  # said where the text is cut
        for offset, piece in held:
            if _QUANTIFIER.fullmatch(piece):
                at = start + offset
                span = self._pieces.source.span(at - 1, at + len(piece) + 1)
                raise BuildError(codes.quantifier("".join(piece.split()), span))

    def _cut(self, text: str, start: int) -> list[tuple[int, str | Expr]]:
        try:
            return [
                (start + offset, self._pieces.parse_condition(start + offset, start + offset + len(piece)))
                if is_expression
                else (start + offset, piece)
                for is_expression, offset, piece in cut(text)
            ]
        except TemplateError as error:
            at = start + error.offset
            raise BuildError(
                codes.bad_literal(
                    "}" if "`}`" in str(error)[:4] else "{", self._pieces.source.span(at, at + 1), str(error)
                )
            ) from error
