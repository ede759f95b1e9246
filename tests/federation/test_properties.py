"""Random federations: no overlay weakens, order decides nothing, and a domain's overlay is its own matter."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from govengine.backends.duckdb_sql import Parser
from govengine.compile.plan import Compilation, compile_policies
from govengine.evaluate import fold
from govengine.evaluate.judge import Judge
from govengine.evaluate.rulebook import Rulebook
from govengine.model.schema import mesh_schema, product_schema
from govengine.model.values import Mesh, Product
from govengine.run.session import Request, judge
from govengine.sources.inputs import Inputs
from govengine.sources.mesh import read_mesh
from govengine.sources.product import read_product

from . import policies
from .policies import Council, councils, overlays, specs

AS_OF = date(2026, 3, 31)
MESH = "mesh: bank\ndomains:\n  payments: {products: [products/payments]}\n  lending: {products: [products/lending]}\n"
SCHEMAS = product_schema(), mesh_schema()


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVENGINE_CACHE", "off")


@cache
def mesh() -> Mesh:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "govengine.yaml").write_text(MESH, encoding="utf-8")
        found, _ = read_mesh(Inputs(Path(folder)), SCHEMAS[1])
    assert found is not None
    return found


def compiled(council: Council, overlay: str | None = None) -> Compilation:
    texts = {f"policies/global/{name}.gov": council.text(name) for name in ("first", "second")}
    layers = dict.fromkeys(texts, "global")
    if overlay is not None:
        path = "policies/domains/payments/payments.gov"
        texts[path] = f'overlay payments "P" {{\n  version "1" owner "p@company.com"\n{overlay}\n}}\n'
        layers[path] = "payments"
    return compile_policies(texts, layers, *SCHEMAS, Parser())


def allowed(council: Council) -> Council:
    """The council's policies without what the compiler does not let pass: a direction that is false."""
    first = compiled(council)
    errors = [d for d in first.diagnostics if d.level == "error"]
    assert {d.code for d in errors} <= {"GOV316"}, [d.message for d in errors]
    false = {o.rule.partition("/")[2] for o in first.occurrences if not o.proved}
    when = {} if "" in false else council.when
    kept = replace(council, rules={n: t for n, t in council.rules.items() if n not in false}, when=when)
    event(f"{len(council.rules) - len(kept.rules)} rules refused")
    assume(kept.rules)
    return kept


def book(found: Compilation) -> Rulebook:
    errors = [d.message for d in found.diagnostics if d.level == "error"]
    assert found.plan is not None, errors
    assert not found.plan["broken"], errors
    return Rulebook(found.plan, compile(found.plan["source"], "<conditions>", "exec"))


def product(described: dict[str, Any], domain: str, rules: Rulebook) -> Product:
    text = policies.product(described, domain, "rows")
    read = read_product(text.encode(), "rows.yaml", domain, SCHEMAS[0], rules.vocabularies())
    assert read.product is not None, [d.message for d in read.diagnostics]
    return read.product


def verdicts(rules: Rulebook, described: dict[str, Any], domain: str) -> dict[str, Any]:
    drafts = Judge(rules, product(described, domain, rules), mesh(), AS_OF, None).drafts()
    return {d.rule["address"]: fold.verdict_of(d, rules, AS_OF, {}) for d in drafts}


@given(st.data())
def test_no_overlay_turns_a_failure_into_anything_better(data: st.DataObject) -> None:
    council = allowed(data.draw(councils()))
    overlay = data.draw(overlays(list(council.rules)))
    before, after = book(compiled(council)), book(compiled(council, overlay))
    for described in data.draw(st.lists(specs(), min_size=1, max_size=6)):
        was, now = verdicts(before, described, "payments"), verdicts(after, described, "payments")
        assert was.keys() <= now.keys()
        for rule, verdict in was.items():
            event(f"{verdict.outcome} -> {now[rule].outcome}")
            if verdict.outcome == "fail":
                assert now[rule].outcome == "fail", (rule, council.rules[rule.partition("/")[2]], overlay, described)
            if verdict.blocking:
                assert now[rule].blocking


@given(st.data())
def test_a_domain_s_overlay_changes_nothing_for_another(data: st.DataObject) -> None:
    council = allowed(data.draw(councils()))
    before, after = book(compiled(council)), book(compiled(council, data.draw(overlays(list(council.rules)))))
    described = data.draw(specs())
    assert verdicts(before, described, "lending") == verdicts(after, described, "lending")


@settings(max_examples=25)
@given(st.data())
def test_the_order_of_files_rules_and_products_decides_nothing(data: st.DataObject) -> None:
    council = allowed(data.draw(councils()))
    overlay = data.draw(overlays(list(council.rules)))
    described = data.draw(st.lists(specs(), min_size=2, max_size=4))
    first = {"policies": ["a", "b"], "rules": list(council.rules), "settings": list(policies.SETTINGS)}
    second = {
        "policies": data.draw(st.permutations(["a", "b"])),
        "rules": data.draw(st.permutations(list(council.rules))),
        "settings": data.draw(st.permutations(list(policies.SETTINGS))),
    }
    order = data.draw(st.permutations(range(len(described))))
    one = _judged(council, overlay, described, first, list(range(len(described))))
    assert one == _judged(council, overlay, described, second, order)
    assert {rule.partition("/")[2] for rule, _ in one} >= set(council.rules)


def _judged(
    council: Council, overlay: str, described: list[dict[str, Any]], orders: dict[str, list[str]], files: list[int]
) -> dict[tuple[str, str], Any]:
    """Verdicts by rule and product, without the places, which move; files of products are named by their order."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        texts = {"govengine.yaml": MESH}
        for name, policy in zip(orders["policies"], ("first", "second"), strict=True):
            text = council.text(policy, rules=orders["rules"], settings=orders["settings"])
            texts[f"policies/global/{name}.gov"] = text
        lines = overlay.splitlines() if orders["policies"] == ["a", "b"] else overlay.splitlines()[::-1]
        body = "\n".join(lines)
        texts["policies/domains/payments/p.gov"] = (
            f'overlay payments "P" {{\n version "1" owner "p@company.com"\n{body}\n}}\n'
        )
        for number, held in enumerate(files):
            domain = "payments" if held % 2 else "lending"
            texts[f"products/{domain}/{number}.yaml"] = policies.product(described[held], domain, f"rows-{held}")
        for name, text in texts.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        report = judge(Request(root, AS_OF, data=False)).report
    assert not [d.message for d in report.diagnostics if d.level == "error"]
    assert len(report.products) == len(described)
    return {
        (v.rule, v.product): (
            v.outcome, v.enforcement, v.severity, v.fix,
            sorted((p.clause, p.element or "", p.outcome, p.message, sorted(p.evidence.items())) for p in v.parts),
        )
        for v in report.verdicts
    }  # fmt: skip
