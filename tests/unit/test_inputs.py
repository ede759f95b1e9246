"""What a run read is listed, with a digest of the content that it judged; what changes meanwhile decides nothing."""

from __future__ import annotations

import ast
import hashlib
import hmac
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

import govengine
from govengine.model.inputs import INPUT_KINDS
from govengine.model.verdict import Report
from govengine.run.request import Progress, Reading, Request, silent
from govengine.run.session import judge
from tests.federation.keys import pair

DAY = date(2026, 3, 31)
SECRET = b"a secret of the mesh, long enough"
MESH = """\
mesh: port
domains:
  cargo: {products: [products/cargo]}
council:
  members: [council@example.com]
  approvers: {high: [council@example.com]}
  longest_waiver: {high: 90d}
  keys: {council@example.com: keys/council.pem}
"""
POLICY = """\
policy port "Port" {
  version "1.0.0"
  owner "council@example.com"
  levels public < internal
  rule known-berth "Every ship lies at a berth that is known" {
    severity high
    on cargo-ships.arrivals
    expect berth found in berths(code)
  }
  rule weighed "Every ship is weighed" {
    severity high
    on cargo-ships.arrivals
    expect rows `tons > 0`
  }
  rule two-columns "A berth and a weight are delivered" {
    severity high
    for each column in columns where column.name == "berth"
    require column.found
  }
}
waiver light-ships {
  waives port/weighed
  product cargo/cargo-ships
  reason "The scales are broken"
  requested by "dock@example.com" on 2026-03-01
  approved by "council@example.com" on 2026-03-02
  until 2026-04-10
}
"""
SPEC = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: cargo-ships, domain: cargo, owner: dock@example.com, version: "1"}
spec:
  interfaces: [{type: file, dataset: arrivals, location: "data/*/arrivals-*.csv"}]
  schema: [{name: berth}, {name: tons}]
"""
FILES = {
    "govengine.yaml": MESH,
    "policies/global/port.gov": POLICY,
    "products/cargo/ships.yaml": SPEC,
    "registers/berths.csv": "code\nA1\nB2\n",
    "registers/principals.csv": "id,aliases\ndock@example.com,\n",
    "registers/unread.csv": "nobody asks\n",
    "keys/council.pem": pair().public.decode(),
    "data/customer=4711/arrivals-2026-01.csv": "berth,tons\nA1,5\n",
    "data/customer=0815/arrivals-2026-01.csv": "berth,tons\nB2,0\n",
}
LISTED = {
    "govengine.yaml": "mesh",
    "policies/global/port.gov": "policy",
    "products/cargo/ships.yaml": "spec",
    "registers/berths.csv": "register",
    "registers/principals.csv": "register",
    "keys/council.pem": "key",
    "data/customer=4711/arrivals-2026-01.csv": "data",
    "data/customer=0815/arrivals-2026-01.csv": "data",
}


def written(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def port(tmp_path: Path) -> Path:
    """A mesh that reads every kind of input."""
    return written(tmp_path / "port", FILES)


def report_of(root: Path, *, data: bool = True, secret: bytes = b"", progress: Progress = silent) -> Report:
    return judge(Request(root, DAY, data=data, reading=Reading(evidence_secret=secret)), progress).report


def outcomes(report: Report) -> dict[str, str]:
    return {v.rule: v.outcome for v in report.verdicts}


def plain(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def test_every_file_is_listed_with_the_digest_of_its_content(port: Path) -> None:
    report = report_of(port)
    assert outcomes(report) == {"port/known-berth": "pass", "port/two-columns": "pass", "port/weighed": "fail"}
    found = {(read.kind, read.digest) for read in report.inputs}
    assert found == {(kind, plain(port / path)) for path, kind in LISTED.items()}
    assert len(report.inputs) == len(LISTED)
    assert list(report.inputs) == sorted(report.inputs)


def test_the_name_of_a_data_file_shows_no_value(port: Path) -> None:
    paths = [read.path for read in report_of(port).inputs if read.kind == "data"]
    assert paths == ["data/customer=*/arrivals-2026-01.csv"] * 2


def test_without_data_no_data_file_is_listed(port: Path) -> None:
    report = report_of(port, data=False)
    assert {read.path for read in report.inputs} == {
        path for path, kind in LISTED.items() if kind != "data" and path != "registers/berths.csv"
    }


def test_with_an_evidence_key_digests_of_data_and_registers_need_it(port: Path) -> None:
    keyed = {(read.kind, read.digest) for read in report_of(port, secret=SECRET).inputs}
    wanted = set()
    for path, kind in LISTED.items():
        data = (port / path).read_bytes()
        secret = f"hmac-sha256:{hmac.new(SECRET, data, hashlib.sha256).hexdigest()}"
        wanted.add((kind, secret if kind in ("data", "register") else plain(port / path)))
    assert keyed == wanted
    assert SECRET.decode() not in repr(Reading(evidence_secret=SECRET))


@pytest.mark.parametrize("path", LISTED)
def test_another_content_is_another_report(port: Path, path: str) -> None:
    before = report_of(port).inputs
    with (port / path).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert report_of(port).inputs != before


def test_check_and_audit_and_another_checkout_agree(port: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "elsewhere", FILES)
    for path in FILES:
        os.utime(other / path, (1, 1))
    shown = []
    for command, root in (("check", port), ("audit", port), ("check", other)):
        done = subprocess.run(
            [sys.executable, "-m", "govengine", command, "--as-of", "2026-03-31", "--format", "json"],
            cwd=root, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        shown.append(json.loads(done.stdout)["inputs"])
    assert shown[0] == shown[1] == shown[2]
    assert len(shown[0]) == len(LISTED)


HOOK = """\
import json, os, sys
opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)
from datetime import date
from pathlib import Path
from govengine.run.session import Request, judge
root = Path(sys.argv[1])
report = judge(Request(root, date(2026, 3, 31))).report
below = {os.path.relpath(os.path.realpath(o), os.path.realpath(root)) for o in opened if o.startswith("/")}
print(json.dumps(sorted(p for p in below if not p.startswith(".."))))
"""


def test_nothing_is_opened_beside_what_is_listed(port: Path) -> None:
    done = subprocess.run([sys.executable, "-c", HOOK, str(port)], capture_output=True, text=True, check=True)
    opened = set(json.loads(done.stdout))
    assert opened == set(LISTED)


OPENING = {"open", "read_bytes", "read_text", "fdopen"}
MAY_OPEN = {
    "sources/inputs.py",
    "sources/walk.py",  # beginnings of files that are none of the inputs, to tell that they mean to be
    "sources/foreign_files.py",  # beginnings of data files, which are listed as data whether they are read or refused
    "sources/compile_cache.py",
    "sources/cache_key.py",
    "sources/base_policies.py",  # policies of another time, that `impact` compares with
    "sources/policy_bundle.py",  # members of a bundle that `Inputs` read
    "language/grammar.py",  # the engine's own grammar
    "run/schemas.py",  # the engine's own tables
    "report/html.py",
}


def test_only_one_module_opens_inputs() -> None:
    """`Inputs.read` is the only way to a file; a new reader that opens one by itself would not be listed."""
    package = Path(govengine.__file__).parent
    rooms = ("sources", "run", "evaluate", "compile", "conditions", "expectations", "predicates", "detectors", "language",
             "model", "lint", "fix", "report")  # fmt: skip
    strangers = []
    for room in rooms:
        for path in sorted((package / room).rglob("*.py")):
            name = path.relative_to(package).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                called = node.func
                word = (
                    called.id
                    if isinstance(called, ast.Name)
                    else called.attr
                    if isinstance(called, ast.Attribute)
                    else ""
                )
                if word in OPENING and name not in MAY_OPEN:
                    strangers.append(f"{name}:{node.lineno}: {ast.unparse(called)}")
    assert strangers == []


def test_every_kind_is_met() -> None:
    assert set(LISTED.values()) | {"handed"} == set(INPUT_KINDS)


# -- files that change while they are read ---------------------------------------------------------------------------


def changing(phase: str, change: Callable[[], object]) -> Progress:
    """Change something the first time that a phase is told."""
    done: list[str] = []

    def progress(now: str, _done: int, _all: int) -> None:
        if now == phase and not done:
            done.append(now)
            change()

    return progress


@pytest.mark.parametrize("phase", ["loading data", "judging rows"])
@pytest.mark.parametrize(
    ("path", "text", "unknown"),
    [
        ("data/customer=0815/arrivals-2026-01.csv", "berth,tons\nB2,9\n", {"port/known-berth", "port/weighed"}),
        ("registers/berths.csv", "code\nA1\nB2\nC3\n", {"port/known-berth"}),
    ],
)
def test_what_changes_while_it_is_read_decides_nothing(
    port: Path, phase: str, path: str, text: str, unknown: set[str]
) -> None:
    if phase == "loading data" and path.startswith("registers"):
        return  # a change before the register was read is no change
    change = changing(phase, lambda: written(port, {path: text}))
    report = report_of(port, progress=change)
    assert {rule for rule, outcome in outcomes(report).items() if outcome == "unknown"} >= unknown
    assert plain(port / path) not in {read.digest for read in report.inputs}


def test_a_change_that_keeps_size_and_time_is_seen(port: Path) -> None:
    path = port / "data/customer=0815/arrivals-2026-01.csv"

    def change() -> None:
        before = path.stat()
        path.write_text("berth,tons\nB2,7\n", encoding="utf-8")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    report = report_of(port, progress=changing("judging rows", change))
    assert outcomes(report)["port/weighed"] == "unknown"


def test_a_register_that_is_read_twice_is_the_same_both_times(port: Path) -> None:
    """Rows of it were looked up; when it is read again for who is who, it is another one."""
    written(port, {"policies/global/port.gov": POLICY.replace("berths(code)", "principals(id)")})
    change = changing("judging rows", lambda: written(port, {"registers/principals.csv": "id,aliases\nA1,\n"}))
    report = report_of(port, progress=change)
    assert [d.name for d in report.diagnostics if d.level == "error"] == ["unreadable-register"]
    assert report.exit_code != 0


def test_the_log_of_a_database_file_belongs_to_it(tmp_path: Path) -> None:
    spec = SPEC.replace(
        '{type: file, dataset: arrivals, location: "data/*/arrivals-*.csv"}',
        "{type: duckdb, table: arrivals, location: data/port.duckdb}",
    )
    root = written(tmp_path / "port", {**FILES, "products/cargo/ships.yaml": spec})
    with duckdb.connect(str(root / "data/port.duckdb")) as connection:
        connection.execute("CREATE TABLE arrivals AS SELECT 'A1' AS berth, 5 AS tons")
    report = report_of(root)
    assert [(r.path, r.digest) for r in report.inputs if r.kind == "data"] == [
        ("data/port.duckdb", plain(root / "data/port.duckdb"))
    ]
    connection = duckdb.connect(str(root / "data/port.duckdb"))
    connection.execute("PRAGMA disable_checkpoint_on_shutdown")
    connection.execute("INSERT INTO arrivals VALUES ('B2', 0)")
    connection.close()
    assert (root / "data/port.duckdb.wal").exists()
    report = report_of(root)
    assert outcomes(report)["port/weighed"] == "fail"
    assert {r.path for r in report.inputs if r.kind == "data"} == {"data/port.duckdb", "data/port.duckdb.wal"}
