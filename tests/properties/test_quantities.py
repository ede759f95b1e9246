"""Promises against the numbers that they allow, periods against real calendars, shares against whole numbers."""

from __future__ import annotations

import contextlib
import operator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from govengine.expectations.measure import Measurement, Threshold, decide, share
from govengine.model import quantity
from govengine.model.quantity import PARSERS, Bound, Percent, Period, QuantityError

OPERATORS: dict[str, Any] = {
    "<": operator.lt, "<=": operator.le, "=": operator.eq, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_FIGURES = st.decimals(0, 100, places=2, allow_nan=False)
_SIGNS = st.sampled_from(sorted(OPERATORS))
_PERCENTILES = st.sampled_from(["", " (p99)", " (p95)", " (avg)"])


@st.composite
def bounds(draw: Any) -> Bound:
    unit = draw(st.sampled_from(["%", "", "ms", "s", "h", " days", " months", "y"]))
    return quantity.parse_bound(f"{draw(_SIGNS)}{draw(_FIGURES)}{unit}{draw(_PERCENTILES)}")


def allows(bound: Bound, value: Decimal) -> bool:
    return bool(OPERATORS[bound.op](value, bound.value))


def samples(*figures: Decimal) -> list[Decimal]:
    """Numbers at, just beside, between and far from some figures, in the units of the promise."""
    near = [
        f + step for f in figures for step in (Decimal(0), Decimal("1e-9"), Decimal("-1e-9"), Decimal(1), Decimal(-1))
    ]
    middle = sum(figures, Decimal(0)) / len(figures)
    return [*near, middle, min(figures) - 10**15, max(figures) + 10**15]


@given(bounds(), bounds())
def test_a_promise_meets_a_limit_if_every_value_does(promise: Bound, limit: Bound) -> None:
    assume(promise.unit == limit.unit and promise.percentile == limit.percentile)
    numbers = samples(promise.value, limit.value)
    every = all(allows(limit, n) for n in numbers if allows(promise, n))
    assert quantity.meets(promise, limit) == every, (promise, limit)


@given(bounds(), bounds())
def test_other_units_and_percentiles_never_meet(promise: Bound, limit: Bound) -> None:
    assume(promise.unit != limit.unit or promise.percentile != limit.percentile)
    assert not quantity.meets(promise, limit)


@given(_FIGURES, bounds())
def test_a_percentage_is_a_promise_of_at_least_so_much(figure: Decimal, limit: Bound) -> None:
    percent = quantity.parse_percent(f"{figure}%")
    assert quantity.meets(percent, limit) == quantity.meets(quantity.parse_bound(f">={figure}%"), limit)


@given(st.sampled_from(sorted(PARSERS)), st.text(alphabet="0123456789.%<>= _()/PYMWDTHSpaysmonthu٣", max_size=24))
def test_what_is_read_reads_the_same_from_its_own_text(kind: str, text: str) -> None:
    try:
        value = PARSERS[kind](text)
    except QuantityError:
        return
    again = PARSERS[kind](value.text)
    assert again == value
    assert hash(again) == hash(value)
    assert again.text == value.text


@given(st.sampled_from(sorted(PARSERS)), st.text(max_size=40))
def test_no_text_breaks_a_parser(kind: str, text: str) -> None:
    with contextlib.suppress(QuantityError):
        assert PARSERS[kind](text).text


def periods() -> st.SearchStrategy[Period]:
    calendar = st.builds(
        lambda months, days: Period(months, days, 0, f"{months} months {days} days"),
        st.integers(0, 12 * 12),
        st.integers(0, 40),
    )
    near = st.integers(1, 12).flatmap(
        lambda years: st.integers(365 * years - 3, 366 * years + 3).map(lambda d: Period(0, d, 0, f"{d} days"))
    )
    months = st.integers(27, 32).map(lambda d: Period(0, d, 0, f"{d} days"))
    return st.one_of(calendar, near, months)


@given(periods(), periods(), st.dates(date(1890, 1, 1), date(2120, 12, 31)), st.sampled_from(["<", "<=", ">", ">="]))
@example(Period(0, 8 * 365 + 1, 0, "2921 days"), Period(96, 0, 0, "8 years"), date(1896, 3, 1), ">=")
@example(Period(0, 31, 0, "31 days"), Period(1, 0, 0, "1 month"), date(2024, 1, 31), ">=")
def test_what_is_decided_of_periods_holds_from_every_day(left: Period, right: Period, day: date, sign: str) -> None:
    held = quantity.holds(sign, left, right)
    if held is None:
        return
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    on_this_day = OPERATORS[sign](quantity.add(start, left), quantity.add(start, right))
    assert on_this_day == held, (left, sign, right, day)


@given(st.integers(1, 40), st.integers(-5, 5))
def test_days_against_years_are_open_only_where_leap_years_decide(years: int, beside: int) -> None:
    """Conservative, but not idle: what no calendar can turn is decided."""
    year = Period(12 * years, 0, 0, f"{years} years")
    longest = max((date(y + years, 1, 1) - date(y, 1, 1)).days for y in range(1890, 2110 - years))
    shortest = min((date(y + years, 1, 1) - date(y, 1, 1)).days for y in range(1890, 2110 - years))
    assert quantity.holds(">=", Period(0, longest + abs(beside) + 1, 0, ""), year) is True
    assert quantity.holds("<=", Period(0, max(shortest - abs(beside) - 1, 0), 0, ""), year) is True


@given(
    st.integers(1, 10**15), st.integers(0, 3), st.data(), st.decimals(0, 100, places=9, allow_nan=False), st.booleans()
)
def test_thresholds_compare_whole_rows_exactly(
    tested: int, rejected: int, data: Any, percent: Decimal, strict: bool
) -> None:
    """Passing takes all rows that could not be read for failing, failing takes them for good."""
    edge = int(Fraction(100 - percent) * tested / 100)
    beside = st.sampled_from([edge, min(edge + 1, tested), max(edge - 1, 0)])
    failing = data.draw(st.one_of(st.integers(0, tested), beside))
    total = tested + rejected

    def enough(good: int) -> bool:
        reached = Fraction(good * 100, total)
        return reached > Fraction(percent) if strict else reached >= Fraction(percent)

    outcome = decide(Measurement(total, tested, failing, rejected), Threshold(percent, strict, f"{percent}%"))
    assert (outcome == "pass") == enough(tested - failing)
    assert (outcome == "fail") == (not enough(tested - failing + rejected))


@given(st.integers(0, 5), st.decimals(0, 100, places=2, allow_nan=False), st.booleans())
def test_nothing_tested_is_unknown(rejected: int, percent: Decimal, strict: bool) -> None:
    assert decide(Measurement(rejected, 0, 0, rejected), Threshold(percent, strict, "")) == "unknown"


@given(st.integers(1, 10**9), st.data())
def test_a_share_in_words_does_not_lie(whole: int, data: Any) -> None:
    part = data.draw(st.one_of(st.integers(0, whole), st.sampled_from([0, 1, whole - 1, whole])))
    shown = Decimal(share(part, whole).removesuffix("%").strip())
    assert (shown == 0) == (part == 0)
    assert (shown == 100) == (part == whole)
    assert abs(Fraction(shown) - Fraction(part, whole) * 100) <= 1


def test_percentages_are_equal_by_value_and_not_by_text() -> None:
    assert Percent(Decimal("99.90"), "99.90%") == Percent(Decimal("99.9"), "99.9%")
    assert quantity.parse_percent("5%") != quantity.parse_bound("5%")
