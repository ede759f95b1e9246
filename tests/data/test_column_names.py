"""Each column is judged by its own values, whatever it is called; where that cannot be, nothing is judged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.backends.column_names import MOST
from govengine.diagnostics import Span
from govengine.expectations.clauses import filled, rows, unique
from govengine.expectations.measure import Measurement
from govengine.model.dataset import DatasetSource

from .tables import KEY, opened

if TYPE_CHECKING:
    from pathlib import Path

_SPAN = Span("spec.yaml", 1, 1, 1, 2)
ALIKE = [("IDX", "idx"), ("Ref", "REF"), ("\u00c9tat", "\u00e9tat"), ("caf\u00e9", "cafe\u0301"), ("\u0130", "i\u0307")]
NAMES = ["0", "2019", "2019-01", "201901", "v", "n", "count", "rowid", "nth", "cell", "file_index", "filename", "json",
         "select", "a b", 'a"b', "\u00e9", "caf\u00e9", "memory", "x.y"]  # fmt: skip


def _write(folder: Path, format_: str, columns: dict[str, int]) -> DatasetSource:
    file = folder / f"d.{format_}"
    quoted = ['"' + name.replace('"', '""') + '"' for name in columns]
    match format_:
        case "csv":
            file.write_text(f"{','.join(quoted)}\n{','.join(map(str, columns.values()))}\n", encoding="utf-8")
        case "ndjson":
            file.write_text(json.dumps(columns, ensure_ascii=False) + "\n", encoding="utf-8")
        case _:
            cells = ", ".join(f"{value} AS {name}" for name, value in zip(quoted, columns.values(), strict=True))
            duckdb.sql(f"COPY (SELECT {cells}) TO '{file}' (FORMAT parquet)")
    types = dict.fromkeys(columns, "integer")
    return DatasetSource(KEY, "d", format_, (str(file),), None, types, _SPAN)


@pytest.mark.parametrize("format_", ["csv", "ndjson"])
@pytest.mark.parametrize(("first", "second"), ALIKE)
def test_columns_that_cannot_be_told_apart_are_not_judged(
    first: str, second: str, format_: str, tmp_path: Path
) -> None:
    with opened(_write(tmp_path, format_, {"id": 1, first: 1, second: -1})) as warehouse:
        assert warehouse.found[KEY].reason


def test_columns_of_parquet_that_cannot_be_told_apart_are_not_judged(tmp_path: Path) -> None:
    source = _write(tmp_path, "parquet", {"IDX": 1, "idy": -1})
    file = tmp_path / "d.parquet"
    file.write_bytes(file.read_bytes().replace(b"idy", b"idx"))
    with opened(source) as warehouse:
        assert "the same name, but for case" in str(warehouse.found[KEY].reason)


@pytest.mark.parametrize("format_", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize("name", NAMES)
def test_a_column_may_be_called_anything(name: str, format_: str, tmp_path: Path) -> None:
    with opened(_write(tmp_path, format_, {"id": 1, name: -1})) as warehouse:
        assert warehouse.found[KEY].reason is None
        column = '"' + name.replace('"', '""') + '"'
        asked = [
            rows.ask("r", KEY, f"{column} > 0", (name,), name),
            filled.ask("f", KEY, name, "BIGINT"),
            unique.ask("u", KEY, (name,)),
        ]
        answers = warehouse.measure([one.check for one in asked])
        failing = {key: a.failing if isinstance(a, Measurement) else a for key, a in answers.items()}
        assert failing == {"r": 1, "f": 0, "u": 0}


@pytest.mark.parametrize("format_", ["csv", "ndjson", "parquet"])
def test_letters_are_the_same_however_they_are_composed(format_: str, tmp_path: Path) -> None:
    with opened(_write(tmp_path, format_, {"id": 1, "cafe\u0301": 1})) as warehouse:
        assert list(warehouse.found[KEY].columns) == ["id", "caf\u00e9"]


@pytest.mark.parametrize("format_", ["csv", "ndjson"])
def test_too_many_columns_are_refused_at_once(format_: str, tmp_path: Path) -> None:
    with opened(_write(tmp_path, format_, {f"k{i}": i for i in range(MOST + 1)})) as warehouse:
        assert f"more than {MOST:,} columns" in str(warehouse.found[KEY].reason)


def test_many_keys_of_one_type_are_columns(tmp_path: Path) -> None:
    with opened(_write(tmp_path, "ndjson", {f"k{i}": i for i in range(400)})) as warehouse:
        assert len(warehouse.found[KEY].columns) == 400


@pytest.mark.parametrize("format_", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize("name", ["4111111111111111", "kim@mail.example", "123456789"])
def test_a_name_that_reads_like_a_value_is_not_shown(name: str, format_: str, tmp_path: Path) -> None:
    source = _write(tmp_path, format_, {"id": 1, name: 1})._replace(types={"id": "integer"})
    with opened(source) as warehouse:
        assert "reads like" in str(warehouse.found[KEY].reason)
        assert name not in repr(warehouse.diagnostics)
