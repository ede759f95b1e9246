"""`retention(column)`: how long a column is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from govengine.conditions.errors import Undeclared
from govengine.conditions.function import Example, Function

if TYPE_CHECKING:
    from govengine.conditions.types import Type
    from govengine.conditions.values import Value


def retention(column: Value, spec: Mapping[str, Value]) -> dict[str, Value]:
    """How long a column is kept: what the spec declares for all, with what it declares for the column's category.

    Raises:
        Undeclared: the spec declares no retention.

    """
    governance = spec.get("governance")
    declared = governance.get("retention") if isinstance(governance, Mapping) else None
    if not isinstance(declared, Mapping):
        raise Undeclared("spec.governance.retention")
    category = column.get("retention_category") if isinstance(column, Mapping) else None
    listed = declared.get("per_category")
    apart = [c for c in (listed if isinstance(listed, list) else ()) if isinstance(c, Mapping)]
    own: Mapping[str, Value] = next((c for c in apart if c["category"] == category), {})
    return {**declared, **{key: value for key, value in own.items() if key != "category"}}


def _is_column(type_: Type) -> bool:
    return type_ == ("object", "Column")


FUNCTION = Function(
    name="retention",
    parameters=(_is_column,),
    result=("object", "Retention"),
    expected="a column",
    summary="how long a column is kept: what holds for the product, with what its `retention_category` adds",
    meaning=retention,
    examples=(
        Example("retention(columns[0]).max", value="7 years"),
        Example("retention(columns[1]).max", value="1 year"),
    ),
    roots=("spec",),
    path=("spec", "governance", "retention"),
)
