"""GOV45x: SQL predicates that may not run."""

from __future__ import annotations

from govengine.diagnostics import Diagnostic, Span

_NOTE = "a predicate looks at one row, and at nothing else: no other table, file, setting or clock"


def not_sql(why: str, span: Span) -> Diagnostic:
    """DuckDB's parser refuses the text."""
    return Diagnostic(
        "GOV450",
        "not-sql",
        "error",
        f"the predicate is not SQL: {why}",
        span,
        "here",
        (),
        ("a predicate is one expression that is true or false for a row, for example `amount > 0`",),
        "mend the SQL at the underlined place",
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


def function_not_allowed(name: str, span: Span, *, suggestion: str | None) -> Diagnostic:
    """A function that is not on the list."""
    return Diagnostic(
        "GOV452",
        "function-not-allowed",
        "error",
        f"the function `{name}` may not stand in a predicate",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "not on the list of functions",
        (),
        (_NOTE,),
        f"write `{suggestion}`"
        if suggestion
        else "do without it; a figure that needs it belongs into a column of the data",
    )


def clock(name: str, span: Span) -> Diagnostic:
    """The clock, chance or the session in a predicate."""
    return Diagnostic(
        "GOV453",
        "clock-in-predicate",
        "error",
        f"`{name}` gives another answer on another day",
        span,
        "not reproducible",
        (),
        ("the same rows on the same as-of day must give the same verdict",),
        "write `{as_of}` for the day as of which is judged",
    )


def construct_not_allowed(what: str, span: Span) -> Diagnostic:
    """A subquery, comment, second statement, or what else is not one expression."""
    return Diagnostic(
        "GOV454",
        "construct-not-allowed",
        "error",
        f"{what} may not stand in a predicate",
        span,
        "not allowed",
        (),
        (_NOTE,),
        "leave it out, and write one expression over the columns of a row",
    )
