"""Another table that rows are looked up in: a dataset of any product, or a register."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.expectations.sql import identifier, same, stored

if TYPE_CHECKING:
    from collections.abc import Mapping


class Parent(NamedTuple):
    """A table's key, the columns that are compared, and what selects its rows.

    `types` are those of all its columns, by name in small letters. `where` is a predicate over one row, or None;
    `where_columns` are those it reads. `rejected` counts its rows that could not be read, `size` those that could.
    """

    table: str
    columns: tuple[str, ...]
    types: Mapping[str, str]
    where: str | None
    where_columns: tuple[str, ...]
    rejected: int
    size: int = 0

    @property
    def reads(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What `Check.parents` takes."""
        return ((self.table, tuple(dict.fromkeys((*self.columns, *self.where_columns)))),)

    @property
    def rows(self) -> str:
        """The rows meant, as a source for FROM."""
        if self.where is None:
            return stored(self.table)
        return f"(SELECT * FROM {stored(self.table)} WHERE ({self.where}\n))"

    def holds(self, columns: tuple[str, ...], types: Mapping[str, str]) -> str:
        """Whether it holds the values of some columns of `child`; `types` are those of the child, as here.

        The question is put as EXISTS, never IN: a NULL among the parent's keys would let every orphan pass.
        """
        matched = " AND ".join(
            same(f"parent.{identifier(p)}", self.types[p.lower()], f"child.{identifier(c)}", types[c.lower()])
            for c, p in zip(columns, self.columns, strict=True)
        )
        return f"EXISTS (SELECT 1 FROM {self.rows} AS parent WHERE {matched})"

    @property
    def keys(self) -> str:
        """How many of its rows have the columns that are compared, whatever selects them."""
        whole = " AND ".join(f"{identifier(c)} IS NOT NULL" for c in self.columns)
        return f"(SELECT count(*) FROM {stored(self.table)} WHERE {whole})"

    @property
    def named(self) -> str:
        """How messages write it: `product.dataset(column)`."""
        return f"{self.table}({', '.join(self.columns)})"
