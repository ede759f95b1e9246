"""CSV → a table, with every row that does not fit counted.

DuckDB's own sniffer is not used: on a file that was cut off it settles on another quote, and then reads every value
wrongly without a word; and it passes over lines that it takes for comments. The separator is that of the header, the
quote is `"`, and each line below is a row.
All cells are read as text first; a column then takes the type that its spec declares, or the narrowest that holds for
every one of its cells.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from govengine.backends import numbered as numbered_files
from govengine.backends.csv_cells import first_refused
from govengine.backends.csv_fault import is_last_line, line_at, misread
from govengine.backends.csv_header import BUFFER, LONGEST_LINE, Header, read_header
from govengine.backends.csv_types import holds, read_as, types_of
from govengine.backends.file_lists import listed
from govengine.backends.text_files import DECLARE, TextError, fault, which
from govengine.expectations.evidence import FILE
from govengine.expectations.sql import identifier, literal, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.backends.bounded import Bounded

_KINDS = {
    "MISSING COLUMNS": "too few fields",
    "TOO MANY COLUMNS": "too many fields",
    "UNQUOTED VALUE": "a quote that is never closed, or does not fit",
    "INVALID STATE": "a quote that is never closed, or does not fit",
    "LINE SIZE OVER MAXIMUM": "a line that is too long",
}
_MOST_REFUSED = 10_000
_QUOTES = ("UNQUOTED VALUE", "INVALID STATE")
_REJECTS = "temp.main.govengine_csv_rejects"


class CsvLoaded(NamedTuple):
    """What loading gave: columns with their types, rows kept, rows rejected, where the first one stands, and why.

    `where` is a line, "line 3" or "line 3 of file 2 of 5", or None where it is not known. `reading` are the options of
    `read_csv` by which all files were read, or None where they differ; `numbered` says whether rows know the number of
    their file.
    """

    columns: dict[str, str]
    rows: int
    rejected: int
    where: str | None
    kinds: tuple[str, ...]
    reading: str | None
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
    """Load files of UTF-8 with the same columns; a cell that holds one of its column's `missing` texts is NULL.

    With `numbered`, the rows know the number of their file: see `backends/numbered.py`.

    Raises:
        duckdb.Error: a file cannot be decompressed, its lines do not end alike, or the time is over.
        OSError: a file cannot be opened.
        TextError: a header is missing, names a column twice, is a row, or differs from that of the first file; a file
            is not UTF-8; or a quote does not fit, so that nobody can say where a row ends.

    """
    types = {name.lower(): kind for name, kind in types.items()}  # DuckDB finds columns whatever their case
    headers = [read_header(connection, file, types) for file in files]
    for name, of in (("rejects", _REJECTS), ("scans", "temp.main.govengine_csv_scans")):
        # Registers are tables too, and one may well be called as these are unless named.
        assert of.endswith(name)
        connection.execute(f"DROP TABLE IF EXISTS {of}")
    raw = identifier(raw_table(table))
    partitions = _partitions(files, headers[0])
    names = [*headers[0].names, *partitions]
    numbered = numbered and numbered_files.column(names) is not None
    _read(connection, raw, files, headers, partitions, numbered=numbered)
    for column, markers in missing.items():
        if column.lower() in {n.lower() for n in names}:
            cell = identifier(column)
            connection.execute(f"UPDATE {raw} SET {cell} = NULL WHERE {cell} IN {texts(markers)}")
    rejected, first, kinds = _rejects(connection, files, headers[0].separator)
    chosen = types_of(connection, raw, names, types)
    tests = {
        n: f"({identifier(n)} IS NOT NULL AND NOT ({holds(n, kind)}))"
        for n, kind in chosen.items()
        if kind != "VARCHAR" and n.lower() in types
    }
    wrong = " OR ".join(tests.values())
    cells = ", ".join(f"{read_as(n, kind)} AS {identifier(n)}" for n, kind in chosen.items())
    keep = f"WHERE NOT ({wrong})" if wrong else ""
    if numbered:
        numbered_files.create(connection, table, f"SELECT {cells}, {identifier(FILE)} FROM {raw} {keep}")
    else:
        connection.execute(f"CREATE TABLE {identifier(table)} AS SELECT {cells} FROM {raw} {keep}")
    counts = connection.execute(
        f"SELECT (SELECT count(*) FROM {raw}), (SELECT count(*) FROM {identifier(table)})"
    ).fetchone()
    assert counts is not None
    miscast = int(counts[0]) - int(counts[1])
    if miscast:
        seen = connection.execute(f"SELECT {', '.join(f'bool_or({t})' for t in tests.values())} FROM {raw}").fetchone()
        assert seen is not None
        miscasting = [n for n, broken in zip(tests, seen, strict=True) if broken]
        kinds = (*kinds, f"a value of another type in {', '.join(f'`{n}`' for n in miscasting)}")
        texts_of = {n.lower(): _refused(connection, raw, n, tests[n]) for n in miscasting}
        known = all(len(held) < _MOST_REFUSED for held in texts_of.values())
        refused = first_refused(files, headers, texts_of) if known else None
        # Where only one kind of rejected row is known by its place, it may not be the first.
        first = min(first, refused) if first and refused else refused if not rejected else None
    connection.execute(f"DROP TABLE {raw}")
    reading = _options(headers[0], partitions) if len(set(headers)) == 1 else None
    where = None if first is None else f"line {first[1]:,}{which(first[0], files)}"
    return CsvLoaded(chosen, int(counts[1]), rejected + miscast, where, kinds, reading, numbered)


def _refused(connection: Bounded, raw: str, column: str, test: str) -> frozenset[str]:
    """Some of the texts that a column's type refuses; they are compared with cells, and go nowhere else."""
    query = f"SELECT DISTINCT {identifier(column)} FROM {raw} WHERE {test} LIMIT {_MOST_REFUSED}"
    return frozenset(str(row[0]) for row in connection.execute(query).fetchall())


def _options(header: Header, partitions: tuple[str, ...]) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header.names)
    hive = "true, hive_types_autocast=false" if partitions else "false"
    return (
        f"auto_detect=false, header=true, columns={{{columns}}}, skip={header.above}, comment='', "
        f"delim={literal(header.separator)}, quote='\"', escape='\"', strict_mode=true, null_padding=false, "
        f"max_line_size={LONGEST_LINE}, buffer_size={BUFFER}, hive_partitioning={hive}"
    )


def _partitions(files: tuple[str, ...], header: Header) -> tuple[str, ...]:
    """The columns that stand in the names of folders, as `dt` in `dt=2026-01`: the same for all files, and in none."""
    held = {
        tuple(part.partition("=")[0] for part in Path(file).parent.parts if part.partition("=")[1]) for file in files
    }
    keys = held.pop() if len(held) == 1 else ()
    small = [name.lower() for name in (*header.names, *keys)]
    return keys if all(keys) and len(set(small)) == len(small) else ()


def _read(
    connection: Bounded,
    raw: str,
    files: tuple[str, ...],
    headers: list[Header],
    partitions: tuple[str, ...],
    *,
    numbered: bool,
) -> None:
    """Read files into one table of texts; those in one go that are written alike."""
    names = headers[0].names
    known = sorted(name.lower() for name in names)
    for i, header in enumerate(headers):
        if sorted(name.lower() for name in header.names) != known:
            raise TextError(f"its files do not have the same columns: file {i + 1} of {len(files)} has others")
    plain = [identifier(name) for name in (*names, *partitions)]
    begin, first = f"CREATE TEMP TABLE {raw} AS", 0
    for header, group in groupby(zip(headers, files, strict=True), key=lambda pair: pair[0]):
        together = tuple(file for _, file in group)
        number = numbered_files.column(names, first) if numbered else None
        query = (
            f"SELECT {', '.join([*plain, *([number] if number else [])])} "
            f"FROM read_csv({listed(together)}, {_options(header, partitions)}, store_rejects=true, "
            "rejects_limit=0, rejects_table='govengine_csv_rejects', rejects_scan='govengine_csv_scans')"
        )
        try:
            connection.execute(f"{begin} {query}")
        except duckdb.InvalidInputException as error:
            raise (fault(together) or misread(together, header.separator)) or error from None
        begin, first = f"INSERT INTO {raw}", first + len(together)


def _rejects(
    connection: Bounded, files: tuple[str, ...], separator: str
) -> tuple[int, tuple[int, int] | None, tuple[str, ...]]:
    """How many rows were rejected, where the first one stands (its file, from 0, and line), and why.

    Raises:
        TextError: they tell that the file is not what it is read as.

    """
    rows = connection.execute(
        "SELECT error_type::VARCHAR, count(DISTINCT (scan_id, file_id, line)), min(line) "
        f"FROM {_REJECTS} GROUP BY ALL ORDER BY 1"
    ).fetchall()
    kinds = {str(row[0]): int(row[2]) for row in rows}
    if "INVALID ENCODING" in kinds:
        raise fault(files) or TextError("it holds bytes that are not UTF-8", DECLARE)
    open_ = connection.execute(
        f"SELECT DISTINCT s.file_path, r.line_byte_position FROM {_REJECTS} r "
        "JOIN temp.main.govengine_csv_scans s USING (scan_id, file_id) "
        f"WHERE r.error_type::VARCHAR IN {texts(_QUOTES)} LIMIT 2"
    ).fetchall()
    # A quote that is never closed takes all rows that follow with it, so their number is not known, but in a file
    # that was cut off in its last row.
    if len(open_) > 1 or (open_ and not is_last_line(str(open_[0][0]), int(open_[0][1]))):
        raise misread(files, separator) or TextError("a quote in it does not fit, or is never closed")
    first = connection.execute(
        f"SELECT s.file_path, r.line, r.line_byte_position FROM {_REJECTS} r JOIN temp.main.govengine_csv_scans s "
        "USING (scan_id, file_id) ORDER BY s.scan_id, s.file_path, r.line LIMIT 1"
    ).fetchone()
    if first is None:
        return 0, None, ()
    total = connection.execute(f"SELECT count(DISTINCT (scan_id, file_id, line)) FROM {_REJECTS}").fetchone()
    assert total is not None
    path, row, position = str(first[0]), int(first[1]), int(first[2])
    place = (files.index(path), line_at(path, position) or row) if path in files else None
    return int(total[0]), place, tuple(dict.fromkeys(_KINDS.get(kind, "a broken row") for kind in kinds))
