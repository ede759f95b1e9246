"""CSV files of any content against Python's own reader: each of its rows is kept as it stands, or counted as rejected."""

from __future__ import annotations

import csv
import io
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govengine.backends.bounded import Bounded
from govengine.backends.duckdb_csv import load_csv
from govengine.backends.text_files import as_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

    from govengine.backends.duckdb_csv import CsvLoaded

_LETTERS = st.sampled_from([*"ab019.,;|\t'#-+ \"\n\r\\", "ä", "€", "\u2028", "\x0b", "\x1f", "😀"])
_CELL = st.text(_LETTERS, max_size=6) | st.sampled_from(
    ["", "", " ", "NULL", "sep=;", '"', '""', "a\nb", "a\r\nb", '","']
)


@st.composite
def _files(draw: st.DrawFn) -> tuple[bytes, int, str]:
    """A file, the number of its columns, and its separator; rows may be too short, too long or empty."""
    width = draw(st.integers(1, 4))
    separator = draw(st.sampled_from(",;\t|")) if width > 1 else ","
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    lines = [separator.join(f"c{i}" for i in range(width))]
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["whole"] * 6 + ["short", "long", "empty"]))
        size = {"short": max(1, width - 1), "long": width + 1, "empty": 0}.get(kind, width)
        lines.append(separator.join(_written(draw, separator) for _ in range(size)))
    text = end.join(lines) + (end if draw(st.booleans()) else "")
    marked = draw(st.booleans())
    return text.encode("utf-8-sig" if marked else "utf-8"), width, separator


def _written(draw: st.DrawFn, separator: str) -> str:
    cell = draw(_CELL)
    # A quote opens a cell wherever only blanks stand before it, as DuckDB reads it; Python wants it to be the first.
    quoted = any(letter in cell for letter in (separator, "\n", "\r")) or cell.lstrip(" ").startswith('"')
    return '"' + cell.replace('"', '""') + '"' if quoted or draw(st.booleans()) else cell


def _rows(data: bytes, width: int, separator: str) -> tuple[list[tuple[str | None, ...]], int]:
    """The rows that must be kept, an empty cell being None, and how many must be rejected."""
    kept, rejected = [], 0
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator, strict=True)
    next(reader)
    before = reader.line_num
    for row in reader:
        before, start = reader.line_num, before
        if not row and width > 1:  # an empty line is a row only where a row is one cell
            continue
        cells = row or [""]
        # A separator too many may stand in the middle: where it does, every value behind it is its neighbour's.
        if len(cells) != width:
            rejected += reader.line_num - start  # as many rows may be lost as it has lines
        else:
            kept.append(tuple(cell or None for cell in cells[:width]))
    return kept, rejected


@pytest.fixture(scope="module")
def connection() -> Iterator[Bounded]:
    opened = Bounded(duckdb.connect(config={"preserve_insertion_order": False, "threads": 2}), 60)
    yield opened
    opened.close()


def _load(connection: Bounded, folder: Path, data: bytes, types: dict[str, str]) -> tuple[CsvLoaded, list[Any]]:
    file = folder / "d.csv"
    file.write_bytes(data)
    connection.execute("DROP TABLE IF EXISTS d")
    with as_utf8((str(file),), None, str(folder)) as files:
        loaded = load_csv(connection, "d", files, types, {})
    return loaded, connection.execute("SELECT * FROM d").fetchall()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_files())
def test_each_row_is_kept_as_it_stands_or_counted(
    connection: Bounded, tmp_path: Path, made: tuple[bytes, int, str]
) -> None:
    data, width, separator = made
    kept, rejected = _rows(data, width, separator)
    loaded, rows = _load(connection, tmp_path, data, {f"c{i}": "string" for i in range(width)})
    assert (loaded.rows, loaded.rejected) == (len(kept), rejected)
    assert sorted(rows, key=repr) == sorted(kept, key=repr)


_NUMBERS: SearchStrategy[str] = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-10_000, max_value=10_000).map(str),
    st.integers(-(10**20), 10**20).map(str),
    st.from_regex(r"[-+]?[0-9]{1,4}(\.[0-9]{0,5})?([eE][-+]?[0-9]{1,2})?", fullmatch=True),
    st.sampled_from(["1_000", "0x10", "1,5", "1e400", "007", " 5 ", ".5", "5.", "true", "1e15", "9" * 40, "1" * 20]),
)


def _number(text: str) -> Decimal | None:
    try:
        return None if "_" in text else Decimal(text.strip())
    except InvalidOperation:
        return None


@pytest.mark.parametrize("declared", ["integer", "decimal", None])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cells=st.lists(_NUMBERS, min_size=1, max_size=6))
def test_no_number_becomes_another_one(
    connection: Bounded, tmp_path: Path, declared: str | None, cells: list[str]
) -> None:
    """What an integer or decimal cannot hold is rejected; an undeclared column that cannot hold all is text."""
    data = "n|x\n" + "".join(f"{cell}|\n" for cell in cells)
    loaded, rows = _load(
        connection, tmp_path, data.encode(), {} if declared is None else {"n": declared, "x": "string"}
    )
    assert loaded.rows + loaded.rejected == len(cells)
    if loaded.columns["n"] in ("VARCHAR", "BOOLEAN"):
        assert sorted(str(row[0]).lower() for row in rows) == sorted(cell.lower() for cell in cells)
        return
    read = sorted(Decimal(str(row[0])) for row in rows)
    numbers = [n for n in map(_number, cells) if n is not None]
    if loaded.columns["n"] == "DOUBLE":
        assert read == sorted(Decimal(str(float(n))) for n in numbers)
        assert len(set(read)) == len(set(numbers))
        return
    for value in read:
        assert value in numbers
    if declared == "integer":
        held = [n for n in numbers if n == n.to_integral_value() and abs(n) < 2**63]
        plain = sum(cell.strip().lstrip("+-").isdigit() and _number(cell) in held for cell in cells)
        assert plain <= loaded.rows <= len(held)
    if declared is None:
        assert loaded.rejected == 0
