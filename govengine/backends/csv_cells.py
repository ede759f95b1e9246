"""In which line of a CSV file the first cell stands that its column's type refuses.

DuckDB reads rows in many threads and keeps no lines; so files are read once more where there is such a cell, row by row
and up to a bound. The cells that were refused are known by then, and none of them leaves this file.
"""

from __future__ import annotations

import csv
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from govengine.backends.csv_fault import lines_of
from govengine.backends.text_files import packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from govengine.backends.csv_header import Header

MOST_LETTERS = 64_000_000
"""So much of the files is looked through, which takes a second or two."""

_CHUNK = 1 << 22


def first_refused(
    files: Sequence[str], headers: Sequence[Header], refused: Mapping[str, Collection[str]]
) -> tuple[int, int] | None:
    """The file, from 0, and the line of the first row with a refused cell; None where none is found up to the bound.

    `refused` are the texts of cells by the names of columns in small letters.
    """
    left = MOST_LETTERS
    for number, (file, header) in enumerate(zip(files, headers, strict=True)):
        if packed(file) == "zstd":  # which only DuckDB unpacks
            return None
        at = {i: refused[name.lower()] for i, name in enumerate(header.names) if name.lower() in refused}
        width = len(header.names)

        def has_refused(row: list[str], at: Mapping[int, Collection[str]] = at, width: int = width) -> bool:
            return len(row) == width and any(row[place] in texts for place, texts in at.items())

        try:
            line, left = _line(file, header, has_refused, left)
        except (OSError, UnicodeError, csv.Error):
            return None
        if line is not None:
            return number, line
        if left <= 0:
            return None
    return None


def may_be_wide(file: str, header: Header) -> bool:
    """Whether a row of a file may have a field too many that is empty: whether any line ends with a separator."""
    if packed(file) == "zstd":
        return True
    separator = header.separator.encode()
    ends = [separator + quotes + end for quotes in (b"", b'""') for end in (b"\n", b"\r")]
    kept = b""
    with unpacked(file) as opened:
        while chunk := opened.read(_CHUNK):
            piece = kept + chunk
            if any(end in piece for end in ends):
                return True
            kept = piece[-3:]
    return kept.endswith((separator, separator + b'""'))


def first_too_wide(
    files: Sequence[str], headers: Sequence[Header], suspects: Collection[int]
) -> tuple[int, int] | None:
    """The file, from 0, and the line of the first row with too many fields; None where none is found in time."""
    left = MOST_LETTERS
    for number in suspects:
        if packed(files[number]) == "zstd":
            return None
        try:
            line, left = _line(files[number], headers[number], partial(_wider, len(headers[number].names)), left)
        except (OSError, UnicodeError, csv.Error):
            return None
        if line is not None:
            return number, line
        if left <= 0:
            return None
    return None


def _wider(width: int, row: list[str]) -> bool:
    return len(row) > width


def _line(file: str, header: Header, meant: Callable[[list[str]], bool], left: int) -> tuple[int | None, int]:
    """The line, and how many letters are left to look through."""

    def up_to_the_bound() -> Iterator[str]:
        nonlocal left
        for line in islice(lines_of(file), header.above, None):
            if left <= 0:
                return
            left -= len(line)
            yield line

    rows = csv.reader(up_to_the_bound(), delimiter=header.separator)
    next(rows, None)
    begun = rows.line_num + 1
    for row in rows:
        if meant(row):
            return header.above + begun, left
        begun = rows.line_num + 1
    return None, left
