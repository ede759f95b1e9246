"""Nodes → values in normal form, driven by the schema table that the pydantic models give.

Runs on every spec of every run; imports no pydantic. A property test holds that it accepts and refuses the same
documents as the models, with the same values.
"""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Span, nearest
from govengine.diagnostics.codes import spec as codes
from govengine.model import logical_type, sugar, text
from govengine.model.quantity import PARSERS, QuantityError
from govengine.sources.yaml_document import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.model.table import Record, SchemaField, SchemaTable, TypeForm
    from govengine.model.values import Path, Position
    from govengine.model.vocabulary import Vocabulary

_SKIP = object()
_WORDS = {
    "str": "a text", "enum": "a text", "bool": "`true` or `false`", "int": "a whole number", "double": "a number",
    "date": "a date, written `2027-03-31`", "list": "a list", "map": "a map", "object": "a map",
    "period": "a period such as `7 years`", "bound": "a promise such as `>99.5%`", "percent": "a percentage",
    "rate": "a rate such as `10000/hour`",
}  # fmt: skip


class Reader:
    """Reads one document. After `read`, `places` and `keys` tell where values and keys stand, by path."""

    def __init__(self, table: SchemaTable, vocabularies: Mapping[str, Vocabulary], file: str) -> None:
        self._objects = table["objects"]
        self._root = table["root"]
        self._vocabularies = vocabularies
        self._file = file
        self.places: dict[Path, Position] = {}
        self.keys: dict[Path, Position] = {}
        self.diagnostics: list[Diagnostic] = []

    def read(self, node: Node) -> Record:
        """The document's value; it is complete only while `diagnostics` holds no error."""
        value = self._object(node, self._root, ())
        return value if isinstance(value, dict) else {}

    def _span(self, node: Node) -> Span:
        return node.span(self._file)

    def _value(
        self,
        node: Node,
        type_: TypeForm,
        path: Path,
        field: SchemaField | None = None,
        *,
        says: str | None = None,
    ) -> object:
        shape = field.get("sugar") if field else None
        if shape:
            sugared = self._sugared(node, shape, type_, path)
            if sugared is not None:
                return sugared
        kind = type_[0]
        says = field.get("text") if field else says
        self.places[path] = (node.line, node.column, node.end_column)
        if kind == "object":
            return self._object(node, type_[1], path)
        if kind == "list":
            return self._list(node, type_, path, says)
        if kind == "map":
            return self._map(node, type_, path, says)
        if node.kind != "scalar":
            return self._wrong(node, kind, path, "a list" if node.kind == "list" else "a map")
        return self._scalar(node, type_, path, says)

    def _scalar(self, node: Node, type_: TypeForm, path: Path, says: str | None) -> object:
        kind = type_[0]
        value = node.resolved()
        if value is None:
            del self.places[path]
            return _SKIP
        if kind == "str":
            if not isinstance(value, str):
                help_ = f'write `"{node.value}"`'
                return self._wrong(
                    node, kind, path, "a number" if not isinstance(value, bool) else "true or false", help_
                )
            return self._text(node, value, says, path) if len(type_) == 1 else self._word(node, value, type_[1], path)
        if kind == "enum":
            if isinstance(value, str) and value in type_[1]:
                return value
            known = type_[1]
            self.diagnostics.append(
                codes.unknown_value(
                    _written(path), node.value, self._span(node), suggestion=nearest(node.value, known), known=known
                )
            )
            return _SKIP
        if kind in PARSERS:
            if isinstance(value, bool):
                return self._wrong(node, kind, path, "true or false")
            try:
                return PARSERS[kind](str(value))
            except QuantityError as error:
                self.diagnostics.append(codes.bad_quantity(_last(path), node.value, str(error), self._span(node)))
                return _SKIP
        if kind == "bool":
            if isinstance(value, bool):
                return value
            if value in ("true", "false"):
                return self._wrong(node, kind, path, f"the text `{value}`", f"write `{value}` without quotes")
            return self._wrong(node, kind, path, _found(value))
        if kind == "int":
            fits = isinstance(value, int) and not isinstance(value, bool)
            if not fits and isinstance(value, str) and value.isascii() and value.isdigit():
                return self._wrong(node, kind, path, f"the text `{value[:40]}`", f"write `{value[:40]}` without quotes")
            return value if fits else self._wrong(node, kind, path, _found(value))
        if kind == "double":
            fits = type(value) in (int, float) and abs(value) <= sys.float_info.max
            return float(value) if fits else self._wrong(node, kind, path, _found(value))
        return self._day(node, value, path)

    def _day(self, node: Node, value: object, path: Path) -> object:
        if isinstance(value, str) and len(value) == 10 and value[7] == "-":  # no week dates
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        return self._wrong(node, "date", path, f"`{node.value}`", "write a day of the calendar, as `2027-03-31`")

    def _text(self, node: Node, value: str, says: str | None, path: Path) -> object:
        """A text that no list closes: it must be what a reader of the file sees."""
        found = text.wrong(value, says) if says is not None else None
        if found is None:
            return value
        self.diagnostics.append(codes.not_what_it_shows(_written(path), found[0], self._span(node), help_=found[1]))
        return _SKIP

    def _type(self, node: Node, value: str, path: Path) -> object:
        try:
            return logical_type.canonical(value)
        except logical_type.LogicalTypeError as error:
            known = () if error.near else logical_type.WORDS
            self.diagnostics.append(
                codes.unknown_value(
                    _last(path), value, self._span(node), suggestion=error.near, known=known, why=str(error)
                )
            )
            return _SKIP

    def _word(self, node: Node, value: str, vocabulary: str, path: Path) -> object:
        if vocabulary == "logical_type":
            return self._type(node, value, path)
        words = self._vocabularies.get(vocabulary)
        if words is None or words.holds(value):
            return value
        known = sorted(words.words)
        self.diagnostics.append(
            codes.unknown_value(_last(path), value, self._span(node), suggestion=nearest(value, known), known=known)
        )
        return _SKIP

    def _wrong(self, node: Node, kind: str, path: Path, found: str, help_: str | None = None) -> object:
        self.diagnostics.append(
            codes.wrong_type(_written(path) or "the file", _WORDS[kind], found, self._span(node), help_=help_)
        )
        return _SKIP

    def _list(self, node: Node, type_: TypeForm, path: Path, says: str | None) -> object:
        if node.kind != "list":
            word = node.kind == "scalar" and type_[1][0] == "str" and 0 < len(node.value) <= 40
            return self._missing_or_wrong(node, "list", path, f"write `[{node.value}]`" if word else None)
        items: list[object] = []
        for item in node.value:
            value = self._value(item, type_[1], (*path, len(items)), says=says)
            if value is not _SKIP:
                items.append(value)
            elif item.kind == "scalar" and item.resolved() is None:
                self._wrong(item, type_[1][0], (*path, len(items)), "nothing", "take the item out")
        return items

    def _map(self, node: Node, type_: TypeForm, path: Path, says: str | None) -> object:
        if node.kind != "map":
            return self._missing_or_wrong(node, "map", path)
        values: dict[str, object] = {}
        for key, child in node.value:
            here = (*path, key.value)
            self.keys[here] = (key.line, key.column, key.end_column)
            wrong = text.wrong(key.value, "data")
            if wrong is not None:
                named = f"a key of {_written(path)}"
                self.diagnostics.append(codes.not_what_it_shows(named, wrong[0], self._span(key), help_=wrong[1]))
                continue
            value = self._value(child, type_[1], here, says=says)
            if value is not _SKIP:
                values[key.value] = value
            elif child.kind == "scalar" and child.resolved() is None:
                self._wrong(child, type_[1][0], here, "nothing", "fill the entry, or take it out")
        return values

    def _missing_or_wrong(self, node: Node, kind: str, path: Path, help_: str | None = None) -> object:
        if node.kind == "scalar" and node.resolved() is None:
            self.places.pop(path, None)
            return _SKIP
        found = "a list" if node.kind == "list" else "a map" if node.kind == "map" else f"`{node.value[:40]}`"
        return self._wrong(node, kind, path, found, help_)

    def _object(self, node: Node, name: str, path: Path) -> object:
        if node.kind != "map":
            return self._missing_or_wrong(node, "object", path)
        fields = self._objects[name]["fields"]
        values: dict[str, object] = {}
        for key, child in node.value:
            word = key.value
            field = fields.get(word)
            if field is None or field["derived"]:
                if not word.startswith("x-") and word != "custom":
                    self._unknown(key, name, path, fields)
                continue
            here = (*path, word)
            self.keys[here] = (key.line, key.column, key.end_column)
            value = self._value(child, field["type"], here, field)
            if value is not _SKIP:
                values[word] = value
        for word, field in fields.items():
            if field["required"] and word not in values and not field["derived"] and not self._failed((*path, word)):
                where = Span(self._file, node.line, node.column, node.line, node.column + 1)
                self.diagnostics.append(codes.missing_field(_written((*path, word)), where, field["doc"]))
        if name == "Column":
            self._spread(values, node, path)
        return values

    def _spread(self, values: dict[str, object], node: Node, path: Path) -> None:
        """Put a column's type into normal form, unless a part of it could not be read."""
        fields = ("logical_type", *logical_type.FIELDS)
        if any(field not in values and self._failed((*path, field)) for field in fields):
            return
        try:
            found = logical_type.spread(values)
        except logical_type.LogicalTypeError as error:
            at = self.places.get((*path, error.field)) or self.places.get((*path, "logical_type"))
            line, column, end = at or (node.line, node.column, node.column + 1)
            where = Span(self._file, line, column, line, end)
            self.diagnostics.append(codes.unlike_type(str(error), where))
            return
        for field in fields:
            values.pop(field, None)
        values.update(found)

    def _failed(self, path: Path) -> bool:
        """Whether a field is there and could not be read, which was said already."""
        return path in self.places

    def _unknown(self, key: Node, name: str, path: Path, fields: Mapping[str, SchemaField]) -> None:
        known = sorted(w for w, f in fields.items() if not f["derived"])
        owner = f"`{_written(path)}`" if path else f"a {name}"
        self.diagnostics.append(
            codes.unknown_field(key.value, owner, self._span(key), suggestion=nearest(key.value, known), known=known)
        )

    # -- shapes besides the normal form (see govengine.model.sugar) --------------------------------------------------

    def _sugared(self, node: Node, shape: str, type_: list[object], path: Path) -> object:
        if shape == "period-as-minimum" and node.kind == "scalar" and node.resolved() is not None:
            self.places[path] = (node.line, node.column, node.end_column)
            value = self._value(node, ["period"], (*path, "min"))
            if value is _SKIP:
                return _SKIP
            self.diagnostics.append(codes.bare_retention(node.value, self._span(node)))
            return {"min": value}
        if shape == "encryption-word" and node.kind == "scalar" and node.resolved() is not None:
            self.places[path] = (node.line, node.column, node.end_column)
            word = node.resolved()
            if isinstance(word, str) and word in sugar.ENCRYPTION_WORDS:
                return dict(sugar.ENCRYPTION_WORDS[word])
            known = list(sugar.ENCRYPTION_WORDS)
            self.diagnostics.append(
                codes.unknown_value(
                    _last(path), node.value, self._span(node), suggestion=nearest(node.value, known), known=known
                )
            )
            return _SKIP
        if shape == "evolution-word" and node.kind == "scalar":
            word = node.resolved()
            if isinstance(word, str) and word in sugar.EVOLUTION_WORDS:
                self.places[path] = (node.line, node.column, node.end_column)
                return sugar.EVOLUTION_WORDS[word]
            return None
        if shape == "grouped-columns" and node.kind == "list":
            return self._value(_flat(node), type_, path)
        if shape == "list-of-gates" and node.kind == "list":
            merged = Node(
                "map",
                [pair for item in node.value if item.kind == "map" for pair in item.value],
                node.line,
                node.column,
                node.end_column,
                False,
            )
            keys = [key.value for key, _ in merged.value]
            if len(keys) == len(set(keys)) and all(item.kind == "map" for item in node.value):
                return self._value(merged, type_, path)
        return None


def _flat(node: Node) -> Node:
    """Columns grouped by dataset, as one list."""
    items: list[Node] = []
    for item in node.value:
        entries = {key.value: (key, value) for key, value in item.value} if item.kind == "map" else {}
        grouped = (
            "columns" in entries and entries["columns"][1].kind == "list" and set(entries) <= {"dataset", "columns"}
        )
        if not grouped:
            items.append(item)
            continue
        dataset = entries.get("dataset")
        if dataset is not None and dataset[1].kind == "scalar" and dataset[1].resolved() is None:
            dataset = None
        for column in entries["columns"][1].value:
            named = column.kind == "map" and any(key.value == "dataset" for key, _ in column.value)
            if dataset is None or named or column.kind != "map":
                items.append(column)
            else:
                items.append(
                    Node("map", [dataset, *column.value], column.line, column.column, column.end_column, False)
                )
    return Node("list", items, node.line, node.column, node.end_column, False)


def _written(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _last(path: Path) -> str:
    return str(next((step for step in reversed(path) if isinstance(step, str)), ""))


def _found(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "a number" if isinstance(value, int | float) else f"`{str(value)[:40]}`"
