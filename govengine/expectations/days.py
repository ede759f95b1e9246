"""Where the day that is judged begins and ends, and a period before it, as SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from govengine.expectations.sql import literal
from govengine.model.quantity import subtract

if TYPE_CHECKING:
    from govengine.model.quantity import Period


def midnight(day: date) -> datetime:
    """The beginning of a day in UTC, without a zone."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)


def earliest(as_of: date, period: Period) -> str:
    """The beginning of the period that ends at `as_of`, as SQL."""
    return _timestamp(subtract(midnight(as_of), period))


def latest(as_of: date) -> str:
    """The end of the as-of day, which is no longer in it, as SQL."""
    return _timestamp(midnight(as_of) + timedelta(days=1)) if as_of < date.max else "TIMESTAMP 'infinity'"


def _timestamp(when: date) -> str:
    return f"TIMESTAMP {literal(when.isoformat().replace('T', ' '))}"
