"""Datasets of several files whose rows know the number of their file, for evidence.

The number stands in a table of its own name; what predicates and queries see is a view without it, so that a
`SELECT DISTINCT *` means the same with and without evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.evidence import FILE
from govengine.expectations.sql import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govengine.backends.bounded import Bounded

_VIRTUAL = "file_index"
"""How DuckDB calls it, where files have no column that is called so."""


def table_of(table: str) -> str:
    """The name of the table that holds the rows of another one, with the number of their file."""
    return f"{table} (files)"


def column(columns: Iterable[str], first: int = 0) -> str | None:
    """SQL for the number of a row's file where it is read; None where columns of the data hide it.

    `first` is the number of the first of the files that are read.
    """
    known = {name.lower() for name in columns}
    return None if known & {_VIRTUAL, FILE} else f"CAST({_VIRTUAL} + {first} AS UINTEGER) AS {identifier(FILE)}"


def create(connection: Bounded, table: str, query: str, *, kind: str = "TABLE") -> None:
    """Create a table, or a view, of the rows of a query that gives the number of the file, and the view without it."""
    whole = identifier(table_of(table))
    connection.execute(f"CREATE {kind} {whole} AS {query}")
    connection.execute(f"CREATE VIEW {identifier(table)} AS SELECT * EXCLUDE ({identifier(FILE)}) FROM {whole}")
