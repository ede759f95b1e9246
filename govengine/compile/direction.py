"""What the direction of a setting is: one record, in one file of `directions/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.language.syntax import SettingDirection
    from govengine.plan.settings import SettingValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """In which direction domains may move a setting.

    `takes` says what its value is and `domains` what a domain may do with it, as the reference tells it; `moves` is the
    same in a sentence about the setting. `tightens` is 1 where tightening makes a value greater or a list longer, -1
    where it makes it smaller or shorter, 0 where a domain may not move it. `lists` tells that the value is a list,
    `ordered` that it is one value of a type with an order. `lost` says what a move from one value to another would give
    away, "" where it only tightens.
    """

    name: SettingDirection
    takes: str
    domains: str
    moves: str
    tightens: int
    lost: Callable[[SettingValue, SettingValue], str]
    lists: bool = False
    ordered: bool = False
