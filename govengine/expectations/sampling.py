"""What a sample proves: exact bounds on the share of rows that fail, and three answers instead of two.

A sample is drawn without putting back, so failing rows in it follow the hypergeometric distribution; where it is a
small part of what it is drawn from, the binomial one, which claims no more (Clopper and Pearson's limits). It passes
where the share could be above the limit only with a chance of at most `risk`, fails where it could be within the limit
only with such a chance, and is unknown between.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from govengine.model.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.expectations.measure import Measurement, Question, Sample, Threshold
    from govengine.model.verdict import Outcome

_LARGE = Fraction(1, 20)
"""From this part of the frame on, the sample's size against it counts."""
NOT_ALL = Reason("not all")
ONE_WAY = Reason("only fails")


def binomial_at_most(failing: int, tested: int, share: float, rest: float | None = None) -> float:
    """The chance of at most `failing` failing rows among `tested`, each failing with a chance of `share`.

    `rest` is what remains of 1, for a share so near to 1 that subtracting it would lose digits.
    """
    rest = 1 - share if rest is None else rest
    if failing < 0:
        return 0.0
    if failing >= tested or share <= 0:
        return 1.0
    if rest <= 0:
        return 0.0
    if failing > tested * share:
        return 1 - binomial_at_most(tested - failing - 1, tested, rest, share)
    logs = (math.log(share), math.log1p(-share)) if share < 0.5 else (math.log1p(-rest), math.log(rest))
    log = _log_choose(tested, failing) + failing * logs[0] + (tested - failing) * logs[1]
    return _downwards(failing, log, lambda i: i / (tested - i + 1) * (rest / share))


def binomial_at_least(failing: int, tested: int, share: float) -> float:
    """The chance of at least `failing` failing rows; exact also where it is small, as 1 less the rest would not be."""
    return binomial_at_most(tested - failing, tested, 1 - share, share)


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


def _slack(whole: int) -> float:
    """By how much a tail may be off, by the last digits of logarithms of factorials; the doubt goes against a claim."""
    return 1 + max(1e-6, 1e-14 * math.lgamma(whole + 1))


def limits(failing: int, tested: int, risk: Decimal, frame: int | None = None) -> tuple[float, float]:
    """The least and the greatest share of failing rows that the sample allows, each at `risk`.

    With `frame`, the number of rows drawn from, its size counts; without, it is taken for endless.
    """
    chance = float(risk)
    if frame is not None:
        least, most, slack = failing, frame - (tested - failing), _slack(frame)
        low = _first(least, most, lambda bad: _more(failing, tested, bad, frame) * slack > chance)
        high = _last(least, most, lambda bad: hypergeometric_at_most(failing, tested, bad, frame) * slack > chance)
        return low / frame, high / frame
    lower = 0.0 if failing == 0 else _bisect(lambda p: binomial_at_least(failing, tested, p) < chance)
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
        return bad > frame or hypergeometric_at_most(failing, tested, bad, frame) * _slack(frame) <= float(risk)
    return limit >= 1 or binomial_at_most(failing, tested, float(limit)) * _slack(tested) <= float(risk)


def proves_above(failing: int, tested: int, limit: Fraction, risk: Decimal, frame: int | None = None) -> bool:
    """Whether the share of failing rows is above `limit`, but for a chance of `risk`."""
    if limit >= 1:
        return False
    if frame is not None:
        return _more(failing, tested, math.floor(limit * frame), frame) * _slack(frame) <= float(risk)
    return binomial_at_least(failing, tested, float(limit)) * _slack(tested) <= float(risk)


def _allowed(threshold: Threshold) -> Fraction:
    return 1 - Fraction(threshold.percent) / 100


def _frame(measured: Measurement) -> int | None:
    """Rows drawn from, where they count: a large part of them is drawn, and all that were drawn are judged."""
    sample = measured.sample
    assert sample is not None
    large = measured.tested == sample.size and sample.size >= _LARGE * sample.frame
    return sample.frame if large else None


def decide(measured: Measurement, threshold: Threshold, risk: Decimal) -> Outcome:
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


def decide_one_way(asked: Question, measured: Measurement, threshold: Threshold) -> Outcome:
    """Fail where what was drawn fails, however the rows that were not drawn are; else unknown.

    For what more rows can only make worse: keys that repeat, values of some form.
    """
    assert measured.sample is not None
    rest_holds = measured._replace(tested=measured.sample.frame)
    return "fail" if measured.failing and asked.decide(rest_holds, threshold) == "fail" else "unknown"


def settled_by(measured: Measurement, threshold: Threshold, risk: Decimal) -> int | None:
    """About how many rows would settle it if failing ones stayed as frequent; None where none short of all would."""
    sample = measured.sample
    if sample is None or not measured.tested or measured.excusable or measured.doubtful:
        return None

    def settled(size: int) -> bool:
        tested = max(1, size * measured.tested // sample.size)
        failing = round(Fraction(measured.failing * tested, measured.tested))
        assumed = measured._replace(tested=tested, failing=failing, sample=sample._replace(size=size))
        return decide(assumed, threshold, risk) != "unknown"

    enough = sample.size
    while not settled(enough):
        enough *= 2
        if enough >= sample.frame:
            return None
    size = _first(max(sample.size, enough // 2), enough, settled)
    places = len(str(size)) - 2
    rounded = math.ceil(size / 10**places) * 10**places if places > 0 else size
    return rounded if rounded < sample.frame else None


def undecided(measured: Measurement, threshold: Threshold, risk: Decimal) -> str:
    """Why a sample is unknown, and what would settle it."""
    if threshold.percent == 100 and measured.failing == 0:
        return f"{NOT_ALL.text}: judge all rows"
    low, high = limits(measured.failing, measured.tested, risk, _frame(measured))
    more = settled_by(measured, threshold, risk)
    how = "judge all rows" if more is None else f"at this rate about {more:,} rows settle it; or judge all rows"
    each = f"each limit at {(100 * (1 - risk)).normalize():f} %"
    return f"between {_percent(low)} and {_percent(high, upwards=True)} of rows fail, {each}: {how}"


def drawn(measured: Measurement) -> dict[str, object]:
    """How the sample was drawn, so that somebody else can draw it again."""
    sample = measured.sample
    assert sample is not None
    key = f"the key {', '.join(sample.key)}" if sample.key else "the whole row"
    method = f"the rows of the least SHA-256 of the seed and {key}"
    return {"sample": sample.size, "frame": sample.frame, "seed": sample.seed, "method": method}


def evidence(measured: Measurement, risk: Decimal) -> dict[str, object]:
    """How the sample was drawn and what it shows.

    Each limit holds by itself at the confidence. That of the family is for all claims of the run together.
    """
    sample, held = measured.sample, drawn(measured)
    assert sample is not None
    if measured.tested:
        low, high = limits(measured.failing, measured.tested, risk, _frame(measured))
        held |= {"failing_at_least": _percent(low), "failing_at_most": _percent(high, upwards=True)}
    return held | {
        "bounds": f"{'binomial' if _frame(measured) is None else 'hypergeometric'}, one-sided",
        "confidence": f"{(100 * (1 - risk)).normalize():f} %",
        "family_confidence": family_confidence(sample) if sample.family_risk < 1 else "none promised",
    }


def family_confidence(sample: Sample) -> str:
    """How sure all answers from samples of a run are together, at least."""
    return f"{(100 * max(1 - sample.family_risk, Decimal(0))).normalize():f} %"


def _percent(share: float, *, upwards: bool = False) -> str:
    """A limit in three digits, rounded away from what was seen, so that it claims no more than was shown."""
    exact = Decimal(share) * 100
    if exact in (0, 100):
        return f"{exact:f} %"
    digit = Decimal(1).scaleb(exact.adjusted() - 2)
    rounded = exact.quantize(digit, ROUND_CEILING if upwards else ROUND_FLOOR)
    return f"{rounded.normalize():f} %"
