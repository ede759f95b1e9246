"""Random product specs, from the schema table: what a field may hold, and which fields stand.

A trie says which fields are of interest: `{"spec": {"governance": {"classification": {}}}}`. Fields on it stand more
often than not, others only where the schema asks for them, so that conditions over the same trie meet both presence
and absence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from govengine.model.encoding import USUAL
from govengine.model.logical_type import FIELDS, spread
from govengine.model.mesh import Mesh
from govengine.model.product import DataProduct
from govengine.model.quantity import PROMISED_TIMES, holds, parse_period
from govengine.model.schema import mesh_schema, product_schema
from govengine.model.vocabulary import vocabularies

LEVELS = ("public", "internal", "confidential", "restricted")
FRAMEWORKS = ("GDPR", "PCI-DSS", "SOX")
VOCABULARIES = vocabularies(LEVELS, FRAMEWORKS)
PRODUCT = product_schema()
MESH = mesh_schema()
MODELS: dict[str, type[BaseModel]] = {"product": DataProduct, "mesh": Mesh}
DOMAIN = "payments"

TEXTS = ("a", "b", "person", "payments", "pan.token", "owner@company.com", "2.1.0", "7_years")
TYPES = (
    "string",
    "string(20)",
    "integer",
    "uint8",
    "decimal",
    "decimal(10)",
    "decimal(10,2)",
    "timestamptz",
    "list",
    "list<string>",
    "map<string, list<integer>>",
    "struct<a: string, b: map<string, date>>",
    "enum(a, b)",
    "json",
)
DATES = ("2024-02-29", "2025-12-31", "2026-01-31", "2026-03-31", "2027-01-01")
PERIODS = ("7 years", "7_years", "365d", "366 days", "P1Y", "12 months", "PT4H", "1 day", "28 days", "100ms", "P1Y2M3D")
SHARES = (">99.5%", ">=99.5%", "99.9%", ">5", "=100%")
TIMES = ("<100ms", "<100ms (p99)", "<=0.1s", "<4h", "<1 year")
BOUNDS = (*SHARES, *TIMES)
RATES = ("10000/hour", "2.5/s", "1/day")
POOLS: dict[str, tuple[Any, ...]] = {
    "str": TEXTS,
    "cell": ("", " ", "?", "N/A"),
    "bool": (True, False),
    "int": (0, 1, 2, 3, -1, 100, 2**40),
    "double": (0.0, 0.5, 1.0, 2.5, 3, 100.25),
    "date": DATES,
    "period": PERIODS,
    "bound": BOUNDS,
    "rate": RATES,
}
EXTRA_WORDS = {"semantic_type": ("person.nickname",), "tag": ("anything",)}
"""Words that a vocabulary takes without listing them."""
WORDS: dict[str, tuple[str, ...]] = {
    name: (*sorted(known.words), *EXTRA_WORDS.get(name, ())) for name, known in VOCABULARIES.items()
}

Trie = dict[str, "Trie"]
Path = tuple[str, ...]
Draw = Callable[[st.SearchStrategy[Any]], Any]
ITEM = "[]"
"""The step of a path from a list or map to its items."""


@lru_cache(maxsize=2)
def schema_paths(which: str) -> tuple[Path, ...]:
    """Every path of the schema that an author can write, `[]` for items; `which` is "product" or "mesh"."""
    table = PRODUCT if which == "product" else MESH
    found: list[Path] = []

    def walk(type_: list[Any], path: Path) -> None:
        if path:
            found.append(path)
        if type_[0] in ("list", "map"):
            walk(type_[1], (*path, ITEM))
        elif type_[0] == "object":
            for name, field in table["objects"][type_[1]]["fields"].items():
                if not field["derived"]:
                    walk(field["type"], (*path, name))

    walk(["object", table["root"]], ())
    return tuple(found)


def trie_of(paths: Iterable[Path]) -> Trie:
    """The paths, and all on the way to them, as one trie."""
    root: Trie = {}
    for path in paths:
        node = root
        for step in path:
            node = node.setdefault(step, {})
    return root


def tries(which: str = "product", *, most: int = 9) -> st.SearchStrategy[Trie]:
    """A few paths of the schema; those of a product lead to columns and their datasets too."""
    always: list[Path] = [("spec", "schema", ITEM, "dataset")] if which == "product" else []
    return st.lists(st.sampled_from(schema_paths(which)), min_size=2, max_size=most).map(lambda p: trie_of(p + always))


def leaf(type_: list[Any], says: str | None = None) -> st.SearchStrategy[Any]:
    """A value that a spec may write for a type that holds no others."""
    if says == "cell":
        return st.sampled_from(POOLS["cell"])
    if type_[0] == "enum":
        return st.sampled_from(type_[1])
    if type_[0] == "str" and len(type_) > 1:
        return st.sampled_from(WORDS[type_[1]])
    return st.sampled_from(POOLS[type_[0]])


def draw_value(draw: Draw, table: Mapping[str, Any], type_: list[Any], trie: Trie, says: str | None = None) -> Any:
    """A value of any type, in normal form; `says` is what its texts are."""
    if type_[0] == "list":
        count = draw(st.sampled_from([1, 2, 3, 0]))
        return [draw_value(draw, table, type_[1], trie.get(ITEM, {}), says) for _ in range(count)]
    if type_[0] == "map":
        names = draw(st.lists(st.sampled_from(["a", "payments", "lending"]), unique=True, max_size=3))
        return {name: draw_value(draw, table, type_[1], trie.get(ITEM, {}), says) for name in names}
    if type_[0] != "object":
        return draw(leaf(type_, says))
    value = {}
    for name, field in table["objects"][type_[1]]["fields"].items():
        if field["derived"] or not (field["required"] or (name in trie and draw(st.integers(0, 7)))):
            continue
        if name == "encoding":  # text to the schema, and held against the codecs afterwards
            value[name] = draw(st.sampled_from(USUAL))
        elif type_[1] == "Quality":
            value[name] = draw(st.sampled_from(TIMES if name in PROMISED_TIMES else SHARES))
        else:
            value[name] = draw_value(draw, table, field["type"], trie.get(name, {}), field.get("text"))
    if type_[1] == "Column":
        for name in ("logical_type", *FIELDS):
            value.pop(name, None)
        if "logical_type" in trie:
            value |= spread({"logical_type": draw(st.sampled_from(TYPES))})
    if "Retention" in type_[1] and {"min", "max"} <= value.keys():
        least, most = parse_period(value["min"]), parse_period(value["max"])
        if holds("<", most, least):  # which no spec may say
            value["min"], value["max"] = value["max"], value["min"]
    return value


def draw_product(draw: Draw, trie: Trie) -> dict[str, Any]:
    """A product spec in normal form."""
    spec: dict[str, Any] = draw_value(draw, PRODUCT, ["object", PRODUCT["root"]], trie)
    spec["metadata"] |= {"name": "payments-events", "domain": DOMAIN}
    return spec


@st.composite
def products(draw: Draw) -> dict[str, Any]:
    """A product spec in normal form, with a few fields beyond the obligatory ones."""
    return draw_product(draw, draw(tries(most=25)))
