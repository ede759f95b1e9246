"""Drawing a sample: the rows of the least keyed hashes.

Which rows are drawn hangs on the seed and the rows alone: not on threads, the order of files or columns, which rules
ask, or DuckDB's own generator. Equal rows are told apart by number, so that they are not drawn all or none; which of
them is taken makes no difference.
"""

from __future__ import annotations

from govengine.expectations.sql import identifier, literal


def sample_of(source: str, columns: tuple[str, ...], wanted: tuple[str, ...], size: int, seed: str) -> str:
    """A query for `size` rows of a source, with the wanted ones of its columns."""
    cells = []
    for name in sorted(columns):
        text = f"CAST({identifier(name)} AS VARCHAR)"
        cells.append(f"coalesce(length({text}) || ':' || {text}, '-')")
    row = " || ".join(cells)
    names = ", ".join(f"{identifier(name)} AS c{i}" for i, name in enumerate(wanted))
    plain = ", ".join(f"c{i} AS {identifier(name)}" for i, name in enumerate(wanted))
    return (
        f"WITH keyed AS (SELECT {names}, sha256({row}) AS row_hash FROM {source}), "
        "numbered AS (SELECT *, row_number() OVER (PARTITION BY row_hash) AS nth FROM keyed) "
        f"SELECT {plain} FROM numbered ORDER BY sha256({literal(seed + ':')} || row_hash || ':' || nth) "
        f"LIMIT {size}"
    )
