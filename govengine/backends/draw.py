"""Drawing a sample: the rows of the least keyed hashes.

Which rows are drawn hangs on the seed and the rows alone: not on threads, the order of files or columns, which rules
ask, or DuckDB's own generator. Equal rows are told apart by number, so that they are not drawn all or none; which of
them is taken makes no difference.
"""

from __future__ import annotations

from govengine.expectations.sql import identifier, literal


def sample_of(
    source: str, columns: tuple[str, ...], wanted: tuple[str, ...], size: int, seed: str, number: str | None = None
) -> str:
    """A query for `size` rows of a source, with the wanted ones of its columns.

    `number` is the column with the number of a row's file, if there is one: equal rows are then taken in the order of
    their files, since to evidence that makes a difference.
    """
    cells = []
    for name in sorted(columns):
        text = f"CAST({identifier(name)} AS VARCHAR)"
        cells.append(f"coalesce(length({text}) || ':' || {text}, '-')")
    row = " || ".join(cells)
    if number is not None:
        wanted = (*wanted, number)
    names = ", ".join(f"{identifier(name)} AS c{i}" for i, name in enumerate(wanted))
    plain = ", ".join(f"c{i} AS {identifier(name)}" for i, name in enumerate(wanted))
    first = "" if number is None else f" ORDER BY c{len(wanted) - 1}"
    return (
        f"WITH keyed AS (SELECT {names}, sha256({row}) AS row_hash FROM {source}), "
        f"numbered AS (SELECT *, row_number() OVER (PARTITION BY row_hash{first}) AS nth FROM keyed) "
        f"SELECT {plain} FROM numbered ORDER BY sha256({literal(seed + ':')} || row_hash || ':' || nth) "
        f"LIMIT {size}"
    )
