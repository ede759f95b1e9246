"""Text with `{…}` in it, cut into pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class TemplateError(ValueError):
    """A brace that does not fit; `offset` counts characters from the beginning of the text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def pieces(text: str) -> Iterator[tuple[bool, int, str]]:
    """Cut `text` into literal text and expressions, in order.

    Yields `(is_expression, offset, piece)`; `{{` and `}}` stand for braces and come out as such.

    Raises:
        TemplateError: a `{` without its `}`, a lone `}`, or nothing between them.

    """
    at, start, literal = 0, 0, ""
    while at < len(text):
        letter = text[at]
        if text.startswith(("{{", "}}"), at):
            literal += letter
            at += 2
        elif letter == "{":
            end = _closing(text, at)
            if literal:
                yield False, start, literal
            inside = text[at + 1 : end]
            if not inside.strip():
                raise TemplateError("nothing stands between the braces", at)
            yield True, at + 1, inside
            at, literal = end + 1, ""
            start = at
        elif letter == "}":
            raise TemplateError("`}` without `{`; write `}}` for a brace", at)
        else:
            literal += letter
            at += 1
    if literal:
        yield False, start, literal


def _closing(text: str, opening: int) -> int:
    """Where the brace at `opening` is closed; braces and quotes inside it are passed over."""
    depth, quote, at = 0, "", opening
    while at < len(text):
        letter = text[at]
        if quote:
            if letter == quote:
                quote = ""
        elif letter in "\"'":
            quote = letter
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise TemplateError("`{` without `}`; write `{{` for a brace", opening)
