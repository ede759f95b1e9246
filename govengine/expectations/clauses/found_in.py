"""`expect x found in product.dataset(y) at least T`: each value has its row elsewhere; `never found in`: none has.

A missing value is not judged. Where rows of the parent could not be read, each may hold one of the values: the rows of
that many values, the most frequent ones, are excusable where they were not found, doubtful where they must not be.
A parent in which no row has a key tells nothing: it may have been cut off, and would let all through, or nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.expectation import Example, Expectation
from govengine.expectations.measure import Check, Measurement, Question, of_rows, sampled, values_of, weight
from govengine.expectations.sql import identifier, quoted, stored
from govengine.model.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.expectations.parent import Parent
    from govengine.expectations.subject import Subject


def ask(
    key: str, table: str, columns: tuple[str, ...], types: Mapping[str, str], parent: Parent, *, never: bool = False
) -> Question:
    """Count rows whose value is not among the parent's; with `never`, rows whose value is.

    `types` are those of the table's columns, by name in small letters.
    """

    def fails(_source: str, _: Measurement) -> str:
        there = " AND ".join(f"child.{identifier(c)} IS NOT NULL" for c in columns)
        return f"{there} AND {'' if never else 'NOT '}{parent.holds(columns, types)}"

    check = Check(
        key,
        table,
        columns,
        query=_query(table, columns, types, parent, never=never),
        on_sample=_query(sampled(table), columns, types, parent, never=never),
        by_value=None
        if len(columns) > 1
        else _query(values_of(table, columns[0]), columns, types, parent, never=never, rows=weight(columns[0])),
        parents=parent.reads,
        failing=fails,
        shaped=columns,
    )
    word = "is found" if never else "is not found"

    def unsettled(measured: Measurement) -> Reason | None:
        if parent.rejected or (measured.notes and measured.notes[0]):
            return None
        return Reason("nothing to look up", (parent.table, quoted(parent.columns)))

    return Question(
        check,
        lambda measured: f"{quoted(columns)} {word} in `{parent.named}` in {of_rows(measured)}",
        column=columns[0],
        unsettled=unsettled,
    )


def _query(
    table: str,
    columns: tuple[str, ...],
    types: Mapping[str, str],
    parent: Parent,
    *,
    never: bool,
    rows: str = "",
) -> str:
    """The query; in `rows` stands how many rows each one of the table is worth, where that is not one."""
    whole = " AND ".join(f"child.{identifier(c)} IS NOT NULL" for c in columns)
    values = ", ".join(f"child.{identifier(c)}" for c in columns)
    counted = "coalesce(sum(n), 0)" if rows else "count(*)"
    unread = (
        f"coalesce((SELECT sum(n) FROM (SELECT {counted} AS n FROM judged WHERE NOT matched "
        f"GROUP BY key ORDER BY n DESC LIMIT {parent.rejected})), 0)"
        if parent.rejected
        else "0"
    )
    failing, excusable, doubtful = ("matched", "0", unread) if never else ("NOT matched", unread, "0")
    weighed = f", {rows} AS n" if rows else ""
    filtered = f"coalesce({'sum(n)' if rows else 'count(*)'} FILTER (WHERE {failing}), 0)"
    return (
        f"WITH judged AS (SELECT {parent.holds(columns, types)} AS matched, "
        f"row({values}) AS key{weighed} FROM {stored(table)} AS child WHERE {whole}) "
        f"SELECT {counted}, {filtered}, {excusable}, {doubtful}, "
        f"{parent.keys} FROM judged"
    )


def _asked(subject: Subject) -> list[Question]:
    return [ask(subject.key, subject.table, subject.columns, subject.types, subject.parent())]


EXPECTATION = Expectation(
    name="found in",
    says="each value stands in a column of another dataset, or of a register; NULL is left out",
    ask=_asked,
    shares=True,
    examples=(
        Example("x found in p.b(y)", "x\na\na\n", "pass", other="y\na\nb\n"),
        Example("x found in p.b(y)", "x\na\nc\n", "fail", other="y\na\nb\n"),
        Example("x found in p.b(y) where `n > 1`", "x\na\n", "fail", other="y,n\na,1\n"),
    ),
)
