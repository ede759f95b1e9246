"""The functions of conditions and what they take; what they do stands in `runtime`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from govengine.conditions import types as t
from govengine.conditions.types import Type

Accepts = Callable[[Type], bool]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes and gives; `expected` says it in words."""

    parameters: tuple[Accepts, ...]
    result: Type
    expected: str
    summary: str


def _list_of_text(type_: Type) -> bool:
    return type_[0] == "list" and (type_[1] == t.ANY or t.is_text(type_[1]))


def _promise(type_: Type) -> bool:
    return type_ in (t.BOUND, t.PERCENT, t.INT, t.DOUBLE)


def _countable(type_: Type) -> bool:
    return type_[0] in ("list", "int", "double")


def _column(type_: Type) -> bool:
    return type_ == ("object", "Column")


def _sized(type_: Type) -> bool:
    return t.is_text(type_) or type_[0] in ("list", "map")


FUNCTIONS: dict[str, Signature] = {
    "under": Signature(
        (t.is_text, _list_of_text),
        t.BOOL,
        "a text and a list of prefixes",
        "whether a dotted text is one of the prefixes or stands below one, segment by segment",
    ),
    "within": Signature(
        (t.is_moment, lambda ty: ty == t.PERIOD),
        t.BOOL,
        "a date and a period",
        "whether a date lies in the period that ends at the as-of day; a later date does not",
    ),
    "meets": Signature(
        (_promise, _promise),
        t.BOOL,
        "two promises, percentages or numbers",
        "whether every value that the first promise allows is good enough for the second",
    ),
    "version": Signature(
        (t.is_text,), t.VERSION, "a version written `1.2.3`", "a version's `.major`, `.minor` and `.patch`"
    ),
    "share": Signature(
        (_countable, _countable), t.PERCENT, "two lists or numbers", "how much of the second the first is"
    ),
    "average": Signature((lambda ty: ty[0] == "list",), t.ANY, "a list of numbers or percentages", "their mean"),
    "retention": Signature(
        (_column,),
        ("object", "Retention"),
        "a column",
        "how long a column is kept: what holds for the product, with what its `retention_category` adds",
    ),
    "size": Signature((_sized,), t.INT, "a list, map or text", "how many items, or characters"),
}
METHODS: dict[str, Signature] = {
    "size": FUNCTIONS["size"],
    "startsWith": Signature((t.is_text, t.is_text), t.BOOL, "a text", "whether a text begins with another"),
    "endsWith": Signature((t.is_text, t.is_text), t.BOOL, "a text", "whether a text ends with another"),
    "contains": Signature((t.is_text, t.is_text), t.BOOL, "a text", "whether a text holds another"),
    "matches": Signature((t.is_text, t.is_text), t.BOOL, "a pattern", "whether a pattern is found in a text"),
}
