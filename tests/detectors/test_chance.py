"""Valid numbers are found, random ones at the rate that the detector says, and the verdict follows from the two."""

from __future__ import annotations

import math
import random
import string
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govengine.detectors.chance import at_least
from govengine.detectors.registry import built_in
from tests.detectors import searching
from tests.detectors.searching import look

if TYPE_CHECKING:
    from collections.abc import Callable

MAKERS = {
    "card numbers": ("pan", searching.card),
    "IBANs": ("iban", searching.iban),
    "Czech and Slovak birth numbers": ("national-id", searching.czech),
    "Swedish identity numbers": ("national-id", searching.swedish),
    "Belgian register numbers": ("national-id", searching.belgian),
    "Polish PESEL numbers": ("national-id", searching.polish),
    "Dutch service numbers": ("national-id", searching.dutch),
    "Spanish identity numbers": ("national-id", searching.spanish),
    "Swiss AHV numbers": ("national-id", searching.swiss),
    "Swiss AHV numbers without points": ("national-id", lambda c: searching.swiss(c).replace(".", "")),
    "Czech and Slovak birth numbers without the stroke": ("birth-number", lambda c: searching.czech(c).replace("/", "")),
    "Swedish identity numbers without the hyphen": ("national-id", lambda c: searching.swedish(c).replace("-", "")),
    "Belgian register numbers without points": ("national-id", lambda c: searching.belgian(c).replace(".", "").replace("-", "")),
}  # fmt: skip


@pytest.mark.parametrize("form", MAKERS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_valid_number_is_found(form: str, seed: int) -> None:
    detector, make = MAKERS[form]
    chance = random.Random(seed)
    values = list({make(chance) for _ in range(60)})
    seen = look(values, detector)
    assert seen.forms[form] == (len(values), len(values), len(values))
    assert seen.outcome == "fail"


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice(string.digits) for _ in range(count))


def _dated(chance: random.Random, separator: str, count: int) -> str:
    return "{:02d}{:02d}{:02d}".format(*searching.day(chance)) + separator + _digits(chance, count)


RANDOM: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "card numbers": ("pan", lambda c: _digits(c, 16)),
    "IBANs": ("iban", lambda c: "DE" + _digits(c, 20)),
    "magnetic-stripe tracks": ("track-data", lambda c: f"4{_digits(c, 15)}={_digits(c, 7)}"),
    "Czech and Slovak birth numbers": ("national-id", lambda c: _dated(c, "/", 4)),
    "Czech and Slovak birth numbers without the stroke": ("birth-number", lambda c: _dated(c, "", 4)),
    "Swedish identity numbers": ("national-id", lambda c: _dated(c, "-", 4)),
    "Belgian register numbers without points": ("national-id", lambda c: _dated(c, "", 5)),
    "Polish PESEL numbers": ("national-id", lambda c: _dated(c, "", 5)),
    "Dutch service numbers": ("national-id", lambda c: _digits(c, 9)),
    "Swiss AHV numbers": ("national-id", lambda c: f"756.{_digits(c, 4)}.{_digits(c, 4)}.{_digits(c, 2)}"),
    "Swiss AHV numbers without points": ("national-id", lambda c: "756" + _digits(c, 10)),
    "Spanish identity numbers": ("national-id", lambda c: _digits(c, 8) + c.choice("TRWAGMYFPDXBNJZSQVHLCKE")),
}
"""Values with the shape of a form and nothing behind it."""


@pytest.mark.parametrize("form", RANDOM)
def test_random_values_are_found_at_about_the_rate_that_is_told(form: str) -> None:
    detector, make = RANDOM[form]
    chance = random.Random(20261101)
    seen = look([make(chance) for _ in range(20_000)], detector)
    candidates, hits, _ = seen.forms[form]
    rate = next(f.chance for f in built_in()[detector].forms if f.name == form)
    expected, spread = candidates * rate, math.sqrt(candidates * rate * (1 - rate))
    assert candidates > 2_000
    assert abs(hits - expected) < 4.5 * spread
    assert seen.outcome in ("review", "pass"), "never a failure"


BOUNDS: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "e-mail addresses": (
        "email", lambda c: "".join(c.choice(string.printable[:94]) for _ in range(12)) + "@"
        + "".join(c.choice(string.printable[:94]) for _ in range(12)),
    ),
    "telephone numbers": ("phone", lambda c: f"+{c.randint(1, 9)}{_digits(c, c.randint(7, 14))}"),
    "IPv4 addresses": ("ip-address", lambda c: ".".join(str(c.randrange(1000)) for _ in range(4))),
    "IPv6 addresses": ("ip-address", lambda c: ":".join(f"{c.randrange(65536):04x}" for _ in range(8))),
}  # fmt: skip


@pytest.mark.parametrize("form", BOUNDS)
def test_where_there_is_no_checksum_random_values_are_found_no_more_often_than_told(form: str) -> None:
    detector, make = BOUNDS[form]
    chance = random.Random(20261101)
    seen = look([make(chance) for _ in range(10_000)], detector)
    candidates, hits, _ = seen.forms[form]
    rate = next(f.chance for f in built_in()[detector].forms if f.name == form)
    assert candidates > 5_000
    assert hits <= candidates * rate + 4.5 * math.sqrt(candidates * rate)


def test_numbers_that_run_on_pass_a_tenth_of_the_time_and_fail_nothing() -> None:
    seen = look("SELECT 4000000000000000 + i FROM range(5000) AS r(i)", "pan", sql_type="BIGINT")
    assert seen.forms["card numbers"][:2] == (5000, 500)
    assert seen.outcome == "review"


def test_ids_of_some_digits_are_no_identity_numbers() -> None:
    for digits in (6, 9, 10, 11, 13):
        seen = look(f"SELECT {10 ** (digits - 1)} + i FROM range(20000) AS r(i)", "national-id", "birth-number",
                    sql_type="BIGINT")  # fmt: skip
        assert seen.outcome == "pass", digits
    chance = random.Random(5)
    for digits in (6, 9, 10, 11, 13):
        values = [str(chance.randrange(10 ** (digits - 1), 10**digits)) for _ in range(20_000)]
        assert look(values, "national-id", "birth-number").outcome == "pass", digits


def test_codes_of_goods_are_no_identity_numbers() -> None:
    """They have the length and the checksum of Swiss ones; some may begin alike."""
    chance = random.Random(7)
    codes = [_goods(f"{chance.randrange(100, 1000)}{_digits(chance, 9)}") for _ in range(3_000)]
    alike = [searching.swiss(chance).replace(".", "") for _ in range(300)]
    assert look(codes + alike, "national-id").outcome == "pass"
    assert look(codes[:200] + alike, "national-id").outcome == "fail"
    assert look("SELECT 7560000000000 + i FROM range(5000) AS r(i)", "national-id", sql_type="BIGINT").outcome == "pass"


def _goods(body: str) -> str:
    return body + str(-sum(int(d) * w for d, w in zip(body, (1, 3) * 6, strict=True)) % 10)


def test_ids_within_the_months_of_one_year_are_no_birth_numbers() -> None:
    seen = look("SELECT 705101 + i FROM range(1200) AS r(i)", "birth-number", sql_type="BIGINT")
    assert seen.outcome == "pass"


def test_days_are_no_birth_numbers_and_days_with_women_among_them_are() -> None:
    chance = random.Random(3)
    men = ["{:02d}{:02d}{:02d}".format(*searching.day(chance)) for _ in range(500)]
    women = [f"{d[:2]}{int(d[2:4]) + 50}{d[4:]}" for d in men]
    assert look(men, "birth-number").outcome == "pass"
    assert look(men[:250] + women[250:], "birth-number").outcome == "fail"


def test_some_cards_among_many_numbers_are_seen_by_their_share() -> None:
    chance = random.Random(8)
    noise = ["4" + _digits(chance, 15) for _ in range(3_000)]
    cards = [searching.closed("4" + _digits(chance, 14)) for _ in range(150)]
    assert look(noise, "pan").outcome == "review"
    assert look(noise + cards, "pan").outcome == "fail"


@given(st.integers(1, 60), st.data())
def test_the_tail_is_the_sum_of_its_terms(candidates: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(1, candidates))
    rate = data.draw(st.sampled_from([Fraction(1, 10), Fraction(1, 97), Fraction(1, 2)]))
    whole = [math.comb(candidates, k) * rate**k * (1 - rate) ** (candidates - k) for k in range(candidates + 1)]
    assert sum(whole) == 1
    expected = sum(whole[hits:]) if hits > candidates * rate else 1
    assert at_least(hits, candidates, rate) == expected


@pytest.mark.parametrize(("hits", "candidates"), [(60, 400), (140, 1_000), (1_100, 10_000), (10_500, 100_000)])
def test_the_tail_of_many_agrees_with_the_exact_sum(hits: int, candidates: int) -> None:
    rate = Fraction(1, 10)
    term = Fraction(math.comb(candidates, hits) * 9 ** (candidates - hits), 1) / Fraction(10) ** candidates
    exact, k = 0.0, hits
    first = term
    ratio = 1.0
    while ratio > 1e-18:
        exact += ratio
        ratio *= (candidates - k) / (k + 1) / 9
        k += 1
    assert at_least(hits, candidates, rate) == pytest.approx(float(first) * exact, rel=1e-6)
    assert 0 < at_least(hits, candidates, rate) < 0.1


def test_the_tail_of_very_many_ends() -> None:
    assert at_least(10_000_000, 10_000_000, Fraction(1, 10)) == 0
    assert at_least(1_000_000, 10_000_000, Fraction(1, 10)) == 1
    assert 0.01 < at_least(1_001_000, 10_000_000, Fraction(1, 10)) < 0.5
