"""`govengine impact`: which verdicts a change of policy changes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govengine.cli.judging import as_day, mesh_root, progress

if TYPE_CHECKING:
    from govengine.answers.impact import Impact
    from govengine.diagnostics import Diagnostic, Span


@click.command("impact")
@click.option("--base", required=True, metavar="REF|FOLDER|BUNDLE", help="A git revision, a folder or a policy bundle.")
@click.option("--root", type=click.Path(path_type=Path), help="The mesh: a folder with govengine.yaml.")
@click.option("--data/--no-data", default=True, help="Judge rows too, or specs alone.  [default: data]")
@click.option("--as-of", metavar="YYYY-MM-DD", help="As of this day (UTC); today unless named.")
@click.option(
    "--format", "format_", type=click.Choice(("console", "json", "markdown")), default="console", show_default=True
)
@click.option(
    "--allow-weakening",
    "allow",
    multiple=True,
    metavar="ADDRESS=REASON",
    help="Something that may become weaker, and why. Repeatable; ADDRESS as the report names it.",
)
@click.option("--max-new-failures", "limit", type=click.IntRange(min=0), help="Exit 1 where more failures are new.")
def command(
    base: str, root: Path | None, data: bool, as_of: str | None, format_: str, allow: tuple[str, ...], limit: int | None
) -> int:
    """Show what today's policies change against those of BASE: the mesh of now judged by both.

    Only policies differ: specs, data and govengine.yaml are those of now. Advisory failures are listed and not counted
    by --max-new-failures. Rules that are enforced from a later day are judged as of that day too.

    A rule or control that is gone, a severity, enforcement, setting, threshold or scope that is looser, and whatever
    else is not shown to be as strict as at BASE is listed as weaker, whether a verdict changes today or not.

    Exit code 0; 1 if something is weaker that --allow-weakening does not name, or more failures are new than
    --max-new-failures allows; 2 if that cannot be told.
    """
    from govengine.answers.impact import NoBaseError, impact

    day = as_day(as_of)
    allowed = dict(_allowed(one) for one in allow)
    mesh = mesh_root(root, Path.cwd())
    try:
        with progress() as show:
            found = impact(mesh, base, day, data=data, progress=show, allowed=allowed)
    except NoBaseError as error:
        raise click.UsageError(f"--base: {error}") from error
    _say_mistakes(found, mesh)
    if found.described:
        click.echo(_text(found, format_), nl=False)
        for address in sorted(allowed.keys() - {w["address"] for w in found.described["weaker"]}):
            click.echo(f"--allow-weakening {address}: nothing of that address is weaker", err=True)
        if limit is not None and found.described["summary"]["new_failures"] > limit:
            click.echo(f"more new failures than the {limit} that --max-new-failures lets be", err=True)
        elif limit is not None and any(p["now"] == "undetermined" for p in found.described["products"]):
            click.echo("a product is undetermined now that was not: whether it fails cannot be told", err=True)
    return found.exit_code(limit)


def _allowed(text: str) -> tuple[str, str]:
    """An address and the reason given for it."""
    address, sign, reason = text.partition("=")
    if not sign or not address.strip() or not reason.strip():
        raise click.BadParameter(f"`{text}` needs both: ADDRESS=REASON", param_hint="--allow-weakening")
    return address.strip(), reason.strip()


def _say_mistakes(found: Impact, root: Path) -> None:
    """On standard error, so that what is piped into a comment or a program stays whole."""
    if not found.mistakes:
        return
    from govengine.diagnostics.render import render

    here = os.path.relpath(root, Path.cwd()).replace(os.sep, "/")
    prefix = "" if here == "." else here + "/"
    color = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    texts = {_called(file, found, prefix): text for file, text in found.texts.items()}
    for mistake in found.mistakes:
        click.echo(render(_placed(mistake, found, prefix), texts, "", color) + "\n", err=True)
    whose = "the base's policies" if found.side == "base" else "today's policies"
    click.echo(f"{whose} have mistakes, so what changes cannot be told for certain", err=True)


def _called(file: str, found: Impact, prefix: str) -> str:
    """A file by what it is called where it stands: a mistake of the base is in the base's file, not in today's."""
    return found.named.get(file, prefix + file)


def _placed(mistake: Diagnostic, found: Impact, prefix: str) -> Diagnostic:
    def moved(span: Span) -> Span:
        return span._replace(file=_called(span.file, found, prefix))

    others = tuple(label._replace(span=moved(label.span)) for label in mistake.others)
    return mistake._replace(span=None if mistake.span is None else moved(mistake.span), others=others)


def _text(found: Impact, format_: str) -> str:
    if format_ == "json":
        return json.dumps(found.described, indent=1, ensure_ascii=True) + "\n"
    from govengine.report import impact as report

    if format_ == "markdown":
        return report.markdown(found.described)
    return report.console(found.described, sys.stdout.isatty() and "NO_COLOR" not in os.environ) + "\n"
