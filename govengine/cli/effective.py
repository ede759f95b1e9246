"""`govengine effective`: every rule that judges a product, and each setting there, with the chain that set it."""

from __future__ import annotations

import json
import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govengine.cli.judging import as_day, mesh_root
from govengine.diagnostics import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govengine.answers.effective import Effective


@click.command("effective")
@click.argument("product")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Mesh root (the folder with govengine.yaml). Default: the nearest parent folder that has one.",
)
@click.option("--as-of", metavar="YYYY-MM-DD", help="Judge as of this day (UTC). Default: today.")
@click.option("--format", "format_", type=click.Choice(("console", "json")), default="console", show_default=True)
def command(product: str, root: Path | None, as_of: str | None, format_: str) -> int:
    """Show the policy that applies to PRODUCT: its rules, each setting with who set it, and waivers in force."""
    from govengine.answers.effective import effective

    day = as_day(as_of)
    mesh = mesh_root(root, Path.cwd())
    found = effective(mesh, product, day)
    if found.problem is not None:
        near = nearest(product, found.products)
        raise click.UsageError(found.problem + (f"; did you mean `{near}`?" if near else ""))
    shown = _placed(_described(found, product, day), os.path.relpath(mesh, Path.cwd()))
    click.echo(json.dumps(shown, indent=1, ensure_ascii=True) if format_ == "json" else _text(shown))
    return 0


def _described(found: Effective, product: str, day: date) -> dict[str, object]:
    return {
        "product": product,
        "domain": found.domain,
        "as_of": day.isoformat(),
        "policy_digest": found.digest,
        "rules": found.rules,
        "settings": found.settings,
        "waivers": [w for w in found.waivers if w["product"] == product],
    }


def _placed(shown: dict[str, Any], prefix: str) -> dict[str, object]:
    """Files counted from here, so that they can be opened."""
    links = [link for setting in shown["settings"] for link in setting["chain"]]
    for rule in shown["rules"]:
        for places in ("moved_at", "adopted_at"):
            rule[places] = [posixpath.normpath(f"{prefix.replace(os.sep, '/')}/{place}") for place in rule[places]]
    for entry in (*shown["rules"], *links):
        entry["file"] = posixpath.normpath(f"{prefix.replace(os.sep, '/')}/{entry['file']}")
    return shown


def _text(shown: Mapping[str, Any]) -> str:
    lines = [f"{shown['domain']}/{shown['product']}, as of {shown['as_of']}", "", "rules"]
    for rule in shown["rules"]:
        places = f", moved at {', '.join(rule['moved_at'])}" if rule["moved_at"] else ""
        moved = f" (the council: {', '.join(rule['moved'])}{places})" if rule["moved"] else ""
        lines.append(f"  {rule['rule']}  [{rule['severity']}, {rule['enforcement']}]{moved}")
        lines.append(f"    {rule['title']}")
        later = f"; enforced from {rule['from']}" if rule["from"] else ""
        lines.append(f"    {rule['layer']}, {rule['file']}:{rule['line']}; {rule['stands']}{later}")
        if rule["every"]:
            lines.append(f"    every {rule['every']}: rulings count so long; specs and rows are of the day")
        if rule["adopted_at"]:
            lines.append(f"    adopted by the domain, {', '.join(rule['adopted_at'])}")
    lines += ["", "settings"]
    for setting in shown["settings"]:
        lines.append(f"  {setting['setting']}: {setting['direction']} {setting['value']}")
        lines += [f"    {link['layer']}: {link['value']}  {link['file']}:{link['line']}" for link in setting["chain"]]
    if shown["waivers"]:
        lines += ["", "waivers"]
        lines += [f"  {w['status']}: {w['name']} for {w['rule']}, until {w['until']}" for w in shown["waivers"]]
    return "\n".join(lines)
