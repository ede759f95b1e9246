"""What people decided, as the plan holds it: waivers and rulings, conflicts, and what domains allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

if TYPE_CHECKING:
    from govengine.plan.clauses import Condition
    from govengine.plan.places import StoredPlace, StoredSpan
    from govengine.plan.settings import StoredValue

Signature: TypeAlias = "tuple[str, str]"
"""Who, and the day as ISO writes it."""
Finding = Literal["false-alarm", "confirmed"]


class PlanWaiver(TypedDict):
    """A waiver or a ruling that is complete; `finding` is None for a waiver, `compensating` for a ruling.

    `layer` is "global" or the domain in whose folder it stands. `rule` is the rule's address now, `written_rule` the
    one that was written; `lost` tells that there is no such rule. `element` is `grant ledger-operators`, or None where
    the whole product is meant. `until` is a day as ISO writes it. A request has no `approved`.
    """

    kind: Literal["waiver", "ruling"]
    name: str
    layer: str
    rule: str
    lost: bool
    domain: str
    product: str
    element: str | None
    reason: str
    requested: Signature
    approved: Signature | None
    until: str
    compensating: str | None
    ticket: str | None
    finding: Finding | None
    signature: str | None
    written_rule: str
    span: StoredSpan
    product_span: StoredSpan
    approved_span: StoredSpan | None


class PlanDecision(TypedDict):
    """`decide RULE where …`: the first that holds wins."""

    rule: str
    where: Condition | None


class PlanConflict(TypedDict):
    """Which of several rules holds where they cannot all be met; `between` are addresses."""

    name: str
    title: str
    between: list[str]
    decisions: list[PlanDecision]


class PlanAllow(TypedDict):
    """What a domain allows, as the grant that it is: the fields of a spec's grant, ready to be stored."""

    name: str
    place: StoredPlace
    grant: dict[str, StoredValue]
