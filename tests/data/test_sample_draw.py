"""Which rows are drawn hangs on the seed and the rows alone; drawing keeps its promises."""

from __future__ import annotations

import hashlib
import random
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.backends.draw import repeats, sample_of
from govengine.expectations import looks_like
from govengine.expectations.clauses import filled, found_in, newest, rows, unique
from govengine.expectations.measure import ALL, Measurement, NoMeasurement, Sample, Threshold
from govengine.expectations.parent import Parent
from govengine.expectations.sampling import decide, decide_one_way
from govengine.model.quantity import parse_period
from tests.detectors import searching

from .tables import KEY, opened, parquet

if TYPE_CHECKING:
    from pathlib import Path

    from govengine.expectations.measure import Question
    from govengine.model.dataset import DatasetSource

ROWS = "SELECT i AS id, i % 7 AS k, CASE WHEN i % 100 = 0 THEN NULL ELSE 'v' || i END AS v FROM range(5000) t(i)"


def _drawn(
    query: str,
    columns: tuple[str, ...],
    size: int,
    seed: str,
    threads: int = 1,
    key: tuple[str, ...] = (),
    *,
    numbered: bool = True,
) -> list[tuple[object, ...]]:
    connection = duckdb.connect(config={"threads": threads})
    drawn = sample_of(f"({query})", columns, columns, size, seed, key, numbered=numbered)
    return sorted(connection.execute(drawn).fetchall(), key=repr)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
    query = (
        "SELECT * FROM (VALUES ('a', 'bc'), ('ab', 'c'), (NULL, 'abc'), ('', 'abc'), ('-', 'abc'), "
        "('a,1:b', 'c'), ('a', '1:b,c'), ('-,', ''), ('-,-', NULL), (NULL, NULL)) t(x, y)"
    )
    connection = duckdb.connect()
    assert connection.execute(repeats(f"({query})", ("x", "y"))).fetchone() == (False,)
    assert connection.execute(repeats(f"({query} UNION ALL SELECT NULL, 'abc')", ("x", "y"))).fetchone() == (True,)


def test_who_has_no_database_can_draw_the_same_rows_again() -> None:
    """The hash is SHA-256 of a text that we lay down; no hash or generator of the database has a part in it."""
    ids = [f"T-{i:05}" for i in range(1000)]
    draws = {i: _sha("q4:" + _sha(f"{len(i)}:{i},") + ":1") for i in ids}
    expected = sorted(sorted(ids, key=draws.__getitem__)[:50])
    query = "SELECT 'T-' || lpad(i::VARCHAR, 5, '0') AS id, random() AS v FROM range(1000) t(i)"
    assert [row[0] for row in _drawn(query, ("id", "v"), 50, "q4", key=("id",))] == expected


def test_another_value_elsewhere_draws_the_same_rows_where_there_is_a_key() -> None:
    changed = ROWS.replace("i % 7", "i % 7 + 1")
    first = {row[0] for row in _drawn(ROWS, ("id", "k", "v"), 300, "a", key=("id",))}
    assert {row[0] for row in _drawn(changed, ("id", "k", "v"), 300, "a", key=("id",))} == first
    assert {row[0] for row in _drawn(changed, ("id", "k", "v"), 300, "a")} != first, "without one it is the whole row"


def test_a_key_draws_the_same_rows_numbered_or_not_and_in_any_order_of_its_columns() -> None:
    query = "SELECT i // 50 AS a, i % 50 AS b, i AS v FROM range(2500) t(i)"
    columns = ("a", "b", "v")
    first = _drawn(query, columns, 100, "s", key=("a", "b"))
    assert _drawn(query, columns, 100, "s", 2, ("b", "a"), numbered=False) == first


KEYS_THAT_REPEAT = "SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i % 20 END AS id, i AS v FROM range(3000) t(i)"


def test_rows_of_one_key_or_of_none_are_told_apart_whatever_the_order_and_the_threads() -> None:
    first = _drawn(KEYS_THAT_REPEAT, ("id", "v"), 200, "a", key=("id",))
    again = _drawn(f"SELECT * FROM ({KEYS_THAT_REPEAT}) ORDER BY v DESC", ("id", "v"), 200, "a", 4, ("id",))
    assert again == first
    assert len(set(first)) == 200


def test_rows_of_one_key_are_not_drawn_all_or_none() -> None:
    """A third has no key, and every key repeats: a sample of 300 in 3,000 holds about a tenth of each."""
    drawn = [row for seed in range(10) for row in _drawn(KEYS_THAT_REPEAT, ("id", "v"), 300, str(seed), key=("id",))]
    keyless = sum(row[0] is None for row in drawn) / len(drawn)
    assert 0.28 < keyless < 0.39
    for key in range(20):
        assert 60 < sum(row[0] == key for row in drawn) < 140, "100 are expected, with a deviation of 9.5"


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
            measured = Measurement(frame, row[0], row[1], 0, sample=Sample(size, frame, "", Decimal(0)))
            claims += decide(measured, threshold, Decimal("0.05")) == wrong
        assert claims <= 36, (bad, wrong)


def test_a_warehouse_judges_the_sample_and_says_how_it_was_drawn(tmp_path: Path) -> None:
    with opened(parquet(tmp_path, ROWS), sample=1000, seed="s") as warehouse:
        asked = [filled.ask("f", KEY, "v", "BIGINT"), rows.ask("r", KEY, "id >= 0", ("id",), "id >= 0")]
        results = warehouse.measure([a.check for a in asked])
    for key in ("f", "r"):
        measured = results[key]
        assert isinstance(measured, Measurement)
        assert (measured.population, measured.tested) == (5000, 1000)
        assert measured.sample is not None
        assert (measured.sample.size, measured.sample.frame, measured.sample.seed) == (1000, 5000, "s")
        assert measured.sample.family_risk == Decimal("0.10"), "two answers, each wrong once in twenty"
        assert measured.sample.key == ()
    assert isinstance(results["f"], Measurement)
    assert 0 < results["f"].failing < 30, "10 are expected"


def test_the_sample_does_not_hang_on_which_rules_ask(tmp_path: Path) -> None:
    source = parquet(tmp_path, ROWS)
    alone, among = filled.ask("f", KEY, "v", "BIGINT"), rows.ask("r", KEY, "k > 2", ("k",), "k > 2")
    with opened(source, sample=1000) as warehouse:
        first = warehouse.measure([alone.check])["f"]
    with opened(source, sample=1000, threads=2) as warehouse:
        second = warehouse.measure([alone.check, among.check])["f"]
    assert isinstance(first, Measurement)
    assert isinstance(second, Measurement)
    assert (first.tested, first.failing) == (second.tested, second.failing)


def test_a_sample_as_large_as_the_dataset_is_all_of_it(tmp_path: Path) -> None:
    with opened(parquet(tmp_path, ROWS), sample=5000) as warehouse:
        measured = warehouse.measure([unique.ask("u", KEY, ("id",)).check])["u"]
    assert isinstance(measured, Measurement)
    assert measured.sample is None
    assert (measured.tested, measured.failing) == (5000, 0)


def test_what_a_sample_cannot_show_is_not_measured(tmp_path: Path) -> None:
    fresh = newest.ask("n", KEY, "at", "DATE", parse_period("1 day"), date(2026, 11, 1))
    with opened(parquet(tmp_path, f"SELECT *, DATE '2026-10-31' AS at FROM ({ROWS})"), sample=100) as warehouse:
        answer = warehouse.measure([fresh.check])["n"]
    assert isinstance(answer, NoMeasurement)
    assert not answer.broken
    assert "sample" in answer.reason


def _one(source: DatasetSource, asked: Question, size: int, threads: int = 1) -> Measurement:
    with opened(source, sample=size, seed="s", threads=threads) as warehouse:
        answer = warehouse.measure([asked.check])[asked.check.key]
    assert isinstance(answer, Measurement)
    return answer


def test_a_key_that_repeats_in_the_sample_shows_that_it_is_not_unique(tmp_path: Path) -> None:
    """500 values in 5,000 rows: among 100 rows drawn some repeat, and that settles it. One that repeats not, does not."""
    for name, column, outcome in (("repeats.parquet", "i % 500", "fail"), ("not.parquet", "i", "unknown")):
        source = parquet(tmp_path, f"SELECT {column} AS id FROM range(5000) t(i)", name)
        asked = unique.ask("u", KEY, ("id",))
        measured = _one(source, asked, 100)
        assert (measured.tested, measured.failing > 0) == (100, outcome == "fail")
        assert decide_one_way(asked, measured, ALL) == outcome
        assert measured.sample is not None


def test_the_share_of_repeats_in_a_sample_is_not_that_of_all_rows(tmp_path: Path) -> None:
    """Of a promise of 50 % nothing is shown by 10 repeats among 100 rows of 5,000."""
    asked = unique.ask("u", KEY, ("id",))
    measured = _one(parquet(tmp_path, "SELECT i % 500 AS id FROM range(5000) t(i)"), asked, 100)
    assert measured.failing >= 5
    assert decide_one_way(asked, measured, Threshold(Decimal(99), False, "99%")) == "unknown"
    most = 100 * (1 - Decimal(measured.failing) / 5000)
    assert decide_one_way(asked, measured, Threshold(most, False, "")) == "unknown"
    assert decide_one_way(asked, measured, Threshold(most, True, "")) == "fail", "there are so many at least"


def test_card_numbers_in_the_sample_show_that_there_are_some(tmp_path: Path) -> None:
    asked = looks_like.ask("d", KEY, "v", "VARCHAR", None, ("pan",))
    cards = ", ".join(f"'{searching.card(random.Random(i))}'" for i in range(40))
    values = f"SELECT CASE WHEN i % 2 = 0 THEN [{cards}][i % 40 + 1] ELSE 'x' || i END AS v FROM range(2000) t(i)"
    measured = _one(parquet(tmp_path, values), asked, 200)
    assert measured.tested == 200
    assert 70 < measured.failing < 130
    assert decide_one_way(asked, measured, ALL) == "fail"
    clean = _one(parquet(tmp_path, "SELECT 'x' || i AS v FROM range(2000) t(i)", "clean.parquet"), asked, 200)
    assert decide_one_way(asked, clean, ALL) == "unknown"


@pytest.mark.parametrize("key", [(), ("id",)])
def test_the_same_rows_from_other_files_orders_and_formats(tmp_path: Path, key: tuple[str, ...]) -> None:
    """One file, several in either order, CSV: the same rows, so the same figures, at one thread and at two."""
    values = "SELECT i AS id, 'n' || (i * 7919 % 1000) AS v FROM range(3000) t(i)"
    asked = rows.ask("r", KEY, "v < 'n3'", ("v",), "v < 'n3'")
    whole = parquet(tmp_path, values)._replace(row_key=key)
    parts = [
        parquet(tmp_path, f"SELECT * FROM ({values}) WHERE id % 3 = {i} ORDER BY v", f"part{i}.parquet").files[0]
        for i in range(3)
    ]
    duckdb.sql(f"COPY (SELECT v, id FROM ({values}) ORDER BY v DESC) TO '{tmp_path / 'd.csv'}' (FORMAT csv, HEADER)")
    types = {"id": "integer", "v": "string"}
    csv = whole._replace(format="csv", files=(str(tmp_path / "d.csv"),), types=types)
    first = _one(whole, asked, 500)
    assert 200 < first.failing < 500
    for source in (whole, whole._replace(files=tuple(parts)), whole._replace(files=tuple(reversed(parts))), csv):
        for threads in (1, 2):
            again = _one(source, asked, 500, threads)
            assert (again.failing, again.sample) == (first.failing, first.sample)
    assert first.sample is not None
    assert first.sample.key == key


def test_a_declared_key_that_the_data_lacks_is_none(tmp_path: Path) -> None:
    asked = filled.ask("f", KEY, "v", "BIGINT")
    source = parquet(tmp_path, ROWS)
    by_row = _one(source, asked, 500)
    assert _one(source._replace(row_key=("id", "gone")), asked, 500) == by_row
    assert _one(source._replace(row_key=("ID",)), asked, 500).sample == by_row.sample._replace(key=("id",))  # type: ignore[union-attr]


@pytest.mark.parametrize("never", [False, True])
def test_references_are_looked_up_in_the_whole_parent(tmp_path: Path, *, never: bool) -> None:
    """Even where the parent is the sampled table itself: each row finds itself."""
    parent = Parent(KEY, ("id",), {"id": "BIGINT"}, None, (), 0)
    asked = found_in.ask("x", KEY, ("id",), {"id": "BIGINT"}, parent, never=never)
    with opened(parquet(tmp_path, ROWS), sample=100) as warehouse:
        measured = warehouse.measure([asked.check])["x"]
    assert isinstance(measured, Measurement)
    assert (measured.tested, measured.failing) == (100, 100 if never else 0)
