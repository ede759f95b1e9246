"""`govengine check`: the gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from govengine.cli.judging import options, run_and_report


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options
@click.option("--no-data", is_flag=True, help="Judge only specs. Clauses about rows are listed as not run.")
def command(paths: tuple[Path, ...], *, no_data: bool, **given: Any) -> int:
    """Judge specs, and the data of every dataset that can be reached.

    PATHS are specs or folders of specs. A policy file, a folder with policies, or govengine.yaml means every product.
    Default: the whole mesh.
    """
    return run_and_report(paths=paths, data=not no_data, **given)
