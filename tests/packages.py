"""Debian packages that tests need: listed in `.ci/packages.txt`, named by a test with `@pytest.mark.debian("package")`."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

LIST = Path(__file__).parents[1] / ".ci" / "packages.txt"
REQUIRE = "GOVENGINE_REQUIRE_PACKAGES"
"""Environment variable. When it is set, a missing package fails its tests; otherwise they are skipped."""


class BadListError(ValueError):
    """A line of the list that is not `package command # why`."""


def listed(text: str) -> dict[str, str]:
    """Package → the command that shows that it is installed, in the list's order.

    Raises:
        BadListError: a line has no command or no reason, or names a package again.

    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        entry, _, why = line.partition("#")
        words = entry.split()
        if not words:
            continue
        if len(words) != 2 or not why.strip():
            raise BadListError(f"{LIST.name}:{number}: write `package command # why`")
        if words[0] in found:
            raise BadListError(f"{LIST.name}:{number}: `{words[0]}` is already listed")
        found[words[0]] = words[1]
    return found


class Packages:
    """A pytest plugin: skips or fails tests whose packages are missing, and counts them."""

    def __init__(self, commands: dict[str, str], *, required: bool) -> None:
        self._commands = commands
        self._required = required

    @staticmethod
    def default() -> Packages:
        """The plugin for the project's own list."""
        return Packages(listed(LIST.read_text(encoding="utf-8")), required=bool(os.environ.get(REQUIRE)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip or fail a test that needs a missing package."""
        for marker in item.iter_markers("debian"):
            for package in marker.args:
                if package not in self._commands:
                    pytest.fail(f"`{package}` is not listed in .ci/{LIST.name}; add it there", pytrace=False)
                if shutil.which(self._commands[package]) is None:
                    item.user_properties.append(("missing package", package))
                    reason = f"the Debian package `{package}` is not installed (no command `{self._commands[package]}`)"
                    if self._required:
                        pytest.fail(reason, pytrace=False)
                    pytest.skip(reason)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many tests were skipped, and what to install."""
        skipped = terminalreporter.stats.get("skipped", [])
        missing = Counter(v for report in skipped for name, v in report.user_properties if name == "missing package")
        for package, number in sorted(missing.items()):
            tests = "1 test" if number == 1 else f"{number} tests"
            terminalreporter.write_line(f"{tests} skipped: install the Debian package `{package}` to run them")
