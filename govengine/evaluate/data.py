"""`expect` clauses → checks of rows, and measurements → parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.conditions.runtime import ConditionError
from govengine.conditions.show import show
from govengine.diagnostics import Place, nearest
from govengine.evaluate.facts import Found, table_key
from govengine.expectations import filled, found_in, rows, unique
from govengine.expectations.measure import ALL, Check, Measured, NotMeasured, Threshold, decide, share
from govengine.expectations.sql import identifier, literal
from govengine.model.quantity import Bound, Percent, parse_percent
from govengine.model.verdict import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.conditions.explain import Traced
    from govengine.evaluate.judge import Judge
    from govengine.model.verdict import Disposition, Outcome


BUILT = frozenset({"rows", "filled", "unique", "found in"})
"""Kinds of expectations that are judged; others are `unknown`."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A data part whose figures are not there yet."""

    check: Check
    element: str | None
    threshold: Threshold
    undeclared_promise: str | None
    subject: tuple[Any, ...]
    text: str
    place: Place
    source: Place
    """Where the dataset is declared: what to mend when its rows cannot be read."""

    @property
    def outcome(self) -> None:
        """None: it is open."""
        return


class _Unmeasurable(Exception):  # noqa: N818 - a signal that carries a part, not a mistake
    """A check that cannot be put; `part` says so."""

    def __init__(self, part: Part) -> None:
        super().__init__(part.message)
        self.part = part


def pending(
    judge: Judge, rule: Mapping[str, Any], clause: Mapping[str, Any], element: str | None, traced: Traced | None
) -> list[Part | Pending]:
    """The checks that one clause asks on one element: `filled` one a column, the others one."""
    try:
        return _Clause(judge, rule, clause, element, traced).checks()
    except _Unmeasurable as unmeasurable:
        return [unmeasurable.part]


class _Where(NamedTuple):
    dataset: str
    key: str
    found: Found
    place: Place


class _Clause:
    def __init__(
        self,
        judge: Judge,
        rule: Mapping[str, Any],
        clause: Mapping[str, Any],
        element: str | None,
        traced: Traced | None,
    ) -> None:
        self.judge, self.rule, self.clause, self.element, self.traced = judge, rule, clause, element, traced
        self.names = {rule["each"]["variable"]: traced} if traced is not None else {}

    def checks(self) -> list[Part | Pending]:
        if self.clause["kind"] not in BUILT:
            cause = f"`{self.clause['kind']}` is not judged by this version of govengine"
            raise self._part("unknown", cause, cause=cause)
        where = self._dataset()
        threshold, missing = self._threshold()
        kind = self.clause["kind"]
        columns = tuple(self._column(c) for c in self.clause["columns"])
        self._require_columns(where, columns)
        key = f"{self.rule['address']}|{self.judge.product.name}|{self.element}|{self.clause['text']}"
        made: list[tuple[Check, tuple[Any, ...]]]
        if kind == "rows":
            sql, used = self._predicate(self.clause["predicate"], where)
            made = [(rows.check(key, where.key, sql, used), ("rows", self._shown(self.clause["predicate"])))]
        elif kind == "filled":
            made = [(filled.check(f"{key}|{c}", where.key, c), ("filled", c)) for c in columns]
        elif kind == "unique":
            made = [(unique.check(key, where.key, columns), ("unique", columns))]
        else:
            made = [self._found_in(key, where, columns)]
        return [
            Pending(
                check,
                self._element(subject, len(made)),
                threshold,
                missing,
                subject,
                self.clause["text"],
                self._place(where, subject),
                where.place,
            )
            for check, subject in made
        ]

    def _part(
        self, outcome: Any, message: str, *, place: Place | None = None, cause: str | None = None
    ) -> _Unmeasurable:
        evidence = {"expectation": self.clause["text"]}
        where = place or self.judge.place(self.traced.path if self.traced else None)
        return _Unmeasurable(Part("expect", self.element, outcome, "declared", message, where, evidence, cause))

    def _element(self, subject: tuple[Any, ...], many: int) -> str | None:
        if subject[0] == "filled" and many > 1:
            return f"{self.element}, column {subject[1]}" if self.element else f"column {subject[1]}"
        return self.element

    def _dataset(self) -> _Where:
        judge = self.judge
        if self.rule["on"] is not None:
            name = self.rule["on"][1]
        else:
            value = self.traced.value if self.traced else {}
            name = value.get("name" if self.rule["each"]["of"] == "dataset" else "dataset")
            if name is None:
                column = value.get("name", "")
                raise self._part(
                    "unknown", f"which dataset holds `{column}` is not declared", cause="columns without `dataset`"
                )
        index = next((i for i, d in enumerate(judge.product.datasets) if d["name"] == name), None)
        if index is None:
            known = [d["name"] for d in judge.product.datasets]
            near = nearest(name, known)
            hint = f"; did you mean `{near}`?" if near else ""
            raise self._part(
                "unknown", f"the product declares no dataset `{name}`{hint}", cause=f"dataset `{name}` is not declared"
            )
        place = judge.place(("datasets", index))
        key = table_key(judge.product.name, name)
        found = (judge.found or {}).get(key)
        if found is None:
            message = f"the rows of `{name}` cannot be reached: no interface of type `file` or `duckdb` serves it"
            raise self._part("unknown", message, place=place, cause=f"rows of `{name}` cannot be reached")
        if found.reason is not None:
            message = f"the rows of `{name}` cannot be read: {found.reason}"
            raise self._part("unknown", message, place=place, cause=f"`{name}` cannot be read: {found.reason}")
        return _Where(name, key, found, place)

    def _column(self, column: Any) -> str:
        if isinstance(column, str):
            return column
        try:
            return str(self.judge.explainer.trace(column, self.names).value)
        except ConditionError as error:
            raise self._part("unknown", str(error), cause=str(error)) from error

    def _require_columns(self, where: _Where, columns: tuple[str, ...]) -> None:
        # DuckDB finds columns whatever their case, so a rule may name them so too.
        known = {c.lower() for c in where.found.columns}
        for column in columns:
            if column.lower() in known:
                continue
            declared = [
                c for c in self.judge.product.columns or () if c["name"] == column and c.get("dataset") == where.dataset
            ]
            near = nearest(column, where.found.columns)
            hint = f"; did you mean `{near}`?" if near else ""
            message = f"`{where.dataset}` has no column `{column}`{hint}"
            if declared:
                raise self._part(
                    "unknown",
                    f"`{column}` is declared, and not in the data of `{where.dataset}`",
                    place=where.place,
                    cause=message,
                )
            raise self._part("error", message, place=where.place, cause=message)

    def _predicate(self, predicate: Mapping[str, Any], where: _Where | None) -> tuple[str, tuple[str, ...]]:
        sql, columns = "", list(predicate["columns"])
        for kind, piece in predicate["pieces"]:
            if kind == "sql":
                sql += piece
                continue
            try:
                value = self.judge.explainer.trace(piece, self.names).value
                if kind == "column":
                    columns.append(str(value))
                    sql += identifier(str(value))
                else:
                    sql += literal(value)
            except ConditionError as error:
                raise self._part("unknown", str(error), cause=str(error)) from error
            except TypeError as error:
                raise self._part("error", f"a value of {error} cannot stand in a predicate") from error
        if where is not None:
            self._require_columns(where, tuple(columns))
        return sql, tuple(columns)

    def _shown(self, predicate: Mapping[str, Any]) -> str:
        text = "".join(self._piece(kind, piece) for kind, piece in predicate["pieces"])
        return " ".join(text.split())

    def _piece(self, kind: str, piece: Any) -> str:
        """A piece as messages show it: columns by their names, values as they are written in the rule."""
        if kind == "sql":
            return str(piece)
        if kind == "column":
            return self._column(piece)
        return "{" + show(piece) + "}"

    def _found_in(self, key: str, where: _Where, columns: tuple[str, ...]) -> tuple[Check, tuple[Any, ...]]:
        target = self.clause["target"]
        parent = table_key(target["product"], target["table"]) if target["product"] else target["table"]
        found = (self.judge.found or {}).get(parent)
        if found is None or found.reason is not None:
            reason = found.reason if found is not None and found.reason else "it is not there"
            raise self._part("unknown", f"`{parent}` cannot be read: {reason}", cause=f"`{parent}` cannot be read")
        sql, used = (None, ()) if self.clause["where"] is None else self._predicate(self.clause["where"], None)
        for column in (*target["columns"], *used):
            if column.lower() not in {c.lower() for c in found.columns}:
                near = nearest(column, found.columns)
                hint = f"; did you mean `{near}`?" if near else ""
                raise self._part("error", f"`{parent}` has no column `{column}`{hint}")
        check = found_in.check(
            key, where.key, columns, parent, tuple(target["columns"]), sql, used, parent_rejected=found.rejected
        )
        return check, ("found in", columns, f"{parent}({', '.join(target['columns'])})")

    def _threshold(self) -> tuple[Threshold, str | None]:
        """What is asked, and the promise that it should come from where that is not declared."""
        asked = self.clause["threshold"]
        if asked is None:
            return ALL, None
        floor = parse_percent(asked["floor"]) if asked["floor"] else None
        try:
            value = self.judge.explainer.trace(asked["ir"], self.names).value
        except ConditionError as error:
            if floor is None:
                raise self._part("unknown", str(error), cause=str(error)) from error
            return Threshold(floor.value, False, floor.text), str(error)
        if isinstance(value, Bound) and (value.op not in (">", ">=", "=") or value.unit != "%"):
            raise self._part("error", f"`{value.text}` is no share that rows can reach")
        if not isinstance(value, Bound | Percent):
            raise self._part("error", "the threshold is no percentage")
        if floor is not None and value.value < floor.value:
            return Threshold(floor.value, False, f"{floor.text} (promised: {value.text})"), None
        return Threshold(value.value, isinstance(value, Bound) and value.op == ">", value.text), None

    def _place(self, where: _Where, subject: tuple[Any, ...]) -> Place:
        """The column's own line where one column is meant and declared, else the dataset's."""
        match subject:
            case ("filled", name) | ("unique" | "found in", (name, *_), *_):
                pass
            case _:
                return where.place
        for i, column in enumerate(self.judge.product.columns or ()):
            if column["name"] == name and column.get("dataset") == where.dataset:
                return self.judge.place(("columns", i))
        return where.place


def settle(open_: Pending, measured: Measured | NotMeasured) -> Part:
    """The part that a measurement makes of an open one."""
    evidence: dict[str, Any] = {"expectation": open_.text, "threshold": open_.threshold.text}
    if isinstance(measured, NotMeasured):
        outcome: Outcome = "error" if measured.broken else "unknown"
        return Part("expect", open_.element, outcome, None, measured.reason, open_.place, evidence)
    evidence |= {
        "population": measured.population,
        "tested": measured.tested,
        "failing": measured.failing,
        "rejected": measured.rejected,
    }
    outcome = decide(measured, open_.threshold)
    dataset = open_.check.table.rpartition(".")[2]
    message = _message(open_, measured, outcome)
    cause, place = None, open_.place
    if open_.undeclared_promise is not None and outcome == "pass":
        outcome, message = "unknown", f"{open_.undeclared_promise}; at least {open_.threshold.text} hold"
        cause = open_.undeclared_promise
    elif outcome == "unknown" and measured.rejected:
        rows_ = "1 row" if measured.rejected == 1 else f"{measured.rejected:,} rows"
        cause, place = f"{rows_} of `{dataset}` could not be read", open_.source
    elif outcome == "unknown" and measured.excusable:
        cause = f"rows of `{open_.check.parents[0][0]}` could not be read"
    elif outcome == "unknown" and not measured.population:
        cause, place = f"`{dataset}` has no rows", open_.source
    disposition: Disposition | None = "open" if outcome == "fail" else None
    return Part("expect", open_.element, outcome, "observed", message, place, evidence, cause, disposition)


def _message(open_: Pending, measured: Measured, outcome: str) -> str:
    tested, failing = f"{measured.tested:,}", f"{measured.failing:,}"
    if measured.tested == 0:
        why = "every value is missing"
        if not measured.population:
            why = "the dataset is empty"
        elif measured.rejected:
            why = f"{measured.rejected:,} of {measured.population:,} could not be read"
            why += "" if measured.rejected == measured.population else ", and every other value is missing"
        return f"no row can be tested: {why}"
    part = share(measured.failing, measured.tested)
    match open_.subject:
        case ("rows", predicate):
            words = rows.failed(predicate, failing, tested, part)
        case ("filled", column):
            words = filled.failed(column, failing, tested, part)
        case ("unique", columns):
            words = unique.failed(columns, failing, tested, part)
        case ("found in", columns, parent):
            words = found_in.failed(columns, parent, failing, tested, part)
        case _:
            raise AssertionError(open_.subject[0])
    if measured.failing == 0:
        words = f"all {tested} rows hold"
    more = "more than" if open_.threshold.strict else "at least"
    asked = open_.threshold.text.lstrip("<>= ")
    words += f"; {more} {asked} must hold" if open_.threshold.percent < 100 else ""
    if measured.rejected:
        words += f"; {measured.rejected:,} more could not be read"
        words += ", and could decide it" if outcome == "unknown" else ""
    if measured.excusable and outcome == "unknown":
        words += f"; rows of `{open_.check.parents[0][0]}` could not be read, and could hold what is not found"
    return words
