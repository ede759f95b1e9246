"""Case files are read, or refused with a place, a reason and a repair; nothing else ever comes of a text."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govengine.cases.markdown import CaseError, read

VERDICTS = "```verdicts\na/b  pass\n```\n"
PIECES = st.sampled_from(
    [
        "## A case", "# A file", "##", "```", "````", "~~~", "```yaml product", "```yaml changes", "```yaml mesh",
        "```csv data/x.csv", "```gov policies/global/x.gov", "```as-of", "2027-03-31", "2027-02-30", "20270331",
        "```verdicts", "```verdicts now", "```diagnostics", "all", "a/b  pass", "a/b  fail  some words", "a/b  waived",
        "a/b", "a/b  maybe", "GOV301", "GOV301 policies/global/x.gov:3:5 words", "GOV301 x:1", "  ```verdicts",
        "| require | spec | outcome | says |", "|---|---|---|---|", "| `has(spec.status)` | | pass | |",
        "| require | spec | outcome |", "| a \\| b | `x: {` | GOV401 |", "| only | two |", "|", "spec.x: [", "", "\ufeff",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=30).map("\n".join))
def test_any_text_gives_cases_or_a_composed_error(text: str) -> None:
    refused, cases = None, []
    try:
        cases = read(text, "x.cases.md")
    except CaseError as error:
        refused = error
    if refused is None:
        assert cases
        assert all(case.verdicts or case.diagnostics or any(b.all for b in case.blocks) for case in cases)
        return
    assert refused.file == "x.cases.md"
    assert 1 <= refused.line <= text.count("\n") + 1
    assert refused.why
    assert refused.repair


@given(st.text())
def test_any_line_of_a_verdicts_block_is_read_or_refused(line: str) -> None:
    with contextlib.suppress(CaseError):
        for expected in read(f"## A\n```verdicts\n{line}\n```\n", "x")[0].verdicts:
            shown = line.split("\n")[expected.line - 3]
            assert shown[expected.columns[0] - 1 :].startswith(expected.subject)
            assert shown[expected.columns[1] - 1 :].startswith(expected.outcome)
            assert not expected.words or shown[expected.columns[2] - 1 :].startswith(expected.words)


@pytest.mark.parametrize(
    ("text", "line", "why", "repair"),
    [
        ("# Only a title", 1, "there is no case", "heading"),
        ("## A\n", 1, "expects nothing", "verdicts"),
        ("## A\n\n```verdicts\na/b pass\n", 3, "not closed", "```"),
        ("```verdicts\na/b pass\n```\n## A\n", 1, "before the first case", "below a heading"),
        ("## A\n```yaml produkt\n```\n" + VERDICTS, 2, "no block `yaml produkt`", "write `yaml product`"),
        ("## A\n```\nplain\n```\n" + VERDICTS, 2, "no name", "yaml changes"),
        ("## A\n```yaml spec.yaml\n```\n" + VERDICTS, 2, "no block `yaml spec.yaml`", "blocks are"),
        ("## A\n```verdicts\na/b  passs\n```", 3, "no outcome `passs`", "write `a/b pass`"),
        ("## A\n```verdicts\na/b\n```", 3, "`a/b` has no outcome", "one of fail"),
        ("## A\n```verdicts\na/b pass\nall\n```", 4, "`all` has no outcome", "one of fail"),
        ("## A\n```verdicts\na/b pass\na/b fail\n```", 4, "pass in line 3 already", "keep one line"),
        ("## A\n```verdicts\n\n```", 2, "empty", "`all`"),
        ("## A\n```diagnostics\nGOV3 words\n```", 3, "`GOV3` is no code", "GOV301"),
        ("## A\n```as-of\n2027-02-30\n```\n" + VERDICTS, 3, "no day", "2027-03-31"),
        ("## A\n```as-of\n20270331\n```\n" + VERDICTS, 3, "no day", "2027-03-31"),
        ("## A\n```csv data/x.csv\n```\n```csv data/x.csv\n```\n" + VERDICTS, 4, "line 2 already", "keep one"),
        ("## A\n  ```yaml changes\n  ```\n" + VERDICTS, 2, "passed over", "three backticks"),
        ("## A\n~~~yaml changes\n~~~\n" + VERDICTS, 2, "passed over", "three backticks"),
        ("| require | spec | outcome |\n|---|---|---|\n| a | | pass |", 1, "before the first case", "heading"),
        ("## A\n| require | spec | outcome |\n|---|---|---|\n| a | pass |", 4, "2 cells, the header 3", "bar"),
        ("## A\n| require | spec | outcome |\n| a | | pass |", 2, "no rows", "|---|"),
        ("## A\n| require | spec | outcome |\n|---|---|---|\n| a | | pas |", 4, "no outcome `pas`", "write `pass`"),
        ("## A\n| require | spec | outcome |\n|---|---|---|\n| a | | |", 4, "no outcome", "one of fail"),
    ],
)
def test_a_mistake_is_named_at_its_line_with_its_repair(text: str, line: int, why: str, repair: str) -> None:
    with pytest.raises(CaseError) as caught:
        read(text, "x.cases.md")
    assert caught.value.line == line
    assert why in caught.value.why
    assert repair in caught.value.repair


def test_the_background_is_given_to_every_case_and_a_case_goes_before_it() -> None:
    text = (
        "```csv data/x.csv\nshared\n```\n```as-of\n2027-01-01\n```\n"
        f"## First\n{VERDICTS}## Second\n```csv data/x.csv\nown\n```\n```as-of\n2027-03-31\n```\n{VERDICTS}"
    )
    first, second = read(text, "x")
    assert [first.given.files["data/x.csv"].text, first.given.as_of] == ["shared\n", date(2027, 1, 1)]
    assert [second.given.files["data/x.csv"].text, second.given.as_of] == ["own\n", date(2027, 3, 31)]


def test_a_new_product_drops_changes_of_the_background() -> None:
    text = f"```yaml product\na: 1\n```\n```yaml changes\na: 2\n```\n## A\n```yaml product\nb: 1\n```\n{VERDICTS}"
    assert read(text, "x")[0].given.changes == ()


def test_a_longer_fence_holds_shorter_ones() -> None:
    text = f"## A\n````txt docs/x.txt\n```verdicts\n```\n````\n{VERDICTS}"
    assert read(text, "x")[0].given.files["docs/x.txt"].text == "```verdicts\n```\n"


def test_all_is_a_word_of_the_first_line_alone() -> None:
    block = read("## A\n```verdicts\n\n  all\na/b pass\n```", "x")[0].blocks[0]
    assert block.all == (4, 3)
    assert [e.subject for e in block.expected] == ["a/b"]
    assert read("## A\n" + VERDICTS, "x")[0].blocks[0].all is None


def test_a_place_of_a_diagnostic_may_be_left_out() -> None:
    text = "## A\n```diagnostics\nGOV301\nGOV302 some words\nGOV303 policies/global/x.gov:3:5\nGOV304 g.yaml:1:2 at 12:30:10\n```"
    bare, words, place, both = read(text, "x")[0].diagnostics
    assert (bare.place, bare.words) == (None, "")
    assert (words.place, words.words) == (None, "some words")
    assert (place.place, place.words) == (("policies/global/x.gov", 3, 5), "")
    assert (both.place, both.words) == (("g.yaml", 1, 2), "at 12:30:10")


def test_line_ends_of_windows_read_alike() -> None:
    text = f"## A\n```yaml product\na: 1\n```\n{VERDICTS}"
    assert read(text.replace("\n", "\r\n"), "x") == read(text, "x")
