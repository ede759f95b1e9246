"""Whether a table or view of a DuckDB file can be read from that file alone.

A view is a query, and one that reads other files would do so with the rights of the engine, which at that time still
reads data. So it is bound once in a DuckDB that can reach nothing but its own file.
"""

from __future__ import annotations

import duckdb

from govengine.expectations.sql import identifier


def see_alone(file: str, table: str) -> None:
    """Bind a table or view.

    Raises:
        duckdb.Error: it is not there, reaches outside, or the file is no DuckDB file.

    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": 1,
    }
    with duckdb.connect(file, read_only=True, config=config) as alone:
        alone.execute(f"SELECT * FROM {identifier(table)} LIMIT 0")
