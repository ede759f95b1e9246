"""A run that is broken off: it says so, leaves nothing behind, and never looks like a verdict."""

from __future__ import annotations

import signal
import subprocess
import time
from typing import TYPE_CHECKING

import duckdb
import pytest

from .meshes import Ran, assert_composed, command, environment, rule, run, spec, write_mesh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = 3_000_000
MANY = " AND ".join(f"NOT regexp_full_match(id, '(a|b|ab)*c{i}(d|e)*f?.*(x|y|z)+{i}')" for i in range(60))


@pytest.fixture(scope="module")
def slow_mesh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mesh whose one slow rule takes far longer than any test waits."""
    root = tmp_path_factory.mktemp("slow")
    files = {
        "products/payments/events.yaml": spec(
            "payments", "events", was="format: csv, location: data/events.csv", now="location: data/events.parquet"
        ),
        "policies/global/slow.gov": rule(f"    on       payments-events.events\n    expect   rows `{MANY}`"),
    }
    write_mesh(root, files)
    events = duckdb.sql(f"SELECT repeat('ab', 40) || md5(range::VARCHAR) AS id, 1 AS amount FROM range({ROWS})")
    assert events is not None
    events.write_parquet(str(root / "data/events.parquet"))
    return root


@pytest.fixture
def slow_csv(tmp_path: Path) -> Path:
    """A mesh whose rows take long to load."""
    root = write_mesh(tmp_path / "mesh")
    with (root / "data/events.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{'ab' * 40}{i},{i + 1}\n" for i in range(2_000_000))
    return root


def _long_json(root: Path, rows: int) -> Path:
    """A mesh whose events stand in JSON. DuckDB hears nothing while it makes out its columns, some µs a row."""
    product = spec("payments", "events", was="format: csv, location: data/events.csv", now="location: data/events.json")
    write_mesh(root, {"products/payments/events.yaml": product, "data/events.csv": None})
    with (root / "data/events.json").open("w", encoding="utf-8") as file:
        file.write("[" + '{"id":"e1","amount":1},' * rows + '{"id":"e","amount":1}]')
    return root


def _interrupt(
    root: Path, spill: Path, *, after: float, arguments: tuple[str, ...] = (), by: signal.Signals = signal.SIGINT
) -> Ran:
    """Send Ctrl-C, or another signal, some time after loading began; what the run said. A run that does not hear it is killed, and fails."""
    spill.mkdir()
    process = subprocess.Popen(
        command("check", *arguments),
        cwd=root,
        env=environment(TMPDIR=str(spill)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_hear,  # noqa: PLW1509 - no threads here
    )
    try:
        _wait(lambda: any(spill.iterdir()) or process.poll() is not None)
        time.sleep(after)
        assert process.poll() is None, "the run ended before it could be interrupted"
        process.send_signal(by)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    ran = Ran(process.returncode, out.decode(), err.decode())
    assert_composed(ran)
    return ran


def _hear() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so would all that the tests start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not until():
        assert time.monotonic() < end, "the run never began to load"
        time.sleep(0.01)


def _assert_broken_off(ran: Ran, spill: Path) -> None:
    assert ran.code == 130, ran
    assert ran.out == ""
    assert "interrupted" in ran.err
    assert "no verdict" in ran.err
    assert list(spill.iterdir()) == [], "the folder for spilled rows stays behind"


@pytest.mark.parametrize(("after", "by"), [(0.0, signal.SIGINT), (1.5, signal.SIGINT), (1.5, signal.SIGTERM)])
def test_ctrl_c_or_a_cancelled_job_in_a_slow_rule(
    after: float, by: signal.Signals, slow_mesh: Path, tmp_path: Path
) -> None:
    ran = _interrupt(slow_mesh, tmp_path / "spill", after=after, by=by)
    _assert_broken_off(ran, tmp_path / "spill")


def test_ctrl_c_while_rows_are_loaded(slow_csv: Path, tmp_path: Path) -> None:
    ran = _interrupt(slow_csv, tmp_path / "spill", after=0.3)
    _assert_broken_off(ran, tmp_path / "spill")


def test_ctrl_c_while_duckdb_hears_nothing(tmp_path: Path) -> None:
    """What is left to itself holds up neither the exit nor the folder for spilled rows."""
    root = _long_json(tmp_path / "mesh", 10_000_000)
    start = time.monotonic()
    ran = _interrupt(root, tmp_path / "spill", after=1.0)
    _assert_broken_off(ran, tmp_path / "spill")
    assert time.monotonic() - start < 30, "it was waited for"


def test_a_dataset_that_takes_too_long_costs_no_other_its_verdict(tmp_path: Path) -> None:
    """It cannot be read, with the reason and what to do; whether DuckDB hears of the limit or not."""
    root = _long_json(tmp_path / "mesh", 6_000_000)
    spill = tmp_path / "spill"
    spill.mkdir()
    loans = rule("    on lending-loans.loans   expect rows `amount > 150`")
    (root / "policies/global/tried.gov").write_text(loans, encoding="utf-8")
    limits = ("--timeout", "3")
    json = run(root, "check", "--format", "json", *limits, TMPDIR=str(spill))
    assert json.code == 1, json
    assert json.verdicts()["house/negative-amount", "payments-events"] == "unknown"
    assert json.verdicts()["tried/tried", "lending-loans"] == "fail"
    assert json.products() == {"payments-events": "undetermined", "lending-loans": "non-compliant"}
    (told,) = [d for d in json.report()["diagnostics"] if d["level"] == "error"]
    assert told["code"] == "GOV501"
    assert "`events` cannot be read: loading it takes longer than the time limit of 3 s" in told["message"]
    assert "--timeout" in told["help"]
    assert "Parquet" in told["help"]
    alone = run(root, "check", "--product", "payments-events", *limits, TMPDIR=str(spill))
    assert alone.code == 2, alone
    assert "longer than the time limit" in alone.words
    scanned = run(root, "scan", "payments-events", *limits, TMPDIR=str(spill))
    assert scanned.code == 2, scanned
    assert "longer than the time limit" in scanned.words
    assert list(spill.iterdir()) == []


@pytest.mark.parametrize("before", [None, "an older report\n"])
def test_ctrl_c_leaves_no_half_report(before: str | None, slow_mesh: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    output = reports / "report.json"
    if before is not None:
        output.write_text(before)
    ran = _interrupt(slow_mesh, tmp_path / "spill", after=0.5, arguments=("--format", "json", "--output", str(output)))
    _assert_broken_off(ran, tmp_path / "spill")
    left = {path.name: path.read_text() for path in reports.iterdir()}
    assert left == ({} if before is None else {"report.json": before})


def _many_products(root: Path) -> Path:
    """A mesh whose report is longer than a pipe holds."""
    more = {
        f"products/lending/p{i:03}.yaml": spec("lending", f"p{i:03}", was="    classification: internal\n")
        for i in range(300)
    }
    return write_mesh(root, more)


@pytest.mark.parametrize("format_", ["console", "json"])
def test_a_reader_that_goes_away(format_: str, tmp_path: Path) -> None:
    """As with `| head -1`: no traceback, and no claim that all is well."""
    root = _many_products(tmp_path)
    process = subprocess.Popen(
        command("check", "--no-data", "--format", format_),
        cwd=root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=60) not in (0, None)
    for word in ("Traceback", "GOV999", "BrokenPipe", "Exception ignored"):
        assert word not in err
    assert err == ""
