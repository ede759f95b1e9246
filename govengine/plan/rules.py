"""Policies and rules as the plan holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

if TYPE_CHECKING:
    from govengine.conditions.ir import IR
    from govengine.model.verdict import Enforcement, Severity
    from govengine.plan.clauses import Clause, Condition
    from govengine.plan.places import StoredPlace, StoredSpan

PlanTemplate: TypeAlias = "list[str | IR]"
"""A `finding` or `fix`: text as written, and the forms of what stands between braces."""


class PlanForEach(TypedDict):
    """`for each x in list where condition`.

    `of` says what the elements are, where they tell which dataset is meant; `grants` whether they are grants.
    """

    variable: str
    list: Condition
    where: Condition | None
    of: Literal["column", "dataset"] | None
    grants: bool


class PlanRule(TypedDict):
    """A rule; `place` is that of its name.

    `layer` is "global" or a domain, `policy` the name of its policy or of the overlay's domain. `effective_from` is a
    day as ISO writes it, before which the rule is advisory; `every` a period as written. `controls` are framework,
    control and title. `on` is a product and its dataset. `formerly` is the address that the rule had before.
    """

    address: str
    title: str
    policy: str
    layer: str
    severity: Severity
    enforcement: Enforcement
    effective_from: str | None
    controls: list[tuple[str, str, str]]
    dimension: str | None
    because: str | None
    place: StoredPlace
    when: Condition | None
    each: PlanForEach | None
    every: str | None
    formerly: str | None
    on: tuple[str, str] | None
    on_span: StoredSpan | None
    evidence: list[Clause]
    finding: PlanTemplate | None
    fix: PlanTemplate | None


class BrokenRule(TypedDict):
    """A rule that an overlay which does not compile can be seen to have; `on` is the product that it names."""

    address: str
    title: str
    on: str | None
    place: StoredPlace
    severity: Severity


class PlanPolicy(TypedDict):
    """A policy, or a domain's overlay under the domain's name; `version` and `owner` are "" where none is given."""

    name: str
    title: str
    layer: str
    version: str
    owner: str
    judges_mesh: bool
    when: Condition | None
