"""What is known of a product before it is judged: what the spec declares and what was found in the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.conditions.operators import MISSING, OpenList, UnreadColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.model.values import Mesh, Product


class DatasetFacts(NamedTuple):
    """What loading a dataset showed. `columns` maps names to SQL types; `reason` says why it could not be read.

    `guessed` is whether the types were guessed from the values, as those of JSON are.
    """

    columns: Mapping[str, str]
    rows: int = 0
    rejected: int = 0
    reason: str | None = None
    guessed: bool = False


def table_key(product: str, dataset: str) -> str:
    """The key of a dataset in the whole mesh, and the name of its table."""
    return f"{product}.{dataset}"


def roots(product: Product, mesh: Mesh, as_of: object, found: Mapping[str, DatasetFacts] | None) -> dict[str, Any]:
    """The names that conditions see, with columns and datasets as declared and as found.

    `found` is by table key; None where data is not read. An undeclared and unfound list is MISSING, never empty. One
    that data would complete which could not be read is open.
    """
    columns, datasets = product.columns, product.datasets
    if found is not None:
        columns, datasets = _merged(product, found)
    return {
        "metadata": product.data["metadata"],
        "spec": product.data["spec"],
        "mesh": mesh.data,
        "columns": MISSING if columns is None else columns,
        "datasets": datasets or MISSING,
        "as_of": as_of,
    }


def _merged(
    product: Product, found: Mapping[str, DatasetFacts]
) -> tuple[list[dict[str, object]] | None, list[dict[str, object]]]:
    columns = None if product.columns is None else [dict(c) for c in product.columns]
    datasets = []
    unread: list[str] = []
    for declared in product.datasets:
        dataset = dict(declared)
        datasets.append(dataset)
        facts = found.get(table_key(product.name, dataset["name"]))
        if facts is None:
            continue
        if facts.reason is not None:
            unread.append(dataset["name"])
            dataset["columns"] = OpenList(dataset.get("columns", ()), dataset["name"])
            columns = columns and [
                UnreadColumn(c, dataset["name"]) if c.get("dataset") == dataset["name"] else c for c in columns
            ]
            continue
        dataset["found"] = True
        known = {}
        for column in columns or ():
            if column.get("dataset") == dataset["name"] and column["name"] in facts.columns:
                column["found"] = True
                known[column["name"]] = column
        extra = [n for n in facts.columns if n not in known]
        if extra:
            columns = columns or []
            columns += [{"name": n, "dataset": dataset["name"], "declared": False, "found": True} for n in extra]
        dataset["columns"] = list(dict.fromkeys([*dataset.get("columns", ()), *facts.columns]))
    if unread and columns is not None:
        columns = OpenList(columns, unread[0])
    return columns, datasets
