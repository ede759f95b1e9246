"""Every kind of `expect` is finished, known to the grammar, and comes to what its own examples say."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from govengine.expectations.expectation import Example
from govengine.expectations.registry import EXPECTATIONS
from govengine.language.grammar import alternatives
from govengine.run.session import Request, judge
from tests.cli.meshes import STANDARD, write_mesh

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2026, 6, 30)
EXAMPLES = [
    pytest.param(example, id=f"{name}: {example.clause} {number}")
    for name, record in EXPECTATIONS.all().items()
    for number, example in enumerate(record.examples)
]


def test_every_kind_is_finished() -> None:
    assert EXPECTATIONS.gaps() == []


def test_the_grammar_and_the_registry_have_the_same_kinds() -> None:
    assert sorted(name.replace("_", " ") for name in alternatives("_expectation")) == list(EXPECTATIONS.names())


@pytest.mark.parametrize("name", EXPECTATIONS.names())
def test_examples_show_a_kind_kept_and_broken(name: str) -> None:
    outcomes = {example.outcome for example in EXPECTATIONS.all()[name].examples}
    assert {"pass", "fail"} <= outcomes, f"`{name}` has no example that {'passes' if 'fail' in outcomes else 'fails'}"


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_comes_to_what_it_says(example: Example, tmp_path: Path) -> None:
    report = judge(Request(mesh(tmp_path, example), AS_OF)).report
    assert [d for d in report.diagnostics if not d.code.startswith("GOV5")] == []  # rows may be what is wrong
    (verdict,) = (v for v in report.verdicts if v.rule == "house/tried")
    assert verdict.outcome == example.outcome, [p.message for p in verdict.parts]


def mesh(root: Path, example: Example) -> Path:
    """A mesh of one product with the rows of an example, and a rule with its clause."""
    datasets = {"a": example.rows} | ({"b": example.other} if example.other else {})
    interfaces = [f"{{type: file, dataset: {d}, format: csv, location: data/{d}.csv}}" for d in datasets]
    listed = ", ".join(interfaces)
    return write_mesh(
        root,
        {
            **dict.fromkeys(STANDARD),
            "govengine.yaml": "mesh: m\ndomains: {d: {products: [products]}}\n",
            "products/p.yaml": (
                "apiVersion: datamesh.io/v1\nkind: DataProduct\n"
                'metadata: {name: p, domain: d, owner: a@company.com, version: "1"}\n'
                f"spec:\n  description: Rows\n  interfaces: [{listed}]\n"
                + "".join(f"  {line}\n" for line in example.spec.splitlines())
            ),
            "policies/global/house.gov": (
                'policy house "House" {\n  version "1"\n  owner "a@company.com"\n  levels public < internal\n'
                + _rule("tried", example.clause)
                + (_rule("beside", example.beside) if example.beside else "")
                + "}\n"
            ),
            **{f"data/{name}.csv": rows for name, rows in datasets.items()},
        },
    )


def _rule(name: str, clause: str) -> str:
    return f'  rule {name} "R" {{ severity high on p.a\n    expect {clause}\n  }}\n'
