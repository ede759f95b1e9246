"""Pieces on lines: spaces between them, and where a clause that is too long is broken."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govengine.language.printer_pieces import Piece

WIDTH = 120
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_NAMES = frozenset({"IDENT", "cel__IDENT", "NAME", "DATASET", "ADDRESS", "REFERENCE"})
_SIGNS = frozenset({"&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "?", ":", ",", ".", "!"})
_STEP = 2

# Where a line may end, the best place first; what is deeper in brackets comes later.
_PARTS = ("_KW_WHERE", "_KW_EXCEPT", "_KW_UNLESS")
_SMALL_PARTS = ("_KW_AT", "_KW_WITH", "_KW_WITHIN", "_KW_EQUALS", "_KW_PER", "_KW_FROM", "_KW_TO", "_KW_ON")
_PART, _COMMA, _CHOICE, _SMALL_PART = 0, 1, 2, 5
_AFTER = {",": _COMMA, "||": 3, "&&": 4, "==": 6, "!=": 6, "<": 6, "<=": 6, ">": 6, ">=": 6, "in": 6, "+": 7, "-": 7}

Rank = tuple[int, int]


@dataclass(slots=True)
class Row:
    """A line to print: its text with the indentation, a comment at its end, an empty line before it.

    The text holds line breaks only where a token does.
    """

    text: str
    comment: str | None = None
    blank: bool = False


def joined(pieces: Sequence[Piece]) -> str:
    """The pieces on one line, without comments."""
    return _text(_Clause(pieces), 0, len(pieces))


def wrapped(pieces: Sequence[Piece], column: int, lead: str) -> list[Row]:
    """The pieces on as many lines as they need, comments between them kept.

    Args:
        pieces: of one clause.
        column: where the lines begin, counted from 0.
        lead: what stands on the first line before them, `column` letters.

    """
    clause = _Clause(pieces)
    rows: list[Row] = []
    start = 0
    for end in range(1, len(pieces) + 1):
        # A comment ends its line: what follows it begins a new one.
        if end < len(pieces) and pieces[end - 1].after is None and not pieces[end].above:
            continue
        at = column + _STEP * clause.depth[start] if start else column
        if start:
            rows += [Row(" " * at + c.text) for c in pieces[start].above]
        lines = _laid(clause, start, end, at, column)
        rows += [Row(" " * where + text) for where, text in lines]
        rows[-1].comment = pieces[end - 1].after
        start = end
    rows[0].text = lead + rows[0].text[column:]
    return rows


def fits(text: str, at: int) -> bool:
    """Whether text that begins at a column stays within the width; lines inside a token are taken as they are."""
    first, _, rest = text.partition("\n")
    return at + len(first) <= WIDTH and len(rest.rpartition("\n")[2]) <= WIDTH


class _Clause:
    """Pieces with what the layout asks of them: the space before each, how deep it stands, the rank of a break there.

    `depth[i]` counts the brackets open before piece `i`; `rank[i]` is that of a break before it, or None.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.space: list[bool] = []
        self.depth: list[int] = []
        self.rank: list[Rank | None] = []
        questions = [0]  # open `?` by bracket
        unary = False
        for i, piece in enumerate(pieces):
            before = pieces[i - 1] if i else None
            text = piece.text
            if text in _CLOSE:
                questions.pop()
            choice = text == ":" and bool(questions) and questions[-1] > 0
            depth = len(questions) - 1
            self.depth.append(depth)
            self.space.append(before is not None and _spaced(before, piece, unary=unary, choice=choice))
            self.rank.append(None if before is None else _rank(before, piece, depth, choice=choice))
            unary = text == "-" and (before is None or not _is_operand(before))
            if text in _OPEN:
                questions.append(0)
            else:
                questions[-1] += (text == "?") - choice


def _is_operand(piece: Piece) -> bool:
    return not piece.keyword and piece.kind != "IN" and piece.text not in _SIGNS and piece.text not in _OPEN


def _spaced(before: Piece, piece: Piece, *, unary: bool, choice: bool) -> bool:
    """Whether a space stands between two neighbours; `choice` is the `:` of `a ? b : c`."""
    left, right = before.text, piece.text
    if right == "." and before.kind == "INT_LIT":
        return True  # `2.` is a figure
    if right in {",", ".", ")", "]", "}"} or left in {"(", "[", "{", ".", "!"}:
        return False
    if unary:
        return right[0].isdigit() or right[0] == "."  # `- 1` is not the figure `-1`
    if right == ":":
        return choice
    if right == "(":
        return before.kind not in _NAMES
    if right == "[":
        return not _is_operand(before)
    return True


def _rank(before: Piece, piece: Piece, depth: int, *, choice: bool) -> Rank | None:
    if depth == 0 and piece.kind in _PARTS:
        return depth, _PART
    if depth == 0 and piece.kind in _SMALL_PARTS:
        return depth, _SMALL_PART
    if choice or piece.text == "?":
        return depth, _CHOICE
    if before.keyword or piece.keyword:
        return None
    after = _AFTER.get(before.text)
    return None if after is None else (depth, after)


def _text(clause: _Clause, start: int, end: int) -> str:
    pieces, space = clause.pieces, clause.space
    return "".join((" " if space[i] and i > start else "") + pieces[i].text for i in range(start, end))


def _laid(clause: _Clause, start: int, end: int, at: int, base: int) -> list[tuple[int, str]]:
    """Lines as columns and texts, for the pieces from `start` to `end`; breaks go to `base`, or right of it."""
    whole = _text(clause, start, end)
    ranks = [rank for rank in clause.rank[start + 1 : end] if rank is not None]
    if fits(whole, at) or not ranks:
        return [(at, whole)]
    best = min(ranks)
    cuts = [start, *(i for i in range(start + 1, end) if clause.rank[i] == best), end]
    lines: list[tuple[int, str]] = []
    first = start
    for left, right in pairwise(cuts):
        if left > first and not fits(_text(clause, first, right), at):
            lines += _laid(clause, first, left, at, _base(clause, first, at, base))
            first, at = left, base + _STEP * best[0]
    return lines + _laid(clause, first, end, at, _base(clause, first, at, base))


def _base(clause: _Clause, first: int, at: int, base: int) -> int:
    """A condition behind a `where` that begins a line goes on behind that word."""
    piece = clause.pieces[first]
    return at + len(piece.text) + 1 if piece.kind in _PARTS and clause.depth[first] == 0 else base
