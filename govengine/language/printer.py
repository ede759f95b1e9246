"""Policy files in the one style: same meaning, same comments, other white space.

Printed from the tokens rather than from the syntax tree, which holds neither comments nor how a value was spelt.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from govengine.language.printer_lines import WIDTH, Row, fits, joined, wrapped
from govengine.language.printer_pieces import Comment, Pieces, comments_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from govengine.language.printer_pieces import Piece
    from govengine.language.tree import Node

_INDENT = 2
_GAP = "   "  # between clauses on one line, and before a comment that ends it
_HEAD = ("severity", "enforce", "control", "dimension", "every", "formerly")
_EVIDENCE = ("require", "expect", "keep", "attest", "apart")
# The order in which clauses are printed; those of one step stay as their author put them. Where nothing is listed, all
# of them do.
_ORDERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "rule": (("when",), ("for_each",), ("on",), _EVIDENCE, ("finding",), ("because",), ("fix",)),
    "waiver": (
        ("waives",), ("of_product",), ("for_element",), ("reason",), ("requested",), ("approved",), ("until",),
        ("compensating",), ("ticket",), ("signature",),
    ),
    "ruling": (
        ("rules_on",), ("of_product",), ("for_element",), ("finds",), ("reason",), ("requested",), ("approved",),
        ("until",), ("ticket",), ("signature",),
    ),
    "conflict": (("between",), ("decide",), ("because",), ("approved",)),
}  # fmt: skip
_KEYWORD_WIDTH = {"rule": 8, "waiver": 9, "ruling": 9, "conflict": 8}
_DEFAULT_KEYWORD_WIDTH = 7  # `version`, `tighten`, `control`
_KEYWORDS = {"for_each": 2, "rules_on": 2, "for_element": 2}  # words that stand in the keyword's column


def formatted(text: str) -> str:
    """The text in the one style; it ends with a line break unless it is empty.

    Raises:
        lark.UnexpectedInput: it is no policy file.

    """
    pieces = Pieces(text)
    rows: list[Row] = []
    for declaration in pieces.tree.children:
        rows += _Block(pieces, declaration, 0).rows()
    rows += _own_lines(pieces.tail, 0)
    return _printed(rows)


def _printed(rows: Sequence[Row]) -> str:
    lines: list[str] = []
    columns = _comment_columns(rows)
    for i, row in enumerate(rows):
        if row.blank and i:
            lines.append("")
        text = row.text.rstrip()
        if row.comment is not None:
            last = len(text.rpartition("\n")[2])
            text += " " * (columns[i] - last) + row.comment
        lines.append(text)
    return "".join(line + "\n" for line in lines)


def _comment_columns(rows: Sequence[Row]) -> list[int]:
    """Where the comment of each row begins.

    Those of neighbouring rows stand in one column, if there is room; a row that opens a block has no neighbours.
    """
    ends = [len(row.text.rpartition("\n")[2]) for row in rows]
    columns = [end + len(_GAP) for end in ends]
    start = 0
    for end in range(len(rows) + 1):
        joins = end == start or not (rows[min(end, len(rows) - 1)].blank or rows[end - 1].text.endswith("{"))
        if end < len(rows) and rows[end].comment is not None and joins:
            continue
        column = max(columns[start:end], default=0)
        if all(column + len(rows[i].comment or "") <= WIDTH for i in range(start, end)):
            columns[start:end] = [column] * (end - start)
        start = end if end < len(rows) and rows[end].comment is not None else end + 1
    return columns


def _own_lines(comments: Iterable[Comment], column: int) -> list[Row]:
    return [Row(" " * column + c.text, blank=c.blank) for c in comments]


def _under(comments: Iterable[str], rows: list[Row], column: int) -> list[Row]:
    """Rows below comments that stood inside them, where they cannot stay."""
    lines = [Row(" " * column + c) for c in comments]
    if lines:
        lines[0].blank, rows[0].blank = rows[0].blank, False
    return [*lines, *rows]


def _with_after(rows: list[Row], after: list[str], column: int) -> list[Row]:
    """One comment ends the last row; of several none would tell what it is about, so they go above."""
    if len(after) != 1 or rows[-1].comment is not None:
        return _under(after, rows, column)
    rows[-1].comment = after[0]
    return rows


def _inside(pieces: Sequence[Piece]) -> Iterator[str]:
    """The comments between some pieces: neither those above the first one nor that which ends the last one."""
    for i, piece in enumerate(pieces):
        if i:
            yield from (c.text for c in piece.above)
        if piece.after is not None and i + 1 < len(pieces):
            yield piece.after


class _Block:
    """A declaration with braces, and how it is printed."""

    def __init__(self, pieces: Pieces, node: Node, column: int) -> None:
        self._pieces = pieces
        self._column = column
        self._inner = column + _INDENT
        self._kind: str = node.data
        self._all = pieces.of(node)
        self._items = [child for child in node.children if hasattr(child, "data")]
        self._keyword_width = _KEYWORD_WIDTH.get(self._kind, _DEFAULT_KEYWORD_WIDTH)

    def rows(self) -> list[Row]:
        """All lines of the declaration, the comments above it first."""
        opening = next(i for i, p in enumerate(self._all) if p.kind == "LBRACE")
        head, closing = self._all[: opening + 1], self._all[-1]
        rows = self._opened(head, " " * self._column, self._column)
        body = self._body() + _own_lines(closing.above, self._inner)
        if body:
            body[0].blank = False
        return [*rows, *body, Row(" " * self._column + "}", closing.after)]

    def _opened(self, pieces: list[Piece], lead: str, column: int) -> list[Row]:
        """The line that ends in a brace or colon, with the comments above it and those that stood inside it."""
        row = Row(lead + joined(pieces), pieces[-1].after, pieces[0].blank)
        return [*_own_lines(pieces[0].above, column), *_under(_inside(pieces), [row], column)]

    def _body(self) -> list[Row]:
        if self._kind in _ORDERS:
            return self._ordered()
        rows: list[Row] = []
        widths = self._setting_widths()
        table = _ControlTable([self._pieces.of(t) for t in self._items if t.data == "control_declaration"])
        for item in self._items:
            pieces = self._pieces.of(item)
            if item.data == "rule":
                rows += _Block(self._pieces, item, self._inner).rows()
            elif item.data == "term":
                rows += self._term(pieces)
            elif item.data == "setting":
                rows += self._setting(item, pieces, widths[id(item)])
            elif item.data == "allow" and any(p.kind == "LBRACE" for p in pieces):
                rows += self._allow(item, pieces)
            elif item.data == "control_declaration":
                row = Row(" " * self._inner + table.text(pieces), pieces[-1].after, pieces[0].blank)
                rows += _own_lines(pieces[0].above, self._inner)
                rows += _under(_inside(pieces), [row], self._inner)
            else:
                rows += self._clause(item.data, pieces)
        return rows

    # -- rules, and what else has a fixed order ----------------------------------------------------------------------

    def _ordered(self) -> list[Row]:
        rows: list[Row] = []
        head = [t for kind in _HEAD for t in self._items if t.data == kind] if self._kind == "rule" else []
        if head:
            rows += self._head_line([self._pieces.of(t) for t in head])
        for step in _ORDERS[self._kind]:
            for item in self._items:
                if item.data in step:
                    rows += self._clause(item.data, self._pieces.of(item))
        for row in rows:
            row.blank = False
        return rows

    def _head_line(self, clauses: list[list[Piece]]) -> list[Row]:
        """`severity high   enforce advisory   control …`, on more than one line where it has many controls."""
        lines: list[str] = []
        for pieces in clauses:
            text = joined(pieces)
            if lines and fits(lines[-1] + _GAP + text, 0):
                lines[-1] += _GAP + text
            else:
                lines.append(" " * self._inner + text)
        above = [Comment(c.text, blank=False) for pieces in clauses for p in pieces for c in p.above]
        after = [p.after for pieces in clauses for p in pieces if p.after is not None]
        rows = [Row(line) for line in lines]
        return [*_own_lines(above, self._inner), *_with_after(rows, after, self._inner)]

    # -- clauses -----------------------------------------------------------------------------------------------------

    def _clause(self, kind: str, pieces: list[Piece]) -> list[Row]:
        """`keyword  rest`, the rest in one column with that of its neighbours."""
        count = _KEYWORDS.get(kind, 1)
        lead = " " * self._inner + joined(pieces[:count]).ljust(self._keyword_width) + " "
        return self._led(pieces, count, lead)

    def _led(self, pieces: list[Piece], count: int, lead: str) -> list[Row]:
        """A clause of which the first pieces are printed as `lead`."""
        rows = wrapped(pieces[count:], len(lead), lead)
        rows[0].blank = pieces[0].blank
        rows = _under(_inside(pieces[: count + 1]), rows, self._inner)
        return [*_own_lines(pieces[0].above, self._inner), *rows]

    def _term(self, pieces: list[Piece]) -> list[Row]:
        """The condition on its own line, whatever its length: so that terms read as a list."""
        colon = next(i for i, p in enumerate(pieces) if p.kind == "COLON")
        column = self._inner + _INDENT
        rows = self._opened(pieces[: colon + 1], " " * self._inner, self._inner)
        body = pieces[colon + 1 :]
        return [*rows, *_own_lines(body[0].above, column), *wrapped(body, column, " " * column)]

    # -- settings ----------------------------------------------------------------------------------------------------

    def _setting_widths(self) -> dict[int, int]:
        """The width of `setting name:` by item: as wide as the widest of those that stand directly beside it."""
        widths: dict[int, int] = {}
        run: list[tuple[object, int]] = []
        for item, following in pairwise([*self._items, None]):
            if item is None or item.data != "setting":
                continue
            own = len(joined(self._pieces.of(item)[:3]))
            if _level_values(item) is not None:
                widths[id(item)] = own
                continue
            run.append((item, own))
            if not self._goes_on(following):
                widths |= {id(i): max(w for _, w in run) for i, _ in run}
                run = []
        return widths

    def _goes_on(self, following: Node) -> bool:
        if following is None or following.data != "setting" or _level_values(following) is not None:
            return False
        pieces = self._pieces.of(following)
        return not pieces[0].blank and not pieces[0].above and not any(True for _ in _inside(pieces[:4]))

    def _setting(self, item: object, pieces: list[Piece], width: int) -> list[Row]:
        lead = " " * self._inner + joined(pieces[:3]).ljust(width) + " "
        levels = _level_values(item)
        if levels is None:
            return self._led(pieces, 3, lead)
        opening = next(i for i, p in enumerate(pieces) if p.kind == "LBRACE")
        closing = pieces[-1]
        rows = self._opened(pieces[: opening + 1], " " * self._inner, self._inner)
        rows += self._levels([self._pieces.of(t) for t in levels.children])
        rows += _own_lines(closing.above, self._inner + _INDENT)
        return [*rows, Row(" " * self._inner + "}", closing.after)]

    def _allow(self, item: Node, pieces: list[Piece]) -> list[Row]:
        """An `allow` with a block: what it grants on one line, and the fields of the grant below."""
        opening = next(i for i, p in enumerate(pieces) if p.kind == "LBRACE")
        head, closing = pieces[: opening + 1], pieces[-1]
        lead = " " * self._inner + joined(head[:1]).ljust(self._keyword_width) + " "
        row = Row(lead + joined(head[1:]), head[-1].after, head[0].blank)
        rows = _own_lines(head[0].above, self._inner) + _under(_inside(head), [row], self._inner)
        fields = [self._pieces.of(t) for t in item.children if getattr(t, "data", None) == "grant_field"]
        rows += self._levels(fields) if fields else []
        rows += _own_lines(closing.above, self._inner + _INDENT)
        return [*rows, Row(" " * self._inner + "}", closing.after)]

    def _levels(self, entries: list[list[Piece]]) -> list[Row]:
        """Figures side by side where they fit, lists below each other."""
        column = self._inner + _INDENT
        line = " " * column + _GAP.join(f"{e[0].text} {joined(e[1:])}" for e in entries)
        lists = any(p.kind == "LSQB" for e in entries for p in e)
        commented = any(True for e in entries for _ in comments_of(e))
        if fits(line, 0) and not lists and not commented:
            return [Row(line)]
        width = max(len(e[0].text) for e in entries)
        rows: list[Row] = []
        for name, *value in entries:
            lead = " " * column + name.text.ljust(width) + " "
            own = _under(_inside([name, value[0]]), wrapped(value, len(lead), lead), column)
            rows += [*_own_lines(name.above, column), *own]
        for row in rows:
            row.blank = False
        return rows


class _ControlTable:
    """The controls of a framework: number, title and `manual` in columns."""

    def __init__(self, controls: list[list[Piece]]) -> None:
        self._id_width = max((len(c[1].text) for c in controls), default=0)
        self._title_width = max((len(c[2].text) for c in controls if len(c) > 3), default=0)

    def text(self, pieces: list[Piece]) -> str:
        """The line of one control, without indentation."""
        line = f"{pieces[0].text} {pieces[1].text:<{self._id_width}} {pieces[2].text}"
        manual = pieces[3:]
        if not manual:
            return line
        return line + " " * (self._title_width - len(pieces[2].text)) + _GAP + joined(manual)


def _level_values(setting: Node) -> Node:
    """The `level_values` node of a setting by level, or None."""
    bound = setting.children[3].children[0]
    return bound if bound.data == "level_values" else None
