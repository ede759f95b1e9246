"""Values of settings: as an author writes them, and in their order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from govengine.model import quantity
from govengine.model.quantity import Percent, Period

if TYPE_CHECKING:
    from govengine.language.expression import LiteralValue
    from govengine.plan.settings import SettingValue


def written(value: SettingValue | tuple[LiteralValue, ...]) -> str:
    """A setting's value as an author writes it."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(v) for v in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Percent | Period):
        return value.text
    return f'"{value}"' if isinstance(value, str) else str(value)


def holds(operator: str, left: SettingValue, right: SettingValue) -> bool | None:
    """Whether two values of one ordered type compare so; None where it hangs on the calendar."""
    match left, right:
        case Period(), Period():
            return quantity.holds(operator, left, right)
        case Percent(), Percent():
            return left.value >= right.value if operator == ">=" else left.value <= right.value
        case ((int() | float()), (int() | float())):
            return left >= right if operator == ">=" else left <= right
        case date(), date():
            return left >= right if operator == ">=" else left <= right
        case _:
            raise TypeError(f"{left!r} {operator} {right!r}")


def less(operator: str, before: SettingValue, after: SettingValue) -> str:
    """What a move would give away where the new value must stand to the old one as the operator says."""
    held = holds(operator, after, before)
    if held is None:
        return f"whether {written(after)} {operator} {written(before)} hangs on the calendar"
    if held:
        return ""
    return f"{written(after)} is {'less' if operator == '>=' else 'more'} than {written(before)}"


def listed(value: SettingValue) -> list[SettingValue]:
    """The items of a value that is a list."""
    assert isinstance(value, list)
    return value
