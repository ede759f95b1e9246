"""Drawing a sample: the rows of the least keyed hashes.

Which rows are drawn hangs on the seed and on what tells the rows apart: not on threads, the order of files, rows or
columns, which rules ask, or DuckDB's own generator and hash. That is the declared key, so that another value in some
other column draws the same rows again; without one it is the whole row. Rows with the same key, or without any, are
told apart by number, so that they are not drawn all or none: in the order of the hashes of the whole rows. Equal rows
are told apart by number, too; which of them is taken makes no difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.sql import identifier, literal

if TYPE_CHECKING:
    from collections.abc import Iterable


def repeats(source: str, key: tuple[str, ...]) -> str:
    """A query for whether any two rows may share a key; where none do, `sample_of` need not number them."""
    return f"SELECT count(*) <> count(DISTINCT hash({_told(key)})) FROM {source}"


def sample_of(
    source: str,
    columns: tuple[str, ...],
    wanted: tuple[str, ...],
    size: int,
    seed: str,
    key: tuple[str, ...] = (),
    *,
    numbered: bool = True,
    file: str | None = None,
) -> str:
    """A query for `size` rows of a source, with the wanted ones of its columns.

    Without `numbered` no two rows may share a key; the rows drawn are the same then. `file` is the column with the
    number of a row's file, if there is one: equal rows are then taken in the order of their files, since to evidence
    that makes a difference.
    """
    wanted = wanted if file is None else (*wanted, file)
    names = ", ".join(f"{identifier(name)} AS c{i}" for i, name in enumerate(wanted))
    plain = ", ".join(f"c{i} AS {identifier(name)}" for i, name in enumerate(wanted))
    whole = f"sha256({_told(columns)})"
    first = f"sha256({_told(key)})" if key else whole
    order = ", ".join([*([whole] if key else []), *([identifier(file)] if file else [])])
    nth = f"row_number() OVER (PARTITION BY {first}{f' ORDER BY {order}' if order else ''})" if numbered else "1"
    draw = f"sha256({literal(seed + ':')} || {first} || ':' || {nth})"
    return (
        f"WITH drawn AS (SELECT {names}, {draw} AS draw FROM {source}) "
        f"SELECT {plain} FROM drawn ORDER BY draw LIMIT {size}"
    )


def _told(columns: Iterable[str]) -> str:
    """SQL for the values of some columns as one text in which no two lists of values meet: `3:abc,-,2:xy,`."""
    texts = [f"CAST({identifier(name)} AS VARCHAR)" for name in sorted(columns)]
    return " || ".join(f"coalesce(length({text}) || ':' || {text} || ',', '-,')" for text in texts)
