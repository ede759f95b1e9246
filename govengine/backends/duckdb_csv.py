"""CSV → a table, with every row that does not fit counted.

DuckDB's own sniffer is not used: on a file that was cut off it settles on another quote, and then reads every value
wrongly without a word; and it passes over lines that it takes for comments. The separator is that of the header, the
quote is `"`, and each line below is a row.
All cells are read as text first; a column then takes the type that its spec declares, or the narrowest that holds for
every one of its cells.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from govengine.backends import numbered as numbered_files
from govengine.backends.csv_cells import first_refused, first_too_wide, may_be_wide
from govengine.backends.csv_fault import is_last_line, line_at, misread
from govengine.backends.csv_header import BUFFER, LONGEST_LINE, Header, read_header
from govengine.backends.csv_types import holds, read_as, types_of
from govengine.backends.file_lists import listed
from govengine.backends.folder_keys import FolderKeys, disagree
from govengine.backends.text_files import DECLARE, TextError, fault, which
from govengine.expectations.evidence import FILE
from govengine.expectations.sql import identifier, literal, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    their file. `lacking` are columns that some files lack, each with how many. A row that was rejected counts as many
    times as its text has lines, since so many rows may be lost in it.
    """

    columns: dict[str, str]
    rows: int
    rejected: int
    where: str | None
    kinds: tuple[str, ...]
    reading: str | None
    numbered: bool
    lacking: tuple[tuple[str, int], ...] = ()


def raw_table(table: str) -> str:
    """Where the cells of a table stand as text while it is loaded; what an error leaves of it is the caller's."""
    return f"{table} (raw)"


def load_csv(
    connection: Bounded,
    table: str,
    files: tuple[str, ...],
    types: Mapping[str, str],
    missing: Mapping[str, tuple[str, ...]],
    keys: FolderKeys | None = None,
    *,
    numbered: bool = False,
) -> CsvLoaded:
    """Load files of UTF-8; `keys` are columns in the names of their folders. A file may lack declared columns.

    A cell that holds one of its column's `missing` texts is NULL.

    With `numbered`, the rows know the number of their file: see `backends/numbered.py`.

    Raises:
        duckdb.Error: a file cannot be decompressed, its lines do not end alike, or the time is over.
        OSError: a file cannot be opened.
        TextError: a header is missing, names a column twice, is a row, or differs from that of the first file in a
            column that is not declared; a folder and a column of its file disagree; a file is not UTF-8; or a quote
            does not fit, so that nobody can say where a row ends.

    """
    types = {name.lower(): kind for name, kind in types.items()}  # DuckDB finds columns whatever their case
    keys = keys or FolderKeys({})
    of_folders = {name.lower() for name in keys.values}
    declared = types.keys() - of_folders
    headers = [read_header(connection, file, declared) for file in files]
    for name, of in (("rejects", _REJECTS), ("scans", "temp.main.govengine_csv_scans")):
        # Registers are tables too, and one may well be called as these are unless named.
        assert of.endswith(name)
        connection.execute(f"DROP TABLE IF EXISTS {of}")
    raw = identifier(raw_table(table))
    columns = _united(headers, types)
    known = {name.lower(): name for name in columns}
    beside = {name: known[name.lower()] for name in keys.values if name.lower() in known}
    names = [*columns, *(name for name in keys.values if name not in beside)]
    if keys.values and len(files) > 1 and numbered_files.column(names) is None:
        raise TextError("a column of it is called `file_index`, so its folders cannot be read", "rename the column")
    keys.typed(connection, types)
    numbered = numbered and numbered_files.column(names) is not None
    _read(connection, raw, files, headers, columns, keys, beside, numbered=numbered)
    wide, widest = _too_wide(connection, raw, files, headers, columns, keys, beside)
    for column, markers in missing.items():
        if column.lower() in {n.lower() for n in names}:
            cell = identifier(column)
            connection.execute(f"UPDATE {raw} SET {cell} = NULL WHERE {cell} IN {texts(markers)}")
    rejected, first, kinds = _rejects(connection, files, headers[0].separator)
    if wide:
        rejected, kinds = rejected + wide, tuple(dict.fromkeys((*kinds, _KINDS["TOO MANY COLUMNS"])))
        first = min(first, widest) if first and widest else widest if rejected == wide else None
    chosen = types_of(connection, raw, names, types)
    _agree(connection, raw, beside, chosen)
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
    lost = miscast
    if miscast:
        lost_lines = connection.execute(f"SELECT sum({_lines(names)}) FROM {raw} WHERE {wrong}").fetchone()
        lost = int(lost_lines[0]) if lost_lines and lost_lines[0] else miscast
        seen = connection.execute(f"SELECT {', '.join(f'bool_or({t})' for t in tests.values())} FROM {raw}").fetchone()
        assert seen is not None
        miscasting = [n for n, broken in zip(tests, seen, strict=True) if broken]
        kinds = (*kinds, f"a value of another type in {', '.join(f'`{n}`' for n in miscasting)}")
        texts_of = {n.lower(): _refused(connection, raw, n, tests[n]) for n in miscasting}
        countable = all(len(held) < _MOST_REFUSED for held in texts_of.values())
        refused = first_refused(files, headers, texts_of) if countable else None
        # Where only one kind of rejected row is known by its place, it may not be the first.
        first = min(first, refused) if first and refused else refused if not rejected else None
    connection.execute(f"DROP TABLE {raw}")
    reading = _options(headers[0], hive=bool(keys.values)) if len(set(headers)) == 1 else None
    where = None if first is None else f"line {first[1]:,}{which(first[0], files)}"
    lacking = tuple((name, lacks) for name in columns if (lacks := sum(name.lower() not in _small(h) for h in headers)))
    return CsvLoaded(chosen, int(counts[1]), rejected + lost, where, kinds, reading, numbered, lacking)


def _refused(connection: Bounded, raw: str, column: str, test: str) -> frozenset[str]:
    """Some of the texts that a column's type refuses; they are compared with cells, and go nowhere else."""
    query = f"SELECT DISTINCT {identifier(column)} FROM {raw} WHERE {test} LIMIT {_MOST_REFUSED}"
    return frozenset(str(row[0]) for row in connection.execute(query).fetchall())


def _options(header: Header, *, hive: bool = False, more: tuple[str, ...] = ()) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in (*header.names, *more))
    folders = "true, hive_types_autocast=false" if hive else "false"
    return (
        f"auto_detect=false, header=true, columns={{{columns}}}, skip={header.above}, comment='', "
        f"delim={literal(header.separator)}, quote='\"', escape='\"', strict_mode=true, null_padding=false, "
        f"max_line_size={LONGEST_LINE}, buffer_size={BUFFER}, hive_partitioning={folders}"
    )


def _lines(columns: Iterable[str]) -> str:
    """SQL for how many lines the cells of a row have together."""
    breaks = "coalesce(length({0}) - length(replace({0}, chr(10), '')), 0)"
    return " + ".join(("1", *(breaks.format(identifier(column)) for column in columns)))


def _small(header: Header) -> set[str]:
    return {name.lower() for name in header.names}


def _united(headers: list[Header], types: Mapping[str, str]) -> tuple[str, ...]:
    """The columns of all files in the order in which they first appear.

    Raises:
        TextError: a file has, or lacks, a column that is not declared: its name may be a slip.

    """
    columns: dict[str, str] = {}
    first = _small(headers[0])
    for i, header in enumerate(headers):
        odd = (_small(header) ^ first) - types.keys()
        if odd:
            raise TextError(
                f"its files do not have the same columns: file {i + 1} of {len(headers)} has others",
                "write all files with the same columns, or declare in the spec those that some files may lack",
            )
        for name in header.names:
            columns.setdefault(name.lower(), name)
    return tuple(columns.values())


def _read(
    connection: Bounded,
    raw: str,
    files: tuple[str, ...],
    headers: list[Header],
    columns: tuple[str, ...],
    keys: FolderKeys,
    beside: Mapping[str, str],
    *,
    numbered: bool,
) -> None:
    """Read files into one table of texts; those in one go that are written alike.

    `beside` are keys of folders that files have as columns too: those stand as texts in columns of their own.
    """
    begin, first = f"CREATE TEMP TABLE {raw} AS", 0
    for header, group in groupby(zip(headers, files, strict=True), key=lambda pair: pair[0]):
        together = tuple(file for _, file in group)
        own = _small(header)
        cells = [
            identifier(name) if name.lower() in own else f"NULL::VARCHAR AS {identifier(name)}" for name in columns
        ]
        cells += [
            f"{keys.text(name, first)} AS {identifier(_of_folder(name) if name in beside else name)}"
            for name in keys.values
        ]
        number = numbered_files.column(columns, first) if numbered else None
        query = (
            f"SELECT {', '.join([*cells, *([number] if number else [])])} "
            f"FROM read_csv({listed(together)}, {_options(header)}, store_rejects=true, "
            "rejects_limit=0, rejects_table='govengine_csv_rejects', rejects_scan='govengine_csv_scans')"
        )
        try:
            connection.execute(f"{begin} {query}")
        except duckdb.InvalidInputException as error:
            raise (fault(together) or misread(together, header.separator)) or error from None
        begin, first = f"INSERT INTO {raw}", first + len(together)


def _of_folder(name: str) -> str:
    """Where the text of a folder stands beside a column of the same name."""
    return f"folder: {name}"


def _agree(connection: Bounded, raw: str, beside: Mapping[str, str], chosen: Mapping[str, str]) -> None:
    """See that each row holds what the name of its folder says.

    Raises:
        TextError: one does not.

    """
    for key, name in beside.items():
        kind, cell, folder = chosen[name], identifier(name), identifier(_of_folder(key))
        unlike = f"{cell} IS DISTINCT FROM {folder}"
        if kind != "VARCHAR":
            typed = f"{read_as(name, kind)} IS DISTINCT FROM {read_as(_of_folder(key), kind)}"
            fit = f"{holds(name, kind)} AND {holds(_of_folder(key), kind)}"
            both = f"{cell} IS NOT NULL AND {folder} IS NOT NULL AND {fit}"
            unlike = f"CASE WHEN {both} THEN {typed} ELSE {unlike} END"
        row = connection.execute(f"SELECT count(*) FROM {raw} WHERE {unlike}").fetchone()
        if row is not None and row[0]:
            raise disagree(key, int(row[0]))


def _too_wide(
    connection: Bounded,
    raw: str,
    files: tuple[str, ...],
    headers: list[Header],
    columns: tuple[str, ...],
    keys: FolderKeys,
    beside: Mapping[str, str],
) -> tuple[int, tuple[int, int] | None]:
    """Take rows with too many fields out of the raw table, of which the last are empty: DuckDB passes over those.

    Gives how many lines they have, and the file, from 0, and line of the first, if that is known. Rows of the same
    cells are the same, so that taking out as many as there are takes out the right ones.
    """
    suspects = [i for i, (file, header) in enumerate(zip(files, headers, strict=True)) if may_be_wide(file, header)]
    if not suspects:
        return 0, None
    count, wide = 0, identifier("rows that are too wide")
    folders = {name: identifier(_of_folder(name) if name in beside else name) for name in keys.values}
    compared = [*map(identifier, columns), *folders.values()]
    nth = f"{', '.join(compared)}, row_number() OVER (PARTITION BY {', '.join(compared)}) AS nth"
    same = " AND ".join(f"r.{column} IS NOT DISTINCT FROM w.{column}" for column in compared)
    for i in suspects:
        header, extra = headers[i], "more"
        while extra.lower() in _small(header):
            extra += "_"
        own = _small(header)
        cells = [identifier(n) if n.lower() in own else f"NULL::VARCHAR AS {identifier(n)}" for n in columns]
        cells += [f"{keys.text(name, i)} AS {column}" for name, column in folders.items()]
        connection.execute(
            f"CREATE TEMP TABLE {wide} AS SELECT {', '.join(cells)} "
            f"FROM read_csv({listed([files[i]])}, {_options(header, more=(extra,))}, ignore_errors=true) "
            f"WHERE coalesce({identifier(extra)}, '') = ''"
        )
        row = connection.execute(f"SELECT sum({_lines(columns)}) FROM {wide}").fetchone()
        if row is not None and row[0]:
            count += int(row[0])
            connection.execute(
                f"DELETE FROM {raw} WHERE rowid IN (SELECT r.id FROM (SELECT rowid AS id, {nth} FROM {raw}) r "
                f"JOIN (SELECT {nth} FROM {wide}) w ON r.nth = w.nth AND {same})"
            )
        connection.execute(f"DROP TABLE {wide}")
    return count, first_too_wide(files, headers, suspects) if count else None


def _rejects(
    connection: Bounded, files: tuple[str, ...], separator: str
) -> tuple[int, tuple[int, int] | None, tuple[str, ...]]:
    """How many rows were rejected, where the first one stands (its file, from 0, and line), and why.

    Raises:
        TextError: they tell that the file is not what it is read as.

    """
    rows = connection.execute(f"SELECT DISTINCT error_type::VARCHAR FROM {_REJECTS} ORDER BY 1").fetchall()
    kinds = [str(row[0]) for row in rows]
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
    # Quotes that stand wrong can hold many rows together. DuckDB counts empty lines around a row to its text.
    ends = "(chr(10) || chr(13))"
    total = connection.execute(
        "SELECT sum(lines) FROM (SELECT max(1 + greatest(length(text) - length(replace(text, chr(10), '')), "
        "length(text) - length(replace(text, chr(13), '')))) AS lines FROM (SELECT scan_id, file_id, line, "
        f"trim(coalesce(csv_line, ''), {ends}) AS text FROM {_REJECTS}) GROUP BY scan_id, file_id, line)"
    ).fetchone()
    assert total is not None
    path, row, position = str(first[0]), int(first[1]), int(first[2])
    place = (files.index(path), line_at(path, position) or row) if path in files else None
    return int(total[0]), place, tuple(dict.fromkeys(_KINDS.get(kind, "a broken row") for kind in kinds))
