"""What conditions may speak of although nothing reads it yet: it type-checks, and evaluates to `unknown`.

A rule over effective grants is worth writing today. Judged, it says that its evidence is missing; it never passes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.conditions import types as t

if TYPE_CHECKING:
    from govengine.conditions.types import Type

_TEXTS: Type = ("list", t.STRING)
_RULE: Type = ("str", "rule")
_ANYTHING: Type = ("list", t.ANY)

OBJECTS: dict[str, dict[str, Type]] = {
    "Person": {
        "id": t.STRING, "status": t.STRING, "left_at": t.DATE, "external": t.BOOL, "organisation": t.STRING,
        "aliases": _TEXTS,
    },
    "Holding": {
        "person": ("object", "Person"), "grant": ("object", "EffectiveGrant"), "resources": _TEXTS,
        "actions": ("list", ("str", "action")), "last_used": t.DATE, "since": t.DATE, "until": t.DATE,
    },
    "Change": {"kind": t.STRING, "field": t.STRING, "column": t.STRING, "breaking": t.BOOL},
    "RuleSeen": {
        "address": _RULE, "title": t.STRING, "policy": t.STRING, "layer": t.STRING, "severity": t.STRING,
        "dimension": t.STRING, "controls": _TEXTS, "reads_data": t.BOOL,
    },
    "VerdictSeen": {
        "id": t.STRING, "rule": _RULE, "product": t.STRING, "outcome": t.STRING, "severity": t.STRING,
        "disposition": t.STRING, "since": t.TIMESTAMP, "reads_data": t.BOOL,
    },
    "ProductSeen": {
        "metadata": ("object", "Metadata"), "spec": ("object", "Spec"), "columns": ("list", ("object", "Column")),
        "consumers": ("list", ("object", "Consumer")), "outcome": t.STRING,
        "verdicts": ("list", ("object", "VerdictSeen")), "path": t.STRING,
    },
}  # fmt: skip
"""Objects that only such evidence has; `EffectiveGrant` is a grant with `columns`, `declared` and `effective`."""

EFFECTIVE: dict[str, Type] = {
    "columns": ("list", ("object", "Column")),
    "declared": t.BOOL,
    "effective": t.BOOL,
}

_PRODUCTS: Type = ("list", ("object", "ProductSeen"))
ROOTS: dict[str, tuple[Type, str]] = {
    "grants": (("list", ("object", "EffectiveGrant")), "effective grants"),
    "holdings": (("list", ("object", "Holding")), "effective grants with their persons"),
    "holding_history": (("list", ("object", "Holding")), "the history of grants"),
    "previous": (("object", "ProductSeen"), "the product's last approved version"),
    "changes": (("list", ("object", "Change")), "the product's last approved version"),
    "rules": (("list", ("object", "RuleSeen")), "the rules of the last audit"),
    "verdicts": (("list", ("object", "VerdictSeen")), "the verdicts of the last audit"),
    **{
        name: (_ANYTHING, f"the register `{name}`")
        for name in (
            "principals", "members", "keys", "providers", "incidents", "legal_holds", "requests", "erasure_register",
            "consent_register", "objection_register", "deploys", "attestations",
        )
    },
}  # fmt: skip
"""Roots by name: their type, and what would have to be read."""

MESH_ROOTS: dict[str, tuple[Type, str]] = {"products": (_PRODUCTS, "the verdicts of the last audit")}
"""Roots that conditions of a policy which judges the mesh see too."""


class LaterFunction(NamedTuple):
    """A function over what nothing reads yet: `needed` says what would have to be read, `expected` what it takes.

    `of_column` is the result for a column, where that is another. `takes_rule` says that its first argument is the
    address of a rule.
    """

    fewest: int
    most: int
    result: Type
    needed: str
    expected: str
    of_column: Type | None = None
    takes_rule: bool = False


_COLUMNS: Type = ("list", ("object", "Column"))
FUNCTIONS: dict[str, LaterFunction] = {
    "upstream": LaterFunction(
        1, 2, _PRODUCTS, "lineage", "a product's spec or a column, and a list of transforms that end the way", _COLUMNS
    ),
    "downstream": LaterFunction(1, 1, _PRODUCTS, "lineage", "a product's spec or a column", _COLUMNS),
    "product": LaterFunction(1, 1, ("object", "ProductSeen"), "lineage", "a product's name"),
    "person": LaterFunction(1, 1, t.STRING, "the register `principals`", "a principal"),
    "held": LaterFunction(2, 2, t.BOOL, "the history of verdicts", "a rule's address and a period", takes_rule=True),
}
"""Functions by name."""
