"""Predicates that no row satisfies, or that none can break; and what DuckDB says of rows."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govengine.backends.duckdb_sql import Parser
from govengine.predicates.truth import sense

PARSER = Parser()


def told(predicate: str) -> str | None:
    tree: Any = PARSER(f"select * from t where {predicate}")
    return sense(tree["statements"][0]["node"]["where_clause"])


@pytest.mark.parametrize(
    "predicate",
    """v >= 10 and v <= 0 | v = 1 and v = 2 | v in ('a') and v not in ('a') | v between 10 and 0 | v is null and v = 1
    a < b and b < a | a - b >= 10 and b > a | v like 'a%' and v not like 'a%' | length(v) > 5 and length(v) < 2
    not (v = 1) and v = 1 | v = true and not v | v >= '2020-01-01' and v < '2019-12-31' | v is distinct from v
    V > 1 and v < 1 | v < 5 and v >= 5 | 2 * v > 10 and v < 5 | v = 'a' and v = 'b' | v is null and v is not null
    v > 1 and (w = 1 and w = 2 or v < 0) | d = date '2020-01-01' and d = date '2020-01-02'""".replace(
        "\n", " | "
    ).split(" | "),
)
def test_what_no_row_satisfies(predicate: str) -> None:
    assert told(predicate.strip()) == "never"


@pytest.mark.parametrize(
    "predicate",
    """v = v | v >= 0 or v < 0 | v > 0 or 1 = 1 | coalesce(v, v) is not distinct from v | v is null or v is not null
    v <> 1 or v <> 2 | a + 1 > a | v - v = 0 | v not in (1, 2) or v in (1, 2) | upper(v) = upper(v) | a <= b or a > b
    not (v > 1 and v < 0) | v like 'a%' or v not like 'a%' | v is null or v = v | v >= v | -v <= 0 or v <= 0""".replace(
        "\n", " | "
    ).split(" | "),
)
def test_what_no_row_can_break(predicate: str) -> None:
    assert told(predicate.strip()) == "always"


@pytest.mark.parametrize(
    "predicate",
    """v > 0 | v is not null | v is null | v is null or v > 0 | v >= 0 and v <= 100 | s in ('open', 'closed') | a <= b
    v % 2 = 0 | abs(v) >= 0 | v is not distinct from 1 | v = 1 or v = 2 | v >= '9' and v <= '10' | v <= 5 and v >= 5
    v > 1 and v < 2 | case when v > 0 then w = 1 else true end | v = '1' and v = '1.0' | v | not v | v = true
    regexp_matches(v, '^[0-9]{4}$') and length(v) = 4 | a + b > c and a > c | v like 'a%' and v like '%b'""".replace(
        "\n", " | "
    ).split(" | "),
)
def test_what_says_something_is_left_alone(predicate: str) -> None:
    assert told(predicate.strip()) is None


ATOMS = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from(["a", "b"]), st.sampled_from(["<", "<=", "=", "<>", ">", ">="]),
              st.sampled_from(["0", "1", "2", "a", "b", "a + 1", "b - a", "2 * b"])),
    st.builds("{} between {} and {}".format, st.just("a"), st.integers(0, 2), st.integers(0, 2)),
    st.builds("{} {}in ({}, {})".format, st.just("b"), st.sampled_from(["", "not "]), st.integers(0, 2), st.integers(0, 2)),
    st.sampled_from(["a is null", "b is not null", "a is distinct from 1", "b is not distinct from a"]),
)  # fmt: skip
PREDICATES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=5,
)
ROWS = duckdb.connect(":memory:")
ROWS.execute(
    "create table t as select a, b from (values (null), (-1), (0), (0.5), (1), (1.5), (2), (3)) x(a), "
    "(values (null), (-1), (0), (0.5), (1), (1.5), (2), (3)) y(b)"
)


@given(PREDICATES)
def test_duckdb_knows_no_row_that_denies_it(predicate: str) -> None:
    found = told(predicate)
    if found == "never":
        assert ROWS.execute(f"select count(*) from t where {predicate}").fetchone() == (0,)
    elif found == "always":
        whole = "a is not null and b is not null"
        broken = f"select count(*) from t where {whole} and ({predicate}) is not true"
        assert ROWS.execute(broken).fetchone() == (0,)
