"""`fixed V`: no domain may move it."""

from __future__ import annotations

from govengine.compile.direction import Direction
from govengine.compile.setting_values import written

DIRECTION = Direction(
    name="fixed",
    takes="anything",
    domains="nothing",
    moves="may not be moved",
    tightens=0,
    lost=lambda before, after: "" if after == before else f"{written(after)} is not {written(before)}",
)
