"""Words that the council adds to closed lists, put into the table of a schema. Imported on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.model.text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govengine.model.table import SchemaField, SchemaObject, SchemaTable, TypeForm


def widened(table: SchemaTable, added: Mapping[str, Sequence[str]]) -> SchemaTable:
    """A schema's table with more words in its lists, by the names that `govengine.model.words` gives them."""
    if not added:
        return table
    objects: dict[str, SchemaObject] = {}
    for name, described in table["objects"].items():
        fields: dict[str, SchemaField] = {
            field: {**f, "type": _wider(f["type"], added)} for field, f in described["fields"].items()
        }
        objects[name] = {**described, "fields": fields}
    return {**table, "objects": objects}


def _wider(type_: TypeForm, added: Mapping[str, Sequence[str]]) -> TypeForm:
    if type_[0] in ("list", "map"):
        return [type_[0], _wider(type_[1], added)]
    if type_[0] != "enum" or len(type_) < 3 or type_[2] not in added:
        return type_
    return ["enum", list(dict.fromkeys([*type_[1], *added[type_[2]]])), type_[2]]


def lists_of(*tables: SchemaTable) -> dict[str, list[str]]:
    """The lists of some tables that the council may lengthen: their words by name."""
    found: dict[str, list[str]] = {}
    for table in tables:
        for described in table["objects"].values():
            for field in described["fields"].values():
                type_ = field["type"]
                while type_[0] in ("list", "map"):
                    type_ = type_[1]
                if type_[0] == "enum" and len(type_) > 2:
                    found[type_[2]] = list(type_[1])
    return found


def plain_word(word: str) -> str:
    """A word as it compares with others of its list: without case, and with `-`, `_` and blanks alike."""
    return plain(word).replace("-", "").replace("_", "").replace(" ", "")
