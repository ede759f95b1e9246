"""Figures that are written as none: the message stands at the figure, all of it, and says what to write."""

from __future__ import annotations

import pytest

from govengine.language.parser import parse
from govengine.language.source import Source

ROWS = "on a-b.c expect x filled"


def said(text: str) -> list[tuple[str, str, str | None]]:
    """Code, underlined text and help of each message."""
    lines = text.split("\n")
    return [
        (d.code, lines[d.span.line - 1][d.span.column - 1 : d.span.end_column - 1], d.help)
        for d in parse(Source("x.gov", text))[1]
        if d.span is not None
    ]


def in_rule(clauses: str) -> str:
    return f'policy p "P" {{\n  rule r "R" {{\n    severity low\n    {clauses}\n  }}\n}}\n'


def in_overlay(item: str) -> str:
    return f'overlay p "P" {{\n  {item}\n}}\n'


@pytest.mark.parametrize(
    ("clauses", "figure", "write"),
    [
        (f"{ROWS} at least -1%", "-1%", "write `1%`"),
        (f"{ROWS} at least >99%", ">99%", "write `99%`"),
        (f"{ROWS} at least == 99.5 %", "== 99.5 %", "write `99.5%`"),
        (f"{ROWS} at least 99 %", "99 %", "write `99%`"),
        (f'{ROWS} at least 99 %\n    because "x"', "99 %", "write `99%`"),
        (f"{ROWS} at least 99.9 percent", "99.9 percent", "write `99.9%`"),
        (f'{ROWS} at least 99 pct because "x"', "99 pct", "write `99%`"),
        (f"{ROWS} at least spec.quality.accuracy, never below 0.99", "0.99", "write `99%`"),
        (f"{ROWS} at least spec.quality.accuracy, never below 99", "99", "write `99%`"),
        (f"{ROWS} at least 99% with confidence > 95%", "> 95%", "write `95%`"),
        (f"{ROWS} at least 99% with confidence 0.95", "0.95", "write `95%`"),
        ("on a-b.c expect newest x within 24h", "24h", "write `24 hours`"),
        ("on a-b.c expect newest x within 1day", "1day", "write `1 day`"),
        ("on a-b.c expect newest x within 1.5 days", "1.5 days", "write `36 hours`"),
        ("on a-b.c expect newest x within 0.3 years", "0.3 years", "write it in months"),
        ("on a-b.c expect `sum(x)` equals b.y within -1", "-1", "write `1`"),
        ("on a-b.c expect `sum(x)` equals b.y within -0.5", "-0.5", "write `0.5`"),
        ("every 3 mnths require true", "3 mnths", "write `3 months`"),
    ],
)
def test_in_a_rule(clauses: str, figure: str, write: str) -> None:
    assert said(in_rule(clauses)) == [("GOV113", figure, write)]


@pytest.mark.parametrize(
    ("item", "figure", "write"),
    [
        ("tighten a/b to -3 years", "-3 years", "write `3 years`"),
        ("tighten a/b[low] to -3 years", "-3 years", "write `3 years`"),
        ("tighten a/b to >3 years", ">3 years", "write `3 years`"),
        ("tighten a/b to 3years", "3years", "write `3 years`"),
        ("tighten a/b to 3.5 years", "3.5 years", "write `42 months`"),
        ("tighten a/b to -5%", "-5%", "write `5%`"),
        ("tighten a/b to at least 3 years", "at least 3 years", "write `3 years` after `to`"),
        ("setting x: percent, at least 99 %", "99 %", "write `99%`"),
        ("setting x: period, at most 30d", "30d", "write `30 days`"),
    ],
)
def test_in_an_overlay(item: str, figure: str, write: str) -> None:
    assert said(in_overlay(item)) == [("GOV113", figure, write)]


@pytest.mark.parametrize(
    "clauses",
    [
        f"{ROWS} at least 5 sevrity low",
        f"{ROWS} at least 99% sevrity low",
        "on a-b.c expect `sum(x)` at least -5 sevrity low",
        "on a-b.c expect newest x within 24 hours sevrity low",
        "every 3 months sevrity low",
    ],
)
def test_a_sound_figure_is_not_blamed_for_what_follows(clauses: str) -> None:
    assert said(in_rule(clauses))[0][:2] == ("GOV101", "sevrity")
