"""The gate's warm path stays light: with compiled policies in the cache, heavy libraries are not even imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"pydantic", "pydantic_core", "duckdb", "lark", "celpy", "rich", "jinja2", "re2", "hypothesis"}

MESH = """\
mesh: house
domains:
  payments: {products: [products/payments]}
"""
POLICY = """\
policy house "House" {
  version "1.0.0"
  owner "council@example.com"
  levels public < internal
  rule unclassified "Every product carries a classification" {
    severity high
    require has(spec.governance.classification)
  }
  rule empty "There are rows" {
    severity high
    for each d in datasets
    expect `count(*)` at least 1
  }
}
"""
SPEC = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: payments-events, domain: payments, owner: a@example.com, version: "1"}
spec:
  interfaces: [{type: file, location: data/events.csv}]
  schema: [{name: a}]
  governance: {classification: public, retention: 7_years}
"""
PROGRAM = """\
import json, sys
from govengine.cli.main import main
sys.argv = ["govengine", *sys.argv[1:]]
code = 0
try:
    main()
except SystemExit as stop:
    code = stop.code
print("\\n" + json.dumps([code, sorted(sys.modules)]))
"""


def run(mesh: Path, *arguments: str) -> tuple[int, set[str]]:
    """The exit code, and the packages that were imported."""
    environment = {**os.environ, "GOVENGINE_CACHE": str(mesh.parent / "cache"), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=mesh, env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    code, modules = json.loads(done.stdout.rstrip().rpartition("\n")[2])
    return code or 0, {name.partition(".")[0] for name in modules}


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small mesh whose policies are in the cache."""
    root = tmp_path_factory.mktemp("imports") / "mesh"
    for path, text in {
        "govengine.yaml": MESH,
        "policies/global/house.gov": POLICY,
        "products/payments/events.yaml": SPEC,
        "data/events.csv": "a\n1\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    code, cold = run(root, "check", "--no-data")
    assert code == 0
    assert {"lark", "duckdb"} <= cold  # else this run compiled nothing, and the others show nothing
    return root


def test_the_warm_path_imports_nothing_heavy(mesh: Path) -> None:
    code, warm = run(mesh, "check", "--no-data")
    assert warm & HEAVY == set()
    assert code == 0


def test_rows_are_read_with_duckdb_alone(mesh: Path) -> None:
    code, warm = run(mesh, "check")
    assert warm & HEAVY == {"duckdb"}
    assert code == 0


def test_a_machine_report_needs_no_template(mesh: Path) -> None:
    assert run(mesh, "check", "--no-data", "--format", "json")[1] & HEAVY == set()


def test_asking_for_help_imports_nothing_heavy(mesh: Path) -> None:
    assert run(mesh, "--help")[1] & HEAVY == set()
