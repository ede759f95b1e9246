"""A CSV of many columns: each column takes its own type, and no statement asks about too many of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import duckdb
import pytest

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
    assert max(s.count("bool_and") for s in heard.statements) <= 200


_LATE: dict[str, tuple[str, str, str]] = {
    "whole": ("7", "8", "BIGINT"),
    "whole-then-money": ("7", "-7.25", "DECIMAL(18,2)"),
    "money-then-longer": ("7.25", "123456789012345678.5", "DECIMAL(38,2)"),
    "money-then-too-long": ("7.25", "1" + "0" * 38, "VARCHAR"),
    "whole-then-power": ("7", "1e3", "DOUBLE"),
    "whole-then-zeros": ("7", "007", "VARCHAR"),
    "day-then-time": ("2026-01-31", "2026-01-31 10:00:00", "VARCHAR"),
    "missing-then-day": ("", "2026-01-31", "DATE"),
    "missing-then-text": ("", "x", "VARCHAR"),
    "missing": ("", "", "VARCHAR"),
    "truth-then-text": ("true", "perhaps", "VARCHAR"),
    "truth": ("true", "FALSE", "BOOLEAN"),
    "text-then-whole": ("x", "7", "VARCHAR"),
}
"""Cells of all rows but the last, the cell of the last, and the type that holds for both."""


@pytest.mark.parametrize("before", [1, 5_000])
def test_a_type_holds_for_every_row_not_for_the_first_ones(before: int, tmp_path: Path) -> None:
    """The last row may break what thousands of rows before it promise."""
    file = tmp_path / "late.csv"
    columns = {f"c{i} {name}": cells for i, (name, cells) in enumerate(_LATE.items())}
    rows = [",".join(cells[0] for cells in columns.values())] * before + [",".join(c[1] for c in columns.values())]
    file.write_text("\n".join((",".join(columns), *rows)) + "\n")
    loaded = load_csv(cast("Any", _Heard()), "late", (str(file),), {}, {})
    assert loaded.columns == {name: cells[2] for name, cells in columns.items()}
    assert (loaded.rows, loaded.rejected) == (before + 1, 0)
