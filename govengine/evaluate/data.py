"""`expect` clauses → checks of rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from govengine.conditions.runtime import ConditionError
from govengine.evaluate import tables
from govengine.evaluate.asked_of_dataset import AskedOfDataset, given
from govengine.evaluate.open_part import OpenPromise
from govengine.evaluate.pending import OpenCheck
from govengine.evaluate.row_clause import RowClause
from govengine.expectations.measure import ALL, Question, Threshold
from govengine.expectations.registry import EXPECTATIONS
from govengine.expectations.unreachable import Unreachable
from govengine.model.quantity import Bound, Percent, parse_percent
from govengine.model.reasons import Reason
from govengine.model.verdict import Part

if TYPE_CHECKING:
    from govengine.evaluate.dossier import Dossier, Element
    from govengine.evaluate.open_part import OpenPart
    from govengine.evaluate.tables import LoadedDataset
    from govengine.expectations.expectation import Ask, EarlyAnswer
    from govengine.model.verdict import Disposition
    from govengine.plan.clauses import ExpectClause
    from govengine.plan.rules import PlanRule


def pending(dossier: Dossier, rule: PlanRule, clause: ExpectClause, element: Element) -> list[Part | OpenPart]:
    """The checks that one clause asks on one element: `filled` one a column, the others one a dataset."""
    return ExpectQuestions(dossier, rule, clause, element).parts()


class ExpectQuestions(RowClause):
    """One `expect` clause on one element, as questions about rows."""

    def __init__(self, dossier: Dossier, rule: PlanRule, clause: ExpectClause, element: Element) -> None:
        super().__init__(dossier, rule, clause, element)
        self.clause = clause

    def parts(self) -> list[Part | OpenPart]:
        """Open parts, and those that cannot even be asked."""
        record = EXPECTATIONS.get(self.clause["kind"])
        if record is None:
            cause = Reason("kind not judged", (self.clause["kind"],))
            return [self.part(Unreachable("unknown", cause.text, cause), self.element.name)]
        if record.ask == "other rules":
            return [self._promised()]
        try:
            columns = tuple(self.column(c) for c in self.clause["columns"])
            datasets = self._datasets(columns)
        except Unreachable as unreachable:
            return [self.part(unreachable, self.element.name)]
        made: list[Part | OpenPart] = []
        for where in datasets:
            element = self.element.name
            if len(datasets) > 1 and not isinstance(where, Unreachable):
                element = ", ".join(filter(None, (element, f"dataset {where.dataset}")))
            made += self._on(record.ask, where, columns, element)
        return made

    def _on(
        self, ask: Ask, where: LoadedDataset | Unreachable, columns: tuple[str, ...], element: str | None
    ) -> list[Part | OpenPart]:
        if isinstance(where, Unreachable):
            return [self.part(where, element)]
        try:
            threshold, missing = self._threshold()
            tables.require_columns(self.dossier, where, columns)
            asked = ask(AskedOfDataset(self, self.clause, where, columns))
        except Unreachable as unreachable:
            return [self.part(unreachable, element)]
        risk = self._risk()
        made: list[Part | OpenPart] = []
        for one in asked:
            if not isinstance(one, Question):
                made.append(self._settled(one, where, element))
                continue
            named = ", ".join(filter(None, (element, f"column {one.column}"))) if len(asked) > 1 else element
            check = tables.traced(self.dossier, where, one.check._replace(risk=risk))
            place = self.place(where, one.column)
            made.append(OpenCheck(one._replace(check=check), named, threshold, missing, self.text, place, where.place))
        return made

    def _settled(self, answer: EarlyAnswer, where: LoadedDataset, element: str | None) -> Part:
        evidence = {"expectation": self.text, **answer.evidence}
        disposition: Disposition | None = "open" if answer.outcome == "fail" else None
        return Part(
            "expect", element, answer.outcome, "observed", answer.message, where.place, evidence, None, disposition
        )

    def _promised(self) -> Part | OpenPromise:
        try:
            promise = self.value(given(self.clause["limit"]))
        except Unreachable as unreachable:
            return self.part(unreachable, self.element.name)
        path = self.dossier.explainer.nearest(given(self.clause["limit"]), self.names)
        return OpenPromise(
            promise, str(path[-1]) if path else "", given(self.clause["limit"]), self.element.name, self.text,
            self.dossier.place(path),
        )  # fmt: skip

    def _datasets(self, columns: tuple[str, ...]) -> list[LoadedDataset | Unreachable]:
        """The dataset that is meant; where neither `on` nor the element tells, all that have the columns."""
        of = self.rule["each"]["of"] if self.rule["each"] is not None else None
        if self.rule["on"] is not None:
            return [tables.dataset(self.dossier, self.rule["on"][1])]
        if of is None:
            found = list(tables.with_columns(self.dossier, columns))
            if not found:
                named = ", ".join(f"`{c}`" for c in columns)
                none = Reason("no dataset has", (named,))
                raise Unreachable("unknown", none.text, none)
            return found
        value = self.element.traced.value if self.element.traced else {}
        name = value.get("name" if of == "dataset" else "dataset")
        if name is None:
            message = f"which dataset holds `{value.get('name', '')}` is not declared"
            raise Unreachable("unknown", message, Reason("column of no dataset"))
        return [tables.dataset(self.dossier, name)]

    def _risk(self) -> Decimal:
        asked = self.clause["threshold"]
        stated = asked["confidence"] if asked else None
        return Decimal("0.05") if stated is None else 1 - parse_percent(stated).value / 100

    def _threshold(self) -> tuple[Threshold, Reason | None]:
        """What is asked, and the promise that it should come from where that is not declared."""
        asked = self.clause["threshold"]
        if asked is None:
            return ALL, None
        floor = parse_percent(asked["floor"]) if asked["floor"] else None
        try:
            value = self.dossier.explainer.trace(asked["ir"], self.names).value
        except ConditionError as error:
            if floor is None:
                raise Unreachable("unknown", error.reason.text, error.reason) from error
            return Threshold(floor.value, False, floor.text), error.reason
        why = _no_share(value)
        if why is not None:
            place = self.dossier.place(self.dossier.explainer.nearest(asked["ir"], self.names))
            raise Unreachable("error", why, None, place)
        if floor is not None and value.value < floor.value:
            return Threshold(floor.value, False, f"{floor.text} (promised: {value.text})"), None
        return Threshold(value.value, isinstance(value, Bound) and value.op == ">", value.text), None


def _no_share(value: object) -> str | None:
    """Why a value is no share that rows can be held to, or None where it is one."""
    if isinstance(value, Percent):
        return None
    if not isinstance(value, Bound):
        return "the threshold is no percentage"
    if value.unit != "%":
        return f"`{value.text}` promises no share of rows: a threshold is a percentage, as `>99.5%`"
    if value.percentile is not None:
        return f"`{value.text}` promises something of {value.percentile} alone: a threshold is of all rows, as `>99.5%`"
    if value.op in ("<", "<="):
        return f"`{value.text}` promises a share at most: a threshold is what rows must reach, as `>99.5%`"
    return None
