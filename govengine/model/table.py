"""The shape of the schema table that specs and `govengine.yaml` are read by: what `model/schema.py` makes."""

from __future__ import annotations

from typing import Any, NotRequired, TypeAlias, TypedDict

TypeForm: TypeAlias = list[Any]
"""A type of the table, as JSON keeps it: `["list", ["str"]]`. What follows the first word hangs on it."""
Record: TypeAlias = dict[str, Any]
"""A map out of a spec or out of `govengine.yaml`, in normal form; the table says which fields it has."""


class SchemaField(TypedDict):
    """A field; `derived` ones are made by the reader and cannot be written.

    `sugar` names a shorter form that it may be written in, `text` what kind of text it holds, `names` what it names.
    """

    type: TypeForm
    required: bool
    doc: str
    derived: bool
    sugar: NotRequired[str]
    text: NotRequired[str]
    names: NotRequired[str]


class SchemaObject(TypedDict):
    """A map with known fields."""

    doc: str
    fields: dict[str, SchemaField]


class SchemaTable(TypedDict):
    """All objects by name, and which of them the whole document is."""

    root: str
    objects: dict[str, SchemaObject]
