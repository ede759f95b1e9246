"""A policy file cut into pieces for printing: every token as written, with the comments that stand beside it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govengine.language.grammar import parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.language.tree import Node


@dataclass(slots=True)
class Comment:
    """A comment on a line of its own; `blank` tells that an empty line stands before it."""

    text: str
    blank: bool


@dataclass(slots=True)
class Piece:
    """One token: its terminal's name in the grammar, and its text.

    `above` are comments on lines of their own before it, `after` is the one that ends its line; `blank` tells that an
    empty line stands directly before it.
    """

    kind: str
    text: str
    above: list[Comment] = field(default_factory=list)
    after: str | None = None
    blank: bool = False

    @property
    def keyword(self) -> bool:
        """Whether it is a word of the language, such as `rule`."""
        return self.kind.startswith("_KW_")


class Pieces:
    """All pieces of one text, in order, and lark's tree of it.

    `tail` are the comments behind the last token.
    """

    def __init__(self, text: str) -> None:
        parsing = parser().parse_interactive(text, start="file")
        tokens = list(parsing.iter_parse())
        self.tree: Node = parsing.feed_eof()  # type: ignore[no-untyped-call] # lark's
        self.all: list[Piece] = []
        self.tail: list[Comment] = []
        self._starts = [t.start_pos or 0 for t in tokens]
        end = 0
        for token in tokens:
            piece = Piece(token.type, _plain(token.type, str(token)))
            piece.above, piece.blank = self._gap(text[end : token.start_pos])
            self.all.append(piece)
            end = token.end_pos or 0
        self.tail, _ = self._gap(text[end:])

    def of(self, node: Node) -> list[Piece]:
        """The pieces that a node of the tree was read from."""
        return self.all[bisect_left(self._starts, node.meta.start_pos) : bisect_left(self._starts, node.meta.end_pos)]

    def _gap(self, gap: str) -> tuple[list[Comment], bool]:
        """Comments between two tokens; what ends the line of the first one is put there."""
        lines = [line.strip() for line in gap.split("\n")]
        if self.all and lines[0]:
            self.all[-1].after = _spaced(lines[0])
        above, blank = [], False
        for line in lines[1:-1] if self.all else lines[:-1]:
            if line:
                above.append(Comment(_spaced(line), blank))
            blank = not line
        last = lines[-1] if len(lines) > 1 or not self.all else ""
        if last:  # only behind the last token, where no line break follows
            above.append(Comment(_spaced(last), blank))
        return above, blank


def comments_of(pieces: list[Piece]) -> Iterator[str]:
    """All comments beside some pieces, in the order of the text."""
    for piece in pieces:
        yield from (c.text for c in piece.above)
        if piece.after is not None:
            yield piece.after


def _spaced(comment: str) -> str:
    """`//x` as `// x`; rulers such as `//----` stay."""
    return f"// {comment[2:]}" if comment[2:3].isalnum() else comment


def _plain(kind: str, text: str) -> str:
    """One spelling where several mean the same."""
    if kind == "PERIOD":
        return " ".join(text.split())
    if kind == "STRING_LIT" and text[0] == "'" and not {'"', "\\"} & set(text):
        return f'"{text[1:-1]}"'
    return text
