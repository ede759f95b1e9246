"""Evidence of datasets of several files: which hold failing rows, told without a word of what a name may hold."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from govengine.backends.duckdb import Warehouse
from govengine.expectations.file_names import told
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
    - {type: file, dataset: c, format: csv, location: "data/c/*.csv"}
    - {type: file, dataset: p, format: parquet, location: "data/p/*/*.parquet"}
    - {type: file, dataset: n, format: ndjson, location: "data/n/*.ndjson"}
    - {type: file, dataset: one, format: csv, location: data/c/2026-01.csv}
    - {type: file, dataset: hidden, format: csv, location: "data/h/*.csv"}
"""
CLAUSES = {
    "low": "rows `x < 25 or x > 36`",
    "last": "rows `x < 31`",
    "all": "rows `x < 0`",
    "repeated": "y unique",
    "many": "query `select distinct * from {on}` returns no rows",
}


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    """Four files of ten rows each, `x` from 0 on; `y` repeats in the second and the third."""
    connection = duckdb.connect()
    for folder in ("policies/global", "products", "data/c", "data/n", "data/h"):
        (tmp_path / folder).mkdir(parents=True)
    for i in range(4):
        rows = f"(SELECT x, CASE WHEN x IN (15, 25) THEN -1 ELSE x END AS y FROM range({10 * i}, {10 * i + 10}) t(x))"
        (tmp_path / f"data/p/dt=2026-0{i + 1}-01").mkdir(parents=True)
        connection.execute(f"COPY {rows} TO '{tmp_path}/data/c/2026-0{i + 1}.csv' (HEADER)")
        connection.execute(f"COPY {rows} TO '{tmp_path}/data/n/2026-0{i + 1}.ndjson' (FORMAT json)")
        connection.execute(f"COPY {rows} TO '{tmp_path}/data/p/dt=2026-0{i + 1}-01/part-0.parquet' (FORMAT parquet)")
        (tmp_path / f"data/h/{i}.csv").write_text(f"x,y,file_index\n{10 * i},1,{9 - i}\n")
    rules = "".join(
        f'  rule {rule}-{on} "R" {{ severity high on payments-a.{on} expect {clause.replace("{on}", on)} }}\n'
        for on in ("c", "p", "n", "one", "hidden")
        for rule, clause in CLAUSES.items()
    )
    (tmp_path / "govengine.yaml").write_text("mesh: m\ndomains:\n  payments:\n    products: [products]\n")
    (tmp_path / "products/a.yaml").write_text(SPEC)
    (tmp_path / "policies/global/p.gov").write_text(
        f'policy p "P" {{\n  version "1"\n  owner "council@company.com"\n{rules}}}\n'
    )
    return tmp_path


def evidence_of(mesh: Path, **reading: Any) -> dict[str, Mapping[str, Any]]:
    report = json.loads(render(judge(Request(mesh, date(2026, 11, 1), reading=Reading(**reading))).report))
    return {v["rule"].removeprefix("p/"): v["parts"][0]["evidence"] for v in report["verdicts"]}


def files(told_: Mapping[str, Any]) -> tuple[Any, ...]:
    return (told_["files"], told_["files_affected"], told_["first_file"]["number"], told_["last_file"]["number"])


@pytest.mark.parametrize("on", ["c", "p", "n"])
def test_the_first_and_the_last_file_are_told(on: str, mesh: Path) -> None:
    found = evidence_of(mesh)
    assert files(found[f"low-{on}"]) == (4, 2, 3, 4)
    assert files(found[f"last-{on}"]) == (4, 1, 4, 4)
    assert files(found[f"all-{on}"]) == (4, 4, 1, 4)
    assert files(found[f"repeated-{on}"]) == (4, 2, 2, 3)


def test_names_say_when(mesh: Path) -> None:
    found = evidence_of(mesh)
    assert found["low-c"]["first_file"]["name"] == "data/c/2026-03.csv"
    assert found["low-p"]["first_file"]["name"] == "data/p/dt=2026-03-01/part-0.parquet"


def test_one_file_needs_no_name(mesh: Path) -> None:
    assert "rows_query" in evidence_of(mesh)["all-one"]
    assert "files" not in evidence_of(mesh)["all-one"]


def test_a_column_that_hides_the_number_costs_the_files_alone(mesh: Path) -> None:
    """Its own values must not be taken for numbers of files."""
    hidden = evidence_of(mesh)["all-hidden"]
    assert hidden["failing"] == 4
    assert "rows_query" in hidden
    assert "files" not in hidden


@pytest.mark.parametrize("on", ["c", "p", "n"])
def test_queries_do_not_see_the_number(on: str, mesh: Path) -> None:
    for i in range(4):  # the same rows in each file
        for file in (mesh / f"data/c/2026-0{i + 1}.csv", mesh / f"data/n/2026-0{i + 1}.ndjson"):
            file.write_bytes((mesh / file.parent / f"2026-01{file.suffix}").read_bytes())
        first = (mesh / "data/p/dt=2026-01-01/part-0.parquet").read_bytes()
        (mesh / f"data/p/dt=2026-0{i + 1}-01/part-0.parquet").write_bytes(first)
    expected = 40 if on == "p" else 10  # there the day of the partition is a column
    for wanted in (True, False):
        assert evidence_of(mesh, evidence=wanted)[f"many-{on}"]["failing"] == expected


@pytest.mark.parametrize("on", ["c", "p", "n"])
def test_a_sample_knows_its_files(on: str, mesh: Path) -> None:
    found = [evidence_of(mesh, sample=30)[f"all-{on}"] for _ in range(2)]
    assert found[0] == found[1]
    assert found[0]["failing"] == 30
    assert files(found[0]) == (4, 4, 1, 4)


def test_the_same_bytes_on_one_thread_and_on_many(mesh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Warehouse.__init__
    made = []
    for threads in (1, 2, 8):
        monkeypatch.setattr(Warehouse, "__init__", lambda self, t=threads, **given: plain(self, threads=t, **given))
        made += [evidence_of(mesh), evidence_of(mesh, sample=25)]
    assert made[0] == made[2] == made[4]
    assert made[1] == made[3] == made[5]


def test_evidence_that_cannot_be_had_costs_no_other_check_its_own(mesh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = evidence_of(mesh)
    plain = Warehouse._one

    def one(self: Warehouse, query: str) -> Any:
        if "rows that fail" in query and "x < 31" in query:
            raise duckdb.OutOfMemoryException
        return plain(self, query)

    monkeypatch.setattr(Warehouse, "_one", one)
    after = evidence_of(mesh)
    assert {name for name in before if after[name] != before[name]} == {"last-c", "last-n", "last-p"}


@pytest.mark.parametrize(
    ("name", "location", "expected"),
    [
        ("data/a.csv", "data/a.csv", "data/a.csv"),
        ("data/tx-2026-01.csv", "data/tx-*.csv", "data/tx-2026-01.csv"),
        ("data/tx_20260131.csv", "data/*.csv", "data/*_20260131.csv"),
        ("data/2026/part-00012.csv", "data/2026/*.csv", "data/2026/part-00012.csv"),
        ("data/p/dt=2026-01-15/part-0.parquet", "data/p/*/*.parquet", "data/p/dt=2026-01-15/part-0.parquet"),
        ("data/p/year=2026/month=1/x.parquet", "data/p/**/*.parquet", "data/p/year=2026/month=1/*.parquet"),
        ("data/customer=4711/a.csv", "data/*/*.csv", "data/customer=*/*.csv"),
        ("data/region=eu/2026-01.csv", "data/*/*.csv", "data/region=*/2026-01.csv"),
        ("data/year=850305/part.csv", "data/*/*.csv", "data/year=*/part.csv"),
        ("data/dt=2026-13-45/part.csv", "data/*/*.csv", "data/dt=*/part.csv"),
        ("data/kim.moss@mail.example.csv", "data/*.csv", "data/*.csv"),
        ("data/4111111111111111.csv", "data/*.csv", "data/*.csv"),
        ("data/4111-1111-1111-1111.csv", "data/*.csv", "data/*.csv"),
        ("data/4111_1111_1111_1111.csv", "data/card_*.csv", "data/*.csv"),
        ("data/123-45-6789.csv", "data/*.csv", "data/*.csv"),
        ("data/850305-1234/part-1.csv", "data/*/part-1.csv", "data/*/part-1.csv"),
        ("data/DE89370400440532013000.csv", "data/*.csv", "data/*.csv"),
        ("data/Kim Moss 7.csv", "data/*.csv", "data/*.csv"),
        ("data/\u0663\u0664.csv", "data/*.csv", "data/*.csv"),
        ("data/part-1-0a1b2c3d-1234-4abc-9def-0123456789ab.csv", "data/*.csv", "data/part-1-*.csv"),
    ],
)
def test_a_name_is_told_as_far_as_it_may_be(name: str, location: str, expected: str) -> None:
    assert told(name, location) == expected
