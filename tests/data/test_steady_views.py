"""Views of DuckDB files: one that gives other rows each time is refused, however deep what makes it so lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.diagnostics import Span
from govengine.model.dataset import DatasetSource

from .tables import KEY, opened

if TYPE_CHECKING:
    from pathlib import Path

_TABLE = "CREATE TABLE base AS SELECT range AS id, range + 0.5 AS v, DATE '2026-01-01' AS day FROM range(10)"
UNSTEADY = [
    "CREATE VIEW d AS SELECT * FROM base WHERE random() < 0.5",
    "CREATE VIEW d AS SELECT * FROM base WHERE day < current_date",
    "CREATE VIEW d AS SELECT *, now() AS at FROM base",
    "CREATE VIEW d AS SELECT *, Today() AS at FROM base",
    "CREATE VIEW d AS SELECT *, current_timestamp AS at FROM base",
    "CREATE VIEW d AS SELECT *, get_current_time() AS at FROM base",
    "CREATE VIEW d AS SELECT *, gen_random_uuid() AS key FROM base",
    "CREATE VIEW d AS SELECT *, uuid() AS key FROM base",
    "CREATE VIEW d AS SELECT *, age(day::TIMESTAMP) AS old FROM base",
    "CREATE VIEW d AS SELECT * FROM base USING SAMPLE 3 ROWS",
    "CREATE VIEW d AS SELECT * FROM base TABLESAMPLE 50%",
    "CREATE VIEW d AS SELECT * FROM base ORDER BY random() LIMIT 3",
    "CREATE VIEW d AS WITH few AS (SELECT * FROM base WHERE random() < 0.5) SELECT * FROM few",
    "CREATE VIEW d AS SELECT * FROM base WHERE id IN (SELECT (random() * 9)::INT FROM base)",
    "CREATE VIEW d AS SELECT * FROM base UNION ALL SELECT id, v, today() FROM base",
    "CREATE VIEW inner_ AS SELECT * FROM base WHERE random() < 0.5; CREATE VIEW d AS SELECT * FROM inner_",
    "CREATE MACRO dice(a) AS a + random(); CREATE VIEW d AS SELECT dice(id) AS id FROM base",
    "CREATE MACRO one(a) AS a + random(); CREATE MACRO two(a) AS one(a); CREATE VIEW d AS SELECT two(id) AS i FROM base",
    "CREATE MACRO late(n) AS TABLE SELECT id, now() AS at FROM base; CREATE VIEW d AS SELECT * FROM late(1)",
    "CREATE SEQUENCE s; CREATE VIEW d AS SELECT id, nextval('s') AS n FROM base",
    'CREATE VIEW d("x AS SELECT 1") AS SELECT random()',
    "CREATE VIEW d AS SELECT * FROM duckdb_settings()",
    "CREATE TABLE d (id INT, seen TIMESTAMP GENERATED ALWAYS AS (now())); INSERT INTO d VALUES (1)",
    "CREATE TABLE t (id INT, seen DOUBLE GENERATED ALWAYS AS (random())); CREATE VIEW d AS SELECT * FROM t",
]
STEADY = [
    "CREATE VIEW d AS SELECT * FROM base",
    "CREATE VIEW d AS SELECT id, upper('now()') AS t, v * 2 + 1 AS w, day + INTERVAL 1 DAY AS next FROM base",
    "CREATE VIEW d AS SELECT date_trunc('month', day) AS m, year(day) AS y, count(*) AS n FROM base GROUP BY ALL",
    "CREATE VIEW d AS SELECT * FROM base, range(3) AS r(n)",
    "CREATE MACRO twice(a) AS a * 2; CREATE VIEW d(a, b) AS SELECT id, twice(v) FROM base",
    "CREATE VIEW d AS SELECT strftime(day, '%Y') AS y, age(day::TIMESTAMP, TIMESTAMP '2026-01-01') AS old FROM base",
    "CREATE TABLE d (id INT, twice INT GENERATED ALWAYS AS (id * 2)); INSERT INTO d VALUES (1)",
]


def _reason(statement: str, folder: Path) -> str | None:
    file = folder / "d.duckdb"
    with duckdb.connect(str(file)) as made:
        made.execute(f"{_TABLE}; {statement}")
    source = DatasetSource(KEY, "d", "duckdb", (str(file),), "d", {}, Span("spec.yaml", 1, 1, 1, 2))
    with opened(source) as warehouse:
        return warehouse.found[KEY].reason


@pytest.mark.parametrize("statement", UNSTEADY)
def test_a_view_that_is_another_one_each_time_is_refused(statement: str, tmp_path: Path) -> None:
    assert (_reason(statement, tmp_path) or "").startswith("it may give other rows each time it is read: ")


@pytest.mark.parametrize("statement", STEADY)
def test_a_view_that_stays_as_it_is_is_read(statement: str, tmp_path: Path) -> None:
    assert _reason(statement, tmp_path) is None
