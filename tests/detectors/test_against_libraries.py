"""IBANs, cards and national ids against libraries that others keep: same countries, same lengths, same check digits."""

from __future__ import annotations

import random
import unicodedata
from typing import TYPE_CHECKING

import duckdb
import pytest
import schwifty
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.be import nn
from stdnum.ch import ssn as ahv
from stdnum.cz import rc
from stdnum.es import dni
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer

from govengine.detectors.built_in.iban import IBAN_LENGTHS
from govengine.detectors.fold import DIGIT_ZEROS, folded, folds
from tests.detectors.searching import look

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

OURS = {code: length for length, codes in IBAN_LENGTHS.items() for code in codes.split()}


@pytest.mark.parametrize("country", sorted(OURS))
def test_an_iban_of_each_country_is_found(country: str) -> None:
    chance = random.Random(country)
    made = [schwifty.IBAN.random(country_code=country, random=chance).compact for _ in range(20)]
    assert {len(iban) for iban in made} == {OURS[country]}
    seen = look(made, "iban")
    assert (seen.forms["IBANs"][1], seen.outcome) == (20, "fail")


def test_no_country_that_has_ibans_is_unknown() -> None:
    known = set()
    for first in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            try:
                schwifty.IBAN.random(country_code=first + second, random=random.Random(0))
            except Exception:  # noqa: BLE001 - whatever it raises, it knows no such country
                continue
            known.add(first + second)
    assert len(known) > 100
    assert known <= set(OURS)


NATIONAL: dict[str, tuple[ModuleType, Callable[[random.Random], str], str]] = {
    "Czech and Slovak birth numbers without the stroke": (
        rc, lambda r: f"{r.randrange(60, 100)}{r.randrange(1, 13) + r.choice((0, 50)):02}{r.randrange(1, 29):02}{r.randrange(10_000):04}", ""),
    "Dutch service numbers": (bsn, lambda r: f"{r.randrange(10**8, 10**9)}", ""),
    "Polish PESEL numbers": (
        pesel, lambda r: f"{r.randrange(100):02}{r.randrange(1, 13) + r.choice((0, 20)):02}{r.randrange(1, 29):02}{r.randrange(10**5):05}", ""),
    "Belgian register numbers without points": (
        nn, lambda r: f"{r.randrange(26):02}{r.randrange(1, 13):02}{r.randrange(1, 29):02}{r.randrange(10**5):05}", ""),
    "Spanish identity numbers": (dni, lambda r: f"{r.randrange(10**8):08}{r.choice('TRWAGMYFPDXBNJZSQVHLCKE')}", ""),
    "Swedish identity numbers without the hyphen": (
        personnummer, lambda r: f"{r.randrange(30, 100):02}{r.randrange(1, 13):02}{r.randrange(1, 29):02}{r.randrange(10**4):04}", "-"),
    "Swiss AHV numbers without points": (ahv, lambda r: f"756{r.randrange(10**10):010}", ""),
}  # fmt: skip


@pytest.mark.parametrize("form", NATIONAL)
def test_national_ids_are_valid_where_stdnum_says_so(form: str) -> None:
    module, make, hyphen = NATIONAL[form]
    chance = random.Random(form)
    values = list(dict.fromkeys(make(chance) for _ in range(2_000)))
    valid = [v for v in values if module.is_valid(v[:6] + hyphen + v[6:] if hyphen else v)]
    assert valid, "the maker makes none"
    candidates, hits, _ = look(values, "national-id").forms[form]
    assert candidates <= len(values)
    assert hits == len(valid)


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_ids_in_a_column_of_numbers_are_found_without_their_first_zeros(lost: int) -> None:
    year = {1: "01", 2: "00", 3: "00"}[lost]
    month = {1: 1, 2: 51, 3: 1}[lost]
    chance = random.Random(lost)
    values: set[str] = set()
    while len(values) < 80:
        value = f"{year}{month + chance.randrange(9):02}{chance.randrange(1, 29):02}{chance.randrange(10_000):04}"
        if rc.is_valid(value) and len(value.lstrip("0")) == 10 - lost:
            values.add(value)
    seen = look([int(v) for v in sorted(values)], "national-id", sql_type="BIGINT")
    assert seen.outcome == "fail"
    assert seen.forms["Czech and Slovak birth numbers without the stroke"][1] == 80


@settings(max_examples=40)
@given(st.lists(st.integers(10**12, 10**18), min_size=1, max_size=30, unique=True))
def test_check_digits_of_unknown_issuers_are_counted_as_stdnum_does(numbers: list[int]) -> None:
    form = "numbers as long as card numbers, with their check digit and of no issuer known here"
    both = look([str(n) for n in numbers], "pan").forms
    assert both[form][1] + both["card numbers"][1] == sum(luhn.is_valid(str(n)) for n in numbers)


def test_numbers_of_no_known_issuer_are_for_a_person() -> None:
    chance = random.Random(7)
    numbers = [body + luhn.calc_check_digit(body) for body in (f"7{chance.randrange(10**14):014}" for _ in range(60))]
    assert look(numbers, "pan").outcome == "review"
    assert look([str(int(n) + 1 + i % 8) for i, n in enumerate(numbers)], "pan").outcome == "pass"
    assert look(numbers, "pan", column="card_number").outcome == "fail", "the column's name says what they are"


def test_all_signs_of_unicode_are_known() -> None:
    """Another Python may know another Unicode: what it has beyond ours is told here, and is one line in `fold.py`."""
    read = folds()
    for code in range(0x80, 0x110000):
        sign = chr(code)
        category = unicodedata.category(sign)
        if category == "Nd":
            assert read.get(sign) == str(unicodedata.decimal(sign)), hex(code)
        elif category in ("Zs", "Pd"):
            assert read.get(sign) == (" " if category == "Zs" else "-"), hex(code)
    assert len(DIGIT_ZEROS) * 10 + 84 < len(read)


@settings(max_examples=40)
@given(st.text(st.sampled_from([*folds(), *"19 aZ-./'"]), max_size=30))
def test_sql_reads_signs_as_the_table_says(text: str) -> None:
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT {folded('v')} FROM (SELECT ?::VARCHAR AS v)", [text]).fetchone()
    assert row == ("".join(folds().get(sign, sign) for sign in text),)
