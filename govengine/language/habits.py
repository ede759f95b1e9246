"""What people who know SQL or English write in `expect` and `on`, and what it is here: found in the text alone."""

from __future__ import annotations

import re
from typing import NamedTuple


class Habit(NamedTuple):
    """Offsets of what is odd, what it is, and what to write instead."""

    start: int
    end: int
    what: str
    write: str


_START = re.compile(r"\b(?:expect|on)[ \t]+")
_COLUMNS = r"(?P<columns>[A-Za-z_]\w*(?:[ \t]*,[ \t]*[A-Za-z_]\w*)*)"
_SIGNS = r"(?:is[ \t]+)?(?:(?:more|greater|less|fewer)[ \t]+than|over|under|above|below|[<>=]=?|is\b)"
_OF_ROWS = r"rows[ \t]+`[^`]*`|[\w, \t\"]+[ \t]+(?:filled|found[ \t]+in[ \t]+[^\n`]*?)"
_HABITS = tuple(
    (re.compile(pattern, re.IGNORECASE), what, write)
    for pattern, what, write in (
        (
            r"expect[ \t]+rows[ \t]+(?P<odd>(?!as\b|`)[^\n`]*?)(?=[ \t]+at[ \t]+least\b|[ \t]*[}\n]|[ \t]*$)",
            "a predicate without backticks",
            "write rows `{odd}`",
        ),
        (
            r"expect[ \t]+(?P<odd>(?:count|sum|avg|min|max|median)[ \t]*\([^\n)`]*\))",
            "a measure without backticks",
            "write `{odd}` between backticks, then `at least`, `at most` or `equals`",
        ),
        (
            rf"expect[ \t]+`[^`]*`[ \t]+(?:per[ \t]+[\w, \t\"]+?[ \t]+)?(?P<odd>{_SIGNS})",
            "`{odd}` after a measure",
            "write `at least`, `at most` or `equals`",
        ),
        (
            rf"expect[ \t]+{_COLUMNS}[ \t]+(?P<odd>(?:is|are|must[ \t]+be)[ \t]+(?P<word>filled|unique))\b",
            "`{odd}`",
            "write `{columns} {word}`",
        ),
        (
            rf"expect[ \t]+{_COLUMNS}[ \t]+(?P<odd>(?:(?:is|are)[ \t]+)?not[ \t]+(?:null|empty|missing))\b",
            "`{odd}`",
            "write `{columns} filled`",
        ),
        (
            r"expect[ \t]+(?P<odd>[A-Za-z_]\w*[ \t]*(?:[<>=!]=?|<>|(?:between|like|in)\b)[^\n`}]*)",
            "a comparison without backticks",
            "write rows `{odd}`",
        ),
        (
            rf"expect[ \t]+(?:{_OF_ROWS})[ \t]+(?P<odd>at[ \t]+most)\b",
            "`at most` as a threshold",
            "write `at least …`; where only few rows may hold it, turn the condition round",
        ),
        (
            r"expect[ \t]+[\w, \t\"{}.]+?[ \t]found[ \t]+in[ \t]+(?P<odd>[A-Za-z][\w-]*(?:\.\w+)?)(?![\w.(-])",
            "`{odd}` without a column",
            "write in which column, for example `{odd}(id)`",
        ),
        (
            r"\bon[ \t]+(?P<odd>[A-Za-z][\w-]*)(?![\w.-])(?=\s+(?:expect|require|keep|because|finding|fix|\}|$))",
            "`{odd}` without product or dataset",
            "write both, `product.dataset`, as the spec's `interfaces` name them",
        ),
    )
)


def habit(text: str, at: int) -> Habit | None:
    """The habit that the parser stumbled over at `at`, or right before it; None where there is none."""
    starts = [m.start() for m in _START.finditer(text, max(at - 300, 0), at)]
    for start in reversed(starts[-2:]):
        for pattern, what, write in _HABITS:
            match = pattern.match(text, start)
            if match is None or match.start("odd") > at or text[match.end() : at].strip():
                continue
            said = {name: " ".join((value or "").split()) for name, value in match.groupdict().items()}
            return Habit(*match.span("odd"), what.format(**said), write.format(**said))
    return None
