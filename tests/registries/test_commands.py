"""Each command has one record, and each record a command: what is missing is named."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from govengine import cli
from govengine.cli.commands import COMMANDS, GROUPS, of_group
from govengine.cli.main import HEADINGS
from govengine.cli.main import cli as group

_HOLDS_ONE = re.compile(r"^(?:def command\(|command\b.*=)", re.MULTILINE)


def test_every_command_of_the_folder_has_a_record() -> None:
    files = {p.stem for p in Path(cli.__path__[0]).glob("*.py") if _HOLDS_ONE.search(p.read_text(encoding="utf-8"))}
    assert files - COMMANDS.keys() == set(), "commands without a record in cli/commands.py"
    assert COMMANDS.keys() - files == set(), "records without a file"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_record_says_what_help_needs(name: str) -> None:
    record = COMMANDS[name]
    command = record.load()
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help, f"`{name}` has no docstring"
    assert record.summary.endswith("."), f"the summary of `{name}` is no sentence"
    assert "\n" not in record.summary
    assert record.group in GROUPS


def test_every_command_is_in_one_group() -> None:
    assert sorted(c.name for g in GROUPS for c in of_group(g)) == sorted(COMMANDS)


def test_help_shows_every_command_once_under_its_group() -> None:
    shown = CliRunner().invoke(group, ["--help"]).output
    for g in GROUPS:
        own = [c.name for c in of_group(g)]
        if own:
            section = shown.partition(f"\n{HEADINGS[g]}:\n")[2].partition("\n\n")[0]
            assert re.findall(r"^  ([a-z]+)", section, re.MULTILINE) == own


def test_the_command_line_takes_its_commands_from_the_registry() -> None:
    context = click.Context(group)
    assert group.list_commands(context) == list(COMMANDS)
    assert group.get_command(context, "no-such-command") is None
