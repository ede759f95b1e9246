"""The mesh on disk: its root, `govengine.yaml`, product specs and policy files."""

from __future__ import annotations

import hashlib
import os
import posixpath
from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Span, nearest
from govengine.diagnostics.codes import bundles, federation
from govengine.diagnostics.codes import run as run_codes
from govengine.diagnostics.codes import spec as codes
from govengine.model.own_words import widened
from govengine.model.values import Mesh
from govengine.sources.global_policies import global_policies, source_of
from govengine.sources.product import is_product
from govengine.sources.reader import Reader
from govengine.sources.walk import MESH_FILE, mesh_above
from govengine.sources.yaml_document import Node, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from govengine.model.table import SchemaTable
    from govengine.sources.inputs import Inputs

_SPEC_ENDINGS = (".yaml", ".yml")
_POLICY_ENDINGS = (".gov",)
GLOBAL = "global"
"""The council's layer; no domain may be called so."""


def find_root(start: Path) -> Path | None:
    """The nearest folder, from `start` upwards, that holds `govengine.yaml`."""
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.parents):
        if (candidate / MESH_FILE).is_file():
            return candidate
    return None


def read_mesh(inputs: Inputs, schema: SchemaTable) -> tuple[Mesh | None, list[Diagnostic]]:
    """`govengine.yaml` of a mesh, by the table of `govengine.model.schema.mesh_schema`."""
    try:
        data = inputs.read(MESH_FILE, "mesh")
    except OSError as error:
        return None, [codes.unreadable(MESH_FILE, why(error))]
    read = read_document(data, MESH_FILE)
    if read.root is None:
        return None, read.diagnostics or [
            codes.unreadable(MESH_FILE, "it is empty", help_="name the mesh and its domains")
        ]
    added = _own_words(read.root)
    reader = Reader(widened(schema, added), {}, MESH_FILE)
    value = reader.read(read.root)
    found = [codes.unquoted_bound(text, span) for text, span in read.bounds] + reader.diagnostics
    if any(d.level == "error" for d in found):
        return None, found
    digest = hashlib.sha256(data).hexdigest()
    mesh = Mesh(MESH_FILE, value, reader.places, reader.keys, digest)
    if GLOBAL in mesh.domains:
        line, column, end = mesh.keys[("domains", GLOBAL)]
        return None, [*found, codes.reserved_domain(GLOBAL, Span(MESH_FILE, line, column, line, end))]
    return mesh, found + _shared_folders(mesh)


def _own_words(root: Node) -> dict[str, list[str]]:
    """Words that the council adds, as they are written: the rest of the file is read by the longer lists."""
    held = next((value for key, value in root.value if key.value == "words"), None) if root.kind == "map" else None
    if held is None or held.kind != "map":
        return {}
    return {
        key.value: [str(item.value) for item in items.value if item.kind == "scalar"]
        for key, items in held.value
        if items.kind == "list"
    }


def why(error: OSError) -> str:
    """An operating system's error in plain words, without a path."""
    if isinstance(error, PermissionError):
        return "permission denied"
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


def _span(mesh: Mesh, path: tuple[object, ...]) -> Span:
    place = mesh.place_of(path)
    position = mesh.places.get(path)
    return Span(place.file, place.line, place.column, place.line, position[2] if position else place.column + 1)


def product_files(inputs: Inputs, mesh: Mesh) -> tuple[list[tuple[str, str]], list[Diagnostic]]:
    """`(path from the root, domain)` of every spec, sorted; the deepest folder listed decides the domain.

    A spec anywhere else under the root is a mistake: nobody would judge it.
    """
    found: dict[str, tuple[int, str]] = {}
    diagnostics: list[Diagnostic] = []
    inputs.ignored = mesh.ignored
    diagnostics += _ignored(mesh)
    for domain, described in mesh.domains.items():
        for i, folder in enumerate(described["products"]):
            place = _span(mesh, ("domains", domain, "products", i))
            files, broken, unseen, _ = inputs.below(folder.strip("/"), _SPEC_ENDINGS, is_product)
            diagnostics += [codes.missing_folder(b, domain, place) for b in broken]
            diagnostics += [codes.unseen(path, why_not, "specs") for path, why_not in unseen]
            depth = folder.strip("/").count("/")
            for file in files:
                if file not in found or found[file][0] < depth:
                    found[file] = (depth, domain)
    if not any(d.name == "missing-folder" for d in diagnostics):  # else all its specs would be strays
        said = {d.span.file for d in diagnostics if d.span is not None}
        diagnostics += [d for d in _strays(inputs, mesh, found) if d.span is None or d.span.file not in said]
    above = mesh_above(inputs.root) if inputs.held is None else None
    if above is not None:
        diagnostics.append(run_codes.another_mesh(os.path.relpath(above / MESH_FILE, inputs.root), above=True))
    diagnostics += [run_codes.passed_folder(folder) for folder in sorted(inputs.passed)]
    return sorted((file, domain) for file, (_, domain) in found.items()), diagnostics


def _ignored(mesh: Mesh) -> list[Diagnostic]:
    """Ignored folders that hold policies or all products of a domain: they would be judged by nobody."""
    kept = [mesh.path("policies"), mesh.path("registers")]
    kept += [folder for domain in mesh.domains.values() for folder in domain["products"]]
    found = []
    for i, ignored in enumerate(mesh.data.get("paths", {}).get("ignore", ())):
        plain = posixpath.normpath(ignored.strip("/"))
        inside = next((k for k in kept if f"{posixpath.normpath(k.strip('/'))}/".startswith(f"{plain}/")), None)
        if inside is not None or plain in (".", "") or plain.startswith(".."):
            span = _span(mesh, ("paths", "ignore", i))
            found.append(codes.ignores_mesh(ignored, inside or ".", span))
    return found


def _strays(inputs: Inputs, mesh: Mesh, specs: Mapping[str, object]) -> list[Diagnostic]:
    """Specs and policies where nobody looks for them."""
    folder = mesh.path("policies").rstrip("/")
    source = source_of(mesh)
    homes = [folder, *([str(source["source"]).rstrip("/")] if source is not None else [])]
    found = []
    for file in inputs.elsewhere((*_SPEC_ENDINGS, *_POLICY_ENDINGS)):
        if file.endswith(f"/{MESH_FILE}"):
            if file not in specs:
                found.append(run_codes.another_mesh(file, above=False))
        elif file.lower().endswith(_POLICY_ENDINGS):
            if not any(home == "." or file.startswith(f"{home}/") for home in homes):
                found.append(codes.stray_policy(file, folder))
        elif file not in specs and file != MESH_FILE and inputs.looks_like(file, is_product):
            found.append(codes.stray_spec(file))
    return found


class PolicyFiles:
    """Policy texts by path from the mesh root, with the layer of each ("global" or a domain).

    `broken` are layers of which a file cannot be read: nothing may be judged by what is left of them. `named` is what
    files that stand elsewhere are called there.
    """

    __slots__ = ("broken", "diagnostics", "layers", "named", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.layers: dict[str, str] = {}
        self.named: dict[str, str] = {}
        self.broken: set[str] = set()
        self.diagnostics: list[Diagnostic] = []


def policy_files(inputs: Inputs, mesh: Mesh) -> PolicyFiles:
    """All `.gov` files of both layers. Paths may begin with `..` where policies stand outside the mesh.

    The council's layer may come from a bundle or another folder; then its paths begin with the name of that.
    """
    found = PolicyFiles()
    inputs.ignored = mesh.ignored
    folder = mesh.path("policies").rstrip("/")
    source = source_of(mesh)
    files, broken, unseen, _ = inputs.below(folder, _POLICY_ENDINGS, lambda _: True)
    if source is not None:
        _take_global(found, inputs, mesh, source)
        broken = [b for b in broken if b != folder]  # a mesh without overlays may have no policies of its own
    for missing in broken:
        found.diagnostics.append(
            codes.unreadable(missing, "the folder cannot be listed", help_="make it, or mend `paths.policies`")
        )
    for path, why_not in unseen:
        if not path.endswith(".json"):
            found.diagnostics.append(codes.unseen(path, why_not, "policies"))
            found.broken.add(_layer_of(path, folder, mesh) or "")
    for file in files:
        inside = file.removeprefix(folder + "/").split("/")
        if inside[0] == "global" and len(inside) > 1 and source is not None:
            found.diagnostics.append(bundles.two_councils(file, _span(mesh, ("policy", "global", "source"))))
            continue
        if inside[0] == GLOBAL and len(inside) > 1:
            layer = GLOBAL
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
            found.texts[file] = inputs.read(file, "policy").decode("utf-8-sig")
            found.layers[file] = layer
        except UnicodeDecodeError:
            found.diagnostics.append(codes.unreadable(file, "it is not UTF-8", help_="save the file as UTF-8"))
            found.broken.add(layer)
        except OSError as error:
            found.diagnostics.append(codes.unreadable(file, why(error)))
            found.broken.add(layer)
    if "global" not in found.layers.values() and not found.diagnostics:
        found.diagnostics.append(federation.no_policies(folder))
    return found


def _layer_of(path: str, folder: str, mesh: Mesh) -> str | None:
    """The layer in whose folder a path stands, or None where it stands in neither."""
    inside = path.removeprefix(folder + "/").split("/")
    if inside[0] == GLOBAL and len(inside) > 1:
        return GLOBAL
    return inside[1] if inside[0] == "domains" and len(inside) > 2 and inside[1] in mesh.domains else None


def _take_global(found: PolicyFiles, inputs: Inputs, mesh: Mesh, source: Mapping[str, object]) -> None:
    """Add the council's layer from its source."""
    texts, said = global_policies(
        inputs, mesh, source, lambda folder: inputs.below(folder, _POLICY_ENDINGS, lambda _: True)
    )
    found.diagnostics += said
    top = str(source["source"]).rstrip("/")
    for inside, data in texts.items():
        path = f"{top}/{inside}"
        try:
            found.texts[path] = data.decode("utf-8-sig")
            found.layers[path] = GLOBAL
        except UnicodeDecodeError:
            found.diagnostics.append(codes.unreadable(path, "it is not UTF-8", help_="save the file as UTF-8"))
            found.broken.add(GLOBAL)


__all__ = ["GLOBAL", "MESH_FILE", "PolicyFiles", "find_root", "policy_files", "product_files", "read_mesh", "why"]
