"""Names and values as SQL text."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from govengine.model.quantity import Percent, Period

if TYPE_CHECKING:
    from collections.abc import Iterable


def identifier(name: str) -> str:
    """A name in quotes, whatever it holds: keywords, spaces, quotes, any alphabet."""
    return '"' + name.replace('"', '""') + '"'


def type_told(sql_type: str) -> str:
    """A type as messages name it: labels of an ENUM and keys of a STRUCT are left out, as both come from the data."""
    head, opened, rest = sql_type.partition("(")
    if not opened or head == "DECIMAL":
        return sql_type
    return head + ("[]" if rest.endswith("[]") else "")


def quoted(names: Iterable[str]) -> str:
    """Names as messages write them."""
    return ", ".join(f"`{name}`" for name in names)


def texts(values: Iterable[str]) -> str:
    """Some texts as what stands after IN."""
    return f"({', '.join(literal(value) for value in values)})"


def stored(table: str) -> str:
    """A loaded table as FROM takes it: with its place, so that no part of a query can be taken for it by its name."""
    return f"memory.main.{identifier(table)}"


def same(left: str, left_type: str, right: str, right_type: str, operator: str = "=") -> str:
    """Whether two columns are equal; where only one of them is text, the text is read as a value of the other's type.

    Text that is no such value equals nothing but the same text: `2.5` is the number 2.5000, `x` is none.
    """
    if (left_type == "VARCHAR") != (right_type == "VARCHAR"):
        common = _common(right_type if left_type == "VARCHAR" else left_type)
        left, right = (_written(side, type_, common) for side, type_ in ((left, left_type), (right, right_type)))
    return f"{left} {operator} {right}"


_WHOLE = re.compile(r"U?(TINY|SMALL|BIG)?INT(EGER)?")
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_EXACT = (38, 18)
"""Digits in all and after the point, in which numbers and texts of numbers are compared exactly."""


def _common(type_: str) -> str | None:
    """The type in which values of a type and texts are compared, or None where they are as texts."""
    decimal = _DECIMAL.fullmatch(type_)
    digits, places = (int(d) for d in decimal.groups()) if decimal else (20, 0)
    if _WHOLE.fullmatch(type_) or (decimal and places <= _EXACT[1] and digits - places <= _EXACT[0] - _EXACT[1]):
        return f"DECIMAL({_EXACT[0]}, {_EXACT[1]})"
    if type_ in ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS"):
        return "TIMESTAMP"  # a text with a time of day is no date
    return (
        type_ if type_ in ("TIMESTAMP_NS", "DOUBLE", "FLOAT", "UUID", "BOOLEAN", "TIMESTAMP WITH TIME ZONE") else None
    )


def _written(side: str, type_: str, common: str | None) -> str:
    """A value as text, alike for equal values."""
    if common is None:
        return f"CAST({side} AS VARCHAR)"
    if type_ == "VARCHAR":
        return f"coalesce(CAST(TRY_CAST({side} AS {common}) AS VARCHAR), {side})"
    return f"CAST(CAST({side} AS {common}) AS VARCHAR)"


def moment(column: str, type_: str) -> str:
    """A column's date or time as a TIMESTAMP in UTC: a day counts as its midnight, text is read as ISO 8601.

    Raises:
        TypeError: the type is no date or time.

    """
    if type_ == "VARCHAR":
        return f"CAST(CAST({identifier(column)} AS TIMESTAMPTZ) AS TIMESTAMP)"
    if type_ not in ("DATE", '"NULL"') and not type_.startswith("TIMESTAMP"):
        raise TypeError(type_)
    return f"CAST({identifier(column)} AS TIMESTAMP)"


def literal(value: object) -> str:
    """A value as an SQL literal of its own type; text can hold anything and stays text.

    Raises:
        TypeError: the value is of a type that SQL has no literal for.

    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"CAST({value!r} AS DOUBLE)"
    if isinstance(value, datetime):
        return f"TIMESTAMPTZ '{value.isoformat()}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, Percent):
        return f"({value.value} / 100)"
    if isinstance(value, Period):
        return f"(to_months({value.months}) + to_days({value.days}) + to_microseconds({value.micros}))"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(v) for v in value) + "]"
    raise TypeError(type(value).__name__)
