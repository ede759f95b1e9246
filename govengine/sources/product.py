"""A product spec's bytes → a product in normal form."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from govengine.diagnostics.codes import spec as codes
from govengine.model import sugar
from govengine.model.values import Document, Product
from govengine.sources.implausible import implausible
from govengine.sources.reader import Reader
from govengine.sources.references import dangling
from govengine.sources.yaml_document import Node, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.diagnostics import Diagnostic
    from govengine.model.table import SchemaTable
    from govengine.model.values import Path
    from govengine.model.vocabulary import Vocabulary

FILE_TYPES = ("file", "duckdb")
"""Types of interfaces whose rows can be read."""
_WRITTEN_NAME = re.compile(
    r"^metadata:(?:[ \t]*\{(?:[^}\n]*,)?[ \t]*|[ \t]*(?:#.*)?\n(?:[ \t].*\n)*?[ \t]+)"
    r"name:[ \t]*[\"']?(?P<name>[\w.-]+)",
    re.MULTILINE,
)
_HEAD = 1 << 16
"""`metadata.name` as it is written, and how many bytes are searched for it."""


class ProductRead:
    """What came of reading: the product, or None where anything is wrong; its name where that much could be read."""

    __slots__ = ("diagnostics", "name", "product")

    def __init__(self, product: Product | None, name: str | None, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.product, self.name, self.diagnostics = product, name, diagnostics


def read_product(
    data: bytes, file: str, domain: str, schema: SchemaTable, vocabularies: Mapping[str, Vocabulary]
) -> ProductRead:
    """Read a spec.

    `file` is its path from the mesh root, `domain` that of its folder, `schema` the table of
    `govengine.model.schema.product_schema`, `vocabularies` closed lists by name.
    """
    read = read_document(data, file)
    if read.root is None:
        empty = codes.unreadable(file, "it is empty", help_="write a product spec, or remove the file")
        # Its rules give `error` for the product by its own name, even where the text is no YAML.
        written = _WRITTEN_NAME.search(data[:_HEAD].decode(errors="replace"))
        return ProductRead(None, written["name"] if written else None, tuple(read.diagnostics or [empty]))
    diagnostics = [codes.unquoted_bound(text, span) for text, span in read.bounds]
    name = _scalar(read.root, "metadata", "name")
    kind, version = _scalar(read.root, "kind"), _scalar(read.root, "apiVersion")
    if kind is not None and version is not None and (kind.value, version.value) != ("DataProduct", "datamesh.io/v1"):
        found = f"`apiVersion: {version.value}`, `kind: {kind.value}`"
        wrong = kind if kind.value != "DataProduct" else version
        return ProductRead(None, name.value if name else None, (codes.wrong_kind(found, wrong.span(file)),))
    reader = Reader(schema, vocabularies, file)
    value = reader.read(read.root)
    diagnostics += reader.diagnostics
    declared = _scalar(read.root, "metadata", "domain")
    if declared is not None and declared.value != domain:
        diagnostics.append(codes.wrong_domain(declared.value, domain, declared.span(file)))
    known = name.value if name is not None and name.value else None
    diagnostics += implausible(value, reader.places, file)
    if not any(d.level == "error" for d in diagnostics):  # else what is named may be what could not be read
        diagnostics += dangling(value, reader.places, schema, file)
    if any(d.level == "error" for d in diagnostics):
        return ProductRead(None, known, tuple(diagnostics))
    document = Document(file, value, reader.places, reader.keys, hashlib.sha256(data).hexdigest())
    return ProductRead(_normal(document, domain), known, tuple(diagnostics))


class DeclaredNames(NamedTuple):
    """`metadata.name` and `metadata.domain` as they are written; None where they are not."""

    name: Node | None
    domain: Node | None


def declared_names(data: bytes) -> DeclaredNames:
    """The names that a spec gives itself, whatever else is wrong with it."""
    root = read_document(data, "").root
    if root is None:
        return DeclaredNames(None, None)
    return DeclaredNames(_scalar(root, "metadata", "name"), _scalar(root, "metadata", "domain"))


def is_product(data: bytes) -> bool:
    """Whether a YAML file means to be a product spec: a quick look, for files outside all product folders."""
    return b"kind: DataProduct" in data and b"datamesh.io/" in data


def _scalar(root: Node, *keys: str) -> Node | None:
    node: Node | None = root
    for word in keys:
        if node is None or node.kind != "map":
            return None
        node = next((value for key, value in node.value if key.value == word), None)
    return node if node is not None and node.kind == "scalar" else None


def _normal(document: Document, domain: str) -> Product:
    """Add what is derived: columns with their interfaces, datasets with their tags, the strength of encryption."""
    spec = document.data["spec"]
    encryption = spec.get("governance", {}).get("encryption")
    if encryption is not None:
        encryption["strength"] = sugar.strength(encryption)
    interfaces = spec.get("interfaces", [])
    named = [_dataset_name(i) for i in interfaces]
    columns = spec.get("schema")
    names = list(dict.fromkeys([n for n in named if n] + [c["dataset"] for c in columns or () if "dataset" in c]))
    aliases: dict[Path, Path] = {}
    for i, column in enumerate(columns or ()):
        if "dataset" not in column and len(names) == 1:
            column["dataset"] = names[0]
        column["declared"], column["found"] = True, False
        own = [x for x, n in zip(interfaces, named, strict=True) if n == column.get("dataset")]
        serving = own if len(names) > 1 else interfaces
        if serving:
            column["interfaces"] = serving
        aliases["spec", "schema", i] = ("columns", i)
    datasets: list[dict[str, object]] = []
    for name in names:
        dataset: dict[str, object] = {"name": name, "declared": False, "found": False}
        index = next((i for i, n in enumerate(named) if n == name), None)
        if index is not None:
            dataset |= {k: interfaces[index][k] for k in ("format", "location") if k in interfaces[index]}
            aliases["spec", "interfaces", index] = ("datasets", len(datasets))
        own_columns = [c for c in columns or () if c.get("dataset") == name]
        if own_columns:
            dataset["declared"] = True
            dataset["columns"] = [c["name"] for c in own_columns]
            dataset["tags"] = {tag: c["name"] for c in own_columns for tag in c.get("tags", ())}
        datasets.append(dataset)
    _alias(document, aliases)
    return Product(document, domain, columns, datasets)


def _alias(document: Document, aliases: Mapping[Path, Path]) -> None:
    """Let places under some paths, of three steps each, be found under others too."""
    for where in (document.places, document.keys):
        where.update({(*aliases[p[:3]], *p[3:]): at for p, at in where.items() if p[:3] in aliases})


def _dataset_name(interface: Mapping[str, object]) -> str | None:
    """The dataset that an interface serves: named, or the stem of the file."""
    if "dataset" in interface:
        return str(interface["dataset"])
    if interface["type"] not in FILE_TYPES:
        return None
    if "table" in interface:
        return str(interface["table"])
    stem = str(interface.get("location", "")).rpartition("/")[2].partition(".")[0]
    return stem.replace("-", "_").replace("*", "").strip("_") or None
