"""Near names for misspelt ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def distance(left: str, right: str) -> int:
    """Edits (insert, delete, replace, swap of neighbours) between two words."""
    previous: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, previous, row = previous, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` was likely meant to be, or None.

    Letters are compared without case and with `-` and `_` alike first; then at most a third of the letters may differ.
    Ties go to the first in alphabetical order.
    """
    names = sorted(set(known))
    plain = _plain(word)
    for name in names:
        if _plain(name) == plain:
            return name
    best, best_distance = None, max(1, len(word) // 3) + 1
    for name in names:
        if abs(len(name) - len(word)) < best_distance:
            edits = distance(plain, _plain(name))
            if edits < best_distance:
                best, best_distance = name, edits
    return best


def _plain(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "").replace(" ", "")
