"""`govengine explain`: one question, one answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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
