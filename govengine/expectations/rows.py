"""`expect rows `p` at least T`: a predicate holds for each row, or for a share of them.

A row for which the predicate is unknown (NULL) does not hold.
"""

from __future__ import annotations

from govengine.expectations.measure import Asked, Check, Measured, of_rows, weight


def ask(key: str, table: str, predicate: str, columns: tuple[str, ...], shown: str) -> Asked:
    """Count rows for which `predicate` is false or unknown; `shown` is how messages write it."""
    # Not `count(*) FILTER`, which takes a fifth longer; over no rows `count_if` is NULL.
    condition = f"NOT coalesce(({predicate}\n), false)"
    failing = f"coalesce(count_if({condition}), 0)"
    by_value = f"coalesce(sum({weight(columns[0])}) FILTER (WHERE {condition}), 0)" if len(set(columns)) == 1 else None

    def fails(_source: str, _: Measured) -> str:
        return f"NOT coalesce(({predicate}), false)"

    check = Check(key, table, columns, aggregate=failing, by_value=by_value, failing=fails, shaped=columns)
    return Asked(check, lambda m: f"{of_rows(m)} {'does' if m.failing == 1 else 'do'} not satisfy `{shown}`")
