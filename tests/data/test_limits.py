"""Time and memory are bounded, and what runs out of either costs no other check its answer."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, cast

import duckdb
import pytest
from click.testing import CliRunner

from govengine.backends import bounded as bounded_module
from govengine.backends.bounded import Bounded
from govengine.backends.duckdb import Warehouse
from govengine.backends.loading import MOST_THREADS
from govengine.cli.check import command
from govengine.diagnostics import Span
from govengine.expectations.clauses import rows, unique
from govengine.expectations.measure import Check, Measurement, NoMeasurement
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
    assert isinstance(slow, NoMeasurement)
    assert slow.broken
    assert "longer than the time limit" in slow.reason
    assert [m.failing for m in results.values() if isinstance(m, Measurement)] == list(range(7))


def test_a_query_is_broken_off(tmp_path: Path) -> None:
    check = Check("q", KEY, ("id",), query="SELECT count(*), 0 FROM range(10000000) a, range(10000000) b")
    other = unique.ask("u", KEY, ("id",)).check
    with opened(parquet(tmp_path, ROWS), timeout=0.3) as warehouse:
        start = time.monotonic()
        results = warehouse.measure([check, other])
        taken = time.monotonic() - start
    assert isinstance(results["q"], NoMeasurement)
    assert isinstance(results["u"], Measurement)
    assert taken < 20, "it would run for hours"


def test_more_than_the_memory_is_said(tmp_path: Path) -> None:
    query = "SELECT list(v), 0 FROM (SELECT repeat('x', 100000) || i AS v FROM range(10000) t(i))"
    check = Check("m", KEY, ("id",), query=f"SELECT length(l::VARCHAR), 0 FROM ({query}) t(l, n)")
    with opened(parquet(tmp_path, ROWS), memory_limit="50MB") as warehouse:
        answer = warehouse.measure([check])["m"]
    assert isinstance(answer, NoMeasurement)
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
    assert isinstance(measured, Measurement), measured
    assert (measured.population, measured.failing) == (20000, 1)


def _csv(folder: Path, name: str, rows: int) -> DatasetSource:
    file = folder / f"{name}.csv"
    duckdb.sql(f"COPY (SELECT md5(i::VARCHAR) AS id, i AS n FROM range({rows}) t(i)) TO '{file}'")
    return DatasetSource(f"product.{name}", name, "csv", (str(file),), None, {}, Span("spec.yaml", 1, 1, 1, 2))


def test_loading_that_takes_too_long_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with Warehouse(timeout=0.1) as warehouse:
        found = warehouse.open_([_csv(tmp_path, "slow", 3_000_000)])["product.slow"]
        tables = warehouse._connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert found.reason == "loading it takes longer than the time limit of 0.1 s"
    assert found.columns == {}
    assert [t for t in tables if "product" in t[0]] == []
    (told,) = warehouse.diagnostics
    assert told.code == "GOV501"
    assert told.help is not None
    assert "--timeout" in told.help


def test_columns_that_take_too_long_to_load_are_said(tmp_path: Path) -> None:
    """Parquet is looked at without its rows; where many queries want them, they are loaded before anything is asked."""
    source = parquet(tmp_path, "SELECT md5(i::VARCHAR) AS id FROM range(5_000_000) t(i)")
    asked = [unique.ask(f"u{i}", KEY, ("id",)).check for i in range(3)]
    with opened(source) as warehouse:
        warehouse._connection._timeout = 0.05
        measured = warehouse.measure(asked)
    assert {type(m) for m in measured.values()} == {NoMeasurement}
    assert all("`product.d` cannot be read: loading it takes longer" in m.reason for m in measured.values())  # type: ignore[union-attr]
    assert [d.code for d in warehouse.diagnostics] == ["GOV501"]


def test_the_limit_holds_for_all_statements_of_a_dataset_together() -> None:
    bounded = Bounded(duckdb.connect(), 0.4)
    ran = 0
    with bounded.within():
        try:
            while ran < 1000:
                bounded.execute("SELECT 1")
                ran += 1
                time.sleep(0.01)
        except duckdb.InterruptException:
            pass
    assert 0 < ran < 1000
    assert bounded.execute("SELECT 1").fetchone() == (1,), "what follows has its own limit"
    bounded.close()


class _Deaf:
    """A connection that hears of an interruption only when it is let go, as DuckDB does while it makes out columns."""

    def __init__(self) -> None:
        self.heard, self.go, self.others = 0, threading.Event(), duckdb.connect()

    def execute(self, statement: str) -> Any:
        if statement == "deaf":
            assert self.go.wait(60)
            raise duckdb.InterruptException("heard at last")
        return self.others.execute(statement)

    def interrupt(self) -> None:
        self.heard += 1

    def cursor(self) -> Any:
        return self.others.cursor()


def test_a_statement_that_hears_nothing_is_left_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_module, "_PATIENCE_SECONDS", 0.2)
    deaf = _Deaf()
    bounded = Bounded(cast("Any", deaf), 0.1)
    with pytest.raises(duckdb.InterruptException):
        bounded.execute("deaf")
    assert bounded_module.any_deaf()
    assert bounded.execute("SELECT 1").fetchone() == (1,)
    called = deaf.heard
    time.sleep(0.5)
    assert deaf.heard > called, "it is called on, so that it ends once it hears"
    bounded.close()  # does not wait
    deaf.go.set()
    end = time.monotonic() + 10
    while bounded_module.any_deaf():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_machine_without_memory_is_an_error_of_the_data() -> None:
    class _Full:
        def execute(self, statement: str) -> Any:
            raise MemoryError

        def close(self) -> None:
            """Nothing is held."""

    bounded = Bounded(cast("Any", _Full()), 5)
    with pytest.raises(duckdb.OutOfMemoryException):
        bounded.execute("SELECT 1")
    bounded.close()


@pytest.mark.parametrize("ending", ["csv.gz", "csv.zst"])
@pytest.mark.parametrize("letters", [1_000, 40_000_000])
def test_a_long_line_in_a_packed_file_is_not_passed_over(ending: str, letters: int, tmp_path: Path) -> None:
    file = tmp_path / f"d.{ending}"
    rows = f"SELECT 'x' AS id, 1 AS n UNION ALL SELECT repeat('e', {letters}), 2 UNION ALL SELECT 'y', 3"
    duckdb.sql(f"COPY ({rows}) TO '{file}' (HEADER)")
    source = DatasetSource(KEY, "d", "csv", (str(file),), None, {}, Span("spec.yaml", 1, 1, 1, 2))
    with opened(source) as warehouse:
        found = warehouse.found[KEY]
    why = "a line of it is longer than 16 MB"
    assert (found.rows, found.reason) == ((3, None) if letters == 1_000 else (0, why))


@pytest.mark.parametrize(
    ("kind", "content", "why"),
    [
        ("csv", "id,n\n" + "e" * 17_500_000 + ",1\n", "a line of it is longer than 16 MB"),
        ("csv", "id,n\nx,1\n" + "e" * 40_000_000 + ",1\ny,2\n", "a line of it is longer than 16 MB"),
        ("csv", "id,n\rx,1\r" + "e" * 40_000_000 + ",1\ry,2\r", "a line of it is longer than 16 MB"),
        ("json", '[{"id":"' + "e" * 36_000_000 + '"}]', "an object in it is longer than 16 MB"),
        ("ndjson", '{"id":"' + "e" * 36_000_000 + '"}\n', "an object in it is longer than 16 MB"),
        ("json", '[{"id":' + "[" * 100_000 + "]" * 100_000 + "}]", "its values are nested too deeply"),
    ],
    ids=["a cell", "a cell that no buffer holds", "with old line ends", "an object", "a line of JSON", "depth"],
)
def test_what_is_too_long_or_too_deep_is_said(kind: str, content: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / f"d.{kind}"
    file.write_text(content)
    source = DatasetSource(KEY, "d", kind, (str(file),), None, {}, Span("spec.yaml", 1, 1, 1, 2))
    with opened(source, memory_limit="200MB") as warehouse:
        assert warehouse.found[KEY].reason == why
