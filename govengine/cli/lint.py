"""`govengine lint`: what compiles, and may not do what its author meant."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govengine.cli.fmt import policy_texts
from govengine.cli.judging import as_day
from govengine.diagnostics import nearest
from govengine.diagnostics.codes import spec as spec_codes
from govengine.diagnostics.render import render
from govengine.run.session import Request, find_root, judge
from govengine.sources.mesh import MESH_FILE, why

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from govengine.diagnostics import Diagnostic
    from govengine.language.syntax import File
    from govengine.lint.allowances import Allowance
    from govengine.lint.findings import LintReport
    from govengine.lint.vacuous import Selections

EXIT_CLEAN, EXIT_FINDINGS, EXIT_UNREADABLE = 0, 1, 2


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--root", type=click.Path(path_type=Path), help="Mesh root. Selections are evaluated on its specs.")
@click.option("--only", metavar="NAME", multiple=True, help="Report only this finding. Can be repeated.")
@click.option("--as-of", metavar="YYYY-MM-DD", help="Evaluate selections as of this day (UTC). Default: today.")
@click.option("--format", "format_", type=click.Choice(("console", "json")), default="console", show_default=True)
def command(
    paths: tuple[Path, ...], *, root: Path | None, only: tuple[str, ...], as_of: str | None, format_: str
) -> int:
    """Find policies that compile but probably do not do what their author intended.

    PATHS are `.gov` files or folders of them. Default: the policies of the mesh that contains the current folder, or
    all files below it. To allow a finding, write a comment above it: `// lint: allow NAME - reason`.

    Exit codes: 0 no findings; 1 findings; 2 a file cannot be read; 3 internal error.
    """
    from govengine.lint.findings import ABOUT_ALLOWANCES, NAMES, lint

    for name in only:
        if name not in (*NAMES, *ABOUT_ALLOWANCES):
            near = nearest(name, (*NAMES, *ABOUT_ALLOWANCES))
            raise click.UsageError(f"there is no finding `{name}`" + (f"; did you mean `{near}`?" if near else ""))
    read = read_policies(paths, root, as_day(as_of))
    if read.mistakes:
        say(read, read.mistakes)
        return EXIT_UNREADABLE
    from govengine.lint.subject import Subject

    linted = lint(
        Subject(read.sources, read.files, read.cases),
        found=read.selected,
        said=read.said,
        mesh=read.allowed,
        only=frozenset(only),
    )
    if read.meant is not None:
        kept = tuple(d for d in linted.findings if d.span is None or d.span.file in read.meant)
        linted = replace(linted, findings=kept)
    if format_ == "json":
        click.echo(_as_json(linted, read))
    else:
        _show(linted, read)
    return EXIT_FINDINGS if linted.findings else EXIT_CLEAN


@dataclass(slots=True)
class Read:
    """Policies and what is known of their mesh. Files are named from the mesh root, `prefix` leads there from here.

    `meant` are the files of which findings are shown; None means all.
    """

    prefix: str = ""
    sources: dict[str, Any] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    cases: frozenset[str] | None = None
    selected: Selections | None = None
    said: tuple[Diagnostic, ...] | None = None
    allowed: tuple[list[Allowance], list[Diagnostic]] = field(default_factory=lambda: ([], []))
    meant: frozenset[str] | None = None
    mistakes: tuple[Diagnostic, ...] = ()


def read_policies(paths: tuple[Path, ...], root: Path | None, day: date) -> Read:
    """The policies that are meant, with all that belong to them; `mistakes` where they cannot be read.

    Raises:
        click.UsageError: a path does not exist, holds no policy, or is none of the mesh that `root` names.

    """
    for path in paths:
        if not path.exists():
            raise click.UsageError(f"there is no `{path}`")
    if root is not None and not (root / MESH_FILE).is_file():
        raise click.UsageError(f"there is no `{MESH_FILE}` in `{root}`")
    mesh = root.resolve() if root is not None else find_root(Path.cwd().resolve())
    if mesh is not None:
        read = _of_mesh(mesh, day)
        if not paths:
            return read
        wanted = {p.resolve() for p in policy_texts(paths)} if not any(p == mesh for p in paths) else set()
        meant = {name for name in read.sources if (mesh / name).resolve() in wanted}
        if read.mistakes or len(meant) == len(wanted):
            read.meant = frozenset(meant)
            return read
        if root is not None:
            stray = next(p for p in wanted if p not in {(mesh / n).resolve() for n in read.sources})
            raise click.UsageError(f"`{stray}` is no policy of the mesh in `{root}`")
    return _of_files(policy_texts(paths))


def _of_mesh(root: Path, day: date) -> Read:
    """All policies of a mesh, compiled and tried on its specs."""
    from govengine.lint.vacuous import selected

    prefix = os.path.relpath(root, Path.cwd()).replace(os.sep, "/")
    outcome = judge(Request(root, day, data=False))
    basis = outcome.basis
    read = Read("" if prefix == "." else prefix + "/", texts=dict(outcome.texts))
    errors = [d for d in outcome.report.diagnostics if d.level == "error"]
    if basis is None:
        read.mistakes = tuple(errors)
        return read
    mesh, texts = basis.mesh, outcome.policies.texts
    broken = tuple(d for d in errors if d.span is not None and d.span.file in texts)
    _parse(read, texts)
    if broken or read.mistakes:
        read.mistakes = broken or read.mistakes
        return read
    read.cases = _cases([root / mesh.path("policies")])
    read.said = outcome.report.diagnostics
    products = [s.product for s in basis.specs if s.product is not None]
    if len(products) == len(basis.specs):  # of a spec that cannot be read, nobody knows what selects it
        read.selected = selected(basis.book, products, mesh, day)
    read.allowed = _allowed(mesh)
    return read


def _allowed(mesh: Any) -> tuple[list[Allowance], list[Diagnostic]]:
    from govengine.diagnostics import Span
    from govengine.lint.allowances import of_mesh
    from govengine.lint.findings import NAMES

    entries = mesh.data.get("lint", {}).get("allow", {})
    places = {}
    for name in entries:
        line, column, end = mesh.keys[("lint", "allow", name)]
        places[name] = Span(MESH_FILE, line, column, line, end)
    return of_mesh(entries, places, NAMES)


def _of_files(named: list[Path]) -> Read:
    """Files outside of a mesh: with them, the layer that they stand in, whose terms they may use."""
    from govengine.cases.policies import layer_folder

    folders = {folder for path in named if (folder := layer_folder(path)) is not None}
    known = dict.fromkeys(named)
    around = [p for folder in sorted(folders) for p in sorted(folder.rglob("*.gov"))]
    resolved = {p.resolve() for p in named}
    known |= dict.fromkeys(p for p in around if p.resolve() not in resolved)
    read = Read()
    texts = {}
    for path in known:
        name = os.path.relpath(path, Path.cwd()).replace(os.sep, "/")
        try:
            texts[name] = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            read.mistakes += (spec_codes.unreadable(name, why(error)),)
        except UnicodeDecodeError:
            read.mistakes += (spec_codes.unreadable(name, "it is not UTF-8"),)
    read.texts = texts
    _parse(read, texts)
    read.meant = frozenset(os.path.relpath(p, Path.cwd()).replace(os.sep, "/") for p in named)
    read.cases = _cases(sorted(folders) or sorted({p.absolute().parent for p in named}))
    return read


def _parse(read: Read, texts: dict[str, str]) -> None:
    from govengine.language.parser import parse
    from govengine.language.source import Source

    files = []
    for name, text in sorted(texts.items()):
        source = Source(name, text)
        file, mistakes = parse(source)
        read.sources[name] = source
        files.append(file)
        read.mistakes += tuple(d for d in mistakes if d.level == "error")
    read.files = tuple(files)


def _cases(folders: Iterable[Path]) -> frozenset[str]:
    """The rules that cases below some folders name; `all` names none."""
    from govengine.cases.markdown import CaseError
    from govengine.cases.run import case_files, read_file

    named: set[str] = set()
    for path in (p for folder in folders for p in case_files(folder)):
        try:
            named |= {expected.subject for case in read_file(path) for expected in case.verdicts}
        except CaseError as error:
            raise click.UsageError(f"{error.file}: {error.why}; {error.repair}") from error
    return frozenset(named)


def say(read: Read, diagnostics: Iterable[Diagnostic]) -> None:
    """Say what is wrong, as all mistakes are said."""
    color = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    for diagnostic in diagnostics:
        click.echo(render(diagnostic, read.texts, read.prefix, color) + "\n", err=True)


def _show(linted: LintReport, read: Read) -> None:
    color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for finding in linted.findings:
        click.echo(render(finding, read.texts, read.prefix, color) + "\n")
    count = len(linted.findings)
    found = "no findings" if not count else "1 finding" if count == 1 else f"{count} findings"
    allowed = f", {linted.allowed} allowed" if linted.allowed else ""
    click.echo(f"{found} in {len(read.meant if read.meant is not None else read.sources)} files{allowed}")


def _as_json(linted: LintReport, read: Read) -> str:
    import posixpath

    def described(finding: Diagnostic) -> dict[str, object]:
        span = finding.span
        return {
            "code": finding.code,
            "name": finding.name,
            "message": finding.message,
            "file": posixpath.normpath(read.prefix + span.file) if span else None,
            "line": span.line if span else None,
            "column": span.column if span else None,
            "notes": list(finding.notes),
            "help": finding.help,
        }

    shown = {
        "schema": "govengine-lint/1",
        "findings": [described(f) for f in linted.findings],
        "allowed": linted.allowed,
    }
    return json.dumps(shown, indent=1, ensure_ascii=True)
