"""A whole run from a sample: what its verdicts say, and what they may never say."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from govengine.report.json import render
from govengine.session import Reading, Request, judge

if TYPE_CHECKING:
    from pathlib import Path

    from govengine.model.verdict import Part, Report

SPEC = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: payments-a, domain: payments, owner: owner@company.com, version: "1.0.0"}
spec:
  interfaces: [{type: file, dataset: d, format: csv, location: data/d.csv}]
"""
CLAUSES = {
    "mostly": "rows `id >= 0` at least 90%",
    "rarely": "rows `id < 0` at least 90%",
    "surely": "rows `id >= 0` at least 99.9% with confidence 99.9%",
    "wholly": "rows `id >= 0`",
    "broken": "rows `k > 0`",
    "border": "k filled at least 90%",
    "key": "id unique",
    "fresh": "newest at within 1 day",
    "gaps": "id without gaps",
    "count": "`count(*)` at least 10",
    "listed": "query `select * from d where id < 0` returns no rows",
    "known": "k found in names(k) at least 90%",
    "never": "k never found in names(k)",
}
UNSAMPLEABLE = ["key", "fresh", "gaps", "count", "listed"]


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    """A dataset of 4,000 rows, in which one `k` of ten is missing."""
    rules = "".join(
        f'  rule {name} "{name}" {{ severity low on payments-a.d\n    expect {clause}\n  }}\n'
        for name, clause in CLAUSES.items()
    )
    files = {
        "govengine.yaml": "mesh: m\ndomains:\n  payments: {products: [products]}\n",
        "policies/global/rows.gov": f'policy rows "Rows" {{\n  owner "council@company.com"\n{rules}}}\n',
        "products/a.yaml": SPEC,
        "data/d.csv": "id,k,at\n" + "".join(f"{i},{i % 10 or ''},2026-10-31\n" for i in range(4000)),
        "registers/names.csv": "k\n" + "".join(f"{k}\n" for k in range(1, 10)),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def _report(mesh: Path, sample: int | None, seed: str = "") -> Report:
    return judge(Request(mesh, date(2026, 11, 1), reading=Reading(sample, seed))).report


def _parts(report: Report) -> dict[str, Part]:
    return {v.rule.removeprefix("rows/"): v.parts[0] for v in report.verdicts}


def test_three_answers(mesh: Path) -> None:
    parts = _parts(_report(mesh, 800))
    outcomes = {name: part.outcome for name, part in parts.items()}
    assert outcomes == {
        "mostly": "pass", "rarely": "fail", "surely": "unknown", "wholly": "unknown", "broken": "fail",
        "border": "unknown", "known": "pass", "never": "fail", **dict.fromkeys(UNSAMPLEABLE, "unknown"),
    }  # fmt: skip
    for name in set(CLAUSES) - set(UNSAMPLEABLE):
        assert parts[name].assurance == "sampled"
    for name in UNSAMPLEABLE:
        assert "cannot be judged from a sample" in parts[name].message


def test_the_evidence_says_how_it_was_drawn(mesh: Path) -> None:
    parts = _parts(_report(mesh, 800, "q4"))
    evidence = parts["mostly"].evidence
    assert (evidence["sample"], evidence["frame"], evidence["seed"]) == (800, 4000, "q4")
    assert "SHA-256" in evidence["method"]
    assert evidence["bounds"] == "hypergeometric", "a fifth of all rows are drawn"
    assert evidence["confidence"] == "95 %"
    assert parts["surely"].evidence["confidence"] == "99.9 %"
    sampled = len(CLAUSES) - len(UNSAMPLEABLE)
    assert evidence["family_confidence"] == f"{100 - (sampled - 1) * 5 - 0.1} %"


def test_the_same_seed_gives_the_same_bytes(mesh: Path) -> None:
    first = render(_report(mesh, 800, "q4"))
    assert render(_report(mesh, 800, "q4")) == first
    data = mesh / "data/d.csv"
    head, *rows = data.read_text().splitlines()
    data.write_text("\n".join([head, *reversed(rows)]) + "\n")
    assert render(_report(mesh, 800, "q4")) == first, "the order of rows makes no difference"
    other = json.loads(render(_report(mesh, 800, "q5")))
    assert json.loads(first)["verdicts"] != other["verdicts"]


def test_all_rows_are_judged_unless_a_sample_is_asked_for(mesh: Path) -> None:
    parts = _parts(_report(mesh, None))
    assert {p.assurance for p in parts.values()} == {"observed"}
    assert {name: p.outcome for name, p in parts.items() if p.outcome != "pass"} == {
        "rarely": "fail", "broken": "fail", "never": "fail",
    }  # fmt: skip
    assert parts["border"].evidence["tested"] == 4000
