"""The shape of a text: what kind of letters stand where, and how many. `2026-AB` has the shape `9{4}-A{2}`.

A shape is a function of classes of letters alone, so two texts that differ only within a class have the same one, and
none can be told from it. Letters and digits always carry their count, so that no shape can be read as the text itself.
"""

from __future__ import annotations

import re
from itertools import groupby

KEPT = " .,:;/_@+-"
"""Signs that are shown as they are: they part a text and say nothing of anyone."""
LONGEST = 40
"""Letters of a text that its shape tells of; a longer one ends in `...`."""
_AMOUNT = re.compile(r"[+-]?(9{1,7}|9{0,15}[.,]9{1,6}|9{1,3}([.,]9{3}){1,4}([.,]9{1,6})?)")
_NUMBER = "#"
_OTHER = "*"
_CUT = "..."
_SIGNS = "".join(f"\\{sign}" if sign in "-./+" else sign for sign in KEPT)


def classes(text: str) -> str:
    """SQL: a text with each letter replaced by its class, cut off behind `LONGEST`: one letter more says that it was.

    `A` capital, `a` other letter, `9` digit, of any alphabet; a sign of `KEPT` as it is; `*` anything else.
    """
    made = f"left({text}, {LONGEST + 1})"
    # A class stands for itself from then on: `A` is a capital, `a` a letter, `9` a digit, so no step undoes another.
    for letters, shown in ((r"[\p{Lu}\p{Lt}]", "A"), (r"[\p{Ll}\p{Lm}\p{Lo}]", "a"), (r"\p{Nd}", "9")):
        made = f"regexp_replace({made}, '{letters}', '{shown}', 'g')"
    return f"regexp_replace({made}, '[^Aa9{_SIGNS}]', '{_OTHER}', 'gs')"


def folded(seen: str) -> str:
    """Classes as people read them: runs as counts, `aaa@aa` as `a{3}@a{2}`; a sign that stands once without a count.

    What reads as an amount is `#`: how many digits it has would tell how much it is.
    """
    if _AMOUNT.fullmatch(seen):
        return _NUMBER
    shown = ""
    for letter, run in groupby(seen[:LONGEST]):
        size = len(list(run))
        shown += letter if size == 1 and letter not in "Aa9" else f"{letter}{{{size}}}"
    return shown + (_CUT if len(seen) > LONGEST else "")
