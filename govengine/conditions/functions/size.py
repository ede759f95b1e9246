"""`size(x)` and `x.size()`: how many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from govengine.conditions import types as t
from govengine.conditions.errors import Undecidable
from govengine.conditions.function import Example, Function
from govengine.conditions.operators import closed

if TYPE_CHECKING:
    from govengine.conditions.types import Type
    from govengine.conditions.values import Value


def size(value: Value) -> int:
    """How many items, entries or characters."""
    if not isinstance(value, str | list | Mapping):
        raise Undecidable("wrong values", "size", "a list, a map or a text")
    closed(value)
    return len(value)


def _has_size(type_: Type) -> bool:
    return t.is_text(type_) or type_[0] in ("list", "map")


FUNCTION = Function(
    name="size",
    parameters=(_has_size,),
    result=t.INT,
    expected="a list, map or text",
    summary="how many items, or characters",
    meaning=size,
    examples=(
        Example("size([1, 2])", value=2),
        Example('"abc".size()', value=3),
    ),
    called="both",
    counts=True,
)
