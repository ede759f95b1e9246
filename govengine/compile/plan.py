"""Policy texts → plan: the passes in their order, and what the evaluator needs, as plain values."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from govengine.compile.allows import TITLE, AllowCompiler, address
from govengine.compile.cascade import without_consequences
from govengine.compile.collect import GLOBAL, Declarations, collect
from govengine.compile.conflicts import ConflictCompiler, empty_intervals
from govengine.compile.constants import store
from govengine.compile.detectors import mistakes_of_detector, stored_detector
from govengine.compile.rules import RuleCompiler
from govengine.compile.setting_values import written
from govengine.compile.settings import Tightening, settle
from govengine.compile.waivers import WaiverCompiler
from govengine.conditions.generate import Generator
from govengine.conditions.scope import Schema
from govengine.diagnostics.codes import syntax as syntax_codes
from govengine.language.parser import parse
from govengine.language.plain_text import amiss
from govengine.language.source import Source
from govengine.language.syntax import File, Framework, Overlay, Policy, Rule
from govengine.model.verdict import SEVERITIES, Severity
from govengine.model.vocabulary import Vocabulary, vocabularies
from govengine.plan.places import store_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.compile.polarity import Occurrence
    from govengine.diagnostics import Diagnostic
    from govengine.model.table import SchemaTable
    from govengine.plan.decisions import PlanAllow
    from govengine.plan.document import Plan, PlanFramework
    from govengine.plan.rules import BrokenRule, PlanPolicy, PlanRule
    from govengine.plan.settings import PlanDomain, PlanSetting
    from govengine.predicates.check import Serialize


class Compilation:
    """What came of compiling: the plan, or None where the council's own layer is broken; and all that is to be said."""

    __slots__ = ("diagnostics", "occurrences", "plan")

    def __init__(
        self, plan: Plan | None, diagnostics: tuple[Diagnostic, ...], occurrences: tuple[Occurrence, ...] = ()
    ) -> None:
        self.plan, self.diagnostics, self.occurrences = plan, diagnostics, occurrences


def compile_policies(
    texts: Mapping[str, str],
    layers: Mapping[str, str],
    product_schema: SchemaTable,
    mesh_schema: SchemaTable,
    serialize: Serialize,
    *,
    trusting: bool = False,
) -> Compilation:
    """Compile all policy files of a mesh.

    Args:
        texts: policy texts by path from the mesh root.
        layers: the layer of each path: "global", or a domain.
        product_schema: the table of `govengine.model.schema.product_schema`.
        mesh_schema: that of `mesh_schema`.
        serialize: DuckDB's parser, see `govengine.predicates.check`.
        trusting: make the plan although a setting's direction is unproved: to look for what goes wrong with it, and
            for nothing else. What is to be said of it is said all the same.

    A mistake in an overlay breaks that overlay alone: the plan is made without it and lists it under `broken`.

    """
    files: list[tuple[str, File]] = []
    found: list[Diagnostic] = []
    for path in sorted(texts):
        source = Source(path, texts[path])
        file, mistakes = parse(source)
        files.append((layers[path], file))
        found += mistakes
        wrong = None if mistakes else amiss(source, file)
        found += [] if wrong is None else [wrong]
    read = len(found)
    broken = _broken(found, layers, trusting)
    compiled = _passes(files, broken, product_schema, mesh_schema, serialize)
    found += compiled.diagnostics
    while True:  # an overlay found broken by a later pass is left out, and the rest compiled anew
        more = _broken(found, layers, trusting) - broken
        if not more or GLOBAL in more:
            break
        broken |= more
        compiled = _passes(files, broken, product_schema, mesh_schema, serialize)
        found += compiled.diagnostics
    said = [*found[:read], *without_consequences(found[read:], found[:read], texts, layers)]
    unique = tuple(sorted(dict.fromkeys(said), key=_order))
    if GLOBAL in _broken(found, layers, trusting) or compiled.plan is None:
        return Compilation(None, unique, compiled.occurrences)
    compiled.plan["digest"] = digest(texts)
    return Compilation(compiled.plan, unique, compiled.occurrences)


def digest(texts: Mapping[str, str]) -> str:
    """One digest of all policy texts: paths and contents, sorted by path."""
    whole = hashlib.sha256()
    for path in sorted(texts):
        for part in (path, texts[path]):
            data = part.encode()
            whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def _order(diagnostic: Diagnostic) -> tuple[object, ...]:
    span = diagnostic.span
    return (span.file, span.line, span.column, diagnostic.code) if span else ("", 0, 0, diagnostic.code)


def _broken(found: list[Diagnostic], layers: Mapping[str, str], trusting: bool) -> set[str]:
    return {
        layers.get(d.span.file, GLOBAL) if d.span is not None else GLOBAL
        for d in found
        if d.level == "error" and not (trusting and d.name == "unproved-direction")
    }


def _passes(
    files: list[tuple[str, File]],
    broken: set[str],
    product_schema: SchemaTable,
    mesh_schema: SchemaTable,
    serialize: Serialize,
) -> Compilation:
    # Names before settings: an overlay moves what policies declare. Settings before rules: conditions mention them.
    collected = collect([(layer, file) for layer, file in files if layer == GLOBAL or layer not in broken])
    settings = settle(collected)
    diagnostics = [*collected.diagnostics, *settings.diagnostics]
    diagnostics += [m for d in collected.detectors.values() for m in mistakes_of_detector(d)]
    words = vocabularies(collected.level_names, tuple(collected.frameworks))
    words["rule"] = Vocabulary("rule", frozenset(collected.addresses() | _about_allows(collected)))
    schema = Schema.of(product_schema, mesh_schema, words)
    generator = Generator()
    names = iter(f"c{i}" for i in range(10**6))
    policies: list[PlanPolicy] = []
    rules: list[PlanRule] = []
    occurrences: list[Occurrence] = []
    blocks: list[tuple[Policy | Overlay, str]] = [(p, GLOBAL) for p in collected.policies.values()]
    blocks += [(o, o.domain.text) for o in collected.overlays.values()]
    for block, layer in blocks:
        judges_mesh = isinstance(block, Policy) and block.judges_mesh is not None
        compiler = RuleCompiler(
            collected,
            schema.of_mesh() if judges_mesh else schema,
            settings,
            block,
            layer,
            generator,
            serialize,
            lambda: next(names),
        )
        policies.append(compiler.policy())
        rules += compiler.rules()
        diagnostics += compiler.diagnostics
        occurrences += compiler.occurrences
    allows: dict[str, list[PlanAllow]] = {}
    for domain, overlay in sorted(collected.overlays.items()):
        granting = AllowCompiler(overlay, product_schema["objects"]["Grant"]["fields"])
        allows[domain] = granting.compile()
        ceiling = granting.rule(generator, next(names))
        rules += [] if ceiling is None else [ceiling]
        diagnostics += granting.diagnostics
    by_address = {r["address"]: r for r in rules}
    conflicts = ConflictCompiler(collected, schema, by_address, generator, lambda: next(names))
    decided = [conflicts.compile(c) for c in collected.conflicts.values()]
    diagnostics += conflicts.diagnostics
    diagnostics += empty_intervals(rules, {p["name"]: p for p in policies}, decided)
    waivers = WaiverCompiler(by_address, frozenset(collected.policies))
    excepted = waivers.compile([(layer, file) for layer, file in files if layer == GLOBAL or layer not in broken])
    diagnostics += waivers.diagnostics
    plan: Plan = {
        "levels": list(collected.level_names),
        "frameworks": {name: _framework(f) for name, f in collected.frameworks.items()},
        "policies": policies,
        "rules": sorted(rules, key=lambda r: r["address"]),
        "settings": {address: store(value) for address, value in settings.values.items()},
        "declared": _declared(collected),
        "domains": {domain: _domain(tightened) for domain, tightened in settings.domains.items()},
        "detectors": {d.name.text: stored_detector(d) for d in collected.detectors.values()},
        "conflicts": decided,
        "allows": {domain: granted for domain, granted in allows.items() if granted},
        "waivers": excepted,
        "broken": {layer: _rules_of(files, layer) for layer in sorted(broken - {GLOBAL})},
        "source": generator.source,
        "quantities": generator.quantities,
        "digest": "",  # the caller, who has the texts, fills it in
    }
    if not any(d.level == "error" for d in diagnostics):
        try:
            compile(generator.source, "<conditions>", "exec")
        except (SyntaxError, RecursionError, MemoryError):
            # Conditions that each are short enough may, through terms, grow past what Python nests.
            place = next(iter(collected.policies.values())).name.span
            diagnostics.append(syntax_codes.too_deep(place, 40))
    return Compilation(plan, tuple(diagnostics), tuple(occurrences))


def _about_allows(collected: Declarations) -> set[str]:
    """The addresses of the rules that domains have by their allows."""
    return {address(domain) for domain, overlay in collected.overlays.items() if overlay.allows}


def _rules_of(files: list[tuple[str, File]], layer: str) -> list[BrokenRule]:
    """The rules that a broken overlay can be seen to have, so that each gets its `error`."""
    listed: list[BrokenRule] = []
    for file_layer, file in files:
        for overlay in file.overlays if file_layer == layer else ():
            if overlay.allows:
                listed.append(
                    {
                        "address": address(layer),
                        "title": TITLE,
                        "on": None,
                        "place": store_place(overlay.allows[0].name.span.place),
                        "severity": "high",
                    }
                )
            listed += [
                {
                    "address": f"{layer}/{r.name.text}",
                    "title": r.title.text,
                    "on": r.on.product if r.on else None,
                    "place": store_place(r.name.span.place),
                    "severity": _severity(r),
                }
                for r in overlay.rules
            ]
    return listed


def _severity(rule: Rule) -> Severity:
    """The severity of a rule that does not compile: high where it says none."""
    return next((s for s in SEVERITIES if rule.severity is not None and s == rule.severity.text), "high")


def _framework(framework: Framework) -> PlanFramework:
    return {
        "title": framework.title.text,
        "version": framework.version.text if framework.version else "",
        "controls": {c.id.text: (c.title.text, c.manual.text if c.manual else None) for c in framework.controls},
    }


def _declared(collected: Declarations) -> dict[str, PlanSetting]:
    """Where each setting is declared, by address."""
    blocks: list[tuple[str, Policy | Overlay]] = [*collected.policies.items(), *collected.overlays.items()]
    return {
        f"{name}/{s.name.text}": {
            "direction": s.direction,
            "values": {level.text if level else "": written(v.value) for level, v in s.values},
            "file": s.span.file,
            "line": s.name.span.line,
        }
        for name, block in blocks
        for s in block.settings
    }


def _domain(tightened: Tightening) -> PlanDomain:
    return {
        "adopts": list(tightened.adopts),
        "settings": {a: store(v) for a, v in tightened.settings.items()},
        "severities": tightened.severities,
        "enforcements": tightened.enforcements,
        "moves": tightened.moves,
    }
