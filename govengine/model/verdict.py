"""Parts, verdicts, products and the report: what comes out of judging."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.diagnostics import Diagnostic, Place
    from govengine.model.inputs import Input
    from govengine.model.reasons import Reason

Outcome = Literal["fail", "error", "unknown", "review", "pass", "not-applicable", "not-run"]
Assurance = Literal["declared", "attested", "sampled", "observed"]
Enforcement = Literal["advisory", "mandatory", "non-waivable"]
Severity = Literal["low", "medium", "high", "critical"]
Disposition = Literal["open", "waived"]
ProductVerdict = Literal["compliant", "compliant-with-waivers", "undetermined", "non-compliant"]

ASSURANCES: tuple[Assurance, ...] = ("declared", "attested", "sampled", "observed")
"""Weakest first."""
OUTCOMES: tuple[Outcome, ...] = ("fail", "error", "unknown", "review", "pass", "not-applicable", "not-run")
"""Worst first: a verdict is the worst of its parts."""
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
ENFORCEMENTS: tuple[Enforcement, ...] = ("advisory", "mandatory", "non-waivable")
EVIDENCE_OF = "evidence_of"
"""In the evidence of rules that say `every …`: the day that the evidence is of."""


@dataclass(frozen=True, slots=True)
class Part:
    """One clause on one element.

    `element` is None where the rule has no `for each`. `message` is None on a pass that needs no words. `evidence`
    holds counts and settings only, never a sampled value. `cause` names what would settle it, alike in every part that
    the same edit settles (for example, that `spec.schema` is not declared), or is None.
    """

    clause: str
    element: str | None
    outcome: Outcome
    assurance: Assurance | None
    message: str
    place: Place | None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    cause: Reason | None = None
    disposition: Disposition | None = None


@dataclass(frozen=True, slots=True)
class ControlRef:
    """A control that a rule implements, for example PCI-DSS, 3.5.1."""

    framework: str
    control: str
    title: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule on one product: the worst outcome of its parts."""

    rule: str
    title: str
    product: str
    outcome: Outcome
    enforcement: Enforcement
    severity: Severity
    layer: str
    controls: tuple[ControlRef, ...]
    because: str | None
    fix: str | None
    policy_place: Place
    parts: tuple[Part, ...]
    disposition: Disposition | None = None

    @property
    def blocking(self) -> bool:
        """Whether the rule is enforced, so that the product's verdict hangs on it."""
        return self.enforcement != "advisory"


@dataclass(frozen=True, slots=True)
class ProductResult:
    """One data product and how it stands; `owner` and `version` are "" where its spec cannot be read.

    The mesh itself stands in the list, with no domain, where a policy judges it.
    """

    name: str
    domain: str
    owner: str
    version: str
    file: str
    verdict: ProductVerdict

    @property
    def is_mesh(self) -> bool:
        """Whether this is the mesh, and no data product."""
        return not self.domain


@dataclass(frozen=True, slots=True)
class Cause:
    """What lies behind several findings of one product, and what settles most of them.

    `rules` are those that the same edit touches, sorted.
    """

    product: str
    reason: Reason
    place: Place | None
    rules: tuple[str, ...]
    blocking: int
    """How many of the rules are enforced."""

    @property
    def cause(self) -> str:
        """The reason in words."""
        return self.reason.text


@dataclass(frozen=True, slots=True)
class Report:
    """All that one run found. Everything in it is sorted; nothing in it depends on the clock or the machine.

    `scope` tells what was asked: `{"data": bool, "domain": str | None, "product": str | None, "paths": [str, ...]}`,
    and `"sample": {"rows": int, "seed": str, "family_confidence": str}` where not all rows were to be judged.
    """

    mesh: str
    engine_version: str
    language_version: str
    policy_digest: str
    as_of: str
    scope: Mapping[str, Any]
    products: tuple[ProductResult, ...]
    verdicts: tuple[Verdict, ...]
    causes: tuple[Cause, ...]
    diagnostics: tuple[Diagnostic, ...]
    exit_code: int
    waivers: tuple[Mapping[str, Any], ...] = ()
    """How each waiver and ruling stands: name, kind, rule, product, element, status, why, until, days_left, …"""
    inputs: tuple[Input, ...] = ()
    """Each file that was read, with a digest of its content."""
