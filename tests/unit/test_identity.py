"""When two addresses may be one person's, and which texts are no plain address."""

from __future__ import annotations

import pytest

from govengine.evaluate.people import People
from govengine.model.identity import why_not_plain

WHO = "council@example.com"
SPELT = [
    "Council <council@example.com>", "<council@example.com>", '"council"@example.com', "'council@example.com'",
    "mailto:council@example.com", "MAILTO:council%40example.com", "mailto:council@example.com?subject=x",
    "council+me@example.com", "council+a+b@example.com", "council(me)@example.com", " council@example.com",
    "council@example.com\u200b", "\uff43ouncil@example.com", "coun\u0441il@example.com", "c\u03bfuncil@example.com",
]  # fmt: skip


@pytest.mark.parametrize("spelt", SPELT)
def test_other_spellings_are_the_same_person_and_no_plain_address(spelt: str) -> None:
    assert People().may_be_same(WHO, spelt)
    assert People().may_be_same(spelt, WHO)
    assert why_not_plain(spelt) is not None
    assert People().why_no_person(spelt) is not None


@pytest.mark.parametrize("spelt", ["COUNCIL@Example.com", "council@example.com.", "c\u00f6uncil@example.com"])
def test_what_may_be_the_same_is_not_approved(spelt: str) -> None:
    assert People().may_be_same(WHO, spelt)


@pytest.mark.parametrize("other", ["council2@example.com", "council@example.org", "ouncil@example.com", "members"])
def test_others_are_others(other: str) -> None:
    assert not People().may_be_same(WHO, other)
    assert why_not_plain(other) is None
    assert People().why_no_person(other) is None


def test_a_register_knows_what_no_address_says() -> None:
    people = People({"p1": [WHO, "council+ops@example.com"], "p2": ["b@example.com"]})
    assert people.why_no_person("council+ops@example.com") is None
    assert people.why_no_person("council+x@example.com") is not None
    assert people.may_be_same("p1", "council+x@example.com")
    assert not people.may_be_same("p1", "b@example.com")


def test_a_right_needs_the_address_itself() -> None:
    assert not People().same(WHO, "coun\u0441il@example.com")
    assert not People().same(WHO, "council+x@example.com")
