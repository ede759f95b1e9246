"""Findings about what a policy or rule does not say, or says against itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics.codes import lint as codes
from govengine.language.syntax import Expect, Overlay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.diagnostics import Diagnostic
    from govengine.lint.subject import Subject


def critical_but_advisory(subject: Subject) -> Iterator[Diagnostic]:
    """`severity critical   enforce advisory`."""
    for block in subject.blocks:
        for rule in block.node.rules:
            severity, enforce = rule.severity, rule.enforce
            if severity and enforce and (severity.text, enforce.level.text) == ("critical", "advisory"):
                yield codes.advisory_although_critical(block.address(rule), enforce.span, severity.span)


def without_control(subject: Subject) -> Iterator[Diagnostic]:
    """Rules without `control`; a domain's own rule may name a `dimension` instead."""
    for block in subject.blocks:
        domain = isinstance(block.node, Overlay)
        for rule in block.node.rules:
            if not rule.controls and not (domain and rule.dimension is not None):
                yield codes.no_control(block.address(rule), rule.name.span, domain=domain)


def without_owner(subject: Subject) -> Iterator[Diagnostic]:
    """Policies and overlays without `owner`."""
    for block in subject.blocks:
        if block.node.owner is None:
            overlay = isinstance(block.node, Overlay)
            name = block.node.domain if isinstance(block.node, Overlay) else block.node.name
            yield codes.no_owner(f"`{'overlay' if overlay else 'policy'} {name.text}`", name.span)


def without_fix(subject: Subject) -> Iterator[Diagnostic]:
    """Rules about specs without `fix`. What rows show is mended where the rows come from, which no rule can know."""
    for block in subject.blocks:
        for rule in block.node.rules:
            if rule.fix is None and any(not isinstance(e, Expect) for e in rule.evidence):
                yield codes.no_fix(block.address(rule), rule.name.span)


def without_case(subject: Subject) -> Iterator[Diagnostic]:
    """Rules that no case names."""
    if subject.cases is None:
        return
    for block in subject.blocks:
        for rule in block.node.rules:
            address = block.address(rule)
            if address not in subject.cases:
                yield codes.no_case(address, rule.name.span)
