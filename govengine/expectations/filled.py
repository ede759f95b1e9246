"""`expect x filled at least T`: a column is not missing.

Missing is NULL: an empty CSV cell is, a cell that holds a space is not.
"""

from __future__ import annotations

from govengine.expectations.measure import Check
from govengine.expectations.sql import identifier


def check(key: str, table: str, column: str) -> Check:
    """Count rows in which `column` is missing."""
    return Check(key, table, (column,), aggregate=f"count(*) FILTER (WHERE {identifier(column)} IS NULL)")


def failed(column: str, failing: str, tested: str, share: str) -> str:
    """What to say of rows in which it is missing."""
    return f"`{column}` is missing in {failing} of {tested} rows ({share})"
