"""CEL's operators on values of any type.

The checker turns away what can never fit, but some values have no type before run time: fields named `x_…`, parameters
of terms. So every operator here looks at what it is given and answers with a value or a `ConditionError`; it never
lets Python's own notions through, such as `True == 1`, `"a" in "abc"` or `"a" * 3`.
"""

from __future__ import annotations

import math as _math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from govengine.conditions.errors import NoEvidence, Undecidable, Undeclared
from govengine.model import quantity

MISSING = object()
"""Stands for a field that is not there; no value of a spec is ever this object."""

MAX_SIZE = 100_000
"""Items that a list, and characters that a text, may have that a condition puts together."""

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1
_NUMBERS = (int, float)
"""Compared with `type(…) in`: a bool is no number."""


class OpenList(list[Any]):
    """A list that may lack items, since what they would have been read from could not be read: the `dataset`.

    What its items decide stands: `exists` that one of them makes true, `all` that one makes false. Nothing else does.
    """

    __slots__ = ("dataset",)

    def __init__(self, items: Iterable[Any], dataset: str) -> None:
        super().__init__(items)
        self.dataset = dataset


class UnreadColumn(dict[str, Any]):
    """A column that is declared for a `dataset` which could not be read: whether it is `found` there is not known."""

    __slots__ = ("dataset",)

    def __init__(self, declared: Mapping[str, Any], dataset: str) -> None:
        super().__init__((key, value) for key, value in declared.items() if key != "found")
        self.dataset = dataset

    def __missing__(self, key: str) -> Any:
        if key == "found":
            raise NoEvidence("columns unknown", self.dataset)
        raise KeyError(key)

    def get(self, key: str, default: Any = None) -> Any:
        """As of any mapping.

        Raises:
            NoEvidence: it is `found` that is asked for.

        """
        return self[key] if key == "found" or key in self else default


def closed(value: Any) -> None:
    """See that a list has all of its items.

    Raises:
        NoEvidence: it may lack some.

    """
    if type(value) is OpenList:
        raise NoEvidence("columns unknown", value.dataset)


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
        value = _entry(base, key)
        if value is MISSING:
            raise Undeclared(path)
        return value
    if isinstance(base, list) and type(key) in _NUMBERS and key == key // 1:
        if 0 <= key < len(base):
            return base[int(key)]
        raise Undeclared(path)
    raise Undecidable("no lookup", path)


def _entry(base: Mapping[Any, Any], key: Any) -> Any:
    """The value under a key, or `MISSING`. Python takes True and 1 for one key, CEL does not."""
    if isinstance(key, str):
        return base.get(key, MISSING)
    if type(key) not in (bool, *_NUMBERS):
        return MISSING
    return next((value for held, value in base.items() if equal(held, key)), MISSING)


def has(base: Any, field: str) -> bool:
    """Whether `base` is there and has `field`; of a root (`field` is ""), whether it is there."""
    if base is MISSING:
        return False
    return not field or (isinstance(base, Mapping) and field in base)


def truth(value: Any) -> bool:
    """A value that must be true or false.

    Raises:
        Undecidable: it is something else.

    """
    if value is True or value is False:
        return value
    raise Undecidable("no truth")


def items(value: Any) -> list[Any]:
    """What `all`, `exists`, `filter` and `map` go through: the items of a list, the keys of a map.

    Raises:
        Undecidable: it is neither.

    """
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        return list(value)
    raise Undecidable("no list")


def mapping(entries: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """`{key: value, …}`.

    Raises:
        Undecidable: a key stands twice, or is neither text, whole number, true nor false.

    """
    made: dict[Any, Any] = {}
    for key, value in entries:
        if not isinstance(key, str | int):
            raise Undecidable("no key")
        if key in made:  # true beside 1 as well, which CEL would take and Python cannot tell apart
            raise Undecidable("key twice")
        made[key] = value
    return made


def compare(operator: str, left: Any, right: Any) -> bool:
    """`< <= > >=` between two values of one family.

    Raises:
        Undecidable: it hangs on the calendar (365 days against 1 year), or the values do not compare.

    """
    if isinstance(left, quantity.Period) and isinstance(right, quantity.Period):
        held = quantity.holds(operator, left, right)
        if held is None:
            raise Undecidable("calendar", left.text, operator, right.text)
        return held
    a, b = _ordered(left, right)
    if operator == "<":
        return bool(a < b)
    if operator == "<=":
        return bool(a <= b)
    return bool(a > b) if operator == ">" else bool(a >= b)


def _ordered(left: Any, right: Any) -> tuple[Any, Any]:
    """The two values in a form that Python orders as CEL does."""
    kinds = (type(left), type(right))
    if kinds[0] is kinds[1] and kinds[0] in (int, float, str, bool):
        return left, right
    if kinds[0] in _NUMBERS and kinds[1] in _NUMBERS:
        return _as_double(left), _as_double(right)
    if isinstance(left, quantity.Percent) and isinstance(right, quantity.Percent):
        return left.value, right.value
    if isinstance(left, date) and isinstance(right, date):
        return moment(left), moment(right)
    raise Undecidable("unlike")


def _as_double(number: float) -> float:
    """As CEL's implementations compare whole numbers with doubles: beyond 2**53 they are rounded."""
    try:
        return float(number)
    except OverflowError:  # a spec may hold digits without end
        return _math.copysign(_math.inf, number)


def equal(left: Any, right: Any) -> bool:
    """CEL's `==`: numbers by value, true is not 1, a day equals its midnight in UTC; unlike things are not equal."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return bool(left == right) if type(left) is type(right) else _as_double(left) == _as_double(right)
    if isinstance(left, date) and isinstance(right, date):
        return moment(left) == moment(right)
    if isinstance(left, quantity.Period) and isinstance(right, quantity.Period):
        return quantity.difference(left, right) == (0, 0)  # 1 day is 24 hours; 365 days are no year for certain
    if isinstance(left, list) and isinstance(right, list):
        closed(left)
        closed(right)
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return len(left) == len(right) and all(equal(value, _entry(right, key)) for key, value in left.items())
    return bool(left == right)


def contained(item: Any, container: Any) -> bool:
    """CEL's `in`: an item of a list, or a key of a map.

    Raises:
        Undecidable: the container is neither.

    """
    if isinstance(container, Mapping):
        if not isinstance(item, str | int | float):
            raise Undecidable("no key")
        return _entry(container, item) is not MISSING
    if isinstance(container, list | tuple):
        if any(equal(item, other) for other in container):
            return True
        closed(container)
        return False
    raise Undecidable("no container")


def moment(value: date) -> datetime:
    """A day as its midnight in UTC; a time without zone is in UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def math(operator: str, left: Any, right: Any) -> Any:
    """`+ - * / %`: whole numbers with whole numbers, doubles with doubles, texts and lists joined, dates moved.

    Raises:
        Undecidable: other values, division by zero, more than 64 bits, more than `MAX_SIZE`.

    """
    if isinstance(right, quantity.Period) and isinstance(left, date) and operator in "+-":
        return quantity.add(left, right) if operator == "+" else quantity.subtract(left, right)
    kind = type(left)
    if kind is OpenList or type(right) is OpenList:
        closed(left)
        closed(right)
    if kind is type(right):
        if kind is int:
            return _whole(operator, left, right)
        if kind is float and operator != "%":
            return _double(operator, left, right)
        if kind in (str, list) and operator == "+":
            if len(left) + len(right) > MAX_SIZE:
                raise Undecidable("too long", str(MAX_SIZE))
            return left + right
    raise Undecidable("no sum")


def double_math(operator: str, left: float, right: float) -> Any:
    """`math` of doubles; a setting of type `number` may be written without a point."""
    return math(operator, float(left), float(right))


def _whole(operator: str, left: int, right: int) -> int:
    if operator == "+":
        result = left + right
    elif operator == "-":
        result = left - right
    elif operator == "*":
        result = left * right
    elif right == 0:
        raise Undecidable("by zero")
    else:
        # CEL truncates towards zero; Python floors.
        result = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        if operator == "%":
            # -2**63 % -1 is 0, but the quotient that it comes from does not fit, and CEL says so.
            _in_64_bits(result)
            result = left - result * right
    return _in_64_bits(result)


def _in_64_bits(result: int) -> int:
    if not _INT_MIN <= result <= _INT_MAX:
        raise Undecidable("too many bits")
    return result


def _double(operator: str, left: float, right: float) -> float:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if right == 0:
        if left == 0 or _math.isnan(left):
            return _math.nan
        return _math.copysign(_math.inf, left) * _math.copysign(1.0, right)
    return left / right


def negate(value: Any) -> Any:
    """`-a`.

    Raises:
        Undecidable: no number, or more than 64 bits.

    """
    if type(value) is int:
        return _in_64_bits(-value)
    if type(value) is float:
        return -value
    raise Undecidable("no negative")
