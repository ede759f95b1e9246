"""`rows_query` runs as it stands, in any DuckDB, and gives the rows that were counted: every kind, on every format."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from govengine.report.formats.json import render
from govengine.run.session import Reading, Request, judge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMATS = {
    "csv": ("csv", "data/csv/*.csv"),
    "packed": ("csv", "data/packed.csv.gz"),
    "pq": ("parquet", "data/pq/*/*.parquet"),
    "nd": ("ndjson", "data/nd/*.ndjson"),
    "js": ("json", "data/rows.json"),
    "db": ("duckdb", "data/rows.duckdb"),
    "vw": ("duckdb", "data/view.duckdb"),
}
TABLES = {"db": "rows_", "vw": "s.rows_"}
CLAUSES = {
    "plain": "rows `amount < 95`",
    "missing": "rows `amount is not null`",
    "nan": "rows `f >= 0`",
    "quotient": "rows `f / 3 < 100 and \"the note\" <> 'm5'`",
    "zone": "rows `cast(booked as timestamptz) < timestamptz '2026-01-15 00:00:00+00'`",
    "filled": '"the note" filled',
    "key": "id unique",
    "keys": "id, cur unique",
    "found": "cur found in currencies(code)",
    "chosen": "cur found in currencies(code) where `active`",
    "never": "cur never found in currencies(code)",
    "typed": "number found in currencies(number)",
    "own": 'id never found in payments-a.csv("the note")',
}
KEPT = """\
  rule kept "Rows go" { severity high for each column in columns where column.name == "id"
    keep {column} at most 6 months }
"""
ROWS = """\
CREATE TABLE t AS SELECT printf('TX%05d', i) AS id, CAST(i % 100 AS DECIMAL(9, 2)) AS amount, i % 4 AS number,
    CASE WHEN i % 7 = 0 THEN 'n/a' WHEN i % 50 = 3 THEN NULL WHEN i = 11 THEN 'TX00012' ELSE 'm' || i END AS "the note",
    CASE WHEN i % 90 = 0 THEN 'XX' ELSE 'EUR' END AS cur,
    TIMESTAMP '2026-01-01' + to_hours(i) AS booked, i // 200 AS part,
    CASE WHEN i % 5 = 0 THEN 'NaN'::DOUBLE ELSE i / 3.0 END AS f FROM range(800) t(i);
INSERT INTO t SELECT * FROM t WHERE id IN ('TX00205', 'TX00410')
"""
COLUMNS = (
    "name: id, logical_type: string, primary_key: true", "name: the note, logical_type: string, missing: [n/a]",
    'name: amount, logical_type: decimal, missing: ["13.00", "13.0"]', "name: cur, logical_type: string",
    "name: f, logical_type: double", "name: booked, logical_type: timestamp, tags: [time.event]",
    "name: number, logical_type: integer",
)  # fmt: skip


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("runs")
    connection = duckdb.connect()
    connection.execute(ROWS)
    for folder in ("policies/global", "products", "registers", "data/csv", "data/nd"):
        (root / folder).mkdir(parents=True)
    for part in range(4):
        month, rows = f"2026-0{part + 1}", f"(SELECT * EXCLUDE (part) FROM t WHERE part = {part} ORDER BY ALL)"
        (root / f"data/pq/dt={month}-01").mkdir(parents=True)
        connection.execute(f"COPY {rows} TO '{root}/data/csv/{month}.csv' (HEADER, DELIMITER ';')")
        connection.execute(f"COPY {rows} TO '{root}/data/nd/{month}.ndjson' (FORMAT json)")
        connection.execute(f"COPY {rows} TO '{root}/data/pq/dt={month}-01/p.parquet' (FORMAT parquet)")
    connection.execute(f"COPY t TO '{root}/data/rows.json' (FORMAT json, ARRAY true)")
    connection.execute(f"COPY t TO '{root}/data/packed.csv.gz' (HEADER)")
    connection.execute(f"ATTACH '{root}/data/rows.duckdb' AS o; CREATE TABLE o.rows_ AS SELECT * FROM t; DETACH o")
    connection.execute(
        f"ATTACH '{root}/data/view.duckdb' AS w; CREATE SCHEMA w.s; CREATE TABLE w.s.held AS SELECT * FROM t; "
        "CREATE VIEW w.s.rows_ AS SELECT * FROM s.held; DETACH w"
    )
    with (root / "data/csv/2026-02.csv").open("a") as opened:  # neither was judged
        opened.write("TX1;many;m1;EUR;2026-02-01;1.0;1\nTX2;2\n")
    files = {
        "govengine.yaml": "mesh: m\ndomains:\n  payments:\n    products: [products]\n",
        "registers/currencies.csv": "code,number,active\nEUR,0,false\nUSD,1.0,true\nCHF,03,true\n",
        "products/a.yaml": "apiVersion: datamesh.io/v1\nkind: DataProduct\n"
        'metadata: {name: payments-a, domain: payments, owner: o@company.com, version: "1.0.0"}\n'
        "spec:\n  governance: {retention: {starts_at: booked}}\n  interfaces:\n"
        + "".join(
            f'    - {{type: {"duckdb" if kind == "duckdb" else "file"}, dataset: {name}, location: "{location}"'
            + (f", table: {TABLES[name]}}}\n" if kind == "duckdb" else f", format: {kind}}}\n")
            for name, (kind, location) in FORMATS.items()
        )
        + "  schema:\n"
        + "".join(f"    - {{{c}, dataset: {name}}}\n" for name in FORMATS for c in COLUMNS),
        "policies/global/p.gov": 'policy p "P" {\n  version "1"\n  owner "council@company.com"\n'
        + "".join(
            f'  rule {rule}-{name} "R" {{ severity high on payments-a.{name} expect {clause} }}\n'
            for name in FORMATS
            for rule, clause in CLAUSES.items()
        )
        + KEPT
        + "}\n",
    }
    for name, text in files.items():
        (root / name).write_text(text)
    return root


@pytest.fixture(scope="module")
def parts(mesh: Path) -> list[tuple[str, Mapping[str, Any]]]:
    """Each failing part: rule and element, and its evidence."""
    report = json.loads(render(judge(Request(mesh, date(2026, 11, 1))).report))
    return [
        (f"{v['rule']} {p['element'] or ''}", p["evidence"])
        for v in report["verdicts"]
        for p in v["parts"]
        if p["outcome"] == "fail" and "failing" in p["evidence"]
    ]


def test_every_kind_failed_on_every_format(parts: list[tuple[str, Mapping[str, Any]]]) -> None:
    """Else the test below would mean little."""
    failed = {name.split()[0].removeprefix("p/") for name, _ in parts}
    assert {f"{rule}-{name}" for rule in CLAUSES for name in FORMATS} - failed == set()
    assert len([name for name, _ in parts if name.startswith("p/kept")]) == len(FORMATS)


def test_the_query_gives_the_rows_that_were_counted(
    mesh: Path, parts: list[tuple[str, Mapping[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mesh)
    for name, evidence in parts:
        found = duckdb.connect().execute(evidence["rows_query"]).fetchall()
        assert len(found) == evidence.get("rows_concerned", evidence["failing"]), name


def test_of_a_key_that_repeats_all_rows_are_concerned(parts: list[tuple[str, Mapping[str, Any]]]) -> None:
    keys = [evidence for name, evidence in parts if name.startswith("p/key")]
    assert {(e["failing"], e["rows_concerned"]) for e in keys} == {(2, 4)}
    assert "rows_concerned" not in next(e for name, e in parts if name.startswith("p/plain"))


def test_rows_that_could_not_be_read_are_not_among_them(parts: list[tuple[str, Mapping[str, Any]]]) -> None:
    """They are rejected, and the query leaves them out; the test above compares."""
    assert {e["rejected"] for name, e in parts if "-csv" in name} == {2}


def test_no_file_but_the_location_stands_in_it(parts: list[tuple[str, Mapping[str, Any]]]) -> None:
    assert not any("2026-01.csv" in e["rows_query"] or "dt=2026" in e["rows_query"] for _, e in parts)


def test_of_a_sample_it_finds_all_failing_rows(mesh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = json.loads(render(judge(Request(mesh, date(2026, 11, 1), reading=Reading(sample=300))).report))
    (plain,) = (v["parts"][0]["evidence"] for v in report["verdicts"] if v["rule"] == "p/never-pq")
    monkeypatch.chdir(mesh)
    assert plain["failing"] < len(duckdb.connect().execute(plain["rows_query"]).fetchall()) == 793
