"""A CSV of many columns: each column takes its own type, and no statement asks about too many of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import duckdb

from govengine.backends.duckdb_csv import load_csv

if TYPE_CHECKING:
    from pathlib import Path

_CELLS = ("7", "7.25", "x", "2026-01-31", "true")
_TYPES = ("BIGINT", "DECIMAL(18,2)", "VARCHAR", "DATE", "BOOLEAN")
_COLUMNS = 310


class _Heard:
    """A connection that keeps what it was asked."""

    def __init__(self) -> None:
        self.inner = duckdb.connect()
        self.statements: list[str] = []

    def execute(self, statement: str) -> Any:
        self.statements.append(statement)
        return self.inner.execute(statement)


def test_types_of_many_columns_are_found_a_few_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    row = ",".join(_CELLS[i % 5] for i in range(_COLUMNS))
    file.write_text(",".join(f"c{i}" for i in range(_COLUMNS)) + f"\n{row}\n{row}\n")
    heard = _Heard()
    loaded = load_csv(cast("Any", heard), "wide", (str(file),), {}, {})
    assert loaded.columns == {f"c{i}": _TYPES[i % 5] for i in range(_COLUMNS)}
    assert (loaded.rows, loaded.rejected) == (2, 0)
    assert max(s.count("FILTER") for s in heard.statements) <= 300
