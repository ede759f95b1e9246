"""The head of a CSV file: its separator, its columns, and the lines above them."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from govengine.backends.column_names import MOST, alike, one
from govengine.backends.file_lists import listed
from govengine.backends.text_files import TextError, fault, packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from govengine.backends.bounded import Bounded

SEPARATORS = (",", ";", "\t", "|")
LONGEST_LINE = 16_777_216
BUFFER = 2 * LONGEST_LINE
"""Unless told, DuckDB takes sixteen longest lines for a packed file, which no small memory limit holds."""
_LINES = 64
"""So many lines of a file of zstd are looked at, which only DuckDB can unpack."""
_TOLD = re.compile(r'"?sep=([^"\r\n])"?', re.IGNORECASE)
"""What Excel writes in the first line: the separator of the lines below."""
_VALUE = re.compile(r"[-+]?[\d.,][\d.,: /-]*|[^@\s]+@[^@\s]+|[a-z]{2}\d{2}[a-z0-9 ]{11,40}|\d{4}-\d{2}-\d{2}.*")
"""What no column is called: a number, an address, an account, a day; in small letters."""
_PLAIN_NUMBER = re.compile(r"[0-9]{1,4}|(19|20)[0-9]{2}([-_/.]?(0[1-9]|1[0-2]))([-_/.]?(0[1-9]|[12][0-9]|3[01]))?")
_NO_NAMES = "let the first line name the columns, and nothing stand above it"


class Header(NamedTuple):
    """The separator, the names of the columns, and how many lines stand above them that hold neither."""

    separator: str
    names: tuple[str, ...]
    above: int


def reads_like_a_value(names: Iterable[str], declared: Collection[str]) -> bool:
    """Whether any name of a column that is not declared reads like a value; `declared` are in small letters."""
    return any(name.lower() not in declared and _VALUE.fullmatch(name.lower().strip()) for name in names)


def is_plain_number(name: str) -> bool:
    """Whether a name is a short number, a year, a month or a day, which says of nobody anything."""
    return _PLAIN_NUMBER.fullmatch(name.strip()) is not None


def read_header(connection: Bounded, file: str, declared: Collection[str]) -> Header:
    """The head of a file of UTF-8; `declared` are names of columns in small letters.

    Lines above the header may be empty, or be the one in which Excel names the separator (`sep=;`); the separator is
    else the one that stands most often in the header, outside quotes.

    Raises:
        TextError: there is no header, it is not UTF-8, it names a column twice, or is a row, a title or a comment.
        OSError: the file cannot be opened or unpacked.

    """
    lines = _lines(connection, file)
    above, told = 0, None
    try:
        line = next(lines, "")
        if match := _TOLD.fullmatch(line.rstrip("\r\n")):
            above, told, line = 1, match[1], next(lines, "")
        while line and not line.rstrip("\r\n"):
            above, line = above + 1, next(lines, "")
        if not line:
            raise TextError("it has no header line")
        record = line
        while _open_quote(record, told):
            more = next(lines, "")
            if not more or len(record) > csv.field_size_limit():
                raise TextError("a quote in its header line is never closed")
            record += more
        following = next((one for one in lines if one.rstrip("\r\n")), "")
    except UnicodeError:
        raise fault((file,)) or TextError("it holds bytes that are not UTF-8") from None
    separator = told or _most(record)
    names = _names(record, separator, declared)
    if told is None and len(names) == 1 and names[0].lower() not in declared:
        if names[0].startswith("#"):
            raise TextError("its first line is a comment, not the names of columns", _NO_NAMES)
        if len(_cells(following, _most(following))) > 1:
            raise TextError("its first line has one field and the next one has several: it names no columns", _NO_NAMES)
    return Header(separator, names, above)


def _lines(connection: Bounded, file: str) -> Iterator[str]:
    """The first lines, with their ends."""
    if packed(file) == "zstd":
        try:
            rows = connection.execute(
                f"SELECT line FROM read_csv({listed([file])}, auto_detect=false, columns={{'line': 'VARCHAR'}}, "
                "header=false, delim='\x1f', quote='', escape='', comment='', strict_mode=false, parallel=false, "
                f"max_line_size={LONGEST_LINE}, buffer_size={BUFFER}) LIMIT {_LINES}"
            ).fetchall()
        except duckdb.InvalidInputException:
            raise TextError("its header line cannot be read as UTF-8") from None
        yield from (f"{row[0] or ''}\n".removeprefix("\ufeff") for row in rows)
        return
    with unpacked(file) as opened, io.TextIOWrapper(opened, "utf-8-sig", newline="") as text:
        while line := text.readline(LONGEST_LINE):
            yield line


def _open_quote(record: str, told: str | None) -> bool:
    """Whether a cell at the end is still open. A quote opens one only where it is the first letter of it."""
    separators = SEPARATORS if told is None else (told,)
    quoted, begins, closed = False, True, False
    for letter in record:
        if quoted:
            quoted, closed = letter != '"', letter == '"'
        elif letter == '"' and (begins or closed):
            quoted = True
        else:
            begins, closed = letter in separators or (begins and letter == " "), False
    return quoted


def _most(record: str) -> str:
    """The separator that stands most often in a record, outside quotes."""
    plain, quoted = "", False
    for letter in record:
        if letter == '"':
            quoted = not quoted
        elif not quoted:
            plain += letter
    return max(SEPARATORS, key=plain.count)


def _cells(record: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(record, newline=""), delimiter=separator), [])
    except csv.Error as error:
        raise TextError("its header line is too long, or a quote in it is never closed") from error


def _names(record: str, separator: str, declared: Collection[str]) -> tuple[str, ...]:
    """The names in a header, without blanks around them; one that is empty is called by its number, from 0."""
    if "\0" in record:
        raise TextError("its header line holds a NUL byte")
    cells = [one(cell.strip()) for cell in _cells(record, separator)]
    written = [cell.lower() for cell in cells if cell]
    if not written:
        raise TextError("its first line names no columns", _NO_NAMES)
    if len(written) == 1 and len(cells) > 2 and written[0] not in declared:
        why = f"its first line has {len(cells)} fields and one of them is not empty: a title, not the names of columns"
        raise TextError(why, _NO_NAMES)
    if len(cells) > MOST:
        raise TextError(f"it has more than {MOST:,} columns", "store what differs from row to row as rows")
    if alike(written) is not None:
        folded = [cell.casefold() for cell in cells]
        twice = [str(i + 1) for i, cell in enumerate(folded) if cell and folded.count(cell) > 1]
        raise TextError(f"its header line names a column twice: fields {', '.join(twice)}", "give each column its name")
    # A file without a header would have its first row taken for names, and reports speak of columns by name.
    if declared and not any(name in declared for name in written):
        raise TextError("its first line names none of the declared columns", _NO_NAMES)
    # Where another name is declared it is no row, and a column may be called by a number or a year.
    plain = any(name in declared for name in written)
    if reads_like_a_value((n for n in written if not (plain and is_plain_number(n))), declared):
        raise TextError("its first line reads like a row, not like the names of columns", _NO_NAMES)
    names: list[str] = []
    for i, cell in enumerate(cells):
        name, again = cell or f"column{i}", 0
        while not cell and (name.lower() in written or name in names):
            again += 1
            name = f"column{i}_{again}"
        names.append(name)
    return tuple(names)
