"""Types of the columns of a CSV: as declared, or the narrowest that holds for every cell, without changing a value.

Cells are texts. A type holds for a cell where reading it as that type loses nothing that the cell says: `1.5` is no
whole number and is not rounded to one, a day with a time of day is no day, a time with an offset is the moment meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.sql import identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govengine.backends.bounded import Bounded

FLOATS = ("DOUBLE", "FLOAT")
"""Types that hold what is no number; DuckDB ranks that above all numbers, so that it would reach any limit."""
DECLARED_TYPES = {
    "string": "VARCHAR", "uuid": "VARCHAR", "enum": "VARCHAR", "integer": "BIGINT", "int8": "BIGINT",
    "int16": "BIGINT", "int32": "BIGINT", "int64": "BIGINT", "uint8": "BIGINT", "uint16": "BIGINT",
    "uint32": "BIGINT", "decimal": "DECIMAL", "float32": "DOUBLE", "float64": "DOUBLE", "boolean": "BOOLEAN",
    "date": "DATE", "time": "TIME", "timestamp": "TIMESTAMP", "timestamptz": "TIMESTAMPTZ",
}  # fmt: skip
"""Logical types of specs → DuckDB's; any other is read by the narrowest type that holds. DECIMAL takes as many places
as its longest cell has, so that nothing is rounded."""

_AT_ONCE = 200
"""Columns looked at in one scan: the time DuckDB takes to plan aggregates grows faster than their number."""
_FIRST_ROWS = 1000
"""So many rows are looked at before all of them."""
_FAST_DIGITS, _MOST_DIGITS = 18, 38
_DOUBLE_DIGITS = 17
"""Digits that tell any two binary fractions apart; a text of more may be another number than the nearest of them."""
_WHOLE = r"-?(0|[1-9][0-9]{0,17})"
_FIXED = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"
_NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?"
_LOOSE = r"\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?\s*"
"""How a number may be written in a column that is declared as one."""
_FINER = r"\.[0-9]{6}[0-9]*[1-9]"
"""A part of a second that is less than a millionth, which a TIMESTAMP does not hold."""
_DAY = r"\s*[0-9]{4,}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T]00:00(:00(\.0+)?)?([zZ]|[-+]00(:?00)?)?)?\s*"
"""A day in full, with midnight at most: the year of `26-01-02` is anybody's guess."""
_NARROW: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("BIGINT", lambda c: f"regexp_full_match({c}, '{_WHOLE}')"),
    # Before DOUBLE: 0.30 - 0.10 is 0.20 in money, and is not in binary fractions.
    ("DECIMAL", lambda c: f"regexp_full_match({c}, '{_FIXED}')"),
    ("DOUBLE", lambda c: f"regexp_full_match({c}, '{_NUMBER}')"),
    # CASE, not AND, which would try to read each text as a day.
    (
        "DATE",
        lambda c: (
            f"CASE WHEN {c} LIKE '____-__-__' OR {c} LIKE '____/__/__' "
            f"THEN TRY_CAST({c} AS DATE) IS NOT NULL ELSE false END"
        ),
    ),
    (
        "TIMESTAMP",
        lambda c: (
            f"CASE WHEN length({c}) > 10 AND {c} LIKE '____-__-__%' THEN {_moment(c, 'TRY_CAST')} IS NOT NULL "
            f"AND CASE WHEN length({c}) <= 26 THEN true ELSE NOT regexp_matches({c}, '{_FINER}') END ELSE false END"
        ),
    ),
    ("BOOLEAN", lambda c: f"(lower({c}) IN ('true', 'false'))"),
)


def types_of(connection: Bounded, raw: str, names: list[str], declared: Mapping[str, str]) -> dict[str, str]:
    """A type for each column of a table of texts: as declared, by name in small letters, else the narrowest that holds.

    Where all cells of an undeclared column are missing, it is text.
    """
    chosen: dict[str, str] = {}
    open_ = []
    for name in names:
        kind = DECLARED_TYPES.get(declared.get(name.lower(), "").lower())
        if kind is not None:
            chosen[name] = kind
        else:
            open_.append(name)
    for first in range(0, len(open_), _AT_ONCE):
        chosen.update(_narrowest(connection, raw, open_[first : first + _AT_ONCE]))
    decimals = [name for name, kind in chosen.items() if kind == "DECIMAL"]
    for first in range(0, len(decimals), _AT_ONCE):
        _size(connection, raw, chosen, decimals[first : first + _AT_ONCE])
    for name in [n for n in names if chosen[n] == "" or (n in open_ and chosen[n] == "DOUBLE")]:
        chosen[name] = _beyond(connection, raw, name, declared=name not in open_)
    return {name: chosen[name] for name in names}


def holds(column: str, kind: str) -> str:
    """Whether a cell that is not missing can be read as a type, as SQL."""
    cell = identifier(column)
    read = f"TRY_CAST({cell} AS {kind})"
    if kind == "BIGINT":
        whole = f"regexp_full_match({cell}, '\\s*[-+]?[0-9]+(\\.0*)?\\s*')"
        # The few digits are exact as a binary fraction, which then shows whether the number is whole.
        power = f"regexp_full_match({cell}, '\\s*[-+]?[0-9]{{0,7}}\\.?[0-9]{{0,7}}[eE][-+]?[0-9]{{1,2}}\\s*')"
        fraction = f"TRY_CAST({cell} AS DOUBLE)"
        slow = f"{read} IS NOT NULL AND ({whole} OR ({power} AND {fraction} = trunc({fraction})))"
    elif kind.startswith("DECIMAL"):
        places = int(kind.rpartition(",")[2].rstrip(")"))
        plain = f"regexp_full_match({cell}, '-?[0-9]+(\\.[0-9]{{0,{places}}})?')"
        exact = f"regexp_full_match({cell}, '{_LOOSE}') AND {_places(cell)} <= {places}"
        slow = f"{read} IS NOT NULL AND CASE WHEN {plain} THEN true ELSE {exact} END"
    elif kind == "DOUBLE":
        infinite = f"CASE WHEN isinf({read}) THEN contains(lower({cell}), 'inf') ELSE true END"
        return f"({read} IS NOT NULL AND {infinite} AND NOT contains({cell}, '_'))"
    elif kind == "DATE":
        slow = f"{read} IS NOT NULL AND regexp_full_match({cell}, '{_DAY}')"
    elif kind == "TIME":
        return f"({read} IS NOT NULL AND NOT regexp_matches({cell}, '[-+]'))"
    elif kind == "TIMESTAMP":
        year = f"({cell} LIKE '____-__-__%' OR regexp_matches({cell}, '^\\s*([0-9]{{4}}|-?infinity)'))"
        return f"({_moment(cell, 'TRY_CAST')} IS NOT NULL AND {year})"
    else:
        return f"({read} IS NOT NULL)"
    # The quick question first: most cells are written as DuckDB would write them.
    return f"CASE WHEN CAST({read} AS VARCHAR) = {cell} THEN true ELSE {slow} END"


def read_as(column: str, kind: str) -> str:
    """A cell as a value of a type that holds for it; what is no number is missing."""
    cell = identifier(column)
    if kind == "TIMESTAMP":
        return _moment(cell, "CAST")
    cast = f"CAST({cell} AS {kind})"
    return f"CASE WHEN isnan({cast}) THEN NULL ELSE {cast} END" if kind in FLOATS else cast


def _moment(cell: str, cast: str) -> str:
    """A text as a TIMESTAMP in UTC: DuckDB's own cast passes over an offset, as if the clock had stood in UTC."""
    zoned = f"CAST({cast}({cell} AS TIMESTAMPTZ) AS TIMESTAMP)"
    plain = f"{cast}({cell} AS TIMESTAMP)"
    # The quick question first: CASE asks the others of the rest only, which OR would not.
    return (
        f"CASE WHEN {cell} LIKE '____-__-_____:__:__' THEN {plain} "
        f"WHEN regexp_matches({cell}, '^.{{8}}.*[-+A-SU-Za-su-z]') THEN {zoned} ELSE {plain} END"
    )


def _near(cell: str) -> str:
    digits = f"ltrim(regexp_replace({cell}, '[eE].*|[^0-9]', '', 'g'), '0')"
    return f"length({digits}) <= {_DOUBLE_DIGITS}"


def _power(cell: str) -> str:
    return f"coalesce(TRY_CAST(nullif(regexp_extract({cell}, '[eE]([-+]?[0-9]+)', 1), '') AS INTEGER), 0)"


def _places(cell: str) -> str:
    """How many digits after the point a number needs."""
    return f"greatest(length(rtrim(regexp_extract({cell}, '\\.([0-9]*)', 1), '0')) - {_power(cell)}, 0)"


def _wholes(cell: str) -> str:
    """How many digits before the point a number needs, at most."""
    return f"greatest(length(ltrim(regexp_extract({cell}, '([0-9]+)', 1), '0')) + {_power(cell)}, 0)"


def _narrowest(connection: Bounded, raw: str, names: list[str]) -> dict[str, str]:
    """The narrowest type that holds for every cell of a column, for each of some columns; text where none does.

    A few rows first rule out most types, so that the others are tried on all rows: one a column and scan.
    """
    left = _not_ruled_out(connection, raw, names)
    chosen = dict.fromkeys(names, "VARCHAR")
    while left:
        tried = [(name, *kinds[0]) for name, kinds in left.items()]
        tests = (
            f"bool_and(CASE WHEN {cell} IS NOT NULL THEN {holds(cell)} END)"
            for cell, holds in ((identifier(name), holds) for name, _, holds in tried)
        )
        row = connection.execute(f"SELECT {', '.join(tests)} FROM {raw}").fetchone()
        assert row is not None
        for (name, kind, _), held in zip(tried, row, strict=True):
            if held:
                chosen[name] = kind
            # None: all cells are missing, and no type holds for none.
            left[name] = [] if held is not False else left[name][1:]
        left = {name: kinds for name, kinds in left.items() if kinds}
    return chosen


def _not_ruled_out(
    connection: Bounded, raw: str, names: list[str]
) -> dict[str, list[tuple[str, Callable[[str], str]]]]:
    """The types that hold for some first rows of columns, the narrowest first; all where their cells are missing.

    One question about cells, whatever column they stand in: the time that DuckDB takes to plan grows with each column.
    """
    cells = ", ".join(identifier(name) for name in names)
    tests = ", ".join(f"bool_and({holds('cell')})" for _, holds in _NARROW)
    rows = connection.execute(
        f"SELECT nth, {tests} FROM (SELECT unnest([{cells}]) AS cell, unnest(range({len(names)})) AS nth "
        f"FROM (SELECT {cells} FROM {raw} LIMIT {_FIRST_ROWS})) WHERE cell IS NOT NULL GROUP BY nth"
    ).fetchall()
    left = {name: list(_NARROW) for name in names}
    for nth, *held in rows:
        left[names[nth]] = [kind for kind, holds in zip(_NARROW, held, strict=True) if holds]
    return {name: kinds for name, kinds in left.items() if kinds}


def _size(connection: Bounded, raw: str, chosen: dict[str, str], decimals: list[str]) -> None:
    """Give each of some DECIMAL columns the digits that its cells need; "" where that is more than there are."""
    tests = []
    for name in decimals:
        cell = identifier(name)
        fixed = f"regexp_full_match({cell}, '{_FIXED}')"
        for part in (1, 2):
            digits = f"max(length(split_part(ltrim({cell}, '-'), '.', {part})))"
            tests.append(f"{digits} FILTER (WHERE {fixed})")
        tests.append(f"count(*) FILTER (WHERE NOT {fixed})")
    row = connection.execute(f"SELECT {', '.join(tests)} FROM {raw}").fetchone()
    assert row is not None
    for i, name in enumerate(decimals):
        whole, places, odd = row[3 * i] or 1, row[3 * i + 1] or 0, row[3 * i + 2]
        if odd:  # written in another way: `+1.5`, `1.5e-7`, or no number at all
            more = _odd_digits(connection, raw, name)
            whole, places = max(whole, more[0]), max(places, more[1])
        width = 18 if whole + places <= _FAST_DIGITS else _MOST_DIGITS
        chosen[name] = f"DECIMAL({width},{places})" if whole + places <= _MOST_DIGITS else ""


def _odd_digits(connection: Bounded, raw: str, name: str) -> tuple[int, int]:
    """The digits before and after the point that the numbers of a column need, however they are written."""
    cell = identifier(name)
    row = connection.execute(
        f"SELECT max({_wholes(cell)}), max({_places(cell)}) FROM {raw} WHERE regexp_full_match({cell}, '{_LOOSE}')"
    ).fetchone()
    return (0, 0) if row is None else (row[0] or 0, row[1] or 0)


def _beyond(connection: Bounded, raw: str, name: str, *, declared: bool) -> str:
    """The type of a column of numbers that need more digits than a DECIMAL has.

    Binary fractions where they tell all of them apart. Else an undeclared column is text, in which no two numbers
    become one; in a declared one, cells that do not fit are rejected.
    """
    cell = identifier(name)
    row = connection.execute(
        f"SELECT bool_and({_near(cell)} AND NOT isinf(TRY_CAST({cell} AS DOUBLE))), max({_wholes(cell)}) FROM {raw} "
        f"WHERE regexp_full_match({cell}, '{_LOOSE}')"
    ).fetchone()
    assert row is not None
    if row[0]:
        return "DOUBLE"
    return f"DECIMAL({_MOST_DIGITS},{max(_MOST_DIGITS - row[1], 0)})" if declared else "VARCHAR"
