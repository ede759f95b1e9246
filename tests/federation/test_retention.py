"""No overlay lifts a retention rule by making it clash with another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.meshes import Ran, run, spec, write_mesh

COUNCIL = """\
policy keep "Keep" {
  version "1" owner "council@company.com"
  setting shortest: period, at least 1 year
  rule too-short "A" { severity high for each column in columns keep {column} at least setting.shortest }
  rule too-long  "B" { severity high for each column in columns keep {column} at most 3 years }
}
"""
CONFLICT = """\
conflict keep-or-delete "C" {
  between keep/too-short, keep/too-long
  decide  keep/too-short
  because "a law"
  approved by "dpo@company.com" on 2026-10-20
}
"""
RULE = 'rule mine "Mine" { severity low for each column in columns keep {column} at least 4 years }'


def judged(root: Path, conflict: str, overlay: str | None, kept: str) -> Ran:
    text = None if overlay is None else f'overlay payments "P" {{\n version "1" owner "p@company.com"\n {overlay}\n}}\n'
    product = spec("payments", "events", was="{min: 1 year}", now=f"{{min: {kept}, max: {kept}}}")
    files = {
        "policies/global/keep.gov": COUNCIL + conflict,
        "policies/domains/payments/p.gov": text,
        "products/payments/events.yaml": product,
    }
    return run(write_mesh(root, files), "check", "--no-data", "--as-of", "2026-11-01", "--format", "json")


@pytest.mark.parametrize("conflict", ["", CONFLICT], ids=["no-conflict", "conflict"])
@pytest.mark.parametrize("overlay", ["tighten keep/shortest to 4 years", RULE])
@pytest.mark.parametrize(("kept", "failing"), [("5 years", "too-long"), ("30 days", "too-short")])
def test_a_failure_stays_one(tmp_path: Path, conflict: str, overlay: str, kept: str, failing: str) -> None:
    key = (f"keep/{failing}", "payments-events")
    assert judged(tmp_path / "before", conflict, None, kept).verdicts()[key] == "fail"
    after = judged(tmp_path / "after", conflict, overlay, kept)
    assert after.code == 1
    assert after.verdicts()[key] == "fail"


def test_a_domain_s_own_rule_that_cannot_be_met_is_in_error(tmp_path: Path) -> None:
    done = judged(tmp_path, "", RULE, "2 years")
    assert done.verdicts()["payments/mine", "payments-events"] == "error"
    assert done.verdicts()["keep/too-long", "payments-events"] == "pass"
