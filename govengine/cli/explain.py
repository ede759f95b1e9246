"""`govengine explain`: what a rule, a control, a policy, a product or a code is about, and how it stands."""

from __future__ import annotations

import json
import os
import posixpath
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govengine.cli.judging import as_day, mesh_root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.answers.explain import Explanation

_CODE = re.compile(r"GOV\d{3}")
_WIDTH = 100


@click.command("explain")
@click.argument("subject", nargs=-1, required=True)
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Mesh root (the folder with govengine.yaml). Default: the nearest parent folder that has one.",
)
@click.option("--as-of", metavar="YYYY-MM-DD", help="Judge as of this day (UTC). Default: today.")
@click.option("--no-data", is_flag=True, help="Judge only specs.")
@click.option("--product", metavar="NAME", help="Show only this product.")
@click.option("--format", "format_", type=click.Choice(("console", "json")), default="console", show_default=True)
def command(
    subject: tuple[str, ...], root: Path | None, as_of: str | None, *, no_data: bool, product: str | None, format_: str
) -> int:
    """Explain a rule (pci-dss/idle-access), a control (PCI-DSS 8.2.6), a policy, a product, or a code (GOV201).

    Shows what is asked, by whom, why, the current verdicts, and what to fix. For a rule and a product it shows the
    smallest known edit of the spec that settles it, judged before it is shown.
    """
    name = " ".join(subject)
    if _CODE.fullmatch(name):
        return _code(name)
    from govengine.answers.explain import explain
    from govengine.run.request import Request

    mesh = mesh_root(root, Path.cwd())
    found = explain(Request(mesh, as_day(as_of), data=not no_data), name, product=product)
    if found.problem is not None:
        raise click.UsageError(found.problem + (f"; did you mean `{found.near}`?" if found.near else ""))
    prefix = os.path.relpath(mesh, Path.cwd()).replace(os.sep, "/")
    for standing in found.standings:
        if standing["file"]:
            standing["file"] = posixpath.normpath(f"{prefix}/{standing['file']}")
        if standing.get("edit"):
            standing["edit"]["file"] = posixpath.normpath(f"{prefix}/{standing['edit']['file']}")
    if format_ == "json":
        shown = {"kind": found.kind, "name": found.name, "facts": found.facts, "standings": found.standings}
        click.echo(json.dumps(shown, indent=1, ensure_ascii=True))
    else:
        click.echo(_text(found))
    return 0


def _text(found: Explanation) -> str:
    from govengine.diagnostics.terminal import visible

    width = max(len(word) for word, _ in found.facts)
    lines = [f"{found.kind} {visible(found.name)}", ""]
    for word, said in found.facts:
        wrapped = textwrap.wrap(visible(said), _WIDTH - width) or [""]
        lines += [f"  {word:<{width}}  {wrapped[0]}", *(f"  {'':<{width}}  {rest}" for rest in wrapped[1:])]
    open_ = [s for s in found.standings if s["outcome"] not in ("pass", "not-applicable", "not-run")]
    counted: dict[str, int] = {}
    for standing in found.standings:
        counted[standing["outcome"]] = counted.get(standing["outcome"], 0) + 1
    if counted:
        lines += ["", "  stands: " + ", ".join(f"{n} {outcome}" for outcome, n in sorted(counted.items()))]
    for standing in open_:
        lines += _standing(standing, found.kind, visible)
    return "\n".join(lines)


def _standing(standing: dict[str, Any], kind: str, visible: Any) -> list[str]:
    subject = standing["rule"] if kind == "product" else f"{standing['product']}, {standing['rule']}"
    subject = standing["product"] if kind == "rule" else subject
    more = f" (and {standing['more']} more)" if standing["more"] else ""
    lines = ["", f"  {standing['outcome']}: {visible(subject)}", f"    {visible(standing['said'])}{more}"]
    if standing["file"]:
        lines.append(f"    --> {visible(standing['file'])}:{standing['line']}")
    if standing["fix"]:
        lines.append(f"    fix: {visible(standing['fix'])}")
    if standing.get("edit"):
        lines += ["    " + line for line in edit_lines(standing["edit"], visible)]
    return lines


def edit_lines(edit: Mapping[str, Any], visible: Any) -> list[str]:
    """An edit for people: where, the lines of its diff, and what judging it showed."""
    count = len(edit["settles"])
    verified = f"verified: {count} rule{'s pass' if count != 1 else ' passes'}, none gets worse"
    if edit["to_fill_in"]:
        fields = f"{edit['to_fill_in']} of {edit['fields']} values are" if edit["fields"] > 1 else "the value is"
        verified = f"{fields} for you to fill in; {verified} with values that fit"
    lines = [f"smallest edit: {visible(edit['file'])}:{edit['line']}"]
    lines += ["  " + visible(line) for line in edit["diff"].split("\n")[2:]]
    lines.append(f"  {verified}")
    return lines + [f"    {visible(address)}" for address in edit["settles"] if address != edit["rule"]]


def _code(code: str) -> int:
    from importlib.resources import files

    page = files("govengine").joinpath("errors", f"{code}.md")
    if not page.is_file():
        page = Path(__file__).parents[2] / "docs/errors" / f"{code}.md"  # in a checkout
    if not page.is_file():
        raise click.UsageError(f"there is no code `{code}`")
    click.echo(page.read_text(encoding="utf-8").rstrip())
    return 0
