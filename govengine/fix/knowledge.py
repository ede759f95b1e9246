"""What an edit may write by itself, what only a person knows, and what no edit touches.

A configuration that a rule names (`lock: true`, an accepted encryption) can be proposed as it stands. A fact about the
world (who approved, when a review was, on what legal ground) cannot be derived from a rule: only its field is offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govengine.model.table import TypeForm

_CONFIGURED_TEXTS = frozenset(
    "model default protocol min_version method level algorithm network authentication format strength".split()  # noqa: SIM905 - reads best as words
)
_FACTS = frozenset(
    [
        "in_scope",
        "automated_decision",
        "legal_hold",
        "emergency",
        "interactive",
        "critical_data_element",
        "required",
        "unique",
        "primary_key",
        "basis",
        "law",
        "audience",
        "environment",
        "status",
    ]
)
_UNTOUCHED = frozenset(
    "domain dataset principal principal_type product logical_type location table type stage producer".split()  # noqa: SIM905 - as above
)
_ADDED_ONLY = frozenset({"semantic_type", "compliance", "pii_fields", "tags", "retention_category", "legal_hold"})
_ITEMS_THAT_MAY_GO = frozenset({"actions", "resources", "grants", "fields"})


def fields_of(path: tuple[object, ...]) -> tuple[str, ...]:
    """The fields on a path, without the numbers of items."""
    return tuple(step for step in path if isinstance(step, str))


def may_write(path: tuple[object, ...], *, declared: bool) -> bool:
    """Whether a value may be written there at all; what protects is added, and never changed."""
    fields = fields_of(path)
    if path[:1] != ("spec",) or len(path) < 2 or fields[-1] in _UNTOUCHED or fields[1:] == ("schema", "name"):
        return False
    return not (declared and fields[-1] in _ADDED_ONLY)


def may_remove(path: tuple[object, ...]) -> bool:
    """Whether an item may be taken out of a list: only what somebody is allowed."""
    return fields_of(path)[:2] == ("spec", "access") and fields_of(path)[-1] in _ITEMS_THAT_MAY_GO


def only_a_person_knows(path: tuple[object, ...], type_: TypeForm) -> bool:
    """Whether the value at a path is a fact that somebody has to fill in."""
    field, kind = fields_of(path)[-1], type_[0]
    if field in _FACTS or kind in ("object", "map", "int", "double"):
        return True
    if kind == "list":
        return only_a_person_knows(path, type_[1]) or type_[1][0] == "str"
    if kind == "date":
        return True
    if kind == "str":
        return field not in _CONFIGURED_TEXTS and not (field == "events" or "pii_fields" in path) and len(type_) == 1
    return False
