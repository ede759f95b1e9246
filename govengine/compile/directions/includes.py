"""`includes [V, …]`: a domain may put values in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.compile.direction import Direction
from govengine.compile.setting_values import listed, written

if TYPE_CHECKING:
    from govengine.plan.settings import SettingValue


def _lost(before: SettingValue, after: SettingValue) -> str:
    dropped = [v for v in listed(before) if v not in listed(after)]
    return f"drops {written(dropped)}" if dropped else ""


DIRECTION = Direction(
    name="includes",
    takes="a list",
    domains="put words in",
    moves="may only gain values",
    tightens=1,
    lists=True,
    lost=_lost,
)
