"""GOV45x: SQL predicates that may not run."""

from __future__ import annotations

from govengine.diagnostics import Diagnostic, Span

_NOTES = {
    "predicate": "a predicate looks at one row, and at nothing else: no other table, file, setting or clock",
    "measure": "a measure looks at rows of one dataset, and at nothing else: no other table, file, setting or clock",
    "query": "a query looks at the tables of the mesh, and at nothing else: no file, setting or clock",
}
_WRITE = {
    "predicate": "one expression over the columns of a row, as `amount > 0`",
    "measure": "one figure over all rows, as `sum(amount)`",
    "query": "one `select` over tables by their names",
}
_SHAPES = {
    "predicate": "a predicate is one expression that is true or false for a row, for example `amount > 0`",
    "measure": "a measure is one figure over all rows, for example `sum(amount)`",
    "query": "a query is one `select` over tables by their names; the rows that it returns are those that fail",
}


def not_sql(what: str, why: str, span: Span, *, instead: str = "") -> Diagnostic:
    """DuckDB's parser refuses the text; `what` is "predicate", "measure" or "query", here and below."""
    return Diagnostic(
        "GOV450",
        "not-sql",
        "error",
        f"the {what} is not SQL: {why}",
        span,
        "here",
        (),
        (_SHAPES[what],),
        instead or "mend the SQL at the underlined place",
    )


def cel_in_sql(found: str, instead: str, span: Span) -> Diagnostic:
    """CEL's spelling in an SQL predicate."""
    return Diagnostic(
        "GOV451",
        "cel-in-sql",
        "error",
        f"`{found}` is CEL; in SQL write `{instead}`",
        span,
        f"write `{instead}`",
        (),
        ("between backticks stands SQL; conditions after `require` and `where` are CEL",),
        f"write `{instead}`",
    )


def function_not_allowed(what: str, name: str, span: Span, *, suggestion: str | None) -> Diagnostic:
    """A function that is not on the list."""
    return Diagnostic(
        "GOV452",
        "function-not-allowed",
        "error",
        f"the function `{name}` may not stand in a {what}",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "not on the list of functions",
        (),
        (_NOTES[what],),
        f"write `{suggestion}`"
        if suggestion
        else "do without it; a figure that needs it belongs into a column of the data",
    )


_UNSTEADY = {
    "clock": (
        "on another day",
        "the same rows on the same as-of day must give the same verdict",
        "write `{as_of}` for the day as of which is judged",
    ),
    "chance": (
        "each time",
        "the same rows must give the same verdict, so nothing is drawn",
        "leave it out; where few rows are enough, say how many must hold: `at least 99%`",
    ),
    "session": (
        "to another user",
        "the same rows must give the same verdict, whoever runs it",
        "leave it out; who may do what is asked of the spec, in `require`",
    ),
}
"""Where the answer is another one, why it must not be, and what to do: by what is asked."""


def clock(kind: str, name: str, span: Span) -> Diagnostic:
    """The clock, chance or the session in a predicate.

    `kind` is one of these words.
    """
    other, why, instead = _UNSTEADY[kind]
    return Diagnostic(
        "GOV453",
        "clock-in-predicate",
        "error",
        f"`{name}` gives another answer {other}",
        span,
        "not reproducible",
        (),
        (why,),
        instead,
    )


def construct_not_allowed(what: str, construct: str, span: Span) -> Diagnostic:
    """A subquery, comment, second statement, or what else is not one expression."""
    return Diagnostic(
        "GOV454",
        "construct-not-allowed",
        "error",
        f"{construct} may not stand in a {what}",
        span,
        "not allowed",
        (),
        (_NOTES[what],),
        f"leave it out, and write {_WRITE[what]}",
    )


def aggregate_in_predicate(name: str, predicate: str, span: Span) -> Diagnostic:
    """A function over many rows where one row is judged."""
    return Diagnostic(
        "GOV455",
        "aggregate-in-predicate",
        "error",
        f"`{name}` is over many rows, and a predicate looks at one",
        span,
        "over many rows",
        (),
        (
            f"`{predicate}` would have to be known of all rows before the first one can be judged",
            "a figure over many rows is a measure, and its limit stands outside the backticks",
        ),
        "write it as a measure, for example expect `sum(amount)` per booked_on at most 1000",
    )


def no_aggregate(measure: str, span: Span) -> Diagnostic:
    """A measure that is no figure over many rows."""
    return Diagnostic(
        "GOV456",
        "no-aggregate",
        "error",
        f"`{measure}` is no figure over many rows",
        span,
        "nothing here sums or counts rows",
        (),
        ("there are many rows, and one figure: `sum`, `count`, `avg`, `min`, `max` or `median` makes it",),
        f"write `sum({measure})` or another figure, or ask each row: expect rows `{measure} >= 5`",
    )


def loose_column(column: str, span: Span) -> Diagnostic:
    """A column of a measure outside `sum`, `count` and the like."""
    return Diagnostic(
        "GOV457",
        "loose-column",
        "error",
        f"`{column}` has a value in each row, and a measure is one figure",
        span,
        "outside `sum`, `count` and the like",
        (),
        ("only columns that the measure is taken by, after `per`, have one value in each group",),
        f"write `max({column})` or another figure of it, or take the measure `per {column}`",
    )


def nested_aggregate(name: str, span: Span) -> Diagnostic:
    """A function over many rows inside another one."""
    return Diagnostic(
        "GOV458",
        "nested-aggregate",
        "error",
        f"`{name}` stands inside another figure over many rows",
        span,
        "already over many rows",
        (),
        ("the inner one leaves one figure, so that nothing is left for the outer one to run over",),
        "leave one of the two out; for a figure a group, take the measure `per` the columns of the group",
    )


def no_column(predicate: str, span: Span, *, likely: str) -> Diagnostic:
    """A predicate of `rows` that names no column.

    `likely` is a text in quotes that may have been meant as one.
    """
    told = (f"`'{likely}'` is a text; a column is written without quotes: `{likely}`",) if likely else ()
    return Diagnostic(
        "GOV459",
        "no-column",
        "error",
        f"`{predicate}` names no column, so it says the same of every row",
        span,
        "no column of the rows",
        (),
        (*told, "whatever the rows hold, it would pass, or fail"),
        "ask something of a column, as `amount > 0`; that there are rows at all says expect `count(*)` at least 1",
    )


def null_comparison(instead: str, span: Span) -> Diagnostic:
    """A comparison with NULL, which is never true."""
    return Diagnostic(
        "GOV460",
        "null-comparison",
        "error",
        "a comparison with `null` is never true",
        span,
        "equal to nothing, nor unequal",
        (),
        ("`null` says that a value is missing, and nothing is known of what is missing",),
        instead,
    )


def truth_as_measure(measure: str, span: Span, *, figure: str, limit: str | None) -> Diagnostic:
    """A measure that is true or false.

    `figure` and `limit` are what it compares and the clause for that; `limit` is "" where no figure is in it, None
    where it is not plain.
    """
    if limit == "":
        instead = f"ask each row: expect rows `{measure}`"
    elif figure and limit:
        instead = f"write `{figure}` and then `{limit}`"
    else:
        instead = "write one figure between backticks, for example `sum(amount)`, and then `at least 5` or `at most 5`"
    return Diagnostic(
        "GOV461",
        "truth-as-measure",
        "error",
        f"`{measure}` is true or false, and a measure is a figure",
        span,
        "no figure",
        (),
        ("the limit of a measure stands behind the backticks, and may itself be reached",),
        instead,
    )


def without_sense(predicate: str, span: Span, *, always: bool) -> Diagnostic:
    """A predicate that no row can satisfy, or that every row does."""
    if always:
        message = f"`{predicate}` is true of every row in which nothing is missing"
        note, help_ = (
            "a predicate that no row can break measures nothing, and no promise may rest on it",
            "ask something of the values; whether they are there is asked by `filled`, or `… is not null`",
        )
    else:
        message = f"`{predicate}` is true of no row: its parts exclude each other"
        note, help_ = (
            "it says nothing of the data, and fails for everybody",
            "mend one of the limits, or join the parts by `or`",
        )
    return Diagnostic(
        "GOV462", "predicate-without-sense", "error", message, span, "says nothing of a row", (), (note,), help_
    )
