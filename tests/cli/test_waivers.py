"""`govengine waivers`: the list, and the draft of a request that the engine itself reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from govengine.run.session import Request, judge

POLICY = """policy house "House" {
  owner "council@company.com"
  rule purposeless-grant "Every grant says what it is for" {
    severity medium
    for each grant in spec.access.grants
    require  grant.purpose != ""
  }
  rule owned "Products have a steward" {
    severity high   enforce non-waivable
    require  has(spec.support)
  }
}
"""
MESH = """mesh: small
domains: {payments: {products: [products/payments]}}
council: {approvers: {medium: [council@company.com]}, longest_waiver: {medium: 1 year}}
"""
PRODUCT = """apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: payments-a, domain: payments, owner: team@company.com, version: "1.0.0"}
spec:
  access: {grants: [{principal: ops "night", actions: [read]}, {principal: audit, actions: [read]}]}
"""


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    for name, text in {
        "govengine.yaml": MESH,
        "policies/global/house.gov": POLICY,
        "products/payments/a.yaml": PRODUCT.replace('ops "night"', "'ops \"night\"'"),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def run(mesh: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "govengine.cli.main",
        "waivers",
        "--root",
        str(mesh),
        "--as-of",
        "2026-11-01",
        *args,
    ]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "GOVENGINE_CACHE": "off"}
    )


def test_without_waivers_there_is_nothing_to_list(mesh: Path) -> None:
    done = run(mesh)
    assert (done.returncode, done.stdout) == (0, "no waivers\n")


def test_a_drafted_request_is_read_and_waits_for_the_council(mesh: Path) -> None:
    draft = run(mesh, "request", "house/purposeless-grant", "payments-a", "--by", "lead@company.com", "--days", "30")
    assert draft.returncode == 0
    assert draft.stdout.count("waiver purposeless-grant-") == 2
    assert 'for grant "ops \\"night\\""' in draft.stdout
    assert "until     2026-11-30" in draft.stdout
    target = mesh / "policies/domains/payments/waivers.gov"
    target.parent.mkdir(parents=True)
    target.write_text(draft.stdout, encoding="utf-8")
    listed = json.loads(run(mesh, "--format", "json").stdout)["waivers"]
    assert [(w["name"], w["status"], w["element"]) for w in listed] == [
        ("purposeless-grant-1", "request", 'grant ops "night"'),
        ("purposeless-grant-2", "request", "grant audit"),
    ]
    assert run(mesh).returncode == 1


def test_approved_by_the_council_it_has_force(mesh: Path) -> None:
    draft = run(mesh, "request", "house/purposeless-grant", "payments-a", "--by", "lead@company.com").stdout
    text = draft.replace("  until", '  approved  by "council@company.com" on 2026-11-01\n  until')
    (mesh / "policies/global/waivers.gov").write_text(text, encoding="utf-8")
    done = run(mesh)
    assert done.returncode == 0
    assert done.stdout.count("in-force") == 2
    assert "89 days left" in done.stdout


@pytest.mark.parametrize(
    ("rule", "product", "words"),
    [
        ("house/owned", "payments-a", "non-waivable"),
        ("house/purposeles-grant", "payments-a", "house/purposeless-grant"),
        ("house/purposeless-grant", "payments-b", "payments-a"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(mesh: Path, rule: str, product: str, words: str) -> None:
    done = run(mesh, "request", rule, product)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_what_does_not_fail_needs_no_request(mesh: Path) -> None:
    spec = mesh / "products/payments/a.yaml"
    spec.write_text(spec.read_text().replace("actions: [read]", "actions: [read], purpose: work"), encoding="utf-8")
    done = run(mesh, "request", "house/purposeless-grant", "payments-a")
    assert done.returncode == 2
    assert "does not fail" in done.stderr


@pytest.mark.parametrize("data", [True, False])
def test_a_rule_over_rows_that_makes_up_for_it_says_why_it_does_not_without_data(mesh: Path, data: bool) -> None:
    policy = """policy rows "Rows" {
  owner "council@company.com"
  rule empty-id "Ids are filled" { severity low on payments-a.d expect id filled }
}
waiver nobody-knows {
  waives    house/purposeless-grant
  product   payments/payments-a
  for grant "audit"
  reason    "the register moves"
  requested by "lead@company.com" on 2026-10-01
  approved  by "council@company.com" on 2026-10-02
  until     2027-03-31
  compensating rows/empty-id
}
"""
    (mesh / "policies/global/rows.gov").write_text(policy, encoding="utf-8")
    (mesh / "d.csv").write_text("id\n1\n", encoding="utf-8")
    spec = mesh / "products/payments/a.yaml"
    interface = "  interfaces: [{type: file, dataset: d, format: csv, location: d.csv}]\n"
    spec.write_text(spec.read_text(encoding="utf-8") + interface, encoding="utf-8")
    report = judge(Request(mesh, date(2026, 11, 1), data=data)).report
    (waiver,) = report.waivers
    if data:
        assert (waiver["status"], waiver["force"]) == ("in-force", "place")
        return
    assert (waiver["status"], waiver["force"]) == ("void", None)
    why = "and looks at rows, which this run does not read: judge with data, or name a rule over the spec alone"
    assert waiver["why"] == f"`rows/empty-id` should make up for it, {why}"
    assert any(why in d.message for d in report.diagnostics if d.name == "void-waiver")
