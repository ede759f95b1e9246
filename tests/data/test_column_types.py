"""Clauses over the types that files really have: what fits is judged, what does not is said, nothing passes by chance."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from govengine.expectations import kept
from govengine.expectations.clauses import found_in, newest, rows, without_gaps
from govengine.expectations.clauses import measure as figure
from govengine.expectations.measure import ALL, Measurement, NoMeasurement, Question
from govengine.expectations.parent import Parent
from govengine.model.quantity import parse_period

from .tables import KEY, opened, parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from govengine.backends.duckdb import Warehouse

DAY, AS_OF = parse_period("1 day"), date(2026, 11, 1)
TABLE = """SELECT i AS id, i::UBIGINT AS big, i::DECIMAL(10, 0) AS whole, i::DECIMAL(10, 2) AS cents, i::DOUBLE AS fraction,
    i::DOUBLE / 3 AS third, 'nan'::DOUBLE AS nan, NULL AS nothing, 'R' || i AS text, '00' || i AS digits,
    TIMESTAMPTZ '2026-10-31 00:00:00+00' AS zoned, TIMESTAMP_NS '2026-10-31 00:00:00' AS fine, DATE 'infinity' AS never,
    TIMESTAMPTZ '2026-10-31 01:00:00+02:00' AS early, TIME '10:00:00' AS hour, i AS "select", i AS c0,
    {'a': i, 'b': [i, NULL]} AS held, [1, NULL] AS list, MAP {'a': i} AS map, 'x'::BLOB AS blob, uuid() AS uuid
    FROM range(100) t(i)"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with opened(parquet(tmp_path_factory.mktemp("types"), TABLE)) as one:
        one.load([rows.ask("all", KEY, "true", tuple(one.found[KEY].columns), "").check])
        one.load = lambda checks: None  # type: ignore[method-assign] # doors are shut once
        yield one


def _types(warehouse: Warehouse) -> Mapping[str, str]:
    return {name.lower(): kind for name, kind in warehouse.found[KEY].columns.items()}


def _outcome(warehouse: Warehouse, ask: Callable[[Mapping[str, str]], Question]) -> str:
    """The outcome; "refused" where the clause does not take the type, and why where it breaks on a value."""
    try:
        asked = ask(_types(warehouse))
    except TypeError:
        return "refused"
    answer = warehouse.measure([asked.check])[asked.check.key]
    if isinstance(answer, NoMeasurement):
        return answer.reason.removeprefix("it cannot be judged: ").partition(";")[0]
    return asked.decide(answer, ALL)


@pytest.mark.parametrize(
    ("column", "outcome"),
    [
        ("zoned", "pass"), ("fine", "pass"), ("early", "fail"), ("never", "fail"), ("nothing", "unknown"),
        ("hour", "refused"), ("id", "refused"), ("held", "refused"),
        ("text", "a value in some row cannot be read as the type that it is compared with"),
    ],
)  # fmt: skip
def test_newest(warehouse: Warehouse, column: str, outcome: str) -> None:
    assert _outcome(warehouse, lambda types: newest.ask("k", KEY, column, types[column], DAY, AS_OF)) == outcome


@pytest.mark.parametrize(
    ("column", "outcome"),
    [
        ("id", "pass"), ("big", "pass"), ("whole", "pass"), ("cents", "pass"), ("fraction", "pass"), ("digits", "pass"),
        ("select", "pass"), ("nothing", "unknown"), ("third", "a number in some row is not whole"),
        ("text", "a value in some row cannot be read as the type that it is compared with"),
        ("fine", "refused"), ("list", "refused"),
    ],
)  # fmt: skip
def test_without_gaps(warehouse: Warehouse, column: str, outcome: str) -> None:
    assert _outcome(warehouse, lambda types: without_gaps.ask("k", KEY, (column,), types, 0, None)) == outcome


@pytest.mark.parametrize("direction", ["at least", "at most"])
def test_where_nothing_is_a_number_no_limit_is_met_or_missed(warehouse: Warehouse, direction: str) -> None:
    asked = figure.against_limit("k", KEY, "sum(nan)", ("nan",), (), direction, 5, "sum(nan)")
    assert _outcome(warehouse, lambda _: asked) == "unknown"


@pytest.mark.parametrize("tolerance", [None, "0.01"])
def test_where_nothing_is_a_number_nothing_is_equal_or_unequal(warehouse: Warehouse, tolerance: str | None) -> None:
    def ask(types: Mapping[str, str]) -> Question:
        parent = Parent(KEY, ("nan",), types, None, (), 0)
        return figure.against_table("k", KEY, "max(nan)", ("nan",), types, ("id",), parent, tolerance, "")

    assert _outcome(warehouse, ask) == "unknown"


@pytest.mark.parametrize("per", [("id",), ("select", "c0"), ("held",), ("nothing", "text"), ("blob", "uuid")])
def test_a_table_equals_itself_by_any_groups(warehouse: Warehouse, per: tuple[str, ...]) -> None:
    def ask(types: Mapping[str, str]) -> Question:
        parent = Parent(KEY, ("cents",), types, None, (), 0)
        return figure.against_table("k", KEY, "max(cents)", ("cents",), types, per, parent, None, "")

    assert _outcome(warehouse, ask) == "pass"


@pytest.mark.parametrize("column", ["id", "cents", "held", "list", "map", "uuid", "zoned", "text"])
def test_each_value_is_found_in_its_own_column(warehouse: Warehouse, column: str) -> None:
    def ask(types: Mapping[str, str], *, never: bool) -> Question:
        return found_in.ask("k", KEY, (column,), types, Parent(KEY, (column,), types, None, (), 0), never=never)

    assert _outcome(warehouse, lambda types: ask(types, never=False)) == "pass"
    assert _outcome(warehouse, lambda types: ask(types, never=True)) == "fail"


@pytest.mark.parametrize(("column", "outcome"), [("early", "fail"), ("zoned", "pass"), ("id", "refused")])
def test_kept_rows(warehouse: Warehouse, column: str, outcome: str) -> None:
    assert _outcome(warehouse, lambda types: kept.ask("k", KEY, "id", column, types, DAY, AS_OF, None)) == outcome


def test_a_sample_is_drawn_of_any_types(tmp_path: Path) -> None:
    asked = rows.ask("k", KEY, 'id >= 0 AND c0 >= 0 AND "select" >= 0', ("id", "c0", "select"), "")
    with opened(parquet(tmp_path, TABLE), sample=10, seed="it's") as warehouse:
        measured = warehouse.measure([asked.check])["k"]
    assert isinstance(measured, Measurement)
    assert (measured.tested, measured.failing) == (10, 0)
