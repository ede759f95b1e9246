"""Evidence of rows that fail, without a value of them: keyed hashes of keys, shapes, months.

It is asked in one query over the failing rows, for checks that failed only, and never changes what they came to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.expectations.shape import classes, folded
from govengine.expectations.sql import identifier, moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.expectations.measure import Check, Measured

MOST_ROWS, MOST_SHAPES, MOST_COLUMNS = 5, 3, 4
_ROWS = '"rows that fail"'
"""No register can be called so, since that would be hidden by it."""
_BLOCK = 64
_INNER, _OUTER = 0x36, 0x5C


class Shape(NamedTuple):
    """A shape that values of a column have, and in how many of the failing rows."""

    column: str
    shape: str
    rows: int


class Traces(NamedTuple):
    """What can be told of failing rows.

    `row_keys` are HMAC-SHA256 of the keys of some rows, sorted; `key_columns` those that make the key, none where the
    spec declares none. `first` and `last` are months such as 2026-03. `missing` says why there is nothing, where the
    evidence could not be collected.
    """

    key_columns: tuple[str, ...] = ()
    row_keys: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = ()
    first: str | None = None
    last: str | None = None
    rows_query: str | None = None
    missing: str | None = None

    def named(self) -> dict[str, object]:
        """As evidence: by name, without what there is none of."""
        told: dict[str, object] = {}
        if self.first is not None:
            told |= {"first_month": self.first, "last_month": self.last}
        if self.shapes:
            told["shapes"] = [s._asdict() for s in self.shapes]
        if self.row_keys:
            told["row_key_columns"] = list(self.key_columns)
            told["row_key_hashes"] = list(self.row_keys)
        elif self.missing is None and not self.key_columns:
            told["no_row_keys"] = "no column is declared `primary_key`"
        if self.missing is not None:
            told["no_evidence"] = self.missing
        if self.rows_query is not None:
            told["rows_query"] = self.rows_query
        return told


class Asking(NamedTuple):
    """What to ask of the failing rows of a check: which columns make the key, tell the time, have shapes."""

    query: str
    key_columns: tuple[str, ...]
    shaped: tuple[str, ...]


def asking(check: Check, measured: Measured, table: str, types: Mapping[str, str], key: bytes | None) -> Asking:
    """The query for evidence, which gives one row: first month, last month, hashes, then shapes of each column.

    `table` holds the rows that were judged, `types` are SQL types of its columns by name in small letters. `key` is
    that of the hashes; without one there are none.
    """
    assert check.failing is not None
    keyed = check.row_key if key is not None and all(c.lower() in types for c in check.row_key) else ()
    shaped = tuple(c for c in dict.fromkeys(check.shaped) if types.get(c.lower()) == "VARCHAR")[:MOST_COLUMNS]
    cells = {"NULL::TIMESTAMP AS t": None, **{f"{identifier(c)} AS v{i}": c for i, c in enumerate(shaped)}}
    if check.time is not None and check.time.lower() in types:
        cells = {f"{_time(check.time, types[check.time.lower()])} AS t": None, **dict(list(cells.items())[1:])}
    picked = [*cells, f"{_message(keyed)} AS k" if keyed else "NULL::VARCHAR AS k"]
    # Shapes of different values only: many rows may share one.
    found = [
        f"(SELECT list({{'s': s, 'n': n}} ORDER BY n DESC, s) FROM (SELECT {classes('v')} AS s, sum(n) AS n FROM "
        f"(SELECT v{i} AS v, count(*) AS n FROM {_ROWS} WHERE v{i} IS NOT NULL GROUP BY v{i}) "
        f"GROUP BY s ORDER BY n DESC, s LIMIT {MOST_SHAPES}))"
        for i in range(len(shaped))
    ]
    # The rows of the least keys, listed by hash: to hash them all would take longer, and the order must say nothing.
    least = f"(SELECT k FROM {_ROWS} WHERE k IS NOT NULL GROUP BY k ORDER BY k LIMIT {MOST_ROWS})"
    hashes = (
        f"(SELECT list(h ORDER BY h) FROM (SELECT {_hmac('k', key)} AS h FROM {least}))" if keyed and key else "NULL"
    )
    months = [f"(SELECT strftime({which}(t), '%Y-%m') FROM {_ROWS} WHERE isfinite(t))" for which in ("min", "max")]
    query = (
        f"WITH {_ROWS} AS MATERIALIZED (SELECT {', '.join(picked)} FROM ({check.failing(table, measured)}) AS rows_) "
        f"SELECT {', '.join([*months, hashes, *found])}"
    )
    return Asking(query, check.row_key, shaped)


def traces(asked: Asking, row: tuple[Any, ...], rows_query: str | None) -> Traces:
    """What the answer to `asking` says."""
    shapes = tuple(
        Shape(column, folded(one["s"]), int(one["n"]))
        for column, seen in zip(asked.shaped, row[3:], strict=True)
        for one in seen or ()
    )
    return Traces(asked.key_columns, tuple(row[2] or ()), shapes, row[0], row[1], rows_query)


def _time(column: str, type_: str) -> str:
    if type_ == "VARCHAR":
        return f"CAST(TRY_CAST({identifier(column)} AS TIMESTAMPTZ) AS TIMESTAMP)"
    try:
        return moment(column, type_)
    except TypeError:
        return "NULL::TIMESTAMP"


def _message(columns: tuple[str, ...]) -> str:
    """A row's key as one text in which no two keys meet: `3:abc,2:xy,`; NULL where a part is missing."""
    texts = [f"CAST({identifier(c)} AS VARCHAR)" for c in columns]
    return " || ".join(f"length({t}) || ':' || {t} || ','" for t in texts)


def _hmac(text: str, key: bytes) -> str:
    """SQL for HMAC-SHA256 (RFC 2104) of a text as UTF-8, in hexadecimal; `key` is of 64 bytes at most."""
    padded = key.ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded).hex() for pad in (_INNER, _OUTER))
    return f"sha256(from_hex('{outer}') || from_hex(sha256(from_hex('{inner}') || encode({text}))))"
