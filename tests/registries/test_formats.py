"""Every report format is finished, safe to show, and reached from the command line."""

from __future__ import annotations

import re

import click
import pytest

from govengine.cli.commands import COMMANDS
from govengine.model.verdict import Report
from govengine.report.format import Presentation
from govengine.report.formats import DEFAULT, FORMATS
from tests.report.reports import HOSTILE, SOURCES, full, hostile

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def test_every_format_is_finished() -> None:
    assert FORMATS.gaps() == []


def test_the_default_is_one_of_them_and_fits_a_terminal() -> None:
    default = FORMATS.get(DEFAULT)
    assert default is not None
    assert default.on_terminal


def test_no_two_formats_would_write_the_same_golden_file() -> None:
    named = [(f.name, f.ending) for f in FORMATS.all().values()]
    assert len(set(named)) == len(named)
    assert all(re.fullmatch(r"(\.[a-z0-9]+)+", ending) for _, ending in named)
    assert all(re.fullmatch(r"[a-z]+/[a-z0-9.+-]+(; charset=utf-8)?", f.media_type) for f in FORMATS.all().values())


@pytest.mark.parametrize("name", FORMATS.names())
@pytest.mark.parametrize("report", [full(), *map(hostile, HOSTILE)], ids=range(1 + len(HOSTILE)))
def test_a_format_writes_text_that_steers_nothing(name: str, report: Report) -> None:
    """The same text each time, whole lines, and no character in it that a terminal would obey."""
    shown = Presentation(report, SOURCES)
    text = FORMATS.all()[name].write(shown)
    assert text == FORMATS.all()[name].write(shown)
    assert text.endswith("\n")
    assert _CONTROL.findall(text) == []
    text.encode("utf-8")


@pytest.mark.parametrize("command", ["check", "audit"])
def test_the_commands_offer_every_format(command: str) -> None:
    (option,) = (p for p in COMMANDS[command].load().params if p.name == "format_")
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == list(FORMATS.names())
