"""GOV9xx: the run itself: no mesh, nothing to judge, the engine broke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_NAMED = 5


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


def another_mesh(file: str, *, above: bool) -> Diagnostic:
    """A second `govengine.yaml` above or below the mesh, or around a path of the call."""
    return Diagnostic(
        "GOV905",
        "another-mesh",
        "error",
        f"`{file}` is {'above' if above else 'inside'} this mesh and makes its folder another one",
        notes=("what another mesh holds is judged by its own policies, so a change could bring its own judge",),
        help="remove it, make its folder a submodule, or list the folder under `paths.ignore` of `govengine.yaml`",
    )


def into_another_mesh(path: str, folder: str) -> Diagnostic:
    """A path of the call that leads into another mesh."""
    return Diagnostic(
        "GOV908",
        "path-into-another-mesh",
        "error",
        f"`{path}` is in another mesh, in `{folder}`",
        notes=("the mesh is the one of `--root`, or of the working folder: a path never chooses who judges",),
        help="name the other mesh with `--root`, or leave the path out",
    )


def passed_paths(paths: Sequence[str], deleted: Sequence[str]) -> Diagnostic:
    """Paths of the call that are no part of the mesh."""
    every = [*paths, *deleted]
    shown = ", ".join(f"`{p}`" for p in every[:_MOST_NAMED])
    more = f" and {len(every) - _MOST_NAMED:,} more" if len(every) > _MOST_NAMED else ""
    gone = f", {len(deleted):,} of them deleted" if deleted else ""
    what = "1 path that is" if len(every) == 1 else f"{len(every):,} paths that are"
    return Diagnostic(
        "GOV906",
        "passed-over",
        "warning",
        f"passed over {what} no spec, policy, register or data of the mesh{gone}: {shown}{more}",
        help="nothing to do if these files belong to something else",
    )


def passed_folder(folder: str) -> Diagnostic:
    """A folder in which nothing of the mesh is looked for."""
    return Diagnostic(
        "GOV909",
        "passed-over-folder",
        "warning",
        f"passed over `{folder}`: it is a checkout of its own, or is listed under `paths.ignore`",
        help="nothing to do if it holds no product and no policy of this mesh",
    )


def nothing_changed() -> Diagnostic:
    """A list of changed files in which nothing is of the mesh."""
    return Diagnostic(
        "GOV907",
        "empty-scope",
        "warning",
        "no changed file is a spec, policy, register or data of the mesh: no product was judged",
        help="nothing to do if the change is about something else",
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
