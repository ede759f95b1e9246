"""Measures over many rows: `` `sum(amount)` per a, b equals totals.amount within 0.01``, `` `count(*)` at least 1000``.

`equals` compares group by group with another table, which has one row a group and columns of the same names: a group
that is missing on either side fails, and so does one that the other table gives twice. A figure that is missing fails,
as in `rows`; where all are, nothing can be told. Figures of binary fractions are compared to six places, since the sum
of 0.1 and 0.2 is not 0.3 there.
Figures stay in the data, but for counts of rows, which are told.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from govengine.conditions import types as t
from govengine.diagnostics.codes import conditions as codes
from govengine.diagnostics.counted import plural
from govengine.expectations.expectation import Example, Expectation, Limit
from govengine.expectations.measure import Check, Measurement, Question, Threshold
from govengine.expectations.measure import decide as decide_share
from govengine.expectations.sql import identifier, quoted, same, stored
from govengine.expectations.unreachable import Unreachable
from govengine.model.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govengine.diagnostics import Diagnostic
    from govengine.expectations.expectation import GivenLimit
    from govengine.expectations.parent import Parent
    from govengine.expectations.subject import Subject
    from govengine.model.verdict import Outcome

_COUNT = re.compile(r"\s*count\s*\(\s*\*?\s*\)\s*", re.IGNORECASE)
_FLOATS = "('DOUBLE', 'FLOAT')"


def is_count(measure: str) -> bool:
    """Whether a measure is the number of rows, which may be told, and of which unread rows say how it could be."""
    return _COUNT.fullmatch(measure) is not None


def against_limit(
    key: str,
    table: str,
    measure: str,
    columns: tuple[str, ...],
    per: tuple[str, ...],
    direction: str,
    limit: int | Decimal,
    shown: str,
) -> Question:
    """Compare a measure, group by group, with a figure; `direction` is "at least" or "at most".

    `columns` are those that `measure` reads, `shown` is how messages write it.
    """
    sign = ">=" if direction == "at least" else "<="
    counted = not per and is_count(measure)
    fraction = f"round(CAST(figure AS DOUBLE) - {limit}, 6) {sign} 0"
    kept = f"CASE WHEN typeof(figure) IN {_FLOATS} THEN {fraction} ELSE figure {sign} {limit} END"
    query = (
        f"WITH {_groups(table, measure, per)}, "
        "judged AS (SELECT CASE WHEN count(figure) = 0 THEN 0 ELSE count(*) END AS tested, "
        # DuckDB holds what is not a number for the greatest of all.
        f"count(*) FILTER (WHERE NOT coalesce({kept} AND CAST(figure AS VARCHAR) <> 'nan', false)) "
        f"AS failing"
        f"{', max(figure) AS told' if counted else ', 0 AS told'} FROM own) "
        "SELECT tested, failing, 0, 0, told FROM judged"
    )

    def failed(measured: Measurement) -> str:
        if counted:
            return f"`{shown}` is {measured.notes[0]:,}; {direction} {limit:,} must be"
        if not per:
            return f"`{shown}` is not {direction} {limit:,}"
        return f"`{shown}` is not {direction} {limit:,} in {_groups_of(measured, per)}"

    def held(measured: Measurement) -> str:
        if counted:
            return f"`{shown}` is {measured.notes[0]:,}"
        return f"`{shown}` is {direction} {limit:,}" + _in_all(measured, per)

    def decided(measured: Measurement, threshold: Threshold) -> Outcome:
        if counted and measured.tested:
            figure, unread = measured.notes[0], measured.rejected  # which only make a count greater
            worst, best = (figure, figure + unread) if direction == "at least" else (figure + unread, figure)
            passes = [n >= limit if direction == "at least" else n <= limit for n in (worst, best)]
            return "pass" if passes[0] else "unknown" if passes[1] else "fail"
        return _open_where_unread(measured, threshold)

    def evidence(measured: Measurement) -> dict[str, object]:
        told: dict[str, object] = {"tested_are": _tested(per)}
        return told | {"counted": measured.notes[0]} if counted and measured.notes else told

    return Question(Check(key, table, (*columns, *per), query=query), failed, held, None, decided, evidence)


def against_table(
    key: str,
    table: str,
    measure: str,
    columns: tuple[str, ...],
    types: Mapping[str, str],
    per: tuple[str, ...],
    other: Parent,
    tolerance: str | None,
    shown: str,
) -> Question:
    """Compare a measure, group by group, with the figures of another table.

    `other.columns` is the column of its figures. `types` are those of the table, by name in small letters.
    `tolerance` is a number as text: how far apart two figures may be.
    """
    (reference,) = other.columns
    keys = ", ".join(f"{identifier(c)} AS k{i}" for i, c in enumerate(per)) or "1 AS k0"
    groups = ", ".join(str(i + 1) for i in range(len(per))) or "1"
    matched = " AND ".join(
        same(f"own.k{i}", types[c.lower()], f"other.k{i}", other.types[c.lower()], "IS NOT DISTINCT FROM")
        for i, c in enumerate(per)
    )
    query = (
        f"WITH {_groups(table, measure, per)}, "
        f"other AS (SELECT {keys}, min({identifier(reference)}) AS figure, count(*) AS n FROM {other.rows} "
        f"GROUP BY {groups}), "
        "pairs AS (SELECT own.there AS here, own.figure AS l, other.n AS there, other.figure AS r "
        f"FROM own FULL OUTER JOIN other ON {matched or 'own.k0 = other.k0'}), "
        f"judged AS (SELECT *, coalesce({_near(tolerance)}, false) AS near FROM pairs) "
        "SELECT CASE WHEN count(l) = 0 OR count(r) = 0 THEN 0 ELSE count(*) END, "
        "count(*) FILTER (WHERE NOT near OR here IS NULL OR there IS DISTINCT FROM 1), 0, 0, "
        "count(*) FILTER (WHERE here IS NULL), count(*) FILTER (WHERE there IS NULL), "
        f"count(*) FILTER (WHERE there > 1), {other.rejected} FROM judged"
    )

    def failed(measured: Measurement) -> str:
        missing_here, missing_there, twice, _ = measured.notes
        told = [f"{missing_here:,} missing here"] if missing_here else []
        told += [f"{missing_there:,} missing there"] if missing_there else []
        told += [f"{twice:,} given more than once there"] if twice else []
        apart = f" within {tolerance}" if tolerance else ""
        words = f"`{shown}` does not equal `{other.table}.{reference}`{apart} in {_groups_of(measured, per)}"
        return words + (f" ({', '.join(told)})" if told else "")

    def held(measured: Measurement) -> str:
        return f"`{shown}` equals `{other.table}.{reference}`{_in_all(measured, per)}"

    check = Check(
        key,
        table,
        (*columns, *per),
        query=query,
        parents=((other.table, tuple(dict.fromkeys((*other.columns, *per)))),),
    )
    names = ("missing_here", "missing_there", "given_twice")

    def evidence(measured: Measurement) -> dict[str, object]:
        return {"tested_are": _tested(per), **dict(zip(names, measured.notes, strict=False))}

    return Question(check, failed, held, None, _open_where_unread, evidence)


def _groups(table: str, measure: str, per: tuple[str, ...]) -> str:
    """`own`: one row a group, with its key and figure; without `per` the whole table is one group."""
    keys = ", ".join(f"{identifier(c)} AS k{i}" for i, c in enumerate(per))
    groups = ", ".join(str(i + 1) for i in range(len(per)))
    return (
        f"own AS (SELECT {keys or '1 AS k0'}, ({measure}\n) AS figure, true AS there FROM {stored(table)} "
        f"GROUP BY {groups or '()'})"
    )


def _near(tolerance: str | None) -> str:
    exact = "l = r" if tolerance is None else f"abs(l - r) <= {tolerance}"
    left, right = (f"TRY_CAST(CAST({side} AS VARCHAR) AS DOUBLE)" for side in "lr")
    fractions = f"round(abs({left} - {right}), 6) <= {tolerance or 0}"
    return f"CASE WHEN typeof(l) IN {_FLOATS} OR typeof(r) IN {_FLOATS} THEN {fractions} ELSE {exact} END"


def _tested(per: tuple[str, ...]) -> str:
    """What `tested` and `failing` count."""
    return "groups" if per else "the whole dataset"


def _in_all(measured: Measurement, per: tuple[str, ...]) -> str:
    if not per:
        return ""
    return " in the only group" if measured.tested == 1 else f" in all {measured.tested:,} groups"


def _groups_of(measured: Measurement, per: tuple[str, ...]) -> str:
    if not per:
        return "the whole dataset"
    return f"{measured.failing:,} of {plural(measured.tested, 'group')} by {quoted(per)}"


def _open_where_unread(measured: Measurement, threshold: Threshold) -> Outcome:
    """A row that could not be read, on either side, can change any one figure: it can mend one group, or break one."""
    unread = measured.rejected + (measured.notes[3] if len(measured.notes) > 3 else 0)
    if measured.tested == 0 or not unread:
        return decide_share(measured, threshold)
    return "fail" if measured.failing > unread else "unknown"


def _asked(subject: Subject) -> list[Question]:
    sql, per, direction = subject.sql(), subject.per(), subject.direction
    key, table = subject.key, subject.table
    assert direction is not None
    if direction != "equals":
        limit = subject.limit()
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            raise Unreachable("error", "the limit is no number")
        exact = limit if isinstance(limit, int) else Decimal(repr(limit))
        return [against_limit(key, table, sql.text, sql.columns, per, direction, exact, sql.shown)]
    other = subject.parent(having=per)
    if not other.size and not other.rejected:
        empty = Reason("no rows", (other.table,))
        raise Unreachable("unknown", empty.text, empty)
    tolerance = subject.tolerance
    within = None if tolerance is None else f"{Decimal(repr(tolerance)):f}"
    return [against_table(key, table, sql.text, sql.columns, subject.types, per, other, within, sql.shown)]


def _checked(given: GivenLimit) -> Sequence[Diagnostic]:
    if given.type in (t.INT, t.DOUBLE, t.ANY):
        return given.said
    figure = "a number after a measure, as `at least 1000`"
    return [*given.said, codes.wrong_arguments("expect", given.expr.span, expected=figure)]


def _stricter(direction: str | None) -> int:
    """What a figure must equal can be moved nowhere."""
    return {"at least": 1, "at most": -1}.get(direction or "", 2)


EXPECTATION = Expectation(
    name="measure",
    says="a figure over many rows equals another, or is at least or at most so much",
    ask=_asked,
    sql="figure",
    limit=Limit("a measure's limit", _checked, _stricter),
    examples=(
        Example("`count(*)` at least 2", "n\n1\n2\n", "pass"),
        Example("`count(*)` at least 2", "n\n1\n", "fail"),
        Example("`sum(n)` at most 3", "n\n1\n3\n", "fail"),
        Example("`sum(n)` per g equals p.b.total within 0.5", "g,n\nx,1\nx,2\n", "pass", other="g,total\nx,3.5\n"),
        Example("`sum(n)` per g equals p.b.total", "g,n\nx,1\nx,2\n", "fail", other="g,total\nx,4\n"),
    ),
)
