"""Files that are less than they seem: rows with a field too many, rows held together, joined and broken files."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.diagnostics import Span
from govengine.model.dataset import DatasetSource

from .tables import KEY, opened

if TYPE_CHECKING:
    from pathlib import Path

    from govengine.backends.duckdb import Warehouse

_SPAN = Span("spec.yaml", 1, 1, 1, 2)


def _csv(folder: Path, *texts: str, types: dict[str, str] | None = None, packed: bool = False) -> Warehouse:
    files = []
    for i, text in enumerate(texts):
        files.append(str(folder / f"d{i}.csv{'.gz' if packed else ''}"))
        data = text.encode()
        (folder / files[-1]).write_bytes(gzip.compress(data) if packed else data)
    return opened(DatasetSource(KEY, "d", "csv", tuple(files), None, types or {}, _SPAN))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("text", "kept", "rejected", "where"),
    [
        ("a,b\n1,2\n3,4,\n5,6\n", 2, 1, "line 3"),
        ("a,b\n1,2\n3,,4,\n", 1, 1, "line 3"),
        ("a,b\n1,2\n3,4,,\n3,4,\n", 1, 2, "line 3"),
        ('a,b\n1,2\n3,4,""\n', 1, 1, "line 3"),
        ("a,b\r\n1,2\r\n3,4,\r\n", 1, 1, "line 3"),
        ("a;b\n1;2\n3;4;\n", 1, 1, "line 3"),
        ("a,b\n1,2\n3,4,", 1, 1, "line 3"),
        ("a,b\n3,4\n3,4,\n3,4\n", 2, 1, "line 3"),
        ("a,b\n3,4,x\n3,4,\n", 0, 2, "line 2"),
        ('a,b\n"1\n2",3,\n4,5\n', 1, 2, "line 2"),
        ("a,b\n1,\n3,\n", 2, 0, None),
        ('a,b\n1,"x,"\n3,"y,\n"\n', 2, 0, None),
    ],
)
def test_a_field_too_many_that_is_empty(
    text: str, kept: int, rejected: int, where: str | None, packed: bool, tmp_path: Path
) -> None:
    with _csv(tmp_path, text, packed=packed) as warehouse:
        found = warehouse.found[KEY]
        assert (found.rows, found.rejected, found.reason) == (kept, rejected, None)
        assert where is None or f"the first at {where}" in warehouse.diagnostics[0].message


def test_markers_do_not_hide_a_field_too_many(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("a,b\nNA,1\nNA,1,\n", encoding="utf-8")
    source = DatasetSource(KEY, "d", "csv", (str(tmp_path / "d.csv"),), None, {}, _SPAN, missing={"a": ("NA",)})
    with opened(source) as warehouse:
        assert (warehouse.found[KEY].rows, warehouse.found[KEY].rejected) == (1, 1)


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ('a,b\n1,x\n2,"y\n3,y\n4,y"\n5,z,z\n', 1),
        ("a,b\n1,x\n" + '2,"' + "".join(f"{i},y\n" for i in range(20)) + '",\n5,z\n', 20),
        ("a,b\n1,x\n" + '2,"' + "".join(f"{i},y\n" for i in range(20)) + '",z,z\n5,z\n', 20),
        ("a,b\n1,x\n" + '"2' + "".join(f"{i},y\n" for i in range(20)) + '",z\n5,z\n', 20),
    ],
)
def test_a_rejected_row_may_be_as_many_as_it_has_lines(text: str, least: int, tmp_path: Path) -> None:
    with _csv(tmp_path, text, types={"a": "integer"}) as warehouse:
        assert warehouse.found[KEY].rejected >= least


def test_files_that_lack_a_declared_column_are_united(tmp_path: Path) -> None:
    types = {"a": "integer", "b": "integer", "c": "integer"}
    with _csv(tmp_path, "a,b\n1,2\n", "c,a\n3,4\n", "A,B,C\n5,6,7\n", types=types) as warehouse:
        answer = warehouse._connection.execute(f'SELECT a, b, c FROM "{KEY}" ORDER BY a')
        assert answer.fetchall() == [(1, 2, None), (4, None, 3), (5, 6, 7)]
        assert [d.code for d in warehouse.diagnostics] == ["GOV508"]
        assert "`b` in 1, `c` in 1" in warehouse.diagnostics[0].message


def test_files_that_differ_by_an_undeclared_column_are_refused(tmp_path: Path) -> None:
    with _csv(tmp_path, "a,b\n1,2\n", "a,bb\n3,4\n", types={"a": "integer", "b": "integer"}) as warehouse:
        assert "file 2 of 2 has others" in str(warehouse.found[KEY].reason)


def _parquet(file: Path, query: str, options: str = "") -> bytes:
    duckdb.sql(f"COPY ({query}) TO '{file}' (FORMAT parquet{options})")
    return file.read_bytes()


def _found(file: Path, *, whole: bool = False) -> str | None:
    source = DatasetSource(KEY, "d", "parquet", (str(file),), None, {}, _SPAN)
    with opened() as warehouse:
        return warehouse.open_([source], whole={KEY} if whole else ())[KEY].reason


@pytest.mark.parametrize("rows", [(4, 4), (1, 1000), (1000, 1), (0, 3)])
@pytest.mark.parametrize("options", ["", ", COMPRESSION zstd", ", ROW_GROUP_SIZE 2048"])
def test_parquet_files_joined_into_one_are_refused(rows: tuple[int, int], options: str, tmp_path: Path) -> None:
    parts = [_parquet(tmp_path / f"{i}.pq", f"SELECT range AS a FROM range({n})", options) for i, n in enumerate(rows)]
    file = tmp_path / "d.parquet"
    file.write_bytes(b"".join(parts))
    assert "joined into one" in str(_found(file))


@pytest.mark.parametrize("rows", [0, 1, 5000])
@pytest.mark.parametrize(
    "query",
    ["SELECT range AS a", "SELECT range % 3 AS a", "SELECT md5(range::text) AS a, [range] AS b, {'x': range} AS c"],
)
def test_parquet_that_is_whole_is_read(query: str, rows: int, tmp_path: Path) -> None:
    _parquet(tmp_path / "d.parquet", f"{query} FROM range({rows})", ", ROW_GROUP_SIZE 2048")
    assert _found(tmp_path / "d.parquet", whole=True) is None


@pytest.mark.parametrize("column", ["a", "b", "c"])
def test_a_column_that_cannot_be_read_is_named(column: str, tmp_path: Path) -> None:
    file = tmp_path / "d.parquet"
    cells = "md5(range::text) AS a, md5((range + 1)::text) AS b, md5((range + 2)::text) AS c"
    raw = bytearray(_parquet(file, f"SELECT {cells} FROM range(1000)", ", COMPRESSION zstd"))
    query = (
        "SELECT coalesce(dictionary_page_offset, data_page_offset), total_compressed_size "
        f"FROM parquet_metadata('{file}') WHERE path_in_schema = '{column}'"
    )
    start, size = duckdb.execute(query).fetchall()[0]
    raw[start + 40 : start + size] = bytes(size - 40)
    file.write_bytes(raw)
    assert _found(file, whole=True) == f"its column `{column}` cannot be read to the end"
