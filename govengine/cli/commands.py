"""The commands: name, group and one line of help of each, without importing any of them.

A command is a file of this folder that holds a click command called `command`, and one record here.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    import click

Group = Literal["author", "steward", "CI", "auditor", "platform"]
"""Who uses a command."""
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
"""In the order in which `--help` shows them."""


class Command(NamedTuple):
    """What `--help` says of a command; its module is imported when the command is called."""

    name: str
    group: Group
    summary: str

    @property
    def module(self) -> str:
        """The module that holds it."""
        return f"govengine.cli.{self.name}"

    def load(self) -> click.Command:
        """The command itself, imported now."""
        command: click.Command = importlib.import_module(self.module).command
        return command


_ALL = (
    Command("check", "CI", "Judge specs and data: the gate on a change."),
    Command("audit", "auditor", "Judge all products with their data."),
    Command("test", "author", "Run the cases of the policies."),
    Command("waivers", "steward", "List waivers and their status; draft a request."),
    Command("explain", "author", "Explain a rule, control, policy, product or code."),
    Command("fix", "steward", "Show or make the smallest edits of a spec that make its rules pass."),
    Command("scan", "steward", "Look for personal and card data, declared or not."),
    Command("effective", "author", "Show the policy that applies to a product."),
    Command("impact", "CI", "Show which verdicts a change of policy changes."),
    Command("prove", "author", "Prove that no domain can weaken a rule."),
    Command("bundle", "author", "Make, show or verify a signed file of the council's policies."),
    Command("authors", "CI", "Check who changed policies and specs."),
    Command("fmt", "author", "Format policy files."),
    Command("lint", "author", "Find policies that probably do not do what was intended."),
    Command("glossary", "author", "Print the terms of the policies and their meanings."),
    Command("init", "author", "Make a small mesh that passes."),
)
COMMANDS: Final[Mapping[str, Command]] = {command.name: command for command in _ALL}
"""All commands by name, in the order in which they are met."""


def of_group(group: Group) -> tuple[Command, ...]:
    """The commands of a group, in the order in which they are met."""
    return tuple(command for command in _ALL if command.group == group)
