"""Parts → verdicts → products → report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from govengine.diagnostics import Diagnostic, Place
from govengine.evaluate import promises
from govengine.evaluate.open_part import OpenPromise
from govengine.evaluate.pending import OpenCheck, settle
from govengine.model.reasons import Reason
from govengine.model.verdict import (
    EVIDENCE_OF,
    OUTCOMES,
    Cause,
    ControlRef,
    Outcome,
    Part,
    ProductResult,
    ProductVerdict,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from govengine.evaluate.draft import Draft
    from govengine.evaluate.rulebook import Rulebook
    from govengine.expectations.measure import Measurement, NoMeasurement
    from govengine.model.values import Product
    from govengine.plan.rules import BrokenRule

EXIT_PASS, EXIT_FAIL, EXIT_UNDECIDED, EXIT_BROKEN = 0, 1, 2, 3


def verdicts_of(
    drafts: Sequence[Draft], book: Rulebook, as_of: date, measured: Mapping[str, Measurement | NoMeasurement]
) -> list[Verdict]:
    """The verdicts of a product's drafts; promises are judged by what all of its rules measured."""
    others = [s for d in drafts for s in promises.seen(d.rule, d.parts, measured)]
    return [verdict_of(d, book, as_of, measured, others) for d in drafts]


def verdict_of(
    draft: Draft,
    book: Rulebook,
    as_of: date,
    measured: Mapping[str, Measurement | NoMeasurement],
    others: Sequence[promises.Observation] = (),
) -> Verdict:
    """The verdict of a draft, its data parts settled by `measured` (by key of the check), promises by `others`."""
    rule, product = draft.rule, draft.product
    parts = tuple(
        settle(p, measured[p.check.key])
        if isinstance(p, OpenCheck)
        else promises.keep(p, others)
        if isinstance(p, OpenPromise)
        else p
        for p in draft.parts
    )
    if rule["every"] is not None:
        parts = tuple(_dated(p, rule["every"], as_of) for p in parts)
    outcome = worst(p.outcome for p in parts)
    return Verdict(
        rule=rule["address"],
        title=rule["title"],
        product=product.name,
        outcome=outcome,
        enforcement=book.enforcement(rule, product.domain, as_of),
        severity=book.severity(rule, product.domain),
        layer=rule["layer"],
        controls=tuple(ControlRef(*c) for c in rule["controls"]),
        because=rule["because"],
        fix=_fix(draft, parts, outcome),
        policy_place=Place(*rule["place"]),
        parts=parts,
        disposition="open" if outcome == "fail" else None,
    )


def _dated(part: Part, every: str, as_of: date) -> Part:
    """A part with the day of its evidence: specs and rows are of the day as of which is judged."""
    if part.assurance is None or part.outcome in ("not-applicable", "not-run"):
        return part
    return replace(part, evidence={**part.evidence, "every": every, EVIDENCE_OF: as_of.isoformat()})


def _fix(draft: Draft, parts: Sequence[Part], outcome: Outcome) -> str | None:
    """What to do about the first element that fails; where evidence is missing, no rule's `fix` brings it."""
    if outcome not in ("fail", "review"):
        return None
    return draft.fix(next((p.element for p in parts if p.outcome == outcome), None))


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of some outcomes.

    A clause that was not run leaves a rule `not-run` where nothing worse than a pass was seen: it is not folded into
    the pass. No outcome at all is an error of the engine and counts as such.
    """
    seen = set(outcomes)
    if not seen:
        return "error"
    for outcome in OUTCOMES:
        if outcome in seen:
            return "not-run" if outcome == "pass" and "not-run" in seen else outcome
    raise ValueError(seen)


def broken_overlay(product: Product, rules: Sequence[BrokenRule], file: str) -> list[Verdict]:
    """`error` for each rule of an overlay that does not compile, and for the overlay itself."""
    overlay: BrokenRule = {
        "address": f"{product.domain}/overlay",
        "title": f"The overlay of {product.domain} can be read",
        "on": None,
        "place": (file, 1, 1),
        "severity": "critical",
    }
    message = "the domain's overlay does not compile, so this rule cannot be judged"
    verdicts = []
    for rule in (overlay, *(r for r in rules if r["on"] in (None, product.name))):
        place = Place(*rule["place"])
        part = Part("rule", None, "error", None, message, place, {}, Reason("overlay broken"))
        verdicts.append(
            Verdict(
                rule["address"], rule["title"], product.name, "error", "mandatory", rule["severity"], product.domain,
                (), None, "mend the mistakes listed for the overlay", place, (part,),
            )
        )  # fmt: skip
    return verdicts


def unreadable_product(
    name: str, file: str, domain: str, book: Rulebook, as_of: date, first: Diagnostic | None
) -> list[Verdict]:
    """`error` for each rule that would have judged a product whose spec cannot be read."""
    place = first.span.place if first is not None and first.span is not None else Place(file, 1, 1)
    message = f"the spec cannot be read: {first.message}" if first is not None else "the spec cannot be read"
    part = Part("spec", None, "error", None, message, place, {}, Reason("spec unreadable"))
    return [
        Verdict(
            rule["address"], rule["title"], name, "error", book.enforcement(rule, domain, as_of),
            book.severity(rule, domain), rule["layer"], tuple(ControlRef(*c) for c in rule["controls"]),
            rule["because"], None, Place(*rule["place"]), (part,),
        )
        for rule in book.rules
        if rule["layer"] in ("global", domain)
        and (rule["on"] is None or rule["on"][0] == name)
        and not book.policies[rule["policy"]]["judges_mesh"]
    ]  # fmt: skip


def product_verdict(verdicts: Sequence[Verdict]) -> ProductVerdict:
    """How a product stands by its enforced verdicts."""
    blocking = [v for v in verdicts if v.blocking]
    failing = [v for v in blocking if v.outcome == "fail"]
    if any(v.disposition != "waived" for v in failing):
        return "non-compliant"
    if any(v.outcome in ("unknown", "review", "error") for v in blocking):
        return "undetermined"
    if not any(v.outcome in ("pass", "fail") for v in blocking) and not any(v.outcome == "not-run" for v in blocking):
        return "undetermined"
    return "compliant-with-waivers" if failing else "compliant"


def causes(verdicts: Sequence[Verdict]) -> tuple[Cause, ...]:
    """What lies behind several findings: causes by product, those that settle most enforced rules first."""
    found: dict[tuple[str, Reason], dict[str, Any]] = {}
    for verdict in verdicts:
        for part in verdict.parts:
            if part.cause is None or part.outcome not in ("fail", "error", "unknown", "review"):
                continue
            entry = found.setdefault((verdict.product, part.cause), {"place": part.place, "rules": {}})
            entry["rules"][verdict.rule] = verdict.blocking
    listed = [
        Cause(product, cause, entry["place"], tuple(sorted(entry["rules"])), sum(entry["rules"].values()))
        for (product, cause), entry in found.items()
    ]
    return tuple(sorted(listed, key=lambda c: (c.product, -c.blocking, -len(c.rules), c.cause)))


def exit_code(
    products: Sequence[ProductResult],
    verdicts: Sequence[Verdict],
    diagnostics: Sequence[Diagnostic],
    *,
    may_be_empty: bool = False,
) -> int:
    """0 nothing blocks, 1 an enforced rule fails, 2 inputs or evidence do not allow a verdict.

    A run over a list of changed files `may_be_empty`; any other one that judges nothing is undecided.

    A failure that is certain comes before what is not: a run with both exits with 1.
    """
    if any(v.blocking and v.outcome == "fail" and v.disposition != "waived" for v in verdicts):
        return EXIT_FAIL
    if any(d.level == "error" for d in diagnostics) or not (products or may_be_empty):
        return EXIT_UNDECIDED
    return EXIT_UNDECIDED if any(p.verdict == "undetermined" for p in products) else EXIT_PASS


def result(product: Product, verdicts: Sequence[Verdict]) -> ProductResult:
    """How a product stands."""
    return ProductResult(
        product.name, product.domain, product.owner, product.version, product.file, product_verdict(verdicts)
    )
