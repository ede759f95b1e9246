"""`expect` clauses → checks of rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from govengine.conditions.runtime import ConditionError
from govengine.conditions.show import show
from govengine.evaluate import declared as as_declared
from govengine.evaluate import tables
from govengine.evaluate.open_part import Promised
from govengine.evaluate.pending import Pending
from govengine.evaluate.row_clause import RowClause
from govengine.evaluate.tables import Unreachable, Where
from govengine.expectations import figure, filled, found_in, looks_like, newest, query, rows, unique, without_gaps
from govengine.expectations.measure import ALL, Asked, Threshold
from govengine.expectations.sql import type_told
from govengine.model.quantity import Bound, Percent, Period, parse_percent

if TYPE_CHECKING:
    from govengine.evaluate.dossier import Dossier, Element
    from govengine.evaluate.open_part import OpenPart
    from govengine.model.verdict import Part
    from govengine.plan.clauses import ExpectClause, Predicate, PredicatePiece
    from govengine.plan.rules import PlanRule

BUILT = frozenset(
    (
        *("rows", "filled", "unique", "found in", "never found in", "never looks like", "newest", "without gaps"),
        *("measure", "query", "as declared", "promised"),
    )
)
"""Kinds of expectations that are judged; others are `unknown`."""
Held = TypeVar("Held")


def pending(dossier: Dossier, rule: PlanRule, clause: ExpectClause, element: Element) -> list[Part | OpenPart]:
    """The checks that one clause asks on one element: `filled` one a column, the others one a dataset."""
    return Expectation(dossier, rule, clause, element).parts()


class Expectation(RowClause):
    """One `expect` clause on one element, as questions about rows."""

    def __init__(self, dossier: Dossier, rule: PlanRule, clause: ExpectClause, element: Element) -> None:
        super().__init__(dossier, rule, clause, element)
        self.clause, self.kind = clause, clause["kind"]

    def parts(self) -> list[Part | OpenPart]:
        """Open parts, and those that cannot even be asked."""
        if self.kind not in BUILT:
            cause = f"`{self.kind}` is not judged by this version of govengine"
            return [self.part(Unreachable("unknown", cause, cause), self.element.name)]
        if self.kind == "promised":
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
            made += self._on(where, columns, element)
        return made

    def _on(self, where: Where | Unreachable, columns: tuple[str, ...], element: str | None) -> list[Part | OpenPart]:
        if isinstance(where, Unreachable):
            return [self.part(where, element)]
        if self.kind == "as declared":
            try:
                return [as_declared.part(self.dossier, self.clause, where, element)]
            except Unreachable as unreachable:
                return [self.part(unreachable, element)]
        try:
            threshold, missing = self._threshold()
            asked = self._asked(where, columns)
        except Unreachable as unreachable:
            return [self.part(unreachable, element)]
        risk = self._risk()
        return [
            Pending(
                one._replace(check=tables.traced(self.dossier, where, one.check._replace(risk=risk))),
                ", ".join(filter(None, (element, f"column {one.column}"))) if len(asked) > 1 else element,
                threshold,
                missing,
                self.text,
                self.place(where, one.column),
                where.place,
            )
            for one in asked
        ]

    def _promised(self) -> Part | Promised:
        try:
            promise = self.value(given(self.clause["limit"]))
        except Unreachable as unreachable:
            return self.part(unreachable, self.element.name)
        path = self.dossier.explainer.nearest(given(self.clause["limit"]), self.names)
        return Promised(
            promise, str(path[-1]) if path else "", given(self.clause["limit"]), self.element.name, self.text,
            self.dossier.place(path),
        )  # fmt: skip

    def _datasets(self, columns: tuple[str, ...]) -> list[Where | Unreachable]:
        """The dataset that is meant; where neither `on` nor the element tells, all that have the columns."""
        of = self.rule["each"]["of"] if self.rule["each"] is not None else None
        if self.rule["on"] is not None:
            return [tables.dataset(self.dossier, self.rule["on"][1])]
        if of is None:
            found = list(tables.with_columns(self.dossier, columns))
            if not found:
                named = ", ".join(f"`{c}`" for c in columns)
                message = f"no dataset of the product has a column {named}"
                raise Unreachable("unknown", message, message)
            return found
        value = self.element.traced.value if self.element.traced else {}
        name = value.get("name" if of == "dataset" else "dataset")
        if name is None:
            message = f"which dataset holds `{value.get('name', '')}` is not declared"
            raise Unreachable("unknown", message, "columns without `dataset`")
        return [tables.dataset(self.dossier, name)]

    # -- one method a kind -------------------------------------------------------------------------------------------

    def _asked(self, where: Where, columns: tuple[str, ...]) -> list[Asked]:
        tables.require_columns(self.dossier, where, columns)
        key, table, types = self.key(where), where.key, where.types
        match self.kind:
            case "rows":
                sql, used = self.predicate(given(self.clause["predicate"]), where)
                return [rows.ask(key, table, sql, used, self._shown(given(self.clause["predicate"])))]
            case "filled":
                return [filled.ask(f"{key}|{c}", table, c) for c in columns]
            case "unique":
                return [unique.ask(key, table, columns)]
            case "found in" | "never found in":
                parent = self.parent(given(self.clause["target"]), self.clause["where"])
                return [found_in.ask(key, table, columns, types, parent, never=self.kind == "never found in")]
            case "never looks like":
                detectors, own = self.clause["detectors"], self.dossier.book.plan["detectors"]
                told = {c: tables.meaning(self.dossier, where, c) for c in columns}
                return [
                    looks_like.ask(f"{key}|{c}", table, c, types[c.lower()], told[c], detectors, own) for c in columns
                ]
            case "newest":
                return [self._newest(key, where, columns[0])]
            case "without gaps":
                return [self._without_gaps(key, where, columns)]
            case "measure":
                return [self._measure(key, where)]
            case _:
                return [self._query(key, where)]

    def _newest(self, key: str, where: Where, column: str) -> Asked:
        limit, type_ = self.value(given(self.clause["limit"])), where.types[column.lower()]
        if not isinstance(limit, Period | Bound):
            raise Unreachable("error", "the limit is no period")
        try:
            return newest.ask(key, where.key, column, type_, limit, self.dossier.as_of)
        except TypeError as error:
            raise Unreachable("error", f"`{column}` holds no dates or times, but {type_told(type_)}") from error
        except ValueError as error:
            why = f"`{error}` is no limit of how old the newest row may be: promise a time, as `<24h`"
            place = self.dossier.place(self.dossier.explainer.nearest(given(self.clause["limit"]), self.names))
            raise Unreachable("error", why, None, place) from error

    def _without_gaps(self, key: str, where: Where, columns: tuple[str, ...]) -> Asked:
        exception = self.clause["exception"]
        if exception is not None and len(columns) > 1:
            raise Unreachable("error", "exceptions are told by number alone, so they fit one column")
        spared = None if exception is None else self.parent(exception["target"], exception["where"])
        try:
            return without_gaps.ask(key, where.key, columns, where.types, where.found.rejected, spared)
        except TypeError as error:
            raise Unreachable("error", f"`{columns[-1]}` holds no numbers, but {type_told(str(error))}") from error

    def _measure(self, key: str, where: Where) -> Asked:
        sql, used = self.predicate(given(self.clause["predicate"]), where)
        per = tuple(self.column(c) for c in self.clause["per"])
        tables.require_columns(self.dossier, where, per)
        shown = self._shown(given(self.clause["predicate"]))
        direction = given(self.clause["direction"])
        if direction != "equals":
            limit = self.value(given(self.clause["limit"]))
            if isinstance(limit, bool) or not isinstance(limit, int | float):
                raise Unreachable("error", "the limit is no number")
            exact = limit if isinstance(limit, int) else Decimal(repr(limit))
            return figure.against_limit(key, where.key, sql, used, per, direction, exact, shown)
        other = self.parent(given(self.clause["target"]), None)
        _, found = tables.parent(self.dossier, given(self.clause["target"]))
        tables.require_parent_columns(other.table, found, per)
        if not found.rows and not found.rejected:
            raise Unreachable("unknown", f"`{other.table}` has no rows", f"`{other.table}` has no rows")
        tolerance = self.clause["tolerance"]
        within = None if tolerance is None else f"{Decimal(repr(tolerance)):f}"
        return figure.against_table(key, where.key, sql, used, where.types, per, other, within, shown)

    def _query(self, key: str, where: Where) -> Asked:
        text, _ = self.predicate(given(self.clause["predicate"]), None)
        named = tables.by_plain_names(self.dossier, given(self.clause["predicate"])["tables"])
        reached = {name: (table, tuple(found.columns)) for name, (table, found) in named.items()}
        rejected = {table: found.rejected for table, found in named.values()}
        return query.ask(key, where.key, text, reached, rejected)

    def _shown(self, predicate: Predicate) -> str:
        text = "".join(self._piece(piece) for piece in predicate["pieces"])
        return " ".join(text.split())

    def _piece(self, piece: PredicatePiece) -> str:
        """A piece as messages show it: columns by their names, values as they are written in the rule."""
        if piece[0] == "sql":
            return piece[1]
        return self.column(piece[1]) if piece[0] == "column" else "{" + show(piece[1]) + "}"

    def _risk(self) -> Decimal:
        asked = self.clause["threshold"]
        stated = asked["confidence"] if asked else None
        return Decimal("0.05") if stated is None else 1 - parse_percent(stated).value / 100

    def _threshold(self) -> tuple[Threshold, str | None]:
        """What is asked, and the promise that it should come from where that is not declared."""
        asked = self.clause["threshold"]
        if asked is None:
            return ALL, None
        floor = parse_percent(asked["floor"]) if asked["floor"] else None
        try:
            value = self.dossier.explainer.trace(asked["ir"], self.names).value
        except ConditionError as error:
            if floor is None:
                raise Unreachable("unknown", str(error), str(error)) from error
            return Threshold(floor.value, False, floor.text), str(error)
        why = _no_share(value)
        if why is not None:
            place = self.dossier.place(self.dossier.explainer.nearest(asked["ir"], self.names))
            raise Unreachable("error", why, None, place)
        if floor is not None and value.value < floor.value:
            return Threshold(floor.value, False, f"{floor.text} (promised: {value.text})"), None
        return Threshold(value.value, isinstance(value, Bound) and value.op == ">", value.text), None


def given(part: Held | None) -> Held:
    """A part of a clause that every clause of its kind has."""
    assert part is not None
    return part


def _no_share(value: Any) -> str | None:
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
