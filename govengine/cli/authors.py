"""`govengine authors`: whether those who changed policies and specs may do so."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from govengine.cli.judging import mesh_root


@click.command("authors")
@click.option("--base", required=True, metavar="REV", help="The git revision before the change.")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Mesh root (the folder with govengine.yaml). Default: the nearest parent folder that has one.",
)
@click.option("--format", "format_", type=click.Choice(("console", "json")), default="console", show_default=True)
def command(base: str, root: Path | None, format_: str) -> int:
    """Check whether the authors of a change own the files that it changes.

    Global policy, govengine.yaml, the public keys that it names and all registers belong to the council's members. A
    domain's overlay and products belong to its owner and stewards. `owners` of govengine.yaml can say otherwise. All
    of this is read as it was at the base. A submodule's new commit is a change of the folder that it stands for, and a
    file that a link leads to is changed under the link's name too. Nobody may approve a waiver in a file that they
    changed, or of a rule that they changed. Exit code 1 if somebody changed or approved what they may not.
    """
    from govengine.evaluate.authorship import breaches
    from govengine.run.schemas import schemas
    from govengine.run.session import Request, judge
    from govengine.sources.authorship import changes_since, owners_at, uncommitted
    from govengine.sources.base_policies import NoBaseError
    from govengine.sources.inputs import Inputs
    from govengine.sources.mesh import read_mesh
    from govengine.sources.people import read_people

    place = mesh_root(root, Path.cwd())
    schema, inputs = schemas().mesh, Inputs(place)
    mesh, _ = read_mesh(inputs, schema)
    if mesh is None:
        raise click.UsageError("`govengine.yaml` cannot be read: `govengine check` says why")
    try:
        changes = changes_since(base, place)
        before = owners_at(base, place, schema)
        open_ = uncommitted(place)
    except NoBaseError as error:
        raise click.UsageError(str(error)) from error
    basis = judge(Request(place, datetime.now(UTC).date(), data=False)).basis
    waivers = basis.book.plan["waivers"] if basis else ()
    rules = {r["address"]: r["place"][0] for r in basis.book.rules} if basis else {}
    if before is None:  # the mesh itself is new, so that nobody owned anything
        click.echo(f"`{base}` holds no mesh: owners are taken from the change itself", err=True)
        people, said = read_people(inputs, mesh)
        if said:
            raise click.UsageError(said[0].message)
    else:
        mesh, people = before
    found = breaches(changes, mesh, waivers, rules, people)
    if format_ == "json":
        listed = [{**b.change._asdict(), "what": b.what, "allowed": list(b.allowed)} for b in found]
        click.echo(json.dumps({"changes": len(changes), "uncommitted": open_, "breaches": listed}, indent=1))
    else:
        for breach in found:
            click.echo(
                f"{breach.change.path}: {breach.what}; changed by {breach.change.author} in {breach.change.commit}"
            )
            if breach.allowed:
                click.echo(f"  may change it: {', '.join(breach.allowed)}")
        if basis is None:
            click.echo("the policies cannot be read, so approvals were not looked at", err=True)
        click.echo(f"{len(changes)} changed files, {len(found)} by somebody who may not")
        if open_:
            click.echo(f"{open_} more with changes that are not committed: nobody's yet, so not looked at", err=True)
    return 1 if found else 2 if basis is None else 0
