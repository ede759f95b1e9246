"""Every example of docs/how-to/use-from-python.md runs, in the folder of the example mesh."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/use-from-python.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def run(example: str) -> str:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(example, "use-from-python.md", "exec"), {"__name__": "example"})  # a page of our own
    return shown.getvalue()


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_example_runs(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if "import pyarrow" in EXAMPLES[number]:
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    monkeypatch.chdir(ROOT / "examples")
    shown = run(EXAMPLES[number])
    if "mesh.check(data=False, as_of" in EXAMPLES[number]:
        code, *failures = shown.splitlines()
        assert code == "1"
        assert failures


def test_the_builder_refuses_with_reasons_and_admits_what_keeps_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    import govengine

    monkeypatch.chdir(ROOT / "examples")
    example = next(e for e in EXAMPLES if "class DataProductBuilder" in e)
    assert "classification/" in run(example) or "access/" in run(example)
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(example.partition("\nbuilder =")[0], "use-from-python.md", "exec"), names)
    policy = (
        'policy house "House" {\n version "1"\n owner "c@example.com"\n levels public < internal\n'
        ' rule kept "K" { severity high require has(spec.governance.classification) }\n}\n'
    )
    spec = {
        "apiVersion": "datamesh.io/v1",
        "kind": "DataProduct",
        "metadata": {"name": "sales-orders", "domain": "sales", "owner": "s@example.com", "version": "1"},
        "spec": {"governance": {"classification": "internal"}},
    }
    mesh = govengine.open_mesh(
        mesh={"mesh": "m", "domains": {"sales": {"products": ["p"]}}}, policies={"global/h.gov": policy}
    )
    builder = names["DataProductBuilder"](mesh)  # type: ignore[operator]
    assert builder.create_data_product(spec) == "sales-orders"
    refused = names["Refused"]
    assert isinstance(refused, type)
    wrongs: list[dict[str, object]] = [
        {"spec": {}},
        {"spec": {"governance": {"classification": "secret"}}},
        {"kind": "Table"},
    ]
    for wrong in wrongs:
        with pytest.raises(refused):
            builder.create_data_product({**spec, **wrong})


def test_the_page_has_examples_of_every_kind() -> None:
    assert len(EXAMPLES) == 4
    assert all(
        word in PAGE for word in ("open_mesh", ".check(", "validate(", "accept_handed", "NoMeshError", "SpecError")
    )
