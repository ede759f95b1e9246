"""`expect x filled at least T`: a column is not missing.

Missing is NULL: an empty CSV cell is, and what the spec declares as `missing:` of the column; a cell that holds a space
is not.
"""

from __future__ import annotations

from govengine.expectations.measure import Asked, Check, Measured, of_rows, weight
from govengine.expectations.sql import identifier


def ask(key: str, table: str, column: str) -> Asked:
    """Count rows in which `column` is missing."""

    def fails(_source: str, _: Measured) -> str:
        return f"{identifier(column)} IS NULL"

    name = identifier(column)
    by_value = f"coalesce(sum({weight(column)}) FILTER (WHERE {name} IS NULL), 0)"
    check = Check(key, table, (column,), aggregate=f"count(*) - count({name})", by_value=by_value, failing=fails)
    return Asked(check, lambda measured: f"`{column}` is missing in {of_rows(measured)}", column=column)
