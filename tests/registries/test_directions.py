"""Every direction of a setting is finished, known to the grammar, and loses nothing the way it tightens."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from govengine.compile.directions import DIRECTIONS
from govengine.language.grammar import alternatives
from govengine.language.syntax import SettingDirection

if TYPE_CHECKING:
    from govengine.plan.settings import SettingValue


def test_every_direction_is_finished() -> None:
    assert DIRECTIONS.gaps() == []


def test_the_grammar_the_type_and_the_registry_have_the_same_directions() -> None:
    assert sorted(name.replace("_", " ") for name in alternatives("_direction")) == list(DIRECTIONS.names())
    assert sorted(get_args(SettingDirection)) == list(DIRECTIONS.names())


@pytest.mark.parametrize("name", DIRECTIONS.names())
def test_a_move_is_lost_the_one_way_and_not_the_other(name: str) -> None:
    record = DIRECTIONS.all()[name]
    lesser: SettingValue = ["a"] if record.lists else 1
    greater: SettingValue = ["a", "b"] if record.lists else 2
    assert record.lost(lesser, lesser) == ""
    assert not (record.lists and record.ordered)
    up, down = record.lost(lesser, greater), record.lost(greater, lesser)
    assert {1: (not up, bool(down)), -1: (bool(up), not down), 0: (bool(up), bool(down))}[record.tightens] == (
        (True, True)
    )
