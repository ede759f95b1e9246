"""JSON → what DuckDB reads rows from, with what it would pass over in silence looked at first.

An array that was cut off behind a comma gives the rows before the cut; a row that is no object has no columns; and a
whole number beyond 64 bits would become the nearest binary fraction, so that two of them may become one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govengine.backends import column_names, file_lists
from govengine.backends.csv_types import read_as, types_of
from govengine.backends.text_files import TextError, packed, unpacked, which
from govengine.expectations.sql import identifier, literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.backends.bounded import Bounded

_CHUNK = 1 << 20
_SPACE = b" \t\r\n"
_LARGEST = 16_777_216
"""Bytes of one row."""
_BIG = "-?[0-9]{16,}"
_NUMBERED = re.compile(r"(.+)_\d+")


def json_reader(connection: Bounded, files: tuple[str, ...], format_: str) -> str:
    """A source of rows for FROM; `format_` is json or ndjson.

    Raises:
        TextError: an array is not closed, or a row is no object.
        OSError: a file cannot be opened or unpacked.
        duckdb.Error: it is no JSON.

    """
    for i, file in enumerate(files):
        if not _closed(file):
            raise TextError(f"the array{which(i, files)} is never closed: it was cut off")
        if format_ == "ndjson" and _begins_array(file):
            raise TextError(
                f"it holds an array{which(i, files)}, and a file of NDJSON holds an object on each line",
                "write one object a line, or let the name of the file end in `.json`",
            )
    kind = "newline_delimited" if format_ == "ndjson" else "auto"
    listed = f"{file_lists.listed(files)}, format='{kind}', maximum_object_size={_LARGEST}"
    keys = connection.execute(
        f"SELECT DISTINCT unnest(json_keys(json)) FROM read_json_objects({listed}) LIMIT {column_names.MOST + 1}"
    ).fetchall()
    column_names.see_apart(sorted(str(row[0]) for row in keys))
    listed += ", hive_partitioning=false"
    reader = f"read_json({listed}, sample_size=-1, maximum_sample_files={len(files) + 1})"
    cursor = connection.execute(f"SELECT * FROM {reader} LIMIT 0")
    columns = {str(column[0]): str(column[1]) for column in cursor.description}
    if list(columns) == ["json"] and columns["json"].startswith("MAP("):  # many keys of one type in each row
        reader = f"{reader[:-1]}, map_inference_threshold=-1)"
        cursor = connection.execute(f"SELECT * FROM {reader} LIMIT 0")
        columns = {str(column[0]): str(column[1]) for column in cursor.description}
    if list(columns) == ["json"]:  # what DuckDB calls the column of what is no object
        other = f"SELECT count(*) FROM read_json_objects({listed}) WHERE json_type(json) NOT IN ('OBJECT', 'NULL')"
        row = connection.execute(other).fetchone()
        if row is not None and row[0]:
            raise TextError(
                "a row in it is no object, and has no columns",
                "write one object a row: a line each in NDJSON, else in one array in a file that is called `.json`",
            )
    return _exact(connection, listed, columns) or reader


def _exact(connection: Bounded, listed: str, columns: Mapping[str, str]) -> str | None:
    """A source that keeps whole numbers beyond 64 bits, or None where none would be lost."""
    fractions = [name for name, type_ in columns.items() if type_ == "DOUBLE"]
    small = {name.lower() for name in columns}
    # DuckDB numbers keys that differ in case only, and finds none by such a name.
    if not fractions or any((m := _NUMBERED.fullmatch(n)) and m[1].lower() in small for n in columns):
        return None
    typed = {name: "VARCHAR" if name in fractions else type_ for name, type_ in columns.items()}
    fields = ", ".join(f"{literal(name)}: {literal(type_)}" for name, type_ in typed.items())
    texts = f"read_json({listed}, columns={{{fields}}})"
    tests = ", ".join(f"bool_or(regexp_full_match({identifier(name)}, '{_BIG}'))" for name in fractions)
    row = connection.execute(f"SELECT {tests} FROM {texts}").fetchone()
    if row is None or not any(row):
        return None
    big = [name for name, found in zip(fractions, row, strict=True) if found]
    kinds = dict.fromkeys(fractions, "DOUBLE") | types_of(connection, texts, big, {})
    cells = ", ".join(f"{read_as(name, kind)} AS {identifier(name)}" for name, kind in kinds.items())
    return f"(SELECT * REPLACE ({cells}) FROM {texts})"


def _begins_array(file: str) -> bool:
    """Whether a file begins with an array. Of zstd it is not known, which only DuckDB can unpack."""
    if packed(file) == "zstd":
        return False
    with unpacked(file) as opened:
        return opened.read(_CHUNK).removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE).startswith(b"[")


def _closed(file: str) -> bool:
    """Whether a file that begins an array ends one. Of zstd it is not known, which only DuckDB can unpack."""
    if packed(file) == "zstd":
        return True
    first = last = b""
    with unpacked(file) as opened:
        if packed(file) is None:
            return _ends(opened.read(_CHUNK), file)
        while chunk := opened.read(_CHUNK):
            plain = chunk.strip(_SPACE)
            first, last = first or plain[:1], plain[-1:] or last
    return first != b"[" or last == b"]"


def _ends(head: bytes, file: str) -> bool:
    """The same of a file that is not packed, in which the end can be found without reading all."""
    if not head.lstrip(_SPACE).startswith(b"["):
        return True
    with unpacked(file) as opened:
        opened.seek(0, 2)
        end = opened.tell()
        while end:
            begin = max(end - _CHUNK, 0)
            opened.seek(begin)
            piece = opened.read(end - begin).rstrip(_SPACE)
            if piece:
                return piece.endswith(b"]")
            end = begin
    return False
