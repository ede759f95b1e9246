"""`average(list)`: the mean."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from govengine.conditions import types as t
from govengine.conditions.errors import NoEvidence, Undecidable
from govengine.conditions.function import Example, Function
from govengine.conditions.operators import items
from govengine.model.quantity import Percent

if TYPE_CHECKING:
    from govengine.conditions.types import Type
    from govengine.conditions.values import Value


def average(values: Value) -> float | Percent:
    """The mean of numbers, or of percentages.

    Raises:
        NoEvidence: the list is empty.

    """
    if not values:
        raise NoEvidence("nothing to average")
    listed = items(values)
    shares = [v for v in listed if isinstance(v, Percent)]
    if len(shares) == len(listed):
        mean = sum((v.value for v in shares), Decimal(0)) / len(shares)
        return Percent(mean, f"{float(mean):.4g}%")
    numbers = [v for v in listed if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) != len(listed):
        raise Undecidable("wrong values", "average", "numbers, or percentages")
    return sum(numbers) / len(numbers)


def _is_list(type_: Type) -> bool:
    return type_[0] == "list"


FUNCTION = Function(
    name="average",
    parameters=(_is_list,),
    result=t.ANY,
    expected="a list of numbers or percentages",
    summary="their mean",
    meaning=average,
    examples=(
        Example("average([1, 2, 6])", value=3.0),
        Example("average([1%, 3%]) == 2%", value=True),
        Example("average([])", reason="nothing to average"),
    ),
)
