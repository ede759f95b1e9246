"""Where the retention rules of one column meet: an interval, which may be empty and then has to be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.conditions.runtime import ConditionError
from govengine.model.quantity import Period, holds, is_none
from govengine.model.reasons import Reason
from govengine.model.verdict import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govengine.conditions.explain import TracedValue
    from govengine.evaluate.dossier import Dossier
    from govengine.evaluate.draft import Draft
    from govengine.language.syntax import Direction
    from govengine.model.verdict import Outcome
    from govengine.plan.clauses import KeepClause


class RetentionDemand(NamedTuple):
    """One `keep` clause on one column: `limit` is None where it cannot be told."""

    draft: Draft
    text: str
    direction: Direction
    element: str | None
    column: TracedValue
    limit: Period | None

    @property
    def rule(self) -> str:
        """The rule's address."""
        return str(self.draft.rule["address"])


def meet(dossier: Dossier, kept: Iterable[RetentionDemand]) -> None:
    """Settle what `keep` clauses ask of the same column; parts that are decided otherwise are replaced.

    A prohibition goes before a legal hold and any shortest period, and a hold before any longest period. Where no
    period meets all that is asked, a conflict of the council decides, column by column; without one, the rules are in
    error: to fail one of them would be to choose.
    """
    columns: dict[tuple[object, object], list[RetentionDemand]] = {}
    named = {rule for conflict in dossier.book.plan["conflicts"] for rule in conflict["between"]}
    for one in kept:
        value = one.column.value
        columns.setdefault((value.get("dataset"), value.get("name")), []).append(one)
    for together in columns.values():
        prohibiting = [k for k in together if _prohibits(dossier, k)]
        if prohibiting:
            names = ", ".join(f"`{rule}`" for rule in sorted({k.rule for k in prohibiting}))
            for one in together:
                if one.direction == "at least":
                    _replace(
                        one, "not-applicable", f"{names} prohibits keeping it, which goes before any shortest period"
                    )
            continue
        if _held(dossier):
            for one in together:
                if one.direction == "at most":
                    _replace(one, "not-applicable", "a legal hold goes before it")
            continue
        own = [k for k in together if k.draft.rule["layer"] != "global" and k.rule not in named]
        mine = {id(k) for k in own}
        settled = [k for k in together if id(k) not in mine]
        clashing = _clashing(settled)
        if clashing:
            _decide(dossier, settled, clashing)
        if own:  # a domain's rule that clashes with the council's leaves that as it is
            everything = _clashing(together)
            _leave_open(everything, Reason("no conflict"), [k for k in everything if id(k) in mine])


def _prohibits(dossier: Dossier, one: RetentionDemand) -> bool:
    """Whether the council lets nothing be kept at all: at most no time, and enforced by its own word.

    A domain's prohibition, or one that a domain has made mandatory, would lift what the council asks to be kept.
    """
    rule = one.draft.rule
    if one.direction != "at most" or one.limit is None or not is_none(one.limit) or rule["layer"] != "global":
        return False
    return dossier.book.enforcement(rule, "", dossier.as_of) != "advisory"


def _held(dossier: Dossier) -> bool:
    retention = dossier.product.data["spec"].get("governance", {}).get("retention", {})
    return retention.get("legal_hold") is True


def _clashing(together: list[RetentionDemand]) -> list[RetentionDemand]:
    """Clauses of which some pair cannot both be met, for certain or by the calendar."""
    found: dict[int, RetentionDemand] = {}
    for low in (k for k in together if k.direction == "at least" and k.limit is not None):
        for high in (k for k in together if k.direction == "at most" and k.limit is not None):
            assert low.limit is not None
            assert high.limit is not None
            if holds("<=", low.limit, high.limit) is not True:
                found[id(low)], found[id(high)] = low, high
    return list(found.values())


def _decide(dossier: Dossier, together: list[RetentionDemand], clashing: list[RetentionDemand]) -> None:
    rules = {k.rule for k in clashing}
    conflict = next((c for c in dossier.book.plan["conflicts"] if rules <= set(c["between"])), None)
    if conflict is None:
        _leave_open(clashing, Reason("no conflict"))
        return
    here = {k.rule for k in together}
    for decision in conflict["decisions"]:
        if decision["rule"] not in here:
            continue
        try:
            chosen = decision["where"] is None or dossier.book.function(decision["where"])(
                dossier.roots, dossier.settings, together[0].column.value
            )
        except ConditionError as error:
            _leave_open(clashing, Reason("conflict fails", (conflict["name"], error.reason)))
            return
        if chosen:
            message = f"`{conflict['name']}` lets `{decision['rule']}` decide here"
            for one in together:
                if one.rule != decision["rule"] and one.rule in conflict["between"]:
                    _replace(one, "not-applicable", message)
            return
    _leave_open(clashing, Reason("conflict silent", (conflict["name"],)))


def _leave_open(clashing: list[RetentionDemand], why: Reason, which: list[RetentionDemand] | None = None) -> None:
    asked = "; ".join(
        sorted(f"`{k.rule}` asks for {k.direction} {k.limit.text}" for k in clashing if k.limit is not None)
    )
    for one in clashing if which is None else which:
        _replace(one, "error", Reason("no period", (asked, why)))


def _replace(one: RetentionDemand, outcome: Outcome, why: str | Reason) -> None:
    draft = one.draft
    message, cause = (why.text, why) if isinstance(why, Reason) else (why, None)
    for at, part in enumerate(draft.parts):
        if isinstance(part, Part):
            if (part.clause, part.element, part.evidence.get("condition")) == ("keep", one.element, one.text):
                draft.parts[at] = Part(
                    "keep", part.element, outcome, "declared", message, part.place, part.evidence, cause
                )
        elif (part.text, part.element) == (one.text, one.element):
            draft.parts[at] = Part("keep", part.element, outcome, "declared", message, part.place, {})


def limit_of(dossier: Dossier, clause: KeepClause, names: Mapping[str, TracedValue]) -> Period | None:
    """What a clause asks by the council's own settings, or None where it cannot be told.

    What a domain has tightened makes no rules clash: else an overlay could lift the other rule, which fails, by it.
    """
    try:
        value = dossier.council.trace(clause["limit"], names).value
    except ConditionError:
        return None
    return value if isinstance(value, Period) else None
