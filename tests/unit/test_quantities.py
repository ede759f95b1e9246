"""Quantities as they are written: what is read, what is refused and why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from govengine.model import quantity
from govengine.model.quantity import Period, QuantityError

DAY = 24 * 3600 * 10**6


@pytest.mark.parametrize(
    ("text", "months", "days", "micros"),
    [
        ("7 years", 84, 0, 0),
        ("7_years", 84, 0, 0),
        ("7y", 84, 0, 0),
        ("P7Y", 84, 0, 0),
        (" 365d ", 0, 365, 0),
        ("2 weeks", 0, 14, 0),
        ("P1Y2M3W4DT5H6M7S", 14, 25, ((5 * 60 + 6) * 60 + 7) * 10**6),
        ("PT4H", 0, 0, 4 * 3600 * 10**6),
        ("100ms", 0, 0, 100_000),
        ("1 Year", 12, 0, 0),
        ("18 mo", 18, 0, 0),
        ("90 min", 0, 0, 90 * 60 * 10**6),
        ("0 days", 0, 0, 0),
    ],
)
def test_periods_that_are_read(text: str, months: int, days: int, micros: int) -> None:
    period = quantity.parse_period(text)
    assert (period.months, period.days, period.micros) == (months, days, micros)
    assert period.text == text.strip()


@pytest.mark.parametrize(
    "text", ["", "7", "years", "3m", "3 m", "P", "PT", "-1 day", "1.5 years", "7 fortnights", "P1.5Y", "7  years ago", "ss"]
)  # fmt: skip
def test_periods_that_are_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        quantity.parse_period(text)


def test_m_is_refused_with_both_readings() -> None:
    with pytest.raises(QuantityError, match=r"minutes or months.*`min` or `months`"):
        quantity.parse_period("3m")


@pytest.mark.parametrize(
    ("text", "op", "value", "unit", "percentile"),
    [
        ("99.9%", ">=", "99.9", "%", None),
        (">99.5%", ">", "99.5", "%", None),
        ("<= 5 %", "<=", "5", "%", None),
        ("<100ms (p99)", "<", "100000", "us", "p99"),
        ("<0.1s (p99.9)", "<", "100000", "us", "p99.9"),
        ("<100ms (avg)", "<", "100000", "us", "avg"),
        ("4h", "<=", str(4 * 3600 * 10**6), "us", None),
        ("1 day", "<=", str(DAY), "us", None),
        ("<1 year", "<", "12", "month", None),
        (">5", ">", "5", "", None),
        ("=100%", "=", "100", "%", None),
    ],
)
def test_promises_that_are_read(text: str, op: str, value: str, unit: str, percentile: str | None) -> None:
    bound = quantity.parse_bound(text)
    assert (bound.op, bound.value, bound.unit, bound.percentile) == (op, Decimal(value), unit, percentile)


@pytest.mark.parametrize(
    "text", ["", "%", ">", ">101%", "=>5%", "<100m", "<5 furlongs", "99,9%", "-5%", "1e3", ">99.5% "[::-1]]
)
def test_promises_that_are_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        quantity.parse_bound(text)


@pytest.mark.parametrize("text", ["100.1%", "101%", "-1%", "99.9", "1e2%", "٩٩%", "99.9%%"])
def test_percentages_that_are_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        quantity.parse_percent(text)


@pytest.mark.parametrize("text", ["10000", "10000/", "/hour", "1/fortnight", "-1/s", "1/hours"])
def test_rates_that_are_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        quantity.parse_rate(text)


def test_a_decimal_keeps_all_its_places() -> None:
    read = quantity.parse_percent("99.999999999%").value
    assert read < 100
    assert 100 - read == Decimal("0.000000001")


@pytest.mark.parametrize(
    ("left", "operator", "right", "held"),
    [
        ("365 days", ">=", "1 year", None),  # a leap year is longer
        ("366 days", ">=", "1 year", True),
        ("366 days", ">", "1 year", None),
        ("364 days", "<", "1 year", True),
        ("365 days", "<=", "1 year", True),
        ("12 months", ">=", "1 year", True),
        ("28 days", "<=", "1 month", True),
        ("30 days", "<=", "1 month", None),
        ("31 days", ">=", "1 month", True),
        ("24 hours", ">=", "1 day", True),
        ("25 hours", "<", "1 day", False),
        ("7 years", ">=", "2555 days", True),
        ("2557 days", ">=", "7 years", True),
        ("2556 days", ">=", "7 years", None),
        ("4 years", ">=", "1460 days", True),
    ],
)
def test_days_against_months_and_years(left: str, operator: str, right: str, held: bool | None) -> None:
    assert quantity.holds(operator, quantity.parse_period(left), quantity.parse_period(right)) is held


@pytest.mark.parametrize(
    ("day", "period", "later"),
    [
        (date(2024, 1, 31), "1 month", date(2024, 2, 29)),
        (date(2023, 1, 31), "1 month", date(2023, 2, 28)),
        (date(2024, 2, 29), "1 year", date(2025, 2, 28)),
        (date(2024, 12, 31), "1 day", date(2025, 1, 1)),
        (date(2024, 11, 30), "3 months", date(2025, 2, 28)),
        (date(2024, 1, 1), "1 hour", date(2024, 1, 2)),  # a day has no hours: the period is not cut short
    ],
)
def test_days_move_on_the_calendar(day: date, period: str, later: date) -> None:
    assert quantity.add(day, quantity.parse_period(period)) == later


def test_days_move_back_to_the_end_of_shorter_months() -> None:
    assert quantity.subtract(date(2024, 3, 31), quantity.parse_period("1 month")) == date(2024, 2, 29)
    moment = datetime(2024, 3, 1, 1, tzinfo=UTC)
    assert quantity.subtract(moment, quantity.parse_period("PT2H")) == datetime(2024, 2, 29, 23, tzinfo=UTC)


def test_no_date_lies_outside_the_calendar() -> None:
    long = Period(12 * 20_000, 10**9, 0, "20000 years")
    assert quantity.add(date(2024, 2, 29), long) >= date(9999, 1, 1)
    assert quantity.subtract(date(2024, 2, 29), long) <= date(1, 12, 31)
