"""What a rule, a control, a diagnostic code or a product is about, and how it stands: for people who ask one thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from govengine.answers.selection import selection
from govengine.diagnostics import nearest
from govengine.lint.thresholds import may_be_ruled
from govengine.plan.walk import expectations
from govengine.run.session import Request, judge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.verdict import Report, Verdict
    from govengine.plan.rules import PlanRule
    from govengine.run.basis import Basis

_SETTLED = ("pass", "not-applicable", "not-run")


@dataclass(slots=True)
class Explanation:
    """An answer: its kind (`rule`, `control`, `policy`, `product`), what is said, and how products stand.

    `problem` says why there is no answer; `near` is the nearest name that has one.
    """

    kind: str = ""
    name: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    standings: list[dict[str, Any]] = field(default_factory=list)
    problem: str | None = None
    near: str | None = None


def explain(request: Request, subject: str, *, product: str | None = None) -> Explanation:
    """Explain a rule (`policy/rule`), a control (`PCI-DSS 3.5.1`), a policy or a product of the mesh of a request.

    `product` keeps how one product stands. Where a rule or a product is explained, each standing that what is declared
    leaves open has the smallest edit known to settle it under `edit`, or None.
    """
    outcome, as_of = judge(request), request.as_of
    basis, report = outcome.basis, outcome.report
    if basis is None:
        return Explanation(problem=outcome.why_not)
    book = basis.book
    rules = {r["address"]: r for r in book.rules}
    controls = {f"{name} {c}": c for name, f in book.plan["frameworks"].items() for c in f["controls"]}
    products = {p.name: p for p in report.products}
    if product is not None and product not in products:
        return Explanation(problem=f"there is no product `{product}`", near=nearest(product, products))
    domain, _, name = subject.partition("/")
    if subject not in rules and name in products and products[name].domain == domain:
        subject = name  # as waivers write it
    if subject in rules:
        return _edited(_kept(_rule(book, rules[subject], report, outcome.texts), product), basis, as_of)
    if subject in controls:
        return _kept(_control(book, subject, report), product)
    if subject in book.policies:
        return _kept(_policy(book, subject, report), product)
    if subject in products:
        return _edited(_product(subject, report), basis, as_of)
    if subject in book.plan["frameworks"]:
        return _framework(book, subject)
    if subject in book.plan["declared"]:
        return _setting(book, subject)
    known = [*rules, *controls, *book.policies, *products, *book.plan["frameworks"], *book.plan["declared"]]
    near = nearest(subject, known)
    what = "rule, control, framework, policy, setting or product"
    return Explanation(problem=f"there is no {what} `{subject}` (terms are in `govengine glossary`)", near=near)


def _kept(explained: Explanation, product: str | None) -> Explanation:
    if product is not None:
        explained.standings = [s for s in explained.standings if s["product"] == product]
    return explained


def _edited(explained: Explanation, basis: Basis, as_of: date) -> Explanation:
    """Each standing with the smallest edit known to settle it, judged before it is named."""
    from govengine.answers.fix import described, fixer_of

    searches: dict[str, Any] = {}
    for standing in explained.standings:
        standing["edit"] = None
        if standing["outcome"] not in ("fail", "unknown"):
            continue
        product = standing["product"]
        if product not in searches:
            searches[product] = fixer_of(basis, product, as_of)
        if searches[product] is not None:
            fixer, text = searches[product]
            edit = fixer.smallest(standing["rule"], text)
            standing["edit"] = None if edit is None else described(edit)
    return explained


def _rule(book: Rulebook, rule: PlanRule, report: Report, texts: Mapping[str, str]) -> Explanation:
    policy = book.policies[rule["policy"]]
    since = f" from {rule['effective_from']}" if rule["effective_from"] else ""
    facts = [
        ("asks", rule["title"]),
        ("asked by", f"{policy['title']} ({rule['layer']}), {policy['owner'] or 'without owner'}"),
        ("stands at", f"{rule['place'][0]}:{rule['place'][1]}"),
        ("severity", f"{rule['severity']}, {rule['enforcement']}{since}"),
    ]
    facts += [("control", f"{f} {c}: {title}") for f, c, title in rule["controls"]]
    if rule["because"]:
        facts.append(("because", rule["because"]))
    facts += selection(rule, texts)
    facts += [(clause["clause"], clause["text"]) for clause in rule["evidence"]]
    facts += _of_evidence(rule)
    verdicts = [v for v in report.verdicts if v.rule == rule["address"]]
    return Explanation("rule", rule["address"], facts, [_standing(v) for v in verdicts])


def _of_evidence(rule: PlanRule) -> list[tuple[str, str]]:
    """What `every` and `with confidence` do here, which the clauses themselves do not tell."""
    facts = []
    if rule["every"]:
        dated = any(e["clause"] == "attest" for e in rule["evidence"])
        dated = dated or any(may_be_ruled(e["kind"]) for e in expectations(rule))
        counts = (
            "a ruling or statement by a person that is older settles nothing; specs and rows are of the day of the run"
            if dated
            else "changes no verdict: specs and rows are of the day of the run; how often it runs is recorded nowhere"
        )
        facts.append(("every", f"{rule['every']}: {counts}"))
    asked = [e["threshold"] for e in expectations(rule)]
    sure = [t["confidence"] for t in asked if t is not None and t["confidence"] is not None]
    if sure:
        only = "how sure an answer from a sample must be (`--sample`); changes nothing where all rows are judged"
        facts.append(("confidence", f"{', '.join(dict.fromkeys(sure))}: {only}"))
    return facts


def _control(book: Rulebook, name: str, report: Report) -> Explanation:
    framework, _, identifier = name.partition(" ")
    held = book.plan["frameworks"][framework]
    title, manual = held["controls"][identifier]
    facts = [("asks", title), ("framework", f"{held['title']} {held['version']}")]
    if manual:
        facts.append(("decided by people", manual))
    answering = [r for r in book.rules if (framework, identifier) in {(f, c) for f, c, _ in r["controls"]}]
    facts += [("rule", f"{r['address']}: {r['title']}") for r in answering]
    if not answering and not manual:
        facts.append(("rule", "none: nothing in these policies answers to it"))
    addresses = {r["address"] for r in answering}
    return Explanation("control", name, facts, [_standing(v) for v in report.verdicts if v.rule in addresses])


def _framework(book: Rulebook, name: str) -> Explanation:
    held = book.plan["frameworks"][name]
    answered = {(f, c) for r in book.rules for f, c, _ in r["controls"]}
    facts = [("is", held["title"]), ("version", held["version"] or "none")]
    for control, (title, manual) in held["controls"].items():
        how = "decided by people" if manual else "answered" if (name, control) in answered else "answered by no rule"
        facts.append(("control", f"{control} {title} ({how})"))
    return Explanation("framework", name, facts)


def _setting(book: Rulebook, address: str) -> Explanation:
    declared = book.plan["declared"][address]
    facts = [("direction", declared["direction"]), ("stands at", f"{declared['file']}:{declared['line']}")]
    facts += [(f"council{f', {level}' if level else ''}", value) for level, value in declared["values"].items()]
    for domain, held in sorted(book.plan["domains"].items()):
        facts += [
            (domain, m["value"] + (f" for {m['level']}" if m["level"] else "") + f" ({m['file']}:{m['line']})")
            for m in held["moves"]
            if m["address"] == address
        ]
    return Explanation("setting", address, facts)


def _policy(book: Rulebook, name: str, report: Report) -> Explanation:
    policy = book.policies[name]
    facts = [("is", policy["title"]), ("layer", policy["layer"]), ("owner", policy["owner"] or "none")]
    facts += [("rule", f"{r['address']}: {r['title']}") for r in book.rules if r["policy"] == name]
    verdicts = [v for v in report.verdicts if v.rule.partition("/")[0] == name and v.outcome not in _SETTLED]
    return Explanation("policy", name, facts, [_standing(v) for v in verdicts])


def _product(name: str, report: Report) -> Explanation:
    product = next(p for p in report.products if p.name == name)
    stands = (
        product.verdict if report.scope["data"] or product.verdict == "non-compliant" else f"{product.verdict} in specs"
    )
    facts = [("stands", stands), ("domain", product.domain), ("owner", product.owner), ("spec", product.file)]
    facts += [
        ("start with", f"{c.cause} ({len(c.rules)} rules)") for c in report.causes if c.product == name and c.blocking
    ][:5]
    verdicts = [v for v in report.verdicts if v.product == name and v.outcome not in _SETTLED]
    return Explanation("product", name, facts, [_standing(v) for v in verdicts])


def _standing(verdict: Verdict) -> dict[str, Any]:
    open_ = [p for p in verdict.parts if p.outcome == verdict.outcome]
    first = open_[0] if open_ else None
    said = (f"{first.element}: {first.message}" if first.element else first.message) if first and first.message else ""
    place = first.place if first is not None else None
    return {
        "product": verdict.product,
        "rule": verdict.rule,
        "outcome": verdict.disposition if verdict.disposition == "waived" else verdict.outcome,
        "said": said,
        "more": max(len({p.message for p in open_}) - 1, 0),
        "fix": verdict.fix if verdict.outcome == "fail" else None,
        "file": place.file if place else None,
        "line": place.line if place else None,
    }
