"""Quantities as specs and policies write them: percentages, periods, promises, rates.

All are immutable and equal by value; `text` keeps what was written and is no part of equality.
Imported on every run, so it imports little.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Operator = Literal["<", "<=", "=", ">", ">="]


class QuantityError(ValueError):
    """A text that cannot be read as the quantity asked for; the message tells what is accepted."""


class _Quantity:
    __slots__ = ("text",)
    text: str

    def _key(self) -> tuple[object, ...]:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((type(self).__name__, *self._key()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"


class Percent(_Quantity):
    """`99.9%`: `value` is 99.9."""

    __slots__ = ("value",)

    def __init__(self, value: Decimal, text: str) -> None:
        self.value, self.text = value, text

    def _key(self) -> tuple[object, ...]:
        return (self.value,)


class Period(_Quantity):
    """A length of time: calendar months (a year is twelve), days (a week is seven), microseconds."""

    __slots__ = ("days", "micros", "months")

    def __init__(self, months: int, days: int, micros: int, text: str) -> None:
        self.months, self.days, self.micros, self.text = months, days, micros, text

    def _key(self) -> tuple[object, ...]:
        return (self.months, self.days, self.micros)


def is_none(period: Period) -> bool:
    """Whether a period has no length."""
    return not (period.months or period.days or period.micros)


class Bound(_Quantity):
    """A promise: `>99.5%`, `<100ms (p99)`.

    `unit` is "%", "us" (times are turned to microseconds), "" for plain numbers, or "month" for calendar periods. A
    promise without a sign is read as `>=` for percentages and plain numbers (more is better), `<=` for times.
    """

    __slots__ = ("op", "percentile", "unit", "value")

    def __init__(self, op: Operator, value: Decimal, unit: str, percentile: str | None, text: str) -> None:
        self.op, self.value, self.unit, self.percentile, self.text = op, value, unit, percentile, text

    def _key(self) -> tuple[object, ...]:
        return (self.op, self.value, self.unit, self.percentile)


class Rate(_Quantity):
    """`10000/hour`: an amount for each second, minute, hour or day."""

    __slots__ = ("amount", "per")

    def __init__(self, amount: Decimal, per: str, text: str) -> None:
        self.amount, self.per, self.text = amount, per, text

    def _key(self) -> tuple[object, ...]:
        return (self.amount, self.per)


PROMISED_TIMES = ("latency", "freshness")
"""The promises of a product that are times; all others are shares."""

_NUMBER = r"\d{1,15}(?:\.\d{1,9})?"
_PERCENT = re.compile(rf"\s*({_NUMBER})\s*%\s*", re.ASCII)
_PERIOD = re.compile(r"\s*(\d{1,9})[ _]*([A-Za-z]+)\s*", re.ASCII)
_LONG_PERIOD = re.compile(r"\s*\d{10,}[ _]*[A-Za-z]+\s*", re.ASCII)
_ISO = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?",
    re.ASCII,
)
_BOUND = re.compile(
    rf"\s*(<=|>=|<|>|=)?\s*({_NUMBER})\s*(%|[A-Za-z]+)?\s*(?:\(\s*(p\d{{1,3}}(?:\.\d+)?|avg|max)\s*\))?\s*",
    re.ASCII,
)
_RATE = re.compile(rf"\s*({_NUMBER})\s*/\s*(second|minute|hour|day|s|min|h|d)\s*", re.ASCII)

_MICRO = 1
_SECOND = 1_000_000
_UNITS: dict[str, tuple[int, int, int]] = {
    "year": (12, 0, 0), "y": (12, 0, 0), "month": (1, 0, 0), "mo": (1, 0, 0), "week": (0, 7, 0), "w": (0, 7, 0),
    "day": (0, 1, 0), "d": (0, 1, 0), "hour": (0, 0, 3600 * _SECOND), "h": (0, 0, 3600 * _SECOND),
    "minute": (0, 0, 60 * _SECOND), "min": (0, 0, 60 * _SECOND), "second": (0, 0, _SECOND), "s": (0, 0, _SECOND),
    "sec": (0, 0, _SECOND), "ms": (0, 0, 1000), "millisecond": (0, 0, 1000), "us": (0, 0, _MICRO),
}  # fmt: skip
_PER = {"s": "second", "min": "minute", "h": "hour", "d": "day"}
_DAY_MICROS = 24 * 3600 * _SECOND


def parse_percent(text: str) -> Percent:
    """`99.9%`.

    Raises:
        QuantityError: not a percentage from 0 to 100.

    """
    match = _PERCENT.fullmatch(text)
    if match is None:
        raise QuantityError(_overlong(text, "%") or "a percentage is written `99.9%`")
    value = Decimal(match.group(1))
    if value > 100:
        raise QuantityError("a percentage is at most `100%`")
    return Percent(value, text.strip())


def parse_period(text: str) -> Period:
    """`7 years`, `7_years`, `7y`, `P7Y`, `365d`, `24 hours`, `PT4H`, `100ms`.

    Raises:
        QuantityError: not a period; `3m` is refused, since it could be minutes or months.

    """
    stripped = text.strip()
    iso = _ISO.fullmatch(stripped)
    if iso is not None and any(iso.groups()):
        years, months, weeks, days, hours, minutes, seconds = (int(g or 0) for g in iso.groups())
        micros = (hours * 3600 + minutes * 60 + seconds) * _SECOND
        return Period(years * 12 + months, weeks * 7 + days, micros, stripped)
    match = _PERIOD.fullmatch(text)
    if match is None:
        written = "a period is written `7 years`, `7_years`, `90 days`, `24 hours` or `P7Y`"
        raise QuantityError("a period has at most nine digits" if _LONG_PERIOD.fullmatch(text) else written)
    amount, unit = int(match.group(1)), match.group(2).lower()
    if unit == "m":
        raise QuantityError("`m` could be minutes or months: write `min` or `months`")
    parts = _UNITS.get(unit) or (_UNITS.get(unit[:-1]) if unit.endswith("s") and len(unit) > 3 else None)
    if parts is None:
        raise QuantityError(f"`{match.group(2)}` is no unit of time: years, months, weeks, days, hours, min, s or ms")
    return Period(parts[0] * amount, parts[1] * amount, parts[2] * amount, stripped)


def parse_bound(text: str) -> Bound:
    """`>99.5%`, `<100ms (p99)`, `99.9%`, `<4h`, `>5`.

    Raises:
        QuantityError: not a promise.

    """
    match = _BOUND.fullmatch(text)
    if match is None:
        raise QuantityError(_overlong(text) or "a promise is written `>99.5%`, `<100ms`, `<100ms (p99)` or `>5`")
    sign, number, unit, percentile = match.groups()
    value = Decimal(number)
    if unit == "%":
        if value > 100:
            raise QuantityError("a percentage is at most `100%`")
        return Bound(_sign(sign, ">="), value, "%", percentile, text.strip())
    if unit is None:
        return Bound(_sign(sign, ">="), value, "", percentile, text.strip())
    lower = unit.lower()
    parts = _UNITS.get(lower) or (_UNITS.get(lower[:-1]) if lower.endswith("s") and len(lower) > 3 else None)
    if parts is None or lower == "m":
        raise QuantityError(f"`{unit}` is no unit of time: write years, months, days, h, min, s or ms")
    if parts[0]:
        return Bound(_sign(sign, "<="), value * parts[0], "month", percentile, text.strip())
    return Bound(_sign(sign, "<="), value * (parts[1] * _DAY_MICROS + parts[2]), "us", percentile, text.strip())


def _overlong(text: str, after: str = "") -> str | None:
    """That a number has more digits than are read, or None where it has not; `after` is what follows it."""
    number = re.search(rf"(\d+)(?:\.(\d+))?\s*{after}", text, re.ASCII)
    if number is not None and len(number.group(1)) > 15:
        return "a percentage is at most `100%`" if after == "%" else "a number has at most 15 digits before the point"
    if number is not None and len(number.group(2) or "") > 9:
        return f"a {'percentage' if after == '%' else 'number'} has at most nine digits after the point"
    return None


def _sign(sign: str | None, default: Operator) -> Operator:
    return default if sign is None else sign  # type: ignore[return-value]


def parse_rate(text: str) -> Rate:
    """`10000/hour`.

    Raises:
        QuantityError: not a rate.

    """
    match = _RATE.fullmatch(text)
    if match is None:
        raise QuantityError(_overlong(text) or "a rate is written `10000/hour` (second, minute, hour or day)")
    return Rate(Decimal(match.group(1)), _PER.get(match.group(2), match.group(2)), text.strip())


def difference(left: Period, right: Period) -> tuple[int, int]:
    """The least and the greatest difference, in microseconds, that `left` - `right` can have on any calendar."""
    rest = (left.days - right.days) * _DAY_MICROS + left.micros - right.micros
    low, high = _month_days(left.months - right.months)
    return low * _DAY_MICROS + rest, high * _DAY_MICROS + rest


def holds(operator: str, left: Period, right: Period) -> bool | None:
    """`left operator right` for `< <= > >=`; None where it hangs on the calendar (365 days against 1 year)."""
    least, most = difference(left, right)
    if operator == ">=":
        return True if least >= 0 else False if most < 0 else None
    if operator == ">":
        return True if least > 0 else False if most <= 0 else None
    if operator == "<":
        return True if most < 0 else False if least >= 0 else None
    return True if most <= 0 else False if least > 0 else None


def _month_days(months: int) -> tuple[int, int]:
    """The fewest and most days that a number of calendar months can have."""
    if months < 0:
        low, high = _month_days(-months)
        return -high, -low
    years, rest = divmod(months, 12)
    # Whole years have a leap day in four at most one year in 4, at least one in 8 (1896 to 1904).
    low = years * 365 + max((years - 7) // 4, 0) if years else 0
    high = years * 365 + (years + 3) // 4
    return low + (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)[rest], high + (
        0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337,
    )[rest]  # fmt: skip


def add(day: date, period: Period) -> date:
    """`day` + `period` on the calendar; the end of a month stays the end of a month."""
    return _move(day, period, 1)


def subtract(day: date, period: Period) -> date:
    """`day` - `period` on the calendar."""
    return _move(day, period, -1)


def _move(day: date, period: Period, sign: int) -> date:
    months = day.year * 12 + day.month - 1 + sign * period.months
    year, month = divmod(months, 12)
    year = min(max(year, 1), 9999)
    last = _last_day(year, month + 1)
    moved = day.replace(year=year, month=month + 1, day=min(day.day, last))
    try:
        if isinstance(moved, datetime):
            return moved + sign * timedelta(days=period.days, microseconds=period.micros)
        # A day has no hours: parts of a day count as a whole one, so that the period is not cut short.
        whole = period.days + -(-period.micros // _DAY_MICROS)
        return moved + sign * timedelta(days=whole)
    except OverflowError:
        return moved.replace(year=9999 if sign > 0 else 1, month=1, day=1)


def _last_day(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def meets(promise: Bound | Percent | float, limit: Bound | Percent | float) -> bool:
    """Whether every value that `promise` allows meets `limit`; unit, direction and percentile must match.

    A plain number allows itself alone.
    """
    p, q = _as_bound(promise), _as_bound(limit)
    if p.unit != q.unit or p.percentile != q.percentile:
        # A stricter percentile says nothing certain about another one, so it does not meet it.
        return False
    if q.op == "=":
        return p.op == "=" and p.value == q.value
    if q.op in (">", ">="):
        if p.op in ("<", "<="):
            return False
        return p.value > q.value or (p.value == q.value and (q.op == ">=" or p.op == ">"))
    if p.op in (">", ">="):
        return False
    return p.value < q.value or (p.value == q.value and (q.op == "<=" or p.op == "<"))


def _as_bound(value: Bound | Percent | float) -> Bound:
    if isinstance(value, Percent):
        return Bound(">=", value.value, "%", None, value.text)
    return value if isinstance(value, Bound) else Bound("=", Decimal(value), "", None, str(value))


PARSERS: dict[str, Callable[[str], Percent | Period | Bound | Rate]] = {
    "percent": parse_percent,
    "period": parse_period,
    "bound": parse_bound,
    "rate": parse_rate,
}
"""By the name of the type in the product-spec schema."""
