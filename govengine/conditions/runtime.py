"""What generated conditions call: CEL's errors, and operations that can fail.

Imported on every run, so it imports little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from govengine.model import quantity

MISSING = object()
"""Stands for a field that is not there; no value of a spec is ever this object."""

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


class ConditionError(Exception):
    """A condition has no answer: CEL's error."""


class Undeclared(ConditionError):  # noqa: N818 - a signal that an outcome is made of, not a mistake
    """The condition asks for something that the spec does not declare; `path` is what it asked for."""

    def __init__(self, path: str) -> None:
        super().__init__(f"`{path}` is not declared")
        self.path = path


class Undecidable(ConditionError):  # noqa: N818 - as `Undeclared`
    """Two values cannot be compared with certainty, or an operation has no result."""


def select(base: Any, field: str, path: str) -> Any:
    """`base.field` where the type is not known before."""
    if isinstance(base, Mapping):
        value = base.get(field, MISSING)
        if value is not MISSING:
            return value
    raise Undeclared(path)


def index(base: Any, key: Any, path: str) -> Any:
    """`base[key]` of a list or map."""
    if isinstance(base, Mapping):
        value = base.get(key, MISSING)
        if value is MISSING:
            raise Undeclared(path)
        return value
    if isinstance(base, Sequence) and not isinstance(base, str) and type(key) is int:
        if 0 <= key < len(base):
            return base[key]
        raise Undeclared(path)
    raise Undecidable(f"`{path}` cannot be looked up")


def has(base: Any, field: str) -> bool:
    """Whether `base` is there and has `field`; of a root (`field` is ""), whether it is there."""
    if base is MISSING:
        return False
    return not field or (isinstance(base, Mapping) and field in base)


def compare(operator: str, left: Any, right: Any) -> bool:
    """`< <= > >=` between two values of one family.

    Raises:
        Undecidable: it hangs on the calendar (365 days against 1 year), or the values do not compare.

    """
    if isinstance(left, quantity.Period) and isinstance(right, quantity.Period):
        held = quantity.holds(operator, left, right)
        if held is None:
            raise Undecidable(f"whether {left.text} {operator} {right.text} hangs on the calendar")
        return held
    order = _order(left, right)
    if operator == "<":
        return order < 0
    if operator == "<=":
        return order <= 0
    return order > 0 if operator == ">" else order >= 0


def _order(left: Any, right: Any) -> int:
    if isinstance(left, quantity.Percent) and isinstance(right, quantity.Percent):
        left, right = left.value, right.value
    elif isinstance(left, date) and isinstance(right, date):
        left, right = moment(left), moment(right)
    elif isinstance(left, bool) != isinstance(right, bool) or isinstance(left, str) != isinstance(right, str):
        raise Undecidable("these two values cannot be compared")
    try:
        return int(left > right) - int(left < right)
    except TypeError as error:
        raise Undecidable("these two values cannot be compared") from error


def equal(left: Any, right: Any) -> bool:
    """CEL's `==`: numbers by value, true is not 1, a day equals its midnight in UTC."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, date) and isinstance(right, date):
        return moment(left) == moment(right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    return bool(left == right)


def contained(item: Any, container: Any) -> bool:
    """CEL's `in`: an item of a list, or a key of a map."""
    if isinstance(container, Mapping):
        return item in container
    return any(equal(item, other) for other in container)


def moment(value: date) -> datetime:
    """A day as its midnight in UTC; a time without zone is in UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def math(operator: str, left: Any, right: Any) -> Any:
    """`+ - * / %`.

    Raises:
        Undecidable: division by zero, or outside 64 bits.

    """
    if isinstance(right, quantity.Period):
        if not isinstance(left, date):
            raise Undecidable("a period is added to a date only")
        return quantity.add(left, right) if operator == "+" else quantity.subtract(left, right)
    try:
        if operator == "+":
            result = left + right
        elif operator == "-":
            result = left - right
        elif operator == "*":
            result = left * right
        else:
            return _divide(operator, left, right)
    except (TypeError, OverflowError) as error:
        raise Undecidable("these two values do not add up") from error
    if type(result) is int and not _INT_MIN <= result <= _INT_MAX:
        raise Undecidable("the result has more than 64 bits")
    return result


def _divide(operator: str, left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int):
        if right == 0:
            raise Undecidable("division by zero")
        # CEL truncates towards zero; Python floors.
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        if quotient > _INT_MAX:
            raise Undecidable("the result has more than 64 bits")
        return quotient if operator == "/" else left - quotient * right
    if right == 0:
        if left == 0 or left != left:  # noqa: PLR0124 - not a number is the one value that differs from itself
            return float("nan")
        return float("inf") if (left > 0) == (str(right)[0] != "-") else float("-inf")
    return left / right


def negate(value: Any) -> Any:
    """`-a`."""
    if type(value) is int and value == _INT_MIN:
        raise Undecidable("the result has more than 64 bits")
    return -value


def under(text: str, prefixes: Sequence[str]) -> bool:
    """Whether a dotted text is one of the prefixes or stands below one."""
    return any(text == prefix or text.startswith(prefix + ".") for prefix in prefixes)


def within(value: date, period: quantity.Period, as_of: date) -> bool:
    """Whether as_of - period ≤ value ≤ as_of; the as-of day counts to its end."""
    earliest = quantity.subtract(as_of, period)
    if isinstance(value, datetime):
        return moment(earliest) <= moment(value) and moment(value).date() <= as_of
    return earliest <= value <= as_of


def version(text: str) -> dict[str, int]:
    """A version's numbers.

    Raises:
        Undecidable: it is not written `1.2.3`.

    """
    match = re.fullmatch(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?", text)
    if match is None:
        raise Undecidable(f"`{text}` is no version: write `1.2.3`")
    major, minor, patch = (int(part or 0) for part in match.groups())
    return {"major": major, "minor": minor, "patch": patch}


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def matches(text: str, pattern: str) -> bool:
    """Whether a pattern is found in a text."""
    return _pattern(pattern).search(text) is not None


def level(name: Any, levels: Mapping[str, int]) -> int:
    """The rank of a level.

    Raises:
        Undecidable: no such level.

    """
    rank = levels.get(name) if isinstance(name, str) else None
    if rank is None:
        raise Undecidable(f"`{name}` is no level")
    return rank


def highest(levels: Mapping[str, int]) -> int:
    """The rank of the highest level: what something undeclared counts as where rules select."""
    return max(levels.values())


def ends(text: str, other: str) -> bool:
    """Whether a text ends with another."""
    return text.endswith(other)


def starts(text: str, other: str) -> bool:
    """Whether a text begins with another."""
    return text.startswith(other)


def holds(text: str, other: str) -> bool:
    """Whether a text holds another."""
    return other in text


CALLS: dict[str, Callable[..., Any]] = {
    "under": under,
    "meets": quantity.meets,
    "version": version,
    "size": len,
    "startsWith": starts,
    "endsWith": ends,
    "contains": holds,
    "matches": matches,
}
"""Functions that need nothing but their arguments, by name; `within` also takes the as-of day."""

NAMESPACE: dict[str, Any] = {
    "M": MISSING, "U": Undeclared, "E": ConditionError, "_select": select, "_index": index, "_has": has,
    "_compare": compare, "_equal": equal, "_in": contained, "_math": math, "_neg": negate, "_level": level,
    "_highest": highest, "_within": within, **{f"_{name}": call for name, call in CALLS.items()},
}  # fmt: skip
"""All names that generated code may use beside its own."""


__all__ = ["CALLS", "MISSING", "NAMESPACE", "ConditionError", "Undecidable", "Undeclared"]
