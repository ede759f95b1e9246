"""What stands above the rows of a CSV, how they are told apart, and in which line something is wrong."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.backends.bounded import Bounded
from govengine.backends.duckdb_csv import load_csv
from govengine.backends.text_files import TextError, as_utf8

if TYPE_CHECKING:
    from pathlib import Path

    from govengine.backends.duckdb_csv import CsvLoaded


def _load(folder: Path, *files: bytes, types: dict[str, str] | None = None, ending: str = "csv") -> CsvLoaded:
    paths = []
    for i, data in enumerate(files):
        paths.append(folder / f"d{i}.{ending}")
        paths[-1].write_bytes(data)
    with duckdb.connect() as connection, as_utf8(tuple(map(str, paths)), None, str(folder)) as written:
        return load_csv(Bounded(connection, 60), "d", written, types or {}, {})


def _lines(*lines: str, end: str = "\n") -> bytes:
    return "".join(line + end for line in lines).encode()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("lines", "columns", "rows"),
    [
        (("sep=;", "id;n", "a;1"), ("id", "n"), 1),
        (('"sep=;"', "id;n", "a;1"), ("id", "n"), 1),
        (("sep=^", "id^n", "a,b^1"), ("id", "n"), 1),
        (("", "", "id,n", "a,1", "", "b,2", ""), ("id", "n"), 2),
        (('"id","n, m"', '"a","1"'), ("id", "n, m"), 1),
        (('"i', 'd",n', '"a', 'b",1'), (None, "n"), 1),
        (("id|n", "a|1", "# b|2"), ("id", "n"), 2),
        (("id", "a", "# b", ""), ("id",), 3),
        (('6" pipe,n', "a,1", "b,2"), ('6" pipe', "n"), 2),
        (('"a ""b"" c",n', "a,1"), ('a "b" c', "n"), 1),
        (('"a ""b', 'c""",n', "a,1"), (None, "n"), 1),
        (("id,,n", "a,x,1"), ("id", "column1", "n"), 1),
        (("column1,,n", "a,x,1"), ("column1", "column1_1", "n"), 1),
    ],
)
def test_what_stands_above_the_rows(
    lines: tuple[str, ...], columns: tuple[str | None, ...], rows: int, end: str, tmp_path: Path
) -> None:
    loaded = _load(tmp_path, _lines(*lines, end=end))
    broken = {'"i': f"i{end}d", '"a ""b': f'a "b{end}c"'}
    names = tuple(broken[lines[0]] if name is None else name for name in columns)
    assert (tuple(loaded.columns), loaded.rows, loaded.rejected) == (names, rows, 0)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("# made by a machine", "id,n", "a,1"), "its first line is a comment"),
        (("Sales of 2026", "id,n", "a,1"), "its first line has one field and the next one has several"),
        (("sep=;",), "it has no header line"),
        (("", ""), "it has no header line"),
        (("  ", "id"), "its first line names no columns"),
        (("id,n", '"a"b,1', "c,2"), "a quote does not fit: line 2"),
        (("id,n", "a,1", '"b,2', "c,3"), "a quote is never closed: line 3"),
        (("id,n", '"a', 'b",1', 'c,"2', "d,3"), "a quote is never closed: line 4"),
        (("id,n", "a,1\r", "b,2"), "its lines do not end alike: line 2"),
        (('"id,n', "a,1"), "a quote in its header line is never closed"),
        (("i\0d,n", "a,1"), "its header line holds a NUL byte"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_what_is_not_understood_is_refused(lines: tuple[str, ...], why: str, packed: bool, tmp_path: Path) -> None:
    data = _lines(*lines)
    data, ending = (gzip.compress(data), "csv.gz") if packed else (data, "csv")
    with pytest.raises((TextError, duckdb.Error)) as told:
        _load(tmp_path, data, ending=ending)
    assert why in str(told.value)


def test_an_open_quote_far_below_takes_no_rows_along(tmp_path: Path) -> None:
    """One rejected row would stand for all that the quote has swallowed."""
    rows = "".join(f"e{i},{i}\n" for i in range(20_000))
    with pytest.raises(TextError, match="a quote is never closed: line 20,002"):
        _load(tmp_path, f'id,n\n{rows}"x,1\n{rows}'.encode())


@pytest.mark.parametrize("row", ['"b,2', 'b,"2', '"b"x,2'])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_quote_in_the_last_line_costs_that_row(row: str, end: str, tmp_path: Path) -> None:
    """As where a file was cut off in the middle of a cell."""
    loaded = _load(tmp_path, f"id,n{end or chr(10)}a,1{end or chr(10)}{row}{end}".encode())
    assert (loaded.rows, loaded.rejected, loaded.where) == (1, 1, "line 3")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
def test_the_line_of_the_first_rejected_row_is_that_of_the_file(end: str, ending: str, tmp_path: Path) -> None:
    lines = ("sep=;", "", "id;n", '"a', 'b";1', "", "c;2", "", "d", "e;5")
    data = _lines(*lines, end=end)
    loaded = _load(tmp_path, gzip.compress(data) if ending == "csv.gz" else data, ending=ending)
    assert (loaded.rows, loaded.rejected, loaded.where) == (3, 1, "line 9")


def test_files_with_other_separators_and_orders_of_columns(tmp_path: Path) -> None:
    loaded = _load(tmp_path, _lines("id,n", "a,1"), _lines("sep=;", "n;id", "2;b", "3"), types={"n": "integer"})
    assert (loaded.rows, loaded.rejected, loaded.where) == (2, 1, "line 4 of file 2 of 2")


def test_a_file_with_other_columns_is_told_by_number(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="file 2 of 2 has others"):
        _load(tmp_path, _lines("id,n", "a,1"), _lines("id,m", "a,1"))


@pytest.mark.parametrize(
    ("declared", "cell", "kept"),
    [
        ("integer", "1.5", False), ("integer", "1.0", True), ("integer", "+5", True), ("integer", "1e3", True),
        ("integer", "0x10", False), ("integer", "1_000", False), ("integer", "1,000", False),
        ("decimal", "1.5e-7", True), ("decimal", "1_0.5", False), ("decimal", "1,5", False),
        ("float64", "1e400", False), ("float64", "inf", True),
        ("date", "2026-1-2", True), ("date", "2026-01-02 00:00:00", True), ("date", "2026-01-02 10:00:00", False),
        ("date", "26-01-02", False), ("date", "31.12.2026", False), ("date", "12/31/2026", False),
        ("timestamp", "26-01-02 10:00", False), ("timestamp", "2026-01-02T10:00:00Z", True),
        ("time", "10:00:00+02", False), ("boolean", "yes", True), ("boolean", "2", False),
    ],
)  # fmt: skip
def test_a_declared_type_takes_no_cell_that_it_would_change(
    declared: str, cell: str, kept: bool, tmp_path: Path
) -> None:
    loaded = _load(tmp_path, f"id;x\na;{cell}\n".encode(), types={"id": "string", "x": declared})
    assert (loaded.rows, loaded.rejected) == ((1, 0) if kept else (0, 1))


@pytest.mark.parametrize(
    ("cell", "undeclared", "declared"),
    [
        ("2026-01-02 10:00:00+02:00", *["2026-01-02 08:00:00"] * 2), ("2026-01-02 10:00+02", *["2026-01-02 08:00:00"] * 2),
        ("2026-01-02T10:00:00.5-0130", *["2026-01-02 11:30:00.5"] * 2), ("2026-01-02T10:00:00Z", *["2026-01-02 10:00:00"] * 2),
        ("2026-01-02 10:00:00", *["2026-01-02 10:00:00"] * 2), ("2026-01-02 10:00:00.123", *["2026-01-02 10:00:00.123"] * 2),
        ("2026-01-02 10:00:00.123456789", "2026-01-02 10:00:00.123456789", "2026-01-02 10:00:00.123456"),
    ],
)  # fmt: skip
def test_a_time_with_an_offset_is_the_moment_meant(cell: str, undeclared: str, declared: str, tmp_path: Path) -> None:
    """What is finer than a millionth of a second is text, unless it is declared as a time."""
    file = tmp_path / "d.csv"
    file.write_text(f"t,x\n{cell},1\n")
    for types, read in (({}, undeclared), ({"t": "timestamp"}, declared)):
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone='UTC'")
            load_csv(Bounded(connection, 60), "d", (str(file),), types, {})
            assert connection.execute("SELECT t::VARCHAR FROM d").fetchone() == (read,)


def test_big_numbers_that_nobody_declared_stay_apart(tmp_path: Path) -> None:
    """As binary fractions, both would be one number."""
    loaded = _load(tmp_path, _lines("n,x", f"{'9' * 40},1", f"{'9' * 39}8,1"))
    assert loaded.columns["n"] == "VARCHAR"
