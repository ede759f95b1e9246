"""`expect promise spec.quality.accuracy kept`: what other rules measured of a product's rows against what it promises.

A promise is measured by the rules of its dimension (`dimension accuracy`), completeness also by every `filled`,
uniqueness by every `unique`, freshness by `newest`. Each of their counts is judged anew with the promise for its
threshold: a rule may ask for less than the product promises. Where nothing measured it, it is unknown; so it is where
such a rule could not be judged, whatever others show. What is no share of rows (a figure, a query, a detector) never
shows that a share is kept, and leaves it unknown where it does not pass.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.conditions.ir import opened
from govengine.evaluate.open_part import OpenPromise
from govengine.evaluate.pending import OpenCheck, settle
from govengine.expectations.measure import Threshold
from govengine.expectations.registry import EXPECTATIONS
from govengine.model.quantity import Bound, Percent, Period, holds, parse_period
from govengine.model.reasons import Reason
from govengine.model.verdict import OUTCOMES, Part
from govengine.plan.walk import expectations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from govengine.evaluate.draft import Draft
    from govengine.evaluate.open_part import OpenPart
    from govengine.expectations.expectation import Expectation
    from govengine.expectations.measure import Measurement, NoMeasurement
    from govengine.plan.clauses import ExpectClause
    from govengine.plan.rules import PlanRule

_SETTLED = ("pass", "not-applicable")
_NOT_OF_ROWS = ("availability", "latency")
_FEW = 2


class Observation(NamedTuple):
    """One part of another rule for one of its data clauses: with what was measured for it, or None where it is settled.

    A part that says that it cannot be told whom the rule judges stands for each of its data clauses.
    """

    rule: str
    dimension: str | None
    clause: ExpectClause
    part: OpenCheck | Part
    measured: Measurement | NoMeasurement | None


def seen(
    rule: PlanRule, parts: Iterable[Part | OpenPart], measured: Mapping[str, Measurement | NoMeasurement]
) -> list[Observation]:
    """The data parts of a rule that were measured, and those that do not pass without a measurement."""
    clauses = {c["text"]: c for c in expectations(rule)}
    found: list[Observation] = []
    for part in parts:
        answer = None
        if isinstance(part, OpenCheck):
            meant, answer = [part.text], measured[part.check.key]
        elif isinstance(part, Part) and part.outcome not in _SETTLED and part.clause != "require":
            meant = [part.evidence["expectation"]] if "expectation" in part.evidence else list(clauses)
        else:
            continue
        found += [
            Observation(rule["address"], rule["dimension"], clauses[t], part, answer) for t in meant if t in clauses
        ]
    return found


def risks(drafts: Iterable[Draft]) -> dict[str, Decimal]:
    """For each check of a product, the chance, at most, that a claim made of it from a sample is wrong."""
    drafts = list(drafts)
    promises = [p for d in drafts for p in d.parts if isinstance(p, OpenPromise) and _threshold(p.promise) is not None]
    found = {}
    for draft in drafts:
        kinds = {c["text"]: _kind(c) for c in expectations(draft.rule)}
        for part in draft.parts:
            if isinstance(part, OpenCheck):
                kind, dimension = kinds.get(part.text), draft.rule["dimension"]
                again = kind is not None and kind.shares and any(_measures(kind, dimension, p) for p in promises)
                found[part.check.key] = part.risk(promised=again)
    return found


def _kind(clause: ExpectClause) -> Expectation | None:
    return EXPECTATIONS.get(clause["kind"])


def _measures(kind: Expectation, dimension: str | None, promise: OpenPromise) -> bool:
    return promise.name in (dimension, kind.measures)


def keep(open_: OpenPromise, others: Sequence[Observation]) -> Part:
    """The part that the measurements of other rules make of a promise."""
    promise = open_.promise
    evidence: dict[str, Any] = {"expectation": open_.text, "promise": getattr(promise, "text", str(promise))}
    if open_.name in _NOT_OF_ROWS:
        return _unknown(open_, evidence, Reason("not in rows", (open_.name,)))
    judged = [(s, again) for s in others for again in (_again(open_, s),) if again is not None]
    evidence["measured_by"] = sorted({s.rule for s, _ in judged})
    if not judged:
        return _unknown(open_, evidence, Reason("nothing measures", (open_.name, _lacking(open_, others))))
    worst = min(judged, key=lambda pair: OUTCOMES.index(pair[1].outcome))
    outcome = worst[1].outcome
    assurance = min(
        (p.assurance or "declared" for _, p in judged), key=("declared", "attested", "sampled", "observed").index
    )
    if outcome in ("unknown", "error", "review"):
        message = f"`{worst[0].rule}` leaves it open: {worst[1].message}"
        return Part("expect", open_.element, "unknown", assurance, message, open_.place, evidence, worst[1].cause)
    rules = evidence["measured_by"]
    if outcome == "fail":
        message = f"promised {evidence['promise']}, and `{worst[0].rule}` shows: {worst[1].message}"
        return Part("expect", open_.element, "fail", assurance, message, open_.place, evidence, None, "open")
    # Named where they are few: a promise is worth as much as the rules that it rests on.
    named = " and ".join(f"`{rule}`" for rule in rules) if len(rules) <= _FEW else f"{len(rules)} rules"
    message = f"kept, as {named} measured it"
    return Part("expect", open_.element, "pass", assurance, message, open_.place, evidence)


def _unknown(open_: OpenPromise, evidence: dict[str, object], why: Reason) -> Part:
    return Part("expect", open_.element, "unknown", None, why.text, open_.place, evidence, why)


def _lacking(open_: OpenPromise, others: Sequence[Observation]) -> Reason:
    """What would measure a promise that nothing measures, and what seems to."""
    if _of_time(open_.promise):
        other = next((s.rule for s in others if (kind := _kind(s.clause)) is not None and kind.dates), None)
        if other is None:
            return Reason("by newest")
        return Reason("by newest within", (other,))
    return Reason("by rows" if any(s.dimension == open_.name for s in others) else "by dimension", (open_.name,))


def _again(open_: OpenPromise, other: Observation) -> Part | None:
    """A part of another rule, judged by the promise; None where it measures something else."""
    kind = _kind(other.clause)
    if kind is None:
        return None
    if _of_time(open_.promise):
        return _newest(open_, other) if kind.dates else None
    threshold = _threshold(open_.promise)
    if threshold is None or kind.dates or kind.ask == "other rules":
        return None
    if not _measures(kind, other.dimension, open_):
        return None
    if kind.shares and isinstance(other.part, OpenCheck) and other.measured is not None:
        return settle(replace(other.part, threshold=threshold, undeclared_promise=None), other.measured)
    part = _settled(other)
    return None if part.outcome in _SETTLED else _open(part, other.rule)


def _settled(other: Observation) -> Part:
    if isinstance(other.part, Part) or other.measured is None:
        assert isinstance(other.part, Part)
        return other.part
    return settle(other.part, other.measured)


def _open(part: Part, rule: str) -> Part:
    """What does not pass, as what leaves a promise of a share unknown: it is not told how many rows it is about."""
    return replace(part, outcome="unknown", disposition=None, cause=part.cause or Reason("left open", (rule,)))


def _of_time(promise: object) -> bool:
    return isinstance(promise, Bound) and promise.unit in ("us", "month")


def _threshold(promise: object) -> Threshold | None:
    if isinstance(promise, Bound) and promise.op in (">", ">=", "=") and promise.unit == "%":
        return Threshold(promise.value, promise.op == ">", promise.text)
    return Threshold(promise.value, False, promise.text) if isinstance(promise, Percent) else None


def _newest(open_: OpenPromise, other: Observation) -> Part | None:
    """What `newest x within P` says of a promise: all, where P is the promise; else as far as one implies the other."""
    part = _settled(other)
    limit = other.clause["limit"]
    if limit == open_.ir or part.outcome not in ("pass", "fail"):
        return part
    promised = _period(open_.promise)
    figure = None if limit is None else opened(limit)
    if promised is None or figure is None or figure[0] != "q" or figure[1] != "period":
        return None
    asked = parse_period(figure[2])
    closer = "<" if open_.promise.op == "<" else "<="
    implied = holds(closer, asked, promised) if part.outcome == "pass" else holds(">=", asked, promised)
    return part if implied else None


def _period(promise: Bound) -> Period | None:
    if promise.op not in ("<", "<=") or promise.unit not in ("us", "month") or promise.percentile is not None:
        return None
    months, micros = (int(promise.value), 0) if promise.unit == "month" else (0, int(promise.value))
    return Period(months, 0, micros, promise.text)
