"""Fields of a spec that name something of the same spec: what they name must be there.

The schema says which fields do (`names` in its table), so that none is forgotten. Where a spec declares no columns at
all, or no categories, nothing is known of them, and the rules about them say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.diagnostics import Span, nearest
from govengine.diagnostics.codes import spec as codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govengine.diagnostics import Diagnostic
    from govengine.model.values import Path

CHECKED = ("column", "category")
"""What is looked up here; names of purposes and datasets are matters of rules."""


def dangling(
    value: Mapping[str, Any], places: Mapping[Path, tuple[int, int, int]], table: Mapping[str, Any], file: str
) -> Iterator[Diagnostic]:
    """Names of columns and retention categories that the spec does not declare.

    Args:
        value: the spec in normal form; parts that could not be read may be missing.
        places: where values stand, by path.
        table: the schema of specs.
        file: the spec's path, for messages.

    """
    known = {"column": _columns(value), "category": _categories(value)}
    for what, path, name in _names(value, ["object", table["root"]], (), table["objects"], None):
        there = known[what]
        if there is None or name in there or (what == "column" and name.partition(".")[0] in there):
            continue
        line, column, end = places[path]
        span = Span(file, line, column, line, end)
        field = ".".join(step for step in path if isinstance(step, str))
        yield codes.names_nothing(what, field, name, span, suggestion=nearest(name, there), known=sorted(there))


def _names(
    value: Any, type_: list[Any], path: Path, objects: Mapping[str, Any], what: str | None
) -> Iterator[tuple[str, Path, str]]:
    """Each text that names something, with what it names and its path."""
    if type_[0] == "object" and isinstance(value, dict):
        for field, held in value.items():
            described = objects[type_[1]]["fields"].get(field)
            if described is not None:
                yield from _names(held, described["type"], (*path, field), objects, described.get("names"))
    elif type_[0] == "list" and isinstance(value, list):
        for i, item in enumerate(value):
            yield from _names(item, type_[1], (*path, i), objects, what)
    elif what in CHECKED and isinstance(value, str):
        yield what, path, value


def _columns(value: Mapping[str, Any]) -> set[str] | None:
    columns = _at(value, "spec", "schema")
    if not isinstance(columns, list) or not columns:
        return None
    return {c["name"] for c in columns if isinstance(c, dict) and isinstance(c.get("name"), str)}


def _categories(value: Mapping[str, Any]) -> set[str] | None:
    held = _at(value, "spec", "governance", "retention", "per_category")
    return {c["category"] for c in held if isinstance(c, dict) and isinstance(c.get("category"), str)} if held else None


def _at(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
