"""`expect newest x within P`: the newest row is no older than P, as of the day that is judged.

A value lies within where as_of - P ≤ x, and x no later than the end of the as-of day, as for `within` in conditions. A
day counts as its midnight in UTC. Rows of the future prove nothing: they are left out, counted and reported. Only
counts leave the data, never the newest value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.conditions import types as t
from govengine.diagnostics.codes import conditions as codes
from govengine.diagnostics.counted import plural
from govengine.expectations.days import earliest, latest, midnight
from govengine.expectations.expectation import Example, Expectation, Limit
from govengine.expectations.measure import Check, Measurement, Question, Threshold
from govengine.expectations.sql import moment, stored, type_told
from govengine.expectations.unreachable import Unreachable
from govengine.model.quantity import Bound, Period, subtract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from govengine.diagnostics import Diagnostic
    from govengine.expectations.expectation import GivenLimit
    from govengine.expectations.subject import Subject
    from govengine.model.verdict import Outcome


def period_of(limit: Period | Bound) -> tuple[Period, bool]:
    """How far back is near enough, and whether its very end is too far, as for `<24h`.

    Raises:
        ValueError: the promise is no upper limit of a time.

    """
    if isinstance(limit, Period):
        return limit, False
    if limit.op not in ("<", "<=") or limit.unit not in ("us", "month") or limit.percentile is not None:
        raise ValueError(limit.text)
    months, micros = (int(limit.value), 0) if limit.unit == "month" else (0, int(limit.value))
    return Period(months, 0, micros, limit.text), limit.op == "<"


def ask(key: str, table: str, column: str, type_: str, limit: Period | Bound, as_of: date) -> Question:
    """Ask whether any row lies within. `type_` is the column's SQL type.

    Raises:
        TypeError: the column holds no dates or times.
        ValueError: the promise is no upper limit of a time.

    """
    period, strict = period_of(limit)
    after = ">" if strict else ">="
    query = (
        "SELECT filled, CASE WHEN near > 0 THEN 0 ELSE filled END, 0, 0, near, future FROM ("
        f"SELECT count(moment) AS filled, count(*) FILTER (WHERE moment >= {latest(as_of)}) AS future, "
        f"count(*) FILTER (WHERE moment {after} {earliest(as_of, period)} AND moment < {latest(as_of)}) AS near "
        f"FROM (SELECT {moment(column, type_)} AS moment FROM {stored(table)}))"
    )
    since = f"{subtract(midnight(as_of), period):%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    within = f"within {limit.text.lstrip('<= ')} of {as_of.isoformat()}, that is since {since}"
    return Question(
        Check(key, table, (column,), query=query),
        lambda measured: f"no `{column}` of {plural(measured.tested, 'row')} lies {within}{_future(measured)}",
        lambda measured: f"the newest `{column}` lies {within}{_future(measured)}",
        column,
        decide,
        lambda measured: dict(zip(("within", "future"), measured.notes, strict=False)),
    )


def _future(measured: Measurement) -> str:
    future = measured.notes[1]
    verbs = ("lies", "was") if future == 1 else ("lie", "were")
    rows = f"{future:,} of {plural(measured.tested, 'row')}"
    return f"; {rows} {verbs[0]} after that day and {verbs[1]} left out" if future else ""


def decide(measured: Measurement, threshold: Threshold) -> Outcome:  # noqa: ARG001 - there is no share to reach
    """One row within is enough, whatever could not be read; without one, a row that could not be read may be it."""
    if measured.tested == 0:
        return "unknown"
    if measured.failing == 0:
        return "pass"
    return "unknown" if measured.rejected else "fail"


def _asked(subject: Subject) -> list[Question]:
    (column,) = subject.columns
    limit, type_ = subject.limit(), subject.types[column.lower()]
    if not isinstance(limit, Period | Bound):
        raise Unreachable("error", "the limit is no period")
    try:
        return [ask(subject.key, subject.table, column, type_, limit, subject.as_of)]
    except TypeError as error:
        raise Unreachable("error", f"`{column}` holds no dates or times, but {type_told(type_)}") from error
    except ValueError as error:
        why = f"`{error}` is no limit of how old the newest row may be: promise a time, as `<24h`"
        raise Unreachable("error", why, None, subject.limit_place()) from error


def _checked(given: GivenLimit) -> Sequence[Diagnostic]:
    if given.type in (t.PERIOD, t.BOUND, t.ANY):
        return given.said
    return [*given.said, codes.not_a_period(t.describe(given.type), given.expr.span)]


EXPECTATION = Expectation(
    name="newest",
    says="the latest value lies in the period that ends at the day of the audit",
    ask=_asked,
    # Rows are the older for a longer period.
    limit=Limit("`newest`", _checked, lambda _direction: -1),
    dates=True,
    examples=(
        Example("newest x within 7 days", "x\n2026-06-29\n2020-01-01\n", "pass"),
        Example("newest x within 7 days", "x\n2026-06-01\n", "fail"),
        Example("newest x within 7 days", "x\n2027-01-01\n", "fail"),
    ),
)
