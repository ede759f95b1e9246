"""`expect x filled at least T`: a column is not missing.

Missing is NULL: an empty CSV cell is, and what the spec declares as `missing:` of the column; a cell that holds a space
is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.expectation import Example, Expectation
from govengine.expectations.measure import Asked, Check, Measured, of_rows, weight
from govengine.expectations.sql import identifier

if TYPE_CHECKING:
    from govengine.expectations.subject import Subject


def ask(key: str, table: str, column: str) -> Asked:
    """Count rows in which `column` is missing."""

    def fails(_source: str, _: Measured) -> str:
        return f"{identifier(column)} IS NULL"

    name = identifier(column)
    by_value = f"coalesce(sum({weight(column)}) FILTER (WHERE {name} IS NULL), 0)"
    check = Check(key, table, (column,), aggregate=f"count(*) - count({name})", by_value=by_value, failing=fails)
    return Asked(check, lambda measured: f"`{column}` is missing in {of_rows(measured)}", column=column)


def _asked(subject: Subject) -> list[Asked]:
    """A check for each column."""
    return [ask(f"{subject.key}|{column}", subject.table, column) for column in subject.columns]


EXPECTATION = Expectation(
    name="filled",
    says="the columns are not NULL and not empty",
    ask=_asked,
    shares=True,
    measures="completeness",
    examples=(
        Example("x filled", "x,y\na,1\nb,1\n", "pass"),
        Example("x filled", "x,y\na,1\n,1\n", "fail"),
        Example("x, y filled at least 50%", "x,y\na,1\n,1\n", "pass"),
    ),
)
