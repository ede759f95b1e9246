"""Logical types of columns: a closed list of words with parameters, read from a spec into one normal form.

    string(40)   decimal(10,2)   list<string>   map<string, decimal(10,2)>   struct<id: integer, tags: list<string>>

A parameter may stand in the word or in a field of its own (`precision`, `scale`, `max_length`, `items`, `keys`,
`fields`, `enum`). The normal form has it in the field, so that `column.logical_type == "decimal"` is true of
`decimal(10,2)` too; `declared` puts both together again. Imported on every run, so it imports little.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.diagnostics.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = (
    "string", "integer", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "decimal",
    "float32", "float64", "boolean", "date", "time", "timestamp", "timestamptz", "interval", "uuid", "json",
    "enum", "binary", "list", "map", "struct",
)  # fmt: skip
"""The types, by the one name that rules see."""
SYNONYMS = {
    "text": "string", "varchar": "string", "char": "string", "utf8": "string", "int": "integer", "long": "int64",
    "bigint": "int64", "smallint": "int16", "short": "int16", "byte": "int8", "numeric": "decimal",
    "float": "float64", "real": "float32", "double": "float64", "number": "float64", "bool": "boolean",
    "datetime": "timestamp", "instant": "timestamptz", "blob": "binary", "bytes": "binary", "fixed": "binary",
    "array": "list", "record": "struct", "object": "struct",
}  # fmt: skip
"""Other names that a spec may use → the one name."""
ELSEWHERE = {
    "timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp", "money": "decimal",
    "timestamp_tz": "timestamptz", "timestamp_ntz": "timestamp", "double precision": "float64", "str": "string",
    "character varying": "string", "nvarchar": "string", "clob": "string", "dict": "map", "variant": "json",
    "jsonb": "json", "tinyint": "int8", "serial": "integer", "guid": "uuid", "duration": "interval", "bit": "boolean",
    "bytea": "binary",
}  # fmt: skip
"""Words of other formats that are refused → the one that is likely meant."""
PARAMETERS: dict[str, tuple[str, ...]] = {
    "string": ("max_length",),
    "binary": ("max_length",),
    "decimal": ("precision", "scale"),
    "enum": ("enum",),
    "list": ("items",),
    "map": ("keys", "items"),
    "struct": ("fields",),
}
"""The fields of a column that say more of a type, by type."""
FIELDS = ("precision", "scale", "max_length", "items", "keys", "fields", "enum")
"""All of them."""
MAX_DIGITS = 38
MAX_TEXT = 4000
MAX_DEPTH = 16

_TOKEN = re.compile(r'\s*(?:(?P<quoted>"(?:[^"]|"")*")|(?P<word>[^\s<>(),:"]+)|(?P<sign>[<>(),:]))')
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


class LogicalTypeError(ValueError):
    """A text that is no logical type; `near` is a word that was likely meant, `field` the parameter at fault."""

    def __init__(self, message: str, *, near: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.near, self.field = near, field


class LogicalType(NamedTuple):
    """A type with what is declared of it; None stands for what is not declared.

    `length` is the most characters of a string or bytes of a binary. `items` are those of a list, or the values of a
    map, `keys` a map's keys; `fields` are a struct's, in order, and `words` the values of an enum, in order.
    """

    name: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    items: LogicalType | None = None
    keys: LogicalType | None = None
    fields: tuple[tuple[str, LogicalType], ...] | None = None
    words: tuple[str, ...] | None = None

    def written(self) -> str:
        """The type as a spec writes it, in one way for each type."""
        if self.length is not None:
            return f"{self.name}({self.length})"
        if self.precision is not None:
            return f"{self.name}({self.precision}{'' if self.scale is None else f',{self.scale}'})"
        if self.words is not None:
            return f"{self.name}({', '.join(map(_word, self.words))})"
        if self.fields is not None:
            return f"{self.name}<{', '.join(f'{_word(n)}: {t.written()}' for n, t in self.fields)}>"
        if self.keys is not None and self.items is not None:
            return f"{self.name}<{self.keys.written()}, {self.items.written()}>"
        return self.name if self.items is None else f"{self.name}<{self.items.written()}>"


def _word(text: str) -> str:
    """A name or value inside a type; in quotes where it could be read as anything else."""
    return text if re.fullmatch(r'[^\s<>(),:"]+', text) else '"' + text.replace('"', '""') + '"'


def near(word: str) -> str | None:
    """The type that a word outside the list was likely meant to be, or None."""
    plain = " ".join(word.lower().split())
    if plain.endswith("[]"):
        inside = SYNONYMS.get(plain[:-2], plain[:-2])
        return f"list<{inside}>" if inside in WORDS else None
    return SYNONYMS.get(plain) or ELSEWHERE.get(plain) or nearest(plain, (*WORDS, *SYNONYMS))


def parse(text: str) -> LogicalType:
    """The type that a text means.

    Raises:
        LogicalTypeError: it means none.

    """
    if len(text) > MAX_TEXT:
        raise LogicalTypeError(f"a type is written in {MAX_TEXT:,} characters at most")
    if " ".join(text.lower().split()) in ELSEWHERE:
        raise LogicalTypeError(f"`{text}` is no type", near=near(text))
    reading = _Reading(text)
    found = reading.type(0)
    if reading.token() is not None:
        raise LogicalTypeError(f"nothing may follow `{found.written()}`")
    return found


class _Reading:
    """Goes through the text of a type."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise LogicalTypeError("a quotation mark is not closed")
            self._tokens.append(match["quoted"] or match["word"] or match["sign"])
            at = match.end()
        self._at = 0

    def token(self) -> str | None:
        """What stands next."""
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self, wanted: str | None = None) -> str:
        held = self.token()
        if held is None or (wanted is not None and held != wanted):
            after = f"`{self._tokens[self._at - 1]}`" if self._at else "the beginning"
            raise LogicalTypeError(
                f"`{wanted}` is wanted after {after}" if wanted else f"a word is wanted after {after}"
            )
        self._at += 1
        return held

    def _name(self) -> str:
        """A name or value: a word, or anything in quotes."""
        held = self._next()
        if held in "<>(),:":
            raise LogicalTypeError(f"a word is wanted in the place of `{held}`")
        return held[1:-1].replace('""', '"') if held.startswith('"') else held

    def _take(self, sign: str) -> bool:
        if self.token() == sign:
            self._at += 1
            return True
        return False

    def type(self, depth: int) -> LogicalType:
        """A type with its parameters."""
        if depth > MAX_DEPTH:
            raise LogicalTypeError(f"types nest {MAX_DEPTH} deep at most")
        written = self._next()
        word = written.lower()
        name = SYNONYMS.get(word, word)
        if name not in WORDS:
            raise LogicalTypeError(f"`{written}` is no type", near=near(word))
        if self._take("<"):
            return self._nested(name, depth)
        if self._take("("):
            return self._sized(name)
        if name == "enum" and depth:
            raise LogicalTypeError("an enum lists its values: `enum(open, closed)`")
        return LogicalType(name)

    def _nested(self, name: str, depth: int) -> LogicalType:
        if name == "list":
            found = LogicalType(name, items=self.type(depth + 1))
        elif name == "map":
            keys = self.type(depth + 1)
            self._next(",")
            found = LogicalType(name, keys=keys, items=self.type(depth + 1))
        elif name == "struct":
            fields: dict[str, LogicalType] = {}
            while True:
                field = self._name()
                self._next(":")
                if field in fields:
                    raise LogicalTypeError(f"`{field}` stands twice in a struct")
                fields[field] = self.type(depth + 1)
                if not self._take(","):
                    break
            found = LogicalType(name, fields=tuple(fields.items()))
        else:
            raise LogicalTypeError(f"`{name}` holds no other type")
        self._next(">")
        return found

    def _sized(self, name: str) -> LogicalType:
        given = [self._name()]
        while self._take(","):
            given.append(self._name())
        self._next(")")
        if name == "enum":
            return _enum(given)
        numbers = [int(g) if _NUMBER.fullmatch(g) else -1 for g in given]
        if name in ("string", "binary") and len(numbers) == 1:
            return LogicalType(name, length=_length(numbers[0]))
        if name == "decimal" and len(numbers) <= 2:
            return _decimal(numbers[0], numbers[1] if len(numbers) == 2 else None)
        raise LogicalTypeError(f"`{name}` takes no such parameter")


def _length(length: int) -> int:
    if length < 1:
        raise LogicalTypeError("a length is a whole number from 1", field="max_length")
    return length


def _decimal(precision: int, scale: int | None) -> LogicalType:
    if not 1 <= precision <= MAX_DIGITS:
        raise LogicalTypeError(f"a precision is a whole number from 1 to {MAX_DIGITS}", field="precision")
    if scale is not None and not 0 <= scale <= precision:
        raise LogicalTypeError("a scale is a whole number from 0 to the precision", field="scale")
    return LogicalType("decimal", precision=precision, scale=scale)


def _enum(words: list[str] | tuple[str, ...]) -> LogicalType:
    if not words or len(set(words)) != len(words):
        raise LogicalTypeError("an enum lists at least one value, and none twice", field="enum")
    return LogicalType("enum", words=tuple(words))


def canonical(text: str) -> str:
    """The one way to write the type that a text means.

    Raises:
        LogicalTypeError: it means none.

    """
    return parse(text).written()


def spread(column: Mapping[str, Any]) -> dict[str, object]:
    """What is declared of a column's type in normal form: `logical_type` is a word of `WORDS`, parameters are fields.

    Raises:
        LogicalTypeError: a parameter belongs to another type, or is unlike in the word and in its field.

    """
    given = {name: column[name] for name in FIELDS if column.get(name) is not None}
    word = column.get("logical_type")
    if word is None:
        if given:
            field = next(iter(given))
            raise LogicalTypeError(f"`{field}` is declared, and no `logical_type`", field=field)
        return {}
    parsed = parse(word)
    for field in given:
        if field not in PARAMETERS.get(parsed.name, ()):
            raise LogicalTypeError(f"`{field}` says nothing of `{parsed.name}`", field=field)
    own = _fields_of(parsed)
    for field, value in own.items():
        if field in given and given[field] != value:
            raise LogicalTypeError(f"`{field}` is unlike in the word and in the field", field=field)
    merged = {**given, **own}
    if "scale" in merged and "precision" not in merged:
        raise LogicalTypeError("a `scale` needs a `precision`", field="scale")
    if ("keys" in merged) != ("items" in merged) and parsed.name == "map":
        raise LogicalTypeError("a map declares both `keys` and `items`", field="keys" if "keys" in merged else "items")
    if parsed.name == "enum" and "enum" not in merged:
        raise LogicalTypeError("an enum lists its values: `enum(open, closed)`", field=None)
    built = _built(parsed.name, merged)
    return {"logical_type": parsed.name, **_fields_of(built)}


def declared(column: Mapping[str, object]) -> LogicalType | None:
    """The type of a column in normal form, or None where none is declared."""
    name = column.get("logical_type")
    return None if name is None else _built(str(name), column)


def _fields_of(type_: LogicalType) -> dict[str, object]:
    """The parameters of a type as fields of a column."""
    found: dict[str, object] = {
        "precision": type_.precision,
        "scale": type_.scale,
        "max_length": type_.length,
        "items": None if type_.items is None else type_.items.written(),
        "keys": None if type_.keys is None else type_.keys.written(),
        "fields": None if type_.fields is None else {name: t.written() for name, t in type_.fields},
        "enum": None if type_.words is None else list(type_.words),
    }
    return {name: value for name, value in found.items() if value is not None}


def _built(name: str, given: Mapping[str, Any]) -> LogicalType:
    """A type from its name and fields."""
    if name == "decimal" and "precision" in given:
        return _decimal(given["precision"], given.get("scale"))
    if name == "enum":
        return _enum(tuple(given["enum"]))
    if name in ("string", "binary") and "max_length" in given:
        return LogicalType(name, length=_length(given["max_length"]))
    if name in ("list", "map") and "items" in given:
        keys = parse(given["keys"]) if name == "map" else None
        return LogicalType(name, items=parse(given["items"]), keys=keys)
    if name == "struct" and "fields" in given:
        if not given["fields"]:
            raise LogicalTypeError("a struct has at least one field", field="fields")
        return LogicalType(name, fields=tuple((field, parse(text)) for field, text in given["fields"].items()))
    return LogicalType(name)
