"""`expect x, y unique`: no two rows share a key.

Counted are rows beyond the first of each key. A key with a missing part is not judged: `filled` does that.
"""

from __future__ import annotations

from govengine.expectations.measure import Check
from govengine.expectations.sql import identifier


def check(key: str, table: str, columns: tuple[str, ...]) -> Check:
    """Count rows whose key stood before."""
    names = ", ".join(identifier(c) for c in columns)
    whole = " AND ".join(f"{identifier(c)} IS NOT NULL" for c in columns)
    query = (
        "SELECT coalesce(sum(n), 0), coalesce(sum(n - 1), 0) FROM "
        f"(SELECT count(*) AS n FROM {identifier(table)} WHERE {whole} GROUP BY {names})"
    )
    return Check(key, table, columns, query=query)


def failed(columns: tuple[str, ...], failing: str, tested: str, share: str) -> str:
    """What to say of keys that repeat."""
    names = ", ".join(f"`{c}`" for c in columns)
    return f"{names} repeats an earlier row's value in {failing} of {tested} rows ({share})"
