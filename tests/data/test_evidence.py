"""Evidence of failing rows: what it tells, who can make it again, and that it never changes a verdict."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from govengine.backends.duckdb import Warehouse
from govengine.backends.evidence import Keys
from govengine.report.formats.json import render
from govengine.run.session import Reading, Request, judge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SPEC = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: payments-a, domain: payments, owner: owner@company.com, version: "1.0.0"}
spec:
  interfaces:
    - {type: file, dataset: d, format: csv, location: data/d.csv}
    - {type: file, dataset: bare, format: csv, location: data/bare.csv}
  schema:
    - {name: id, dataset: d, logical_type: string, primary_key: true}
    - {name: part, dataset: d, logical_type: integer, primary_key: true}
    - {name: mail, dataset: d, logical_type: string}
    - {name: amount, dataset: d, logical_type: decimal}
    - {name: at, dataset: d, logical_type: date, tags: [time.event]}
    - {name: mail, dataset: bare, logical_type: string}
"""
CLAUSES = {
    "clean": ("d", "rows `mail not like '%@%'`"),
    "cheap": ("d", "rows `amount < 9`"),
    "holds": ("d", "rows `amount >= 0`"),
    "full": ("d", "mail filled"),
    "key": ("d", "id unique"),
    "known": ("d", "mail found in names(mail)"),
    "never": ("d", "mail never found in names(mail)"),
    "look": ("d", "mail never looks like email"),
    "bare": ("bare", "rows `mail not like '%@%'`"),
    "heavy": ("d", "rows `amount < 9 and mail not like '%@%'` at least 10%"),
}
ROWS = [
    ("e1", 1, "kim.moss@mail.example", "8.50", "2026-03-05"),
    ("e1", 2, "ada.fern@mail.example", "9.50", "2026-01-15"),
    ("e2", 1, "none", "1.25", "2026-02-01"),
    ("e3", 1, "", "7.00", "2026-12-31"),
    ("e4", 1, "zoe@web.example", "1200.00", "2026-05-01"),
]


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    rules = "".join(
        f'  rule {n} "Rule" {{ severity high on payments-a.{on} expect {c} }}\n' for n, (on, c) in CLAUSES.items()
    )
    files = {
        "govengine.yaml": "mesh: m\ndomains:\n  payments:\n    products: [products]\n",
        "products/a.yaml": SPEC,
        "policies/global/p.gov": f'policy p "P" {{\n  version "1"\n  owner "council@company.com"\n{rules}}}\n',
        "data/d.csv": "id,part,mail,amount,at\n" + "".join(",".join(map(str, r)) + "\n" for r in ROWS),
        "data/bare.csv": "mail\nkim.moss@mail.example\n",
        "registers/names.csv": "mail\nnone\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def told(mesh: Path, day: str = "2026-11-01", **reading: Any) -> dict[str, Mapping[str, Any]]:
    """The evidence of each rule, with its outcome."""
    report = json.loads(render(judge(Request(mesh, date.fromisoformat(day), reading=Reading(**reading))).report))
    return {
        v["rule"].rpartition("/")[2]: {"outcome": v["outcome"], **v["parts"][0]["evidence"]} for v in report["verdicts"]
    }


def test_failing_rows_are_told_by_shape_month_and_hash(mesh: Path) -> None:
    clean = told(mesh)["clean"]
    assert clean["outcome"] == "fail"
    assert clean["shapes"] == [
        {"column": "mail", "shape": "a{3}.a{4}@a{4}.a{7}", "rows": 2},
        {"column": "mail", "shape": "a{3}@a{3}.a{7}", "rows": 1},
    ]
    assert (clean["first_month"], clean["last_month"]) == ("2026-01", "2026-12")  # the missing mail fails, too
    assert clean["row_key_columns"] == ["id", "part"]
    assert len(clean["row_key_hashes"]) == 4


def test_what_holds_has_none(mesh: Path) -> None:
    holds = told(mesh)["holds"]
    assert holds["outcome"] == "pass"
    assert not {"shapes", "row_key_hashes", "rows_query", "first_month"} & holds.keys()
    # Rows fail, but few enough: nobody needs to look for them.
    heavy = told(mesh)["heavy"]
    assert heavy["outcome"] == "pass"
    assert heavy["failing"] > 0
    assert "row_key_hashes" not in heavy


def test_numbers_have_no_shape(mesh: Path) -> None:
    cheap = told(mesh)["cheap"]
    assert cheap["outcome"] == "fail"
    assert "shapes" not in cheap


@pytest.mark.parametrize(
    ("rule", "rows"), [("clean", 4), ("cheap", 2), ("full", 1), ("key", 2), ("known", 3), ("never", 1), ("look", 3)]
)
def test_each_kind_points_at_its_own_rows(rule: str, rows: int, mesh: Path) -> None:
    one = told(mesh)[rule]
    assert one["outcome"] == "fail"
    assert len(one["row_key_hashes"]) == rows


def test_no_key_is_said(mesh: Path) -> None:
    bare = told(mesh)["bare"]
    assert bare["no_row_keys"] == "no column is declared `primary_key`"
    assert "row_key_hashes" not in bare
    assert bare["shapes"][0]["rows"] == 1


def test_who_has_data_and_secret_can_make_the_hashes_again(mesh: Path) -> None:
    secret = b"0123456789abcdef"
    report = judge(Request(mesh, date(2026, 11, 1), reading=Reading(evidence_secret=secret))).report
    key = Keys(f"2026-11-01 {report.policy_digest}", secret, 60).of("payments-a.d", (str(mesh / "data/d.csv"),))
    assert key is not None
    expected = [
        hmac.new(key, f"{len(i)}:{i},1:{p},".encode(), hashlib.sha256).hexdigest() for i, p in (("e1", 2), ("e4", 1))
    ]
    assert told(mesh, evidence_secret=secret)["cheap"]["row_key_hashes"] == sorted(expected)


def test_hashes_of_other_days_data_and_secrets_cannot_be_joined(mesh: Path) -> None:
    def hashes(**given: Any) -> set[str]:
        return set(told(mesh, **given)["clean"]["row_key_hashes"])

    first = hashes()
    assert first == hashes()
    others = [hashes(day="2026-11-02"), hashes(evidence_secret=b"0123456789abcdef"), hashes(evidence_secret=b"f" * 16)]
    with (mesh / "data/d.csv").open("a") as opened:
        opened.write("e9,1,none,1.00,2026-06-01\n")
    others.append(hashes())
    assert all(first.isdisjoint(other) for other in others)
    assert len(set.union(*others)) == sum(map(len, others))


def test_no_digest_of_the_file_is_the_key(mesh: Path) -> None:
    """A digest that somebody publishes of the file lets nobody test guesses."""
    file = mesh / "data/d.csv"
    key = Keys("2026-11-01 x", b"", 60).of("payments-a.d", (str(file),))
    data = file.read_bytes()
    assert key not in {hashlib.new(name, data).digest() for name in ("sha256", "sha1", "md5", "blake2b", "blake2s")}
    assert key != hashlib.blake2b(data, digest_size=32).digest()


def test_the_order_of_files_does_not_matter(mesh: Path) -> None:
    files = tuple(str(mesh / "data" / name) for name in ("d.csv", "bare.csv"))
    one, two = (Keys("run", b"", 60).of("t", f) for f in (files, files[::-1]))
    assert one == two
    assert one is not None


def test_evidence_that_takes_too_long_changes_no_verdict(mesh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = told(mesh)
    plain = Warehouse._one

    def slow(self: Warehouse, query: str) -> Any:
        if "rows that fail" in query:
            raise duckdb.InterruptException("kim.moss@mail.example")
        return plain(self, query)

    monkeypatch.setattr(Warehouse, "_one", slow)
    after = told(mesh)
    assert {r: e["outcome"] for r, e in after.items()} == {r: e["outcome"] for r, e in before.items()}
    assert after["clean"]["no_evidence"] == "it took longer than the time limit"
    assert "shapes" not in after["clean"]


def test_files_that_take_too_long_to_read_again_cost_only_the_hashes(
    mesh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keys, "of", lambda *_: None)
    clean = told(mesh)["clean"]
    assert "row_key_hashes" not in clean
    assert clean["no_evidence"] == "no hashes of row keys: the files could not be read again in time"
    assert clean["shapes"]


def test_a_sample_has_evidence_of_its_own_rows(mesh: Path) -> None:
    lines = "".join(f"e{i},1,kim.moss@mail.example,1.00,2026-03-05\n" for i in range(200))
    (mesh / "data/d.csv").write_text("id,part,mail,amount,at\n" + lines)
    clean = told(mesh, sample=50)["clean"]
    assert clean["outcome"] == "fail"
    assert clean["shapes"] == [{"column": "mail", "shape": "a{3}.a{4}@a{4}.a{7}", "rows": 50}]
    assert len(clean["row_key_hashes"]) == 5
