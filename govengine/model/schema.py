"""The pydantic models as one plain table, for the fast reader, the checker of conditions and the documentation.

    {"root": "DataProduct", "objects": {"Column": {"doc": …, "fields": {"name": {
        "type": T, "required": bool, "doc": …, "derived": bool, "sugar": str (if any), "text": kind,
        "names": what (if any)}}}}}

`T` is a list: ["str"], ["str", vocabulary], ["enum", values] (with the name of the list, where the council may
lengthen it), ["bool"], ["int"], ["double"], ["date"], ["period"],
["bound"], ["rate"], ["list", T], ["map", T], ["object", name], ["any"]. The table describes the normal form; `derived`
fields are made by the reader and cannot be written.
"""

from __future__ import annotations

import types
import typing
from datetime import date
from typing import Annotated, Any, Literal, Union

from govengine.model.fields import Kind, Node, Says, Sugar, Words
from govengine.model.mesh import Mesh
from govengine.model.product import DataProduct

if typing.TYPE_CHECKING:
    from govengine.model.table import SchemaField, SchemaObject, SchemaTable, TypeForm

_PLAIN: dict[object, TypeForm] = {str: ["str"], bool: ["bool"], int: ["int"], float: ["double"], date: ["date"]}


def product_schema() -> SchemaTable:
    """The table of a product spec, with the fields that the reader derives."""
    table = _table(DataProduct)
    objects = table["objects"]
    objects["Encryption"]["fields"]["strength"] = _derived(
        ["enum", ["none", "in-transit", "at-rest", "end-to-end"]], "the strongest place where data is encrypted"
    )
    column = objects["Column"]["fields"]
    column["declared"] = _derived(["bool"], "whether the spec declares it")
    column["found"] = _derived(["bool"], "whether it is in the data; false where data is not read")
    column["interfaces"] = _derived(["list", ["object", "Interface"]], "the interfaces that serve it", required=False)
    objects["Dataset"] = {
        "doc": "A dataset, declared by an interface or by columns, or found.",
        "fields": {
            "name": _derived(["str"], "its name"),
            "declared": _derived(["bool"], "whether the spec declares columns for it"),
            "found": _derived(["bool"], "whether its data could be read"),
            "format": _derived(["str"], "`csv`, `parquet`, …", required=False),
            "location": _derived(["str"], "where it stands", required=False),
            "tags": _derived(["map", ["str"]], "tag → the column that carries it", required=False),
            "columns": _derived(["list", ["str"]], "names of its columns", required=False),
        },
    }
    return table


def mesh_schema() -> SchemaTable:
    """The table of `govengine.yaml`."""
    return _table(Mesh)


def _derived(type_: TypeForm, doc: str, *, required: bool = True) -> SchemaField:
    return {"type": type_, "required": required, "doc": doc, "derived": True}


def _table(root: type[Node]) -> SchemaTable:
    objects: dict[str, SchemaObject] = {}
    _object(root, objects)
    return {"root": root.__name__, "objects": objects}


def _object(model: type[Node], objects: dict[str, SchemaObject]) -> None:
    if model.__name__ in objects:
        return
    fields: dict[str, SchemaField] = {}
    objects[model.__name__] = {"doc": (model.__doc__ or "").strip(), "fields": fields}
    hints = typing.get_type_hints(model, include_extras=True)
    for name, info in model.model_fields.items():
        type_, sugar = _type(hints[name], objects)
        field: SchemaField = {
            "type": type_,
            "required": info.is_required(),
            "doc": info.description or "",
            "derived": False,
        }
        if sugar:
            field["sugar"] = sugar
        says = _says(hints[name])
        if says is not None:
            field["text"] = says.kind
            if says.names is not None:
                field["names"] = says.names
        fields[info.alias or name] = field


def _says(hint: object) -> Says | None:
    """What the texts of a field are, however deep they stand in lists and maps; None where it holds no plain text."""
    if typing.get_origin(hint) is Annotated:
        found = next((mark for mark in typing.get_args(hint)[1:] if isinstance(mark, Says)), None)
        if found is not None:
            return found
    inside = [_says(arg) for arg in typing.get_args(hint) if not isinstance(arg, str)]
    if typing.get_origin(hint) is dict:
        del inside[0]  # keys are checked by themselves
    return next((found for found in inside if found is not None), None)


def _type(hint: Any, objects: dict[str, SchemaObject]) -> tuple[TypeForm, str | None]:
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [a for a in typing.get_args(hint) if a is not type(None)]
        return _type(inner[0], objects)
    if origin is Annotated:
        base, *metadata = typing.get_args(hint)
        for mark in metadata:
            if isinstance(mark, Kind):
                return mark.described, None
        sugar = next((mark.name for mark in metadata if isinstance(mark, Sugar)), None)
        added = [mark.name for mark in metadata if isinstance(mark, Words)]
        return _type(base, objects)[0] + added, sugar
    if origin is Literal:
        return ["enum", list(typing.get_args(hint))], None
    if origin is list:
        return ["list", _type(typing.get_args(hint)[0], objects)[0]], None
    if origin is dict:
        return ["map", _type(typing.get_args(hint)[1], objects)[0]], None
    if isinstance(hint, type) and issubclass(hint, Node):
        _object(hint, objects)
        return ["object", hint.__name__], None
    return _PLAIN[hint], None
