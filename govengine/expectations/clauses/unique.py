"""`expect x, y unique`: no two rows share a key.

Counted are rows beyond the first of each key. A key with a missing part is not judged: `filled` does that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.expectation import Example, Expectation
from govengine.expectations.measure import Check, Measurement, Question, of_rows, sampled
from govengine.expectations.sql import identifier, quoted, stored

if TYPE_CHECKING:
    from govengine.expectations.subject import Subject


def ask(key: str, table: str, columns: tuple[str, ...]) -> Question:
    """Count rows whose key stood before. A sample holds few of the pairs: two rows of one show that it fails."""
    names = ", ".join(identifier(c) for c in columns)
    whole = " AND ".join(f"{identifier(c)} IS NOT NULL" for c in columns)

    def query(source: str) -> str:
        if len(columns) == 1:  # a fifth quicker than groups
            return f"SELECT count({names}), count({names}) - count(DISTINCT {names}) FROM {stored(source)}"
        return (
            "SELECT coalesce(sum(n), 0), coalesce(sum(n - 1), 0) FROM "
            f"(SELECT count(*) AS n FROM {stored(source)} WHERE {whole} GROUP BY {names})"
        )

    def fails(source: str, _: Measurement) -> str:
        # All rows of a key that repeats: which of them is the first one hangs on the order of files.
        one = names if len(columns) == 1 else f"row({names})"
        again = f"SELECT {one} FROM {source} WHERE {whole} GROUP BY {names} HAVING count(*) > 1"
        return f"{whole} AND {one} IN ({again})"

    return Question(
        Check(
            key,
            table,
            columns,
            query=query(table),
            on_sample=query(sampled(table)),
            one_way=True,
            failing=fails,
            shaped=columns,
        ),
        lambda measured: f"{quoted(columns)} {_repeats(columns)} in {of_rows(measured)}",
        column=columns[0],
    )


def _repeats(columns: tuple[str, ...]) -> str:
    return "repeats an earlier row's value" if len(columns) == 1 else "together repeat those of an earlier row"


def _asked(subject: Subject) -> list[Question]:
    return [ask(subject.key, subject.table, subject.columns)]


EXPECTATION = Expectation(
    name="unique",
    says="no two rows share the values of the columns; rows with NULL in them are left out",
    ask=_asked,
    shares=True,
    measures="uniqueness",
    examples=(
        Example("x unique", "x,y\na,1\nb,1\n,1\n,1\n", "pass"),
        Example("x unique", "x,y\na,1\na,2\n", "fail"),
        Example("x, y unique", "x,y\na,1\na,2\n", "pass"),
        Example("x, y unique", "x,y\na,1\na,1\n", "fail"),
    ),
)
