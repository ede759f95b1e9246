"""Which columns of a dataset are which: each is judged by its own values, or the dataset is not judged.

DuckDB finds columns whatever their case, and numbers those that differ in nothing else: a rule about the second would
be judged by the values of the first.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from govengine.backends.text_files import TextError, which

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govengine.backends.bounded import Bounded

MOST = 5_000
"""Columns of a dataset; above, planning a question about them takes minutes."""


def one(name: str) -> str:
    """A name as it is known by: the same letters are the same name, however they are composed."""
    return unicodedata.normalize("NFC", name)


def alike(names: Iterable[str]) -> tuple[int, int] | None:
    """The numbers, from 1, of the first two names that differ in case or in how letters are composed, or not at all."""
    seen: dict[str, int] = {}
    for i, name in enumerate(names, 1):
        key = one(one(name).casefold())
        if key in seen:
            return seen[key], i
        seen[key] = i
    return None


def see_apart(names: Iterable[str], of: str = "") -> None:
    """See that columns can be told apart; `of` says of which file they are, if of one of several.

    Raises:
        TextError: two of them are alike, or they are too many.

    """
    names = list(names)
    if len(names) > MOST:
        raise TextError(
            f"it has more than {MOST:,} columns{of}", "store what differs from row to row as rows, or in one structure"
        )
    if alike(names) is not None:
        raise TextError(
            f"two of its columns{of} have the same name, but for case or the form of letters",
            "give each column a name of its own",
        )


def top_names(connection: Bounded, listed: str, files: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    """The names of the columns of Parquet files as they are written, without fields inside of columns.

    One pair a file: which of several it is, in words, and the names. `listed` are the files as SQL.
    """
    rows = connection.execute(f"SELECT file_name, name, num_children FROM parquet_schema({listed})").fetchall()
    by_file: dict[str, list[tuple[str, int]]] = {}
    for file, name, children in rows:
        by_file.setdefault(str(file), []).append((str(name), int(children or 0)))
    found = []
    for i, file in enumerate(files):
        names, inside = [], 0
        for name, children in by_file.get(file, [])[1:]:  # the first is the root
            if inside:
                inside -= 1
            else:
                names.append(name)
            inside += children
        found.append((which(i, files), names))
    return found
