"""`at most V`: a domain may lower it."""

from __future__ import annotations

from govengine.compile.direction import Direction
from govengine.compile.setting_values import less

DIRECTION = Direction(
    name="at most",
    takes="a number, percentage, period or date",
    domains="lower it",
    moves="may only be lowered",
    tightens=-1,
    ordered=True,
    lost=lambda before, after: less("<=", before, after),
)
