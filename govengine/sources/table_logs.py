"""Tables whose files alone are not their rows: a log beside them says which files, and which rows of them, count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class TableFormat(NamedTuple):
    """A format of such tables: what it is called, and what to do. `type` is the interface's type, "" if it has none."""

    type: str
    called: str

    @property
    def help_(self) -> str:
        """What to write instead of the names of its files."""
        export = "export the rows into a folder of their own"
        return f"declare `type: {self.type}`; until that is read, {export}" if self.type else export


DELTA = TableFormat("delta", "a Delta table")
ICEBERG = TableFormat("iceberg", "an Iceberg table")
HUDI = TableFormat("", "a Hudi table")
_LOGS = {"_delta_log": DELTA, ".hoodie": HUDI}


def table_log(files: Iterable[str], folders: Sequence[Path], *, beside: bool) -> TableFormat | None:
    """The format of the table that any of some files is part of.

    It is told by the logs in a file's folder and those above it; without `beside`, only if the file is part of a log
    itself. `folders` are those that data may lie in: above them nothing is looked at.
    """
    seen: dict[Path, TableFormat | None] = {}
    for file in files:
        for folder in Path(file).parents:
            if folder not in seen:
                seen[folder] = _LOGS.get(folder.name) or (_log_beside(folder) if beside else None)
            found = seen[folder]
            if found is not None:
                return found
            if folder in folders:
                break
    return None


def _log_beside(folder: Path) -> TableFormat | None:
    for name, format_ in _LOGS.items():
        if (folder / name).is_dir():
            return format_
    metadata = folder / "metadata"
    if (metadata / "version-hint.text").exists() or any(metadata.glob("*.metadata.json*")):
        return ICEBERG
    return None
