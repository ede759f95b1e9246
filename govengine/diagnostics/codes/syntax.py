"""GOV1xx: text that is not the rule language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Label, Span

if TYPE_CHECKING:
    from collections.abc import Sequence


def unknown_word(
    word: str, span: Span, *, block: str, opened: Label | None, suggestion: str | None, expected: Sequence[str]
) -> Diagnostic:
    """A word stands where a clause or declaration is asked for, and is none."""
    return Diagnostic(
        "GOV101",
        "unknown-clause",
        "error",
        f"`{word}` is not a clause of {block}",
        span,
        f"did you mean `{suggestion}`?" if suggestion else "not a clause",
        (opened,) if opened else (),
        (f"here may stand {listing(expected)}",) if expected else (),
        f"write `{suggestion}`" if suggestion else "take it out, or move it into the block that it belongs to",
    )


def unexpected(
    found: str, span: Span, *, opened: Label | None, expected: Sequence[str], hint: str | None
) -> Diagnostic:
    """Something stands where the grammar allows other things only."""
    return Diagnostic(
        "GOV102",
        "unexpected-text",
        "error",
        f"did not expect {found} here",
        span,
        "not expected",
        (opened,) if opened else (),
        (f"here may stand {listing(expected)}",) if expected else (),
        hint or "take it out, or write before it what is missing",
    )


def unclosed(what: str, span: Span, opened: Label, sign: str) -> Diagnostic:
    """A brace, quote or backtick is opened and never closed."""
    return Diagnostic(
        "GOV103",
        "unclosed",
        "error",
        f"`{sign}` is missing: {what} is not closed",
        span,
        f"`{sign}` was expected before this",
        (opened,),
        (),
        f"add `{sign}`",
    )


def sql_in_condition(found: str, span: Span, instead: str) -> Diagnostic:
    """SQL's spelling in a CEL condition."""
    return Diagnostic(
        "GOV104",
        "sql-in-condition",
        "error",
        f"`{found}` is SQL; in a condition write `{instead}`",
        span,
        f"write `{instead}`",
        (),
        ("conditions are written in CEL; SQL stands between backticks after `expect rows`",),
        f"write `{instead}` for `{found}`",
    )


def hyphen_for_underscore(text: str, span: Span) -> Diagnostic:
    """`pii-fields` in a condition: a subtraction that nobody meant."""
    return Diagnostic(
        "GOV105",
        "hyphen-for-underscore",
        "error",
        f"`{text}` reads as a subtraction",
        span,
        f"did you mean `{text.replace('-', '_')}`?",
        (),
        ("fields, settings and terms are written with `_`; a minus has a space on either side",),
        f"write `{text.replace('-', '_')}`",
    )


def too_deep(span: Span, limit: int) -> Diagnostic:
    """A condition nests deeper than anyone can read."""
    return Diagnostic(
        "GOV106",
        "too-deep",
        "error",
        f"the condition nests deeper than {limit} levels",
        span,
        "nested here",
        (),
        (),
        "give parts of it names with `term`",
    )


def repeated_clause(clause: str, block: str, span: Span, first: Span) -> Diagnostic:
    """A clause that may stand once stands twice."""
    return Diagnostic(
        "GOV107",
        "repeated-clause",
        "error",
        f"`{clause}` stands twice in {block}",
        span,
        "again here",
        (Label(first, "first here"),),
        (),
        f"keep one `{clause}`",
    )


def missing_clause(clause: str, block: str, span: Span, *, example: str) -> Diagnostic:
    """An obligatory clause is missing."""
    return Diagnostic(
        "GOV108",
        "missing-clause",
        "error",
        f"{block} has no `{clause}`",
        span,
        f"`{clause}` is missing",
        (),
        (),
        f"add `{example}`",
    )


def bad_name(name: str, what: str, span: Span, *, kebab: bool, suggestion: str) -> Diagnostic:
    """A name is not spelt as names of its kind are."""
    style = "kebab-case (`clear-card-number`)" if kebab else "snake_case (`minimum_retention`)"
    return Diagnostic(
        "GOV109",
        "bad-name",
        "error",
        f"`{name}` is not a name for {what}",
        span,
        f"did you mean `{suggestion}`?",
        (),
        (f"names of {what} are written in {style}",),
        f"write `{suggestion}`",
    )


def not_a_word(word: str, what: str, span: Span, *, known: Sequence[str], suggestion: str | None) -> Diagnostic:
    """A word outside a closed list: a severity, an enforcement, a type."""
    return Diagnostic(
        "GOV110",
        "unknown-word",
        "error",
        f"`{word}` is no {what}",
        span,
        f"did you mean `{suggestion}`?" if suggestion else f"no {what}",
        (),
        (f"{what}: {listing([f'`{k}`' for k in known])}",),
        f"write `{suggestion}`" if suggestion else f"write one of {', '.join(f'`{k}`' for k in known)}",
    )


_FIGURES = "days are written `2027-03-31`, periods `7 years`, percentages `99.9%`"
_WRITTEN = {"%": "write a percentage from `0%` to `100%`, with nine digits after the point at most, as `99.9%`"}
"""What to write instead, by the last character of the literal."""


def bad_literal(text: str, span: Span, why: str) -> Diagnostic:
    """A date, period or text that cannot be read."""
    return Diagnostic(
        "GOV111",
        "bad-literal",
        "error",
        f"`{text}` cannot be read: {why}",
        span,
        why,
        (),
        (),
        None if "write" in why else _WRITTEN.get(text[-1:], _FIGURES),
    )


def odd_figure(text: str, span: Span, why: str, instead: str, *, of_measure: bool = False) -> Diagnostic:
    """A percentage or period with a sign, without its unit, or with one that is none."""
    note = "a share is written `99.9%`, a period `7 years`, `90 days` or `24 hours`"
    return Diagnostic(
        "GOV113",
        "odd-figure",
        "error",
        f"`{text}` cannot stand here: {why}",
        span,
        why,
        (),
        ("the figures may differ by so much, in either direction" if of_measure else note,),
        instead,
    )


def bad_confidence(text: str, least: int, span: Span) -> Diagnostic:
    """A confidence that no sample can give, or at which nearly anything passes.

    `least` is the lowest that is taken, in percent.
    """
    certain = text.partition(".")[0].rstrip("%") == "100"
    why = "only all rows make it certain" if certain else "so low a confidence lets nearly anything pass"
    return Diagnostic(
        "GOV114",
        "bad-confidence",
        "error",
        f"`{text}` is no confidence that a sample can give: {why}",
        span,
        why,
        (),
        (
            f"it is how sure an answer from a sample must be: at least `{least}%`, and less than `100%`",
            "where all rows are judged, which is the default, it changes nothing",
        ),
        "write `95%`, or leave `with confidence` out to judge with 95 %",
    )


def hidden_character(what: str, span: Span, *, help_: str) -> Diagnostic:
    """A character that readers of a policy do not see, or that breaks a line for some of them only."""
    return Diagnostic(
        "GOV115",
        "hidden-character",
        "error",
        f"a policy cannot hold {what}",
        span,
        "not seen here",
        (),
        ("what a reader sees must be what is judged: such a character hides a rule from one of the two",),
        help_,
    )


def empty_policy_file(span: Span) -> Diagnostic:
    """A policy file that declares nothing."""
    return Diagnostic(
        "GOV116",
        "empty-policy-file",
        "error",
        f"`{span.file}` declares nothing",
        span,
        "no policy, framework, overlay, waiver or ruling",
        (),
        ("a rule whose text is gone is judged by nobody",),
        "write what it is to declare, or remove the file",
    )


def too_large_policy(what: str, span: Span) -> Diagnostic:
    """A policy file beyond any honest size."""
    return Diagnostic(
        "GOV117",
        "too-large-policy",
        "error",
        f"the policy file {what}",
        span,
        "too much",
        (),
        ("sizes are bounded, so that no file can stall a run",),
        "split it into several files",
    )


def quantifier(inside: str, span: Span) -> Diagnostic:
    """A repetition of a regular expression in single braces, which put a value in."""
    return Diagnostic(
        "GOV118",
        "quantifier-in-braces",
        "error",
        f"`{{{inside}}}` puts a value in; as a repetition in a pattern it is written `{{{{{inside}}}}}`",
        span,
        "read as a value",
        (),
        ("`{…}` puts a value of the spec or of a setting into a predicate; `{{` and `}}` are braces of the text",),
        f"write `{{{{{inside}}}}}` for a repetition; a number by itself needs no braces",
    )


def not_yet(construct: str, span: Span) -> Diagnostic:
    """A construct that this version of the language does not know yet."""
    return Diagnostic(
        "GOV112",
        "not-in-this-version",
        "error",
        f"`{construct}` is not part of this version of the language",
        span,
        "cannot be judged yet",
        (),
        ("it is refused, so that nobody takes silence for a pass",),
        "leave it out until the engine can judge it",
    )


def listing(names: Sequence[str]) -> str:
    """`a`, `b` or `c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"
