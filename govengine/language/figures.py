"""Percentages and periods that are written as no figure of the language is: where a parser stumbled."""

from __future__ import annotations

import re
from typing import NamedTuple

from govengine.diagnostics import nearest
from govengine.language.grammar import keywords

_LEAD = (
    r"\b(?P<lead>at[ \t]+(?:least|most)|tighten[ \t]+[\w/-]+(?:\[\w+\])?[ \t]+to|never[ \t]+below|with[ \t]+confidence|"
    r"within|every|chance|fixed)[ \t]+"
)
_FIGURE = re.compile(
    _LEAD + r"(?P<figure>(?P<again>at[ \t]+(?:least|most)[ \t]+)?(?P<sign>[<>]=?|==?|-[ \t]*)?[ \t]*"
    r"(?P<number>\d+(?:\.\d+)?)(?P<gap>[ \t]*)(?P<unit>%|[A-Za-z]+)?)"
)
_UNITS = tuple(f"{unit}s" for unit in ("year", "month", "week", "day", "hour", "minute", "second"))
_SHORT = {
    "y": "years", "yr": "years", "yrs": "years", "mo": "months", "w": "weeks", "wk": "weeks", "d": "days", "h": "hours",
    "hr": "hours", "hrs": "hours", "min": "minutes", "mins": "minutes", "s": "seconds", "sec": "seconds",
}  # fmt: skip
_SMALLER = {"years": (12, "months"), "weeks": (7, "days"), "days": (24, "hours"), "hours": (60, "minutes")}
_BEFORE = 200
"""How many characters before the place a figure is looked for."""
_PERCENT = ("percent", "percents", "pct")
_SHARES = ("never below", "with confidence", "chance")


class OddFigure(NamedTuple):
    """Offsets of a figure, why it is none, and what to write instead."""

    start: int
    end: int
    why: str
    write: str


def odd_figure(text: str, at: int) -> OddFigure | None:
    """The figure at `at`, or before it with nothing but white space between, where it is odd."""
    begin = text.rfind("\n", 0, max(at - _BEFORE, 0)) + 1
    for match in _FIGURE.finditer(text, begin):
        if match.start("figure") > at:
            return None
        if at <= match.end("figure") or _nothing_but_a_keyword(text[match.end("figure") : at]):
            told = _odd(match)
            if told is not None:
                return OddFigure(*match.span("figure"), *told)
    return None


def _nothing_but_a_keyword(text: str) -> bool:
    """Whether a parser would have read on: `99 %` takes the next clause's first word for what it divides by."""
    word = text.strip()
    return not word or (word.isalpha() and word in keywords().values())


def _odd(match: re.Match[str]) -> tuple[str, str] | None:
    lead = " ".join(match["lead"].split())
    sign, number, gap, unit = (match["sign"] or "").strip(), match["number"], match["gap"], match["unit"] or ""
    if unit.isalpha() and unit in keywords().values():  # the next clause
        gap = unit = ""
    named = _unit(unit)
    if match["again"]:
        return "which way a setting moves is said where it is declared", f"write `{_said(number, named)}` after `to`"
    if sign == "-":
        if not named:
            return None
        below = "no share is below `0%`" if named == "%" else "no period is shorter than none"
        return below, f"write `{_said(number, named)}`"
    if sign:
        told = f"`{lead}` is the sign" if lead.startswith("at ") else "nothing is compared here"
        return told, f"write `{_said(number, named or unit)}`"
    if named == "%" and unit != "%":
        return "a percentage is written with `%`", f"write `{number}%`"
    if named == "%":
        return ("a percentage has no space before `%`", f"write `{number}%`") if gap else None
    if not unit:
        share = f"{float(number) * 100:g}" if float(number) <= 1 else number
        return ("this is a percentage", f"write `{share}%`") if lead in _SHARES else None
    if not named:
        return None
    if "." in number:
        return "a period counts whole years, months, weeks, days, hours, minutes or seconds", _smaller(number, named)
    whole = (unit if unit.endswith("s") else f"{unit}s") == named
    if whole and gap:
        return None
    told = "a space is missing before the unit" if whole else "the unit is written out, in English"
    return told, f"write `{_said(number, named)}`"


def _unit(unit: str) -> str:
    """The unit that is meant: `%`, a plural, or nothing."""
    if not unit or unit == "%":
        return unit
    if unit.lower() in _PERCENT:
        return "%"
    plural = unit if unit.endswith("s") else f"{unit}s"
    return plural if plural in _UNITS else _SHORT.get(unit.lower(), "") or nearest(unit, _UNITS) or ""


def _said(number: str, unit: str) -> str:
    if unit == "%":
        return f"{number}%"
    return " ".join(filter(None, (number, unit.removesuffix("s") if number == "1" else unit)))


def _smaller(number: str, unit: str) -> str:
    """A period with a point in the next smaller unit, where that is a whole number of it."""
    times, smaller = _SMALLER.get(unit, (0, "days"))
    exact = float(number) * times
    return f"write `{exact:g} {smaller}`" if exact and exact == int(exact) else f"write it in {smaller}"
