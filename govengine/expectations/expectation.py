"""What a kind of `expect` is: one record, in one file of `clauses/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from govengine.expectations.measure import Question
from govengine.expectations.subject import Subject

if TYPE_CHECKING:
    from govengine.conditions.ir import IR
    from govengine.conditions.types import Type
    from govengine.diagnostics import Diagnostic
    from govengine.language.expression import Expr
    from govengine.model.verdict import Outcome


class EarlyAnswer(NamedTuple):
    """An answer that needs no query: what loading the dataset showed is enough. A pass, or a failure."""

    outcome: Outcome
    message: str
    evidence: Mapping[str, object]


class GivenLimit(NamedTuple):
    """What is written where a limit stands, and what the check of it as a condition came to."""

    expr: Expr
    ir: IR
    type: Type
    said: Sequence[Diagnostic]


class Limit(NamedTuple):
    """What a kind takes for its limit.

    `named` is how messages call the place. `check` gives all that is to be said of one that is written, what was said
    already among it. `stricter` tells for a direction ("at least", "at most", "equals", or None where none is written)
    whether a greater limit makes the rule stricter, 1, or laxer, -1; 2 where neither can be told.
    """

    named: str
    check: Callable[[GivenLimit], Sequence[Diagnostic]]
    stricter: Callable[[str | None], int]


class Example(NamedTuple):
    """A clause, rows for it and what it must come to: a test judges each.

    `rows` is the text of a CSV that the dataset `a` holds; `other` that of a further dataset `b`. `spec` are more lines
    of the spec's `spec:`, `beside` is a further rule's clause. The day that is judged is 2026-06-30.
    """

    clause: str
    rows: str
    outcome: Outcome
    other: str = ""
    spec: str = ""
    beside: str = ""


Ask: TypeAlias = Callable[[Subject], Sequence[Question | EarlyAnswer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One kind of `expect`, for the compiler, the evaluator, the reference and `lint`.

    `name` is the name of its rule in the grammar, with blanks; `says` what must be so, as the reference tells it. `ask`
    gives the questions that a clause puts to one dataset, each with its decision, words and evidence; or it names what
    else settles the clause. `examples` show it kept and broken.

    `sql` says what stands between its backticks: a predicate over one row, alone (`rows`) or beside another clause
    (`row`), a figure over many (`figure`), or a `query`. `limit` is what it takes for a limit. `shares` tells that it
    counts rows, of which a share can be promised, and `measures` which promise it measures whatever its rule's
    dimension is; `dates` that it measures promises of a time. `ruled` tells that a person may have to settle it.
    """

    name: str
    says: str
    ask: Ask | Literal["other rules"]
    examples: tuple[Example, ...]
    sql: Literal["rows", "row", "figure", "query"] = "row"
    limit: Limit | None = None
    shares: bool = False
    measures: str = ""
    dates: bool = False
    ruled: bool = False
