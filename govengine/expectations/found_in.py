"""`expect x found in product.dataset(y) at least T`: each value has its row elsewhere.

A missing value is not judged. The question is put as EXISTS, never IN: a NULL among the parent's keys would let
every orphan pass. Where rows of the parent could not be read, each may hold one of the values that are not found: the
rows of that many values, the most frequent ones, are excusable.
"""

from __future__ import annotations

from govengine.expectations.measure import Check
from govengine.expectations.sql import identifier


def check(
    key: str,
    table: str,
    columns: tuple[str, ...],
    parent: str,
    parent_columns: tuple[str, ...],
    where: str | None,
    where_columns: tuple[str, ...],
    parent_rejected: int,
) -> Check:
    """Count rows whose value is not among the parent's, of which `parent_rejected` rows could not be read."""
    matched = " AND ".join(
        f"parent.{identifier(p)} = child.{identifier(c)}" for c, p in zip(columns, parent_columns, strict=True)
    )
    source = identifier(parent) if where is None else f"(SELECT * FROM {identifier(parent)} WHERE ({where}\n))"
    whole = " AND ".join(f"child.{identifier(c)} IS NOT NULL" for c in columns)
    values = ", ".join(f"child.{identifier(c)}" for c in columns)
    query = (
        f"WITH judged AS (SELECT EXISTS (SELECT 1 FROM {source} AS parent WHERE {matched}) AS matched, "
        f"row({values}) AS key FROM {identifier(table)} AS child WHERE {whole}) "
        "SELECT count(*), count(*) FILTER (WHERE NOT matched)"
    )
    if parent_rejected:
        query += (
            ", (SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM judged WHERE NOT matched "
            f"GROUP BY key ORDER BY n DESC LIMIT {parent_rejected}))"
        )
    query += " FROM judged"
    read = tuple(dict.fromkeys((*parent_columns, *where_columns)))
    return Check(key, table, columns, query=query, parents=((parent, read),))


def failed(columns: tuple[str, ...], parent: str, failing: str, tested: str, share: str) -> str:
    """What to say of values that are not found."""
    names = ", ".join(f"`{c}`" for c in columns)
    return f"{names} is not found in `{parent}` in {failing} of {tested} rows ({share})"
