"""GOV4xx: conditions that cannot mean what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Label, Span
from govengine.diagnostics.codes.syntax import listing

if TYPE_CHECKING:
    from collections.abc import Sequence


def unknown_field(field: str, owner: str, span: Span, *, suggestion: str | None, known: Sequence[str]) -> Diagnostic:
    """A field that no product can have."""
    return Diagnostic(
        "GOV401",
        "unknown-field",
        "error",
        f"{owner} has no field `{field}`",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "no such field",
        (),
        (f"its fields are {listing([f'`{k}`' for k in known])}",) if 0 < len(known) <= 30 else (),
        f"write `{suggestion}`" if suggestion else "write the name of a field that it has",
    )


def unknown_name(name: str, span: Span, *, suggestion: str | None, column_in_require: bool = False) -> Diagnostic:
    """A name that is no root, variable or term."""
    notes: tuple[str, ...] = (
        "a condition sees `metadata`, `spec`, `mesh`, `columns`, `datasets`, `as_of`, `setting.…`, terms",
    )
    repair = f"write `{suggestion}`" if suggestion else None
    if column_in_require:
        notes = ("`require` speaks of the spec; rows are judged by `expect`", *notes)
        repair = repair or f"write `expect rows` with an SQL predicate if `{name}` is a column of the data"
    repair = repair or f"write a name that is known here, or declare `term {name}`"
    return Diagnostic(
        "GOV402",
        "unknown-name",
        "error",
        f"`{name}` is not known here",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "not known",
        (),
        notes,
        repair,
    )


def unknown_function(name: str, span: Span, *, suggestion: str | None, known: Sequence[str]) -> Diagnostic:
    """A function or macro that conditions do not have."""
    return Diagnostic(
        "GOV403",
        "unknown-function",
        "error",
        f"there is no function `{name}`",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "no such function",
        (),
        (f"functions are {listing([f'`{k}`' for k in known])}",),
        f"write `{suggestion}`" if suggestion else "write one of them, or declare a `term` of your own",
    )


def wrong_arguments(name: str, span: Span, *, expected: str) -> Diagnostic:
    """A function called with other arguments than it takes."""
    return Diagnostic(
        "GOV404",
        "wrong-arguments",
        "error",
        f"`{name}` takes {expected}",
        span,
        "does not fit",
        (),
        (),
        f"give it {expected}",
    )


def not_boolean(what: str, found: str, span: Span) -> Diagnostic:
    """A condition that is neither true nor false."""
    return Diagnostic(
        "GOV405",
        "not-a-condition",
        "error",
        f"{what} must be true or false; this is {found}",
        span,
        f"this is {found}",
        (),
        (),
        "compare it with something, or ask `has(…)`",
    )


def mismatch(operator: str, left: str, right: str, span: Span, left_span: Span, right_span: Span) -> Diagnostic:
    """Two sides that can never be compared."""
    return Diagnostic(
        "GOV406",
        "type-mismatch",
        "error",
        f"`{operator}` cannot stand between {left} and {right}",
        span,
        "these do not go together",
        (Label(left_span, f"this is {left}"), Label(right_span, f"this is {right}")),
        (),
        "write the same kind on both sides; quotes make a text of anything",
    )


def bound_with_operator(operator: str, span: Span) -> Diagnostic:
    """A promise such as `>99.5%` compared as if it were a figure."""
    return Diagnostic(
        "GOV407",
        "bound-with-operator",
        "error",
        f"a promise cannot be compared with `{operator}`",
        span,
        "a promise allows many values",
        (),
        ("`>99.5%` promises more than 99.5 %, not a figure; `meets` asks whether all that it allows is good enough",),
        "write `meets(promise, limit)`",
    )


def not_in_vocabulary(
    value: str, vocabulary: str, span: Span, *, suggestion: str | None, known: Sequence[str]
) -> Diagnostic:
    """A text that the field can never hold."""
    return Diagnostic(
        "GOV408",
        "unknown-value",
        "error",
        f"`{value}` is no {vocabulary}",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "never equal",
        (),
        (f"known: {listing([f'`{k}`' for k in known])}",) if known else (),
        f"write `{suggestion}`" if suggestion else f"write a {vocabulary} that is known, or declare it",
    )


def unfit_detector(what: str, span: Span, why: str) -> Diagnostic:
    """A declared detector that could not be used, or would not say what it seems to."""
    return Diagnostic(
        "GOV419",
        "unfit-detector",
        "error",
        f"{what} of the detector cannot be used",
        span,
        "not usable",
        (),
        (why,),
        "mend it, or take the detector out",
    )


def unknown_setting(name: str, policy: str, span: Span, *, suggestion: str | None, known: Sequence[str]) -> Diagnostic:
    """`setting.x` where the policy has no such setting."""
    return Diagnostic(
        "GOV409",
        "unknown-setting",
        "error",
        f"`{policy}` has no setting `{name}`",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "no such setting",
        (),
        (f"its settings are {listing([f'`{k}`' for k in known])}",) if known else ("it has no settings",),
        f"write `{suggestion}`" if suggestion else f"add `setting {name}: …` to `{policy}`",
    )


def not_selectable(field: str, owner: str, span: Span) -> Diagnostic:
    """`.field` of something that has no fields."""
    return Diagnostic(
        "GOV410",
        "no-fields",
        "error",
        f"{owner} has no fields, so no `{field}`",
        span,
        f"a field of {owner}",
        (),
        (),
        f"leave `.{field}` out; of a list, ask `list.exists(x, x.{field} …)`",
    )


def not_iterable(what: str, found: str, span: Span) -> Diagnostic:
    """`for each` or a macro over something that is no list."""
    return Diagnostic(
        "GOV411",
        "not-a-list",
        "error",
        f"{what} needs a list; this is {found}",
        span,
        f"this is {found}",
        (),
        (),
        "name a list, such as `columns`, `datasets` or `spec.interfaces`, or write one: `[a, b]`",
    )


def recursive_term(name: str, span: Span) -> Diagnostic:
    """A term that comes back to itself."""
    return Diagnostic(
        "GOV412",
        "recursive-term",
        "error",
        f"the term `{name}` is defined by itself",
        span,
        "comes back here",
        (),
        (),
        "say what it means without using it",
    )


def constant_condition(value: str, span: Span) -> Diagnostic:
    """A condition in which nothing of the product occurs."""
    return Diagnostic(
        "GOV413",
        "constant-condition",
        "warning",
        f"this is always {value}",
        span,
        f"always {value}",
        (),
        ("nothing of the product occurs in it, so it says the same of every product",),
        "ask something of the product, or take the clause out",
    )


def bad_pattern(why: str, span: Span, *, sql: bool = False) -> Diagnostic:
    """A regular expression that cannot be used.

    `sql` where texts stand in single quotes.
    """
    apart = "no pattern looks ahead, behind or back, so that none can take hours: ask two patterns, joined by "
    example = "`'^[a-z_]+$'`" if sql else '`"^[a-z_]+$"`'
    looks = "perl operator" in why or "escape sequence" in why
    return Diagnostic(
        "GOV414",
        "bad-pattern",
        "error",
        f"the pattern cannot be used: {why}",
        span,
        why,
        (),
        (f"{apart}`and` and `not`" if sql else f"{apart}`&&` and `!`",) if looks else (),
        f"write a plain pattern in quotes, for example {example}",
    )


def no_dataset(span: Span) -> Diagnostic:
    """`expect` where nothing says which rows are meant."""
    return Diagnostic(
        "GOV415",
        "no-dataset",
        "error",
        "nothing says which rows this `expect` speaks of",
        span,
        "of which dataset?",
        (),
        (),
        "add `on product.dataset`, `for each column in columns` or `for each dataset in datasets`",
    )


def not_a_column(found: str, span: Span) -> Diagnostic:
    """`{…}` in the place of a column that brings in something else."""
    return Diagnostic(
        "GOV416",
        "not-a-column",
        "error",
        f"a column is needed here; this is {found}",
        span,
        f"this is {found}",
        (),
        (),
        "write the column's name, or `{column}` in a rule `for each column in columns`",
    )


def bad_threshold(found: str, span: Span, *, number: float | None = None) -> Diagnostic:
    """A threshold that is neither a percentage nor a promise; `number` where it is one."""
    share = None if number is None else f"{number * 100 if number <= 1 else number:.12g}%"
    return Diagnostic(
        "GOV417",
        "bad-threshold",
        "error",
        f"a threshold is a percentage or a promise of the spec; this is {found}",
        span,
        f"this is {found}",
        (),
        (),
        f"write `at least {share or '99.9%'}` or `at least spec.quality.completeness`",
    )


def not_a_period(found: str, span: Span) -> Diagnostic:
    """A clause that takes a period is given something else."""
    return Diagnostic(
        "GOV418",
        "not-a-period",
        "error",
        f"a period is asked for here; this is {found}",
        span,
        f"this is {found}",
        (),
        (),
        "write a period such as `7 years` or `90 days`, or a setting of type period",
    )


def too_big(span: Span, nodes: int, depth: int) -> Diagnostic:
    """A condition that grows beyond what is compiled, counting all that its terms stand for."""
    return Diagnostic(
        "GOV440",
        "condition-too-big",
        "error",
        "this condition is too big",
        span,
        "too big with its terms written out",
        (),
        (f"with its terms written out, it may nest {depth} levels and hold {nodes:,} names, literals and operators",),
        "split the rule in two, or use a term fewer times",
    )


def too_costly(span: Span, loops: int, most: int) -> Diagnostic:
    """Lists gone through inside each other, more often than is fit for long lists."""
    return Diagnostic(
        "GOV441",
        "condition-too-costly",
        "error",
        f"this condition goes through lists {loops} deep",
        span,
        f"at most {most} deep",
        (),
        ("each `all`, `exists`, `filter` or `map` inside another multiplies the work by the length of its list",),
        "look at one list at a time, or use `for each`",
    )


_ORDERS = {
    "level": ("levels", "levels have an order of their own; as texts, `confidential` comes before `internal`"),
    "bool": ("true and false", "neither is more than the other"),
    "text": ("these texts", "texts are ordered by the alphabet, letter by letter: `10` comes before `9`"),
}


def without_order(operator: str, kind: str, span: Span, *, help_: str) -> Diagnostic:
    """An order between what has none; `kind` is "level", "bool" or "text"."""
    what, why = _ORDERS[kind]
    return Diagnostic(
        "GOV420",
        "without-order",
        "error",
        f"`{operator}` cannot order {what}",
        span,
        "no order that could be meant",
        (),
        (why,),
        help_,
    )


def only_the_root(root: str, span: Span) -> Diagnostic:
    """A semantic type compared with a root, which stands for none below it."""
    return Diagnostic(
        "GOV421",
        "only-the-root",
        "error",
        f'`"{root}"` equals no semantic type below it, such as `{root}.…`',
        span,
        "equal to this word alone",
        (),
        ("a rule that means all of them would pass over nearly all of them",),
        f'write `under(…, ["{root}"])`',
    )
