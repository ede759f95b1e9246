"""The policy that holds for one product: every rule that judges it, settings with the chain that set them, waivers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govengine.run.session import Request, judge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.verdict import Verdict


@dataclass(slots=True)
class Effective:
    """What holds for a product on a day. `problem` says why nothing can be told; `products` are those of the mesh."""

    domain: str = ""
    digest: str = ""
    rules: list[dict[str, object]] = field(default_factory=list)
    settings: list[dict[str, object]] = field(default_factory=list)
    waivers: list[Mapping[str, object]] = field(default_factory=list)
    products: tuple[str, ...] = ()
    problem: str | None = None


def effective(root: Path, product: str, as_of: date) -> Effective:
    """The policy that holds for a product of the mesh at `root`; how rules stand is told from its spec alone."""
    outcome = judge(Request(root, as_of, data=False))
    basis, report = outcome.basis, outcome.report
    if basis is None:
        return Effective(problem=outcome.why_not)
    names = tuple(spec.name for spec in basis.specs)
    spec = basis.spec(product)
    if spec is None:
        return Effective(products=names, problem=f"the mesh has no product `{product}`")
    verdicts = [v for v in report.verdicts if v.product == product]
    return Effective(
        spec.domain,
        report.policy_digest,
        [_rule(basis.book, v, spec.domain) for v in verdicts],
        _settings(basis.book, {v.rule.partition("/")[0] for v in verdicts}, spec.domain),
        list(report.waivers),
        names,
    )


def _rule(book: Rulebook, verdict: Verdict, domain: str) -> dict[str, object]:
    compiled = next((r for r in book.rules if r["address"] == verdict.rule), None)
    own = book.plan["domains"].get(domain)
    moves = [] if own is None else own["moves"]
    lifted = (
        own is not None and verdict.rule in own["enforcements"]
    )  # the day from which the council enforces it counts no more
    moved: list[str] = []
    if compiled is not None:
        moved += [compiled["severity"]] if compiled["severity"] != verdict.severity else []
        since = f" from {compiled['effective_from']}" if compiled["effective_from"] else ""
        if lifted and (since or compiled["enforcement"] != verdict.enforcement):
            moved.append(compiled["enforcement"] + since)
    policy = verdict.rule.partition("/")[0]
    return {
        "rule": verdict.rule,
        "title": verdict.title,
        "layer": verdict.layer,
        "severity": verdict.severity,
        "enforcement": verdict.enforcement,
        "moved": moved,
        "moved_at": [f"{m['file']}:{m['line']}" for m in moves if m["address"] == verdict.rule],
        "adopted_at": [f"{m['file']}:{m['line']}" for m in moves if m["address"] == policy],
        "every": compiled["every"] if compiled is not None else None,
        "from": compiled["effective_from"] if compiled is not None and not lifted else None,
        "controls": [f"{c.framework} {c.control}" for c in verdict.controls],
        "file": verdict.policy_place.file,
        "line": verdict.policy_place.line,
        "stands": verdict.disposition if verdict.disposition == "waived" else verdict.outcome,
    }


def _settings(book: Rulebook, blocks: set[str], domain: str) -> list[dict[str, object]]:
    """Settings of the policies that judge the product; a setting by level is listed once a level."""
    found = []
    own = book.plan["domains"].get(domain)
    moves = [] if own is None else own["moves"]
    for address, declared in sorted(book.plan["declared"].items()):
        if address.partition("/")[0] not in blocks:
            continue
        for level, value in declared["values"].items():
            chain = [{"layer": "global", "value": value, "file": declared["file"], "line": declared["line"]}]
            if address.partition("/")[0] == domain:
                chain[0]["layer"] = domain
            chain += [
                {"layer": domain, "value": m["value"], "file": m["file"], "line": m["line"]}
                for m in moves
                if m["address"] == address and (m["level"] or "") == level
            ]
            found.append(
                {
                    "setting": f"{address}[{level}]" if level else address,
                    "direction": declared["direction"],
                    "value": chain[-1]["value"],
                    "chain": chain,
                }
            )
    return found
