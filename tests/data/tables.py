"""Datasets written for tests, and a warehouse over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from govengine.backends.duckdb import Warehouse
from govengine.diagnostics import Span
from govengine.model.dataset import DatasetSource

if TYPE_CHECKING:
    from pathlib import Path

KEY = "product.d"


def parquet(folder: Path, query: str, name: str = "d.parquet") -> DatasetSource:
    """A Parquet file of a query's rows."""
    file = folder / name
    duckdb.sql(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
    return DatasetSource(KEY, "d", "parquet", (str(file),), None, {}, Span("spec.yaml", 1, 1, 1, 2))


def opened(*sources: DatasetSource, **options: Any) -> Warehouse:
    """A warehouse with these datasets."""
    warehouse = Warehouse(**options)
    warehouse.open_(sources)
    return warehouse
