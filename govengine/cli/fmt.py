"""`govengine fmt`: policy files in the one style."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govengine.cli.writing import write_whole
from govengine.diagnostics.codes import spec as codes
from govengine.diagnostics.render import render
from govengine.diagnostics.terminal import visible

if TYPE_CHECKING:
    from govengine.diagnostics import Diagnostic

EXIT_CLEAN, EXIT_CHANGES, EXIT_UNREADABLE = 0, 1, 2
ENDING = ".gov"
_STDIN = "<stdin>"
_SKIPPED = frozenset({"node_modules", "__pycache__"})


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; list the files that are not in the style, and exit with 1 if there are any.",
)
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def command(paths: tuple[Path, ...], *, check: bool, diff: bool) -> int:
    """Format policy files in the one style. Comments stay, and no meaning changes.

    PATHS are `.gov` files or folders of them. Default: all files below the current folder. `-` reads from standard
    input and writes to standard output. A file with mistakes is reported and not changed.

    Exit codes: 0 done; 1 with `--check`, something is not in the style; 2 a file has mistakes or cannot be read; 3
    internal error.
    """
    if Path("-") in paths and len(paths) > 1:
        raise click.UsageError("`-` stands alone: standard input is one file")
    changed, broken = 0, False
    for path in policy_texts(paths):
        found = _formatted(path)
        if found.diagnostics:
            _say(found)
            broken = True
            continue
        changed += found.before != found.after
        if diff:
            click.echo(_difference(found), nl=False)
        elif check and found.before != found.after:
            click.echo(visible(found.name))
        if not check and not diff:
            _keep(found)
    if check or (not diff and changed and paths != (Path("-"),)):
        click.echo(_summary(changed, check=check), err=True)
    if broken:
        return EXIT_UNREADABLE
    return EXIT_CHANGES if check and changed else EXIT_CLEAN


def policy_texts(paths: tuple[Path, ...]) -> list[Path]:
    """The policy files that are meant, each once, in the order in which they are named.

    Raises:
        click.UsageError: a path does not exist, or a folder that is named holds none.

    """
    found: dict[Path, None] = {}
    for path in paths or (Path(),):
        if path == Path("-"):
            found[path] = None
            continue
        if not path.exists():
            raise click.UsageError(f"there is no `{path}`")
        if path.is_file() and path.suffix != ENDING:
            raise click.UsageError(f"`{path}` is no policy file: their names end in `{ENDING}`")
        here = _below(path) if path.is_dir() else [path]
        if not here:
            raise click.UsageError(f"`{path}` holds no `{ENDING}` file")
        found |= dict.fromkeys(here)
    return list(found)


def _below(folder: Path) -> list[Path]:
    """The policy files in a folder and those below it, sorted; hidden folders are passed over."""
    found = []
    for top, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".") and f not in _SKIPPED]
        found += [Path(top) / file for file in files if file.endswith(ENDING)]
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _File:
    """A file before and after; with diagnostics, it stays as it is."""

    path: Path
    name: str
    before: str
    after: str
    diagnostics: tuple[Diagnostic, ...] = ()


def _formatted(path: Path) -> _File:
    from govengine.language.parser import parse
    from govengine.language.printer import formatted
    from govengine.language.printer_meaning import same_meaning
    from govengine.language.source import Source

    name = _STDIN if path == Path("-") else path.as_posix()
    try:
        data = sys.stdin.buffer.read() if name == _STDIN else path.read_bytes()
        before = data.decode("utf-8-sig")
    except OSError as error:
        return _File(path, name, "", "", (codes.unreadable(name, (error.strerror or "it cannot be read").lower()),))
    except UnicodeDecodeError:
        return _File(path, name, "", "", (codes.unreadable(name, "it is not UTF-8"),))
    tree, mistakes = parse(Source(name, before))
    if any(d.level == "error" for d in mistakes):
        return _File(path, name, before, before, mistakes)
    after = formatted(before)
    # The style has no say in what a file means: rather break than write another policy.
    assert same_meaning(tree, parse(Source(name, after))[0]), "the text in the style must mean the same"
    return _File(path, name, data.decode("utf-8"), after)


def _keep(file: _File) -> None:
    """Write a file that changed, whole or not at all; standard input goes to standard output in any case."""
    if file.name == _STDIN:
        click.echo(file.after, nl=False)
        return
    if file.before == file.after:
        return
    try:
        write_whole(file.path, file.after.encode())
    except OSError as error:
        raise click.UsageError(f"`{file.path}` cannot be written: {error.strerror}") from error
    click.echo(visible(file.name))


def _difference(file: _File) -> str:
    import difflib

    before, after = file.before.splitlines(keepends=True), file.after.splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, visible(file.name), visible(file.name))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _say(file: _File) -> None:
    color = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    for diagnostic in file.diagnostics:
        click.echo(render(diagnostic, {file.name: file.before}, "", color) + "\n", err=True)


def _summary(changed: int, *, check: bool) -> str:
    if not changed:
        return "all files are in the style"
    files = "1 file" if changed == 1 else f"{changed} files"
    if not check:
        return f"{files} brought into the style"
    return f"{files} {'is' if changed == 1 else 'are'} not in the style; run `govengine fmt`"
