"""What a condition may come to: the values of specs, settings and rows' names, and what is computed of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govengine.model.quantity import Bound, Percent, Period, Rate

    Value: TypeAlias = (
        bool | int | float | str | date | Percent | Period | Bound | Rate | list["Value"] | Mapping[Any, "Value"] | None
    )
    """A value of CEL. Keys of maps are text, whole numbers, true or false; `Any`, since `Mapping` takes them as is."""
