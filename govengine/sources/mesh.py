"""The mesh on disk: its root, `govengine.yaml`, product specs and policy files."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

from govengine.diagnostics import Diagnostic, Span, nearest
from govengine.diagnostics.codes import bundles, federation
from govengine.diagnostics.codes import spec as codes
from govengine.model.values import Mesh
from govengine.sources.global_policies import global_policies, source_of
from govengine.sources.product import is_product
from govengine.sources.reader import Reader
from govengine.sources.yaml_document import read_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MESH_FILE = "govengine.yaml"
_SPEC_ENDINGS = (".yaml", ".yml")
_SKIPPED = ("node_modules", "__pycache__")


def find_root(start: Path) -> Path | None:
    """The nearest folder, from `start` upwards, that holds `govengine.yaml`."""
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.parents):
        if (candidate / MESH_FILE).is_file():
            return candidate
    return None


def read_mesh(root: Path, schema: Mapping[str, Any]) -> tuple[Mesh | None, list[Diagnostic]]:
    """`govengine.yaml` under `root`, by the table of `govengine.model.schema.mesh_schema`."""
    try:
        data = (root / MESH_FILE).read_bytes()
    except OSError as error:
        return None, [codes.unreadable(MESH_FILE, why(error))]
    read = read_document(data, MESH_FILE)
    if read.root is None:
        return None, read.diagnostics or [
            codes.unreadable(MESH_FILE, "it is empty", help_="name the mesh and its domains")
        ]
    reader = Reader(schema, {}, MESH_FILE)
    value = reader.read(read.root)
    found = [codes.unquoted_bound(text, span) for text, span in read.bounds] + reader.diagnostics
    if any(d.level == "error" for d in found):
        return None, found
    digest = hashlib.sha256(data).hexdigest()
    mesh = Mesh(MESH_FILE, value, reader.places, reader.keys, digest)
    return mesh, found + _shared_folders(mesh)


def why(error: OSError) -> str:
    """An operating system's error in plain words, without a path."""
    if isinstance(error, PermissionError):
        return "there are no rights to read it"
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    return (error.strerror or "it cannot be read").lower()


def _shared_folders(mesh: Mesh) -> list[Diagnostic]:
    found = []
    owners: dict[str, str] = {}
    for domain, described in mesh.domains.items():
        for i, folder in enumerate(described["products"]):
            plain = folder.strip("/")
            other = owners.setdefault(plain, domain)
            if other != domain:
                found.append(
                    codes.shared_folder(folder, other, domain, _span(mesh, ("domains", domain, "products", i)))
                )
    return found


def _span(mesh: Mesh, path: tuple[Any, ...]) -> Span:
    place = mesh.place_of(path)
    position = mesh.places.get(path)
    return Span(place.file, place.line, place.column, place.line, position[2] if position else place.column + 1)


def product_files(root: Path, mesh: Mesh) -> tuple[list[tuple[str, str]], list[Diagnostic]]:
    """`(path from the root, domain)` of every spec, sorted; the deepest folder listed decides the domain.

    A spec anywhere else under the root is a mistake: nobody would judge it.
    """
    found: dict[str, tuple[int, str]] = {}
    diagnostics: list[Diagnostic] = []
    for domain, described in mesh.domains.items():
        for i, folder in enumerate(described["products"]):
            place = _span(mesh, ("domains", domain, "products", i))
            files, broken = _files_below(root, folder.strip("/"), _SPEC_ENDINGS)
            diagnostics += [codes.missing_folder(b, domain, place) for b in broken]
            depth = folder.strip("/").count("/")
            for file in files:
                if file not in found or found[file][0] < depth:
                    found[file] = (depth, domain)
    if not diagnostics:
        for file in _files_below(root, "", _SPEC_ENDINGS)[0]:
            if file not in found and file != MESH_FILE and _looks_like_product(root / file):
                diagnostics.append(codes.stray_spec(file))
    return sorted((file, domain) for file, (_, domain) in found.items()), diagnostics


def _looks_like_product(path: Path) -> bool:
    try:
        return is_product(path.read_bytes())
    except OSError:
        return False


def _files_below(root: Path, folder: str, endings: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Files with an ending below a folder, as paths from the root, and folders that could not be listed.

    Another mesh inside (a folder with its own `govengine.yaml`) is not entered.
    """
    files: list[str] = []
    broken: list[str] = []
    top = root / folder if folder else root

    def failed(error: OSError) -> None:
        broken.append(os.path.relpath(error.filename, root).replace(os.sep, "/"))

    if not os.path.isdir(top):  # noqa: PTH112 - without rights above it, `Path.is_dir` raises
        return [], [folder]
    for current, folders, names in os.walk(top, onerror=failed):
        here = os.path.relpath(current, root).replace(os.sep, "/")
        if here != "." and MESH_FILE in names:
            folders.clear()
            continue
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        files += [
            name if here == "." else f"{here}/{name}"
            for name in names
            if name.endswith(endings) and not name.startswith(".")
        ]
    return sorted(files), broken


class PolicyFiles:
    """Policy texts by path from the mesh root, with the layer of each ("global" or a domain)."""

    __slots__ = ("diagnostics", "layers", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.layers: dict[str, str] = {}
        self.diagnostics: list[Diagnostic] = []


def policy_files(root: Path, mesh: Mesh) -> PolicyFiles:
    """All `.gov` files of both layers. Paths may begin with `..` where policies stand outside the mesh.

    The council's layer may come from a bundle or another folder; then its paths begin with the name of that.
    """
    found = PolicyFiles()
    folder = mesh.path("policies").rstrip("/")
    source = source_of(mesh)
    files, broken = _files_below(root, folder, (".gov",))
    if source is not None:
        _take_global(found, root, mesh, source)
        broken = [b for b in broken if b != folder]  # a mesh without overlays may have no policies of its own
    for missing in broken:
        found.diagnostics.append(
            codes.unreadable(missing, "the folder cannot be listed", help_="make it, or mend `paths.policies`")
        )
    for file in files:
        inside = file.removeprefix(folder + "/").split("/")
        if inside[0] == "global" and len(inside) > 1 and source is not None:
            found.diagnostics.append(bundles.two_councils(file, _span(mesh, ("policy", "global", "source"))))
            continue
        if inside[0] == "global" and len(inside) > 1:
            layer = "global"
        elif inside[0] == "domains" and len(inside) > 2:
            layer = inside[1]
            if layer not in mesh.domains:
                near = nearest(layer, mesh.domains)
                found.diagnostics.append(codes.unknown_domain(layer, file, suggestion=near))
                continue
        else:
            found.diagnostics.append(codes.stray_policy(file, folder))
            continue
        try:
            found.texts[file] = (root / file).read_bytes().decode("utf-8-sig")
            found.layers[file] = layer
        except UnicodeDecodeError:
            found.diagnostics.append(codes.unreadable(file, "it is not UTF-8", help_="save the file as UTF-8"))
        except OSError as error:
            found.diagnostics.append(codes.unreadable(file, why(error)))
    if "global" not in found.layers.values() and not found.diagnostics:
        found.diagnostics.append(federation.no_policies(folder))
    return found


def _take_global(found: PolicyFiles, root: Path, mesh: Mesh, source: Mapping[str, Any]) -> None:
    """Add the council's layer from its source."""
    texts, said = global_policies(root, mesh, source, lambda folder: _files_below(root, folder, (".gov",)))
    found.diagnostics += said
    top = str(source["source"]).rstrip("/")
    for inside, data in texts.items():
        path = f"{top}/{inside}"
        try:
            found.texts[path] = data.decode("utf-8-sig")
            found.layers[path] = "global"
        except UnicodeDecodeError:
            found.diagnostics.append(codes.unreadable(path, "it is not UTF-8", help_="save the file as UTF-8"))


__all__ = ["MESH_FILE", "PolicyFiles", "find_root", "policy_files", "product_files", "read_mesh", "why"]
