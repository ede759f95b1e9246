"""What stands inside of values: fields, elements, and values in text that is JSON, each as a column of its own.

A place in a value is told by numbers ("field 2, elements"): names of fields come from the data as often as not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from govengine.expectations.looks_like import nested
from govengine.expectations.sql import identifier, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govengine.backends.bounded import Bounded

DEEPEST, MOST = 12, 200
_JSON_PATHS = 50
_ALONE: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
_NESTED = frozenset({"struct", "tuple", "list", "array", "map", "union"})
_PLAIN_PATH = r"regexp_replace(j.fullkey, '\[[0-9]+\]', '[]', 'g')"


class Leaf(NamedTuple):
    """Values of one kind inside a column.

    `place` is where, in words without a name; `name` is what they are called there, which is for detectors alone and
    never shown. `query` gives them as a column of that name; with `several` one row of the dataset may hold many.
    """

    column: str
    place: str
    name: str
    sql_type: str
    query: str
    several: bool


class Inside(NamedTuple):
    """The leaves of a dataset, and columns that are not looked into, with the reason."""

    leaves: list[Leaf]
    left: dict[str, str]


class _At(NamedTuple):
    column: str
    place: str
    name: str
    source: str
    several: bool

    def step(self, place: str, name: str, expression: str, *, several: bool = False) -> _At:
        """A place further inside, of which `expression` makes the values from `v`."""
        source = f"(SELECT {expression} AS v FROM {self.source} WHERE v IS NOT NULL)"
        where = f"{self.place}, {place}" if self.place else place
        return _At(self.column, where, name or self.name, source, self.several or several)


def inside(connection: Bounded, source: str, table: str) -> Inside:
    """Look into the columns of a source; `table` is a name for tables that are made on the way."""
    types = {str(c[0]): c[1] for c in connection.execute(f"SELECT * FROM {source} LIMIT 0").description}
    found = Inside([], {})
    texts = _with_json(connection, source, [name for name, type_ in types.items() if str(type_) in ("VARCHAR", "JSON")])
    for name, type_ in types.items():
        at = _At(name, "", name, f"(SELECT {identifier(name)} AS v FROM {source})", several=False)
        if nested(str(type_)) and str(type_) != "JSON":
            _walk(connection, found, at, type_, table, 0)
        elif name in texts:
            _json(connection, found, at, table)
    return found


def _walk(connection: Bounded, found: Inside, at: _At, type_: object, table: str, depth: int) -> None:
    if depth > DEEPEST or len(found.leaves) >= MOST:
        found.left[at.column] = f"it holds more than {DEEPEST} levels or {MOST} kinds of values"
        return
    if str(type_) in ("VARCHAR", "JSON"):
        if _with_json(connection, at.source, ["v"]):
            _json(connection, found, at, table)
        if str(type_) == "VARCHAR":
            found.leaves.append(_leaf(at, str(type_)))
        return
    kind = getattr(type_, "id", "")
    if kind not in _NESTED:
        found.leaves.append(_leaf(at, str(type_)))
        return
    for step, inner in _steps(at, kind, type_.children):  # type: ignore[attr-defined]
        _walk(connection, found, step, inner, table, depth + 1)


def _steps(at: _At, kind: str, children: list[tuple[str, object]]) -> Iterator[tuple[_At, object]]:
    match kind:
        case "struct" | "tuple":
            for i, (name, inner) in enumerate(children, 1):
                yield at.step(f"field {i}", name, f"struct_extract_at(v, {i})"), inner
        case "list" | "array":
            inner = children[0][1]
            yield (
                at.step("elements", "", f"unnest(v::{inner}[])" if kind == "array" else "unnest(v)", several=True),
                inner,
            )
        case "map":
            for part, (_, inner) in zip(("keys", "values"), children, strict=True):
                yield at.step(part, "", f"unnest(map_{part}(v))", several=True), inner
        case _:  # a union: its first child is the tag
            for i, (name, inner) in enumerate(children[1:], 1):
                yield at.step(f"form {i}", name, f"union_extract(v, {literal(name)})"), inner


def _leaf(at: _At, sql_type: str) -> Leaf:
    # A name without letters would be none; of two leaves no table holds both.
    query = f"SELECT v AS {identifier(at.name or 'v')} FROM {at.source}"
    return Leaf(at.column, at.place, at.name or "v", sql_type, query, at.several)


def _with_json(connection: Bounded, source: str, columns: list[str]) -> set[str]:
    """Those of some columns of text in which a value is an object or a list of JSON."""
    if not columns:
        return set()
    cells = ", ".join(
        f"bool_or(CASE WHEN regexp_matches({identifier(c)}, '^\\s*[\\[{{]') THEN json_valid({identifier(c)}) "
        "ELSE false END)"
        for c in columns
    )
    row = connection.execute(f"SELECT {cells} FROM {source}").fetchone() or ()
    return {column for column, held in zip(columns, row, strict=True) if held}


def _json(connection: Bounded, found: Inside, at: _At, table: str) -> None:
    """Values in JSON, each path as a leaf; those beyond the commonest paths together."""
    name = identifier(f"{table} (json {len(found.leaves)})")
    parsed = "json_tree(CASE WHEN regexp_matches(v, '^\\s*[\\[{]') AND json_valid(v) THEN v END)"
    connection.execute(
        f"CREATE TABLE {name} AS SELECT {_PLAIN_PATH} AS path, j.atom ->> '$' AS v "
        f"FROM (SELECT CAST(v AS VARCHAR) AS v FROM {at.source}) AS texts, {parsed} AS j "
        "WHERE j.atom ->> '$' IS NOT NULL"
    )
    paths: Mapping[str, int] = dict(
        connection.execute(f"SELECT path, count(*) FROM {name} GROUP BY path ORDER BY count(*) DESC, path").fetchall()
    )
    common = list(paths)[:_JSON_PATHS]
    for path in common:
        called = re.sub(r"\[\]|\"", "", path).rpartition(".")[2]
        source = f"(SELECT v FROM {name} WHERE path = {literal(path)})"
        found.leaves.append(_leaf(_At(at.column, _within(at.place), called, source, several=True), "VARCHAR"))
    if len(paths) > len(common):
        source = f"(SELECT v FROM {name} WHERE path NOT IN ({', '.join(literal(p) for p in common)}))"
        found.leaves.append(_leaf(_At(at.column, _within(at.place), "v", source, several=True), "VARCHAR"))


def _within(place: str) -> str:
    return f"{place}, inside its JSON" if place else "inside its JSON"


def tables_of(file: str) -> list[str]:
    """The tables and views of a DuckDB file: those of its main schema, then those of others as `schema.table`.

    Raises:
        duckdb.Error: it is no such file, or cannot be opened.

    """
    with duckdb.connect(file, read_only=True, config=_ALONE) as connection:
        rows = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal UNION "
            "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal "
            "ORDER BY schema_name <> 'main', schema_name, table_name"
        ).fetchall()
    return [str(table) if schema == "main" else f"{schema}.{table}" for schema, table in rows]
