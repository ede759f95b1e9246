"""Parquet files that are judged where they lie, without being loaded first.

Loading columns into memory costs more than reading them again, as long as few queries read them. A view over the file
is then all that predicates see; DuckDB may open those very files and nothing else. What loading gave, that all checks
see the same rows, is held in another way: a file that changed meanwhile has given no answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govengine.expectations.measure import Check

_READINGS = 3
"""So many times may each column be read, on the average; above, it is loaded."""


def read_in_place(table: str, columns: int, checks: Iterable[Check]) -> bool:
    """Whether to read a table's columns anew for each query, by how many queries there are.

    One scan answers all checks that only count rows; each of the others is taken to read its columns twice.
    """
    own = scanned = 0
    for check in checks:
        if check.table == table:
            scanned |= check.aggregate is not None
            own += 0 if check.aggregate is not None else 2 * max(len(check.columns), 1)
        own += sum(2 * len(read) for parent, read in check.parents if parent == table)
    return own + scanned * columns <= _READINGS * max(columns, 1)


class InPlace:
    """A view over files: its query, and the files as they were when it was made."""

    __slots__ = ("_before", "files", "query")

    def __init__(self, query: str, files: tuple[str, ...]) -> None:
        self.query, self.files = query, files
        self._before = states(files)

    def changed(self) -> bool:
        """Whether any of the files is another one now, or of other content by size and time."""
        return states(self.files) != self._before


def states(files: tuple[str, ...]) -> list[tuple[int, int, int] | None]:
    """What tells each file from what it was before: its number, size and time; None where it is not there."""
    found: list[tuple[int, int, int] | None] = []
    for file in files:
        try:
            state = Path(file).stat()
        except OSError:
            found.append(None)
            continue
        found.append((state.st_ino, state.st_size, state.st_mtime_ns))
    return found
