"""Names and values as SQL text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from govengine.model.quantity import Percent, Period


def identifier(name: str) -> str:
    """A name in quotes, whatever it holds: keywords, spaces, quotes, any alphabet."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Any) -> str:
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
