"""`share(part, whole)`: a percentage."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from govengine.conditions import types as t
from govengine.conditions.errors import NoEvidence, Undecidable
from govengine.conditions.function import Example, Function
from govengine.conditions.operators import closed
from govengine.model.quantity import Percent

if TYPE_CHECKING:
    from govengine.conditions.types import Type
    from govengine.conditions.values import Value


def share(part: Value, whole: Value) -> Percent:
    """How much of the whole a part is; lists stand for their lengths.

    Raises:
        NoEvidence: the whole is nothing.

    """
    counted, of = _count(part), _count(whole)
    if not of:
        raise NoEvidence("nothing to share")
    value = Decimal(counted) * 100 / Decimal(of)
    return Percent(value, f"{float(value):.4g}%")


def _count(value: Value) -> float:
    if isinstance(value, list):
        closed(value)
        return len(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise Undecidable("wrong values", "share", "numbers or lists")


def _is_countable(type_: Type) -> bool:
    return type_[0] in ("list", "int", "double")


FUNCTION = Function(
    name="share",
    parameters=(_is_countable, _is_countable),
    result=t.PERCENT,
    expected="two lists or numbers",
    summary="how much of the second the first is",
    meaning=share,
    examples=(
        Example("share(1, 4) == 25%", value=True),
        Example("share([1, 2], 0)", reason="nothing to share"),
    ),
)
