"""Everything that lint looks for, and one run over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govengine.lint.allowances import Allowance, allowances, idle, silenced
from govengine.lint.allows import covered_allows
from govengine.lint.conditions import exemptions, guarded_detectors, mixed_operators, names_in_selections
from govengine.lint.contradictions import unreachable
from govengine.lint.thresholds import idle_periods, idle_thresholds
from govengine.lint.unused import unused_settings, unused_terms
from govengine.lint.vacuous import Selections, vacuous
from govengine.lint.words import critical_but_advisory, without_case, without_control, without_fix, without_owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from govengine.diagnostics import Diagnostic
    from govengine.lint.subject import Subject

LOOKS: dict[str, Callable[[Subject], Iterator[Diagnostic]]] = {
    "exemption-of-the-silent": exemptions,
    "unreachable-rule": unreachable,
    "unused-setting": unused_settings,
    "unused-term": unused_terms,
    "detector-behind-declaration": guarded_detectors,
    "name-in-selection": names_in_selections,
    "mixed-operators": mixed_operators,
    "critical-but-advisory": critical_but_advisory,
    "idle-threshold": idle_thresholds,
    "idle-every": idle_periods,
    "covered-allow": covered_allows,
    "rule-without-control": without_control,
    "policy-without-owner": without_owner,
    "rule-without-fix": without_fix,
    "rule-without-case": without_case,
}
VACUOUS, RETENTION = "vacuous-selector", "bare-retention"
"""Found only in a mesh: one by trying selections, one when specs are read."""
NAMES = tuple(sorted((*LOOKS, VACUOUS, RETENTION)))
"""What can be found, and allowed."""
ABOUT_ALLOWANCES = ("idle-allowance", "unreadable-allowance")
"""What is found about allowances; it is fixed, not allowed."""


@dataclass(frozen=True, slots=True)
class LintReport:
    """What was found, in the order of files and lines, and how many findings somebody has allowed."""

    findings: tuple[Diagnostic, ...]
    allowed: int


def lint(
    subject: Subject,
    *,
    found: Selections | None = None,
    said: Sequence[Diagnostic] | None = None,
    mesh: tuple[list[Allowance], list[Diagnostic]] = ([], []),
    only: frozenset[str] = frozenset(),
) -> LintReport:
    """Look for everything, or for some names only.

    Args:
        subject: the policies.
        found: what their selections came to in a mesh; None outside of one.
        said: what reading the specs of a mesh found; None outside of one.
        mesh: allowances of `govengine.yaml`, and what is wrong with them.
        only: names to look for; none means all.

    """
    tried = frozenset(
        name
        for name in only & frozenset(NAMES) or NAMES
        if not (name == VACUOUS and found is None)
        and not (name == RETENTION and said is None)
        and not (name == "rule-without-case" and subject.cases is None)
    )
    findings = [d for name, look in LOOKS.items() if name in tried for d in look(subject)]
    if found is not None and VACUOUS in tried:
        findings += vacuous(subject, found)
    if RETENTION in tried:
        findings += [d for d in said or () if d.name == RETENTION]
    allowed, mistakes = list(mesh[0]), list(mesh[1])
    for file in subject.files:
        more, wrong = allowances(subject.sources[file.file], file, NAMES)
        allowed += more
        mistakes += wrong
    unique = list(dict.fromkeys(findings))
    left = list(silenced(unique, allowed))
    shown = [d for d in (*left, *mistakes, *idle(allowed, tried)) if not only or d.name in only]
    return LintReport(tuple(sorted(shown, key=_place)), len(unique) - len(left))


def _place(finding: Diagnostic) -> tuple[str, int, int, str]:
    span = finding.span
    return (span.file, span.line, span.column, finding.code) if span is not None else ("", 0, 0, finding.code)
