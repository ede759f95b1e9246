"""`meets(promise, limit)`: whether a promise is good enough."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from govengine.conditions import types as t
from govengine.conditions.errors import Undecidable
from govengine.conditions.function import Demand, Example, Function
from govengine.model import quantity

if TYPE_CHECKING:
    from govengine.conditions.types import Type
    from govengine.conditions.values import Value


def meets(promise: Value, limit: Value) -> bool:
    """Whether every value that a promise allows is good enough."""
    return quantity.meets(_promised(promise), _promised(limit))


def _promised(value: Value) -> quantity.Bound | quantity.Percent | float:
    if isinstance(value, quantity.Bound | quantity.Percent):
        return value
    if not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and isfinite(value))):
        return value
    raise Undecidable("wrong values", "meets", "promises, percentages and numbers")


def _is_promise(type_: Type) -> bool:
    return type_ in (t.BOUND, t.PERCENT, t.INT, t.DOUBLE)


FUNCTION = Function(
    name="meets",
    parameters=(_is_promise, _is_promise),
    result=t.BOOL,
    expected="two promises, percentages or numbers",
    summary="whether every value that the first promise allows is good enough for the second",
    meaning=meets,
    examples=(
        Example("meets(99%, 95%)", value=True),
        Example("meets(90%, 95%)", value=False),
    ),
    influence=("better promise", "milder limit"),
    demand=Demand("does not meet"),
    repair="the limit",
)
