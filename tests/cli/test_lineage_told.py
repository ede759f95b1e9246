"""Lineage that leads nowhere or round in a circle, and products off their domain's list: GOV245, GOV246, GOV247."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.meshes import MESH, run, spec, write_mesh

PRODUCTS = ("a", "b", "c")


def mesh(root: Path, inputs: dict[str, list[str]], lists: str = "") -> Path:
    files = {}
    for name in PRODUCTS:
        listed = ", ".join(f"{{product: {one}}}" for one in inputs.get(name, ()))
        text = spec("payments", name, was="  governance:", now=f"  lineage: {{inputs: [{listed}]}}\n  governance:")
        files[f"products/payments/{name}.yaml"] = text
        files[f"data/{name}.csv"] = "id,amount\nx,1\n"
    return write_mesh(root, {**files, "govengine.yaml": lists or MESH})


def told(root: Path, *arguments: str) -> tuple[int, list[tuple[str, str]]]:
    ran = run(root, "check", "--no-data", *arguments)
    return ran.code, sorted((s.code, s.place.partition(":")[0]) for s in ran.said())


def at(name: str) -> str:
    return f"products/payments/{name}.yaml"


def test_a_chain_is_lineage(tmp_path: Path) -> None:
    inputs = {"a": ["payments-b", "lending-loans"], "b": ["payments-c"], "c": []}
    assert told(mesh(tmp_path, inputs)) == (0, [])


@pytest.mark.parametrize("wrong", ["payments-bb", "payments_b", "Payments-b", "b", "payments.b", "lending-loan"])
def test_an_input_that_is_no_product(tmp_path: Path, wrong: str) -> None:
    root = mesh(tmp_path, {"a": ["payments-b", wrong]})
    assert told(root) == (2, [("GOV245", at("a"))])
    assert told(root, at("c"))[0] == 2, "lineage is the whole mesh's, whatever is judged"


@pytest.mark.parametrize(
    ("inputs", "in_circle"),
    [
        ({"a": ["payments-a"]}, "a"),
        ({"a": ["payments-b"], "b": ["payments-a"]}, "ab"),
        ({"a": ["payments-b"], "b": ["payments-c"], "c": ["payments-a"]}, "abc"),
        ({"a": ["payments-b"], "b": ["payments-c"], "c": ["payments-b"]}, "bc"),
        ({"a": ["payments-b", "payments-c"], "b": ["payments-c"], "c": ["payments-c"]}, "c"),
    ],
)
def test_a_product_made_of_itself(tmp_path: Path, inputs: dict[str, list[str]], in_circle: str) -> None:
    assert told(mesh(tmp_path, inputs)) == (2, [("GOV246", at(name)) for name in in_circle])


def test_a_product_off_its_domains_list(tmp_path: Path) -> None:
    listed = MESH.replace(
        "products: [products/payments]", "products: [products/payments]\n    data_products: [a, payments-b]"
    )
    assert listed != MESH
    root = mesh(tmp_path, {}, listed)
    code, said = told(root)
    assert code == 0, "it is told, and blocks nothing"
    assert said == [("GOV247", at("c")), ("GOV247", at("events"))]
