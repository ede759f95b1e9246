"""Names and values as SQL text."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

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


def same(left: str, left_type: str, right: str, right_type: str, operator: str = "=") -> str:
    """Whether two columns are equal; where only one of them is text, the other is read as text too."""
    if (left_type == "VARCHAR") != (right_type == "VARCHAR"):
        left, right = (f"CAST({side} AS VARCHAR)" for side in (left, right))
    return f"{left} {operator} {right}"


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
