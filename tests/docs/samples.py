"""Sample outputs in Markdown pages: what a reader sees after a command is what the command prints.

A page is one session in a new, empty folder. Its blocks run in order:

- ```` ```console ```` : lines that begin with `$ ` are commands, the lines after one are what it prints. A line `…` stands for
  any number of lines that are not shown. A block without a command shows more of what the last one printed.
- ```` ```yaml products/a.yaml ```` (a language and a path): writes the block to that file.
- `<!-- run`, a shell script, `-->`: prepares what the page does not show. `$REPOSITORY` is the root of the repository.

Commands that begin with `$ ` see no colour, no terminal, and no cache.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
OMITTED = "…"

_BLOCK = re.compile(r"^(`{3,})([^`\n]*)\n(.*?)^\1[ \t]*$|^<!-- run\n(.*?)^-->$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"(?:yaml|gov|csv|json|text|python) (\S+[./]\S+)")


class Shown(NamedTuple):
    """A command of a block, or None for the last one before it, and the lines that the page shows of its output."""

    command: str | None
    lines: list[str]


class Session:
    """A page's folder and environment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        dropped = ("GOVENGINE_", "FORCE_COLOR", "COLUMNS", "MAKE", "MFLAGS")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        more = {"GOVENGINE_CACHE": "off", "NO_COLOR": "1", "COLUMNS": "120", "LC_ALL": "C.UTF-8"}
        self._environment = {
            **kept,
            **more,
            "PATH": path,
            "REPOSITORY": str(ROOT),
            "BIN": str(Path(sys.executable).parent),
        }

    def output(self, script: str) -> list[str]:
        """What a script prints on both streams, line by line, without empty lines at the end."""
        done = subprocess.run(
            ["sh", "-c", script], cwd=self._folder, env=self._environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=300, check=False,
        )  # fmt: skip
        return [line.rstrip() for line in done.stdout.rstrip().splitlines()]

    def prepare(self, script: str) -> None:
        """Run a script that must succeed.

        Raises:
            RuntimeError: it failed; the text is what it printed.

        """
        printed = self.output(f"({script}) && echo prepared")
        if printed[-1:] != ["prepared"]:
            raise RuntimeError("\n".join(["a `run` comment failed:", script, *printed]))

    def write(self, path: str, text: str) -> None:
        """Write a file below the folder."""
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def replayed(text: str, folder: Path) -> str:
    """The page with its samples as the commands print them now.

    A sample without `…` becomes the whole output. In others, each run of shown lines becomes the lines of the output that
    are most like it, as many as before.
    """
    session = Session(folder)
    printed: list[str] = []

    def replay(match: re.Match[str]) -> str:
        nonlocal printed
        whole, language, body, script = match[0], match[2], match[3], match[4]
        if script is not None:
            session.prepare(script)
            return whole
        if file := _FILE.fullmatch(language.strip()):
            session.write(file[1], body)
        if language.strip() != "console":
            return whole
        now = []
        for command, lines in _commands(body):
            if command is not None:
                printed = session.output(command)
                now.append(f"$ {command}")
            now += as_printed(lines, printed)
        return f"{match[1]}{language}\n" + "".join(f"{line}\n" for line in now) + match[1]

    return _BLOCK.sub(replay, text)


def _commands(body: str) -> list[Shown]:
    found: list[Shown] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append(Shown(line[2:], []))
        else:
            found = found or [Shown(None, [])]
            found[-1].lines.append(line)
    return found


def as_printed(shown: list[str], printed: list[str]) -> list[str]:
    """The lines that a page should show: those that it shows, as far as they are printed, else those most like them."""
    while shown and not shown[-1]:
        shown = shown[:-1]
    pieces: list[list[str]] = [[]]
    for line in shown:
        if line == OMITTED:
            pieces.append([])
        else:
            pieces[-1].append(line)
    if len(pieces) == 1:
        return printed if shown else []
    found: list[str] = []
    start = 0
    for number, piece in enumerate(pieces):
        first, last = number == 0, number == len(pieces) - 1
        if piece:
            at = _most_like(piece, printed, start, first=first, last=last)
            found += printed[at : at + len(piece)]
            start = at + len(piece)
        if not last:
            found.append(OMITTED)
    return found


def _most_like(piece: list[str], printed: list[str], start: int, *, first: bool, last: bool) -> int:
    """Where in what is printed the lines most like some others begin; the first piece at the top, the last at the end."""
    end = max(start, len(printed) - len(piece))
    if first:
        return 0
    if last:
        return end
    wanted = "\n".join(piece)
    exact = [at for at in range(start, end + 1) if printed[at : at + len(piece)] == piece]
    if exact:
        return exact[0]

    def likeness(at: int) -> float:
        return difflib.SequenceMatcher(None, wanted, "\n".join(printed[at : at + len(piece)]), autojunk=False).ratio()

    return max(range(start, end + 1), key=likeness)
