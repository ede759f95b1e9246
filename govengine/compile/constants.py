"""Constants in a form that can be stored, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, assert_never

from govengine.model.quantity import PARSERS, Percent, Period, parse_percent, parse_period

if TYPE_CHECKING:
    from govengine.model.quantity import Bound, Rate
    from govengine.plan.settings import SettingValue, StoredKind, StoredValue


def store(value: SettingValue) -> StoredValue:
    """A setting's value, ready to be stored."""
    if isinstance(value, Percent):
        return ("q", "percent", value.text)
    if isinstance(value, Period):
        return ("q", "period", value.text)
    if isinstance(value, date):
        return ("q", "date", value.isoformat())
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {k: store(v) for k, v in value.items()}
    return [store(v) for v in value]


def restore(stored: StoredValue) -> SettingValue:
    """What `store` was given."""
    if isinstance(stored, tuple):
        return _constant(stored[1], stored[2])
    if isinstance(stored, dict):
        return {k: restore(v) for k, v in stored.items()}
    if isinstance(stored, list):
        return [restore(v) for v in stored]
    return stored


def _constant(kind: StoredKind, text: str) -> Percent | Period | date:
    match kind:
        case "percent":
            return parse_percent(text)
        case "period":
            return parse_period(text)
        case "date":
            return date.fromisoformat(text)
        case _:
            assert_never(kind)


def read(kind: str, text: str) -> Percent | Period | Bound | Rate | date:
    """A quantity or date from its text."""
    return date.fromisoformat(text) if kind == "date" else PARSERS[kind](text)
