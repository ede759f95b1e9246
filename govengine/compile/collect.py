"""First pass: all files of both layers, with every name declared once and in its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govengine.detectors.registry import built_in
from govengine.diagnostics.codes import conditions as condition_codes
from govengine.diagnostics.codes import federation as codes
from govengine.language.syntax import Conflict, Detector, File, Framework, Levels, Overlay, Policy, Term

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.diagnostics import Diagnostic, Span

GLOBAL = "global"


@dataclass(slots=True)
class Declarations:
    """What both layers declare, by name."""

    frameworks: dict[str, Framework] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    overlays: dict[str, Overlay] = field(default_factory=dict)
    levels: Levels | None = None
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    shared_terms: dict[str, Term] = field(default_factory=dict)
    detectors: dict[str, Detector] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def level_names(self) -> tuple[str, ...]:
        """The levels, lowest first; none where no policy declares them."""
        return tuple(n.text for n in self.levels.names) if self.levels else ()

    def addresses(self) -> set[str]:
        """The addresses of all rules."""
        blocks: list[tuple[str, Policy | Overlay]] = [*self.policies.items(), *self.overlays.items()]
        return {f"{name}/{rule.name.text}" for name, block in blocks for rule in block.rules}


def collect(files: list[tuple[str, File]]) -> Declarations:
    """Gather `(layer, file)` pairs; a layer is "global" or a domain's name."""
    found = Declarations()
    for layer, file in files:
        for framework in file.frameworks:
            if layer != GLOBAL:
                found.diagnostics.append(
                    codes.wrong_layer("framework", framework.name.text, _where(layer), framework.name.span)
                )
            elif _first(found, found.frameworks, "framework", framework.name.text, framework.name.span):
                found.frameworks[framework.name.text] = framework
        for policy in file.policies:
            if layer != GLOBAL:
                found.diagnostics.append(codes.wrong_layer("policy", policy.name.text, _where(layer), policy.name.span))
            elif _first(found, found.policies, "policy", policy.name.text, policy.name.span):
                found.policies[policy.name.text] = policy
        for overlay in file.overlays:
            name = overlay.domain
            if layer == GLOBAL:
                found.diagnostics.append(codes.wrong_layer("overlay", name.text, _where(layer), name.span))
            elif name.text != layer:
                found.diagnostics.append(codes.foreign_overlay(name.text, layer, name.span))
            elif _first(found, found.overlays, "overlay", name.text, name.span):
                found.overlays[name.text] = overlay
        for conflict in file.conflicts:
            name = conflict.name
            if layer != GLOBAL:
                found.diagnostics.append(codes.wrong_layer("conflict", name.text, _where(layer), name.span))
            elif name.text in found.conflicts:
                first = found.conflicts[name.text].name.span
                found.diagnostics.append(codes.duplicate("conflict", name.text, name.span, first))
            else:
                found.conflicts[name.text] = conflict
    _levels(found)
    _detectors(found)
    _names(found)
    return found


def _where(layer: str) -> str:
    return "the council's layer" if layer == GLOBAL else f"the folder of `{layer}`"


def _first(
    found: Declarations, known: Mapping[str, Framework | Policy | Overlay], what: str, name: str, span: Span
) -> bool:
    other = known.get(name)
    if other is None:
        return True
    first = other.domain.span if isinstance(other, Overlay) else other.name.span
    found.diagnostics.append(codes.duplicate(what, name, span, first))
    return False


def _levels(found: Declarations) -> None:
    for policy in found.policies.values():
        if policy.levels is None:
            continue
        if found.levels is not None:
            found.diagnostics.append(codes.duplicate("list of levels", "levels", policy.levels.span, found.levels.span))
            continue
        found.levels = policy.levels
        seen: dict[str, Span] = {}
        for name in policy.levels.names:
            if name.text in seen:
                found.diagnostics.append(codes.duplicate("level", name.text, name.span, seen[name.text]))
            seen.setdefault(name.text, name.span)


def _detectors(found: Declarations) -> None:
    for policy in found.policies.values():
        for detector in policy.detectors:
            name = detector.name
            if name.text in built_in():
                why = f"`{name.text}` is built in: it finds {built_in()[name.text].finds}"
                found.diagnostics.append(condition_codes.unfit_detector("the name", name.span, why))
            elif name.text in found.detectors:
                first = found.detectors[name.text].name.span
                found.diagnostics.append(codes.duplicate("detector", name.text, name.span, first))
            else:
                found.detectors[name.text] = detector


def _names(found: Declarations) -> None:
    shared = found.policies.get("terms")
    found.shared_terms = {t.name.text: t for t in shared.terms} if shared else {}
    blocks: list[Policy | Overlay] = [*found.policies.values(), *found.overlays.values()]
    for block in blocks:
        for what, declared in (("rule", block.rules), ("setting", block.settings), ("term", block.terms)):
            seen: dict[str, Span] = {}
            for item in declared:
                name = item.name
                if name.text in seen:
                    found.diagnostics.append(codes.duplicate(what, name.text, name.span, seen[name.text]))
                seen.setdefault(name.text, name.span)
        if block is shared:
            continue
        # A policy's own words are its own; a domain must not call anything global by another meaning.
        hidden = [shared] if isinstance(block, Policy) else list(found.policies.values())
        known = {t.name.text: t for policy in hidden if policy is not None for t in policy.terms}
        for term in block.terms:
            other = known.get(term.name.text)
            if other is not None:
                found.diagnostics.append(codes.shadowed("term", term.name.text, term.name.span, other.name.span))
    for overlay in found.overlays.values():
        policy = found.policies.get(overlay.domain.text)
        if policy is not None:  # `payments/x` must name one rule, whoever made it
            found.diagnostics.append(
                codes.duplicate("policy or overlay", overlay.domain.text, overlay.domain.span, policy.name.span)
            )
    for framework in found.frameworks.values():
        seen_controls: dict[str, Span] = {}
        for control in framework.controls:
            if control.id.text in seen_controls:
                first = seen_controls[control.id.text]
                found.diagnostics.append(codes.duplicate("control", control.id.text, control.id.span, first))
            seen_controls.setdefault(control.id.text, control.id.span)
