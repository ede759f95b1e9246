"""Time and memory are bounded, and what runs out of either costs no other check its answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import duckdb
import pytest
from click.testing import CliRunner

from govengine.backends.duckdb import MOST_THREADS, Warehouse
from govengine.cli.check import command
from govengine.diagnostics import Span
from govengine.expectations import rows, unique
from govengine.expectations.measure import Check, Measured, NotMeasured
from govengine.model.dataset import DatasetSource

from .tables import KEY, opened, parquet

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "SELECT i AS id, i % 7 AS k FROM range(1000) t(i)"
ENDLESS = "(SELECT count(*) FROM range(10000000) a, range(10000000) b) > k"


class _Counting(Warehouse):
    """Counts what it runs."""

    ran = 0

    def _one(self, query: str) -> tuple[object, ...]:
        self.ran += 1
        return super()._one(query)


def test_one_slow_check_does_not_multiply_the_limit(tmp_path: Path) -> None:
    """The shared scan runs into the limit once; then each stands alone at once, and only the slow one does again."""
    checks = [rows.ask(f"quick {i}", KEY, f"id >= {i}", ("id",), "").check for i in range(7)]
    checks.insert(3, rows.ask("slow", KEY, ENDLESS, ("k",), "").check)
    with _Counting(timeout=0.5) as warehouse:
        warehouse.open_([parquet(tmp_path, ROWS)])
        results = warehouse.measure(checks)
    assert warehouse.ran == 1 + 8
    slow = results.pop("slow")
    assert isinstance(slow, NotMeasured)
    assert slow.broken
    assert "longer than the time limit" in slow.reason
    assert [m.failing for m in results.values() if isinstance(m, Measured)] == list(range(7))


def test_a_query_is_broken_off(tmp_path: Path) -> None:
    check = Check("q", KEY, ("id",), query="SELECT count(*), 0 FROM range(10000000) a, range(10000000) b")
    other = unique.ask("u", KEY, ("id",)).check
    with opened(parquet(tmp_path, ROWS), timeout=0.3) as warehouse:
        start = time.monotonic()
        results = warehouse.measure([check, other])
        taken = time.monotonic() - start
    assert isinstance(results["q"], NotMeasured)
    assert isinstance(results["u"], Measured)
    assert taken < 20, "it would run for hours"


def test_more_than_the_memory_is_said(tmp_path: Path) -> None:
    query = "SELECT list(v), 0 FROM (SELECT repeat('x', 100000) || i AS v FROM range(10000) t(i))"
    check = Check("m", KEY, ("id",), query=f"SELECT length(l::VARCHAR), 0 FROM ({query}) t(l, n)")
    with opened(parquet(tmp_path, ROWS), memory_limit="50MB") as warehouse:
        answer = warehouse.measure([check])["m"]
    assert isinstance(answer, NotMeasured)
    assert "memory limit" in answer.reason


def test_threads_are_bounded(tmp_path: Path) -> None:
    with opened(parquet(tmp_path, ROWS)) as warehouse:
        row = warehouse._connection.execute("SELECT current_setting('threads')").fetchone()
    assert row is not None
    assert 1 <= row[0] <= MOST_THREADS


@pytest.mark.parametrize(
    "given",
    [
        ["--sample", "0"],
        ["--timeout", "0"],
        ["--timeout", "soon"],
        ["--memory-limit", "much"],
        ["--memory-limit", "-1"],
    ],
)
def test_limits_that_are_none_are_refused(given: list[str]) -> None:
    result = CliRunner().invoke(command, given)
    assert result.exit_code == 2
    assert given[0] in result.output


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "csv.zst"])
def test_a_packed_file_is_read_within_a_small_memory_limit(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"d.{ending}"
    duckdb.sql(f"COPY (SELECT i AS id FROM range(20000) t(i)) TO '{file}' (FORMAT csv)")
    source = DatasetSource(KEY, "d", "csv", (str(file),), None, {"id": "BIGINT"}, Span("spec.yaml", 1, 1, 1, 2))
    asked = rows.ask("r", KEY, '"id" > 0', ("id",), "id > 0")
    with opened(source, memory_limit="200MB") as warehouse:
        measured = warehouse.measure([asked.check])["r"]
    assert isinstance(measured, Measured), measured
    assert (measured.population, measured.failing) == (20000, 1)
