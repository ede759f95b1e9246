"""`govengine glossary`: the terms of the policies, with what they mean and where they are used."""

from __future__ import annotations

import posixpath
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govengine.cli.lint import EXIT_CLEAN, EXIT_UNREADABLE, read_policies, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.lint.subject import PolicyText, Subject
    from govengine.report.glossary import Entry


@click.command("glossary")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Mesh root (the folder with govengine.yaml). Default: the nearest parent folder that has one.",
)
def command(paths: tuple[Path, ...], *, root: Path | None) -> int:
    """Print all terms as a Markdown page: title, meaning, and where each is used.

    PATHS are `.gov` files or folders of them. Default: the policies of the mesh that contains the current folder.
    """
    from govengine.lint.subject import Subject
    from govengine.report.glossary import render

    read = read_policies(paths, root, datetime.now(UTC).date())
    if read.mistakes:
        say(read, read.mistakes)
        return EXIT_UNREADABLE
    subject = Subject(read.sources, read.files)
    files = read.sources if read.meant is None else read.meant
    meant = {posixpath.normpath(read.prefix + file) for file in files}
    click.echo(render([e for e in entries(subject, read.prefix) if e.place.rpartition(":")[0] in meant]), nl=False)
    return EXIT_CLEAN


def entries(subject: Subject, prefix: str) -> Iterator[Entry]:
    """Every term of some policies, with its uses in all of them; `prefix` leads to their files."""
    from govengine.report.glossary import Entry

    for block in subject.blocks:
        for term in block.node.terms:
            parameters = ", ".join(p.text for p in term.parameters)
            users = [b for b in subject.blocks if b.terms.get(term.name.text) is term]
            yield Entry(
                term.name.text + (f"({parameters})" if parameters else ""),
                term.title.text,
                subject.text(term.body.span),
                block.name,
                f"{posixpath.normpath(prefix + term.span.file)}:{term.name.span.line}",
                tuple(sorted({a for b in users for a in _rules(b, term.name.text)})),
                tuple(sorted({n for b in users for n in _terms(b, term.name.text)})),
                tuple(sorted({b.name for b in users if _selects(b, term.name.text)})),
            )


def _rules(block: PolicyText, name: str) -> Iterator[str]:
    from govengine.language.syntax import Apart
    from govengine.lint.unused import uses

    for clause in block.clauses():
        if clause.rule is not None and name in {t.name.text for t in uses(clause.expr, block.terms)}:
            yield block.address(clause.rule)
    for rule in block.node.rules:
        duties = {n.text for e in rule.evidence if isinstance(e, Apart) for n in (*e.duties, *e.others)}
        if name in duties:
            yield block.address(rule)


def _terms(block: PolicyText, name: str) -> Iterator[str]:
    from govengine.lint.unused import uses

    for term in block.node.terms:
        if name in {t.name.text for t in uses(term.body, block.terms)}:
            yield term.name.text


def _selects(block: PolicyText, name: str) -> bool:
    from govengine.lint.unused import uses

    return block.when is not None and name in {t.name.text for t in uses(block.when, block.terms)}
