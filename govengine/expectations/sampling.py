"""What a sample proves: exact bounds on the share of rows that fail, and three answers instead of two.

A sample is drawn without putting back, so failing rows in it follow the hypergeometric distribution; where it is a
small part of what it is drawn from, the binomial one, which claims no more (Clopper and Pearson's limits). It passes
where the share could be above the limit only with a chance of at most `risk`, fails where it could be within the limit
only with such a chance, and is unknown between.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.expectations.measure import Measured, Threshold
    from govengine.model.verdict import Outcome

METHOD = "the first rows by SHA-256 of seed and row"
_LARGE = Fraction(1, 20)
"""From this part of the frame on, the sample's size against it counts."""
_SLACK = 1 + 1e-6
"""Tails are a little off, by lgamma's last digits; the doubt goes against any claim."""


def binomial_at_most(failing: int, tested: int, share: float) -> float:
    """The chance of at most `failing` failing rows among `tested`, each failing with a chance of `share`."""
    if failing < 0:
        return 0.0
    if failing >= tested or share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    if failing > tested * share:
        return 1 - binomial_at_most(tested - failing - 1, tested, 1 - share)
    log = _log_choose(tested, failing) + failing * math.log(share) + (tested - failing) * math.log1p(-share)
    return _downwards(failing, log, lambda i: i / (tested - i + 1) * ((1 - share) / share))


def hypergeometric_at_most(failing: int, tested: int, bad: int, frame: int) -> float:
    """The chance of at most `failing` failing rows among `tested` drawn from `frame`, of which `bad` fail."""
    good = frame - bad
    if failing < max(0, tested - good):
        return 0.0
    if failing >= min(tested, bad):
        return 1.0
    if failing * frame > tested * bad:
        return 1 - hypergeometric_at_most(tested - failing - 1, tested, good, frame)
    log = _log_choose(bad, failing) + _log_choose(good, tested - failing) - _log_choose(frame, tested)
    return _downwards(
        failing, log, lambda i: i * (good - tested + i) / ((bad - i + 1) * (tested - i + 1)), max(0, tested - good)
    )


def _downwards(start: int, log: float, ratio: Callable[[int], float], least: int = 0) -> float:
    """The sum of a row of falling terms, of which each follows from the one before."""
    term = total = math.exp(log)
    for i in range(start, least, -1):
        term *= ratio(i)
        total += term
        if term < total * 1e-17:
            break
    return min(total, 1.0)


def _log_choose(whole: int, part: int) -> float:
    return math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)


def limits(failing: int, tested: int, risk: Decimal, frame: int | None = None) -> tuple[float, float]:
    """The least and the greatest share of failing rows that the sample allows, each at `risk`.

    With `frame`, the number of rows drawn from, its size counts; without, it is taken for endless.
    """
    chance = float(risk)
    if frame is not None:
        least, most = failing, frame - (tested - failing)
        low = _first(least, most, lambda bad: _more(failing, tested, bad, frame) * _SLACK > chance)
        high = _last(least, most, lambda bad: hypergeometric_at_most(failing, tested, bad, frame) * _SLACK > chance)
        return low / frame, high / frame
    lower = 0.0 if failing == 0 else _bisect(lambda p: 1 - binomial_at_most(failing - 1, tested, p) < chance)
    upper = 1.0 if failing == tested else _bisect(lambda p: binomial_at_most(failing, tested, p) > chance)
    return lower, upper


def _more(failing: int, tested: int, bad: int, frame: int) -> float:
    """The chance of at least `failing` failing rows."""
    return hypergeometric_at_most(tested - failing, tested, frame - bad, frame)


def _bisect(below: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return high


def _first(least: int, most: int, holds: Callable[[int], bool]) -> int:
    """The least number from `least` for which a condition, true from somewhere on, holds; `most` if none."""
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if holds(middle) else (middle + 1, most)
    return least


def _last(least: int, most: int, holds: Callable[[int], bool]) -> int:
    return _first(least, most + 1, lambda n: not holds(n)) - 1 if holds(least) else least


def proves_within(failing: int, tested: int, limit: Fraction, risk: Decimal, frame: int | None = None) -> bool:
    """Whether the share of failing rows is at most `limit`, but for a chance of `risk`."""
    if limit < 0:
        return False
    if frame is not None:
        bad = math.floor(limit * frame) + 1  # the fewest failing rows that are too many
        return bad > frame or hypergeometric_at_most(failing, tested, bad, frame) * _SLACK <= float(risk)
    return limit >= 1 or binomial_at_most(failing, tested, float(limit)) * _SLACK <= float(risk)


def proves_above(failing: int, tested: int, limit: Fraction, risk: Decimal, frame: int | None = None) -> bool:
    """Whether the share of failing rows is above `limit`, but for a chance of `risk`."""
    if limit >= 1:
        return False
    if frame is not None:
        return _more(failing, tested, math.floor(limit * frame), frame) * _SLACK <= float(risk)
    return (1 - binomial_at_most(failing - 1, tested, float(limit))) * _SLACK <= float(risk)


def _allowed(threshold: Threshold) -> Fraction:
    return 1 - Fraction(threshold.percent) / 100


def _frame(measured: Measured) -> int | None:
    """Rows drawn from, where they count: a large part of them is drawn, and all that were drawn are judged."""
    sample = measured.sample
    assert sample is not None
    large = measured.tested == sample.size and sample.size >= _LARGE * sample.frame
    return sample.frame if large else None


def decide(measured: Measured, threshold: Threshold, risk: Decimal) -> Outcome:
    """Pass, fail or unknown, each claim with a chance of `risk` at most to be wrong.

    Rows that could not be read are counted against either claim. Where some of the rows drawn are not judged, nobody
    knows how many are judged in all: then at least those that were.
    """
    if measured.tested == 0 or measured.sample is None:
        return "unknown"
    tested, unread, allowed = measured.tested, measured.rejected, _allowed(threshold)
    judged = measured.sample.frame if tested == measured.sample.size else tested
    most = allowed * (judged + unread) / judged
    least = most - Fraction(unread, judged)
    if threshold.strict:
        # More than the share must hold, so fewer than so many rows may fail: one fewer where it is a whole number.
        whole = math.ceil(allowed * (judged + unread)) - 1 - unread
        least = Fraction(whole, judged) if _frame(measured) is not None else least
    if proves_within(measured.failing + measured.doubtful, tested, least, risk, _frame(measured)):
        return "pass"
    failing = measured.failing - measured.excusable
    if failing > 0 and proves_above(failing, tested, most, risk, _frame(measured)):
        return "fail"
    return "unknown"


def undecided(measured: Measured, threshold: Threshold, risk: Decimal) -> str:
    """Why a sample is unknown, and what would settle it."""
    if threshold.percent == 100 and measured.failing == 0:
        return "a sample cannot show that every row holds: judge all rows"
    low, high = limits(measured.failing, measured.tested, risk, _frame(measured))
    return f"between {_percent(low)} and {_percent(high)} of rows fail: draw more, or judge all rows"


def evidence(measured: Measured, risk: Decimal) -> dict[str, Any]:
    """How the sample was drawn and what it shows."""
    sample = measured.sample
    assert sample is not None
    held: dict[str, Any] = {"sample": sample.size, "frame": sample.frame, "seed": sample.seed, "method": METHOD}
    if measured.tested:
        low, high = limits(measured.failing, measured.tested, risk, _frame(measured))
        held |= {"failing_at_least": _percent(low), "failing_at_most": _percent(high)}
    return held | {
        "bounds": "binomial" if _frame(measured) is None else "hypergeometric",
        "confidence": f"{(100 * (1 - risk)).normalize():f} %",
        "family_confidence": f"{(100 * max(1 - sample.family_risk, Decimal(0))).normalize():f} %",
    }


def _percent(share: float) -> str:
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    return f"{float(f'{100 * share:.3g}'):.12g} %"
