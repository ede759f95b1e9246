"""Text with `{…}` in it: templates and SQL predicates, cut into pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expression import BuildError
from govengine.language.literals import LiteralError, unescape
from govengine.language.templates import TemplateError, pieces

if TYPE_CHECKING:
    from govengine.language.build_declaration import DeclarationBuilder
    from govengine.language.expression import Expr


class TextBuilder:
    """Cuts the texts of one file; shares places and the parser of conditions with the builder of that file."""

    def __init__(self, declarations: DeclarationBuilder) -> None:
        self._shared = declarations

    def sql(self, token: Any) -> syntax.SqlText:
        """A predicate between backticks."""
        start = (token.start_pos or 0) + 1
        found = self._pieces(str(token)[1:-1], start)
        return syntax.SqlText(
            tuple(piece for _, piece in found), tuple(offset for offset, _ in found), self._shared.span(token)
        )

    def template(self, token: Any) -> syntax.Template:
        """A `finding` or `fix`."""
        start = (token.start_pos or 0) + 1
        found = self._pieces(str(token)[1:-1], start)
        try:
            texts = tuple(unescape(piece) if isinstance(piece, str) else piece for _, piece in found)
        except LiteralError as error:
            raise BuildError(codes.bad_literal(str(token), self._shared.span(token), str(error))) from error
        return syntax.Template(texts, self._shared.span(token))

    def written(self, tree: Any) -> str:
        """The text of a clause as its author wrote it, on one line."""
        return " ".join(self._shared.source.text[tree.meta.start_pos : tree.meta.end_pos].split())

    def _pieces(self, text: str, start: int) -> list[tuple[int, str | Expr]]:
        try:
            return [
                (start + offset, self._shared.parse_condition(start + offset, start + offset + len(piece)))
                if is_expression
                else (start + offset, piece)
                for is_expression, offset, piece in pieces(text)
            ]
        except TemplateError as error:
            at = start + error.offset
            raise BuildError(
                codes.bad_literal(
                    "}" if "`}`" in str(error)[:4] else "{", self._shared.source.span(at, at + 1), str(error)
                )
            ) from error
