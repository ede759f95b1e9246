"""Declared columns against real ones."""

from __future__ import annotations

import pytest

from govengine.expectations.clauses.as_declared import Difference, difference, words
from govengine.model.logical_type import canonical, spread

NONE = Difference((), (), ())


@pytest.mark.parametrize(
    ("declared", "real", "same"),
    [
        ("integer", "BIGINT", True),
        ("integer", "UTINYINT", True),
        ("integer", "DECIMAL(18,2)", False),
        ("integer", "DOUBLE", False),
        ("integer", "VARCHAR", False),
        ("decimal", "DECIMAL(38,10)", True),
        ("decimal", "INTEGER", True),
        ("decimal", "DOUBLE", False),
        ("double", "DECIMAL(4,2)", True),
        ("string", "VARCHAR", True),
        ("string", "UUID", True),
        ("string", "INTEGER", False),
        ("date", "DATE", True),
        ("date", "TIMESTAMP", False),
        ("timestamp", "TIMESTAMP WITH TIME ZONE", True),
        ("timestamp", "TIMESTAMP_NS", True),
        ("timestamp", "DATE", False),
        ("boolean", "BOOLEAN", True),
        ("array", "INTEGER[]", True),
        ("array", "DECIMAL(18,2)[]", True),
        ("decimal", "DECIMAL(18,2)[]", False),
        ("string", "ENUM('a')[]", False),
        ("timestamp", "TIMESTAMP[3]", False),
        ("array", "STRUCT(a INTEGER[])", False),
        ("struct", "STRUCT(a INTEGER)", True),
        ("array<string>", "VARCHAR[]", True),
        ("array<string>", "INTEGER[]", False),
        ("list<list<date>>", "DATE[][]", True),
        ("list<list<date>>", "VARCHAR[][]", False),
        ("list<list<date>>", "DATE[]", False),
        ("struct<a: int, b: list<text>>", "STRUCT(a BIGINT, b VARCHAR[])", True),
        ("struct<a: int, b: list<text>>", "STRUCT(a BIGINT, b DATE[])", False),
        ("struct<a: int>", "STRUCT(a BIGINT, b VARCHAR)", False),
        ("struct<a: int, b: int>", "STRUCT(a BIGINT)", False),
        ('struct<"a b": int>', 'STRUCT("a b" BIGINT)', True),
        ("map<string, int>", "MAP(VARCHAR, INTEGER)", True),
        ("map<string, int>", "MAP(VARCHAR, VARCHAR)", False),
        ("map<string, int>", "STRUCT(a INTEGER)", False),
        ("struct<a: int>", "MAP(VARCHAR, INTEGER)", False),
        ("decimal(10,2)", "VARCHAR", False),
        ("decimal(10,2)", "DECIMAL(10,2)", True),
        ("interval", "INTERVAL", True),
        ("interval", "VARCHAR", False),
        ("json", "JSON", True),
        ("json", "INTEGER", False),
        ("enum(a, b)", "VARCHAR", True),
        ("enum(a, b)", "INTEGER", False),
        (None, "VARCHAR", True),
        ("integer", '"NULL"', True),
    ],
)
def test_types_go_by_family(declared: str | None, real: str, same: bool) -> None:
    column = {"name": "A"} | ({} if declared is None else spread({"logical_type": declared}))
    expected = NONE if same else Difference((), (), (("A", canonical(str(declared)), real),))
    assert difference([column], {"a": real}) == expected


def test_names_are_compared_without_case_and_said_as_written() -> None:
    found = difference([{"name": "Id"}, {"name": "gone"}], {"ID": "INTEGER", "More": "DATE"})
    assert found == Difference(("gone",), ("More",), ())
    assert words(found) == "`gone` is declared and not in the data; `More` is in the data and not declared"


@pytest.mark.parametrize(
    ("declared", "real", "same"),
    [
        ("decimal", "DOUBLE", True),
        ("string", "DATE", True),
        ("string", "TIMESTAMP", True),
        ("timestamp", "DATE", True),
        ("string", "BIGINT", False),
        ("integer", "DOUBLE", False),
        ("date", "VARCHAR", False),
        ("map<string, integer>", "STRUCT(a BIGINT)", True),
        ("map<string, integer>", "STRUCT(a VARCHAR)", False),
        ("list<decimal>", "DOUBLE[]", True),
        ("list<string>", "BIGINT[]", False),
        ("struct<a: integer, b: string>", "STRUCT(a BIGINT)", True),
        ("struct<a: integer>", "STRUCT(b BIGINT)", False),
    ],
)
def test_types_guessed_from_values_may_be_narrower(declared: str, real: str, same: bool) -> None:
    found = difference([{"name": "a", **spread({"logical_type": declared})}], {"a": real}, guessed=True)
    assert found == (NONE if same else Difference((), (), (("a", declared, real),)))


@pytest.mark.parametrize(
    ("real", "told"),
    [("ENUM('kim', 'b')", "ENUM"), ('STRUCT("kim" INTEGER)[]', "STRUCT[]"), ("DECIMAL(18,2)", "DECIMAL(18,2)")],
)
def test_labels_and_keys_are_not_told(real: str, told: str) -> None:
    """They come from the data."""
    assert words(difference([{"name": "a", "logical_type": "date"}], {"a": real})).endswith(f"holds {told}")
