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
@click.option(
    "--base",
    required=True,
    metavar="REF|FOLDER|BUNDLE",
    help="What to compare with: a git revision, a folder of policies or a policy bundle.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Mesh root (the folder with govengine.yaml). Default: the nearest parent folder that has one.",
)
@click.option("--data/--no-data", default=True, help="Judge rows too, or only specs.  [default: data]")
@click.option("--as-of", metavar="YYYY-MM-DD", help="Judge as of this day (UTC). Default: today.")
@click.option(
    "--format", "format_", type=click.Choice(("console", "json", "markdown")), default="console", show_default=True
)
@click.option(
    "--allow-weakening",
    "allow",
    multiple=True,
    metavar="ADDRESS=REASON",
    help="Something that may become weaker, and the reason. ADDRESS is as in the report. Can be repeated.",
)
@click.option(
    "--max-new-failures", "limit", type=click.IntRange(min=0), help="Exit with 1 if there are more new failures."
)
def command(
    base: str, root: Path | None, data: bool, as_of: str | None, format_: str, allow: tuple[str, ...], limit: int | None
) -> int:
    """Show which verdicts change from the policies of BASE to the current ones.

    Both judge the current mesh: specs, data and govengine.yaml are the same. Advisory failures are listed, but
    --max-new-failures does not count them. Rules that are enforced from a later day are also judged as of that day.

    Anything that is not proved to be as strict as at BASE is listed as weaker, even if no verdict changes today: a
    removed rule or control, or a looser severity, enforcement, setting, threshold or scope.

    Exit codes: 0 done; 1 something is weaker that --allow-weakening does not name, or there are more new failures
    than --max-new-failures allows; 2 the comparison is not possible.
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
            click.echo(f"there are more new failures than the {limit} that --max-new-failures allows", err=True)
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
