"""One `expect` clause on one dataset, as the record of its kind sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from govengine.diagnostics import Place
    from govengine.expectations.parent import Parent
    from govengine.plan.document import PlanDetector


class Sql(NamedTuple):
    """SQL of a rule with its values in it, the columns that it reads, and the SQL as messages write it."""

    text: str
    columns: tuple[str, ...]
    shown: str


class ReachedTable(NamedTuple):
    """A table that a query names: its key, all its columns, and how many of its rows could not be read."""

    table: str
    columns: tuple[str, ...]
    rejected: int


class Subject(Protocol):
    """What a kind of `expect` may know of its clause and of the dataset that is asked.

    What cannot be told raises `Unreachable`. Columns are named as the rule names them, and the dataset has them.
    """

    @property
    def key(self) -> str:
        """What names the check: unlike for any two of a run."""

    @property
    def table(self) -> str:
        """The table's name: "product.dataset"."""

    @property
    def dataset(self) -> str:
        """The dataset's own name."""

    @property
    def place(self) -> Place:
        """Where the dataset is declared."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the clause names."""

    @property
    def types(self) -> Mapping[str, str]:
        """SQL types of all columns of the dataset, by name in small letters."""

    @property
    def real(self) -> Mapping[str, str]:
        """The same by name as the data has it."""

    @property
    def guessed(self) -> bool:
        """Whether types were guessed from values, as those of JSON are."""

    @property
    def rows(self) -> int:
        """How many rows could be read."""

    @property
    def rejected(self) -> int:
        """How many rows could not be read."""

    @property
    def declared(self) -> Sequence[Mapping[str, object]]:
        """The columns that the spec declares for the dataset."""

    @property
    def as_of(self) -> date:
        """The day that is judged."""

    @property
    def direction(self) -> str | None:
        """`at least`, `at most` or `equals`, of a measure."""

    @property
    def tolerance(self) -> int | float | None:
        """How far a measure may be off."""

    @property
    def detectors(self) -> Sequence[str]:
        """What values must not look like."""

    @property
    def own_detectors(self) -> Mapping[str, PlanDetector]:
        """The detectors that the council declares, by name."""

    @property
    def spares(self) -> bool:
        """Whether the clause names a register of what is left out."""

    def meaning(self, column: str) -> str | None:
        """The semantic type that the spec declares for a column, if any."""

    def limit(self) -> object:
        """The value of the limit: the period of `newest`, the figure of a measure."""

    def limit_place(self) -> Place:
        """Where what the limit was taken from stands."""

    def per(self) -> tuple[str, ...]:
        """The columns that a measure is taken by."""

    def sql(self) -> Sql:
        """The SQL between backticks, whose columns the dataset has."""

    def query(self) -> str:
        """The SQL of a whole query, which names its tables itself."""

    def reached(self) -> Mapping[str, ReachedTable]:
        """The tables that a whole query names, by the names that it uses."""

    def parent(self, *, having: Sequence[str] = ()) -> Parent:
        """The table that values are looked up in; it has the columns of the target, and those of `having`."""

    def excepted(self) -> Parent | None:
        """The register that lists what is left out, if one is named."""
