"""Google's conformance cases, as they lie beside the project, and what the profile leaves out of them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cel-conformance"
SKIPPED = tomllib.loads(Path(__file__).with_name("skipped.toml").read_text(encoding="utf-8"))


class Foreign(Exception):  # noqa: N818 - an outcome
    """A value of a type that the profile does not have."""


@dataclass(frozen=True)
class Case:
    """One case. `value` is the tagged value expected, or None where an error is."""

    file: str
    section: str
    name: str
    expr: str
    bindings: Mapping[str, Any]
    unchecked: bool
    value: Mapping[str, Any] | None

    def __str__(self) -> str:
        return f"{self.file}-{self.section}-{self.name}"

    def values(self) -> dict[str, Any]:
        """The bindings as plain values."""
        return {name: plain(tagged) for name, tagged in self.bindings.items()}


@lru_cache(maxsize=1)
def cases() -> tuple[Case, ...]:
    """All cases, by file; none where the folder is missing."""
    return tuple(
        Case(
            path.stem, c["section"], c["name"], c["expr"], c["bindings"], c["disable_check"], c["expect"].get("value")
        )
        for path in sorted(FOLDER.glob("*.json"))
        for c in json.loads(path.read_text(encoding="utf-8"))
    )  # fmt: skip


def matches(entry: Mapping[str, Any], case: Case) -> bool:
    """Whether an entry of the skip list speaks of a case."""
    return (
        entry.get("file", case.file) == case.file
        and entry.get("section", case.section) == case.section
        and case.name in entry.get("names", [case.name])
        and re.search(entry.get("expr", ""), case.expr) is not None
    )


def skips(case: Case) -> list[Mapping[str, Any]]:
    """The entries of the skip list that speak of a case."""
    return [entry for entry in SKIPPED["skip"] if matches(entry, case)]


def plain(tagged: Mapping[str, Any]) -> Any:
    """A tagged value as conditions hold it."""
    ((kind, value),) = tagged.items()
    match kind:
        case "int":
            return int(value)
        case "double":
            return float(value)
        case "string" | "bool":
            return value
        case "list":
            return [plain(item) for item in value]
        case "map":
            return {plain(key): plain(item) for key, item in value}
        case _:
            raise Foreign(kind)


def same(left: Any, right: Any) -> bool:
    """Whether two results are one: of one type, with not-a-number like itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return left == right or (left != left and right != right)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return len(left) == len(right) and all(key in right and same(left[key], right[key]) for key in left)
    return bool(left == right)
