"""`expect rows `p` at least T`: a predicate holds for each row, or for a share of them.

A row for which the predicate is unknown (NULL) does not hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.expectation import Example, Expectation
from govengine.expectations.measure import Check, Measurement, Question, of_rows, weight

if TYPE_CHECKING:
    from govengine.expectations.subject import Subject


def ask(key: str, table: str, predicate: str, columns: tuple[str, ...], shown: str) -> Question:
    """Count rows for which `predicate` is false or unknown; `shown` is how messages write it."""
    # Not `count(*) FILTER`, which takes a fifth longer; over no rows `count_if` is NULL.
    condition = f"NOT coalesce(({predicate}\n), false)"
    failing = f"coalesce(count_if({condition}), 0)"
    by_value = f"coalesce(sum({weight(columns[0])}) FILTER (WHERE {condition}), 0)" if len(set(columns)) == 1 else None

    def fails(_source: str, _: Measurement) -> str:
        return f"NOT coalesce(({predicate}), false)"

    check = Check(key, table, columns, aggregate=failing, by_value=by_value, failing=fails, shaped=columns)
    return Question(check, lambda m: f"{of_rows(m)} {'does' if m.failing == 1 else 'do'} not satisfy `{shown}`")


def _asked(subject: Subject) -> list[Question]:
    sql = subject.sql()
    return [ask(subject.key, subject.table, sql.text, sql.columns, sql.shown)]


EXPECTATION = Expectation(
    name="rows",
    says="each row fulfils the SQL predicate; NULL does not",
    ask=_asked,
    sql="rows",
    shares=True,
    examples=(
        Example("rows `n > 0`", "n\n1\n2\n", "pass"),
        Example("rows `n > 0`", "n\n1\n0\n", "fail"),
        Example("rows `n > 0`", "n,m\n1,x\n,y\n", "fail"),
        Example("rows `n > 0` at least 50%", "n\n1\n0\n", "pass"),
    ),
)
