"""`govengine audit`: all products, with data."""

from __future__ import annotations

from typing import Any

import click

from govengine.cli.judging import options, run_and_report


@click.command("audit")
@options
def command(**given: Any) -> int:
    """Judge all products of the mesh, with their data."""
    return run_and_report(paths=(), data=True, **given)
