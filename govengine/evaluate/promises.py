"""`expect promise spec.quality.accuracy kept`: what other rules measured of a product's rows against what it promises.

A promise is measured by the rules of its dimension (`dimension accuracy`), completeness also by every `filled`,
uniqueness by every `unique`, freshness by `newest`. Each of their counts is judged anew with the promise for its
threshold: a rule may ask for less than the product promises. Where nothing measured it, it is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.evaluate.pending import Pending, settle
from govengine.expectations.measure import Threshold
from govengine.model.quantity import Bound, Percent, Period, holds, parse_period
from govengine.model.verdict import OUTCOMES, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govengine.diagnostics import Place
    from govengine.expectations.measure import Measured, NotMeasured
    from govengine.model.verdict import Outcome

_BY_KIND = {"completeness": "filled", "uniqueness": "unique"}
_TIMES = ("freshness", "timeliness")
_NOT_OF_ROWS = ("availability", "latency")


@dataclass(frozen=True, slots=True)
class Promised:
    """A part that waits until the other rules are judged.

    `name` is the promise's, "accuracy"; `ir` where the rule takes it from.
    """

    promise: Any
    name: str
    ir: Any
    element: str | None
    text: str
    place: Place

    @property
    def outcome(self) -> None:
        """None: it is open."""
        return


class Seen(NamedTuple):
    """One data part of another rule: its address and dimension, the clause, and what was measured for it."""

    rule: str
    dimension: str | None
    clause: Mapping[str, Any]
    part: Pending
    measured: Measured | NotMeasured


def seen(rule: Mapping[str, Any], parts: Iterable[Any], measured: Mapping[str, Any]) -> list[Seen]:
    """The data parts of a rule with what was measured for them."""
    clauses = {c["text"]: c for c in rule["evidence"] if c["clause"] == "expect"}
    return [
        Seen(rule["address"], rule["dimension"], clauses[p.text], p, measured[p.check.key])
        for p in parts
        if isinstance(p, Pending) and p.text in clauses
    ]


def keep(open_: Promised, others: Sequence[Seen]) -> Part:
    """The part that the measurements of other rules make of a promise."""
    promise = open_.promise
    evidence: dict[str, Any] = {"expectation": open_.text, "promise": getattr(promise, "text", str(promise))}
    if open_.name in _NOT_OF_ROWS:
        return _unknown(open_, evidence, f"rows do not show `{open_.name}`: nothing here measures it")
    judged = [(s, again) for s in others for again in (_again(open_, s),) if again is not None]
    evidence["measured_by"] = sorted({s.rule for s, _ in judged})
    if not judged:
        how = "a `newest` clause" if open_.name in _TIMES else f"a rule of `dimension {open_.name}`"
        return _unknown(open_, evidence, f"nothing measures `{open_.name}`: {how} would")
    worst = min(judged, key=lambda pair: OUTCOMES.index(pair[1].outcome))
    outcome = worst[1].outcome
    assurance = min(
        (p.assurance or "declared" for _, p in judged), key=("declared", "attested", "sampled", "observed").index
    )
    if outcome in ("unknown", "error", "review"):
        message = f"`{worst[0].rule}` cannot tell: {worst[1].message}"
        return Part("expect", open_.element, "unknown", assurance, message, open_.place, evidence, worst[1].cause)
    count = len(evidence["measured_by"])
    if outcome == "fail":
        message = f"promised {evidence['promise']}, and `{worst[0].rule}` shows: {worst[1].message}"
        return Part("expect", open_.element, "fail", assurance, message, open_.place, evidence, None, "open")
    message = f"kept, as {'1 rule' if count == 1 else f'{count} rules'} measured it"
    return Part("expect", open_.element, "pass", assurance, message, open_.place, evidence)


def _unknown(open_: Promised, evidence: dict[str, Any], why: str) -> Part:
    return Part("expect", open_.element, "unknown", None, why, open_.place, evidence, why)


def _again(open_: Promised, other: Seen) -> Part | None:
    """A part of another rule, judged by the promise; None where it measures something else."""
    kind = other.clause["kind"]
    if open_.name in _TIMES:
        return _newest(open_, other) if kind == "newest" else None
    if kind == "newest" or (other.dimension != open_.name and _BY_KIND.get(open_.name) != kind):
        return None
    threshold = _threshold(open_.promise)
    if threshold is None:
        return None
    return settle(replace(other.part, threshold=threshold, undeclared_promise=None), other.measured)


def _threshold(promise: Any) -> Threshold | None:
    if isinstance(promise, Bound) and promise.op in (">", ">=", "=") and promise.unit == "%":
        return Threshold(promise.value, promise.op == ">", promise.text)
    return Threshold(promise.value, False, promise.text) if isinstance(promise, Percent) else None


def _newest(open_: Promised, other: Seen) -> Part | None:
    """What `newest x within P` says of a promise: all, where P is the promise; else as far as one implies the other."""
    part = settle(other.part, other.measured)
    limit = other.clause["limit"]
    if limit == open_.ir:
        return part
    if not isinstance(limit, tuple) or limit[:2] != ("q", "period") or not isinstance(open_.promise, Bound):
        return None
    asked = parse_period(limit[2])
    promised = _period(open_.promise)
    implied: Outcome | None = None
    if promised is not None:
        if part.outcome == "pass" and holds("<", asked, promised):
            implied = "pass"
        elif part.outcome == "fail" and holds(">=", asked, promised):
            implied = "fail"
    return part if implied is not None or part.outcome not in ("pass", "fail") else None


def _period(promise: Bound) -> Period | None:
    if promise.op not in ("<", "<=") or promise.unit not in ("us", "month") or promise.percentile is not None:
        return None
    months, micros = (int(promise.value), 0) if promise.unit == "month" else (0, int(promise.value))
    return Period(months, 0, micros, promise.text)
