"""The directions of settings: a file each, with its record in `DIRECTION`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from govengine.compile.direction import Direction
from govengine.model.records import Records

if TYPE_CHECKING:
    from govengine.language.syntax import SettingDirection

DIRECTIONS: Final = Records(__name__, "DIRECTION", Direction, between=" ")


def direction_named(name: SettingDirection) -> Direction:
    """The record of a direction.

    Raises:
        LookupError: its file is not finished.

    """
    found = DIRECTIONS.get(name)
    if found is None:
        raise LookupError(*DIRECTIONS.gaps_of(name))
    return found
