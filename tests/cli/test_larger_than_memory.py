"""Data several times larger than `--memory-limit`: every kind of clause is judged rightly, and memory stays bounded."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from .meshes import Ran, assert_composed, command, environment, spec, write_mesh

MB = 1 << 20
LIMIT_MB = 200
ABOVE_MB = 300
"""What the process may take beside the limit: Python and DuckDB themselves, and what DuckDB does not count."""
ROWS, PARENTS = 600_000, 100_000
EVENTS = f"""
SELECT CASE WHEN i = 17 THEN NULL WHEN i = 599_999 THEN 'twice' WHEN i = 5 THEN 'twice'
            ELSE repeat(md5(i::VARCHAR), 15) END AS id,
       CASE WHEN i >= 400_000 THEN i + 2 ELSE i + 1 END AS amount,
       CASE WHEN i < 3 THEN 'nobody' || i ELSE 'p' || (i % {PARENTS}) END AS parent,
       DATE '2026-01-01' + (i % 300)::INTEGER AS day,
       CASE WHEN i < 4 THEN 'kim' || i || '@mail.example' ELSE 'note ' || i END AS note
FROM range({ROWS}) t(i)
"""
LOANS = f"SELECT 'p' || i AS id, 1 AS amount FROM range({PARENTS}) t(i)"
CLAUSES = {
    "rows": ("rows `amount <= 600000`", "fail", 1),
    "rows-nearly": ("rows `amount <= 600000` at least 99%", "pass", 1),
    "filled": ("id filled", "fail", 1),
    "unique": ("id unique", "fail", 1),
    "unique-all": ("amount, day unique", "pass", 0),
    "without-gaps": ("amount without gaps", "fail", 1),
    "newest": ("newest day within 30 days", "pass", 0),
    "newest-late": ("newest day within 2 days", "fail", None),
    "looks-like": ("note never looks like email", "fail", 4),
    "found-in": ("parent found in lending-loans.loans(id)", "fail", 3),
    "never-found-in": ("note never found in lending-loans.loans(id)", "pass", 0),
    "measure": ("`count(*)` at least 600000", "pass", 0),
    "query": ("query `select * from events where amount = 400001` returns no rows", "pass", 0),
}
"""Each clause, how it is judged, and how many rows fail it (None: no matter)."""


class _Used(NamedTuple):
    """What a run said and took: the most memory that it held, and the most that lay in its temporary folder, in MB."""

    ran: Ran
    resident: int
    spilled: int
    left: list[str]


def _run(root: Path, spill: Path, *arguments: str) -> _Used:
    spill.mkdir()
    with (root / "out").open("wb") as out, (root / "err").open("wb") as err:
        process = subprocess.Popen(
            command(*arguments), cwd=root, env=environment(TMPDIR=str(spill)), stdout=out, stderr=err
        )
        resident = spilled = 0
        while process.poll() is None:
            resident = max(resident, _resident(process.pid))
            spilled = max(spilled, sum(_size(file) for file in spill.rglob("*")))
            time.sleep(0.02)
    ran = Ran(process.returncode, (root / "out").read_text(), (root / "err").read_text())
    assert_composed(ran)
    return _Used(ran, resident, spilled // MB, [p.name for p in spill.iterdir()])


def _resident(pid: int) -> int:
    """The most that a process ever held, in MB; 0 where the system does not tell. What `wait4` tells begins with the
    memory of the process that started it.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:  # it went away meanwhile
        return 0


def _assert_bounded(used: _Used) -> None:
    assert used.resident < LIMIT_MB + ABOVE_MB, (
        f"{used.resident} MB resident at a limit of {LIMIT_MB} MB, {used.spilled} MB spilled"
    )
    assert used.left == [], "the folder for spilled rows stays behind"


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_every_clause_over_more_rows_than_fit(kind: str, tmp_path: Path) -> None:
    root = tmp_path / "mesh"
    policy = 'policy big "Big" {\n  version "1"\n  owner "council@company.com"\n' + "".join(
        f'  rule {name} "Big" {{ severity high   on payments-events.events   expect {clause} }}\n'
        for name, (clause, *_) in CLAUSES.items()
    )
    columns = {"parent": "string", "day": "date", "note": "string"}
    more = "".join(f"    - {{name: {name}, logical_type: {type_}}}\n" for name, type_ in columns.items())
    events = spec(
        "payments", "events", was="format: csv, location: data/events.csv", now=f"location: data/events.{kind}"
    )
    loans = spec("lending", "loans", was="format: csv, location: data/loans.csv", now=f"location: data/loans.{kind}")
    files = {
        "products/payments/events.yaml": events.replace("  schema:\n", f"  schema:\n{more}"),
        "products/lending/loans.yaml": loans,
        "policies/global/big.gov": policy + "}\n",
        "data/events.csv": None,
        "data/loans.csv": None,
    }
    write_mesh(root, files)
    (root / "data").mkdir()
    with duckdb.connect() as connection:
        for name, query in (("events", EVENTS), ("loans", LOANS)):
            connection.execute(f"COPY ({query}) TO '{root}/data/{name}.{kind}'")
    limits = ("--memory-limit", f"{LIMIT_MB}MB", "--as-of", "2026-11-01")
    used = _run(root, tmp_path / "spill", "check", "--format", "json", "--product", "payments-events", *limits)
    report = json.loads(used.ran.out)
    parts = {v["rule"].removeprefix("big/"): v["parts"][0] for v in report["verdicts"] if v["rule"].startswith("big/")}
    told = {name: (part["outcome"], part["evidence"].get("failing")) for name, part in parts.items()}
    wanted = {
        name: (outcome, told[name][1] if failing is None else failing)
        for name, (_, outcome, failing) in CLAUSES.items()
    }
    assert told == wanted, {n: p["message"] for n, p in parts.items() if told[n] != wanted[n]}
    assert {part["evidence"]["population"] for part in parts.values()} == {ROWS}
    assert used.spilled > LIMIT_MB // 4, f"only {used.spilled} MB were spilled: the rows fit, so nothing was tried"
    _assert_bounded(used)


def test_a_file_that_unpacks_to_far_more_than_the_memory_limit(tmp_path: Path) -> None:
    """A thousandth of its size on disk: one cell of half a gigabyte."""
    import zlib

    packer = zlib.compressobj(1, wbits=31)
    packed = packer.compress(b"id,amount\n")
    packed += b"".join(packer.compress(b"e" * MB) for _ in range(512)) + packer.compress(b",1\n") + packer.flush()
    assert len(packed) < 4 * MB
    product = spec("payments", "events", was="data/events.csv", now="data/events.csv.gz")
    root = write_mesh(tmp_path / "mesh", {"products/payments/events.yaml": product, "data/events.csv.gz": packed})
    used = _run(root, tmp_path / "spill", "check", "--memory-limit", f"{LIMIT_MB}MB")
    assert used.ran.code == 2
    assert [one.code for one in used.ran.said()] == ["GOV501"]
    assert "a line of it is longer than 16 MB" in used.ran.words
    _assert_bounded(used)
