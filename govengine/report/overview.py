"""A report put in the order in which people read it: shared by the formats for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govengine.diagnostics.counted import plural
from govengine.model.verdict import (
    OUTCOMES,
    SEVERITIES,
    Assurance,
    Cause,
    Outcome,
    Part,
    ProductResult,
    ProductVerdict,
    Report,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govengine.model.reasons import Reason

PRODUCT_VERDICTS: tuple[ProductVerdict, ...] = (
    "non-compliant",
    "undetermined",
    "compliant-with-waivers",
    "compliant",
)
"""Worst first."""
ASSURANCES: tuple[Assurance, ...] = ("declared", "attested", "sampled", "observed")
"""Weakest first."""
UNSETTLED: frozenset[Outcome] = frozenset({"fail", "error", "unknown", "review"})
"""Outcomes that somebody must look at."""

EXIT_MEANINGS: Mapping[int, str] = {
    0: "nothing blocks",
    1: "a mandatory rule fails",
    2: "inputs or evidence do not allow a verdict",
    3: "the engine broke",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict that somebody must look at, with those of its parts that belong together."""

    verdict: Verdict
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Findings of several rules that one edit settles."""

    cause: Cause
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product and all that is said of it.

    `blocking` and `advisory` hold first the groups, those that settle most first, then single findings: worst outcome
    first, then highest severity.
    """

    product: ProductResult
    words: str
    """The verdict as people read it, for example `compliant in specs`."""
    counts: Mapping[Outcome, int]
    """Verdicts by outcome; every outcome is there. Those that are wholly waived count as what they are."""
    blocking: tuple[CauseGroup | Finding, ...]
    advisory: tuple[CauseGroup | Finding, ...]
    waived: tuple[Verdict, ...]
    passed: tuple[Verdict, ...]
    not_applicable: tuple[Verdict, ...]
    not_run: tuple[Verdict, ...]
    """Verdicts with a part that this run left out; one of which other parts ran is in another list as well."""
    blocking_findings: int
    """How many enforced rules are unsettled."""

    @property
    def clean(self) -> bool:
        """Whether nothing in it waits for anybody."""
        return not self.blocking and not self.advisory


def product_views(report: Report) -> tuple[ProductView, ...]:
    """One for each product: worst verdict first, then those with most blocking findings, then by domain and name."""
    verdicts: dict[str, list[Verdict]] = {}
    for verdict in report.verdicts:
        verdicts.setdefault(verdict.product, []).append(verdict)
    causes: dict[str, list[Cause]] = {}
    for cause in report.causes:
        causes.setdefault(cause.product, []).append(cause)
    views = [_view(p, verdicts.get(p.name, ()), causes.get(p.name, ())) for p in report.products]
    return tuple(
        sorted(
            views,
            key=lambda view: (
                PRODUCT_VERDICTS.index(view.product.verdict),
                -view.blocking_findings,
                view.product.domain,
                view.product.name,
                view.product.file,
            ),
        )
    )


def leading_causes(views: Iterable[ProductView], most: int) -> tuple[CauseGroup, ...]:
    """The groups of all products whose repair settles most, at most `most` of them."""
    groups = [item for view in views for item in (*view.blocking, *view.advisory) if isinstance(item, CauseGroup)]
    return tuple(sorted(groups, key=lambda group: (*_weight(group.cause), group.cause.product))[:most])


def unsettled(verdict: Verdict) -> bool:
    """Whether somebody must look at it: neither settled by its outcome nor by a waiver."""
    return verdict.outcome in UNSETTLED and verdict.disposition != "waived"


def blocking_failures(report: Report) -> int:
    """Enforced rules that fail and are not wholly waived, counted once for each product."""
    return sum(
        1 for verdict in report.verdicts if verdict.outcome == "fail" and verdict.blocking and unsettled(verdict)
    )


def assurance_of(parts: Iterable[Part]) -> Assurance | None:
    """The weakest assurance among the parts that were judged; None without such a part.

    A part that could not be judged, as of a spec that cannot be read, has no assurance.
    """
    judged = [
        ASSURANCES.index(part.assurance)
        for part in parts
        if part.assurance is not None and part.outcome not in {"not-run", "not-applicable"}
    ]
    return ASSURANCES[min(judged)] if judged else None


def partly_run(verdict: Verdict) -> bool:
    """Whether this run left out a part of it."""
    return verdict.outcome == "not-run" or any(part.outcome == "not-run" for part in verdict.parts)


def verdict_words(verdict: ProductVerdict, left_out: bool) -> str:
    """A product's verdict as people read it; `left_out` where data rules were not run."""
    if verdict == "compliant":
        return "compliant in specs" if left_out else "compliant"
    if verdict == "compliant-with-waivers":
        return "compliant in specs, with waivers" if left_out else "compliant with waivers"
    return verdict


def outcome_words(outcome: str) -> str:
    """An outcome as people read it."""
    return outcome.replace("-", " ")


def scope_words(scope: Mapping[str, Any]) -> str:
    """What was asked of the run: `specs and data`, `specs only, domain payments`."""
    words = ["specs and data" if scope.get("data") else "specs only, no data"]
    words.extend(f"{key} {scope[key]}" for key in ("domain", "product") if scope.get(key))
    if scope.get("paths"):
        words.append("paths " + " ".join(scope["paths"]))
    if scope.get("sample"):
        rows, seed = scope["sample"]["rows"], scope["sample"]["seed"]
        words.append(
            f"a sample of {plural(rows, 'row')} of each dataset" + (f" by seed {seed}" if seed else ", without a seed")
        )
        if "family_confidence" in scope["sample"]:
            sure = scope["sample"]["family_confidence"]
            words.append(
                f"all answers from it together {sure} sure"
                if sure != "0 %"
                else "each answer from it as sure as its rule asks, and nothing promised of all of them together"
            )
    return ", ".join(words)


def summary_sentence(report: Report) -> str:
    """How the mesh stands, with the meaning of the exit code."""
    meaning = f"exit {report.exit_code}, {EXIT_MEANINGS.get(report.exit_code, 'not a code of ours')}"
    errors = sum(1 for diagnostic in report.diagnostics if diagnostic.level == "error")
    if not report.products:
        reason = f" ({plural(errors, 'error')} in the inputs)" if errors else ""
        return f"no data product was judged{reason}: {meaning}"
    in_part = left_out_products(report)
    products = [p for p in report.products if not p.is_mesh]
    counts = Counter(verdict_words(p.verdict, p.name in in_part) for p in products)
    order = [verdict_words(verdict, left_out) for verdict in PRODUCT_VERDICTS for left_out in (False, True)]
    shares = [f"{counts[words]:,} {words}" for words in dict.fromkeys(order) if counts[words]]
    failures = blocking_failures(report)
    found = [plural(failures, "blocking failure")] if failures else []
    found += [plural(errors, "error") + " in the inputs"] if errors else []
    tail = f"; {' and '.join(found)}" if found else ""
    whole = "".join(f"; the mesh itself {p.verdict}" for p in report.products if p.is_mesh)
    return f"{plural(len(products), 'data product')}: {', '.join(shares)}{whole}{tail}: {meaning}"


def left_out_products(report: Report) -> frozenset[str]:
    """Names of the products of which a part was not run."""
    return frozenset(verdict.product for verdict in report.verdicts if partly_run(verdict))


ROW_FINDING = ("row_key_columns", "row_key_hashes", "no_row_keys", "rows_query")
"""Evidence that only helps who looks for the rows: too long for a line."""


def evidence_words(evidence: Mapping[str, object]) -> str:
    """Counts and settings in the order given: `population 49,103, tested 49,102, failing 651, threshold 99.9%`."""
    return ", ".join(f"{str(key).replace('_', ' ')} {_number(value)}" for key, value in evidence.items())


def part_words(part: Part) -> str:
    """What a part says, led by its element."""
    said = part.message or f"`{part.clause}`: {outcome_words(part.outcome)}"
    return f"{part.element}: {said}" if part.element else said


def _number(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Mapping):
        if value.keys() == {"number", "name"}:
            return f"{value['number']:,} ({value['name']})"
        if value.keys() >= {"column", "shape", "rows"}:
            return f"{value['column']} {value['shape']} in {plural(value['rows'], 'row')}"
        return ", ".join(f"{key} {_number(held)}" for key, held in value.items())
    if isinstance(value, (list, tuple)):
        if not value:
            return "none"
        # A shape may hold commas of its own.
        return ("; " if any(isinstance(item, Mapping) for item in value) else ", ").join(
            _number(item) for item in value
        )
    return str(getattr(value, "text", value)) or "none"


def _view(product: ProductResult, verdicts: Iterable[Verdict], causes: Iterable[Cause]) -> ProductView:
    held = sorted(verdicts, key=_urgency)
    counts = Counter(verdict.outcome for verdict in held)
    blocking, advisory = _arrange([verdict for verdict in held if unsettled(verdict)], causes)
    not_run = tuple(verdict for verdict in held if partly_run(verdict))
    return ProductView(
        product=product,
        words=verdict_words(product.verdict, bool(not_run)),
        counts={outcome: counts[outcome] for outcome in OUTCOMES},
        blocking=blocking,
        advisory=advisory,
        waived=tuple(verdict for verdict in held if verdict.disposition == "waived"),
        passed=tuple(verdict for verdict in held if verdict.outcome == "pass"),
        not_applicable=tuple(verdict for verdict in held if verdict.outcome == "not-applicable"),
        not_run=not_run,
        blocking_findings=sum(1 for verdict in held if verdict.blocking and unsettled(verdict)),
    )


def _arrange(
    verdicts: list[Verdict], causes: Iterable[Cause]
) -> tuple[tuple[CauseGroup | Finding, ...], tuple[CauseGroup | Finding, ...]]:
    """Groups, then single findings; the blocking ones and the advisory ones."""
    blocking: list[CauseGroup | Finding] = []
    advisory: list[CauseGroup | Finding] = []
    grouped: set[tuple[str, Reason]] = set()
    # A cause behind one rule only is said by that rule's own message.
    for cause in sorted((cause for cause in causes if len(cause.rules) > 1), key=_weight):
        findings = []
        for verdict in sorted(verdicts, key=lambda v: (not v.blocking, *_urgency(v))):
            parts = tuple(p for p in verdict.parts if p.outcome in UNSETTLED and p.cause == cause.reason)
            if parts and verdict.rule in cause.rules:
                findings.append(Finding(verdict, parts))
                grouped.add((verdict.rule, cause.reason))
        if findings:
            into = blocking if any(finding.verdict.blocking for finding in findings) else advisory
            into.append(CauseGroup(cause, tuple(findings)))
    for verdict in verdicts:
        parts = tuple(
            part
            for part in verdict.parts
            if part.outcome in UNSETTLED and (part.cause is None or (verdict.rule, part.cause) not in grouped)
        )
        if parts or not any(rule == verdict.rule for rule, _ in grouped):
            (blocking if verdict.blocking else advisory).append(Finding(verdict, parts))
    return tuple(blocking), tuple(advisory)


def _urgency(verdict: Verdict) -> tuple[int, int, str]:
    return OUTCOMES.index(verdict.outcome), -SEVERITIES.index(verdict.severity), verdict.rule


def _weight(cause: Cause) -> tuple[int, int, str]:
    return -cause.blocking, -len(cause.rules), cause.cause
