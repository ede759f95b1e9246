"""Step "lineage": inputs that name no product, products made of themselves, products off their domain's list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.diagnostics import Diagnostic, Span, nearest
from govengine.diagnostics.codes import lineage as codes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from govengine.model.values import Mesh, Product


def lineage_mistakes(mesh: Mesh, names: Collection[str], products: Mapping[str, Product]) -> tuple[Diagnostic, ...]:
    """What is wrong with where products say that they come from, and with the lists of domains.

    `names` are those of all specs: one that cannot be read has a name, so an input may be it. `products` are those that
    can be read, by name.
    """
    found: list[Diagnostic] = []
    for product in products.values():
        for i, name in _inputs(product):
            if name not in names:
                near = nearest(name, names)
                found.append(codes.dangling_input(name, _span(product, i), suggestion=near))
    found += _loops(products)
    found += _unlisted(mesh, products)
    return tuple(found)


def _inputs(product: Product) -> Iterator[tuple[int, str]]:
    lineage: Mapping[str, Any] = product.data["spec"].get("lineage", {})
    for i, one in enumerate(lineage.get("inputs", ())):
        yield i, str(one["product"])


def _loops(products: Mapping[str, Product]) -> Iterator[Diagnostic]:
    """One mistake for each product that is, through others or at once, its own input."""
    reads = {name: [one for _, one in _inputs(product)] for name, product in products.items()}
    for name in sorted(products):
        way = _way_back(name, reads)
        if way:
            i = next(i for i, one in _inputs(products[name]) if one == way[0])
            yield codes.lineage_loop(name, way, _span(products[name], i))


def _way_back(name: str, reads: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way along inputs from a product to itself, without its start; [] if there is none."""
    seen: dict[str, str] = {}
    open_ = [name]
    while open_:
        later = []
        for one in open_:
            for other in reads.get(one, ()):
                if other == name:
                    way = [name, one] if one != name else [name]
                    while way[-1] != name:
                        way.append(seen[way[-1]])
                    return way[-2::-1] if len(way) > 1 else way
                if other not in seen:
                    seen[other] = one
                    later.append(other)
        open_ = later
    return []


def _unlisted(mesh: Mesh, products: Mapping[str, Product]) -> Iterator[Diagnostic]:
    """Products that their domain's `data_products` leaves out, where it lists any."""
    for name in sorted(products):
        product = products[name]
        domain = mesh.domains.get(product.domain, {})
        if "data_products" not in domain:
            continue
        own = {str(entry) for entry in domain["data_products"]}
        own |= {f"{product.domain}-{entry.replace('_', '-')}" for entry in own}
        if name not in own:
            line, column, end = product.places[("metadata", "name")]
            yield codes.unlisted_product(name, product.domain, Span(product.file, line, column, line, end))


def _span(product: Product, i: int) -> Span:
    path = ("spec", "lineage", "inputs", i, "product")
    line, column, end = product.places.get(path, (1, 1, 2))
    return Span(product.file, line, column, line, end)
