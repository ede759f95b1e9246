"""Step "read specs": every spec of the mesh, each with its product or with what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from govengine.diagnostics import Diagnostic, Span, nearest
from govengine.diagnostics.codes import spec as codes
from govengine.run.lineage import lineage_mistakes
from govengine.sources.mesh import MESH_FILE, product_files, why
from govengine.sources.product import declared_names, read_product

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.table import SchemaTable
    from govengine.model.values import Mesh, Product
    from govengine.model.vocabulary import Vocabulary
    from govengine.run.request import Progress
    from govengine.sources.inputs import Inputs

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")


class Spec(NamedTuple):
    """One spec of the mesh. `product` is None where anything is wrong with it; `text` has no byte-order mark.

    `name` is that of the file where the spec's own cannot be read.
    """

    file: str
    domain: str
    name: str
    product: Product | None
    diagnostics: tuple[Diagnostic, ...]
    text: str = ""

    @property
    def name_span(self) -> Span:
        """Where its name is written; the beginning of the file if that is not known."""
        if self.product is None:
            return Span(self.file, 1, 1, 1, 2)
        line, column, end = self.product.places[("metadata", "name")]
        return Span(self.file, line, column, line, end)


class SpecsRead(NamedTuple):
    """All specs, sorted by file, and what is wrong with their listing; `given` is the one that was handed over."""

    specs: tuple[Spec, ...]
    diagnostics: tuple[Diagnostic, ...]
    given: Spec | None = None


def read_specs(
    inputs: Inputs, mesh: Mesh, book: Rulebook, schema: SchemaTable, given: bytes | None, progress: Progress
) -> SpecsRead:
    """Read all specs of a mesh, and with them the one that is given, in the place of the mesh's own of its name."""
    listed, said = product_files(inputs, mesh)
    vocabularies = book.vocabularies()
    read: list[Spec] = []
    for i, (file, domain) in enumerate(listed):
        progress("reading specs", i, len(listed))
        read.append(_read(inputs, file, domain, schema, vocabularies))
    own = None
    if given is not None:
        own = _given(given, mesh, read, schema, vocabularies)
        read = sorted([*(s for s in read if s.name.casefold() != own.name.casefold()), own], key=lambda s: s.file)
    specs = _without_duplicates(read)
    products = {s.name: s.product for s in specs if s.product is not None}
    said += [*_unwritten(mesh, specs), *lineage_mistakes(mesh, {s.name for s in specs}, products)]
    return SpecsRead(tuple(specs), tuple(said), own)


def _given(
    data: bytes, mesh: Mesh, read: Sequence[Spec], schema: SchemaTable, vocabularies: Mapping[str, Vocabulary]
) -> Spec:
    """A spec that the caller handed over, as a file of its domain's folder that takes the place of its old version."""
    declared = declared_names(data)
    name, domain = (part.value if part is not None else "" for part in declared)
    folders = mesh.domains.get(domain, {}).get("products", ())
    plain = name if _FILE_NAME.fullmatch(name) else "spec"
    folder = folders[0].strip("/") if folders else ""
    file = f"{folder}/{plain}.yaml" if folder else f"{plain}.yaml"
    old = next((s for s in read if s.name.casefold() == name.casefold() and s.domain == domain), None)
    if old is not None:
        file = old.file
    while old is None and any(s.file == file for s in read):  # another product's
        file = f"{file.removesuffix('.yaml')}-given.yaml"
    spec = _of(data, file, domain, schema, vocabularies)
    if not folders and declared.domain is not None:
        near = nearest(domain, mesh.domains)
        unknown = codes.unknown_domain(domain, file, suggestion=near)
        help_ = f"write `domain: {near}`" if near else "write a domain that `govengine.yaml` lists, or add it there"
        unknown = unknown._replace(span=declared.domain.span(file), help=help_)
        told = (d for d in spec.diagnostics if d.name != "wrong-domain")
        spec = spec._replace(product=None, diagnostics=(*told, unknown))
    return spec


def _read(inputs: Inputs, file: str, domain: str, schema: SchemaTable, vocabularies: Mapping[str, Vocabulary]) -> Spec:
    try:
        data = inputs.read(file, "spec")
    except OSError as error:
        return Spec(file, domain, _stem(file), None, (codes.unreadable(file, why(error)),))
    return _of(data, file, domain, schema, vocabularies)


def _of(data: bytes, file: str, domain: str, schema: SchemaTable, vocabularies: Mapping[str, Vocabulary]) -> Spec:
    text = data.decode("utf-8-sig", errors="replace")
    read = read_product(data, file, domain, schema, vocabularies)
    return Spec(file, domain, read.name or _stem(file), read.product, read.diagnostics, text)


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]


def _without_duplicates(read: Sequence[Spec]) -> list[Spec]:
    """The first product of a name is the one; the others are mistakes."""
    names: dict[str, Spec] = {}
    specs = []
    for spec in read:
        first = names.setdefault(spec.name.casefold(), spec)
        if first is not spec:
            duplicate = codes.duplicate_product(spec.name, spec.name_span, first.name_span)
            spec = spec._replace(product=None, diagnostics=(*spec.diagnostics, duplicate))  # noqa: PLW2901
        specs.append(spec)
    return specs


def _unwritten(mesh: Mesh, specs: Sequence[Spec]) -> list[Diagnostic]:
    """Products that a domain lists and that have no spec."""
    found = []
    for domain, described in mesh.domains.items():
        names = {s.name for s in specs if s.domain == domain}
        for i, entry in enumerate(described.get("data_products", ())):
            if entry not in names and f"{domain}-{entry.replace('_', '-')}" not in names:
                position = mesh.places.get(("domains", domain, "data_products", i), (1, 1, 2))
                span = Span(MESH_FILE, position[0], position[1], position[0], position[2])
                found.append(codes.listed_without_spec(entry, domain, span))
    return found
