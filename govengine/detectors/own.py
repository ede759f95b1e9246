"""Detectors that the council declares: a pattern, a checksum, and how often chance makes a hit."""

from __future__ import annotations

import math
import re
import warnings
from fractions import Fraction
from typing import TYPE_CHECKING

from govengine.detectors.form import ANY, PLAIN, TELLING, Form, every, is_all, matches

if TYPE_CHECKING:
    from govengine.plan.document import PlanDetector

CHECKSUMS: dict[str, tuple[str, Fraction]] = {
    "luhn": ("every second digit from the right doubled, the sum of all digits divisible by 10", Fraction(1, 10)),
    "mod-11": ("digits times 1, 2, 3, … from the right, divisible by 11; a last `X` is 10", Fraction(1, 11)),
    "mod-97": ("ISO 7064: letters as 10 to 35, the number leaves 1 divided by 97", Fraction(1, 97)),
}
"""What each checksum is, and the share of random values that have it."""
_LONGEST = 200
_MOST_TIMES = 100
_MOST_OF_GROUPS = 1000

_DIGITS = (
    "list_reverse(string_split(regexp_replace(d, '[^0-9]', '', 'g') "
    "|| CASE WHEN right(d, 1) IN ('x', 'X') THEN 'X' ELSE '' END, ''))"
)
_FIGURE = "CASE WHEN c = 'X' THEN 10 ELSE ascii(c) - 48 END"
_DOUBLED = "CASE WHEN i % 2 = 1 THEN ascii(c) - 48 ELSE (ascii(c) - 48) * 2 - 9 * CAST(c > '4' AS INTEGER) END"
_PLAIN = "list_reverse(string_split(regexp_replace(d, '[^0-9]', '', 'g'), ''))"
_SIGNS = (
    "list_transform(string_split(regexp_replace(upper(d), '[^0-9A-Z]', '', 'g'), ''), "
    "lambda c: CASE WHEN c <= '9' THEN ascii(c) - 48 ELSE ascii(c) - 55 END)"
)
_VALID = {
    "luhn": f"list_sum(list_transform({_PLAIN}, lambda c, i: {_DOUBLED})) % 10 = 0",
    "mod-11": f"list_sum(list_transform({_DIGITS}, lambda c, i: ({_FIGURE}) * i)) % 11 = 0",
    "mod-97": f"list_reduce({_SIGNS}, lambda a, b: (a * CASE WHEN b > 9 THEN 100 ELSE 10 END + b) % 97, 0) = 1",
}


def unfit(pattern: str) -> str | None:
    """Why a pattern is none that can be searched for in time that grows with the text alone; None where it is one.

    What RE2 and Python understand alike, without groups that capture, and of bounded size.
    """
    if not pattern or len(pattern) > _LONGEST:
        return f"it must have 1 to {_LONGEST} characters"
    if re.search(r"\\[^dwsDWS.\\^$|?*+(){}\[\]/-]", pattern):
        return "after a backslash only a sign, or one of `d`, `w` and `s`, may stand"
    bare = re.sub(r"\\.", "x", pattern)
    if "[[" in bare or not bare.isprintable():
        return "classes like `[[:alpha:]]` and control characters may not stand in it"
    bare = re.sub(r"\[[^\]]*\]", "x", bare)
    if re.search(r"\((?!\?:)", bare):
        return "groups are written `(?:…)`: none captures, looks around or names"
    if re.search(r"[*+]|\{\d*,\}|\{,", bare):
        return "how often a piece stands must be bounded: `{2,8}` instead of `*` and `+`"
    bounds = [int(n) for n in re.findall(r"\{\d+,(\d+)\}", bare)] + [int(n) for n in re.findall(r"\{(\d+)\}", bare)]
    if any(n > _MOST_TIMES for n in bounds):
        return f"a piece may stand {_MOST_TIMES} times at most"
    if "){" in bare and math.prod(bounds) > _MOST_OF_GROUPS:
        return f"a group that is repeated may make {_MOST_OF_GROUPS} pieces at most"
    if "^" in bare or "$" in bare:
        return "it is looked for anywhere in a text: `^` and `$` cannot stand in it"
    try:
        with warnings.catch_warnings():  # what Python may mean by `--` in a class one day does not matter to RE2
            warnings.simplefilter("ignore")
            compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"it is no regular expression: {error}"
    return "it finds the empty text" if compiled.search("") else None


def form(stored: PlanDetector) -> Form:
    """The form that a declared detector looks for. `stored` is as the plan keeps it."""
    pattern = f"(?:{stored['pattern']})"
    # It does not touch other letters and digits. What ends in a sign has no word's edge behind it.
    whole = f"(?:^|[^0-9A-Za-z])({pattern})(?:\\b|$|[^0-9A-Za-z])"
    checksum = stored["checksum"]
    chance = Fraction(stored["chance"]) if stored["chance"] is not None else None
    if chance is None:
        chance = CHECKSUMS[checksum][1] if checksum else ANY
    # CASE, as a whole cell is the common case and words around it would otherwise have to be cut.
    found = f"CASE WHEN {is_all('v', pattern)} THEN [v] ELSE {every('v', whole)} END"
    return Form(
        stored["title"],
        matches("v", pattern),
        found,
        _VALID[checksum] if checksum else "true",
        chance,
        TELLING if stored["chance"] is not None else PLAIN,
        text_only=False,
    )


def named(stored: PlanDetector) -> str:
    """A pattern of what columns are called that hold such values: a name, or a part of one between underscores."""
    names = "|".join(re.escape(n) for n in stored["names"])
    return f"(?i)(?:.*_)?(?:{names})(?:_.*)?" if names else "(?!)"
