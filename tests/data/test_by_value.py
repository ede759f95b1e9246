"""Rules about columns of few values, judged once a value: the same answers as row by row, and the same errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govengine.backends import by_value
from govengine.expectations.clauses import filled, found_in, rows
from govengine.expectations.measure import Measurement, NoMeasurement, Question
from govengine.expectations.parent import Parent

from .tables import KEY, opened, parquet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from govengine.model.dataset import DatasetSource

PARENT = "product.p"
WORDS = ("EUR", "eur", "EUR ", " ", "", "x" * 300, "Größe", "it's", "1", None)
ROWS = 120_000
MIXED = (
    "SELECT ['EUR', 'USD', 'eur', 'EUR ', '', NULL, 'Zoë'][1 + (hash(i) % 7)::INT] AS word, "
    "(hash(i * 7) % 5)::INT AS small, "
    f"'k' || (hash(i * 11) % 9000) AS many, i AS id FROM range({ROWS}) t(i)"
)


def _asked(rejected: int = 0, *, never: bool = False) -> list[Question]:
    types = {"word": "VARCHAR", "small": "INTEGER", "many": "VARCHAR", "id": "BIGINT"}
    parent = Parent(PARENT, ("code",), {"code": "VARCHAR"}, None, (), rejected)
    return [
        rows.ask("pattern", KEY, "regexp_matches(word, '^[A-Z]{3}$')", ("word",), ""),
        rows.ask("pattern-or-null", KEY, "Word IS NULL OR word LIKE 'E%'", ("Word",), ""),
        rows.ask("list", KEY, "small in (1, 2, 3) and small::varchar in ('1', '3', '4', '5')", ("small",), ""),
        rows.ask("many", KEY, "regexp_matches(many, '^k[0-9]{3}$') -- why", ("many",), ""),
        rows.ask("unlike", KEY, "regexp_matches(id::VARCHAR, '^[0-8]+$')", ("id",), ""),
        rows.ask("two", KEY, "regexp_matches(word, 'E') OR small > 2", ("word", "small"), ""),
        filled.ask("filled", KEY, "word", "VARCHAR"),
        found_in.ask("found", KEY, ("word",), types, parent, never=never),
        found_in.ask("found-number", KEY, ("small",), types, parent, never=never),
        found_in.ask("found-many", KEY, ("many",), types, parent, never=never),
    ]


def _measure(
    sources: Sequence[DatasetSource], asked: list[Question]
) -> tuple[dict[str, Measurement | NoMeasurement], int]:
    """The answers, and how many tables of values were made on the way."""
    with opened(*sources) as warehouse:
        run, made = warehouse._run, []

        def counted(query: str) -> tuple[object, ...] | None:
            made.extend([query] if query.startswith("CREATE TABLE") and "(values of" in query else [])
            return run(query)

        warehouse._run = counted  # type: ignore[method-assign]
        return warehouse.measure([a.check for a in asked]), len(made)


def _parent(folder: Path, query: str = "SELECT unnest(['EUR', 'USD', '3', 'k17', NULL]) AS code") -> DatasetSource:
    return parquet(folder, query, "p.parquet")._replace(key=PARENT, name="p")


@pytest.mark.parametrize("never", [False, True])
@pytest.mark.parametrize("rejected", [0, 2])
def test_the_answers_are_those_of_each_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rejected: int, never: bool
) -> None:
    sources = (parquet(tmp_path, MIXED), _parent(tmp_path))
    by_values, made = _measure(sources, _asked(rejected, never=never))
    monkeypatch.setattr(by_value, "LEAST_ROWS", ROWS + 1)
    by_rows, none = _measure(sources, _asked(rejected, never=never))
    assert by_values == by_rows
    assert (made, none) == (3, 0)  # word, small and many; id has too many values
    query = f"SELECT count(*) FROM ({MIXED}) WHERE word IS NULL OR NOT regexp_full_match(word, '[A-Z]{{3}}')"
    with duckdb.connect() as connection:
        expected = connection.execute(query).fetchone()
    pattern = by_values["pattern"]
    assert isinstance(pattern, Measurement)
    assert expected == (pattern.failing,)


def test_columns_that_only_begin_alike_cost_time_and_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = f"SELECT CASE WHEN i < 30000 THEN 'same' ELSE 'x' || i END AS many FROM range({ROWS}) t(i)"
    asked = [rows.ask("r", KEY, "regexp_matches(many, '^x[0-9]*7$')", ("many",), "")]
    source = parquet(tmp_path, query)
    by_values, made = _measure([source], asked)
    assert made == 1
    monkeypatch.setattr(by_value, "LEAST_ROWS", ROWS + 1)
    assert by_values == _measure([source], asked)[0]


def test_a_predicate_that_breaks_says_the_same_and_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = rows.ask("bad", KEY, "regexp_matches(word, 'U') AND CAST(word AS INTEGER) > 0", ("word",), "")
    asked = [*_asked()[:8], bad]
    sources = (parquet(tmp_path, MIXED), _parent(tmp_path))
    by_values, _ = _measure(sources, asked)
    monkeypatch.setattr(by_value, "LEAST_ROWS", ROWS + 1)
    by_rows, _ = _measure(sources, asked)
    assert by_values == by_rows
    assert [key for key, m in by_values.items() if isinstance(m, NoMeasurement)] == ["bad"]


def test_numbers_that_are_equal_and_unlike_are_judged_by_row(tmp_path: Path) -> None:
    query = f"SELECT CASE WHEN i % 4 = 0 THEN -0.0::DOUBLE ELSE 0.0::DOUBLE END AS zero FROM range({ROWS}) t(i)"
    asked = [rows.ask("r", KEY, "NOT regexp_matches(zero::VARCHAR, '^-')", ("zero",), "")]
    measured, made = _measure([parquet(tmp_path, query)], asked)
    assert made == 0
    answer = measured["r"]
    assert isinstance(answer, Measurement)
    assert answer.failing == ROWS // 4


@settings(max_examples=20, deadline=None)
@given(cells=st.lists(st.sampled_from(WORDS), min_size=1, max_size=40), parent=st.lists(st.sampled_from(WORDS)))
def test_any_words(tmp_path_factory: pytest.TempPathFactory, cells: list[str | None], parent: list[str | None]) -> None:
    folder = tmp_path_factory.mktemp("words")
    sources = [
        parquet(folder, f"SELECT unnest({_list(cells)}) AS word"),
        _parent(folder, f"SELECT unnest({_list(parent)}) AS code"),
    ]
    types = {"word": "VARCHAR"}
    asked = [
        rows.ask("pattern", KEY, "regexp_matches(word, '^[A-Z]{3} ?$')", ("word",), ""),
        rows.ask("word", KEY, "word LIKE '%u%' OR length(word) > 3", ("word",), ""),
        found_in.ask("found", KEY, ("word",), types, Parent(PARENT, ("code",), {"code": "VARCHAR"}, None, (), 1)),
    ]
    answers = {}
    for least in (1, ROWS):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(by_value, "LEAST_ROWS", least)
            answers[least], made = _measure(sources, asked)
        assert made == (least == 1)
    assert answers[1] == answers[ROWS]
    pattern = answers[1]["pattern"]
    assert isinstance(pattern, Measurement)
    assert pattern.failing == sum(1 for cell in cells if cell not in ("EUR", "EUR "))


def _list(words: Sequence[str | None]) -> str:
    written = ("NULL" if word is None else "'" + word.replace("'", "''") + "'" for word in words)
    return f"[{', '.join(written)}]::VARCHAR[]"
