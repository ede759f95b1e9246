"""The shape of a text tells of classes of letters, and of nothing that tells two texts of one shape apart."""

from __future__ import annotations

import re
import unicodedata

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from govengine.expectations.shape import KEPT, LONGEST, classes, folded

CONNECTION = duckdb.connect(":memory:")
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
CLASSES = {"A": "ABÉŁΩЖ", "a": "abéßłωж漢あ", "9": "0379٣"}


def shape(value: str) -> str:
    row = CONNECTION.execute(f"SELECT {classes('v')} FROM (SELECT ?::VARCHAR AS v)", [value]).fetchone()
    assert row is not None
    return folded(row[0])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("4111111111111111", "9{16}"),
        ("kim.moss@mail.example", "a{3}.a{4}@a{4}.a{7}"),
        ("DE89370400440532013000", "A{2}9{20}"),
        ("Élan 7", "A{1}a{3} 9{1}"),
        ("?", "*"),
        ("--", "-{2}"),
        ("N/A", "A{1}/A{1}"),
        ("aA9", "a{1}A{1}9{1}"),
        ("a\nb", "a{1}*a{1}"),
        ("{1}", "*9{1}*"),
        ("", ""),
        ("a" * LONGEST, f"a{{{LONGEST}}}"),
        ("a" * (LONGEST + 1), f"a{{{LONGEST}}}..."),
    ],
)
def test_what_a_shape_looks_like(value: str, shown: str) -> None:
    assert shape(value) == shown


@given(TEXTS)
@example("A9a")
@example("a{3}")
@example("\U0001f600\U0001f600")
def test_no_run_of_letters_or_digits_survives(value: str) -> None:
    """What is left beside the counts are single classes; two letters of a value never stand side by side in it."""
    seen = re.sub(r"\{[0-9]+\}", "|", shape(value))
    for run in re.findall(r"[^\W_]{2,}", value):
        assert run not in seen
    assert re.search(r"[^\W_]{2}", seen) is None
    assert set(seen) <= {*"Aa9*|#", *KEPT}


@given(TEXTS)
def test_a_shape_is_the_value_only_where_that_says_nothing(value: str) -> None:
    if shape(value) == value:
        assert set(value) <= {*KEPT, "*"}


def _classed(letter: str) -> str | None:
    kind = unicodedata.category(letter)
    return {"Lu": "A", "Lt": "A", "Ll": "a", "Lm": "a", "Lo": "a", "Nd": "9"}.get(kind)


@given(st.data())
def test_values_that_differ_within_classes_cannot_be_told_apart(data: st.DataObject) -> None:
    pattern = data.draw(st.text("Aa9-@. ", max_size=60))
    first, second = (
        "".join(data.draw(st.sampled_from(CLASSES[c])) if c in CLASSES else c for c in pattern) for _ in range(2)
    )
    assert shape(first) == shape(second)
    assert all(_classed(letter) == c for letter, c in zip(first, pattern, strict=True) if c in CLASSES)


@pytest.mark.parametrize("text", ["7", "-12.50", "1,234.56", "1.234.567,8", "1234567", ".5"])
def test_an_amount_in_a_text_column_does_not_tell_how_much(text: str) -> None:
    with duckdb.connect() as connection:
        ((seen,),) = connection.execute(f"SELECT {classes('$1')}", [text]).fetchall()
    assert folded(seen) == "#"


@pytest.mark.parametrize("text", ["4111111111111111", "2026-11-01", "12345678", "1.2.3.4"])
def test_what_is_no_amount_keeps_its_shape(text: str) -> None:
    with duckdb.connect() as connection:
        ((seen,),) = connection.execute(f"SELECT {classes('$1')}", [text]).fetchall()
    assert "9{" in folded(seen)
