"""What `check` and `audit` share: options, progress, writing the report."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from govengine.diagnostics.codes import run
from govengine.report.format import Presentation
from govengine.report.formats import DEFAULT, FORMATS
from govengine.run.session import Outcome, Reading, Request, find_root, judge

if TYPE_CHECKING:
    from govengine.diagnostics.diagnostic import Diagnostic
    from govengine.report.format import Format
    from govengine.run.request import Progress

_SIZE = re.compile(r"[1-9][0-9]{0,8}[KMGT]i?B")
_SHORTEST_SECRET = 16
F = TypeVar("F", bound=Callable[..., object])


def _size(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if not _SIZE.fullmatch(text):
        raise click.BadParameter(
            f"`{text}` is not a valid size; write, for example, 512MB or 4GB", param_hint="--memory-limit"
        )
    return text


TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0.01),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="Time limit for loading one dataset, and for one check of its rows.",
)
MEMORY_LIMIT = click.option(
    "--memory-limit",
    default="4GB",
    show_default=True,
    metavar="SIZE",
    callback=_size,
    help="Memory for rows, for example 512MB. The rest goes to disk.",
)


def options(function: F) -> F:
    """The options that both commands take."""
    for option in reversed(
        (
            click.option(
                "--root",
                type=click.Path(path_type=Path),
                help="Mesh root (the folder with govengine.yaml). Default: the nearest parent folder that has one.",
            ),
            click.option("--domain", help="Judge only products of this domain."),
            click.option("--product", help="Judge only this product (its metadata.name)."),
            click.option("--as-of", "as_of", metavar="YYYY-MM-DD", help="Judge as of this day (UTC). Default: today."),
            click.option(
                "--format",
                "format_",
                type=click.Choice(FORMATS.names()),
                default=DEFAULT,
                show_default=True,
                help="Format of the report.",
            ),
            click.option(
                "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report to this file."
            ),
            click.option(
                "--sample",
                type=click.IntRange(min=1),
                help="Judge N rows of each dataset, and report the confidence. Default: all rows.",
            ),
            click.option("--seed", default="", help="Seed of the sample. The same seed always draws the same rows."),
            TIMEOUT,
            MEMORY_LIMIT,
            click.option(
                "--cache-key",
                type=click.Path(path_type=Path, dir_okay=False),
                metavar="FILE",
                help="Secret that authenticates cached policies (32 bytes or more, mode 0600, outside the checkout). "
                "Default: a key of your own; none when CI is set, so nothing is cached.",
            ),
            click.option(
                "--evidence-key",
                type=click.Path(path_type=Path, dir_okay=False),
                envvar="GOVENGINE_EVIDENCE_KEY",
                metavar="FILE",
                help="File with a secret of the mesh. Only somebody with it and the data can tell which rows the "
                "hashes in the evidence mean. Default: the file that GOVENGINE_EVIDENCE_KEY names.",
            ),
            click.option(
                "--no-evidence",
                is_flag=True,
                help="Count failing rows but collect no evidence about them (faster).",
            ),
            click.option("--verbose", is_flag=True, help="Also list what passes."),
        )
    ):
        function = option(function)
    return function


def run_and_report(
    *,
    root: Path | None,
    paths: tuple[Path, ...],
    domain: str | None,
    product: str | None,
    data: bool,
    as_of: str | None,
    format_: str,
    output: Path | None,
    verbose: bool,
    sample: int | None,
    seed: str,
    timeout: float,
    memory_limit: str,
    cache_key: Path | None = None,
    evidence_key: Path | None = None,
    no_evidence: bool = False,
    changed_files: Path | None = None,
) -> int:
    """Judge, write the report, and give the exit code."""
    day = as_day(as_of)
    # The mesh is never found from a path: a change could bring a mesh of its own, and so its own judge.
    found = mesh_root(root, Path.cwd())
    changed = changed_files is not None
    if changed_files is not None:
        paths = (*paths, *_listed(changed_files))
    written_as = _format(format_, output)
    if output is not None:
        _writable(output)
    _sampling(sample, seed, data=data)
    _authenticated(cache_key, found)
    reading = Reading(sample, seed, timeout, memory_limit, _secret(evidence_key), not no_evidence)
    with progress() as show:
        outcome = judge(Request(found, day, paths, domain, product, data, reading, changed=changed), show)
    text = written_as.write(_presented(outcome, found, verbose, to_terminal=output is None))
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        _write(output, text)
        if format_ != DEFAULT:
            from govengine.report.overview import summary_sentence

            click.echo(f"{summary_sentence(outcome.report)}\nreport: {output}")
    return outcome.report.exit_code


def _listed(file: Path) -> tuple[Path, ...]:
    """The paths in a list of changed files: one a line, or ended by NUL; counted from here or from the checkout's root.

    Raises:
        click.BadParameter: the list cannot be read.

    """
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise click.BadParameter(f"`{file}` cannot be read: {error.strerror}", param_hint="--changed-files") from error
    names = [os.fsdecode(n) for n in data.split(b"\0" if b"\0" in data else b"\n")]
    here = Path.cwd()
    top = next((f for f in (here, *here.parents) if (f / ".git").exists()), here)
    return tuple(_from(here, top, name.rstrip("\r")) for name in names if name.strip())


def _from(here: Path, top: Path, name: str) -> Path:
    """A listed file: git lists from the checkout's root, other tools from the working folder."""
    return top / name if (top / name).exists() or not (here / name).exists() else here / name


def _sampling(sample: int | None, seed: str, *, data: bool) -> None:
    """See that what was said of a sample can mean something.

    Raises:
        click.UsageError: it cannot.

    """
    if seed and sample is None:
        raise click.UsageError("`--seed` has no effect without `--sample`; add `--sample N`")
    if sample is not None and not data:
        raise click.UsageError("`--sample` draws rows and `--no-data` reads none; omit one of them")
    if not seed.isprintable():
        raise click.BadParameter(
            "a seed is text that can be printed, so that a report can show it", param_hint="--seed"
        )


class NoMeshError(click.ClickException):
    """There is no mesh where one was looked for."""

    def __init__(self, start: Path) -> None:
        diagnostic = run.no_mesh(str(start))
        super().__init__(diagnostic.message)
        self._diagnostic = diagnostic

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Say so as all mistakes are said."""
        _say(self._diagnostic)


def mesh_root(root: Path | None, start: Path) -> Path:
    """The mesh that is named, or the one that holds `start`.

    Raises:
        NoMeshError: there is none.

    """
    if root is None:
        found = find_root(start.resolve())
    else:
        found = root.resolve() if (root / "govengine.yaml").is_file() else None
    if found is None:
        raise NoMeshError(root or start)
    return found


def as_day(text: str | None) -> date:
    """The as-of day that `--as-of` names, or today (UTC).

    Raises:
        click.BadParameter: it is no day.

    """
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text) if len(text) == 10 else _no_day(text)
    except ValueError:
        return _no_day(text)


def _secret(file: Path | None) -> bytes:
    """What the file of a secret holds, white space at its ends left out; b"" for none.

    Raises:
        click.BadParameter: it cannot be read, or is too short to be a secret.

    """
    if file is None:
        return b""
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        raise click.BadParameter(f"`{file}` cannot be read: {error.strerror}", param_hint="--evidence-key") from error
    if len(secret) < _SHORTEST_SECRET:
        hint = f"make one of {_SHORTEST_SECRET} bytes or more, such as `openssl rand -hex 32` gives"
        raise click.BadParameter(f"`{file}` holds too few bytes to be a secret; {hint}", param_hint="--evidence-key")
    return secret


def _authenticated(cache_key: Path | None, root: Path) -> None:
    """Take the named key for the cache.

    Raises:
        click.BadParameter: it is no secret key.

    """
    if cache_key is None:
        return
    from govengine.sources.cache_key import CacheKeyError, named_key, use
    from govengine.sources.compile_cache import folder

    try:
        use(named_key(cache_key, root, folder()))
    except CacheKeyError as error:
        raise click.BadParameter(str(error), param_hint="--cache-key") from error


def _no_day(text: str) -> date:
    raise click.BadParameter(f"`{text}` is not a valid day; write, for example, 2027-03-31", param_hint="--as-of")


def _say(diagnostic: Diagnostic) -> None:
    from govengine.diagnostics.render import render

    click.echo(render(diagnostic, {}, "", sys.stderr.isatty()), err=True)


def _format(name: str, output: Path | None) -> Format:
    """The format that is asked for.

    Raises:
        click.UsageError: its file is not finished, or its text is not for the terminal on which it would come out.

    """
    found = FORMATS.get(name)
    if found is None:
        raise click.UsageError(f"`--format {name}` cannot be used: {'; '.join(FORMATS.gaps_of(name))}")
    if output is None and not found.on_terminal and sys.stdout.isatty():
        raise click.UsageError(f"`--format {name}` is not for a terminal; write it to a file with `--output`")
    return found


def _presented(outcome: Outcome, root: Path, verbose: bool, *, to_terminal: bool) -> Presentation:
    prefix = os.path.relpath(root, Path.cwd()).replace(os.sep, "/")
    color = to_terminal and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return Presentation(outcome.report, outcome.texts, "" if prefix == "." else prefix + "/", color, verbose)


def _writable(output: Path) -> None:
    """Find out before the work whether the report can be written after it."""
    from govengine.cli.writing import not_writable

    if not output.parent.is_dir():
        raise click.UsageError(f"the folder `{output.parent}` of `--output` does not exist")
    problem = not_writable(output)
    if problem is not None:
        raise click.UsageError(f"`{output}` cannot be written: {problem}")


def _write(output: Path, text: str) -> None:
    """Whole or not at all: a reader never meets half a report."""
    from govengine.cli.writing import write_whole

    try:
        write_whole(output, text.encode())
    except OSError as error:
        raise click.UsageError(f"`{output}` cannot be written: {error.strerror}") from error


@contextlib.contextmanager
def progress() -> Iterator[Progress]:
    """A line on the terminal that says how far the work is; nothing where there is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _phase, _done, _all: None
        return
    width = 24

    def show(phase: str, done: int, total: int) -> None:
        filled = width * done // max(total, 1)
        sys.stderr.write(f"\r\033[K{phase:<14} {'█' * filled}{'·' * (width - filled)} {done}/{total}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
