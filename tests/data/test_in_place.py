"""Parquet that is judged where it lies: the same counts, no way to other files, no mixed answers."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.backends.loading import LoadedDatasets
from govengine.diagnostics import Span
from govengine.expectations.clauses import filled, rows, unique
from govengine.expectations.measure import Measurement, NoMeasurement, Question
from govengine.model.dataset import DatasetSource

from .tables import KEY, opened, parquet

if TYPE_CHECKING:
    from govengine.evaluate.facts import DatasetFacts

QUERY = "SELECT i AS id, i % 7 AS day, CASE WHEN i % 10 = 0 THEN NULL ELSE 'v' || i END AS word FROM range(50000) t(i)"


def _asked() -> list[Question]:
    return [
        rows.ask("positive", KEY, '"day" > 0', ("day",), "day > 0"),
        filled.ask("filled", KEY, "word", "VARCHAR"),
        unique.ask("unique", KEY, ("id",)),
    ]


def test_the_counts_are_those_of_a_loaded_table(tmp_path: Path) -> None:
    source = parquet(tmp_path, QUERY)
    with opened(source) as warehouse:
        measured = warehouse.measure([a.check for a in _asked()])
        assert warehouse._in_place
    with duckdb.connect() as connection:
        expected = connection.execute(
            f"SELECT count_if(day = 0), count_if(word IS NULL), count(*) - count(DISTINCT id) FROM ({QUERY})"
        ).fetchone()
    assert expected is not None
    assert tuple(m.failing for m in measured.values() if isinstance(m, Measurement)) == (expected[2], *expected[:2])


def test_many_queries_over_few_columns_are_worth_loading(tmp_path: Path) -> None:
    asked = [unique.ask(f"u{i}", KEY, ("id",)) for i in range(3)]
    with opened(parquet(tmp_path, QUERY)) as warehouse:
        warehouse.measure([a.check for a in asked])
        assert not warehouse._in_place


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('{other}')",
        "SELECT * FROM read_parquet('{other}')",
        "SELECT * FROM glob('{folder}/*')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/x.duckdb'",
        "SET allowed_paths=['{other}']",
        "SET enable_external_access=true",
    ],
)
def test_nothing_but_the_judged_files_can_be_reached(tmp_path: Path, statement: str) -> None:
    other = parquet(tmp_path, "SELECT 1 AS secret", "other.parquet").files[0]
    with opened(parquet(tmp_path, QUERY)) as warehouse:
        warehouse.measure([a.check for a in _asked()])
        with pytest.raises(duckdb.Error):
            warehouse._connection.execute(statement.format(other=other, folder=tmp_path)).fetchall()
    assert not (tmp_path / "out.csv").exists()


def test_a_file_that_changes_while_it_is_read_gives_no_answer(tmp_path: Path) -> None:
    source = parquet(tmp_path, QUERY)
    with opened(source) as warehouse:
        ask = warehouse._one

        def changing(query: str) -> tuple[object, ...]:
            os.utime(source.files[0], ns=(1, 1))
            return ask(query)

        warehouse._one = changing  # type: ignore[method-assign]
        measured = warehouse.measure([a.check for a in _asked()])
    assert {type(m) for m in measured.values()} == {NoMeasurement}
    assert all("changed while it was read" in m.reason and not m.broken for m in measured.values())  # type: ignore[union-attr]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize(("ending", "text"), [("csv", "id,amount\n1,2\n"), ("ndjson", '{"id": 1, "amount": 2}\n')])
def test_a_text_that_changes_while_it_is_loaded_gives_no_answer(
    ending: str, text: str, packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was loaded could be the beginning of one version and the end of another."""
    file = tmp_path / f"d.{ending}{'.gz' if packed else ''}"
    file.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    loading = LoadedDatasets._load

    def changing(self: LoadedDatasets, source: DatasetSource) -> DatasetFacts:
        found = loading(self, source)
        os.utime(file, ns=(1, 1))
        return found

    source = DatasetSource(KEY, "d", ending, (str(file),), None, {}, Span("spec.yaml", 1, 1, 1, 2))
    with opened(source) as calm:
        assert (calm.found[KEY].rows, calm.diagnostics) == (1, [])
    monkeypatch.setattr(LoadedDatasets, "_load", changing)
    with opened(source) as warehouse:
        assert warehouse.found[KEY].reason == "it changed while it was read"
        assert [d.code for d in warehouse.diagnostics] == ["GOV501"]
        asked = rows.ask("k", KEY, "amount > 0", ("amount",), "amount > 0")
        assert isinstance(warehouse.measure([asked.check])["k"], NoMeasurement)


def test_a_broken_page_is_the_files_fault_and_no_rules(tmp_path: Path) -> None:
    source = parquet(tmp_path, QUERY)
    with Path(source.files[0]).open("r+b") as file:
        file.seek(2000)
        file.write(b"\xff" * 4000)
    with opened(source) as warehouse:
        measured = warehouse.measure([a.check for a in _asked()])
    reasons = {m.reason for m in measured.values() if isinstance(m, NoMeasurement) and not m.broken}
    assert reasons
    assert all("cannot be read" in reason for reason in reasons)
    assert not any(isinstance(m, NoMeasurement) and m.broken for m in measured.values())


def test_one_bad_rule_among_fifty_costs_only_itself(tmp_path: Path) -> None:
    asked = [rows.ask(f"r{i}", KEY, f'"day" <> {i % 9}', ("day",), "") for i in range(49)]
    asked.insert(20, rows.ask("bad", KEY, '1 // "day" > 0', ("day",), ""))
    with opened(parquet(tmp_path, QUERY)) as warehouse:
        measured = warehouse.measure([a.check for a in asked])
    broken = [key for key, m in measured.items() if isinstance(m, NoMeasurement)]
    assert broken == ["bad"]
    counts = {key: m.failing for key, m in measured.items() if isinstance(m, Measurement)}
    assert counts["r1"] == sum(1 for i in range(50000) if i % 7 == 1)
    assert counts["r8"] == 0
