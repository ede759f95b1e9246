"""Whether a view of a DuckDB file gives the same rows each time it is asked.

A view is a query. One that reads the clock, rolls dice or draws a sample would give another verdict in each run, so its
text is parsed, with those of the views and macros that it names, and every function is looked up in DuckDB's catalogue.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

_BODY = re.compile(r"\bAS\b", re.IGNORECASE)
_CLOCK = frozenset(("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"))
"""Words that DuckDB's parser takes for columns, and its binder for the clock."""
_TABLE_FUNCTIONS = frozenset(
    ("range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree", "query_table")
)
"""Functions in FROM whose rows hang on their arguments alone; the catalogue does not say so of any."""
_FILES = re.compile("read_|parquet_scan|glob|sniff_")
"""Functions that reach other files, which binding the view refuses with better words."""
_ONE_ARGUMENT = frozenset(("age",))
"""Functions that read the clock when they have one argument."""


def unsteady(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> str | None:
    """What makes a view or table another one each time, as "it calls `random`"; None where nothing does.

    What cannot be parsed is unsteady too. `connection` is one to the file that holds it. Of a table, columns that are
    computed when they are read count.
    """
    texts = {
        str(view).lower(): str(sql)
        for view, sql in connection.execute("SELECT view_name, sql FROM duckdb_views()").fetchall()
    }
    macros: dict[str, list[str]] = {}
    for macro, text in connection.execute(
        "SELECT function_name, macro_definition FROM duckdb_functions() WHERE macro_definition IS NOT NULL"
    ).fetchall():
        macros.setdefault(str(macro).lower(), []).append(str(text))
    computed: dict[str, list[str]] = {}
    for table, text in connection.execute(
        "SELECT table_name, generation_expression FROM duckdb_columns() WHERE is_generated"
    ).fetchall():
        computed.setdefault(str(table).lower(), []).append(str(text))
    row = connection.execute(
        "SELECT sql FROM duckdb_views() WHERE schema_name = ? AND view_name = ?", [schema, name]
    ).fetchone()
    volatile = frozenset(
        str(function).lower()
        for (function,) in connection.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT' AND function_name "
            "NOT IN (SELECT function_name FROM duckdb_functions() WHERE stability = 'CONSISTENT')"
        ).fetchall()
    )
    waiting, seen = [str(row[0])] if row else list(computed.get(name.lower(), ())), set[str]()
    while waiting:
        text = waiting.pop()
        if text in seen:
            continue
        seen.add(text)
        tree = _parsed(connection, text)
        if tree is None:
            return "its text, or that of a view or macro that it names, cannot be parsed"
        for kind, named, arguments in _names(tree):
            if kind == "sample":
                return "it draws a sample"
            if kind == "column":
                if named in _CLOCK:
                    return f"it reads `{named}`"
                continue
            if kind == "table":
                waiting += [texts[named]] if named in texts else computed.get(named, [])
                continue
            if named in volatile or (named in _ONE_ARGUMENT and arguments == 1):
                return f"it calls `{named}`"
            if kind == "rows" and not (named in _TABLE_FUNCTIONS or named in macros or _FILES.match(named)):
                return f"it reads from `{named}()`"
            waiting += macros.get(named, [])
    return None


def _parsed(connection: duckdb.DuckDBPyConnection, text: str) -> object:
    """The parse tree of a view's definition, or of a macro's: a query, or an expression."""
    text = text.strip().rstrip(";")
    bodies = [text, f"SELECT ({text}\n)"]
    if re.match(r"CREATE\b", text, re.IGNORECASE):
        bodies = [text[found.end() :] for found in _BODY.finditer(text)]
    for body in bodies:
        row = connection.execute("SELECT json_serialize_sql(?)", [body]).fetchone()
        tree = json.loads(row[0]) if row else {"error": True}
        if not tree.get("error"):
            return tree
    return None


def _names(node: object) -> Iterator[tuple[str, str, int]]:
    """What a tree names: kind ("call", "rows", "table", "column" or "sample"), name, and how many arguments."""
    if isinstance(node, list):
        for item in node:
            yield from _names(item)
        return
    if not isinstance(node, dict):
        return
    if node.get("sample") is not None:
        yield "sample", "", 0
    if node.get("class") == "FUNCTION":
        yield "call", str(node.get("function_name", "")).lower(), len(node.get("arguments", ()))
    elif node.get("class") == "COLUMN_REF" and len(node.get("column_names", ())) == 1:
        yield "column", str(node["column_names"][0]).lower(), 0
    elif node.get("type") == "BASE_TABLE":
        yield "table", str(node.get("table_name", "")).lower(), 0
    elif node.get("type") == "TABLE_FUNCTION":
        yield "rows", str(node.get("function", {}).get("function_name", "")).lower(), 0
    for child in node.values():
        if isinstance(child, dict | list):
            yield from _names(child)
