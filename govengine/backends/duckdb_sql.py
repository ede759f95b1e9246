"""DuckDB's own parser, for checking predicates without running them."""

from __future__ import annotations

import json

import duckdb


class Parser:
    """Parses statements; opens an in-memory database on first use, with no way out of it."""

    def __init__(self) -> None:
        self._connection: duckdb.DuckDBPyConnection | None = None

    def __call__(self, statement: str) -> dict[str, object]:
        """DuckDB's `json_serialize_sql` of a statement, as a value; mistakes come as `{"error": true, …}`."""
        if self._connection is None:
            self._connection = duckdb.connect(
                ":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
            )
            self._connection.execute("SET enable_external_access=false; SET lock_configuration=true")
        try:
            row = self._connection.execute("SELECT json_serialize_sql(?)", [statement]).fetchone()
        except duckdb.Error as error:
            return {"error": True, "error_message": str(error).split("\n", 1)[0], "position": None}
        assert row is not None
        tree: dict[str, object] = json.loads(row[0])
        return tree
