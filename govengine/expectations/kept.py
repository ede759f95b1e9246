"""`keep x at most P`, in the rows: none is older than P, counted from the column that the spec names.

A row is older where it began before as_of - P. It counts while it has the value that is to go, unless the register of
exceptions holds its key. A row that has not begun is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.days import earliest
from govengine.expectations.measure import Check, Measurement, Question, of_rows, sampled
from govengine.expectations.sql import identifier, moment, stored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govengine.expectations.parent import Parent
    from govengine.model.quantity import Period


def ask(
    key: str,
    table: str,
    column: str | None,
    start: str,
    types: Mapping[str, str],
    longest: Period,
    as_of: date,
    exceptions: tuple[str, Parent] | None,
) -> Question:
    """Count rows that are older than `longest`.

    `column` holds what is to go, None where the data does not have it; `start` when it began. `exceptions` are the
    column that finds a row in the register, and the register. `types` are SQL types by name in small letters.

    Raises:
        TypeError: `start` holds no dates or times.

    """
    began = moment(start, types[start.lower()])
    there = " AND ".join(f"{identifier(c)} IS NOT NULL" for c in dict.fromkeys((start, column)) if c is not None)
    spared, unread, read = "false", 0, [start, *([column] if column else [])]
    if exceptions is not None:
        found_by, register = exceptions
        spared, unread = register.holds((found_by,), types), register.rejected
        read.append(found_by)

    def query(source: str) -> str:
        return (
            f"WITH rows_ AS (SELECT {began} < {earliest(as_of, longest)} AS old, {spared} AS spared "
            f"FROM {stored(source)} AS child WHERE {there}), "
            "counted AS (SELECT count(*) AS tested, count(*) FILTER (WHERE old AND NOT spared) AS failing, "
            "count(*) FILTER (WHERE old AND spared) AS excepted FROM rows_) "
            f"SELECT tested, failing, {'failing' if unread else '0'}, 0, excepted FROM counted"
        )

    def fails(_source: str, _: Measurement) -> str:
        return f"{there} AND {began} < {earliest(as_of, longest)} AND NOT {spared}"

    check = Check(
        key,
        table,
        tuple(dict.fromkeys(read)),
        query=query(table),
        on_sample=query(sampled(table)),
        parents=() if exceptions is None else exceptions[1].reads,
        failing=fails,
    )

    def failed(measured: Measurement) -> str:
        verb = "is" if measured.failing == 1 else "are"
        return f"{of_rows(measured)} {verb} older than {longest.text}, counted from `{start}`{_spared(measured)}"

    def held(measured: Measurement) -> str:
        return f"no row is older than {longest.text}, counted from `{start}`{_spared(measured)}"

    return Question(
        check,
        failed,
        held,
        column,
        evidence=lambda measured: dict(zip(("excepted",), measured.notes, strict=False)),
    )


def _spared(measured: Measurement) -> str:
    excepted = measured.notes[0]
    return f"; {excepted:,} more are excepted" if excepted else ""
