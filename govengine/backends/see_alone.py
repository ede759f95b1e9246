"""Whether a table or view of a DuckDB file can be read from that file alone.

A view is a query, and one that reads other files would do so with the rights of the engine, which at that time still
reads data. So it is bound once in a DuckDB that can reach nothing but its own file.
"""

from __future__ import annotations

import duckdb

from govengine.backends.steady_views import unsteady
from govengine.backends.text_files import TextError
from govengine.expectations.sql import identifier

_MAIN = "main"


def see_alone(file: str, table: str) -> tuple[str, str, bool]:
    """Bind a table or view; `table` is its name in the schema `main`, or `schema.name`.

    Give its schema, its name, and whether it is a view.

    Raises:
        duckdb.Error: it is not there, reaches outside, or the file is no DuckDB file.
        TextError: the name fits two of them, or its rows may be others each time.

    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": 1,
    }
    with duckdb.connect(file, read_only=True, config=config) as alone:
        known = alone.execute(
            "SELECT schema_name, table_name, false FROM duckdb_tables() UNION "
            "SELECT schema_name, view_name, true FROM duckdb_views()"
        ).fetchall()
        names = {(s.lower(), t.lower()): (str(s), str(t), bool(view)) for s, t, view in known}
        meant = [names[at] for at in _readings(table.lower()) if at in names]
        if len(meant) > 1:
            raise TextError(
                f"{len(meant)} of its tables are called so: one has a dot in its name", "rename one of them"
            )
        schema, name, view = meant[0] if meant else (_MAIN, table, False)
        why = unsteady(alone, schema, name)
        if why is not None:
            raise TextError(
                f"it may give other rows each time it is read: {why}", "store the rows that are meant in a table"
            )
        alone.execute(f"SELECT * FROM {identifier(schema)}.{identifier(name)} LIMIT 0")
    return schema, name, view


def _readings(table: str) -> list[tuple[str, str]]:
    """The schemas and names that a name can mean: a name may have dots as well."""
    dots = [i for i, letter in enumerate(table) if letter == "."]
    return [(_MAIN, table), *((table[:i], table[i + 1 :]) for i in dots)]
