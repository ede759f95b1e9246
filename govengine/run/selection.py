"""Step "select": the specs that the request means."""

from __future__ import annotations

import os
import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from govengine.diagnostics import Diagnostic, nearest
from govengine.diagnostics.codes import run as codes
from govengine.sources.mesh import MESH_FILE
from govengine.sources.walk import mesh_around

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from govengine.model.values import Mesh, Product
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
    if request.paths or request.changed:
        paths = _Paths(request, specs, mesh, policies)
        said += paths.taken()
        chosen = [s for s in chosen if s.file in paths.files]
    elif not specs:
        said.append(codes.no_products())
    return Selection(tuple(chosen), tuple(said))


class _Paths:
    """Which specs the paths of a call mean.

    A list of changed files names whatever a change touched. What is no part of the mesh is passed over and told; but a
    call all of whose paths select nothing is a mistake, unless it is known to be such a list.
    """

    def __init__(self, request: Request, specs: Sequence[Spec], mesh: Mesh, policies: Mapping[str, str]) -> None:
        self._request, self._specs, self._mesh, self._policies = request, specs, mesh, policies
        self._root = request.root.resolve()
        folders = (mesh.path("policies"), mesh.path("registers"))
        self._whole = tuple(f"{posixpath.normpath(folder)}/" for folder in folders)
        self.files: set[str] = set()
        self._others: list[str] = []
        self._deleted: list[str] = []
        self._said: list[Diagnostic] = []

    def taken(self) -> list[Diagnostic]:
        """Look at each path; afterwards `files` are the specs that they mean."""
        for given in self._request.paths:
            self._take(given)
        passed = [*self._others, *self._deleted]
        if not self.files and not self._said:
            if self._request.changed:
                self._said.append(codes.nothing_changed())
            else:
                gone = " does not exist, so it" if self._deleted[:1] == passed[:1] else ""
                self._said += [codes.nothing_selected(f"`{given}`{gone}") for given in passed[:1]]
        if passed and (self.files or self._request.changed):
            self._said.append(codes.passed_paths(self._others, self._deleted))
        return self._said

    def _take(self, given: Path) -> None:
        other = mesh_around(given, self._root)
        if other is not None:
            self._said.append(codes.into_another_mesh(str(given), os.path.relpath(other, self._root)))
            return
        path = os.path.relpath(given.resolve(), self._root).replace(os.sep, "/")
        hits = self._hits(path)
        self.files |= hits
        if hits:
            return
        if given.is_dir() and not self._request.changed:
            self._said.append(codes.nothing_selected(f"`{given}`"))
        elif given.exists() or given.is_symlink():
            self._others.append(str(given))
        else:
            self._deleted.append(str(given))

    def _hits(self, path: str) -> set[str]:
        below = "" if path == "." else path + "/"
        # A change of policy, of a register or of the mesh touches every product, and so does the lack of one of them.
        whole = path in (".", MESH_FILE) or path in self._policies or any(p.startswith(below) for p in self._policies)
        if whole or path.startswith(self._whole):
            return {s.file for s in self._specs}
        named = {s.file for s in self._specs if s.file == path or s.file.startswith(below)}
        return named or {s.file for s in self._specs if s.product is not None and _serves(s.product, path)}


def _serves(product: Product, path: str) -> bool:
    """Whether a file holds, or held, rows of a product."""
    for interface in product.data["spec"].get("interfaces", ()):
        location = str(interface.get("location", "")).removeprefix("./")
        if location and (path == location or path.startswith(f"{location}/") or fnmatchcase(path, location)):
            return True
    return False
