"""`keep … at most` in the rows: what the spec declares says little while old rows are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.evaluate import tables
from govengine.evaluate.pending import OpenCheck
from govengine.evaluate.row_clause import RowClause
from govengine.expectations import kept
from govengine.expectations.measure import ALL
from govengine.expectations.sql import type_told
from govengine.expectations.unreachable import Unreachable
from govengine.model.quantity import Period
from govengine.model.reasons import Reason

if TYPE_CHECKING:
    from govengine.evaluate.dossier import Dossier, Element
    from govengine.evaluate.tables import LoadedDataset
    from govengine.expectations.parent import Parent
    from govengine.model.reasons import Code
    from govengine.model.verdict import Part
    from govengine.plan.clauses import KeepClause, PlanException
    from govengine.plan.rules import PlanRule


def pending(dossier: Dossier, rule: PlanRule, clause: KeepClause, element: Element) -> list[Part | OpenCheck]:
    """The check that a `keep` clause asks of one column's rows; none where the spec names no column that it starts at.

    What is declared stands alone, too, where no file serves the dataset.
    """
    governance = dossier.product.data["spec"].get("governance", {})
    start = governance.get("retention", {}).get("starts_at")
    traced = element.traced
    if clause["direction"] != "at most" or start is None or traced is None or "dataset" not in traced.value:
        return []
    asked = RowClause(dossier, rule, clause, element)
    try:
        where = tables.dataset(dossier, traced.value["dataset"])
    except Unreachable as unreachable:
        return [] if _because(unreachable, "rows out of reach") else [asked.part(unreachable, element.name)]
    try:
        return [_asked(asked, clause, where, start, governance.get("processing", {}).get("subject_key"))]
    except Unreachable as unreachable:
        return [] if _because(unreachable, "starts elsewhere") else [asked.part(unreachable, element.name)]


def _because(unreachable: Unreachable, code: Code) -> bool:
    return unreachable.cause is not None and unreachable.cause.code == code


def _asked(
    asked: RowClause, clause: KeepClause, where: LoadedDataset, start: str, subject_key: str | None
) -> OpenCheck:
    declared = next((d.get("columns", ()) for d in asked.dossier.product.datasets if d["name"] == where.dataset), ())
    if start.lower() not in where.types and start not in declared:
        elsewhere = Reason("starts elsewhere")
        raise Unreachable("not-applicable", elsewhere.text, elsewhere)
    tables.require_columns(asked.dossier, where, (start,))
    longest = asked.value(clause["limit"])
    if not isinstance(longest, Period):
        raise Unreachable("error", "the limit is no period")
    assert asked.element.traced is not None
    name = str(asked.element.traced.value["name"])
    column = name if name.lower() in where.types else None
    exceptions = _exceptions(asked, clause["exception"], where, subject_key)
    as_of = asked.dossier.as_of
    try:
        check = kept.ask(asked.key(where), where.key, column, start, where.types, longest, as_of, exceptions)
    except TypeError as error:
        raise Unreachable("error", f"`{start}` holds no dates or times, but {type_told(str(error))}") from error
    check = check._replace(check=tables.traced(asked.dossier, where, check.check))
    place = asked.place(where, column)
    return OpenCheck(check, asked.element.name, ALL, None, asked.text, place, where.place, "keep")


def _exceptions(
    asked: RowClause, exception: PlanException | None, where: LoadedDataset, subject_key: str | None
) -> tuple[str, Parent] | None:
    """The register of exceptions, and the column that finds a row in it: of the same name, or the product's key."""
    if exception is None:
        return None
    register = asked.parent(exception["target"], exception["where"])
    (key,) = register.columns
    found_by = next((c for c in (key, subject_key) if c is not None and c.lower() in where.types), None)
    if found_by is None:
        message = f"which column of `{where.dataset}` finds a row in `{register.named}` is not declared"
        raise Unreachable("unknown", message, Reason("undeclared", ("spec.governance.processing.subject_key",)))
    return found_by, register
