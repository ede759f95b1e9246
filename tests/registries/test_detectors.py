"""Every built-in detector is finished and says where its forms come from; half of one costs a run nothing."""

from __future__ import annotations

import re

import pytest

from govengine.detectors.registry import DETECTORS, built_in, kinds
from govengine.model.vocabulary import SEMANTIC_TYPES


def test_every_detector_is_finished() -> None:
    assert DETECTORS.gaps() == []


def test_lists_have_one_order() -> None:
    ranks = [d.rank for d in built_in().values()]
    assert sorted(set(ranks)) == ranks, "two detectors have one rank"
    assert list(kinds()) == list(built_in())


@pytest.mark.parametrize("name", DETECTORS.names())
def test_a_detector_speaks_of_what_specs_can_declare(name: str) -> None:
    detector = built_in()[name]
    assert not detector.meaning or SEMANTIC_TYPES.holds(detector.meaning)
    assert re.compile(detector.columns).fullmatch(name.replace("-", "_")), "a column of its name holds such values"
    assert len({form.name for form in detector.forms}) == len(detector.forms)
    assert all(0 < form.chance <= 1 for form in detector.forms)
    assert not set(detector.hits) & set(detector.misses)
