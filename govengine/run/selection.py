"""Step "select": the specs that the request means."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from govengine.diagnostics import Diagnostic, nearest
from govengine.diagnostics.codes import run as codes
from govengine.sources.mesh import MESH_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govengine.model.values import Mesh
    from govengine.run.request import Request
    from govengine.run.specs import Spec, SpecsRead


class Selection(NamedTuple):
    """The specs to judge, in the order of all; a path or filter that means none is an error."""

    specs: tuple[Spec, ...]
    diagnostics: tuple[Diagnostic, ...]


def select(request: Request, specs: SpecsRead, mesh: Mesh, policies: Mapping[str, str]) -> Selection:
    """What the request means of all specs; `policies` are policy texts by path."""
    return _select(request, specs.specs, specs.given, mesh, policies)


def _select(
    request: Request, specs: Sequence[Spec], given: Spec | None, mesh: Mesh, policies: Mapping[str, str]
) -> Selection:
    if given is not None:
        return Selection(tuple(s for s in specs if s.file == given.file), ())
    said: list[Diagnostic] = []
    chosen = list(specs)
    if request.domain is not None:
        if request.domain not in mesh.domains:
            near = nearest(request.domain, mesh.domains)
            hint = f" (did you mean `{near}`?)" if near else ""
            return Selection((), (codes.nothing_selected(f"`--domain {request.domain}`{hint}"),))
        chosen = [s for s in chosen if s.domain == request.domain]
    if request.product is not None:
        chosen = [s for s in chosen if s.name == request.product]
        if not chosen:
            near = nearest(request.product, [s.name for s in specs])
            hint = f" (did you mean `{near}`?)" if near else ""
            if near == request.product:
                hint = f" in `--domain {request.domain}`"
            said.append(codes.nothing_selected(f"`--product {request.product}`{hint}"))
    if request.paths:
        chosen, unmet = _by_path(request, chosen, specs, policies)
        said += unmet
    elif not specs:
        said.append(codes.no_products())
    return Selection(tuple(chosen), tuple(said))


def _by_path(
    request: Request, chosen: Sequence[Spec], specs: Sequence[Spec], policies: Mapping[str, str]
) -> tuple[list[Spec], list[Diagnostic]]:
    root = request.root.resolve()
    kept: set[str] = set()
    said = []
    for given in request.paths:
        path = os.path.relpath(given.resolve(), root).replace(os.sep, "/")
        below = "" if path == "." else path + "/"
        # A change of policy or of the mesh touches every product.
        all_of_them = path in (".", MESH_FILE) or path in policies or any(p.startswith(below) for p in policies)
        hits = [s for s in specs if all_of_them or s.file == path or s.file.startswith(below)]
        if not hits:
            said.append(codes.nothing_selected(f"`{given}`"))
        kept |= {s.file for s in hits}
    return [s for s in chosen if s.file in kept], said
