"""`govengine effective`: what holds for a product, and who set it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(*args: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "govengine.cli.main",
        "effective",
        "--root",
        str(EXAMPLES),
        "--as-of",
        "2026-11-01",
        *args,
    ]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "GOVENGINE_CACHE": "off"}
    )


def shown(product: str) -> dict[str, Any]:
    done = run(product, "--format", "json")
    assert done.returncode == 0, done.stderr
    held: dict[str, Any] = json.loads(done.stdout)
    return held


def test_a_setting_shows_the_chain_that_set_it() -> None:
    payments = {s["setting"]: s for s in shown("payments-payment-analytics")["settings"]}
    idle = payments["pci-dss/idle"]
    assert (idle["direction"], idle["value"]) == ("at most", "60 days")
    assert [(link["layer"], link["value"]) for link in idle["chain"]] == [
        ("global", "90 days"),
        ("payments", "60 days"),
    ]
    for link in idle["chain"]:
        text = (Path.cwd() / link["file"]).read_text(encoding="utf-8").splitlines()[link["line"] - 1]
        assert "idle" in text
        assert link["value"] in text


def test_another_domain_keeps_the_council_s_value() -> None:
    lending = {s["setting"]: s for s in shown("lending-risk-models")["settings"]}
    assert lending["pci-dss/idle"]["value"] == "90 days"
    assert len(lending["pci-dss/idle"]["chain"]) == 1
    assert [link["value"] for link in lending["gdpr/assessment_age"]["chain"]] == ["3 years", "2 years"]


def test_a_rule_that_the_domain_raised_shows_what_it_was() -> None:
    rules = {r["rule"]: r for r in shown("payments-payment-analytics")["rules"]}
    raised = rules["classification/unmonitored-restricted-product"]
    assert (raised["severity"], raised["moved"]) == ("critical", ["high"])
    assert raised["moved_at"]
    assert rules["quality/unpromised-freshness"]["enforcement"] == "mandatory"
    kept = {r["rule"]: r for r in shown("compliance-audit-trails")["rules"]}
    assert kept["quality/unpromised-freshness"]["enforcement"] == "advisory"


def test_people_read_it_too() -> None:
    done = run("payments-payment-analytics")
    assert done.returncode == 0
    assert "payments: 60 days  " in done.stdout
    assert "policies/global/pci-dss.gov:" in done.stdout


def test_a_product_that_is_not_there() -> None:
    done = run("payments-payment-analytic")
    assert done.returncode == 2
    assert "did you mean `payments-payment-analytics`?" in done.stderr
