"""`at least V`: a domain may raise it."""

from __future__ import annotations

from govengine.compile.direction import Direction
from govengine.compile.setting_values import less

DIRECTION = Direction(
    name="at least",
    takes="a number, percentage, period or date",
    domains="raise it",
    moves="may only be raised",
    tightens=1,
    ordered=True,
    lost=lambda before, after: less(">=", before, after),
)
