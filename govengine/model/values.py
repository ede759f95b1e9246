"""A product and a mesh as rules see them: plain values in normal form, each with the place it was written at.

Imported on every run, so it imports little.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from govengine.diagnostics import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.model.table import Record

Path = tuple[object, ...]
Position = tuple[int, int, int]
"""Line, column, end column: from 1, in characters."""


class Document:
    """Values out of one file, with places.

    `data` is the normal form; `keys` holds places of keys, `places` of values.
    """

    __slots__ = ("data", "digest", "file", "keys", "places")

    def __init__(
        self, file: str, data: Record, places: dict[Path, Position], keys: dict[Path, Position], digest: str
    ) -> None:
        self.file, self.data, self.places, self.keys, self.digest = file, data, places, keys, digest

    def place_of(self, path: Path | None) -> Place:
        """Where a value stands: its own place, or its key's, or that of the nearest parent that is declared."""
        path = path or ()
        found = self.places.get(path)
        while found is None and path:
            path = path[:-1]
            found = self.keys.get(path) or self.places.get(path)
        return Place(self.file, found[0], found[1]) if found else Place(self.file, 1, 1)


class Product(Document):
    """A data product. `columns` is None where nothing is declared; see `govengine.model.schema` for the shapes."""

    __slots__ = ("columns", "datasets", "domain")

    def __init__(self, document: Document, domain: str, columns: list[Record] | None, datasets: list[Record]) -> None:
        super().__init__(document.file, document.data, document.places, document.keys, document.digest)
        self.domain, self.columns, self.datasets = domain, columns, datasets

    @property
    def name(self) -> str:
        """`metadata.name`."""
        return str(self.data["metadata"]["name"])

    @property
    def owner(self) -> str:
        """`metadata.owner`."""
        return str(self.data["metadata"]["owner"])

    @property
    def version(self) -> str:
        """`metadata.version`."""
        return str(self.data["metadata"]["version"])

    @property
    def is_mesh(self) -> bool:
        """Whether it stands for the mesh itself, for policies that judge the mesh."""
        return False


class Mesh(Document):
    """`govengine.yaml`."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The mesh's name."""
        return str(self.data["mesh"])

    @property
    def domains(self) -> Mapping[str, Any]:
        """Domains by name."""
        domains: Mapping[str, object] = self.data["domains"]
        return domains

    @property
    def own_words(self) -> Mapping[str, list[str]]:
        """Words that the council adds to closed lists, by list."""
        words: Mapping[str, list[str]] = self.data.get("words", {})
        return words

    def path(self, name: str) -> str:
        """The folder of `policies` or `registers`, from the mesh root."""
        return str(self.data.get("paths", {}).get(name, name))

    @property
    def ignored(self) -> tuple[str, ...]:
        """Folders of the checkout that hold nothing of the mesh, from its root."""
        return tuple(posixpath.normpath(f.strip("/")) for f in self.data.get("paths", {}).get("ignore", ()))

    @property
    def data_folders(self) -> list[str]:
        """Folders outside the mesh that datasets may come from."""
        return list(self.data.get("paths", {}).get("data", []))


class WholeMesh(Product):
    """The mesh in a product's place: what a policy that judges the mesh speaks of. It has no domain."""

    __slots__ = ("_mesh",)

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        data = {"metadata": {"name": mesh.name, "domain": "", "owner": "", "version": ""}, "spec": {}}
        super().__init__(Document(mesh.file, data, {}, {}, mesh.digest), "", None, [])

    def place_of(self, path: Path | None) -> Place:  # noqa: ARG002 - one place, whatever is asked
        """Where the mesh's name stands: a condition about the mesh has places of its own."""
        return self._mesh.place_of(("mesh",))

    @property
    def is_mesh(self) -> bool:
        """It is."""
        return True
