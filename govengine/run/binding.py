"""Step "bind": what rules name must be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.evaluate.bind import ProductNames, bind
from govengine.sources.datasets import register_names, twin_registers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govengine.diagnostics import Diagnostic
    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.values import Mesh
    from govengine.run.request import Request
    from govengine.run.specs import Spec


def bound(
    book: Rulebook, mesh: Mesh, specs: Sequence[Spec], chosen: Sequence[Spec], request: Request
) -> list[Diagnostic]:
    """Tell the rules which products there are; what is wrong with the names in them."""
    book.products = frozenset(s.name for s in specs)
    known = [*register_names(request.root, mesh), *(name for name in request.given.tables if "." not in name)]
    twins = twin_registers(request.root, mesh) if request.given.files is None else []
    return twins + bind(book.rules, {s.name: _named(s) for s in specs}, known, {s.name for s in chosen})


def _named(spec: Spec) -> ProductNames:
    if spec.product is None:
        return ProductNames(spec.domain)
    columns: dict[str, set[str]] = {}
    for column in spec.product.columns or ():
        if column.get("dataset") is not None:
            columns.setdefault(column["dataset"], set()).add(column["name"])
    held = {dataset: frozenset(names) for dataset, names in columns.items()}
    return ProductNames(spec.domain, tuple(d["name"] for d in spec.product.datasets), held)
