"""What a kind of `expect` may know of its clause and of one dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from govengine.conditions.show import show
from govengine.evaluate import tables
from govengine.expectations.subject import ReachedTable, Sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from govengine.diagnostics import Place
    from govengine.evaluate.row_clause import RowClause
    from govengine.evaluate.tables import LoadedDataset
    from govengine.expectations.parent import Parent
    from govengine.plan.clauses import ExpectClause, Predicate, PredicatePiece
    from govengine.plan.document import PlanDetector


Held = TypeVar("Held")


def given(part: Held | None) -> Held:
    """A part of a clause that every clause of its kind has."""
    assert part is not None
    return part


class AskedOfDataset:
    """A `Subject` of expectations: one clause on one dataset, which has the columns that the clause names."""

    def __init__(self, of: RowClause, clause: ExpectClause, where: LoadedDataset, columns: tuple[str, ...]) -> None:
        if clause["kind"] == "never looks like":  # a spec must not hide values from detectors
            where = tables.as_found(of.dossier, where)
        self._of, self._clause, self._where = of, clause, where
        self.key, self.table, self.dataset, self.place = of.key(where), where.key, where.dataset, where.place
        self.columns, self.types, self.real = columns, where.types, where.found.columns
        self.guessed, self.rows, self.rejected = where.found.guessed, where.found.rows, where.found.rejected

    @property
    def declared(self) -> Sequence[Mapping[str, object]]:
        """The columns that the spec declares for the dataset."""
        return [c for c in self._of.dossier.product.columns or () if c.get("dataset") == self.dataset]

    @property
    def as_of(self) -> date:
        """The day that is judged."""
        return self._of.dossier.as_of

    @property
    def direction(self) -> str | None:
        """`at least`, `at most` or `equals`, of a measure."""
        return self._clause["direction"]

    @property
    def tolerance(self) -> int | float | None:
        """How far a measure may be off."""
        return self._clause["tolerance"]

    @property
    def detectors(self) -> Sequence[str]:
        """What values must not look like."""
        return self._clause["detectors"]

    @property
    def own_detectors(self) -> Mapping[str, PlanDetector]:
        """The detectors that the council declares, by name."""
        return self._of.dossier.book.plan["detectors"]

    @property
    def spares(self) -> bool:
        """Whether the clause names a register of what is left out."""
        return self._clause["exception"] is not None

    def meaning(self, column: str) -> str | None:
        """The semantic type that the spec declares for a column, if any."""
        return tables.meaning(self._of.dossier, self._where, column)

    def limit(self) -> object:
        """The value of the limit."""
        return self._of.value(given(self._clause["limit"]))

    def limit_place(self) -> Place:
        """Where what the limit was taken from stands."""
        dossier = self._of.dossier
        return dossier.place(dossier.explainer.nearest(given(self._clause["limit"]), self._of.names))

    def per(self) -> tuple[str, ...]:
        """The columns that a measure is taken by."""
        columns = tuple(self._of.column(c) for c in self._clause["per"])
        tables.require_columns(self._of.dossier, self._where, columns)
        return columns

    def sql(self) -> Sql:
        """The SQL between backticks, whose columns the dataset has."""
        predicate = given(self._clause["predicate"])
        text, columns = self._of.predicate(predicate, self._where)
        return Sql(text, columns, self._shown(predicate))

    def query(self) -> str:
        """The SQL of a whole query."""
        return self._of.predicate(given(self._clause["predicate"]), None)[0]

    def reached(self) -> dict[str, ReachedTable]:
        """The tables that a whole query names."""
        named = tables.by_plain_names(self._of.dossier, given(self._clause["predicate"])["tables"])
        return {
            name: ReachedTable(table, tuple(found.columns), found.rejected) for name, (table, found) in named.items()
        }

    def parent(self, *, having: Sequence[str] = ()) -> Parent:
        """The table that values are looked up in."""
        return self._of.parent(given(self._clause["target"]), self._clause["where"], having)

    def excepted(self) -> Parent | None:
        """The register that lists what is left out."""
        exception = self._clause["exception"]
        return None if exception is None else self._of.parent(exception["target"], exception["where"])

    def _shown(self, predicate: Predicate) -> str:
        text = "".join(self._piece(piece) for piece in predicate["pieces"])
        return " ".join(text.split())

    def _piece(self, piece: PredicatePiece) -> str:
        """A piece as messages show it: columns by their names, values as they are written in the rule."""
        if piece[0] == "sql":
            return piece[1]
        return self._of.column(piece[1]) if piece[0] == "column" else "{" + show(piece[1]) + "}"
