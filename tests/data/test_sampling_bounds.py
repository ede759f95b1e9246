"""What a sample proves: against figures of statistical tables, against exact fractions, and by its own error rates."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govengine.expectations.measure import Measurement, Sample, Threshold
from govengine.expectations.sampling import (
    binomial_at_least,
    binomial_at_most,
    decide,
    hypergeometric_at_most,
    limits,
    proves_above,
    proves_within,
    settled_by,
    undecided,
)

FIVE = Decimal("0.05")
TEN = Decimal("0.1")


def _exact_binomial(failing: int, tested: int, share: Fraction) -> Fraction:
    return sum((math.comb(tested, i) * share**i * (1 - share) ** (tested - i) for i in range(failing + 1)), Fraction(0))


def _exact_hypergeometric(failing: int, tested: int, bad: int, frame: int) -> Fraction:
    ways = sum(math.comb(bad, i) * math.comb(frame - bad, tested - i) for i in range(failing + 1) if tested >= i)
    return Fraction(ways, math.comb(frame, tested))


def _least(limit: Fraction, risk: Decimal, failing: int = 0, frame: int | None = None) -> int:
    """The least sample that proves a share within the limit."""
    size = failing + 1
    while not proves_within(failing, size, limit, risk, frame):
        size += 1
    return size


# Attribute sampling, exact: tolerable rate → sizes at 5 % and 10 % risk, no deviation.
TABLE = {2: (149, 114), 3: (99, 76), 4: (74, 57), 5: (59, 45), 6: (49, 38), 7: (42, 32), 8: (36, 28), 9: (32, 25), 10: (29, 22)}  # fmt: skip


@pytest.mark.parametrize("rate", TABLE)
def test_sizes_of_attribute_samples(rate: int) -> None:
    limit = Fraction(rate, 100)
    assert (_least(limit, FIVE), _least(limit, TEN)) == TABLE[rate]


@pytest.mark.parametrize(("failing", "size"), [(1, 93), (2, 124), (3, 153)])
def test_sizes_with_deviations_allowed(failing: int, size: int) -> None:
    assert _least(Fraction(5, 100), FIVE, failing) == size


@pytest.mark.parametrize(("frame", "size"), [(50, 39), (100, 45), (200, 51), (500, 56)])
def test_sizes_against_a_small_frame(frame: int, size: int) -> None:
    """The tables take five in a hundred, in whole rows, for too much; our limit is what may be: one row less."""
    assert _least(Fraction(frame * 5 // 100 - 1, frame), FIVE, frame=frame) == size


@pytest.mark.parametrize(("share", "size"), [("0.05", 59), ("0.01", 299), ("0.001", 2995), ("0.0001", 29956)])
def test_clean_rows_that_prove_a_high_threshold(share: str, size: int) -> None:
    limit = Fraction(share)
    assert proves_within(0, size, limit, FIVE)
    assert not proves_within(0, size - 1, limit, FIVE)


def test_one_deviation_takes_more_rows() -> None:
    limit = Fraction("0.001")
    assert proves_within(1, 4742, limit, FIVE)
    assert not proves_within(1, 4741, limit, FIVE)


def test_six_thousand_clean_rows_for_fifty_rules_together() -> None:
    limit, together = Fraction("0.001"), Decimal("0.001")
    assert proves_within(0, 6905, limit, together)
    assert not proves_within(0, 6904, limit, together)


@pytest.mark.parametrize(("failing", "size", "upper"), [(0, 25, 11.3), (0, 40, 7.2), (0, 60, 4.9), (1, 60, 7.7)])
def test_upper_limits_at_95_percent(failing: int, size: int, upper: float) -> None:
    assert round(100 * limits(failing, size, FIVE)[1], 1) == upper


@given(st.data())
def test_binomial_tails_are_exact(data: st.DataObject) -> None:
    tested = data.draw(st.integers(1, 60))
    failing = data.draw(st.integers(0, tested))
    share = Fraction(data.draw(st.integers(1, 99)), 100)
    assert binomial_at_most(failing, tested, float(share)) == pytest.approx(
        float(_exact_binomial(failing, tested, share)), rel=1e-9, abs=1e-15
    )


@given(st.data())
def test_hypergeometric_tails_are_exact(data: st.DataObject) -> None:
    frame = data.draw(st.integers(1, 60))
    tested = data.draw(st.integers(1, frame))
    bad = data.draw(st.integers(0, frame))
    failing = data.draw(st.integers(0, tested))
    assert hypergeometric_at_most(failing, tested, bad, frame) == pytest.approx(
        float(_exact_hypergeometric(failing, tested, bad, frame)), rel=1e-9, abs=1e-15
    )


@pytest.mark.parametrize(
    ("failing", "tested", "share"), [(40, 50, "0.1"), (12, 2000, "0.0001"), (30, 30, "0.3"), (5, 500, "0.00001")]
)
def test_small_tails_are_exact_too(failing: int, tested: int, share: str) -> None:
    """Far out, 1 less the rest is noise: a rule may ask for a confidence of nine decimals."""
    p = Fraction(share)
    upper = sum(
        (math.comb(tested, i) * p**i * (1 - p) ** (tested - i) for i in range(failing, tested + 1)), Fraction(0)
    )
    assert upper < Fraction(1, 10**9)
    assert binomial_at_least(failing, tested, float(p)) == pytest.approx(float(upper), rel=1e-9)


def test_a_large_frame_is_exact_as_far_as_the_slack_says() -> None:
    """Few bad rows among fifty million: their number in the sample, with the roles of sample and bad rows changed."""
    frame, bad, tested, failing = 50_000_000, 600, 5_000_000, 20
    ways = sum(
        math.comb(bad, i) * math.perm(tested, i) * math.perm(frame - tested, bad - i) for i in range(failing + 1)
    )
    exact = Fraction(ways, math.perm(frame, bad))
    assert hypergeometric_at_most(failing, tested, bad, frame) == pytest.approx(float(exact), rel=1e-6)


def test_large_samples_are_quick_and_sound() -> None:
    assert binomial_at_most(500_000, 1_000_000, 0.5) == pytest.approx(0.5, abs=1e-3)
    assert proves_within(900, 1_000_000, Fraction("0.001"), FIVE)
    assert not proves_within(960, 1_000_000, Fraction("0.001"), FIVE)
    assert proves_above(1100, 1_000_000, Fraction("0.001"), FIVE)


@given(st.data())
def test_limits_hold_what_they_say(data: st.DataObject) -> None:
    """At the upper limit so few failures are as unlikely as the risk allows, at the lower one so many."""
    tested = data.draw(st.integers(1, 500))
    failing = data.draw(st.integers(0, tested))
    low, high = limits(failing, tested, FIVE)
    assert low <= failing / tested <= high
    if failing < tested:
        assert binomial_at_most(failing, tested, high) == pytest.approx(0.05, rel=1e-6)
    if failing:
        assert 1 - binomial_at_most(failing - 1, tested, low) == pytest.approx(0.05, rel=1e-6)


def _measured(frame: int, tested: int, failing: int, rejected: int = 0) -> Measurement:
    sample = Sample(tested, frame, "", Decimal(0))
    return Measurement(frame + rejected, tested, failing, rejected, sample=sample)


def _chance(outcome: str, frame: int, tested: int, bad: int, threshold: Threshold) -> float:
    """How often a draw comes out so, over all draws that there are."""
    total = 0.0
    for failing in range(max(0, tested - frame + bad), min(tested, bad) + 1):
        if decide(_measured(frame, tested, failing), threshold, FIVE) == outcome:
            ways = math.comb(bad, failing) * math.comb(frame - bad, tested - failing)
            total += float(Fraction(ways, math.comb(frame, tested)))
    return total


@pytest.mark.parametrize(("frame", "tested"), [(400, 10), (400, 60), (400, 399), (10_000, 400), (10_000, 2_000)])
@pytest.mark.parametrize("percent", ["99", "95.5", "50", "100"])
@pytest.mark.parametrize("strict", [False, True])
def test_no_claim_is_wrong_more_often_than_promised(frame: int, tested: int, percent: str, strict: bool) -> None:
    threshold = Threshold(Decimal(percent), strict, percent)
    allowed = (100 - Decimal(percent)) * frame / 100
    most = math.ceil(allowed) - 1 if strict else math.floor(allowed)
    if most >= 0:
        assert _chance("fail", frame, tested, most, threshold) <= 0.05
    assert _chance("pass", frame, tested, most + 1, threshold) <= 0.05


def test_a_sample_far_from_the_limit_settles_it() -> None:
    threshold = Threshold(Decimal(99), False, "99%")
    assert _chance("pass", 10_000, 1_000, 20, threshold) > 0.95
    assert _chance("fail", 10_000, 1_000, 300, threshold) > 0.95


@pytest.mark.parametrize("risk", ["0.05", "0.001", "0.00000000001"])
@pytest.mark.parametrize(
    ("frame", "size", "failing", "percent"),
    [(10**7, 20_000, 3, "99.9"), (10**7, 2000, 0, "99.9"), (10**7, 500, 20, "95"), (50_000, 2000, 15, "99.5"),
     (10**7, 2000, 7, "99.9")],
)  # fmt: skip
def test_so_many_rows_would_settle_it(frame: int, size: int, failing: int, percent: str, risk: str) -> None:
    """Where the hint names a size, a sample of that size at the same rate is settled; half as many do not settle it."""
    threshold, chance = Threshold(Decimal(percent), False, percent), Decimal(risk)
    measured = _measured(frame, size, failing)
    more = settled_by(measured, threshold, chance)
    if decide(measured, threshold, chance) != "unknown":
        assert more is not None
        assert more <= math.ceil(size * 1.1)
        return
    if more is None:
        assert decide(_measured(frame, frame // 2, failing * frame // 2 // size), threshold, chance) == "unknown"
        return
    assert size < more < frame
    assert decide(_measured(frame, more, round(Fraction(failing * more, size))), threshold, chance) != "unknown"
    less = more // 2
    if less >= size:
        assert decide(_measured(frame, less, round(Fraction(failing * less, size))), threshold, chance) == "unknown"


def test_what_settles_it_is_said_in_words() -> None:
    threshold = Threshold(Decimal("99.9"), False, "99.9%")
    assert undecided(_measured(10**7, 2000, 0), threshold, FIVE) == (
        "between 0 % and 0.15 % of rows fail, each limit at 95 %: at this rate about 3,000 rows settle it; or judge all rows"
    )
    at_the_limit = undecided(_measured(10**5, 2000, 2), threshold, FIVE)
    assert at_the_limit.endswith("of rows fail, each limit at 95 %: judge all rows"), "no sample tells 0.1 % from 0.1 %"
    every = Threshold(Decimal(100), False, "100%")
    assert undecided(_measured(10**7, 2000, 0), every, FIVE) == (
        "a sample cannot show that every row holds: judge all rows"
    )


def test_limits_are_rounded_away_from_what_was_seen() -> None:
    for failing in range(1, 60):
        text = undecided(_measured(10**7, 2000, failing), Threshold(Decimal(98), False, "98%"), FIVE).partition(
            ", each"
        )[0]
        low, high = (
            Fraction(word) / 100 for word in text.split() if word.replace(".", "").isdigit() and "," not in word
        )
        exact = limits(failing, 2000, FIVE)
        assert low <= exact[0]
        assert high >= exact[1]
        assert high - Fraction(exact[1]) < Fraction(exact[1]) / 100


def test_a_sample_never_shows_that_every_row_holds_and_one_failure_shows_that_not() -> None:
    threshold = Threshold(Decimal(100), False, "100%")
    assert decide(_measured(10_000, 9_000, 0), threshold, FIVE) == "unknown"
    assert decide(_measured(10_000, 10, 1), threshold, FIVE) == "fail"


def test_rows_that_could_not_be_read_count_against_either_claim() -> None:
    threshold = Threshold(Decimal(99), False, "99%")
    assert decide(_measured(100_000, 2_000, 0), threshold, FIVE) == "pass"
    assert decide(_measured(100_000, 2_000, 0, rejected=5_000), threshold, FIVE) == "unknown"
    assert decide(_measured(100_000, 2_000, 40), threshold, FIVE) == "fail"
    assert decide(_measured(100_000, 2_000, 40, rejected=500_000), threshold, FIVE) != "pass"


def test_rows_that_are_not_judged_make_it_less_sure() -> None:
    """Of 2,000 rows drawn, 40 had a value: 40 clean rows prove little."""
    threshold = Threshold(Decimal(99), False, "99%")
    sample = Sample(2_000, 100_000, "", Decimal(0))
    assert decide(Measurement(100_000, 40, 0, 0, sample=sample), threshold, FIVE) == "unknown"
    assert decide(Measurement(100_000, 0, 0, 0, sample=sample), threshold, FIVE) == "unknown"
