"""What a change of policy changes: the mesh of now judged by the base's policies and by today's, and the difference."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from govengine.run.schemas import schemas
from govengine.run.session import Outcome, Request, judge
from govengine.sources.base_policies import NoBaseError, base_mesh, base_policies
from govengine.sources.inputs import Inputs
from govengine.sources.mesh import read_mesh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from govengine.diagnostics import Diagnostic
    from govengine.model.values import Mesh
    from govengine.model.verdict import Verdict
    from govengine.run.basis import Basis
    from govengine.run.request import Progress

KINDS = ("new-failure", "new-advisory-failure", "newly-passing", "other")
_OPEN = ("fail", "error", "unknown", "review")
_WORSE = {"fail": 0, "error": 1, "unknown": 2, "review": 3}


@dataclass(slots=True)
class Impact:
    """What changes.

    `described` is plain data, sorted, the same bytes for the same inputs; empty where the policies of a side cannot be
    read. `mistakes` are errors in policies, of the side that `side` names; `texts` what they quote.
    """

    described: dict[str, Any] = field(default_factory=dict)
    mistakes: tuple[Diagnostic, ...] = ()
    side: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    """What files of the base are called where they stand, by the path that they would have in the mesh."""

    def exit_code(self, limit: int | None) -> int:
        """0; 1 if more than `limit` failures are new or something is weaker that was not allowed; 2 if that is open.

        It cannot where policies have mistakes; and, with a limit, where a spec cannot be read, or a product is
        undetermined now that was not.
        """
        summary = self.described.get("summary", {})
        if any(w["allowed"] is None for w in self.described.get("weaker", ())):
            return 1
        if limit is not None and summary.get("new_failures", 0) > limit:
            return 1
        if self.mistakes or not self.described:
            return 2
        newly = any(p["now"] == "undetermined" for p in self.described["products"])
        return 2 if limit is not None and (self.described["unreadable"] or newly) else 0


@dataclass(slots=True)
class _Side:
    basis: Basis
    outcome: Outcome

    @property
    def verdicts(self) -> dict[tuple[str, str], Verdict]:
        return {(v.rule, v.product): v for v in self.outcome.report.verdicts}


def impact(
    root: Path,
    base: str,
    as_of: date,
    *,
    data: bool,
    progress: Progress,
    allowed: Mapping[str, str] | None = None,
) -> Impact:
    """Judge the mesh at `root` by both policies; specs, data and `govengine.yaml` are those of now.

    Args:
        root: the mesh.
        base: see `govengine.sources.base_policies.base_policies`.
        as_of: the day; besides it, each later day on which a rule of today's policies begins to be enforced.
        data: whether rows are judged too.
        progress: told how far each run is.
        allowed: reasons why something may be weaker than at the base, by its address.

    Raises:
        NoBaseError: the base's policies cannot be found.

    """
    mesh_schema = schemas().mesh
    mesh, said = read_mesh(Inputs(root), mesh_schema)
    if mesh is None:
        return Impact(mistakes=tuple(d for d in said if d.level == "error"), side="today")
    before = base_policies(base, root, mesh, mesh_schema)
    today = judge(Request(root, as_of, data=data), progress)
    if today.basis is None:
        return _unread(today, "today")
    earlier = judge(Request(root, as_of, data=data), progress, before)
    if earlier.basis is None:
        return replace(_unread(earlier, "base"), named=before.named)
    now, was = _Side(today.basis, today), _Side(earlier.basis, earlier)
    report = now.outcome.report
    owners = _owners(was, now)
    renamed = _renamed(was, now)
    changes = _changes(was, now, renamed, owners)
    products = _products(was, now)
    described: dict[str, object] = {
        "schema": "govengine-impact/1",
        "mesh": report.mesh,
        "as_of": as_of.isoformat(),
        "scope": {"data": data},
        "base": {"name": base, "policy_digest": was.outcome.report.policy_digest},
        "today": {"policy_digest": report.policy_digest},
        "summary": {**_counts(changes), "products": len(products)},
        "owners": _by_owner(changes, products),
        "products": products,
        "changes": changes,
        "weaker": _weaker(was, now, mesh, base_mesh(base, root, mesh_schema), allowed or {}),
        "rules": _rules(was, now, renamed),
        "later": [_later(now, was, day, Request(root, day, data=data), progress) for day in _days(now, as_of)],
        "unreadable": sorted({s.name for side in (was, now) for s in side.basis.specs if s.product is None}),
    }
    return Impact(described, _mistakes(now), "today", now.outcome.texts)


def _weaker(
    was: _Side, now: _Side, mesh: Mesh, mesh_before: Mesh | None, allowed: Mapping[str, str]
) -> list[dict[str, object]]:
    from govengine.answers.weakening import weakenings
    from govengine.answers.weakening_mesh import mesh_weakenings

    sides = [{p: t for p, t in s.outcome.texts.items() if p.endswith(".gov")} for s in (was, now)]
    found = weakenings(sides[0], sides[1], was.basis.broken.keys() | now.basis.broken.keys())
    found += mesh_weakenings(mesh_before, mesh) if mesh_before is not None else []
    return [
        {
            "address": w.address, "what": w.what, "was": w.was, "now": w.now, "file": w.file, "line": w.line,
            "allowed": allowed.get(w.address),
        }
        for w in found
    ]  # fmt: skip


def _mistakes(side: _Side) -> tuple[Diagnostic, ...]:
    """Errors in policies; those of specs and data are the same on both sides."""
    return tuple(
        d
        for d in side.outcome.report.diagnostics
        if d.level == "error" and (d.span is None or d.span.file.endswith(".gov")) and not d.code.startswith("GOV5")
    )


def _unread(outcome: Outcome, name: str) -> Impact:
    errors = tuple(d for d in outcome.report.diagnostics if d.level == "error")
    return Impact({}, errors, name, outcome.texts)


def _owners(was: _Side, now: _Side) -> dict[str, tuple[str, str]]:
    """Domain and owner by product; of a spec that one side cannot read, as the other has it."""
    found: dict[str, tuple[str, str]] = {}
    for side in (was, now):
        for product in side.outcome.report.products:
            if product.owner or product.name not in found:
                found[product.name] = (product.domain, product.owner)
    return found


def _renamed(was: _Side, now: _Side) -> dict[str, str]:
    """The address that a rule of today had in the base, where it says so with `formerly`."""
    old = {r["address"] for r in was.basis.book.rules}
    held = {r["address"] for r in now.basis.book.rules}
    return {
        r["address"]: r["formerly"]
        for r in now.basis.book.rules
        if r["formerly"] in old and r["formerly"] not in held and r["address"] not in old
    }


def _changes(
    was: _Side, now: _Side, renamed: Mapping[str, str], owners: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    before, after = was.verdicts, now.verdicts
    matched = {(renamed.get(rule, rule), product): (rule, product) for rule, product in after}
    found = []
    for key in sorted(set(matched) | set(before)):
        old, new = before.get(key), after.get(matched.get(key, key))
        kind = _kind(old, new)
        if kind is None:
            continue
        shown = new or old
        assert shown is not None
        domain, owner = owners[shown.product]
        found.append(
            {
                "kind": kind,
                "domain": domain,
                "owner": owner,
                "product": shown.product,
                "rule": shown.rule,
                "title": shown.title,
                "severity": shown.severity,
                "was": _stands(old),
                "now": _stands(new),
                "why": _why(new),
                "policy": {"file": shown.policy_place.file, "line": shown.policy_place.line},
            }
        )
    return sorted(found, key=lambda c: (KINDS.index(c["kind"]), c["domain"], c["owner"], c["product"], c["rule"]))


def _kind(old: Verdict | None, new: Verdict | None) -> str | None:
    """What a pair of verdicts is, or None where nothing that anybody must know of has changed."""
    failed, fails = _fails(old), _fails(new)
    blocked, blocks = failed and old is not None and old.blocking, fails and new is not None and new.blocking
    if blocks and not blocked:
        return "new-failure"
    if fails and not failed:
        return "new-advisory-failure"
    if old is None or new is None:  # a rule that is new, or gone: told product by product only where it matters
        one = old or new
        return "other" if one is not None and one.outcome in _OPEN else None
    if new.outcome == "pass" and old.outcome in _OPEN:
        return "newly-passing"
    same = (old.outcome, old.disposition, blocked, _failing(old)) == (
        new.outcome,
        new.disposition,
        blocks,
        _failing(new),
    )
    return None if same else "other"


def _fails(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.outcome == "fail" and verdict.disposition != "waived"


def _failing(verdict: Verdict) -> frozenset[str | None]:
    return frozenset(p.element for p in verdict.parts if p.outcome == "fail" and p.disposition != "waived")


def _stands(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not judged"
    words = verdict.outcome.replace("-", " ")
    if verdict.outcome != "fail":
        return words
    if verdict.disposition == "waived":
        return "fail, waived"
    count = len(_failing(verdict) - {None})
    words += f" ({count} elements)" if count > 1 else ""
    return words if verdict.blocking else f"{words}, advisory"


def _why(verdict: Verdict | None) -> str:
    """The message of the worst part that is still open."""
    parts = [p for p in verdict.parts if p.outcome in _WORSE and p.disposition != "waived"] if verdict else []
    if not parts:
        return ""
    part = min(parts, key=lambda p: _WORSE[p.outcome])
    return f"{part.element}: {part.message}" if part.element else part.message


def _products(was: _Side, now: _Side) -> list[dict[str, Any]]:
    before = {p.name: p for p in was.outcome.report.products}
    after = {p.name: p for p in now.outcome.report.products}
    found = []
    for name in sorted(before.keys() | after.keys(), key=lambda n: ((after.get(n) or before[n]).domain, n)):
        old, new = before.get(name), after.get(name)
        if old is not None and new is not None and old.verdict == new.verdict:
            continue
        shown = new or old  # the mesh itself stands on one side only where only one has rules for it
        assert shown is not None
        found.append(
            {
                "product": name,
                "domain": shown.domain,
                "owner": (old.owner if old else "") or shown.owner,
                "was": old.verdict if old else "not judged",
                "now": new.verdict if new else "not judged",
            }
        )
    return found


def _rules(was: _Side, now: _Side, renamed: Mapping[str, str]) -> dict[str, list[dict[str, object]]]:
    """Rules that only one side has, with how often each outcome came of them.

    Of an overlay that does not compile nobody can tell which rules it still has, so they are neither added nor removed.
    """
    old = {r["address"]: r for r in was.basis.book.rules}
    new = {r["address"]: r for r in now.basis.book.rules}
    gone = set(old) - set(new) - set(renamed.values())
    come = set(new) - set(old) - set(renamed)
    broken = {a for a in gone if old[a]["layer"] in now.basis.broken}
    fixes = {a for a in come if new[a]["layer"] in was.basis.broken}
    return {
        "added": [_rule(new[a], now.verdicts.values()) for a in sorted(come - fixes)],
        "removed": [_rule(old[a], was.verdicts.values()) for a in sorted(gone - broken)],
        "broken": [_rule(old[a], was.verdicts.values()) for a in sorted(broken)],
        "fixed": [_rule(new[a], now.verdicts.values()) for a in sorted(fixes)],
        "renamed": [{"rule": a, "was": renamed[a]} for a in sorted(renamed)],
    }


def _rule(rule: Mapping[str, object], verdicts: Iterable[Verdict]) -> dict[str, object]:
    counts = Counter(v.outcome for v in verdicts if v.rule == rule["address"])
    return {
        "rule": rule["address"],
        "title": rule["title"],
        "layer": rule["layer"],
        "outcomes": dict(sorted(counts.items())),
    }


def _counts(changes: Iterable[Mapping[str, object]]) -> dict[str, int]:
    counts = Counter(c["kind"] for c in changes)
    return {
        "new_failures": counts["new-failure"],
        "new_advisory_failures": counts["new-advisory-failure"],
        "newly_passing": counts["newly-passing"],
        "other": counts["other"],
    }


def _by_owner(changes: list[dict[str, object]], products: list[dict[str, object]]) -> list[dict[str, object]]:
    keys = sorted({(x["domain"], x["owner"]) for x in (*changes, *products)})
    return [
        {
            "domain": domain,
            "owner": owner,
            **_counts(c for c in changes if (c["domain"], c["owner"]) == (domain, owner)),
            "products": sum((p["domain"], p["owner"]) == (domain, owner) for p in products),
        }
        for domain, owner in keys
    ]


def _days(side: _Side, as_of: date) -> list[date]:
    from datetime import date as day_of

    days = {day_of.fromisoformat(r["effective_from"]) for r in side.basis.book.rules if r["effective_from"] is not None}
    return sorted(d for d in days if d > as_of)


def _later(now: _Side, was: _Side, day: date, request: Request, progress: Progress) -> dict[str, object]:
    """What begins to be enforced on a day, and what it then blocks: today's policies, judged as of that day.

    Compared with that same day without the enforcement, so that nothing else that time brings is laid to it.
    """
    from govengine.evaluate.fold import product_verdict

    book, today = now.basis.book, request.as_of.fromisoformat(now.outcome.report.as_of)
    rules = {r["address"]: r for r in book.rules if r["effective_from"] == day.isoformat()}
    announced = {(r["address"], r["effective_from"]) for r in was.basis.book.rules}
    report = judge(request, progress).report
    domains = {p.name: (p.domain, p.owner) for p in report.products}
    begins = {
        (v.rule, v.product)
        for v in report.verdicts
        if v.rule in rules
        and v.blocking
        and book.enforcement(rules[v.rule], domains[v.product][0], today) == "advisory"
    }
    without = [replace(v, enforcement="advisory") if (v.rule, v.product) in begins else v for v in report.verdicts]
    products = []
    for product in report.products:
        old = product_verdict([v for v in without if v.product == product.name])
        if old != product.verdict and any(p == product.name for _, p in begins):
            products.append(
                {
                    "product": product.name, "domain": product.domain, "owner": product.owner,
                    "was": old, "now": product.verdict,
                }
            )  # fmt: skip
    blocks = [
        v for v in report.verdicts if (v.rule, v.product) in begins and v.outcome in _OPEN and v.disposition != "waived"
    ]
    return {
        "day": day.isoformat(),
        "rules": [
            {
                "rule": a,
                "title": r["title"],
                "enforcement": r["enforcement"],
                "new": (a, r["effective_from"]) not in announced,
            }
            for a, r in sorted(rules.items())
        ],
        "changes": [
            {
                "domain": domains[v.product][0], "owner": domains[v.product][1], "product": v.product, "rule": v.rule,
                "title": v.title, "severity": v.severity, "now": _stands(v), "why": _why(v),
            }
            for v in sorted(blocks, key=lambda v: (*domains[v.product], v.product, v.rule))
        ],
        "products": products,
    }  # fmt: skip


__all__ = ["KINDS", "Impact", "NoBaseError", "impact"]
