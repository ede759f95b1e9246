"""Declared columns against real ones."""

from __future__ import annotations

import pytest

from govengine.expectations.clauses.as_declared import Difference, difference, words

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
        ("of-the-house", "VARCHAR", True),
        (None, "VARCHAR", True),
        ("integer", '"NULL"', True),
    ],
)
def test_types_go_by_family(declared: str | None, real: str, same: bool) -> None:
    column = {"name": "A"} | ({} if declared is None else {"logical_type": declared})
    expected = NONE if same else Difference((), (), (("A", str(declared), real),))
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
    ],
)
def test_types_guessed_from_values_may_be_narrower(declared: str, real: str, same: bool) -> None:
    found = difference([{"name": "a", "logical_type": declared}], {"a": real}, guessed=True)
    assert found == (NONE if same else Difference((), (), (("a", declared, real),)))


@pytest.mark.parametrize(
    ("real", "told"),
    [("ENUM('kim', 'b')", "ENUM"), ('STRUCT("kim" INTEGER)[]', "STRUCT[]"), ("DECIMAL(18,2)", "DECIMAL(18,2)")],
)
def test_labels_and_keys_are_not_told(real: str, told: str) -> None:
    """They come from the data."""
    assert words(difference([{"name": "a", "logical_type": "date"}], {"a": real})).endswith(f"holds {told}")
