"""Columns of few values, such as a currency: rules about them are judged once a value instead of once a row.

The values of such a column are counted once, which costs about as much as one simple comparison a row; a pattern or a
look into another table costs ten times that. What comes out is the same. Which columns have few values is guessed from
the first rows: a wrong guess costs time and nothing else.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import duckdb

from govengine.expectations.measure import values_of, weight
from govengine.expectations.sql import identifier, stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from govengine.expectations.measure import Check

LEAST_ROWS = 100_000
"""Below, nothing that could be saved is worth the looking."""

_LOOKED_AT = 20_000
_EQUAL_IS_SAME = re.compile(r"VARCHAR|U?(TINY|SMALL|BIG)?INT(EGER)?|DATE|BOOLEAN|DECIMAL\(.*\)|TIMESTAMP(_S|_MS)?")
"""Types in which no two values are equal and yet unlike, as 0.0 and -0.0 or a month and thirty days are."""

_PATTERN = re.compile(r"\bregexp_\w+|\b(?:I?LIKE|SIMILAR|GLOB)\b", re.IGNORECASE)
_WORD = re.compile(r"'[^']*'")

# What it costs for each row, in units of one simple comparison, as measured.
_A_COMPARISON, _A_WORD, _A_PATTERN, _A_LOOK_UP = 1.0, 0.5, 8.0, 12.0
_COUNTING = ((1_000, 1.0), (_LOOKED_AT * 2 // 3, 8.0))
"""Up to so many values among the rows looked at, counting costs so much; above, there are too many of them."""

_LEAST_PRICE = 3.0
"""Below, looking costs more than could be saved."""


def answers(
    table: str, checks: Iterable[Check], types: Mapping[str, str], run: Callable[[str], tuple[Any, ...] | None]
) -> dict[str, tuple[int, ...]]:
    """The rows `(tested, failing, …)` that answer those checks of a table which are judged by value, by their keys.

    `types` are those of the table's columns, by name in small letters; `run` runs a statement within the limits of the
    run and gives its first row. Where anything goes wrong, checks are left to be judged by row, which tells what it is.
    """
    asked = _asked(checks, types)
    if not asked:
        return {}
    named = ", ".join(identifier(c) for c in asked)
    counts = ", ".join(f"approx_count_distinct({identifier(c)})" for c in asked)
    try:
        looked = run(f"SELECT {counts} FROM (SELECT {named} FROM {stored(table)} LIMIT {_LOOKED_AT})") or ()
    except duckdb.Error:
        return {}
    found: dict[str, tuple[int, ...]] = {}
    for (column, own), values in zip(asked.items(), looked, strict=True):
        if any(values <= most and _price(own) > price for most, price in _COUNTING):
            found |= _of_column(table, column, own, run)
    return found


def _asked(checks: Iterable[Check], types: Mapping[str, str]) -> dict[str, list[Check]]:
    """The checks that could be judged by value, by column, without columns for which it would never pay."""
    found: dict[str, list[Check]] = {}
    for check in checks:
        columns = {c.lower() for c in check.columns}
        if check.by_value is not None and len(columns) == 1 and _EQUAL_IS_SAME.fullmatch(types[min(columns)]):
            found.setdefault(min(columns), []).append(check)
    return {column: own for column, own in found.items() if _price(own) >= _LEAST_PRICE}


def _of_column(
    table: str, column: str, checks: Sequence[Check], run: Callable[[str], tuple[Any, ...] | None]
) -> dict[str, tuple[int, ...]]:
    name, values = identifier(column), values_of(table, column)
    shared = list(dict.fromkeys(c.by_value for c in checks if c.aggregate is not None))
    found: dict[str, tuple[int, ...]] = {}
    try:
        run(
            f"CREATE TABLE {identifier(values)} AS "
            f"SELECT {name}, count(*) AS {weight(column)} FROM {stored(table)} GROUP BY {name}"
        )
        cells = ", ".join((f"sum({weight(column)})", *(str(a) for a in shared)))
        tested, *failing = run(f"SELECT {cells} FROM {stored(values)}") or ()
        figures = dict(zip(shared, failing, strict=True))
        for check in checks:
            if check.aggregate is not None:
                found[check.key] = (int(tested), int(figures[check.by_value]))
            else:
                found[check.key] = tuple(int(cell or 0) for cell in run(str(check.by_value)) or ())
    except duckdb.Error:
        return {}
    finally:
        with suppress(duckdb.Error):
            run(f"DROP TABLE IF EXISTS {identifier(values)}")
    return found


def _price(checks: Iterable[Check]) -> float:
    """What checks cost for each row; one that several ask alike is paid once."""
    price = 0.0
    for text, check in {c.by_value: c for c in checks}.items():
        if check.aggregate is None:
            price += _A_LOOK_UP
        else:
            patterns, words = len(_PATTERN.findall(str(text))), len(_WORD.findall(str(text)))
            price += _A_COMPARISON + _A_PATTERN * patterns + _A_WORD * words
    return price
