"""Chance that comes out the same on every machine: `random` promises that for `random()` alone, so this is our own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_WORD = (1 << 64) - 1


class Chance:
    """A stream of numbers that depends on its name alone (splitmix64), so that datasets do not shift one another."""

    def __init__(self, name: str) -> None:
        """Start the stream of that name."""
        self._state = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")

    def bits(self) -> int:
        """The next 64 bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _WORD
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
        return mixed ^ (mixed >> 31)

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return (self.bits() * limit) >> 64

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices; one that is listed twice comes twice as often."""
        return choices[self.below(len(choices))]

    def places(self, count: int, rows: int) -> frozenset[int]:
        """`count` different row numbers below `rows`, the first row never among them."""
        found: set[int] = set()
        while len(found) < count:
            found.add(1 + self.below(rows - 1))
        return frozenset(found)
