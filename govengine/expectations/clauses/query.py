"""`expect query `select …` returns no rows`: the escape hatch.

A query names datasets of the product and registers by their plain names; nothing else can be reached. Only the number
of rows that it returns leaves the data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics.counted import plural
from govengine.expectations.expectation import Example, Expectation
from govengine.expectations.measure import Check, Measurement, Question
from govengine.expectations.sql import identifier, stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.expectations.subject import Subject


def ask(
    key: str, table: str, text: str, tables: Mapping[str, tuple[str, tuple[str, ...]]], rejected: Mapping[str, int]
) -> Question:
    """Count the rows that a query returns.

    `tables` maps names in the query to tables and all their columns; `rejected` counts rows of each that could not be
    read, any of which could change the answer.
    """
    named = ", ".join(
        f"{identifier(name)} AS (SELECT * FROM {stored(key_)})"
        for name, (key_, _) in tables.items()
        if name != key_  # a register is called so already
    )
    unread = any(rejected.values())
    query = (
        f"{f'WITH {named} ' if named else ''}SELECT (SELECT count(*) FROM {stored(table)}), n, "
        f"{'n' if unread else '0'}, {'1' if unread else '0'} FROM (SELECT count(*) AS n FROM (\n{text}\n))"
    )
    others = tuple((k, columns) for k, columns in tables.values())
    return Question(
        Check(key, table, (), query=query, parents=others),
        _failed,
        lambda _: "the query returns no rows",
        evidence=lambda _: {"failing_are": "rows that the query returns"},
        unread=tuple(table for table, count in rejected.items() if count),
    )


def _failed(measured: Measurement) -> str:
    return f"the query returns {plural(measured.failing, 'row')}"


def _asked(subject: Subject) -> list[Question]:
    text, reached = subject.query(), subject.reached()
    tables = {name: (table.table, table.columns) for name, table in reached.items()}
    return [ask(subject.key, subject.table, text, tables, {t.table: t.rejected for t in reached.values()})]


EXPECTATION = Expectation(
    name="query",
    says="a query of its own finds nothing",
    ask=_asked,
    sql="query",
    examples=(
        Example("query `select * from a where n < 0` returns no rows", "n\n1\n", "pass"),
        Example("query `select * from a where n < 0` returns no rows", "n\n-1\n", "fail"),
    ),
)
