"""`keep … at most` in the rows: what the spec declares says little while old rows are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.evaluate import tables
from govengine.evaluate.data import Clause, Pending
from govengine.evaluate.tables import Unreachable, Where
from govengine.expectations import kept
from govengine.expectations.measure import ALL
from govengine.expectations.sql import type_told
from govengine.model.quantity import Period

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.conditions.explain import Traced
    from govengine.evaluate.judge import Judge
    from govengine.expectations.parent import Parent
    from govengine.model.verdict import Part


def pending(
    judge: Judge, rule: Mapping[str, Any], clause: Mapping[str, Any], element: str | None, traced: Traced | None
) -> list[Part | Pending]:
    """The check that a `keep` clause asks of one column's rows; none where the spec names no column that it starts at.

    What is declared stands alone, too, where no file serves the dataset.
    """
    governance = judge.product.data["spec"].get("governance", {})
    start = governance.get("retention", {}).get("starts_at")
    if clause["direction"] != "at most" or start is None or traced is None or "dataset" not in traced.value:
        return []
    asked = Clause(judge, rule, clause, element, traced)
    try:
        where = tables.dataset(judge, traced.value["dataset"])
    except Unreachable as unreachable:
        return [] if (unreachable.cause or "").endswith("cannot be reached") else [asked.part(unreachable, element)]
    try:
        return [_asked(asked, where, start, governance.get("processing", {}).get("subject_key"))]
    except Unreachable as unreachable:
        return [] if unreachable.cause == _ELSEWHERE else [asked.part(unreachable, element)]


_ELSEWHERE = "it starts in another dataset"


def _asked(clause: Clause, where: Where, start: str, subject_key: str | None) -> Pending:
    declared = next((d.get("columns", ()) for d in clause.judge.product.datasets if d["name"] == where.dataset), ())
    if start.lower() not in where.types and start not in declared:
        raise Unreachable("not-applicable", _ELSEWHERE, _ELSEWHERE)
    tables.require_columns(clause.judge, where, (start,))
    longest = clause.value(clause.clause["limit"])
    if not isinstance(longest, Period):
        raise Unreachable("error", "the limit is no period")
    assert clause.traced is not None
    name = str(clause.traced.value["name"])
    column = name if name.lower() in where.types else None
    exceptions = _exceptions(clause, where, subject_key)
    as_of = clause.judge.roots["as_of"]
    try:
        asked = kept.ask(clause.key(where), where.key, column, start, where.types, longest, as_of, exceptions)
    except TypeError as error:
        raise Unreachable("error", f"`{start}` holds no dates or times, but {type_told(str(error))}") from error
    asked = asked._replace(check=tables.traced(clause.judge, where, asked.check))
    text, place = clause.clause["text"], clause.place(where, column)
    return Pending(asked, clause.element, ALL, None, text, place, where.place, "keep")


def _exceptions(clause: Clause, where: Where, subject_key: str | None) -> tuple[str, Parent] | None:
    """The register of exceptions, and the column that finds a row in it: of the same name, or the product's key."""
    exception = clause.clause["exception"]
    if exception is None:
        return None
    register = clause.parent(exception["target"], exception["where"])
    (key,) = register.columns
    found_by = next((c for c in (key, subject_key) if c is not None and c.lower() in where.types), None)
    if found_by is None:
        message = f"which column of `{where.dataset}` finds a row in `{register.named}` is not declared"
        raise Unreachable("unknown", message, "`spec.governance.processing.subject_key` is not declared")
    return found_by, register
