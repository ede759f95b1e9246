"""`one of [V, …]`: a domain may take values out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.compile.direction import Direction
from govengine.compile.setting_values import listed, written

if TYPE_CHECKING:
    from govengine.plan.settings import SettingValue


def _lost(before: SettingValue, after: SettingValue) -> str:
    added = [v for v in listed(after) if v not in listed(before)]
    return f"lets {written(added)} in, which the council does not" if added else ""


DIRECTION = Direction(
    name="one of",
    takes="a list",
    domains="take words out",
    moves="may only lose values",
    tightens=-1,
    lists=True,
    lost=_lost,
)
