"""Tables that a caller hands over in memory: data frames of pandas and polars, and whatever speaks Arrow.

They are copied into a table of the run, so that all checks see the same rows and a reader is read once. None of the
libraries is imported here: DuckDB knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from govengine.expectations.sql import identifier, literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govengine.backends.bounded import Bounded

FORMAT = "handed"
"""The format of a dataset whose rows the caller gave."""
_LIBRARIES = ("pandas", "polars", "pyarrow", "duckdb")


class HandedTableError(Exception):
    """A table that cannot be read; the text says why, and quotes none of its values."""


class Digests(NamedTuple):
    """Two digests of the same columns and rows, in whatever order: one to be listed, one for keys of row hashes."""

    listed: bytes
    for_keys: bytes


def columns_of(table: object) -> list[str]:
    """The names of a table's columns.

    Raises:
        HandedTableError: it is no table, two columns have one name, a name is no text, or a column of pandas holds
            values of several types, of which nobody knows what they are to be compared as.

    """
    library = type(table).__module__.partition(".")[0]
    known = library in _LIBRARIES or hasattr(table, "__arrow_c_stream__")
    if not known or isinstance(table, type):
        raise HandedTableError("it is not a data frame of pandas or polars, nor an Arrow table")
    names = _names(table)
    wrong = next((name for name in names if not isinstance(name, str) or not name), None)
    if wrong is not None or not names:
        raise HandedTableError("it has no columns" if not names else "a column has no name, or one that is not text")
    if len({name.casefold() for name in names}) < len(names):
        raise HandedTableError("two of its columns have the same name, or differ only in case")
    if library == "pandas":
        _one_type_each(table)
    return names


def _names(table: object) -> list[Any]:
    if hasattr(table, "collect_schema"):  # polars, lazy ones too
        return list(table.collect_schema().names())
    if hasattr(table, "schema") and hasattr(table.schema, "names"):  # Arrow
        return list(table.schema.names)
    if hasattr(table, "columns"):  # pandas, DuckDB
        return list(table.columns)
    raise HandedTableError("the names of its columns cannot be read")


def _one_type_each(frame: Any) -> None:
    for at, (name, kind) in enumerate(frame.dtypes.items()):
        if str(kind) != "object":
            continue
        column = frame.iloc[:, at]
        types = {type(value) for value in column[column.notna()]}
        if len(types) > 1:
            raise HandedTableError(f"its column `{name}` holds values of several types: give it one")


def load(connection: Bounded, name: str, table: object) -> Digests:
    """Copy a table into one of the run, and take its digests.

    Raises:
        HandedTableError: it cannot be read.
        duckdb.Error: the limits of time or memory are over.

    """
    columns = columns_of(table)
    connection.hand("handed over", table)
    try:
        connection.execute(f"CREATE TABLE {identifier(name)} AS SELECT * FROM {identifier('handed over')}")
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error as error:
        raise HandedTableError("its values cannot be read") from error
    finally:
        connection.take_back("handed over")
    return _digests(connection, name, columns)


def _digests(connection: Bounded, name: str, columns: Sequence[str]) -> Digests:
    """Of the names and types of columns, and of the multiset of rows: rows have no order here."""
    types = connection.execute(f"SELECT * FROM {identifier(name)} LIMIT 0").description
    head = "\n".join(f"{len(str(c[0]))}:{c[0]} {c[1]}" for c in types)
    # Each cell with its length, so that no two rows have one text.
    cells = [f"CAST({identifier(c)} AS VARCHAR)" for c in columns]
    row = " || ".join(f"coalesce(length({cell}) || ':' || {cell}, '-')" for cell in cells)
    rows = f"(SELECT sha256({row}) AS row FROM {identifier(name)})"
    found = connection.one(
        f"SELECT sha256('listed' || {literal(head)} || every), sha256('for keys' || {literal(head)} || every) "
        f"FROM (SELECT coalesce(string_agg(row, '' ORDER BY row), '') AS every FROM {rows})"
    )
    return Digests(*(bytes.fromhex(str(digest)) for digest in found))
