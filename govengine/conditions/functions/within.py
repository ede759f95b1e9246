"""`within(date, period)`: up to the as-of day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from govengine.conditions import types as t
from govengine.conditions.errors import Undecidable
from govengine.conditions.function import Demand, Example, Function
from govengine.conditions.operators import moment
from govengine.model import quantity

if TYPE_CHECKING:
    from govengine.conditions.types import Type
    from govengine.conditions.values import Value


def within(value: Value, period: Value, as_of: date) -> bool:
    """Whether as_of - period ≤ value ≤ as_of; the as-of day counts to its end."""
    if not isinstance(value, date) or not isinstance(period, quantity.Period):
        raise Undecidable("wrong values", "within", "a date and a period")
    earliest = quantity.subtract(as_of, period)
    if isinstance(value, datetime):
        return moment(earliest) <= moment(value) and moment(value).date() <= as_of
    return earliest <= value <= as_of


def _is_period(type_: Type) -> bool:
    return type_ == t.PERIOD


FUNCTION = Function(
    name="within",
    parameters=(t.is_moment, _is_period),
    result=t.BOOL,
    expected="a date and a period",
    summary="whether a date lies in the period that ends at the as-of day; a later date does not",
    meaning=within,
    examples=(
        Example("within(2026-10-31, 2 days)", value=True),
        Example("within(2026-11-02, 1 year)", value=False),
        Example("within(2020-01-01, 1 year)", value=False),
    ),
    roots=("as_of",),
    influence=("untold", "greater"),
    demand=Demand("be within", roots=("as_of",)),
    repair="the as-of day",
)
