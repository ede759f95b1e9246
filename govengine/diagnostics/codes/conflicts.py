"""GOV32x: conflicts between retention rules."""

from __future__ import annotations

from govengine.diagnostics import Diagnostic, Span


def keeps_nothing(address: str, span: Span) -> Diagnostic:
    """A conflict names a rule that says nothing of retention."""
    return Diagnostic(
        "GOV320", "keeps-nothing", "error", f"`{address}` has no `keep`, so it cannot be in conflict", span,
        "no retention rule", (), ("a conflict decides between rules that ask for different retention",),
        "name rules that have `keep`",
    )  # fmt: skip


def not_between(address: str, span: Span, *, suggestion: str | None) -> Diagnostic:
    """A decision lets a rule win that the conflict is not about."""
    return Diagnostic(
        "GOV321", "not-between", "error", f"`{address}` is not one of the rules that the conflict is between", span,
        f"did you mean `{suggestion}`?" if suggestion else "not listed in `between`", (), (),
        f"write `{suggestion}`" if suggestion else "add it to `between`, or let another rule decide",
    )  # fmt: skip


def undecided(name: str, span: Span) -> Diagnostic:
    """A conflict without a decision."""
    return Diagnostic(
        "GOV322", "undecided-conflict", "error", f"`conflict {name}` decides nothing", span, "no `decide`", (),
        ("without a decision the rules stay in error",), "add `decide policy/rule where …`",
    )  # fmt: skip


def empty_interval(low: str, least: str, high: str, most: str, span: Span) -> Diagnostic:
    """Two rules over all columns cannot both be met."""
    return Diagnostic(
        "GOV323", "empty-interval", "error", f"no period meets both `{low}` and `{high}`", span,
        f"at most {most}, and `{low}` asks for at least {least}", (),
        ("every product would break one of them",), "decide between them with a `conflict`",
    )  # fmt: skip


def decides_for_a_domain(address: str, span: Span) -> Diagnostic:
    """A conflict decides for a rule that a domain may rewrite."""
    return Diagnostic(
        "GOV326", "decides-for-a-domain", "error", f"`{address}` is a domain's rule, and no conflict can decide for it",
        span, "a domain's rule", (),
        ("the domain could change what was decided for, and the council's rule would give way all the same",),
        "write the rule that is to hold here into the council's policy, and decide for that",
    )  # fmt: skip
