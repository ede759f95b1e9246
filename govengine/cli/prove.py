"""`govengine prove`: why no domain can weaken a rule of the council."""

from __future__ import annotations

import json
import os
import posixpath
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govengine.cli.judging import as_day, mesh_root
from govengine.diagnostics.counted import plural
from govengine.diagnostics.terminal import paint, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.proof.prove import Proof


@click.command("prove")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Mesh root (the folder with govengine.yaml). Default: the nearest parent folder that has one.",
)
@click.option("--as-of", metavar="YYYY-MM-DD", help="Judge counter-examples as of this day (UTC). Default: today.")
@click.option("--format", "format_", type=click.Choice(("console", "json")), default="console", show_default=True)
def command(root: Path | None, as_of: str | None, format_: str) -> int:
    """Prove for each setting that domains can tighten that tightening it only makes rules stricter.

    If that is not so, it shows a small product that fails, and passes once a domain has moved the setting.

    Exit code 0 if everything is proved; 2, with the mistakes, if not.
    """
    from govengine.proof.prove import prove

    day = as_day(as_of)
    mesh = mesh_root(root, Path.cwd())
    proof = prove(mesh, day)
    prefix = os.path.relpath(mesh, Path.cwd()).replace(os.sep, "/")
    prefix = "" if prefix == "." else prefix + "/"
    if format_ == "json":
        shown = {
            "schema": "govengine-proof/1",
            "proved": proof.exit_code == 0,
            "settings": _placed(proof.settings, prefix),
            "mistakes": [
                {"code": d.code, "message": d.message, "file": d.span.file if d.span else None,
                 "line": d.span.line if d.span else None}
                for d in proof.mistakes
            ],
        }  # fmt: skip
        click.echo(json.dumps(shown, indent=1, ensure_ascii=True))
    else:
        click.echo(_text(proof, prefix, sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return proof.exit_code


def _placed(settings: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    """Files counted from here, so that they can be opened."""
    for setting in settings:
        for entry in (setting, *setting["occurrences"]):
            if "file" in entry:
                entry["file"] = posixpath.normpath(prefix + entry["file"])
    return settings


def _text(proof: Proof, prefix: str, color: bool) -> str:
    from govengine.diagnostics.render import render

    lines: list[str] = []
    for mistake in proof.mistakes:
        lines += [render(mistake, proof.texts, prefix, color), ""]
    for setting in _placed(proof.settings, prefix):
        place = f"  {visible(setting['file'])}:{setting['line']}" if "file" in setting else ""
        lines.append(f"{paint(setting['setting'], 'bold', color)}: {setting['direction']}{place}")
        for occurrence in setting["occurrences"]:
            lines += _occurrence(occurrence, color)
        if not setting["occurrences"]:
            lines.append("  stands nowhere, so moving it changes no verdict")
    count = sum(len(s["occurrences"]) for s in proof.settings)
    unproved = sum(not o["proved"] for s in proof.settings for o in s["occurrences"])
    lines.append("")
    if unproved:
        lines.append(f"unproved in {unproved} of {plural(count, 'place')}: no verdict is given until that is mended")
    elif proof.mistakes:
        lines.append("the policies have other mistakes, so nothing is proved of the whole")
    else:
        lines.append(
            f"proved: {plural(len(proof.settings), 'setting')} in {plural(count, 'place')}; "
            "severity and enforcement of a rule move upward only, by the compiler's check of each `tighten`"
        )
    return "\n".join(lines)


def _occurrence(occurrence: Mapping[str, Any], color: bool) -> list[str]:
    place = f"{visible(occurrence['file'])}:{occurrence['line']}:{occurrence['column']}"
    rule = occurrence["rule"] or "the whole policy"
    word = paint("proved", "pass", color) if occurrence["proved"] else paint("UNPROVED", "fail", color)
    lines = [f"  {word} {place}, {occurrence['clause']} of {rule}", f"    {occurrence['why']}"]
    if occurrence["proved"]:
        return lines
    example = occurrence["counter_example"]
    if example is None:
        return [*lines, f"    no counter-example: {occurrence['no_counter_example']}"]
    after = example["after"].replace("-", " ")
    turn = f"{example['before']} for this product, {after} once a domain writes `{example['overlay']}`"
    lines += [f"    {example['rule']}: {turn}", ""]
    return [*lines, *(f"      {visible(line)}" for line in example["product"].splitlines()), ""]
