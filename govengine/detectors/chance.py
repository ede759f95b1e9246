"""Whether hits are more than what chance gives."""

from __future__ import annotations

import math
from fractions import Fraction

_EXACT = 300
"""Up to so many candidates the sum is exact; above, in logarithms, to about nine digits."""


def at_least(hits: int, candidates: int, chance: Fraction) -> Fraction | float:
    """The probability that `candidates` independent ones, each a hit with `chance`, give `hits` or more.

    1 where that many are what one expects: the sum is of no use there.
    """
    if hits <= candidates * chance or chance == 1:
        return Fraction(1)
    if candidates <= _EXACT:
        miss = 1 - chance
        terms = (math.comb(candidates, k) * chance**k * miss ** (candidates - k) for k in range(hits, candidates + 1))
        return sum(terms, Fraction(0))
    p = float(chance)
    log = (
        math.lgamma(candidates + 1) - math.lgamma(hits + 1) - math.lgamma(candidates - hits + 1)
        + hits * math.log(p) + (candidates - hits) * math.log1p(-p)
    )  # fmt: skip
    total, term, k = 0.0, 1.0, hits
    while k <= candidates and term > 1e-17 * total:  # terms fall from here: hits are above what is expected
        total += term
        term *= (candidates - k) / (k + 1) * p / (1 - p)
        k += 1
    return math.exp(log + math.log(total)) if log > -700 else 0.0
