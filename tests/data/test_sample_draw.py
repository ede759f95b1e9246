"""Which rows are drawn hangs on the seed and the rows alone; drawing keeps its promises."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.backends.draw import sample_of
from govengine.expectations import filled, found_in, rows, unique
from govengine.expectations.measure import Measured, NotMeasured, Sample, Threshold
from govengine.expectations.parent import Parent
from govengine.expectations.sampling import decide

from .tables import KEY, opened, parquet

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "SELECT i AS id, i % 7 AS k, CASE WHEN i % 100 = 0 THEN NULL ELSE 'v' || i END AS v FROM range(5000) t(i)"


def _drawn(query: str, columns: tuple[str, ...], size: int, seed: str, threads: int = 1) -> list[tuple[object, ...]]:
    connection = duckdb.connect(config={"threads": threads})
    return sorted(connection.execute(sample_of(f"({query})", columns, columns, size, seed)).fetchall(), key=repr)


def test_the_same_rows_whatever_the_order_and_the_threads() -> None:
    first = _drawn(ROWS, ("id", "k", "v"), 300, "a")
    assert len(first) == len(set(first)) == 300
    assert _drawn(f"SELECT * FROM ({ROWS}) ORDER BY id DESC", ("id", "k", "v"), 300, "a", 4) == first


def test_the_order_of_columns_makes_no_difference() -> None:
    first = {row[0] for row in _drawn(ROWS, ("id", "k", "v"), 300, "a")}
    assert {row[2] for row in _drawn(ROWS, ("v", "k", "id"), 300, "a")} == first


def test_a_larger_sample_holds_the_smaller_one_and_another_seed_draws_others() -> None:
    first, larger = _drawn(ROWS, ("id", "k", "v"), 300, "a"), _drawn(ROWS, ("id", "k", "v"), 600, "a")
    assert set(first) < set(larger)
    other = _drawn(ROWS, ("id", "k", "v"), 300, "b")
    assert len(set(first) & set(other)) < 60, "18 are expected in both"


def test_rows_are_told_apart_by_where_their_values_end() -> None:
    """Equal rows share a hash, so their number would show if two unlike rows were taken for one."""
    query = "SELECT * FROM (VALUES ('a', 'bc'), ('ab', 'c'), (NULL, 'abc'), ('', 'abc'), ('-', 'abc')) t(x, y)"
    connection = duckdb.connect()
    sql = sample_of(f"({query})", ("x", "y"), ("x", "y"), 5, "")
    numbers = connection.execute(
        sql[: sql.index("SELECT c0 AS")] + "SELECT max(nth), count(DISTINCT row_hash) FROM numbered"
    ).fetchone()
    assert numbers == (1, 5)


def test_equal_rows_are_not_drawn_all_or_none() -> None:
    """Of two kinds of rows a sample holds both, about as often as they stand in the data."""
    query = "SELECT i % 4 = 0 AS bad FROM range(4000) t(i)"
    shares = [sum(bool(row[0]) for row in _drawn(query, ("bad",), 400, str(seed))) / 400 for seed in range(20)]
    assert 0.22 < sum(shares) / len(shares) < 0.28
    assert all(0.12 < share < 0.38 for share in shares)


def test_claims_from_real_draws_are_wrong_no_more_often_than_promised() -> None:
    """400 draws by seed from data just beyond the limit, and from data just within it: 20 wrong claims are promised
    at most; 36 would come by chance less than once in a thousand times."""
    connection = duckdb.connect(config={"threads": 1})
    threshold, size, frame = Threshold(Decimal(95), False, "95%"), 200, 2000
    for bad, wrong in ((101, "pass"), (100, "fail")):
        connection.execute(f"CREATE OR REPLACE TABLE d AS SELECT i AS id, i < {bad} AS bad FROM range({frame}) t(i)")
        claims = 0
        for seed in range(400):
            drawn = sample_of("d", ("id", "bad"), ("bad",), size, str(seed))
            row = connection.execute(f"SELECT count(*), count(*) FILTER (WHERE bad) FROM ({drawn})").fetchone()
            assert row is not None
            measured = Measured(frame, row[0], row[1], 0, sample=Sample(size, frame, "", Decimal(0)))
            claims += decide(measured, threshold, Decimal("0.05")) == wrong
        assert claims <= 36, (bad, wrong)


def test_a_warehouse_judges_the_sample_and_says_how_it_was_drawn(tmp_path: Path) -> None:
    with opened(parquet(tmp_path, ROWS), sample=1000, seed="s") as warehouse:
        asked = [filled.ask("f", KEY, "v"), rows.ask("r", KEY, "id >= 0", ("id",), "id >= 0")]
        results = warehouse.measure([a.check for a in asked])
    for key in ("f", "r"):
        measured = results[key]
        assert isinstance(measured, Measured)
        assert (measured.population, measured.tested) == (5000, 1000)
        assert measured.sample is not None
        assert (measured.sample.size, measured.sample.frame, measured.sample.seed) == (1000, 5000, "s")
        assert measured.sample.family_risk == Decimal("0.10"), "two answers, each wrong once in twenty"
    assert isinstance(results["f"], Measured)
    assert 0 < results["f"].failing < 30, "10 are expected"


def test_the_sample_does_not_hang_on_which_rules_ask(tmp_path: Path) -> None:
    source = parquet(tmp_path, ROWS)
    alone, among = filled.ask("f", KEY, "v"), rows.ask("r", KEY, "k > 2", ("k",), "k > 2")
    with opened(source, sample=1000) as warehouse:
        first = warehouse.measure([alone.check])["f"]
    with opened(source, sample=1000, threads=2) as warehouse:
        second = warehouse.measure([alone.check, among.check])["f"]
    assert isinstance(first, Measured)
    assert isinstance(second, Measured)
    assert (first.tested, first.failing) == (second.tested, second.failing)


def test_a_sample_as_large_as_the_dataset_is_all_of_it(tmp_path: Path) -> None:
    with opened(parquet(tmp_path, ROWS), sample=5000) as warehouse:
        measured = warehouse.measure([unique.ask("u", KEY, ("id",)).check])["u"]
    assert isinstance(measured, Measured)
    assert measured.sample is None
    assert (measured.tested, measured.failing) == (5000, 0)


def test_what_a_sample_cannot_show_is_not_measured(tmp_path: Path) -> None:
    with opened(parquet(tmp_path, ROWS), sample=100) as warehouse:
        answer = warehouse.measure([unique.ask("u", KEY, ("id",)).check])["u"]
    assert isinstance(answer, NotMeasured)
    assert not answer.broken
    assert "sample" in answer.reason


@pytest.mark.parametrize("never", [False, True])
def test_references_are_looked_up_in_the_whole_parent(tmp_path: Path, *, never: bool) -> None:
    """Even where the parent is the sampled table itself: each row finds itself."""
    parent = Parent(KEY, ("id",), {"id": "BIGINT"}, None, (), 0)
    asked = found_in.ask("x", KEY, ("id",), {"id": "BIGINT"}, parent, never=never)
    with opened(parquet(tmp_path, ROWS), sample=100) as warehouse:
        measured = warehouse.measure([asked.check])["x"]
    assert isinstance(measured, Measured)
    assert (measured.tested, measured.failing) == (100, 100 if never else 0)
