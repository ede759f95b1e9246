"""Constants in a form that can be stored, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from govengine.model.quantity import PARSERS, Percent, Period

Stored = Any
"""Text, numbers, true and false as they are; `("q", kind, text)` for quantities and dates; lists and maps of these."""


def store(value: Any) -> Stored:
    """A setting's value, ready to be stored."""
    if isinstance(value, Percent):
        return ("q", "percent", value.text)
    if isinstance(value, Period):
        return ("q", "period", value.text)
    if isinstance(value, date):
        return ("q", "date", value.isoformat())
    if isinstance(value, dict):
        return {k: store(v) for k, v in value.items()}
    if isinstance(value, list):
        return [store(v) for v in value]
    return value


def restore(stored: Stored) -> Any:
    """What `store` was given."""
    if isinstance(stored, tuple):
        return read(stored[1], stored[2])
    if isinstance(stored, dict):
        return {k: restore(v) for k, v in stored.items()}
    if isinstance(stored, list):
        return [restore(v) for v in stored]
    return stored


def read(kind: str, text: str) -> Any:
    """A quantity or date from its text."""
    return date.fromisoformat(text) if kind == "date" else PARSERS[kind](text)
