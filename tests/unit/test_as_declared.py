"""Declared columns against real ones."""

from __future__ import annotations

import pytest

from govengine.expectations.as_declared import Difference, difference, words

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
