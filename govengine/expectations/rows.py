"""`expect rows `p` at least T`: a predicate holds for each row, or for a share of them.

A row for which the predicate is unknown (NULL) does not hold.
"""

from __future__ import annotations

from govengine.expectations.measure import Check


def check(key: str, table: str, predicate: str, columns: tuple[str, ...]) -> Check:
    """Count rows for which `predicate` is false or unknown."""
    return Check(key, table, columns, aggregate=f"count(*) FILTER (WHERE NOT coalesce(({predicate}\n), false))")


def failed(predicate: str, failing: str, tested: str, share: str) -> str:
    """What to say of rows that do not hold."""
    return f"{failing} of {tested} rows ({share}) do not satisfy `{predicate}`"
