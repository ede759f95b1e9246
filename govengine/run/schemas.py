"""The tables by which specs and `govengine.yaml` are read."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from govengine.diagnostics import Diagnostic, Span
from govengine.diagnostics.codes import spec as codes
from govengine.model.own_words import lists_of, plain_word, widened
from govengine.sources.mesh import MESH_FILE

if TYPE_CHECKING:
    from govengine.model.table import SchemaTable
    from govengine.model.values import Mesh


class Schemas(NamedTuple):
    """The tables of product specs and of `govengine.yaml`, made from the pydantic models, and their digest."""

    product: SchemaTable
    mesh: SchemaTable
    digest: str


def schemas() -> Schemas:
    """The tables of this engine."""
    text = files("govengine.model").joinpath("schema_table.json").read_text(encoding="utf-8")
    table = json.loads(text)
    return Schemas(table["product"], table["mesh"], hashlib.sha256(text.encode()).hexdigest())


def schemas_of(mesh: Mesh) -> Schemas:
    """The tables with the words that the council adds to closed lists."""
    tables, added = schemas(), mesh.own_words
    if not added:
        return tables
    digest = hashlib.sha256(f"{tables.digest}\n{json.dumps(added, sort_keys=True)}".encode()).hexdigest()
    return Schemas(widened(tables.product, added), widened(tables.mesh, added), digest)


def near_words(mesh: Mesh) -> list[Diagnostic]:
    """Another spelling of a word that a list has: a spec could then choose by which rule it is meant."""
    if not mesh.own_words:
        return []
    tables, found = schemas(), []
    lists = lists_of(tables.product, tables.mesh)
    for name, words in mesh.own_words.items():
        known = {plain_word(word): word for word in lists[name]}
        for i, word in enumerate(words):
            near = known.setdefault(plain_word(word), word)
            if near != word or word in lists[name] or word in words[:i]:
                line, column, end = mesh.places["words", name, i]
                found.append(codes.known_word(name, word, near, Span(MESH_FILE, line, column, line, end)))
    return found
