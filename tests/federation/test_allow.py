"""Patterns of resources: what one covers, laid against the resources that it stands for."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govengine.evaluate.allow import covers

SEGMENTS = ["a", "b", "*"]
PATTERNS = st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=3).map(lambda rest: ".".join(["payments", *rest]))
PLAIN = ["payments." + ".".join(rest) for length in (1, 2, 3, 4) for rest in product("abc", repeat=length)]


@given(PATTERNS, PATTERNS)
def test_a_pattern_covers_another_if_it_covers_all_that_this_stands_for(pattern: str, other: str) -> None:
    meant = [resource for resource in PLAIN if covers(other, resource)]
    assert covers(pattern, other) == all(covers(pattern, resource) for resource in meant)


@pytest.mark.parametrize(
    ("pattern", "resource", "covered"),
    [
        ("payments.*", "payments.a", True),
        ("payments.*", "payments.a.b.c", True),
        ("payments.*", "payments", False),
        ("payments.*", "*", False),
        ("payments.*", "lending.a", False),
        ("payments.a", "payments.*", False),
        ("payments.*.b", "payments.a.b", True),
        ("payments.*.b", "payments.a.c.b", False),
        ("payments.*.*", "payments.a", False),
        ("payments.*.*", "payments.*", False),
    ],
)
def test_what_a_star_stands_for(pattern: str, resource: str, covered: bool) -> None:
    assert covers(pattern, resource) is covered
