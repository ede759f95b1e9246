"""`govengine waivers`: how each exception stands, and the draft of a request for one."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govengine.cli.judging import as_day, mesh_root
from govengine.cli.writing import write_whole
from govengine.diagnostics import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.model.verdict import Report

_ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Mesh root (the folder with govengine.yaml). Default: the nearest parent folder that has one.",
)
_AS_OF = click.option("--as-of", metavar="YYYY-MM-DD", help="Judge as of this day (UTC). Default: today.")


@click.group("waivers", invoke_without_command=True)
@_ROOT
@_AS_OF
@click.option("--format", "format_", type=click.Choice(("console", "json")), default="console", show_default=True)
@click.pass_context
def command(context: click.Context, root: Path | None, as_of: str | None, format_: str) -> int:
    """List waivers and rulings, with their status and the days that are left.

    Exit code 0 if all of them have force; 1 if one is void, expired, unused or only a request, or if an approver's key
    cannot be used.
    """
    context.obj = (root, as_of)
    if context.invoked_subcommand is not None:
        return 0
    report = _report(root, as_of)
    broken = [d for d in report.diagnostics if d.name == "bad-approver-key"]
    for key in broken:
        click.echo(f"{key.level}[{key.code}] {key.name}: {key.message}", err=True)
    if format_ == "json":
        click.echo(json.dumps({"as_of": report.as_of, "waivers": [dict(w) for w in report.waivers]}, indent=1))
    else:
        click.echo(_table(report))
    return 1 if broken or any(w["status"] not in ("in-force", "not-yet") for w in report.waivers) else 0


@command.command("request")
@click.argument("rule")
@click.argument("product")
@click.option("--by", default="you@company.com", help="Who requests it.")
@click.option("--days", type=click.IntRange(1, 3660), default=90, show_default=True, help="How many days it lasts.")
@_ROOT
@_AS_OF
@click.pass_context
def request(
    context: click.Context, rule: str, product: str, by: str, days: int, root: Path | None, as_of: str | None
) -> int:
    """Draft the request that a waiver of RULE for PRODUCT takes: one for each element that fails.

    The draft goes to standard output; put it into policies/domains/<domain>/waivers.gov and send the change to the
    council. From there it has no force until the council takes it over.
    """
    report = _report(root or context.obj[0], as_of or context.obj[1])
    verdict = next((v for v in report.verdicts if (v.rule, v.product) == (rule, product)), None)
    if verdict is None:
        rules = sorted({v.rule for v in report.verdicts})
        names = [p.name for p in report.products]
        asked, known = (rule, rules) if rule not in rules else (product, names)
        near = nearest(asked, known)
        hint = f"; did you mean `{near}`?" if near else ""
        raise click.UsageError(f"`{rule}` gives no verdict for `{product}`{hint}")
    if verdict.enforcement == "non-waivable":
        raise click.UsageError(f"`{rule}` is non-waivable: fix the product instead")
    failing = [p for p in verdict.parts if p.outcome == "fail" and p.disposition != "waived"]
    if not failing:
        raise click.UsageError(f"`{rule}` does not fail for `{product}`: there is nothing to except")
    domain = next(p.domain for p in report.products if p.name == product)
    day = date.fromisoformat(report.as_of)
    elements = list(dict.fromkeys(p.element for p in failing))
    for number, element in enumerate(elements, 1):
        click.echo(_draft(rule, f"{domain}/{product}", element, number if len(elements) > 1 else 0, by, day, days))
    return 0


@command.command("sign")
@click.argument("name")
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path), required=True, help="Your private Ed25519 key (PEM)."
)
@click.option("--by", required=True, help="Who approves, as `council.keys` in govengine.yaml names them.")
@click.option("--on", "day", metavar="YYYY-MM-DD", help="Day of the approval. Default: today.")
@click.option("--write", is_flag=True, help="Write the signed waiver into its file instead of printing it.")
@_ROOT
@click.pass_context
def sign(
    context: click.Context, name: str, key_file: Path, by: str, day: str | None, *, write: bool, root: Path | None
) -> int:
    """Approve the request NAME and sign it, so that it has force from the domain's folder.

    A waiver that would have no force is not signed: a wrong approver, your own request, too long a term. A waiver that
    has force but excepts nothing is signed, with a note.
    """
    from govengine.answers.signing import NotSignedError, signed

    place = mesh_root(root or context.obj[0], Path.cwd())
    try:
        key = key_file.read_bytes()
    except OSError as error:
        raise click.UsageError(f"the key `{key_file}` cannot be read") from error
    try:
        made = signed(place, name, by, as_day(day or context.obj[1]), key)
    except NotSignedError as error:
        raise click.ClickException(str(error)) from error
    for note in made.notes(as_day(None)):
        click.echo(f"note: {note}", err=True)
    if not write:
        click.echo(made.text)
        return 0
    try:
        write_whole(place / made.file, made.whole.encode())
    except OSError as error:
        raise click.ClickException(f"`{made.file}` cannot be written") from error
    click.echo(f"{made.file}: `{name}` is approved by {by} and signed", err=True)
    return 0


def _report(root: Path | None, as_of: str | None) -> Report:
    from govengine.run.session import Request, judge

    report = judge(Request(mesh_root(root, Path.cwd()), as_day(as_of))).report
    errors = [d for d in report.diagnostics if d.level == "error" and d.code.startswith(("GOV1", "GOV3", "GOV4"))]
    if not report.verdicts and errors:
        raise click.ClickException(f"the policies cannot be read: {errors[0].code} {errors[0].message}")
    return report


def _by_signature(waiver: Mapping[str, object]) -> str:
    return ", force by signature" if waiver["force"] == "signature" else ""


def _table(report: Report) -> str:
    if not report.waivers:
        return "no waivers"
    lines = []
    for waiver in report.waivers:
        left = waiver["days_left"]
        days = f"{left} days left" if left >= 0 else f"ended {-left} days ago"
        element = f", {waiver['element']}" if waiver["element"] else ""
        lines += [
            f"{waiver['status']}: {waiver['kind']} {waiver['name']}",
            f"  {waiver['rule']} for {waiver['product']}{element}",
            f"  until {waiver['until']}, {days}; approved by {waiver['approved_by'] or 'nobody'}"
            + _by_signature(waiver),
        ]
        if waiver["why"]:
            lines.append(f"  {waiver['why']}")
    return "\n".join(lines)


def _draft(rule: str, product: str, element: str | None, number: int, by: str, day: date, days: int) -> str:
    name = rule.partition("/")[2] + (f"-{number}" if number else "")
    lines: list[Any] = [f"waiver {name} {{", f"  waives    {rule}", f"  product   {product}"]
    if element is not None:
        variable, _, what = element.partition(" ")
        lines.append(f"  for {variable} {json.dumps(what, ensure_ascii=False)}")
    lines += [
        '  reason    "…"',
        f'  requested by "{by}" on {day.isoformat()}',
        f"  until     {(day + timedelta(days=days - 1)).isoformat()}",
        "}",
    ]
    return "\n".join(lines)
