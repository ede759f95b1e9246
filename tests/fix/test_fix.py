"""`govengine fix` and the edits that `govengine explain` shows: offered only once judged, and never made up."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from govengine.answers.fix import opened
from govengine.fix import Fixer

ROOT = Path(__file__).parents[2]
AS_OF = "2026-11-01"
DAY = date(2026, 11, 1)
RANKS = ["public", "internal", "confidential", "restricted"]
PLANTED = {
    "compliance-audit-trails": "classification/short-retention",
    "lending-risk-models": "classification/weak-encryption",
    "compliance-risk-assessments": "gdpr/unsafe-transfer",
}


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    """The example mesh without its rows, to be written to."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("data", "reports"))
    return tmp_path / "examples"


def run(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "govengine.cli.main", *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))


def mend(mesh: Path, product: str, *args: str) -> subprocess.CompletedProcess[str]:
    return run("fix", product, "--root", str(mesh), "--as-of", AS_OF, *args)


def outcomes(mesh: Path, product: str) -> dict[str, str]:
    done = run("check", "--root", str(mesh), "--no-data", "--as-of", AS_OF, "--product", product, "--format", "json")
    return {v["rule"]: v["outcome"] for v in json.loads(done.stdout)["verdicts"]}


def file_of(mesh: Path, product: str) -> Path:
    return next(f for f in (mesh / "products").rglob("*.yaml") if f"name: {product}\n" in f.read_text(encoding="utf-8"))


@pytest.mark.parametrize("product", ["compliance-audit-trails", "lending-risk-models"])
def test_a_planted_defect_is_mended_in_the_file(mesh: Path, product: str) -> None:
    rule = PLANTED[product]
    file = file_of(mesh, product)
    before = file.read_text(encoding="utf-8")
    shown = mend(mesh, product)
    assert shown.returncode == 1
    assert rule in shown.stdout
    assert "nothing was written" in shown.stdout
    assert file.read_text(encoding="utf-8") == before
    assert outcomes(mesh, product)[rule] == "fail"
    assert mend(mesh, product, "--write").returncode == 0
    assert outcomes(mesh, product)[rule] == "pass"
    changed = set(file.read_text(encoding="utf-8").splitlines()) ^ set(before.splitlines())
    assert len(changed) <= 2
    again = mend(mesh, product)
    assert (again.returncode, again.stdout.strip()) == (
        0,
        f"nothing that {product} declares blocks it; of its rows `govengine check` tells",
    )


def test_byte_order_mark_and_windows_line_ends_stay(mesh: Path) -> None:
    file = file_of(mesh, "lending-risk-models")
    windows = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(windows)
    assert mend(mesh, "lending-risk-models", "--write").returncode == 0
    assert file.read_bytes() == windows.replace(b"encryption: at-rest\r\n", b"encryption: end-to-end\r\n")


def test_what_only_a_person_knows_is_named_and_never_written(mesh: Path) -> None:
    file = file_of(mesh, "compliance-risk-assessments")
    before = file.read_bytes()
    done = mend(mesh, "compliance-risk-assessments", "--write", "--format", "json")
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert file.read_bytes() == before
    assert said["written"] == 0
    assert [e["rule"] for e in said["edits"]] == ["gdpr/unsafe-transfer"]
    added = next(line for line in said["diff"].splitlines() if line.startswith("+ "))
    # The interface says the country; which safeguard there is, and where it is written, nobody can tell from a rule.
    assert "country: US" in added
    assert 'mechanism: "<for you to fill in: one of adequacy' in added
    assert 'ref: "<for you to fill in' in added


def test_the_template_keeps_its_bare_promises_and_gets_nothing_invented(mesh: Path) -> None:
    product = "payments-transaction-events"
    file = file_of(mesh, product)
    before = file.read_text(encoding="utf-8")
    failing = {r for r, o in outcomes(mesh, product).items() if o in ("fail", "unknown")}
    said = json.loads(mend(mesh, product, "--write", "--format", "json").stdout)
    after = file.read_text(encoding="utf-8")
    assert "completeness: >99.5%\n" in after
    assert "fill in" not in after
    assert after.count("something") == before.count("something")  # the word that edits are judged with
    found = outcomes(mesh, product)
    settled = {r for e in said["edits"] if not e["to_fill_in"] for r in e["settles"]}
    assert settled
    assert settled <= failing
    assert all(found[r] in ("pass", "not-run") for r in settled)
    assert {r for r, o in found.items() if o in ("fail", "unknown")} <= failing
    # Records are kept for seven years, so the card number gets an age of its own.
    (apart,) = (e["diff"] for e in said["edits"] if "pci-dss/unlimited-card-data" in e["settles"])
    assert re.search(r"\+.*name: account_number, .*retention_category: account_number", apart)
    assert "per_category: [{category: account_number, max: 18 months}]" in apart
    # The share of what blocks that has a verified edit: most of it.
    every = {r for e in said["edits"] for r in e["settles"]}
    assert len(every) / (len(every) + len(said["left"])) > 0.9


def test_each_edit_offered_passes_by_the_public_command(mesh: Path) -> None:
    """Also those to fill in, with the values that they were judged with."""
    product = "payments-transaction-events"
    fixer, _, text, _ = opened(mesh, product, DAY)
    file = file_of(mesh, product)
    for rule in fixer.blocking(text)[::6]:
        edit = fixer.smallest(rule, text)
        if edit is None:
            continue
        file.write_text(edit.after, encoding="utf-8")
        found = outcomes(mesh, product)
        assert rule in edit.settles
        assert all(found[r] in ("pass", "not-run") for r in edit.settles), rule


def searching(mesh: Path, product: str, old: str, new: str) -> tuple[Fixer, str]:
    file = file_of(mesh, product)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    fixer, _, broken, _ = opened(mesh, product, DAY)
    return fixer, broken


def test_no_edit_lowers_a_class_or_leaves_a_rules_scope(mesh: Path) -> None:
    """The product's class below that of a column: the class goes up, or there is no edit; the column's never down."""
    product = "lending-credit-assessments"
    text = file_of(mesh, product).read_text(encoding="utf-8")
    held = next(line for line in text.splitlines() if line.startswith("    classification: "))
    fixer, broken = searching(mesh, product, held, "    classification: internal")
    for rule in fixer.blocking(broken):
        edit = fixer.smallest(rule, broken)
        if edit is None:
            continue
        now, was = (_classes(t) for t in (edit.after, broken))
        assert all(RANKS.index(a) >= RANKS.index(b) for a, b in zip(now, was, strict=True)), rule
    edit = fixer.smallest("classification/underclassified-product", broken)
    assert edit is not None
    assert "\n+    classification: " in edit.diff
    assert edit.settles[0] == "classification/underclassified-product"


def _classes(text: str) -> list[str]:
    return re.findall(r"\bclassification: (\w+)", text)


def test_the_same_mesh_gives_the_same_edits(mesh: Path) -> None:
    first, second = (mend(mesh, "compliance-risk-assessments").stdout for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("lending-risk-model",), "did you mean `lending-risk-models`?"),
        (("lending-risk-models", "--rule", "classification/weak-encription"), "did you mean `classification/weak-encryption`?"),
    ],
)  # fmt: skip
def test_a_wrong_name_has_a_near_one(mesh: Path, args: tuple[str, ...], said: str) -> None:
    done = mend(mesh, *args)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_spec_that_cannot_be_read_is_not_mended(mesh: Path) -> None:
    file = file_of(mesh, "lending-risk-models")
    file.write_text(file.read_text(encoding="utf-8").replace("classification:", "clasification:", 1), encoding="utf-8")
    done = mend(mesh, "lending-risk-models", "--write")
    assert done.returncode == 2
    assert "cannot be read, so nothing can be mended yet" in done.stderr


def explained(*args: str) -> dict[str, Any]:
    base = ("--root", str(ROOT / "examples"), "--as-of", AS_OF, "--no-data", "--format", "json")
    held: dict[str, Any] = json.loads(run("explain", *args, *base).stdout)
    return held


def test_explain_shows_the_smallest_edit_of_a_product_and_of_a_rule() -> None:
    standing = explained("compliance-audit-trails")["standings"][0]
    assert standing["edit"]["settles"] == ["classification/short-retention"]
    assert standing["edit"]["to_fill_in"] == 0
    assert "\n-      min: 5 years\n+      min: 7 years\n" in standing["edit"]["diff"]
    one = explained("classification/short-retention", "--product", "compliance-audit-trails")["standings"]
    assert [(s["product"], s["edit"]["line"]) for s in one] == [("compliance-audit-trails", standing["edit"]["line"])]
    passing = explained("classification/short-retention", "--product", "lending-risk-models")["standings"]
    assert [s["edit"] for s in passing] == [None]
    done = run("explain", "lending-risk-models", "--root", str(ROOT / "examples"), "--as-of", AS_OF, "--no-data")
    assert "smallest edit:" in done.stdout
    assert "verified: 1 rule passes, none gets worse" in done.stdout


def test_what_the_council_has_waived_is_not_mended(mesh: Path) -> None:
    (mesh.parent / "policies/global/mend-waivers.gov").write_text(
        "waiver short-trail {\n"
        "  waives    classification/short-retention\n"
        "  product   compliance/compliance-audit-trails\n"
        '  reason    "the archive is extended in spring"\n'
        '  requested by "archive-team@company.com" on 2026-10-01\n'
        '  approved  by "data-governance-council@company.com" on 2026-10-12\n'
        "  until     2026-12-31\n"
        "}\n",
        encoding="utf-8",
    )
    assert mend(mesh, "lending-risk-models").returncode == 1
    done = mend(mesh, "compliance-audit-trails")
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "nothing that compliance-audit-trails declares blocks it; of its rows `govengine check` tells",
    )
