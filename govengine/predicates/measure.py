"""Measures, as `sum(amount)`: figures over many rows, so every column stands in an aggregate, and none in two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.predicates.check import Places, Problem

AGGREGATES = frozenset(
    ["sum", "avg", "min", "max", "count", "count_star", "median", "stddev", "variance", "bool_and", "bool_or"]
)
"""Functions over many rows, for measures and queries."""
NOWHERE = 2**63
"""Positions from here on say that DuckDB made the node up."""


def measure_problems(tree: Any, places: Places, grouped_by: frozenset[str]) -> Iterator[Problem]:
    """What keeps an expression from being one figure a group; `grouped_by` are columns after `per`, in small letters.

    A column that groups are made by has one value in each of them, so it may stand alone: `count(*) - announced`.
    """
    seen = list(_nodes(tree))
    yield from nested_aggregates(tree, places)
    if not any(_is_aggregate(node) for node in seen):
        yield places.problem("no-aggregate", *extent(tree), "")
        return
    for node in _outside(tree):
        name = str(node["column_names"][0])
        if name.lower() not in grouped_by:
            yield places.problem("loose-column", _start(node), _length(node), name)


def nested_aggregates(tree: Any, places: Places) -> Iterator[Problem]:
    """Aggregates within aggregates; what stands in a subquery is over other rows."""
    for outer in _nodes(tree):
        if not _is_aggregate(outer):
            continue
        for inner in _nodes(list(outer.values())):
            if _is_aggregate(inner):
                name = aggregate_name(inner)
                yield places.problem("nested-aggregate", _start(inner), len(name), name)
                return


def is_aggregate(name: str) -> bool:
    """Whether a function, by DuckDB's name for it, is over many rows."""
    return name.lower() in AGGREGATES


def aggregate_name(node: dict[str, Any]) -> str:
    """The name of a function as it is written: DuckDB calls `count(*)` by a name of its own."""
    return str(node.get("function_name", "")).lower().removesuffix("_star")


def _is_aggregate(node: dict[str, Any]) -> bool:
    return node.get("class") == "FUNCTION" and is_aggregate(str(node.get("function_name", "")))


def _start(node: dict[str, Any]) -> int:
    return int(node.get("query_location", 0))


def _length(node: dict[str, Any]) -> int:
    return int(node.get("query_location_length", 1) or 1)


def extent(tree: Any) -> tuple[int, int]:
    """Where an expression begins, and how long it is, in bytes; parts that DuckDB made up itself have no place."""
    placed = [node for node in _nodes(tree) if _start(node) < NOWHERE]
    if not placed:
        return 0, 1
    first = min(_start(node) for node in placed)
    return first, max(_start(node) + _length(node) for node in placed) - first


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """All expressions of a tree, itself included, but for those in subqueries."""
    if isinstance(tree, list):
        for item in tree:
            yield from _nodes(item)
    elif isinstance(tree, dict) and tree.get("class") != "SUBQUERY":
        if "class" in tree:
            yield tree
        yield from _nodes([child for child in tree.values() if isinstance(child, dict | list)])


def _outside(tree: Any) -> Iterator[dict[str, Any]]:
    """The columns that stand in no aggregate."""
    if isinstance(tree, list):
        for item in tree:
            yield from _outside(item)
    elif isinstance(tree, dict) and not _is_aggregate(tree):
        if tree.get("class") == "COLUMN_REF":
            yield tree
        yield from _outside([child for child in tree.values() if isinstance(child, dict | list)])
