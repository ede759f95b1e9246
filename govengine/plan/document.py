"""The compiled plan as a whole: all that judging needs of a mesh's policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from govengine.plan.decisions import PlanAllow, PlanConflict, PlanWaiver
    from govengine.plan.rules import BrokenRule, PlanPolicy, PlanRule
    from govengine.plan.settings import PlanDomain, PlanSetting, StoredValue


class PlanFramework(TypedDict):
    """A framework; `controls` maps each identifier to its title, and to who decides it where no rule can, or None."""

    title: str
    version: str
    controls: dict[str, tuple[str, str | None]]


class PlanDetector(TypedDict):
    """A detector that the council declares; `chance` is a fraction as text, None where it is not declared."""

    title: str
    pattern: str
    checksum: str | None
    chance: str | None
    means: str | None
    names: list[str]


class Plan(TypedDict):
    """All policies of a mesh, compiled.

    `source` is Python that defines a function for each condition, `quantities` what it takes from `Q`: kind and text.
    `rules` are sorted by address. `settings` are the council's values and `declared` where they stand, by address.
    `domains`, `allows` and `broken` are by domain: what its overlay moves, what it allows, and the rules of an overlay
    that does not compile. `digest` is that of all policy texts.
    """

    levels: list[str]
    frameworks: dict[str, PlanFramework]
    policies: list[PlanPolicy]
    rules: list[PlanRule]
    settings: dict[str, StoredValue]
    declared: dict[str, PlanSetting]
    domains: dict[str, PlanDomain]
    detectors: dict[str, PlanDetector]
    conflicts: list[PlanConflict]
    allows: dict[str, list[PlanAllow]]
    waivers: list[PlanWaiver]
    broken: dict[str, list[BrokenRule]]
    source: str
    quantities: list[tuple[str, str]]
    digest: str
