"""A mesh in memory: its policies and specs as files by path, as a mesh on disk would have them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from govengine.api.errors import RequestError
from govengine.api.spec_text import spec_bytes
from govengine.sources.inputs import Inputs
from govengine.sources.mesh import MESH_FILE, read_mesh
from govengine.sources.product import declared_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOWHERE = Path(os.devnull, "in-memory")
"""A folder that cannot exist: the root of a mesh that has no files."""


def files_of(mesh: object, policies: Mapping[str, str | bytes], specs: Iterable[object]) -> dict[str, bytes]:
    """The files of a mesh by path from its root.

    Raises:
        RequestError: a path of a policy is not one of either layer.
        SpecError: a spec or `govengine.yaml` has no form as YAML.

    """
    texts = [spec_bytes(spec) for spec in specs]
    named = [_names(text) for text in texts]
    domains = list(dict.fromkeys([domain for _, domain in named if domain]))
    for path in policies:
        parts = path.split("/")
        layer = (parts[0] == "global" and len(parts) > 1) or (parts[0] == "domains" and len(parts) > 2)
        if not layer or not path.endswith(".gov") or any(part in ("", ".", "..") for part in parts):
            raise RequestError(
                "policies", f"`{path}` is in neither layer: write `global/NAME.gov` or `domains/DOMAIN/NAME.gov`"
            )
        domains += [parts[1]] if parts[0] == "domains" and parts[1] not in domains else []
    if mesh is None:
        mesh = {"mesh": "in-memory", "domains": {d: {"products": [f"products/{d}"]} for d in domains}}
    files = {MESH_FILE: spec_bytes(mesh)}
    folder, homes = _folders(files)
    for path, text in policies.items():
        files[f"{folder}/{path}"] = text.encode() if isinstance(text, str) else text
    for number, (text, (name, domain)) in enumerate(zip(texts, named, strict=True)):
        home = homes.get(domain, "")
        file = f"{home}/{name or 'spec'}.yaml" if home else f"{name or 'spec'}.yaml"
        files[file if file not in files else f"{file.removesuffix('.yaml')}-{number}.yaml"] = text
    return files


def _folders(files: Mapping[str, bytes]) -> tuple[str, dict[str, str]]:
    """The folder of policies and the first folder of specs of each domain, as `govengine.yaml` says."""
    from govengine.run.schemas import schemas

    read, _ = read_mesh(Inputs(NOWHERE, held=files), schemas().mesh)
    if read is None:  # the report says why
        return "policies", {}
    homes = {d: described["products"][0].strip("/") for d, described in read.domains.items() if described["products"]}
    return read.path("policies").rstrip("/"), homes


def _names(text: bytes) -> tuple[str, str]:
    """The name of a spec as far as it can name a file, and its domain."""
    declared = declared_names(text)
    name = declared.name.value if declared.name is not None else ""
    domain = declared.domain.value if declared.domain is not None else ""
    return (name if name.replace("-", "").replace("_", "").isalnum() else ""), domain
