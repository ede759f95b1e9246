"""What is wrong with a CSV file that DuckDB cannot read, and in which line."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from govengine.backends.csv_header import LONGEST_LINE
from govengine.backends.text_files import TextError, packed, unpacked, which

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1 << 20
_MEND = "load the file again from its source, or mend it there"


def line_at(file: str, position: int) -> int | None:
    """The line in which a byte stands, by its place from 1; None where the file can only be unpacked by DuckDB."""
    if packed(file) == "zstd":
        return None
    ends = {b"\n": 0, b"\r": 0}
    try:
        with unpacked(file) as opened:
            left = max(position - 1, 0)
            while left and (chunk := opened.read(min(left, _CHUNK))):
                left -= len(chunk)
                for end in ends:
                    ends[end] += chunk.count(end)
            behind = opened.read(_CHUNK)  # DuckDB counts empty lines above a row to it, and half the end of a line
            for end in ends:
                ends[end] += behind[: len(behind) - len(behind.lstrip(b"\r\n"))].count(end)
    except OSError:
        return None
    return (ends[b"\n"] or ends[b"\r"]) + 1


def is_last_line(file: str, position: int) -> bool:
    """Whether a row that begins at a byte, by its place from 1, stands in the last line of a file; no, if not known."""
    if packed(file) == "zstd":
        return False
    try:
        with unpacked(file) as opened:
            left = max(position - 1, 0)
            while left and (chunk := opened.read(min(left, _CHUNK))):
                left -= len(chunk)
            row = opened.read(LONGEST_LINE).strip(b"\r\n")
            return not opened.read(1) and b"\n" not in row and b"\r" not in row
    except OSError:
        return False


def misread(files: tuple[str, ...], separator: str) -> TextError | None:
    """The first quote that does not fit, or line that ends otherwise than the others; None where there is none."""
    for i, file in enumerate(files):
        if packed(file) == "zstd":
            continue
        try:
            found = _quote(file, separator) or _end(file)
        except (OSError, UnicodeError):
            continue
        if found is not None:
            what, line = found
            return TextError(f"{what}: line {line:,}{which(i, files)}", _MEND)
    return None


def lines_of(file: str) -> Iterator[str]:
    """The lines of a file of UTF-8, each with its end; not of zstd, which only DuckDB unpacks.

    Raises:
        OSError: it cannot be opened or unpacked.
        UnicodeError: it is not UTF-8.

    """
    with unpacked(file) as opened, io.TextIOWrapper(opened, "utf-8-sig", newline="") as text:
        while line := text.readline(LONGEST_LINE):
            yield line


def _quote(file: str, separator: str) -> tuple[str, int] | None:
    """The line in which the row begins whose quotes do not fit.

    As DuckDB reads them: a quote in mid-cell is a letter, but one that opens a cell has to close it.
    """
    begun, state = 1, "start"
    for number, line in enumerate(lines_of(file), 1):
        if state != "quoted":
            begun, state = number, "start"
        if '"' not in line:  # which changes nothing
            continue
        for letter in line:
            if state == "quoted":
                state = "closing" if letter == '"' else state
            elif state == "closing":
                if letter == '"':
                    state = "quoted"
                elif letter not in (" ", "\r", "\n", separator):
                    return "a quote does not fit", begun
                else:
                    state = "start" if letter == separator else state
            elif letter == '"' and state == "start":
                state = "quoted"
            elif letter == separator:
                state = "start"
            elif letter != " ":
                state = "plain"
    return ("a quote is never closed", begun) if state == "quoted" else None


def _end(file: str) -> tuple[str, int] | None:
    """The first line outside quotes that ends otherwise than the first one."""
    first, quotes = None, 0
    for number, line in enumerate(lines_of(file), 1):
        quotes += line.count('"')
        end = line[len(line.rstrip("\r\n")) :]
        if quotes % 2 or not end:
            continue
        first = first or end
        if end != first:
            return "its lines do not end alike", number
    return None
