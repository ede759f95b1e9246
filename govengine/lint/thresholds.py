"""Thresholds, floors, confidences and periods that are written and change no verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics.codes import lint as codes
from govengine.expectations.registry import EXPECTATIONS
from govengine.language.expression import Literal
from govengine.language.syntax import Attest, Expect
from govengine.model.quantity import Percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.diagnostics import Diagnostic
    from govengine.language.syntax import Rule, Threshold
    from govengine.lint.subject import Subject


def idle_thresholds(subject: Subject) -> Iterator[Diagnostic]:
    """`at least 0%`, a floor that lowers nothing, `with confidence` where no sample shows anything."""
    for block in subject.blocks:
        for rule in block.node.rules:
            for evidence in rule.evidence:
                if isinstance(evidence, Expect) and evidence.threshold is not None:
                    yield from _idle(evidence.threshold)


def _idle(threshold: Threshold) -> Iterator[Diagnostic]:
    literal = threshold.value.value if isinstance(threshold.value, Literal) else None
    asked = literal if isinstance(literal, Percent) else None
    if asked is not None and asked.value == 0:
        why = "it holds whatever the rows show"
        yield codes.idle_threshold(
            f"at least {asked.text}", why, threshold.value.span, "write what share of the rows must hold"
        )
    floor = threshold.floor
    if isinstance(floor, Percent) and floor.value == 0:
        why = "no promise is lower"
        yield codes.idle_threshold(
            "never below 0%", why, threshold.span, "write the least that counts, or leave it out"
        )
    elif isinstance(floor, Percent) and asked is not None:
        counts = max(asked, floor, key=lambda percent: percent.value)
        why = f"it is a floor for promises of a spec, and `{asked.text}` is none"
        instead = f"write `at least {counts.text}`, which is what counts here"
        yield codes.idle_threshold(f"never below {floor.text}", why, threshold.span, instead)
    if isinstance(threshold.confidence, Percent) and asked is not None and asked.value == 100:
        why = "no sample shows that all rows hold"
        written = f"with confidence {threshold.confidence.text}"
        yield codes.idle_threshold(written, why, threshold.span, "leave it out, or ask for less than all rows")


def may_be_ruled(kind: str) -> bool:
    """Whether a person's dated ruling may settle an `expect` of a kind."""
    record = EXPECTATIONS.get(kind)
    return record is not None and record.ruled


def idle_periods(subject: Subject) -> Iterator[Diagnostic]:
    """`every 3 months` on rules whose evidence is always of the day of the run."""
    for block in subject.blocks:
        for rule in block.node.rules:
            if rule.every is not None and rule.evidence and not _dated(rule):
                yield codes.idle_every(block.address(rule), rule.every.span)


def _dated(rule: Rule) -> bool:
    """Whether some evidence of a rule carries a day of its own: a person's statement, or ruling."""
    return any(isinstance(e, Attest) or (isinstance(e, Expect) and may_be_ruled(e.kind)) for e in rule.evidence)
