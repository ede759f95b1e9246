"""One form that a detector looks for: where to look, what could be one, what is one, and how often chance makes one."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

PLAIN, TELLING = Fraction(1, 1_000_000), Fraction(1, 1_000)
"""How small the chance of so many hits must be before they are no accident: for bare digits, and for a form that tells
by itself what it is (a separator at its place, a word beside it)."""
MOST_ZEROS = 3
"""How many zeros in front are put back: `000` begins the birth numbers of January to September 2000."""
ANY = Fraction(1)
"""The chance of a form that proves nothing by itself: its hits are never above chance."""


class Form(NamedTuple):
    r"""One way in which values of a kind are written; all SQL.

    `name` says what it is, in the plural. `shape` is a cheap test of a text `v`; `found` gives a list of candidates in
    it, in one spelling each; `valid` tells for a candidate `d` whether it is a hit. `chance` is the share of random
    candidates that are hits, and `risk` how small the chance of the hits seen must be before they fail.

    Where `whole`, a single value means nothing and only the column can look like it: hits that chance explains are no
    hits, and to fail they must be `share` of the candidates. `counted` then counts hits among distinct candidates,
    where that is more than how many are valid. `text_only` forms hold letters or signs and cannot stand in a number.
    `bare` is for values of digits and nothing else: how many, and their pattern. A column of numbers has lost the zeros
    in front of them.
    """

    name: str
    shape: str
    found: str
    valid: str
    chance: Fraction
    risk: Fraction = PLAIN
    whole: bool = False
    share: Fraction = Fraction(1, 2)
    counted: str | None = None
    text_only: bool = True
    bare: tuple[int, str] | None = None

    def of_number(self) -> Form:
        """The form as it is looked for in numbers, with the zeros put back that may be lost."""
        if self.bare is None:
            return self
        length, pattern = self.bare
        padded = f"lpad(v, {length}, '0')"
        shape = f"strlen(v) >= {length - MOST_ZEROS} AND strlen(v) <= {length}"
        return self._replace(shape=shape, found=f"CASE WHEN {is_all(padded, pattern)} THEN [{padded}] END")


def integer(text: str) -> str:
    """SQL for the number that digits make; 19 of them at most."""
    return f"CAST({text} AS UBIGINT)"


def luhn(number: str) -> str:
    """SQL for the Luhn checksum of a number of up to 19 digits; unrolled, as it is several times faster than a list."""
    terms = []
    for place in range(19):
        digit = f"({number} // {10**place}) % 10" if place else f"{number} % 10"
        terms.append(f"({digit})" if place % 2 == 0 else f"(({digit}) * 2 - 9 * CAST(({digit}) > 4 AS UTINYINT))")
    return f"(({' + '.join(terms)}) % 10 = 0)"


def digit(text: str, position: int) -> str:
    """SQL for one digit of a text, counted from 1."""
    return f"(ascii({text}[{position}]) - 48)"


def weighted(text: str, weights: tuple[int, ...]) -> str:
    """SQL for the sum of digits, each with its weight."""
    return "(" + " + ".join(f"{w} * {digit(text, i)}" for i, w in enumerate(weights, 1)) + ")"


def matches(text: str, pattern: str) -> str:
    """SQL for: the pattern is somewhere in a text."""
    return f"regexp_matches({text}, {quoted(pattern)})"


def is_all(text: str, pattern: str) -> str:
    """SQL for: a text is the pattern, from end to end."""
    return f"regexp_full_match({text}, {quoted(pattern)})"


def either(*patterns: str) -> str:
    """A pattern that is any of some others."""
    return "|".join(patterns)


def every(text: str, pattern: str, group: int = 1) -> str:
    """SQL for all places of a text where the pattern is, as a list without gaps."""
    return f"list_filter(regexp_extract_all({text}, {quoted(pattern)}, {group}), lambda d: d <> '')"


def only(candidates: str, condition: str) -> str:
    """SQL for the candidates `d` that meet a condition."""
    return f"list_filter({candidates}, lambda d: {condition})"


def each(candidates: str, expression: str) -> str:
    """SQL for the candidates `d`, rewritten."""
    return f"list_transform({candidates}, lambda d: {expression})"


def alone(pattern: str, found: str, anywhere: str, searched: str) -> str:
    """SQL for the candidates in a text `v`: `found` where all of it is the pattern, else what `searched` finds in it.

    The first is much quicker. `anywhere` is a test that holds wherever `searched` finds anything: it spares calls of
    lambdas, which cost the same for few rows as for many. For a text that is the pattern both must find the same.
    """
    return f"CASE WHEN {is_all('v', pattern)} THEN {found} WHEN {anywhere} THEN {searched} END"


def quoted(text: str) -> str:
    """A pattern as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
