"""GOV6xx: what `govengine lint` finds: policies that compile, and may not do what their authors meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Label, Span

if TYPE_CHECKING:
    from collections.abc import Sequence


def exempts_silent(what: str, clause: str, span: Span, others: tuple[Label, ...]) -> Diagnostic:
    """A `has(…)` by which whoever declares nothing is let off."""
    return Diagnostic(
        "GOV601",
        "exemption-of-the-silent",
        "warning",
        f"{clause} passes over whoever does not declare `{what}`",
        span,
        "the silent are let off here",
        others,
        ("leaving a line out of a spec must not be the easiest way to comply",),
        "leave the `has(…)` out, or require the declaration in a rule of its own and allow it here",
    )


def selects_nothing(clause: str, span: Span, count: int, what: str) -> Diagnostic:
    """A selection that is true for nothing in the whole mesh."""
    return Diagnostic(
        "GOV602",
        "vacuous-selector",
        "warning",
        f"{clause} selects nothing in this mesh",
        span,
        f"true for none of {count} {what}",
        (),
        ("a rule that judges nothing is green, and guards nothing",),
        "mend the condition, or allow it and say what the rule waits for",
    )


def unreachable(clause: str, span: Span, others: tuple[Label, ...]) -> Diagnostic:
    """A condition that can never be true."""
    return Diagnostic(
        "GOV603",
        "unreachable-rule",
        "warning",
        f"{clause} can never be true",
        span,
        "contradicts itself" if not others else "contradicts what selects before it",
        others,
        ("what stands behind it is never judged, for any product",),
        "mend the condition, or take out what it guards",
    )


def unused_setting(name: str, span: Span) -> Diagnostic:
    """A setting that no condition reads."""
    return Diagnostic(
        "GOV604",
        "unused-setting",
        "warning",
        f"no condition reads `setting.{name}`",
        span,
        "never read",
        (),
        ("domains that tighten it would believe that something has become stricter",),
        f"read `setting.{name}` in a rule, or take the setting out",
    )


def unused_term(name: str, span: Span) -> Diagnostic:
    """A term that nothing uses."""
    return Diagnostic(
        "GOV605",
        "unused-term",
        "warning",
        f"nothing uses the term `{name}`",
        span,
        "never used",
        (),
        ("the glossary would explain a word that no rule says",),
        "use it, or take it out",
    )


def guarded_detector(what: str, clause: str, span: Span, reads: str, detector: Span) -> Diagnostic:
    """A detector that looks only where the spec says that there is something to find."""
    return Diagnostic(
        "GOV606",
        "detector-behind-declaration",
        "warning",
        f"{what} looks only where {clause} lets it, and that reads `{reads}`",
        span,
        "read from what the product says of itself",
        (Label(detector, "not looked for elsewhere"),),
        ("a detector is there to find what nobody declared",),
        "move the detector to a policy and rule without this condition",
    )


def name_in_selection(clause: str, span: Span) -> Diagnostic:
    """A selection by a product's name."""
    return Diagnostic(
        "GOV607",
        "name-in-selection",
        "warning",
        f"{clause} asks for the product's name",
        span,
        "one product is treated otherwise here",
        (),
        ("an exception for one product is a waiver: it has a reason, an approver and an end",),
        "write a `waiver` for the product, select by what it declares, or use `on product.dataset`",
    )


def mixed_operators(span: Span) -> Diagnostic:
    """`&&` and `||` side by side without brackets."""
    return Diagnostic(
        "GOV608",
        "mixed-operators",
        "warning",
        "`&&` and `||` stand side by side without brackets",
        span,
        "`&&` binds first",
        (),
        ("who reads it aloud cannot hear which belongs together",),
        "put brackets around this part",
    )


def advisory_although_critical(rule: str, span: Span, severity: Span) -> Diagnostic:
    """A critical rule that blocks nothing."""
    return Diagnostic(
        "GOV609",
        "critical-but-advisory",
        "warning",
        f"`{rule}` is critical, and only advisory",
        span,
        "blocks nothing",
        (Label(severity, "critical"),),
        ("what may be ignored is not critical; what is critical may not be ignored",),
        "write `enforce mandatory`, with `from` and a day if products need time, or lower the severity",
    )


def no_control(rule: str, span: Span, *, domain: bool) -> Diagnostic:
    """A rule that answers to no control."""
    return Diagnostic(
        "GOV610",
        "rule-without-control",
        "warning",
        f"`{rule}` answers to no control",
        span,
        "neither `control` nor `dimension`" if domain else "no `control`",
        (),
        ("an auditor who asks for a control will not find this rule",),
        'name the control that it serves, with `control FRAMEWORK "number"`'
        + (", or the `dimension` of data quality that it measures" if domain else ""),
    )


def no_owner(what: str, span: Span) -> Diagnostic:
    """A policy or overlay for which nobody answers."""
    return Diagnostic(
        "GOV611",
        "policy-without-owner",
        "warning",
        f"{what} has no `owner`",
        span,
        "nobody answers for it",
        (),
        ("who fails a rule must know whom to ask",),
        'add `owner "…@…"`',
    )


def no_fix(rule: str, span: Span) -> Diagnostic:
    """A rule about specs that does not say what to do."""
    return Diagnostic(
        "GOV612",
        "rule-without-fix",
        "warning",
        f"`{rule}` does not say how to mend a failure",
        span,
        "no `fix`",
        (),
        ("a report that only says no is put aside",),
        'add `fix "…"`: what to write in the spec',
    )


def no_case(rule: str, span: Span) -> Diagnostic:
    """A rule that no case tries."""
    return Diagnostic(
        "GOV613",
        "rule-without-case",
        "warning",
        f"no case names `{rule}`",
        span,
        "never tried",
        (),
        ("a rule that was never seen to fail may not be able to",),
        "write a case in which it fails and one in which it passes, in the `.cases.md` beside its policy",
    )


def idle_allowance(name: str, span: Span) -> Diagnostic:
    """A `lint: allow` under which nothing is found."""
    return Diagnostic(
        "GOV614",
        "idle-allowance",
        "warning",
        f"`lint: allow {name}` allows nothing",
        span,
        "nothing of that name is found here",
        (),
        ("left standing, it would hide the next mistake",),
        "take it out",
    )


def unreadable_allowance(why: str, span: Span, *, suggestion: str | None, known: Sequence[str]) -> Diagnostic:
    """A `lint: allow` without a reason, or for a finding that there is not."""
    names = ", ".join(f"`{name}`" for name in known)
    return Diagnostic(
        "GOV615",
        "unreadable-allowance",
        "warning",
        why,
        span,
        f"did you mean `{suggestion}`?" if suggestion else "allows nothing",
        (),
        (f"findings are {names}",) if not suggestion and known else (),
        "write `// lint: allow NAME - reason` above what is meant",
    )


def idle_threshold(written: str, why: str, span: Span, instead: str) -> Diagnostic:
    """A threshold, a floor or a confidence that changes no verdict."""
    return Diagnostic(
        "GOV616",
        "idle-threshold",
        "warning",
        f"`{written}` changes no verdict: {why}",
        span,
        why,
        (),
        ("whoever reads it believes in a check that is not there",),
        instead,
    )


def idle_every(rule: str, span: Span) -> Diagnostic:
    """A period for the age of evidence, on a rule whose evidence is of the day of the run."""
    return Diagnostic(
        "GOV617",
        "idle-every",
        "warning",
        f"`every` changes no verdict of `{rule}`: its evidence is always of the day of the run",
        span,
        "nothing here is ever older",
        (),
        (
            "specs and rows are judged as of one day; a person's ruling or statement has a day of its own",
            "how often checks run is up to whoever runs them, and is not recorded yet",
        ),
        "leave it out; how old rows may be is asked by `expect newest … within …`, dates in the spec by `within(…)`",
    )


def covered_allow(name: str, span: Span, wider: str, other: Span) -> Diagnostic:
    """An `allow` that gives nothing which another one does not give."""
    return Diagnostic(
        "GOV618",
        "covered-allow",
        "warning",
        f"`allow {name}` gives nothing that `allow {wider}` does not give",
        span,
        "covered",
        (Label(other, "gives all of it"),),
        ("who takes the narrow one away believes that the right has ended, and it has not",),
        f"take it out, or narrow `allow {wider}`",
    )
