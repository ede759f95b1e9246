"""Types of conditions, as tuples: the same shapes as the product-spec schema writes them.

`("str",)`, `("str", vocabulary)`, `("enum", values)`, `("bool",)`, `("int",)`, `("double",)`, `("date",)`,
`("timestamp",)`, `("period",)`, `("percent",)`, `("bound",)`, `("rate",)`, `("list", T)`, `("map", T)` (keys are
text), `("object", name)`, `("column",)` (the name of a column), `("any",)` (unknown before run time).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Plain: TypeAlias = tuple[
    Literal["bool", "int", "double", "date", "timestamp", "period", "percent", "bound", "rate", "column", "any"]
]
Text: TypeAlias = tuple[Literal["str"]] | tuple[Literal["str"], str]
"""Text, and the vocabulary that it is from, if any."""
Choice: TypeAlias = tuple[Literal["enum"], tuple[str, ...]]
Listed: TypeAlias = tuple[Literal["list"], "Type"]
Mapped: TypeAlias = tuple[Literal["map"], "Type"]
"""Keys are text."""
Object: TypeAlias = tuple[Literal["object"], str]
Type: TypeAlias = Plain | Text | Choice | Listed | Mapped | Object

BOOL: Plain = ("bool",)
INT: Plain = ("int",)
DOUBLE: Plain = ("double",)
STRING: Text = ("str",)
DATE: Plain = ("date",)
TIMESTAMP: Plain = ("timestamp",)
PERIOD: Plain = ("period",)
PERCENT: Plain = ("percent",)
BOUND: Plain = ("bound",)
RATE: Plain = ("rate",)
COLUMN: Plain = ("column",)
ANY: Plain = ("any",)
VERSION: Object = ("object", "Version")

_PLAIN: dict[str, Plain] = {
    plain[0]: plain for plain in (BOOL, INT, DOUBLE, DATE, TIMESTAMP, PERIOD, PERCENT, BOUND, RATE, COLUMN, ANY)
}

_NAMES = {
    "str": "text", "enum": "text", "bool": "true or false", "int": "a whole number", "double": "a number",
    "date": "a date", "timestamp": "a time", "period": "a period", "percent": "a percentage", "bound": "a promise",
    "rate": "a rate", "list": "a list", "map": "a map", "column": "a column's name", "any": "anything",
}  # fmt: skip


def from_schema(described: object) -> Type:
    """The type that the product-spec schema writes as a list.

    Raises:
        ValueError: it is none of the types of conditions.

    """
    match described:
        case ["list", item]:
            return ("list", from_schema(item))
        case ["map", item]:
            return ("map", from_schema(item))
        case ["enum", list() | tuple() as words, *_]:
            return ("enum", tuple(str(word) for word in words))
        case ["object", str() as name]:
            return ("object", name)
        case ["str", str() as vocabulary]:
            return ("str", vocabulary)
        case ["str"]:
            return STRING
        case [str() as kind] if kind in _PLAIN:
            return _PLAIN[kind]
        case _:
            raise ValueError(f"unknown type in the schema table: {described!r}")


def describe(type_: Type) -> str:
    """The type in words, for messages."""
    if type_[0] == "object":
        return _with_article(type_[1].lower())
    if type_[0] == "list" and type_[1] != ANY:
        return f"a list of {_plural(type_[1])}"
    return _NAMES[type_[0]]


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _plural(type_: Type) -> str:
    words = {"str": "texts", "enum": "texts", "int": "whole numbers", "double": "numbers", "period": "periods"}
    return words.get(type_[0], describe(type_).removeprefix("an ").removeprefix("a ") + "s")


def is_text(type_: Type) -> bool:
    """Whether values are text, from whatever vocabulary."""
    return type_[0] in ("str", "enum", "column")


def is_number(type_: Type) -> bool:
    """Whether values are numbers, whole or not."""
    return type_[0] in ("int", "double")


def is_moment(type_: Type) -> bool:
    """Whether values are days or times."""
    return type_[0] in ("date", "timestamp")


def family(type_: Type) -> str:
    """What a type compares as: types of one family may stand on both sides of `==`."""
    if is_text(type_):
        return "text"
    if is_number(type_):
        return "number"
    if is_moment(type_):
        return "moment"
    return type_[0]


def comparable(left: Type, right: Type) -> bool:
    """Whether `==` between the two can ever be true."""
    if ANY in (left, right):
        return True
    if left[0] == right[0] == "list":
        return comparable(left[1], right[1])
    return family(left) == family(right)


def join(types: list[Type]) -> Type:
    """The type of a list's items, or of the two sides of `? :`; ANY where they differ or one is unknown.

    Whole numbers beside doubles are ANY too: they compare with each other and do not add up, as in CEL. A type that
    is not ANY is a promise: generated code does not look again at what it gets.
    """
    if not types or ANY in types:
        return ANY
    first = types[0]
    if all(t == first for t in types):
        return first
    families = {family(t) for t in types}
    if families == {"text"}:
        return STRING
    if families == {"moment"}:
        return TIMESTAMP
    if families == {"list"}:
        return ("list", join([t[1] for t in types if t[0] == "list"]))
    if families == {"map"}:
        return ("map", join([t[1] for t in types if t[0] == "map"]))
    return ANY
