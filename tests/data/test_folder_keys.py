"""Columns in the names of folders: read alike from every format, and the same as those that files hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.diagnostics import Span
from govengine.model.dataset import DatasetSource

from .tables import KEY, opened

if TYPE_CHECKING:
    from pathlib import Path

    from govengine.backends.duckdb import Warehouse

FORMATS = ["csv", "ndjson", "parquet"]


def _opened(
    root: Path, format_: str, files: dict[str, dict[str, str | int | None]], types: dict[str, str] | None = None
) -> Warehouse:
    names = []
    for i, (folder, row) in enumerate(files.items()):
        name = f"{folder}/f{i}.{format_}"
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        names.append(name)
        match format_:
            case "csv":
                cells = ",".join("" if value is None else str(value) for value in row.values())
                (root / name).write_text(f"{','.join(row)}\n{cells}\n", encoding="utf-8")
            case "ndjson":
                (root / name).write_text(json.dumps(row) + "\n", encoding="utf-8")
            case _:
                cells = ", ".join(f"{'NULL' if v is None else repr(v)} AS {k}" for k, v in row.items())
                duckdb.sql(f"COPY (SELECT {cells}) TO '{root / name}' (FORMAT parquet)")
    source = DatasetSource(
        KEY, "d", format_, tuple(str(root / name) for name in names), None, types or {}, Span("s.yaml", 1, 1, 1, 2),
        names=tuple(names), location=f"**/*.{format_}", missing={"k": ("none",)},
    )  # fmt: skip
    return opened(source, numbered=True)


def _cells(warehouse: Warehouse, column: str = "k") -> list[object]:
    from govengine.expectations.clauses import filled

    asked = filled.ask("f", KEY, column, warehouse.found[KEY].columns[column])
    warehouse.load([asked.check])
    answer = warehouse._connection.execute(f'SELECT CAST("{column}" AS VARCHAR) FROM "{KEY}" ORDER BY 1 NULLS LAST')
    return [row[0] for row in answer.fetchall()]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("folders", "declared", "type_", "expected"),
    [
        (["1", "2"], None, "BIGINT", ["1", "2"]),
        (["01", "02"], None, "VARCHAR", ["01", "02"]),
        (["01", "02"], "integer", "BIGINT", ["1", "2"]),
        (["01", "02"], "string", "VARCHAR", ["01", "02"]),
        (["2026-01-31"], None, "DATE", ["2026-01-31"]),
        (["2026-01-31"], "date", "DATE", ["2026-01-31"]),
        (["north", ""], None, "VARCHAR", ["north", None]),
        (["3", "__HIVE_DEFAULT_PARTITION__"], "integer", "BIGINT", ["3", None]),
        (["none", "x"], None, "VARCHAR", ["x", None]),
        (["a%20b", "a%3Db"], None, "VARCHAR", ["a b", "a=b"]),
    ],
)
def test_keys_are_of_their_types_in_every_format(
    folders: list[str], declared: str | None, type_: str, expected: list[str | None], format_: str, tmp_path: Path
) -> None:
    files: dict[str, dict[str, str | int | None]] = {f"k={folder}": {"id": i} for i, folder in enumerate(folders)}
    with _opened(tmp_path, format_, files, {"k": declared} if declared else {"id": "integer"}) as warehouse:
        assert warehouse.found[KEY].reason is None
        assert warehouse.found[KEY].columns["k"] == type_
        assert _cells(warehouse) == expected


@pytest.mark.parametrize("format_", FORMATS)
def test_a_key_that_only_folders_hold_may_be_the_only_declared_column(format_: str, tmp_path: Path) -> None:
    with _opened(tmp_path, format_, {"k=2026-01-01": {"id": 1}}, {"k": "date"}) as warehouse:
        assert (warehouse.found[KEY].reason, warehouse.diagnostics) == (None, [])


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("folder", "value", "fits"),
    [
        ("north", "north", True), ("north", "south", False), ("north", None, False), ("", None, True),
        ("__HIVE_DEFAULT_PARTITION__", None, True), ("", "north", False), ("1", 1, True), ("01", 1, True), ("2", 1, False),
    ],
)  # fmt: skip
def test_a_folder_and_a_column_must_say_the_same(
    folder: str, value: str | int | None, fits: bool, format_: str, tmp_path: Path
) -> None:
    types = {"k": "integer"} if isinstance(value, int) else {"id": "integer"}
    with _opened(tmp_path, format_, {f"k={folder}": {"id": 1, "k": value}}, types) as warehouse:
        reason = warehouse.found[KEY].reason
        assert (reason is None) is fits
        assert fits or "differs from the folder `k=`" in str(reason)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("folders", "why"),
    [
        (["k=1", "m=1"], "other columns"), (["k=1", "plain"], "other columns"), (["k=1/k=2"], "twice"),
        (["k=1/K=2"], "twice"), (["k=%ff"], "not UTF-8"),
    ],
)  # fmt: skip
def test_folders_that_do_not_go_together_are_refused(
    folders: list[str], why: str, format_: str, tmp_path: Path
) -> None:
    with _opened(tmp_path, format_, {folder: {"id": 1} for folder in folders}) as warehouse:
        assert why in str(warehouse.found[KEY].reason)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_key_that_is_not_of_its_declared_type_is_refused(format_: str, tmp_path: Path) -> None:
    files: dict[str, dict[str, str | int | None]] = {"k=1": {"id": 1}, "k=secret": {"id": 2}}
    with _opened(tmp_path, format_, files, {"k": "integer"}) as warehouse:
        assert "`k=` of file 2 of 2" in str(warehouse.found[KEY].reason)
        assert "secret" not in repr(warehouse.diagnostics)
