"""`expect x without gaps [except in register(y)]`: every whole number from the least to the greatest is there.

`series, x without gaps` asks the same of `x` in each series. Numbers that the register holds may be missing. Missing
values are not judged, repeated ones are no gap: `filled` and `unique` see to them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govengine.diagnostics.counted import plural
from govengine.expectations.expectation import Example, Expectation
from govengine.expectations.measure import Check, Measurement, Question
from govengine.expectations.sql import identifier, quoted, stored, type_told
from govengine.expectations.unreachable import Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.expectations.parent import Parent
    from govengine.expectations.subject import Subject

_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(\d+,0\)|VARCHAR|\"NULL\"")
_FRACTION = re.compile(r"DOUBLE|FLOAT|DECIMAL\(.*\)")
NOT_WHOLE = "not a whole number"


def number(column: str, type_: str) -> str:
    """A column's whole number; text and fractions are read as one, and anything else in them breaks the check.

    Columns of whole numbers that some row lacks often come as fractions.

    Raises:
        TypeError: the type holds no numbers.

    """
    if _FRACTION.fullmatch(type_) and not _WHOLE.fullmatch(type_):
        whole = f"CAST({column} AS HUGEINT)"
        return (
            f"CASE WHEN {column} = trunc({column}) THEN {whole} WHEN {column} IS NOT NULL THEN error('{NOT_WHOLE}') END"
        )
    if not _WHOLE.fullmatch(type_):
        raise TypeError(type_)
    return f"CAST({column} AS HUGEINT)"


def ask(
    key: str,
    table: str,
    columns: tuple[str, ...],
    types: Mapping[str, str],
    rejected: int,
    exceptions: Parent | None,
) -> Question:
    """Count the numbers that are missing; the last column holds them, those before it the series.

    `rejected` rows could not be read, and each may hold a missing number. `types` are by name in small letters.

    Raises:
        TypeError: a column of numbers holds none.

    """
    *series, last = columns
    value = number(identifier(last), types[last.lower()])
    keys = "".join(f", {identifier(c)} AS s{i}" for i, c in enumerate(series))
    named = "".join(f", s{i}" for i in range(len(series)))
    group = f"GROUP BY {named.removeprefix(', ')}" if series else ""
    whole = " AND ".join(f"{identifier(c)} IS NOT NULL" for c in columns)
    spare, excepted, unread = "", "0", rejected
    if exceptions is not None:
        (column,) = exceptions.columns
        held = number(identifier(column), exceptions.types[column.lower()])
        spare = (
            f"spare AS (SELECT DISTINCT v FROM (SELECT {held} AS v FROM {exceptions.rows}) "
            "WHERE NOT EXISTS (SELECT 1 FROM numbers WHERE n = v)), "
        )
        excepted = "(SELECT count(*) FROM spare WHERE v BETWEEN least_ AND greatest_)"
        unread += exceptions.rejected
    query = (
        f"WITH numbers AS (SELECT {value} AS n{keys} FROM {stored(table)} WHERE {whole}), "
        f"spans AS (SELECT count(*) AS filled, count(DISTINCT n) AS there, min(n) AS least_, max(n) AS greatest_{named}"
        f" FROM numbers {group}), {spare}"
        f"gaps AS (SELECT filled, greatest_ - least_ + 1 - there - {excepted} AS missing FROM spans WHERE filled > 0), "
        "counted AS (SELECT coalesce(sum(filled), 0) AS tested, coalesce(sum(missing), 0) AS failing FROM gaps) "
        f"SELECT tested, failing, least(failing, {unread}) FROM counted"
    )
    return Question(
        Check(key, table, columns, query=query, parents=() if exceptions is None else exceptions.reads),
        lambda measured: _failed(last, tuple(series), measured),
        lambda measured: f"no number is missing among {plural(measured.tested, 'row')}",
        last,
        evidence=lambda _: {"failing_are": "missing numbers"},
    )


def _failed(column: str, series: tuple[str, ...], measured: Measurement) -> str:
    missing = f"{plural(measured.failing, 'number')} {'is' if measured.failing == 1 else 'are'}"
    per = f" of its {quoted(series)}" if series else ""
    among = f"in {plural(measured.tested, 'row')}"
    return f"{missing} missing between the least and the greatest `{column}`{per}, {among}"


def _asked(subject: Subject) -> list[Question]:
    columns = subject.columns
    if subject.spares and len(columns) > 1:
        raise Unreachable("error", "exceptions are told by number alone, so they fit one column")
    register = subject.excepted()
    try:
        return [ask(subject.key, subject.table, columns, subject.types, subject.rejected, register)]
    except TypeError as error:
        raise Unreachable("error", f"`{columns[-1]}` holds no numbers, but {type_told(str(error))}") from error


EXPECTATION = Expectation(
    name="without gaps",
    says="the numbers run on without a hole",
    ask=_asked,
    examples=(
        Example("n without gaps", "n\n3\n1\n2\n", "pass"),
        Example("n without gaps", "n\n1\n3\n", "fail"),
        Example("s, n without gaps", "s,n\na,1\na,2\nb,7\n", "pass"),
        Example("s, n without gaps", "s,n\na,1\na,3\nb,7\n", "fail"),
    ),
)
