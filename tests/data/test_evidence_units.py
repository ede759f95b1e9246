"""What `tested` and `failing` count is said where it is not rows: an auditor reads them side by side."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from govengine.report.formats.json import render
from govengine.report.overview import evidence_words
from govengine.run.session import Request, judge

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "govengine.yaml": "mesh: m\ndomains:\n  payments:\n    products: [products]\n",
    "data/t.csv": "id,n,day,amount\na,1,2026-01-01,10\na,2,2026-01-01,20\na,9,2026-01-02,5\n",
    "products/a.yaml": "apiVersion: datamesh.io/v1\nkind: DataProduct\n"
    'metadata: {name: payments-a, domain: payments, owner: o@company.com, version: "1.0.0"}\n'
    "spec:\n  interfaces: [{type: file, dataset: t, format: csv, location: data/t.csv}]\n"
    "  schema: [{name: id, dataset: t}, {name: n, dataset: t}, {name: day, dataset: t}, {name: amount, dataset: t}]\n",
}


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("`sum(amount)` per day at most 20", "tested 2, failing 1, rejected 0, tested are groups"),
        ("`count(*)` at least 100", "tested 1, failing 1, rejected 0, tested are the whole dataset, counted 3"),
        ("n without gaps", "tested 3, failing 6, rejected 0, failing are missing numbers"),
        (
            "query `select * from t where amount > 5` returns no rows",
            "tested 3, failing 2, rejected 0, failing are rows that the query returns",
        ),
        ("id unique", "tested 3, failing 2, rejected 0, rows concerned 3"),
    ],
)
def test_what_is_counted_is_said(clause: str, words: str, tmp_path: Path) -> None:
    policy = (
        'policy p "P" {\n  version "1"\n  owner "c@company.com"\n'
        f'  rule r "R" {{ severity high on payments-a.t expect {clause} }}\n}}\n'
    )
    for name, text in {**FILES, "policies/global/p.gov": policy}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    report = json.loads(render(judge(Request(tmp_path, date(2026, 7, 1))).report))
    (verdict,) = report["verdicts"]
    assert words in evidence_words(verdict["parts"][0]["evidence"])


def test_nothing_in_a_list_is_said() -> None:
    assert evidence_words({"extra": ["a"], "retyped": []}) == "extra a, retyped none"
