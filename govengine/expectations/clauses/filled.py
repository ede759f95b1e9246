"""`expect x filled at least T`: a column is not missing.

Missing is NULL, and in every format an empty text too, or one that holds blanks alone: spaces, no-break spaces, tabs,
line breaks, and characters that nobody sees. What the spec declares as `missing:` of the column is NULL before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.expectation import Example, Expectation
from govengine.expectations.measure import Check, Measurement, Question, of_rows, weight
from govengine.expectations.sql import identifier

if TYPE_CHECKING:
    from govengine.expectations.subject import Subject

_BLANKS = r"[\p{Z}\p{Cc}\p{Cf}\x{2800}\x{3164}\x{FFA0}\x{115F}\x{1160}]*"


def missing(column: str, type_: str) -> str:
    """Whether a value of `column` is missing, as SQL; `type_` is its SQL type."""
    name = identifier(column)
    if type_ != "VARCHAR" and not type_.startswith("ENUM"):
        return f"{name} IS NULL"
    text = name if type_ == "VARCHAR" else f"CAST({name} AS VARCHAR)"
    # The quick question first: most texts begin with a character of ASCII that is none of these.
    return (
        f"CASE WHEN {text} BETWEEN '!' AND '}}' THEN false ELSE "
        f"coalesce(regexp_full_match({text}, '{_BLANKS}'), true) END"
    )


def ask(key: str, table: str, column: str, type_: str) -> Question:
    """Count rows in which `column` is missing; `type_` is its SQL type."""
    test = missing(column, type_)

    def fails(_source: str, _: Measurement) -> str:
        return test

    name = identifier(column)
    plain = test == f"{name} IS NULL"
    aggregate = f"count(*) - count({name})" if plain else f"count(*) FILTER (WHERE {test})"
    by_value = f"coalesce(sum({weight(column)}) FILTER (WHERE {test}), 0)"
    check = Check(key, table, (column,), aggregate=aggregate, by_value=by_value, failing=fails)
    return Question(check, lambda measured: f"`{column}` is missing in {of_rows(measured)}", column=column)


def _asked(subject: Subject) -> list[Question]:
    """A check for each column."""
    return [
        ask(f"{subject.key}|{column}", subject.table, column, subject.types[column.lower()])
        for column in subject.columns
    ]


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
