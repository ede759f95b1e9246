"""Tables that the caller hands over: the datasets and registers whose files they replace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Span, nearest
from govengine.model.dataset import DatasetSource
from govengine.sources.datasets import datasets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from govengine.model.values import Mesh, Product
    from govengine.run.basis import Basis

_FORMAT = "handed"


class UnknownTableError(Exception):
    """A name under which a table was handed over, and that means nothing; with the nearest that does."""

    def __init__(self, name: str, near: str | None) -> None:
        super().__init__(f"the mesh has no dataset or register `{name}`")
        self.name, self.near = name, near


def check_names(tables: Iterable[str], basis: Basis) -> None:
    """See that each name means a dataset, or has no dot and so means a register.

    Raises:
        UnknownTableError: one means nothing. A dataset of a spec that cannot be read is not known either.

    """
    known = [f"{p.name}.{d['name']}" for p in basis.products.values() for d in p.datasets]
    unreadable = tuple(f"{s.name}." for s in basis.specs if s.product is None)
    for name in tables:
        if "." in name and name not in known and not name.startswith(unreadable):
            raise UnknownTableError(name, nearest(name, known))


def datasets_with(product: Product, tables: Mapping[str, object], root: Path, mesh: Mesh) -> list[DatasetSource]:
    """The datasets of a product; those whose tables were handed over have no files, whatever serves them."""
    found = {source.key: source for source in datasets_of(product, root, mesh)}
    for dataset in product.datasets:
        key = f"{product.name}.{dataset['name']}"
        if key in tables:
            found[key] = in_memory(found.get(key) or _unserved(product, dataset["name"], key))
    return list(found.values())


def in_memory(source: DatasetSource) -> DatasetSource:
    """The same dataset or register, of which the rows come from the caller."""
    return source._replace(format=_FORMAT, files=(), names=(), table=None, location="", problem=None, encoding=None)


def _unserved(product: Product, name: str, key: str) -> DatasetSource:
    """A dataset that no file serves, such as one behind an API."""
    columns = [c for c in product.columns or () if c.get("dataset") == name]
    types = {c["name"]: c["logical_type"] for c in columns if "logical_type" in c}
    missing = {c["name"]: tuple(c["missing"]) for c in columns if c.get("missing")}
    row_key = tuple(c["name"] for c in columns if c.get("primary_key"))
    line, column, end = product.places.get(("metadata", "name"), (1, 1, 2))
    span = Span(product.file, line, column, line, end)
    return DatasetSource(key, name, _FORMAT, (), None, types, span, missing=missing, row_key=row_key)
