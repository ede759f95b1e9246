"""CSV → a table, with every row that does not fit counted.

The separator is taken from the header line and the quote is `"`. DuckDB's own sniffer is not used: on a file that was
cut off it settles on another quote, and then reads every value wrongly without a word.
All cells are read as text first; a column then takes the type that its spec declares, or the narrowest that holds for
every one of its cells.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from govengine.backends import numbered as numbered_files
from govengine.expectations.evidence import FILE
from govengine.expectations.sql import identifier, literal, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from govengine.backends.bounded import Bounded

_SEPARATORS = (",", ";", "\t", "|")
FLOATS = ("DOUBLE", "FLOAT")
"""Types that hold what is no number; DuckDB ranks that above all numbers, so that it would reach any limit."""
_LONGEST_LINE = 16_777_216
_BUFFER = 2 * _LONGEST_LINE
"""Unless told, DuckDB takes sixteen longest lines for a packed file, which no small memory limit holds."""
READING = (
    "auto_detect=true, quote='\"', escape='\"', header=true, all_varchar=true, strict_mode=true, null_padding=false, "
    f"sample_size=1, union_by_name=false, max_line_size={_LONGEST_LINE}, buffer_size={_BUFFER}"
)
"""How `read_csv` is called, whatever the file is."""
_AT_ONCE = 200
"""Columns looked at in one scan: the time DuckDB takes to plan aggregates grows faster than their number."""
_FIRST_ROWS = 1000
"""So many rows are looked at before all of them."""
_KINDS = {
    "MISSING COLUMNS": "too few fields",
    "TOO MANY COLUMNS": "too many fields",
    "UNQUOTED VALUE": "a quote that does not fit",
    "LINE SIZE OVER MAXIMUM": "a line that is too long",
    "INVALID ENCODING": "bytes that are not UTF-8",
    "INVALID STATE": "a quote that does not fit",
    "CAST": "a value of another type",
}
DECLARED_TYPES = {
    "string": "VARCHAR", "text": "VARCHAR", "varchar": "VARCHAR", "uuid": "VARCHAR", "integer": "BIGINT",
    "int": "BIGINT", "bigint": "BIGINT", "long": "BIGINT", "decimal": "DECIMAL", "numeric": "DECIMAL",
    "double": "DOUBLE", "float": "DOUBLE", "number": "DOUBLE", "boolean": "BOOLEAN", "bool": "BOOLEAN",
    "date": "DATE", "time": "TIME",
    "timestamp": "TIMESTAMP", "datetime": "TIMESTAMP", "timestamptz": "TIMESTAMPTZ",
}  # fmt: skip
"""Logical types of specs → DuckDB's; any other is read by the narrowest type that holds. DECIMAL takes as many places
as its longest cell has, so that nothing is rounded."""

_FAST_DIGITS, _MOST_DIGITS = 18, 38
_WHOLE = r"-?(0|[1-9][0-9]{0,17})"
_FIXED = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"
_NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?"
_NARROW: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("BIGINT", lambda c: f"regexp_full_match({c}, '{_WHOLE}')"),
    # Before DOUBLE: 0.30 - 0.10 is 0.20 in money, and is not in binary fractions.
    ("DECIMAL", lambda c: f"regexp_full_match({c}, '{_FIXED}')"),
    ("DOUBLE", lambda c: f"regexp_full_match({c}, '{_NUMBER}')"),
    ("DATE", lambda c: f"(length({c}) = 10 AND TRY_CAST({c} AS DATE) IS NOT NULL)"),
    (
        "TIMESTAMP",
        lambda c: f"(length({c}) > 10 AND {c} LIKE '____-__-__%' AND TRY_CAST({c} AS TIMESTAMP) IS NOT NULL)",
    ),
    ("BOOLEAN", lambda c: f"(lower({c}) IN ('true', 'false'))"),
)


_VALUE = re.compile(r"[-+]?[\d.,][\d.,: /-]*|[^@\s]+@[^@\s]+|[a-z]{2}\d{2}[a-z0-9 ]{11,40}|\d{4}-\d{2}-\d{2}.*")
"""What no column is called: a number, an address, an account, a day; in small letters."""


class HeaderError(Exception):
    """A header line that cannot name the columns; the text says why, without a word of the file."""


class CsvLoaded(NamedTuple):
    """What loading gave: columns with their types, rows kept, rows rejected, the first one's line, and why.

    `separator` is what stands between cells; `numbered` says whether rows know the number of their file.
    """

    columns: dict[str, str]
    rows: int
    rejected: int
    line: int | None
    kinds: tuple[str, ...]
    separator: str
    numbered: bool


def raw_table(table: str) -> str:
    """Where the cells of a table stand as text while it is loaded; what an error leaves of it is the caller's."""
    return f"{table} (raw)"


def load_csv(
    connection: Bounded,
    table: str,
    files: tuple[str, ...],
    types: Mapping[str, str],
    missing: Mapping[str, tuple[str, ...]],
    *,
    numbered: bool = False,
) -> CsvLoaded:
    """Load files of one header into a table; a cell that holds one of its column's `missing` texts is NULL.

    With `numbered`, the rows know the number of their file: see `backends/numbered.py`.

    Raises:
        duckdb.Error: a file cannot be opened or decompressed, or the time is over.
        HeaderError: the first file's header line is missing, is not UTF-8, names a column twice, or is a row.

    """
    types = {name.lower(): kind for name, kind in types.items()}  # DuckDB finds columns whatever their case
    separator = _separator(connection, files[0], types)
    raw = identifier(raw_table(table))
    listed = literal(list(files))
    options = (
        f"delim={literal(separator)}, {READING}, store_rejects=true, rejects_limit=0, "
        # Registers are tables too, and one may well be called as these are unless named.
        "rejects_table='govengine_csv_rejects', rejects_scan='govengine_csv_scans'"
    )
    reader = f"read_csv({listed}, {options})"
    number = numbered_files.column(_plain_names(connection, reader)) if numbered else None
    connection.execute("DROP TABLE IF EXISTS temp.main.govengine_csv_rejects")
    connection.execute("DROP TABLE IF EXISTS temp.main.govengine_csv_scans")
    connection.execute(f"CREATE TEMP TABLE {raw} AS SELECT *{f', {number}' if number else ''} FROM {reader}")
    names = [name for name in _plain_names(connection, raw) if number is None or name != FILE]
    for column, markers in missing.items():
        if column.lower() in {n.lower() for n in names}:
            name = identifier(column)
            connection.execute(f"UPDATE {raw} SET {name} = NULL WHERE {name} IN {texts(markers)}")
    structural = connection.execute(
        "SELECT count(DISTINCT (file_id, line)), min(line), list_sort(list(DISTINCT error_type::VARCHAR)) "
        "FROM temp.main.govengine_csv_rejects"
    ).fetchone()
    assert structural is not None
    chosen = _types(connection, raw, names, types)
    tests = {
        n: f"({identifier(n)} IS NOT NULL AND TRY_CAST({identifier(n)} AS {kind}) IS NULL)"
        for n, kind in chosen.items()
        if kind != "VARCHAR" and n.lower() in types
    }
    wrong = " OR ".join(tests.values())
    cells = ", ".join(f"{cell(n, kind)} AS {identifier(n)}" for n, kind in chosen.items())
    keep = f"WHERE NOT ({wrong})" if wrong else ""
    if number is not None:
        numbered_files.create(connection, table, f"SELECT {cells}, {identifier(FILE)} FROM {raw} {keep}")
    else:
        connection.execute(f"CREATE TABLE {identifier(table)} AS SELECT {cells} FROM {raw} {keep}")
    counts = connection.execute(
        f"SELECT (SELECT count(*) FROM {raw}), (SELECT count(*) FROM {identifier(table)})"
    ).fetchone()
    assert counts is not None
    miscast = int(counts[0]) - int(counts[1])
    miscasting = []
    if miscast:
        seen = connection.execute(f"SELECT {', '.join(f'bool_or({t})' for t in tests.values())} FROM {raw}").fetchone()
        assert seen is not None
        miscasting = [n for n, broken in zip(tests, seen, strict=True) if broken]
    connection.execute(f"DROP TABLE {raw}")
    kinds = tuple(dict.fromkeys(_KINDS.get(k, "a broken row") for k in structural[2] or ()))
    if miscast:
        kinds = (*kinds, f"{_KINDS['CAST']} in {', '.join(f'`{n}`' for n in miscasting)}")
    rejected = int(structural[0]) + miscast
    return CsvLoaded(chosen, int(counts[1]), rejected, structural[1], kinds, separator, number is not None)


def without_markers(columns: Mapping[str, str], missing: Mapping[str, tuple[str, ...]]) -> list[str]:
    """SQL for those columns that may hold no number, or a text that is declared to mean so: NULL where they do.

    `columns` are SQL types by name.
    """
    markers = {name.lower(): texts for name, texts in missing.items()}
    cells = []
    for name, type_ in columns.items():
        column = identifier(name)
        tests = [f"isnan({column})"] if type_ in FLOATS else []
        if name.lower() in markers:
            tests.append(f"CAST({column} AS VARCHAR) IN {texts(markers[name.lower()])}")
        if tests:
            cells.append(f"CASE WHEN {' OR '.join(tests)} THEN NULL ELSE {column} END AS {column}")
    return cells


def reads_like_a_value(names: Iterable[str], declared: Collection[str]) -> bool:
    """Whether any name of a column that is not declared reads like a value; `declared` are in small letters."""
    return any(name.lower() not in declared and _VALUE.fullmatch(name.lower().strip()) for name in names)


def _plain_names(connection: Bounded, table: str) -> list[str]:
    cursor = connection.execute(f"SELECT * FROM {table} LIMIT 0")
    return [str(column[0]) for column in cursor.description]


def _first_line(connection: Bounded, file: str) -> bytes:
    """The first line, unpacked, with its end; b"" where there is none.

    Raises:
        OSError: the file cannot be opened or unpacked.

    """
    if file.endswith(".zst"):
        row = connection.execute(
            f"SELECT line FROM read_csv({literal([file])}, auto_detect=false, columns={{'line': 'VARCHAR'}}, "
            "header=false, delim='\x1f', quote='', escape='', strict_mode=false, ignore_errors=true, "
            f"max_line_size={_LONGEST_LINE}, buffer_size={_BUFFER}) LIMIT 1"
        ).fetchone()
        return str(row[0] or "").encode() if row else b""
    try:
        with gzip.open(file) if file.endswith((".gz", ".gzip")) else Path(file).open("rb") as opened:
            line: bytes = opened.readline(_LONGEST_LINE)
    except (EOFError, zlib.error) as error:
        raise OSError("gzip: cut off or broken") from error
    return line.split(b"\r", 1)[0]


def cell(column: str, kind: str, how: str = "CAST") -> str:
    """SQL for a cell, which is text, as a value of its column's type; what is no number is NULL."""
    cast = f"{how}({identifier(column)} AS {kind})"
    return f"CASE WHEN isnan({cast}) THEN NULL ELSE {cast} END" if kind in FLOATS else cast


def _separator(connection: Bounded, file: str, declared: Collection[str]) -> str:
    """The separator that stands most often in the header line, outside quotes; the line is checked on the way.

    The line is read as bytes: DuckDB would pass over one that is not UTF-8, and take the first row for the header; its
    own Latin-1 refuses a file in which a `€` stands anywhere near the beginning.
    """
    try:
        line = _first_line(connection, file).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeError as error:
        raise HeaderError("its header line holds bytes that are not UTF-8") from error
    if not line:
        raise HeaderError("it has no header line")
    if "\0" in line:
        raise HeaderError("its header line holds bytes that are not UTF-8")
    plain, quoted = "", False
    for letter in line:
        if letter == '"':
            quoted = not quoted
        elif not quoted:
            plain += letter
    separator = max(_SEPARATORS, key=plain.count)
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error as error:
        raise HeaderError("its header line is too long") from error
    names = [cell.strip().lower() for cell in cells if cell.strip()]
    if len(set(names)) < len(names):
        raise HeaderError("its header line names a column twice")
    # A file without a header would have its first row taken for names, and reports speak of columns by name.
    if declared and not any(name in declared for name in names):
        raise HeaderError("its first line names none of the declared columns")
    if reads_like_a_value(names, declared):
        raise HeaderError("its first line reads like a row, not like the names of columns")
    return separator


def _types(connection: Bounded, raw: str, names: list[str], declared: Mapping[str, str]) -> dict[str, str]:
    """A type for each column: as declared, or the narrowest that holds for every cell; text where all are missing."""
    chosen: dict[str, str] = {}
    open_ = []
    for name in names:
        kind = DECLARED_TYPES.get(declared.get(name.lower(), "").lower())
        if kind is not None:
            chosen[name] = kind
        else:
            open_.append(name)
    for first in range(0, len(open_), _AT_ONCE):
        chosen.update(_narrowest(connection, raw, open_[first : first + _AT_ONCE]))
    _size_decimals(connection, raw, chosen)
    return {name: chosen[name] for name in names}


def _narrowest(connection: Bounded, raw: str, names: list[str]) -> dict[str, str]:
    """The narrowest type that holds for every cell of a column, for each of some columns; text where none does.

    A few rows first rule out most types, so that the others are tried on all rows: one a column and scan.
    """
    left = _not_ruled_out(connection, raw, names)
    chosen = dict.fromkeys(names, "VARCHAR")
    while left:
        tried = [(name, *kinds[0]) for name, kinds in left.items()]
        tests = (
            f"bool_and(CASE WHEN {cell} IS NOT NULL THEN {holds(cell)} END)"
            for cell, holds in ((identifier(name), holds) for name, _, holds in tried)
        )
        row = connection.execute(f"SELECT {', '.join(tests)} FROM {raw}").fetchone()
        assert row is not None
        for (name, kind, _), held in zip(tried, row, strict=True):
            if held:
                chosen[name] = kind
            # None: all cells are missing, and no type holds for none.
            left[name] = [] if held is not False else left[name][1:]
        left = {name: kinds for name, kinds in left.items() if kinds}
    return chosen


def _not_ruled_out(
    connection: Bounded, raw: str, names: list[str]
) -> dict[str, list[tuple[str, Callable[[str], str]]]]:
    """The types that hold for some first rows of columns, the narrowest first; all where their cells are missing.

    One question about cells, whatever column they stand in: the time that DuckDB takes to plan grows with each column.
    """
    cells = ", ".join(identifier(name) for name in names)
    tests = ", ".join(f"bool_and({holds('cell')})" for _, holds in _NARROW)
    rows = connection.execute(
        f"SELECT nth, {tests} FROM (SELECT unnest([{cells}]) AS cell, unnest(range({len(names)})) AS nth "
        f"FROM (SELECT {cells} FROM {raw} LIMIT {_FIRST_ROWS})) WHERE cell IS NOT NULL GROUP BY nth"
    ).fetchall()
    left = {name: list(_NARROW) for name in names}
    for nth, *held in rows:
        left[names[nth]] = [kind for kind, holds in zip(_NARROW, held, strict=True) if holds]
    return {name: kinds for name, kinds in left.items() if kinds}


def _size_decimals(connection: Bounded, raw: str, chosen: dict[str, str]) -> None:
    """Give each DECIMAL the digits that its cells need; what needs more than 38 is read as DOUBLE."""
    decimals = [name for name, kind in chosen.items() if kind == "DECIMAL"]
    for first in range(0, len(decimals), _AT_ONCE):
        _size_some(connection, raw, chosen, decimals[first : first + _AT_ONCE])


def _size_some(connection: Bounded, raw: str, chosen: dict[str, str], decimals: list[str]) -> None:
    """What `_size_decimals` does, for some of the columns: one question about cells, as in `_not_ruled_out`."""
    cells = ", ".join(identifier(name) for name in decimals)
    digits = (
        f"SELECT nth, ltrim(cell, '-') AS digits FROM (SELECT unnest([{cells}]) AS cell, "
        f"unnest(range({len(decimals)})) AS nth FROM {raw}) WHERE regexp_full_match(cell, '{_FIXED}')"
    )
    sized = f"SELECT nth, strlen(digits) AS long, instr(digits, '.') AS dot FROM ({digits})"
    rows = connection.execute(
        "SELECT nth, max(CASE WHEN dot = 0 THEN long ELSE dot - 1 END), "
        "max(CASE WHEN dot = 0 THEN 0 ELSE long - dot END) "
        f"FROM ({sized}) GROUP BY nth"
    ).fetchall()
    for name in decimals:
        chosen[name] = _decimal(1, 0)
    for nth, whole, places in rows:
        chosen[decimals[nth]] = _decimal(whole, places)


def _decimal(whole: int, places: int) -> str:
    if whole + places > _MOST_DIGITS:
        return "DOUBLE"
    width = _FAST_DIGITS if whole + places <= _FAST_DIGITS else _MOST_DIGITS
    return f"DECIMAL({width},{places})"
