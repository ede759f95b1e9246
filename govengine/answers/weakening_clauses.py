"""Whether the evidence that a rule asks for is as strict as it was, clause by clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from govengine.answers.weakening_order import (
    at_least,
    demands,
    figure_as_strict,
    includes,
    selects,
)
from govengine.language.printer_meaning import same_meaning
from govengine.language.syntax import Apart, Attest, Expect, Keep, Require

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govengine.language.expression import LiteralValue
    from govengine.language.syntax import Evidence, ForEach, Threshold


def weaker_evidence(after: Sequence[Evidence], before: Sequence[Evidence]) -> Iterator[Evidence]:
    """The clauses of `before` that no clause of `after` is shown to be as strict as."""
    required = [c.condition for c in after if isinstance(c, Require)]
    for clause in before:
        match clause:
            case Require():
                kept = demands(required, (clause.condition,))
            case Expect():
                kept = any(_expect(c, clause) for c in after if isinstance(c, Expect))
            case Keep():
                kept = any(_keep(c, clause) for c in after if isinstance(c, Keep))
            case Attest():
                kept = any(_attest(c, clause) for c in after if isinstance(c, Attest))
            case Apart():
                kept = any(_apart(c, clause) for c in after if isinstance(c, Apart))
            case _:
                assert_never(clause)
        if not kept:
            yield clause


def for_each_as_wide(after: ForEach | None, before: ForEach | None) -> bool:
    """Whether a rule judges every element that it judged before."""
    if after is None or before is None:
        return after is before
    same = after.variable.text == before.variable.text and same_meaning(after.list, before.list)
    return same and selects(after.where, before.where)


def _expect(after: Expect, before: Expect) -> bool:
    if after.kind != before.kind or not _threshold(after.threshold, before.threshold):
        return False
    if after.exception is not None and not same_meaning(after.exception, before.exception):
        return False
    same = all(
        same_meaning(getattr(after, name), getattr(before, name)) for name in ("predicate", "target", "where", "per")
    )
    if not same or not _tolerance(after, before):
        return False
    if before.kind in ("filled", "never looks like"):
        return includes(after.columns, before.columns) and {d.text for d in after.detectors} >= {
            d.text for d in before.detectors
        }
    if not same_meaning(after.columns, before.columns):
        return False
    if before.kind == "newest":
        return figure_as_strict("at most", after.limit, before.limit)
    if before.kind == "measure":
        direction = before.direction or "equals"
        return after.direction == before.direction and figure_as_strict(direction, after.limit, before.limit)
    return same_meaning(after.limit, before.limit) and after.direction == before.direction


def _tolerance(after: Expect, before: Expect) -> bool:
    return at_least(before.tolerance or 0, after.tolerance or 0)


def _threshold(after: Threshold | None, before: Threshold | None) -> bool:
    """No threshold means all rows. A dropped confidence judges the sample as if it were all rows: weaker."""
    if before is None:
        return after is None
    if after is None:
        return before.confidence is None
    return (
        figure_as_strict("at least", after.value, before.value)
        and _at_least_as(after.floor, before.floor)
        and _at_least_as(after.confidence, before.confidence)
    )


def _at_least_as(after: LiteralValue | None, before: LiteralValue | None) -> bool:
    return before is None or (after is not None and at_least(after, before))


def _keep(after: Keep, before: Keep) -> bool:
    return (
        after.direction == before.direction
        and same_meaning(after.column, before.column)
        and figure_as_strict(after.direction, after.limit, before.limit)
        and (after.exception is None or same_meaning(after.exception, before.exception))
    )


def _attest(after: Attest, before: Attest) -> bool:
    same = after.statement.text == before.statement.text and after.by == before.by
    return (
        same
        and same_meaning(after.role, before.role)
        and same_meaning(after.whom, before.whom)
        and (after.unless is None or same_meaning(after.unless, before.unless))
    )


def _apart(after: Apart, before: Apart) -> bool:
    return (
        {d.text for d in after.duties} >= {d.text for d in before.duties}
        and bool(after.others) == bool(before.others)
        and {d.text for d in after.others} >= {d.text for d in before.others}
        and after.anywhere >= before.anywhere
    )
