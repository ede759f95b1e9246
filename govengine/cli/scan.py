"""`govengine scan`: likely personal and card data by column, declared or not, and what to add to the spec."""

from __future__ import annotations

import glob
import json
import os
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govengine.cli.judging import MEMORY_LIMIT, TIMEOUT, as_day, mesh_root, progress
from govengine.detectors.registry import NOT_RECOGNISED, kinds, only_by_name
from govengine.diagnostics.counted import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.answers.scan import Finding, Scan

_SENTENCES = {
    0: "nothing found that the spec does not declare: exit 0",
    1: "likely personal or card data that is not declared, or stands in clear: exit 1",
    2: "something may be, or could not be searched: exit 2",
}
_KINDS = [textwrap.fill(f"{name:<13} {kind}", 74, subsequent_indent=14 * " ") for name, kind in kinds().items()]
_NAMED = " and ".join(only_by_name())
_UNSEEN = f"{', '.join(NOT_RECOGNISED[:-1])} and {NOT_RECOGNISED[-1]}"
_EPILOG = "Looked for:\n\n\b\n{}\n\n{} only where {}; of a mesh, what its council declares as well. {}: {}.".format(
    "\n".join(_KINDS),
    _NAMED,
    "the column's name or the spec says so",
    "Without a form to tell them by, and so never found",
    _UNSEEN,
)


@click.command("scan", epilog=_EPILOG)
@click.argument("subjects", nargs=-1, required=True, metavar="PRODUCT|DATASET-FILE|FOLDER...")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Mesh root (the folder with govengine.yaml). Default: the nearest parent folder that has one.",
)
@click.option("--format", "format_", type=click.Choice(("console", "json")), default="console", show_default=True)
@click.option(
    "--table", "tables", multiple=True, help="Search only this table of a DuckDB file. Default: all. Can be repeated."
)
@TIMEOUT
@MEMORY_LIMIT
def command(
    subjects: tuple[str, ...],
    root: Path | None,
    format_: str,
    tables: tuple[str, ...],
    timeout: float,
    memory_limit: str,
) -> int:
    """Look for personal data, card data and secrets in products (by name or spec) and in files of rows.

    A folder means all files in it, a pattern such as 'data/*.parquet' all files that match. The search includes fields
    of structures, elements of lists, and values in text that is JSON.

    Shows columns, counts and the lines to add to the spec, never a value. Exit codes: 0 nothing undeclared; 1 probable
    data that is not declared, or card data and secrets in clear; 2 data that a person must judge, or that could not be
    searched.
    """
    from govengine.answers.scan import scan
    from govengine.run.session import Reading

    files: list[Path] = []
    others: list[str] = []
    for subject in subjects:
        found_files = _files(subject)
        files += found_files
        others += [] if found_files else [subject]
    mesh = _mesh(root, others)
    with progress() as show:
        reading = Reading(timeout=timeout, memory_limit=memory_limit)
        found = scan(mesh, [_named(s, mesh) for s in others], files, as_day(None), show, reading, tables)
    if found.problem is not None:
        raise click.UsageError(found.problem + (f"; did you mean `{found.near}`?" if found.near else ""))
    click.echo(_json(found) if format_ == "json" else "\n".join(_text(found)))
    return found.exit_code


def _files(subject: str) -> list[Path]:
    """The files of rows that an argument names: itself, those in a folder, those that fit a pattern.

    Raises:
        click.UsageError: a folder holds none.

    """
    path = Path(subject)
    if path.is_file():
        return [] if subject.endswith((".yaml", ".yml")) else [path]
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        if not found:
            raise click.UsageError(f"the folder `{subject}` holds no file")
        return found
    if any(letter in subject for letter in "*?["):
        return sorted(
            Path(p)
            for p in glob.glob(subject, recursive=True)  # noqa: PTH207 - it may be absolute
            if Path(p).is_file()
        )
    return []


def _mesh(root: Path | None, others: list[str]) -> Path | None:
    if not others and root is None:  # files alone, and none of a mesh's own detectors
        return None
    specs = [Path(s) for s in others if Path(s).is_file()]
    if root is None and not specs:
        odd = next((s for s in others if os.sep in s or "." in s), None)
        if odd is not None:
            raise click.UsageError(f"there is no file `{odd}`, and no product has such a name")
    return mesh_root(root, Path.cwd())


def _named(subject: str, mesh: Path | None) -> str:
    """A spec by its path from the mesh root, a product by its name."""
    path = Path(subject)
    if mesh is None or not path.is_file():
        return subject
    return os.path.relpath(path.resolve(), mesh.resolve()).replace(os.sep, "/")


def _json(found: Scan) -> str:
    findings: list[dict[str, object]] = []
    for finding in found.findings:
        shown = finding._asdict()
        shown["lines"] = [{"section": section, "line": line} for section, line in finding.lines]
        findings.append(shown)
    searched = [s._asdict() for s in found.searched]
    told = {
        "searched": searched,
        "findings": findings,
        "looked_for": found.looked_for,
        "not_recognised": NOT_RECOGNISED,
        "exit_code": found.exit_code,
    }
    return json.dumps(told, indent=1)


def _text(found: Scan) -> Iterator[str]:
    from govengine.diagnostics.terminal import visible

    for searched in found.searched:
        name = f"{searched.product}.{searched.dataset}".rstrip(".") if searched.product else searched.dataset
        counts = f"{plural(searched.columns, 'column')}, {plural(searched.rows, 'row')}"
        if searched.rejected:
            counts += f"; {searched.rejected:,} more could not be read"
        if searched.problem is None and not searched.rows:
            counts += "; an empty table proves nothing"
        yield visible(f"{name}: {searched.problem or counts}")
        own = [f for f in found.findings if (f.product, f.dataset) == (searched.product, searched.dataset)]
        for finding in own:
            yield from _finding(finding)
        fields = dict.fromkeys(line for f in own if f.open for section, line in f.lines if section == "spec.governance")
        yield from (visible(f"  spec.governance: {line}") for line in fields)
        if any(f.open and f.unclassified for f in own):
            yield visible(f"  {_unclassified(found)}")
        yield from (visible(f"  `{column}` is not looked into: {why}") for column, why in searched.left)
        if not own and searched.problem is None:
            yield "  nothing found"
        yield ""
    yield _SENTENCES[found.exit_code]
    yield visible(_looked_for(found))


def _unclassified(found: Scan) -> str:
    missing = "where a line above says no `classification`, add it:"
    if not found.levels:
        return f"{missing} no policies were read that could say which"
    return f"{missing} one of {', '.join(found.levels)}; no rule says which"


def _looked_for(found: Scan) -> str:
    always = ", ".join(name for name in found.looked_for if name not in only_by_name())
    return (
        f"looked for: {always}; {_NAMED} where the column's name or the spec says so. "
        f"Without a form to tell them by, and so never found: {_UNSEEN}"
    )


def _finding(finding: Finding) -> Iterator[str]:
    from govengine.diagnostics.terminal import visible

    state = "declared" if finding.declared else "not declared"
    yield visible(f"  {finding.confidence:<8}  {finding.column}: {finding.detector} ({state})")
    yield visible(f"            {finding.words}")
    if not finding.open:
        return
    for section, line in finding.lines:
        if section != "spec.governance":  # one line for all findings stands below them
            yield visible(f"            {section}: {line}")
    if finding.advice:
        yield visible(f"            {finding.advice}")
