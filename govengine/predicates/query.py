"""Whole queries, for `expect query`: an escape hatch, held by the same parse tree as predicates are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.predicates.check import (
    ROW,
    Allowed,
    Checked,
    Hole,
    Places,
    Problem,
    Serialize,
    parser_words,
    statement_of,
    text_problems,
    walk,
)
from govengine.predicates.measure import AGGREGATES, nested_aggregates
from govengine.predicates.sense import sense_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

_WINDOW = frozenset(["row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value", "ntile"])
QUERY = Allowed(ROW.functions | AGGREGATES | _WINDOW, ROW.classes | {"SUBQUERY", "WINDOW", "STAR"}, True)
_NODES = frozenset(["SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE"])
_UNORDERED_WINDOWS = frozenset(["WINDOW_AGGREGATE"])
_TABLES = frozenset(["BASE_TABLE", "JOIN", "SUBQUERY", "EMPTY"])


def check_query(pieces: tuple[str | Hole, ...], serialize: Serialize) -> Checked | list[Problem]:
    """Whether a query is one `SELECT` over tables by plain names, with functions from the list, and nothing else.

    A query that calls itself (`WITH RECURSIVE`) is refused: it may never end.
    """
    problems = text_problems(pieces)
    if problems:
        return problems
    statement, starts = statement_of(pieces, "", "")
    tree = serialize(statement)
    places = Places(statement, starts, pieces)
    if tree.get("error"):
        return [places.problem("syntax", int(tree.get("position") or 0), 1, parser_words(tree))]
    statements = tree.get("statements", [])
    if len(statements) != 1:
        return [Problem("not-one-expression", 0, 0, 1, "")]
    node = statements[0].get("node", {})
    columns: dict[str, Problem] = {}
    tables: set[str] = set()
    problems = [*_shape(node, places, tables, set()), *walk(node, places, columns, QUERY)]
    problems = problems or list(nested_aggregates(node, places)) or list(sense_problems(node, places))
    if problems:
        return problems
    return Checked((), tuple(sorted(tables)))


def _shape(node: Any, places: Places, tables: set[str], common: set[str]) -> Iterator[Problem]:
    """What is wrong with the parts that are no expressions; names of tables go into `tables`."""
    if isinstance(node, list):
        for item in node:
            yield from _shape(item, places, tables, common)
        return
    if not isinstance(node, dict):
        return
    kind, position = str(node.get("type", "")), node.get("query_location", 0)
    if kind.endswith("_NODE"):
        if kind not in _NODES:
            words = "a query that calls itself" if kind.startswith("RECURSIVE") else kind.lower().replace("_", " ")
            yield places.problem("construct", 0, 1, words)
            return
        for entry in node.get("cte_map", {}).get("map", ()):
            # Inside it, its own name is that of a table, as are those of later ones.
            yield from _shape(entry["value"], places, tables, common)
            common = common | {entry["key"].lower()}
    elif "class" not in node and "query_location" in node and kind not in _TABLES:
        yield places.problem("construct", position, node.get("query_location_length", 1) or 1, _words(kind))
        return
    for what in _by_chance(node, kind):
        yield places.problem("construct", position, node.get("query_location_length", 1) or 1, what)
        return
    if kind == "BASE_TABLE":
        name = str(node.get("table_name", ""))
        if node.get("schema_name") or node.get("catalog_name"):
            yield places.problem("construct", position, len(name), "a table of another schema")
        elif name.lower() not in common:
            tables.add(name)
    for key, child in node.items():
        if key != "cte_map" and isinstance(child, dict | list):
            yield from _shape(child, places, tables, common)


def _by_chance(node: dict[str, Any], kind: str) -> Iterator[str]:
    """What makes the answer hang on the order in which rows happen to be read, or on a draw."""
    if node.get("sample"):
        yield "a sample within a query, which draws other rows each time"
    if node.get("at_clause"):
        yield "a table as of another version"
    modifiers = {str(m.get("type", "")): m for m in node.get("modifiers") or () if isinstance(m, dict)}
    if "ORDER_MODIFIER" not in modifiers:
        if any(name.startswith("LIMIT") for name in modifiers):
            yield "`limit` without `order by`, which takes other rows each time"
        if modifiers.get("DISTINCT_MODIFIER", {}).get("distinct_on_targets"):
            yield "`distinct on` without `order by`, which takes other rows each time"
    ordered = node.get("orders") or node.get("arg_orders")
    if kind.startswith("WINDOW_") and kind not in _UNORDERED_WINDOWS and not ordered:
        yield "a window function without `order by`, which numbers rows anew each time"


def _words(kind: str) -> str:
    return {"TABLE_FUNCTION": "a table function"}.get(kind, kind.lower().replace("_", " "))
