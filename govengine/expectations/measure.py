"""What is asked of rows, what comes back, and what it means against a threshold."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from govengine.diagnostics.counted import plural
from govengine.expectations.sql import identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govengine.expectations.traces import Traces
    from govengine.model.reasons import Reason
    from govengine.model.verdict import Assurance, Outcome


class Check(NamedTuple):
    """One question about one dataset, as SQL.

    `table` is the dataset's key, "product.dataset", and its table's name. `aggregate` counts failing rows in a scan
    shared with other checks; or `query` gives one row `(tested, failing, excusable, doubtful, *notes)` by itself, of
    which the last ones may be left out. `on_sample` is the same query over `sampled(table)`, or None where a sample
    proves nothing; `one_way` tells where it can show that something fails, and never that it holds. Of a check that
    reads one column alone, `by_value` is the same question, aggregate or query, over `values_of(table, column)`.
    `columns` are those it reads, `parents` further tables with the columns read there. `risk` is the chance of a wrong
    answer that a sample may take. Where there is `refine`, the row of `query` only tells what to ask next: `refine`
    makes of the table and that row the query that answers.

    For evidence, `failing` makes the condition under which a row of `source AS child` fails, where `source` stands for
    `table` in SQL and there are such rows; `shaped` are columns whose values have a shape worth telling; `shows_query`
    says whether people can read that condition. `row_key` are the columns that tell its rows apart, `time` says when a
    row happened.
    """

    key: str
    table: str
    columns: tuple[str, ...]
    aggregate: str | None = None
    query: str | None = None
    parents: tuple[tuple[str, tuple[str, ...]], ...] = ()
    on_sample: str | None = None
    by_value: str | None = None
    one_way: bool = False
    risk: Decimal = Decimal("0.05")
    refine: Callable[[str, tuple[object, ...]], str] | None = None
    failing: Callable[[str, Measurement], str] | None = None
    shaped: tuple[str, ...] = ()
    shows_query: bool = True
    row_key: tuple[str, ...] = ()
    time: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns to load: those it asks of, and those that evidence needs."""
        if self.failing is None:
            return self.columns
        return tuple(dict.fromkeys((*self.columns, *self.row_key, *([self.time] if self.time else []))))

    @property
    def sampleable(self) -> bool:
        """Whether a sample of its rows can answer it."""
        return self.aggregate is not None or self.on_sample is not None


def sampled(table: str) -> str:
    """The name of the table that holds the sample of another one."""
    return f"{table} (sample)"


def values_of(table: str, column: str) -> str:
    """The name of the table that holds each value of a column once, with the number of its rows in `weight(column)`."""
    return f"{table} (values of {column.lower()})"


def weight(column: str) -> str:
    """The quoted name of the column that says how many rows have a value; see `values_of`."""
    return identifier(f"rows of {column.lower()}")


class Sample(NamedTuple):
    """How a sample was drawn: rows drawn, rows drawn from, the seed, and the columns that the draw went by.

    Without `key` it went by the whole row. `family_risk` is the chance, at most, that any of the answers from samples
    of the same run is wrong.
    """

    size: int
    frame: int
    seed: str
    family_risk: Decimal
    key: tuple[str, ...] = ()


class Measurement(NamedTuple):
    """Rows in the dataset, how many of them were tested, how many failed, and how many more could not be read.

    `excusable` of the failing ones would hold, and `doubtful` of the others would fail, if rows of another table,
    which could not be read either, were so. `notes` are further counts. Of a sample, `tested` and what follows it are
    of the rows drawn. `traces` is what can be told of the failing rows, where it was collected. `handed` is how well
    rows are assured that the caller gave in memory; None if all came from files.
    """

    population: int
    tested: int
    failing: int
    rejected: int
    excusable: int = 0
    doubtful: int = 0
    notes: tuple[int, ...] = ()
    sample: Sample | None = None
    traces: Traces | None = None
    handed: Assurance | None = None


class NoMeasurement(NamedTuple):
    """Why there is no figure. `broken` tells a rule that cannot run from evidence that is missing."""

    why: Reason
    broken: bool = False

    @property
    def reason(self) -> str:
        """Why, in words."""
        return self.why.text


class Threshold(NamedTuple):
    """The share of rows that must hold, in percent; `strict` when it must be exceeded. `text` is what was asked."""

    percent: Decimal
    strict: bool
    text: str


ALL = Threshold(Decimal(100), False, "100%")


def decide(measured: Measurement, threshold: Threshold) -> Outcome:
    """Pass, fail or unknown, with exact arithmetic.

    Rows that could not be read may hold or not: it passes only if it would with all of them failing, fails only if it
    would with all of them holding. No row tested is unknown, never a pass.
    """
    if measured.tested == 0:
        return "unknown"
    good, total = measured.tested - measured.failing, measured.tested + measured.rejected
    worst = _holds(good - measured.doubtful, total, threshold)
    best = _holds(good + measured.rejected + measured.excusable, total, threshold)
    return "pass" if worst else "unknown" if best else "fail"


def _holds(good: int, total: int, threshold: Threshold) -> bool:
    reached, asked = good * 100, threshold.percent * total
    return reached > asked if threshold.strict else reached >= asked


class Question(NamedTuple):
    """A check with what its answer means, in words.

    `failed` says what is wrong where anything is, `held` what holds where nothing is. `column` is the one that it is
    about, if it is about one. `evidence` gives further counts by name, or others in the place of the usual ones.
    `unsettled` says why an answer settles nothing, whatever its figures are, or None where it does. `unread` names the
    tables of which rows could not be read; None where these are all that it looks into besides its own.
    """

    check: Check
    failed: Callable[[Measurement], str]
    held: Callable[[Measurement], str] = lambda measured: (
        "the only row holds" if measured.tested == 1 else f"all {measured.tested:,} rows hold"
    )
    column: str | None = None
    decide: Callable[[Measurement, Threshold], Outcome] = decide
    evidence: Callable[[Measurement], Mapping[str, object]] = lambda _: {}
    unsettled: Callable[[Measurement], Reason | None] = lambda _: None
    unread: tuple[str, ...] | None = None


def of_rows(measured: Measurement) -> str:
    """How many fail: `2 of 3 rows (66.667 %)`."""
    return f"{measured.failing:,} of {plural(measured.tested, 'row')} ({share(measured.failing, measured.tested)})"


def share(part: int, whole: int) -> str:
    """A share as a percentage that does not lie: `0.0025 %`, never `0 %` for something nor `100 %` for not all."""
    if whole == 0 or part in (0, whole):
        return "0 %" if part == 0 else "100 %"
    exact = Decimal(part) * 100 / Decimal(whole)
    for places in (3, 4, 6, 9):
        rounded = round(exact, places)
        if 0 < rounded < 100 and (places > 3 or rounded >= Decimal("0.01")):
            return f"{rounded.normalize():f} %"
    return f"{exact:.3g} %"
