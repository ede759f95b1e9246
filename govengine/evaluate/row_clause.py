"""What clauses about rows share, `expect` and `keep`: values, columns and tables that they name, as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.conditions.runtime import ConditionError
from govengine.evaluate import tables
from govengine.expectations.parent import Parent
from govengine.expectations.sql import identifier, literal
from govengine.expectations.unreachable import Unreachable
from govengine.model.verdict import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govengine.conditions.ir import IR
    from govengine.diagnostics import Place
    from govengine.evaluate.dossier import Dossier, Element
    from govengine.evaluate.tables import LoadedDataset
    from govengine.plan.clauses import DataClause, PlanColumn, PlanTarget, Predicate
    from govengine.plan.rules import PlanRule


class RowClause:
    """One clause on one element of a dossier."""

    def __init__(self, dossier: Dossier, rule: PlanRule, clause: DataClause, element: Element) -> None:
        self.dossier, self.rule, self.element = dossier, rule, element
        self.names = element.names(rule)
        self.text = clause["text"]
        self._word = clause["clause"]

    def key(self, where: LoadedDataset) -> str:
        """What names the check: unlike for any two of a run."""
        return f"{self.rule['address']}|{self.dossier.product.name}|{self.element.name}|{where.dataset}|{self.text}"

    def part(self, unreachable: Unreachable, element: str | None) -> Part:
        """What to say where nothing can be asked."""
        name = "expectation" if self._word == "expect" else "condition"
        place = unreachable.place or self.dossier.place(self.element.path)
        return Part(
            self._word, element, unreachable.outcome, "declared", unreachable.message, place,
            {name: self.text}, unreachable.cause, "open" if unreachable.outcome == "fail" else None,
        )  # fmt: skip

    def value(self, ir: IR) -> object:
        """A value of the rule.

        Raises:
            Unreachable: it cannot be told.

        """
        try:
            return self.dossier.explainer.trace(ir, self.names).value
        except ConditionError as error:
            raise Unreachable("unknown", error.reason.text, error.reason) from error

    def column(self, column: PlanColumn) -> str:
        """The name of a column."""
        return column if isinstance(column, str) else str(self.value(column))

    def parent(self, target: PlanTarget, where: Predicate | None, having: Sequence[str] = ()) -> Parent:
        """Another table that rows are looked up in; it has the columns of the target, and those of `having`."""
        key, found = tables.parent(self.dossier, target)
        sql, used = (None, ()) if where is None else self.predicate(where, None)
        tables.require_parent_columns(key, found, (*used, *having))
        columns = tables.small(found.columns)
        return Parent(key, tuple(target["columns"]), columns, sql, used, found.rejected, found.rows)

    def predicate(self, predicate: Predicate, where: LoadedDataset | None) -> tuple[str, tuple[str, ...]]:
        """SQL with its values, and the columns that it reads, which are checked where `where` is known."""
        sql, columns = "", list(predicate["columns"])
        for piece in predicate["pieces"]:
            if piece[0] == "sql":
                sql += piece[1]
                continue
            value = self.value(piece[1])
            if piece[0] == "column":
                columns.append(str(value))
                sql += identifier(str(value))
                continue
            try:
                sql += literal(value)
            except TypeError as error:
                raise Unreachable("error", f"a value of {error} cannot stand in a predicate") from error
        if where is not None:
            tables.require_columns(self.dossier, where, columns)
        return sql, tuple(columns)

    def place(self, where: LoadedDataset, column: str | None) -> Place:
        """The column's own line where one is meant and declared, else the dataset's."""
        for i, declared in enumerate(self.dossier.product.columns or ()):
            if column is not None and declared["name"] == column and declared.get("dataset") == where.dataset:
                return self.dossier.place(("columns", i))
        return where.place
