"""`govengine init`: a small mesh that passes, to begin with."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import click


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def command(directory: Path) -> int:
    """Write a small mesh that passes into DIRECTORY: one domain, one product with data, policies, an overlay.

    Existing files are never overwritten. If any would be, nothing is written.
    """
    written = starter()
    there = [name for name in written if (directory / name).exists()]
    if there:
        more = f", and {len(there) - 1} more of its files" if len(there) > 1 else ""
        raise click.UsageError(f"`{directory / there[0]}` already exists{more}; choose an empty folder")
    for name, content in written.items():
        path = directory / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise click.UsageError(f"`{path}` cannot be written: {error.strerror}") from error
    click.echo(f"`{directory}` contains a mesh with one product. Check it:\n\n  govengine check --root {directory}\n")
    click.echo(
        "Then break something, for example the classification in products/payments/transactions.yaml, and check again."
    )
    return 0


def starter() -> dict[str, bytes]:
    """The files by their paths in the new mesh, sorted."""
    with as_file(files("govengine.starter")) as folder:
        found = [p for p in folder.rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"}]
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(found)}
