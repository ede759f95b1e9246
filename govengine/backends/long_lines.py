"""Lines of CSV that are too long for DuckDB, which passes over those that no buffer of its holds without a word.

Such a file is refused whole: nobody could say how many rows it lost. A row over several lines, in quotes, is not meant:
of those DuckDB tells.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from govengine.backends.csv_header import LONGEST_LINE
from govengine.backends.file_lists import listed
from govengine.backends.text_files import TextError, packed, unpacked, which

if TYPE_CHECKING:
    from govengine.backends.bounded import Bounded

_CHUNK = 1 << 22
_MOST_PACKED = 1_032
"""So many bytes can one of gzip become at most."""
_WHY = f"a line of it is longer than {LONGEST_LINE >> 20} MB"


def refuse_long_lines(connection: Bounded, files: tuple[str, ...]) -> None:
    """See that no line of some files is longer than can be read.

    Raises:
        TextError: one is.
        duckdb.Error: the time is over.
        OSError: a file cannot be opened or unpacked.

    """
    for i, file in enumerate(files):
        too_long = _by_duckdb(connection, file) if packed(file) == "zstd" else _by_bytes(connection, file)
        if too_long:
            raise TextError(_WHY + which(i, files), "load the file again from its source: line ends are missing in it")


def _by_bytes(connection: Bounded, file: str) -> bool:
    size = Path(file).stat().st_size
    if size * (1 if packed(file) is None else _MOST_PACKED) <= LONGEST_LINE:
        return False
    length = 0  # of the line that is still open
    with unpacked(file) as opened:
        while chunk := opened.read(_CHUNK):
            ends = [end for end in (b"\n", b"\r") if end in chunk]
            if length + min(map(chunk.find, ends), default=len(chunk)) > LONGEST_LINE:
                return True
            last = max(map(chunk.rfind, ends), default=None)
            length = length + len(chunk) if last is None else len(chunk) - last - 1
            connection.in_time()
    return False


def _by_duckdb(connection: Bounded, file: str) -> bool:
    """The same of zstd, which only DuckDB can unpack: its reader of JSON refuses long lines, be they JSON or not."""
    try:
        connection.one(
            f"SELECT count(*) FROM read_json_objects({listed([file])}, format='newline_delimited', ignore_errors=true, "
            f"maximum_object_size={LONGEST_LINE})"
        )
    except duckdb.InvalidInputException as error:
        return "maximum_object_size" in str(error)
    return False
