"""Evidence of rows that fail, without a value of them: keyed hashes of keys, shapes, months, files.

It is asked in one query over the failing rows, for checks that failed only, and never changes what they came to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.expectations.shape import classes, folded
from govengine.expectations.sql import identifier, moment
from govengine.expectations.traces import Files, Shape, Traces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.expectations.measure import Check, Measurement

MOST_ROWS, MOST_SHAPES, MOST_COLUMNS = 5, 3, 4
_ROWS = '"rows that fail"'
"""No register can be called so, since that would be hidden by it."""
FILE = "number of the file"
"""The column that says, counted from 0, which of a dataset's files a row comes from; where there are several."""
_BLOCK = 64
_INNER, _OUTER = 0x36, 0x5C


class EvidenceQuestion(NamedTuple):
    """What to ask of the failing rows of a check: which columns make the key, tell the time, have shapes."""

    check: Check
    keyed: tuple[str, ...]
    shaped: tuple[str, ...]
    time: str | None
    key: bytes | None
    filed: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are asked of."""
        filed = (FILE,) if self.filed else ()
        return tuple(dict.fromkeys((*self.keyed, *self.shaped, *([self.time] if self.time else []), *filed)))


def asking(check: Check, types: Mapping[str, str], key: bytes | None, *, filed: bool) -> EvidenceQuestion:
    """What to ask of a check's failing rows.

    `types` are SQL types of the columns by name in small letters. `key` is that of the hashes; without one there are
    none. `filed` says whether rows have the column `FILE`.
    """
    keyed = check.row_key if key is not None and all(c.lower() in types for c in check.row_key) else ()
    shaped = tuple(c for c in dict.fromkeys(check.shaped) if types.get(c.lower()) == "VARCHAR")[:MOST_COLUMNS]
    time = check.time if check.time is not None and check.time.lower() in types else None
    return EvidenceQuestion(check, keyed, shaped, time, key, filed)


def rows_that_fail(check: Check, measured: Measurement, source: str, columns: str = "*") -> str:
    """The query for the failing rows of a check; `source` is its table as FROM takes it."""
    assert check.failing is not None
    condition = check.failing(source, measured)
    alias = " AS child" if "child." in condition else ""
    return f"SELECT {columns} FROM {source}{alias} WHERE {condition}"


def query(asked: EvidenceQuestion, rows: str, types: Mapping[str, str]) -> str:
    """The query for evidence over `rows`, itself a query for the failing ones.

    It gives one row: how many there are; first and last month, hashes; number of files, first and last one; then shapes
    of each column.
    """
    cells = [f"{identifier(c)} AS v{i}" for i, c in enumerate(asked.shaped)]
    cells.append(f"{'NULL::TIMESTAMP' if asked.time is None else _time(asked.time, types[asked.time.lower()])} AS t")
    cells.append(f"{_message(asked.keyed) if asked.keyed else 'NULL::VARCHAR'} AS k")
    cells += [f"{identifier(FILE)} AS n"] if asked.filed else []
    # Shapes of different values only: many rows may share one.
    shapes = [
        f"(SELECT list({{'s': s, 'n': n}} ORDER BY n DESC, s) FROM (SELECT {classes('v')} AS s, sum(n) AS n FROM "
        f"(SELECT v{i} AS v, count(*) AS n FROM {_ROWS} WHERE v{i} IS NOT NULL GROUP BY v{i}) "
        f"GROUP BY s ORDER BY n DESC, s LIMIT {MOST_SHAPES}))"
        for i in range(len(asked.shaped))
    ]
    # The rows of the least keys, listed by hash: to hash them all would take longer, and the order must say nothing.
    least = f"(SELECT k FROM {_ROWS} WHERE k IS NOT NULL GROUP BY k ORDER BY k LIMIT {MOST_ROWS})"
    hashes = f"(SELECT list(h ORDER BY h) FROM (SELECT {_hmac('k', asked.key)} AS h FROM {least}))" if asked.key else ""
    spans = [f"strftime({which}(t) FILTER (WHERE isfinite(t)), '%Y-%m')" for which in ("min", "max")]
    files = ["count(DISTINCT n)", "min(n) + 1", "max(n) + 1"] if asked.filed else ["NULL"] * 3
    found = ", ".join(["count(*)", *spans, hashes if asked.keyed and hashes else "NULL", *files, *shapes])
    return (
        f"WITH {_ROWS} AS MATERIALIZED (SELECT {', '.join(cells)} FROM ({rows}) AS rows_) SELECT {found} FROM {_ROWS}"
    )


def traces(
    asked: EvidenceQuestion,
    measured: Measurement,
    row: tuple[Any, ...],
    rows_query: str | None,
    file_names: tuple[str, ...],
) -> Traces:
    """What the answer to `query` says."""
    shapes = tuple(
        Shape(column, folded(one["s"]), int(one["n"]))
        for column, seen in zip(asked.shaped, row[7:], strict=True)
        for one in seen or ()
    )
    files = Files(*(int(n) for n in row[4:7])) if asked.filed and row[4] else None
    rows, first, last, hashes = row[:4]
    return Traces(
        asked.check.row_key, tuple(hashes or ()), shapes, first, last, files, file_names,
        None if rows == measured.failing else int(rows), rows_query,
    )  # fmt: skip


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
