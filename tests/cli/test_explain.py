"""`govengine explain`: one question, one answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .meshes import run as in_mesh
from .meshes import write_mesh

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(*args: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "govengine.cli.main",
        "explain",
        "--root",
        str(EXAMPLES),
        "--as-of",
        "2026-11-01",
        *args,
    ]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "GOVENGINE_CACHE": "off"}
    )


def answer(*args: str) -> dict[str, Any]:
    done = run(*args, "--format", "json")
    assert done.returncode == 0, done.stderr
    held: dict[str, Any] = json.loads(done.stdout)
    return held


def test_a_rule_says_what_it_asks_who_asks_and_how_it_stands() -> None:
    found = answer("sox/self-approved-transaction")
    facts = dict(found["facts"])
    assert facts["asks"] == "Maker and checker differ on each transaction"
    assert "controllership@company.com" in facts["asked by"]
    assert facts["control"].startswith("SOX SOD-txn")
    failing = [s["product"] for s in found["standings"] if s["outcome"] == "fail"]
    assert failing == ["payments-settlement-batches"]
    standing = next(s for s in found["standings"] if s["outcome"] == "fail")
    assert "3 of 3,000 rows" in standing["said"]
    spec = (Path.cwd() / standing["file"]).read_text(encoding="utf-8").splitlines()
    assert "type: file" in spec[standing["line"] - 1]


def test_a_control_lists_the_rules_that_answer_to_it() -> None:
    found = answer("PCI-DSS", "8.2.6", "--no-data")
    assert ["rule", "pci-dss/idle-access: Access that nobody used for 90 days is off"] in found["facts"]
    assert {s["rule"] for s in found["standings"]} == {"pci-dss/idle-access"}


def test_a_control_that_people_decide_says_so() -> None:
    assert ["decided by people", "facilities audit, yearly"] in answer("PCI-DSS 9.4.1", "--no-data")["facts"]


def test_a_product_begins_with_what_settles_most() -> None:
    found = answer("payments-transaction-events", "--no-data")
    facts = dict(reversed(found["facts"]))
    assert facts["stands"] == "non-compliant"
    assert "`spec.governance.processing` is not declared" in facts["start with"]


def test_a_code_shows_its_page() -> None:
    done = run("GOV301")
    assert done.returncode == 0
    assert done.stdout.startswith("# GOV301 weakened")


@pytest.mark.parametrize(
    ("subject", "words"),
    [("sox/self-aproved-transaction", "did you mean `sox/self-approved-transaction`?"), ("GOV000", "no code")],
)
def test_what_is_not_there(subject: str, words: str) -> None:
    done = run(subject, "--no-data")
    assert done.returncode == 2
    assert words in done.stderr


def test_people_read_it_too() -> None:
    done = run("sox/deletable-records", "--no-data")
    assert done.returncode == 0
    assert "fix: take `delete` from the actions of payments-team" in done.stdout


@pytest.mark.parametrize(
    ("subject", "says"),
    [
        ("lending/lending-repayments", "product lending-repayments"),
        ("PCI-DSS", "answered"),
        ("pci-dss/idle", "at most"),
    ],
)
def test_what_a_council_asks_next(subject: str, says: str) -> None:
    done = run(subject, "--no-data")
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


def test_a_setting_that_is_not_there_has_a_near_name() -> None:
    done = run("pci-dss/idel", "--no-data")
    assert done.returncode == 2
    assert "`pci-dss/idle`" in done.stderr


def test_every_and_confidence_are_explained_where_they_stand(tmp_path: Path) -> None:
    rules = {
        "dated": "every 3 months on payments-events.events expect amount never looks like pan",
        "of-the-day": "every 3 months on payments-events.events expect amount filled",
        "sampled": "on payments-events.events expect amount filled at least 99% with confidence 99.5%",
    }
    text = "".join(f'  rule {name} "R" {{ severity low {clauses} }}\n' for name, clauses in rules.items())
    write_mesh(tmp_path, {"policies/global/b.gov": f'policy more "More" {{\n{text}}}\n'})
    facts = {}
    for name in rules:
        done = in_mesh(tmp_path, "explain", f"more/{name}", "--as-of", "2026-11-01", "--format", "json")
        facts[name] = dict(json.loads(done.out)["facts"])
    assert "older settles nothing" in facts["dated"]["every"]
    assert facts["of-the-day"]["every"].startswith("3 months: changes no verdict")
    assert facts["sampled"]["confidence"].startswith("99.5%: ")
    assert "nothing where all rows are judged" in facts["sampled"]["confidence"]
    assert "every" not in facts["sampled"]
    assert "confidence" not in facts["dated"]


def test_the_report_carries_the_day_of_evidence_where_a_rule_says_every(tmp_path: Path) -> None:
    text = 'policy more "More" {\n  rule r "R" { severity low every 3 months require has(spec.description) }\n}\n'
    write_mesh(tmp_path, {"policies/global/b.gov": text})
    report = json.loads(in_mesh(tmp_path, "check", "--as-of", "2026-11-01", "--format", "json").out)
    dated = {v["rule"]: [p["evidence"].get("evidence_of") for p in v["parts"]] for v in report["verdicts"]}
    assert dated.pop("more/r") == ["2026-11-01"]
    assert {day for days in dated.values() for day in days} == {None}
    effective = json.loads(in_mesh(tmp_path, "effective", "payments-events", "--format", "json").out)
    assert {r["rule"]: r["every"] for r in effective["rules"]}["more/r"] == "3 months"


def test_a_rule_says_which_products_and_elements_it_is_about(tmp_path: Path) -> None:
    policy = """policy house "House" {
  levels public < internal
  when has(spec.support)
  rule named "Named" {
    severity low
    when spec.status == "active"  // or soon
         || metadata.name != ""
    for each column in columns
             where column.declared
    require column.name != ""
  }
}
"""
    root = write_mesh(tmp_path, {"policies/global/house.gov": policy})
    done = in_mesh(root, "explain", "house/named", "--no-data", "--format", "json")
    facts = json.loads(done.out)["facts"]
    assert ["policy when", "has(spec.support)"] in facts
    assert ["when", 'spec.status == "active" || metadata.name != ""'] in facts
    assert ["for each", "column in columns where column.declared"] in facts
