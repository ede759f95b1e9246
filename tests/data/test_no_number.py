"""What is no number in a column of binary fractions counts as missing, in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.diagnostics import Span
from govengine.expectations.clauses import filled, rows
from govengine.expectations.measure import Measurement
from govengine.model.dataset import DatasetSource

from .tables import KEY, opened, parquet

if TYPE_CHECKING:
    from pathlib import Path

QUERY = "SELECT CAST(unnest(['1.5', 'nan', NULL, '-1', 'inf']) AS {0}) AS x, 1 AS y"


def _table(folder: Path, query: str) -> DatasetSource:
    file = folder / "d.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"CREATE TABLE d AS {query}")
    return DatasetSource(KEY, "d", "duckdb", (str(file),), "d", {}, Span("spec.yaml", 1, 1, 1, 2))


@pytest.mark.parametrize("type_", ["DOUBLE", "FLOAT"])
@pytest.mark.parametrize("write", [parquet, _table])
def test_what_is_no_number_is_missing(tmp_path: Path, type_: str, write: object) -> None:
    source = write(tmp_path, QUERY.format(type_))  # type: ignore[operator]
    with opened(source) as warehouse:
        asked = [filled.ask("f", KEY, "x", "DOUBLE"), rows.ask("r", KEY, '"x" > 0', ("x",), "x > 0")]
        measured = warehouse.measure([a.check for a in asked])
    held = {key: m.failing for key, m in measured.items() if isinstance(m, Measurement)}
    assert held == {"f": 2, "r": 3}  # NaN and NULL; these and -1. What has no end is a number.
