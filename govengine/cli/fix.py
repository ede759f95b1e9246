"""`govengine fix`: the smallest edits of a product's spec that let its rules pass, as a diff or into the file."""

from __future__ import annotations

import codecs
import json
import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govengine.cli.judging import as_day, mesh_root
from govengine.cli.writing import write_whole
from govengine.diagnostics import nearest

if TYPE_CHECKING:
    from govengine.fix import Fixes


@click.command("fix")
@click.argument("product")
@click.option("--rule", metavar="POLICY/RULE", help="Fix only what this rule asks.")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Mesh root (the folder with govengine.yaml). Default: the nearest parent folder that has one.",
)
@click.option("--as-of", metavar="YYYY-MM-DD", help="Judge as of this day (UTC). Default: today.")
@click.option("--write", is_flag=True, help="Make the finished edits in the file, but none that a person must fill in.")
@click.option("--format", "format_", type=click.Choice(("console", "json")), default="console", show_default=True)
def command(product: str, rule: str | None, root: Path | None, as_of: str | None, *, write: bool, format_: str) -> int:
    """Show the smallest edits of PRODUCT's spec that make its blocking rules pass, as one diff.

    Each edit was judged: the rule passes, no verdict of the product gets worse, and no rule stops applying. Only what
    the spec declares is judged; rows are not read. Values that only a person knows are left for you to fill in.

    Exit code 0 if nothing declared blocks (with --write: after the edits); 1 if something does; 2 if the policies or
    the spec cannot be read, or the command line is wrong.
    """
    from govengine.answers.fix import NotFixableError, opened

    mesh = mesh_root(root, Path.cwd())
    try:
        fixer, file, text, rules = opened(mesh, product, as_day(as_of))
    except NotFixableError as error:
        near = nearest(product, error.products)
        raise click.UsageError(str(error) + (f"; did you mean `{near}`?" if near else "")) from error
    if rule is not None and rule not in rules:
        near = nearest(rule, rules)
        raise click.UsageError(f"there is no rule `{rule}`" + (f"; did you mean `{near}`?" if near else ""))
    fixes = fixer.everything(text, rule)
    finished = sum(e.finished for e in fixes.edits)
    if write and finished:
        _write(mesh / file, text, fixes.written)
    shown = _described(fixes, product, _from_here(mesh, file), written=finished if write else 0)
    click.echo(json.dumps(shown, indent=1, ensure_ascii=True) if format_ == "json" else _text(shown))
    open_ = len(fixes.edits) + len(fixes.left) - (finished if write else 0)
    return 1 if open_ else 0


def _from_here(mesh: Path, file: str) -> str:
    return posixpath.normpath(f"{os.path.relpath(mesh, Path.cwd())}/{file}".replace(os.sep, "/"))


def _described(fixes: Fixes, product: str, file: str, *, written: int) -> dict[str, object]:
    from govengine.answers.fix import described

    return {
        "product": product,
        "file": file,
        "diff": fixes.diff_as(file),
        "edits": [{**described(edit), "file": file} for edit in fixes.edits],
        "left": fixes.left,
        "written": written,
    }


def _write(file: Path, judged: str, text: str) -> None:
    """Put the text in the file's place at once; refused where it is no longer what was judged."""
    target = file.resolve()
    held = target.read_bytes()
    if held.decode("utf-8-sig") != judged:
        raise click.UsageError(f"{file.name} changed meanwhile; nothing was written")
    mark = codecs.BOM_UTF8 if held.startswith(codecs.BOM_UTF8) else b""
    try:
        write_whole(target, mark + text.encode())
    except OSError as error:
        raise click.UsageError(f"{file.name} cannot be written: {error.strerror}") from error


def _text(shown: dict[str, Any]) -> str:
    from govengine.diagnostics.terminal import visible

    lines = [visible(line) for line in shown["diff"].split("\n")] if shown["diff"] else []
    finished = [e for e in shown["edits"] if not e["to_fill_in"]]
    to_fill = [e for e in shown["edits"] if e["to_fill_in"]]
    for edits, said in ((finished, "finished"), (to_fill, "with values for you to fill in")):
        if edits:
            settled = sum(len(e["settles"]) for e in edits)
            rules = f"{settled} rule{'s' if settled != 1 else ''}"
            lines += ["", f"{len(edits)} edit{'s' if len(edits) != 1 else ''} {said}, settling {rules}:"]
            lines += [f"  {shown['file']}:{e['line']}  {', '.join(e['settles'])}" for e in edits]
    if shown["edits"]:
        lines += ["", "verified by judging the edited spec: each rule passes, no other verdict gets worse"]
        if to_fill:
            lines.append("what is to be filled in was judged with values that fit; those you fill in are judged anew")
    if shown["left"]:
        lines += [
            "",
            f"{len(shown['left'])} blocking without a known edit (see `govengine explain {shown['product']}`):",
        ]
        lines += [f"  {address}" for address in shown["left"]]
    if shown["written"]:
        lines += ["", f"written: {shown['written']} finished, in {shown['file']}"]
    elif finished:
        lines += ["", "nothing was written; `--write` makes the finished edits"]
    if not shown["edits"] and not shown["left"]:
        lines.append(f"nothing that {shown['product']} declares blocks it; of its rows `govengine check` tells")
    return "\n".join(lines)
