"""`govengine check`: the gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from govengine.cli.judging import options, run_and_report


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options
@click.option(
    "--changed-files",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE|-",
    help="List of changed files, one path a line, as `git diff --name-only` prints it. Judges what they touch and "
    "counts the others. Exit code 0 if none of them is part of the mesh.",
)
@click.option("--no-data", is_flag=True, help="Judge only specs. Clauses about rows are listed as not run.")
def command(paths: tuple[Path, ...], *, no_data: bool, **given: Any) -> int:
    """Judge specs, and the data of every dataset that can be reached.

    PATHS are specs, folders of specs or data files. A policy file, a register, a folder with policies, or
    govengine.yaml means every product. Files that are not part of the mesh, and deleted ones, are counted.
    Default: the whole mesh. The mesh is that of --root or of the working folder, never of a path.
    """
    return run_and_report(paths=paths, data=not no_data, **given)
