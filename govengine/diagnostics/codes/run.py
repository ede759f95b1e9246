"""GOV9xx: the run itself: no mesh, nothing to judge, the engine broke."""

from __future__ import annotations

from govengine.diagnostics import Diagnostic


def no_mesh(folder: str) -> Diagnostic:
    """No `govengine.yaml` here or above."""
    return Diagnostic(
        "GOV901",
        "no-mesh",
        "error",
        f"there is no `govengine.yaml` in `{folder}` or above it",
        help="name the mesh with `--root`, or make one with `govengine init DIR`",
    )


def nothing_selected(what: str) -> Diagnostic:
    """A filter or path that selects no product."""
    return Diagnostic(
        "GOV902",
        "nothing-selected",
        "error",
        f"{what} selects no product",
        notes=("a gate that judges nothing would always be green",),
        help="name a product spec, a folder of specs, or a policy file of this mesh",
    )


def no_products() -> Diagnostic:
    """A mesh without a product."""
    return Diagnostic(
        "GOV903",
        "no-products",
        "error",
        "the mesh has no product spec",
        notes=("a gate that judges nothing would always be green",),
        help="write a spec into a folder that `govengine.yaml` lists under `products`",
    )


def broken_overlay(domain: str) -> Diagnostic:
    """An overlay that does not compile: its domain cannot be judged by it."""
    return Diagnostic(
        "GOV904",
        "broken-overlay",
        "warning",
        f"the overlay of `{domain}` is broken: its products get `error` for it, and global verdicts stand",
        help="mend the overlay's errors, which stand in this report too",
    )
