"""A whole run from a sample: what its verdicts say, and what they may never say."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from govengine.cli.main import cli
from govengine.report.formats import console, html
from govengine.report.formats.json import render
from govengine.report.overview import evidence_words, scope_words
from govengine.run.session import Reading, Request, judge

if TYPE_CHECKING:
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
    "repeats": "k unique",
    "cards": "k never looks like pan",
    "fresh": "newest at within 1 day",
    "gaps": "id without gaps",
    "count": "`count(*)` at least 10",
    "listed": "query `select * from d where id < 0` returns no rows",
    "known": "k found in names(k) at least 90%",
    "never": "k never found in names(k)",
}
ONE_WAY = ["key", "repeats", "cards"]
AT_95 = ["mostly", "rarely", "border", "known"]
"""Their claims can be wrong; where every row must hold, one that is seen to fail is certain, and a pass never claimed."""
UNSAMPLEABLE = ["fresh", "gaps", "count", "listed"]


def _policy(clauses: dict[str, str]) -> str:
    rules = "".join(
        f'  rule {name} "{name}" {{ severity low on payments-a.d\n    expect {clause}\n  }}\n'
        for name, clause in clauses.items()
    )
    return f'policy rows "Rows" {{\n  owner "council@company.com"\n{rules}}}\n'


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    """A dataset of 4,000 rows, in which one `k` of ten is missing."""
    files = {
        "govengine.yaml": "mesh: m\ndomains:\n  payments: {products: [products]}\n",
        "policies/global/rows.gov": _policy(CLAUSES),
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
        "border": "unknown", "known": "pass", "never": "fail", "key": "unknown", "repeats": "fail", "cards": "unknown",
        **dict.fromkeys(UNSAMPLEABLE, "unknown"),
    }  # fmt: skip
    for name in set(CLAUSES) - set(UNSAMPLEABLE):
        assert parts[name].assurance == "sampled"
    for name in UNSAMPLEABLE:
        assert "cannot be judged from a sample" in parts[name].message
    for name in ("key", "cards"):
        assert "a sample can show that it fails, and never that it holds: judge all rows" in parts[name].message
    assert parts["repeats"].message.startswith(
        "of a sample of 800 from 4,000 rows, `k` repeats an earlier row's value in"
    )
    assert parts["repeats"].evidence["sample"] == 800
    assert parts["surely"].evidence["rows_to_settle"] < 4000
    assert "rows settle it; or judge all rows" in parts["surely"].message


def test_the_evidence_says_how_it_was_drawn(mesh: Path) -> None:
    parts = _parts(_report(mesh, 800, "q4"))
    evidence = parts["mostly"].evidence
    assert (evidence["sample"], evidence["frame"], evidence["seed"]) == (800, 4000, "q4")
    assert "SHA-256" in evidence["method"]
    assert evidence["bounds"] == "hypergeometric, one-sided", "a fifth of all rows are drawn"
    assert evidence["confidence"] == "95 %"
    assert parts["surely"].evidence["confidence"] == "99.9 %"
    assert evidence["family_confidence"] == f"{100 - len(AT_95) * 5 - 0.1} %", "and one claim at 99.9 %"


def test_the_report_says_that_it_is_of_a_sample(mesh: Path) -> None:
    report = _report(mesh, 800, "q4")
    confidence = _parts(report)["mostly"].evidence["family_confidence"]
    assert report.scope["sample"] == {"rows": 800, "seed": "q4", "family_confidence": confidence}
    words = f"a sample of 800 rows of each dataset by seed q4, all answers from it together {confidence} sure"
    for text in (console.render(report, {}, "", color=False, verbose=False), html.render(report)):
        assert words in text
    schema = json.loads((Path(__file__).parents[2] / "reports/report.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(render(report)))
    whole = _report(mesh, None)
    assert "sample" not in whole.scope
    assert "a sample of" not in console.render(whole, {}, "", color=False, verbose=False)


def test_the_draw_goes_by_the_declared_key(mesh: Path) -> None:
    """Then other values of `k` draw the same rows, so that what is asked of `id` comes out alike."""
    assert "the whole row" in _parts(_report(mesh, 800))["mostly"].evidence["method"]
    spec, data = mesh / "products/a.yaml", mesh / "data/d.csv"
    clauses = {"some": "rows `id % 3 <> 0` at least 60%"}
    (mesh / "policies/global/rows.gov").write_text(_policy(clauses))

    def failing() -> tuple[object, object]:
        part = _parts(_report(mesh, 800))["some"]
        return part.evidence["failing"], part.evidence["method"]

    for declared in ("primary_key: true", "unique: true"):
        spec.write_text(
            SPEC + f"  schema: [{{name: id, logical_type: integer, {declared}}}, {{name: k}}, {{name: at}}]\n"
        )
        before = data.read_text()
        first = failing()
        assert first[1] == "the rows of the least SHA-256 of the seed and the key id"
        data.write_text(before.replace("2026-10-31", "2026-10-30"))
        assert failing() == first
        data.write_text(before)


def test_a_promise_counts_among_the_claims(mesh: Path) -> None:
    """It judges the same rows by one more threshold, so one more claim of each can be wrong."""
    one = {"filled": "k filled at least 60%"}
    (mesh / "policies/global/rows.gov").write_text(_policy(one))
    assert _parts(_report(mesh, 800))["filled"].evidence["family_confidence"] == "95 %"
    (mesh / "products/a.yaml").write_text(SPEC + "  quality: {completeness: 85%}\n")
    more = _policy(one)[:-2] + '  rule kept "kept" { severity low expect promise spec.quality.completeness kept }\n}\n'
    (mesh / "policies/global/rows.gov").write_text(more)
    parts = _parts(_report(mesh, 800))
    assert parts["filled"].evidence["family_confidence"] == "90 %"
    assert (parts["filled"].outcome, parts["kept"].outcome) == ("pass", "pass")
    assert parts["kept"].assurance == "sampled"


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("0%", "GOV114"),
        ("50%", "GOV114"),
        ("79.9%", "GOV114"),
        ("100%", "GOV114"),
        ("150%", "GOV111"),
        ("99.99999999999%", "GOV111"),
    ],
)
def test_a_confidence_that_is_none_is_refused(mesh: Path, stated: str, code: str) -> None:
    """At 0 % any sample would prove anything."""
    (mesh / "policies/global/rows.gov").write_text(
        _policy({"some": f"rows `id < 0` at least 90% with confidence {stated}"})
    )
    report = _report(mesh, 10)
    assert [(d.code, d.span.line if d.span else 0) for d in report.diagnostics if d.level == "error"] == [(code, 4)]
    assert report.exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--sample", "0"], "0 is not in the range x>=1"), (["--sample", "-5"], "-5 is not in the range x>=1"),
     (["--seed", "x"], "add `--sample N`"), (["--sample", "5", "--no-data"], "omit one of them"),
     (["--sample", "5", "--seed", "a\udcffb"], "a seed is text that can be printed"),
     (["--sample", "5", "--seed", "a\nb"], "a seed is text that can be printed")],
)  # fmt: skip
def test_calls_that_mean_no_sample_are_refused(mesh: Path, arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(cli, ["check", "--root", str(mesh), *arguments])
    assert result.exit_code == 2
    assert says in result.output


def test_a_sample_larger_than_any_dataset_is_all_rows(mesh: Path) -> None:
    parts = _parts(_report(mesh, 10**30))
    assert {p.assurance for p in parts.values()} == {"observed"}


def test_the_same_seed_gives_the_same_bytes(mesh: Path) -> None:
    first = render(_report(mesh, 800, "q4"))
    assert render(_report(mesh, 800, "q4")) == first
    data = mesh / "data/d.csv"
    head, *rows = data.read_text().splitlines()
    data.write_text("\n".join([head, *reversed(rows)]) + "\n")
    reordered = json.loads(render(_report(mesh, 800, "q4")))
    assert reordered.pop("inputs") != json.loads(first)["inputs"], "other bytes were read"
    same = json.loads(first)
    del same["inputs"]
    assert reordered == same, "the order of rows makes no difference to the judgement"
    other = json.loads(render(_report(mesh, 800, "q5")))
    assert json.loads(first)["verdicts"] != other["verdicts"]


def test_all_rows_are_judged_unless_a_sample_is_asked_for(mesh: Path) -> None:
    parts = _parts(_report(mesh, None))
    assert {p.assurance for p in parts.values()} == {"observed"}
    assert {name: p.outcome for name, p in parts.items() if p.outcome != "pass"} == {
        "rarely": "fail", "broken": "fail", "never": "fail", "repeats": "fail",
    }  # fmt: skip
    assert parts["border"].evidence["tested"] == 4000


def test_where_nothing_can_be_promised_of_all_answers_it_is_said_in_words(mesh: Path) -> None:
    """Twenty answers, each wrong once in twenty."""
    (mesh / "policies/global/rows.gov").write_text(
        _policy({f"some{i}": f"rows `id >= {-i}` at least 90%" for i in range(20)})
    )
    report = _report(mesh, 800)
    assert report.scope["sample"]["family_confidence"] == "0 %"
    told = {p.evidence["family_confidence"] for v in report.verdicts for p in v.parts if "confidence" in p.evidence}
    assert told == {"none promised"}, "0 % would read as if all of it were wrong"
    assert scope_words(report.scope).endswith("nothing promised of all of them together")


def test_that_no_seed_was_given_is_said(mesh: Path) -> None:
    report = _report(mesh, 800)
    assert "a sample of 800 rows of each dataset, without a seed" in scope_words(report.scope)
    assert "seed none" in evidence_words(_parts(report)["mostly"].evidence)
