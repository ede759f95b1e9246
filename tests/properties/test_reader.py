"""The fast reader and the pydantic models take and refuse the same documents, with the same values."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from govengine.sources.reader import Reader
from govengine.sources.yaml_document import read_document

from .documents import MESH, MODELS, PERIODS, PRODUCT, Draw, draw_value, tries

TABLES = {"product": PRODUCT, "mesh": MESH}
STRANGE: tuple[Any, ...] = (
    None, True, False, 0, 7, -1, 1.5, "", "nonsense", "7 years", "99.9%", ">99.5%", "2026-03-31", "2026-02-30",
    "20260331", "3m", "101%", [], ["a"], [None], [1, "a"], {}, {"min": "7 years"}, {"a": 1}, {"name": "a"},
    {"columns": [{"name": "a"}]}, {"dataset": "d", "columns": [{"name": "a"}]}, {"dataset": None, "columns": []},
    [{"dataset": None, "columns": [{"name": "a"}]}], [{"columns": [{"name": "a"}, 3]}], [{"min": "1 day"}],
    [{"completeness": ">99.5%"}, {"latency": "<100ms"}], [{"completeness": ">99.5%"}, {"completeness": ">9%"}],
    "decimal(10,2)", "decimal(2,10)", "list<string>", "list<", "intger", "backward_compatible", "a\u200bb", " a",
    {"logical_type": "decimal", "precision": 5}, {"name": "a", "logical_type": "decimal(5)", "precision": 6},
    "none", "in-transit", "at-rest", "end-to-end", {"at_rest": True}, {"at_rest": "true"}, 10**350, 1e308, "१%", "٣ days",
)  # fmt: skip
KEYS = (
    "min",
    "name",
    "columns",
    "dataset",
    "clasification",
    "x-own",
    "custom",
    "x_own",
    "declared",
    "strength",
    "schema_",
    "logical_type",
    "precision",
    "items",
    "fields",
    "enum",
)


@st.composite
def written(draw: Draw, which: str) -> Any:
    """A document in one of the shapes that an author may write."""
    table = TABLES[which]
    document = draw_value(draw, table, ["object", table["root"]], draw(tries(which, most=25)))
    for holder, key in list(places(document)):
        value = holder[key]
        if key == "retention" and isinstance(value, dict):
            holder[key] = draw(st.sampled_from([value, draw(st.sampled_from(PERIODS))]))
        elif key == "encryption":
            holder[key] = draw(st.sampled_from([value, "none", "in-transit", "at-rest", "end-to-end"]))
        elif key == "schema" and isinstance(value, list) and draw(st.booleans()):
            holder[key] = [{"dataset": draw(st.sampled_from(["d", "e"])), "columns": value[:1]}, *value[1:]]
        elif key == "schema_evolution" and value in ("backward", "full"):
            holder[key] = draw(st.sampled_from([value, f"{value}_compatible"]))
        elif key == "quality_gates" and draw(st.booleans()):
            holder[key] = [{name: gate} for name, gate in value.items()]
    return document


def places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every value of a document, as the list or map that holds it and where in it."""
    if isinstance(document, dict):
        for key in list(document):
            yield document, key
            yield from places(document.get(key))
    elif isinstance(document, list):
        for i, item in enumerate(document):
            yield document, i
            yield from places(item)


@st.composite
def damaged(draw: Draw, which: str) -> Any:
    """A document with one to three things wrong, or not wrong after all."""
    document = copy.deepcopy(draw(written(which)))
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(document))
        if not found:
            break
        holder, key = draw(st.sampled_from(found))
        match draw(st.sampled_from(["remove", "replace", "add", "swap"])):
            case "remove":
                del holder[key]
            case "replace":
                holder[key] = copy.deepcopy(draw(st.sampled_from(STRANGE)))
            case "add":
                if isinstance(holder, dict):
                    holder[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(st.sampled_from(STRANGE)))
                else:
                    holder.append(copy.deepcopy(draw(st.sampled_from(STRANGE))))
            case _:
                other, there = draw(st.sampled_from(found))
                holder[key] = copy.deepcopy(other[there])
    return document


def plain(value: Any) -> Any:
    """A model as the plain normal form that rules see: without what is absent, fields under their written names."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {
            fields[name].alias or name: plain(held) for name in fields if (held := getattr(value, name)) is not None
        }
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def same(left: Any, right: Any) -> bool:
    """Equality that tells 1 from 1.0 and true."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def by_reader(document: Any, which: str) -> tuple[Any, list[Any]]:
    """What the fast reader makes of it, and the errors. Vocabularies are the mesh's own, and no matter of the models."""
    read = read_document(json.dumps(document).encode(), "file.yaml")
    assert read.root is not None, read.diagnostics
    reader = Reader(TABLES[which], {}, "file.yaml")
    value = reader.read(read.root)
    return value, [d for d in reader.diagnostics if d.level == "error"]


def by_model(document: Any, which: str) -> tuple[BaseModel | None, str]:
    """What the model makes of it, or why it refuses it."""
    try:
        return MODELS[which].model_validate(document), ""
    except ValidationError as refused:
        return None, str(refused)


def check(document: Any, which: str) -> None:
    """Both take it with equal values, or both refuse it."""
    value, errors = by_reader(document, which)
    model, refused = by_model(document, which)
    if model is None:
        assert errors, (document, value, refused)
    else:
        assert not errors, (document, errors)
        assert same(value, plain(model)), (document, value, plain(model))


@pytest.mark.parametrize("which", ["product", "mesh"])
def test_what_is_right_is_taken(which: str) -> None:
    @given(written(which))
    def taken(document: Any) -> None:
        assert by_reader(document, which)[1] == []
        check(document, which)

    taken()


@pytest.mark.parametrize("which", ["product", "mesh"])
def test_what_is_damaged_is_taken_or_refused_alike(which: str) -> None:
    @given(damaged(which))
    def alike(document: Any) -> None:
        check(document, which)

    alike()


@pytest.mark.parametrize("strange", STRANGE, ids=lambda v: json.dumps(v)[:40])
@pytest.mark.parametrize("field", ["classification", "pii_fields", "retention", "encryption", "audit", "dlp", "cost"])
def test_each_strange_value_in_governance(field: str, strange: Any) -> None:
    metadata = {"name": "a", "domain": "b", "owner": "c", "version": "1"}
    document = {"apiVersion": "datamesh.io/v1", "kind": "DataProduct", "metadata": metadata, "spec": {}}
    document["spec"] = {"governance": {field: strange}}
    check(document, "product")


@pytest.mark.parametrize("strange", STRANGE, ids=lambda v: json.dumps(v)[:40])
def test_each_strange_value_as_a_schema(strange: Any) -> None:
    metadata = {"name": "a", "domain": "b", "owner": "c", "version": "1"}
    head = {"apiVersion": "datamesh.io/v1", "kind": "DataProduct", "metadata": metadata}
    check({**head, "spec": {"schema": strange}}, "product")
    check({**head, "spec": {"schema": [strange]}}, "product")
    check({**head, "spec": {"schema": [{"name": "a", "protection": strange}]}}, "product")
    check({**head, "spec": strange}, "product")
