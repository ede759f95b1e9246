"""GOV24x: where products say that they come from, and the lists of what domains offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Sequence


def dangling_input(name: str, span: Span, *, suggestion: str | None) -> Diagnostic:
    """An input that names no product of the mesh."""
    hint = f": did you mean `{suggestion}`?" if suggestion else ""
    return Diagnostic(
        "GOV245",
        "dangling-input",
        "error",
        f"the input `{name}` is not a product of this mesh{hint}",
        span,
        "no such product",
        (),
        ("lineage that leads nowhere cannot be followed, and nothing shows where the figures come from",),
        f"write `{suggestion}`" if suggestion else "name the product by its `metadata.name`, or take the input out",
    )


def lineage_loop(name: str, way: Sequence[str], span: Span) -> Diagnostic:
    """A product that is made of itself."""
    through = [w for w in way if w != name]
    how = f", through {', '.join(f'`{w}`' for w in through)}" if through else ""
    return Diagnostic(
        "GOV246",
        "lineage-loop",
        "error",
        f"`{name}` is its own input{how}",
        span,
        "leads back to this product",
        (),
        ("data that comes from itself comes from nowhere",),
        "name the products and systems that the data really comes from",
    )


def unlisted_product(name: str, domain: str, span: Span) -> Diagnostic:
    """A product that its domain's `data_products` leaves out."""
    return Diagnostic(
        "GOV247",
        "unlisted-product",
        "warning",
        f"`{name}` is not among the `data_products` of `{domain}`",
        span,
        "not listed",
        (),
        ("a domain that lists its products offers these and no others",),
        f"add it to `data_products` of `{domain}` in `govengine.yaml`, or take the spec out",
    )
