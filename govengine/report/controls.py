"""How the controls stand: a report by framework, control and rule instead of by product."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govengine.model.verdict import OUTCOMES, SEVERITIES, Outcome, Report, Verdict
from govengine.report.overview import unsettled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """One rule over all products of the report."""

    rule: str
    title: str
    severity: str
    """The highest that it has on any product: a domain may raise it."""
    enforced: bool
    """Whether it is enforced on any product."""
    outcomes: Mapping[Outcome, int]
    """Products by outcome; every outcome is there, in the order of `OUTCOMES`."""
    waived: int
    """How many of the products are wholly waived; they count under their outcome as well."""
    unsettled: tuple[tuple[Outcome, tuple[str, ...]], ...]
    """Names of the products where somebody must look at it, sorted, by outcome, the worst first."""


@dataclass(frozen=True, slots=True)
class ControlStanding:
    """One control and the rules that implement it, by address."""

    framework: str
    control: str
    title: str
    rules: tuple[RuleStanding, ...]
    outcomes: Mapping[Outcome, int]
    """Products by the worst outcome of the control's rules on them, waived failures included."""
    waived: int
    """How many of the products that count as `fail` fail only where that is wholly waived."""
    worst: Outcome | None
    """The worst outcome on any product that is not waived; None where all is waived."""


@dataclass(frozen=True, slots=True)
class FrameworkStanding:
    """One framework and those of its controls that some rule of the report implements."""

    framework: str
    controls: tuple[ControlStanding, ...]

    @property
    def failing(self) -> int:
        """How many of the controls fail on a product and are not wholly waived there."""
        return sum(1 for control in self.controls if control.worst == "fail")


def frameworks(report: Report) -> tuple[FrameworkStanding, ...]:
    """Frameworks by name, their controls in the order of their numbers: `3.5.1` before `12.5.2`."""
    titles: dict[tuple[str, str], str] = {}
    implementing: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in report.verdicts:
        for key, title in sorted({(c.framework, c.control): c.title for c in verdict.controls}.items()):
            titles.setdefault(key, title)
            implementing.setdefault(key, []).append(verdict)
    controls: dict[str, list[ControlStanding]] = {}
    for key in sorted(implementing, key=lambda key: (key[0], _natural(key[1]))):
        controls.setdefault(key[0], []).append(_control(*key, titles[key], implementing[key]))
    return tuple(FrameworkStanding(framework, tuple(held)) for framework, held in controls.items())


def rules_without_control(report: Report) -> tuple[RuleStanding, ...]:
    """Rules that implement no control, by address."""
    return _rules(verdict for verdict in report.verdicts if not verdict.controls)


def _control(framework: str, control: str, title: str, verdicts: list[Verdict]) -> ControlStanding:
    products: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        products.setdefault(verdict.product, []).append(verdict)
    worst = Counter(_worst(verdict.outcome for verdict in held) for held in products.values())
    failing = [[verdict for verdict in held if verdict.outcome == "fail"] for held in products.values()]
    standing = [verdict.outcome for verdict in verdicts if verdict.disposition != "waived"]
    return ControlStanding(
        framework=framework,
        control=control,
        title=title,
        rules=_rules(verdicts),
        outcomes={outcome: worst[outcome] for outcome in OUTCOMES},
        waived=sum(1 for held in failing if held and all(verdict.disposition == "waived" for verdict in held)),
        worst=_worst(standing) if standing else None,
    )


def _rules(verdicts: Iterable[Verdict]) -> tuple[RuleStanding, ...]:
    held: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        held.setdefault(verdict.rule, []).append(verdict)
    return tuple(_rule(rule, held[rule]) for rule in sorted(held))


def _rule(rule: str, verdicts: list[Verdict]) -> RuleStanding:
    counts = Counter(verdict.outcome for verdict in verdicts)
    waiting: dict[Outcome, set[str]] = {}
    for verdict in verdicts:
        if unsettled(verdict):
            waiting.setdefault(verdict.outcome, set()).add(verdict.product)
    return RuleStanding(
        rule=rule,
        title=verdicts[0].title,
        severity=max((verdict.severity for verdict in verdicts), key=SEVERITIES.index),
        enforced=any(verdict.blocking for verdict in verdicts),
        outcomes={outcome: counts[outcome] for outcome in OUTCOMES},
        waived=sum(1 for verdict in verdicts if verdict.disposition == "waived"),
        unsettled=tuple((outcome, tuple(sorted(waiting[outcome]))) for outcome in OUTCOMES if outcome in waiting),
    )


def _worst(outcomes: Iterable[Outcome]) -> Outcome:
    return min(outcomes, key=OUTCOMES.index)


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers in the text compare as numbers."""
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in re.split(r"(\d+)", text))
