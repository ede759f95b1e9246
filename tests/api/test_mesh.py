"""The public API: open a mesh, judge it, judge one spec, ask what a rule is about."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import govengine
from govengine.model.product import DataProduct

from .harbour import FILES, MESH, OVERLAY, POLICIES, POLICY, SPEC, spec, written

DAY = date(2026, 3, 31)


@pytest.fixture
def mesh(tmp_path: Path) -> govengine.Mesh:
    return govengine.open_mesh(written(tmp_path / "harbour"))


@pytest.fixture(autouse=True)
def _silent(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Nothing of the API prints."""
    yield
    assert capfd.readouterr() == ("", "")


def outcomes(report: govengine.Report) -> dict[str, str]:
    return {f"{v.rule} {v.product}": v.outcome for v in report.verdicts}


def test_the_names_are_typed_documented_and_all_there() -> None:
    stub = ast.parse(Path(govengine.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    typed = {alias.asname or alias.name for n in stub.body if isinstance(n, ast.ImportFrom) for alias in n.names}
    assert typed == set(govengine._NAMES)
    assert {*typed, "__version__", "LANGUAGE_VERSION"} == set(govengine.__all__)
    assert [name for name in typed if not inspect.getdoc(getattr(govengine, name))] == []
    assert typed <= set(dir(govengine))
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        getattr(govengine, "chekc")  # noqa: B009 - the name is wrong on purpose


def test_importing_it_imports_nothing_else() -> None:
    program = "import sys, govengine; print([m for m in sys.modules if m.startswith('govengine.')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_check_judges_what_the_command_judges(mesh: govengine.Mesh) -> None:
    report = mesh.check(as_of=DAY)
    assert outcomes(report) == {"harbour/unclassified cargo-ships": "pass", "harbour/weighed cargo-ships": "fail"}
    assert report.exit_code == 1
    command = [sys.executable, "-m", "govengine", "check", "--as-of", DAY.isoformat(), "--format", "json"]
    done = subprocess.run(command, cwd=mesh.root, capture_output=True, text=True, check=False)
    assert done.stdout == govengine.render(report)
    assert mesh.audit(as_of=DAY) == report


def test_parts_of_a_mesh_are_checked(mesh: govengine.Mesh) -> None:
    assert mesh.check(product="cargo-ships", data=False).exit_code == 0
    assert mesh.check(domain="cargo", data=False).exit_code == 0
    assert mesh.check(paths=[mesh.root / "products/cargo/ships.yaml"], data=False).exit_code == 0
    assert [d.code for d in mesh.check(product="cargo-shipps", data=False).diagnostics] == ["GOV902"]


@pytest.mark.parametrize("form", ["text", "bytes", "mapping", "model"])
def test_a_spec_is_validated_in_any_form(mesh: govengine.Mesh, form: str) -> None:
    wanted = spec(classification="internal")
    text = json.dumps(wanted)
    given: Any = {"text": text, "bytes": text.encode(), "mapping": wanted}.get(form) or DataProduct.model_validate(
        wanted
    )
    report = mesh.validate(given, as_of=DAY)
    assert [p.name for p in report.products] == ["cargo-cranes"]
    assert outcomes(report) == {
        "harbour/unclassified cargo-cranes": "pass",
        "harbour/weighed cargo-cranes": outcomes(report)["harbour/weighed cargo-cranes"],
    }
    assert mesh.validate(spec(), as_of=DAY).exit_code == 1


def test_a_spec_is_judged_by_the_overlay_of_its_domain(mesh: govengine.Mesh) -> None:
    other = spec(classification="public")
    other["metadata"] |= {"domain": "crew", "name": "crew-shifts"}
    report = mesh.validate(other)
    assert outcomes(report)["crew/described crew-shifts"] == "fail"


def test_a_new_version_replaces_the_old_one(mesh: govengine.Mesh) -> None:
    report = mesh.validate(SPEC.replace("{classification: public}", "{}"))
    assert [d for d in report.diagnostics if d.name == "duplicate-product"] == []
    assert outcomes(report)["harbour/unclassified cargo-ships"] == "fail"
    assert mesh.check(data=False).exit_code == 0  # nothing is written


def test_a_new_product_takes_no_file_of_another(mesh: govengine.Mesh) -> None:
    """`ships.yaml` is the file of cargo-ships; a product that is called ships is another one."""
    report = mesh.validate(SPEC.replace("cargo-ships", "ships"))
    assert [(p.name, p.file) for p in report.products] == [("ships", "products/cargo/ships-given.yaml")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "GOV2"),
        ("kind: [", "GOV2"),
        ("- a list", "GOV2"),
        ("\ud800", "GOV2"),
        (SPEC.replace("domain: cargo", "domain: carg0"), "GOV227"),
        (SPEC.replace("domain: cargo, ", ""), "GOV2"),
        (SPEC.replace("classification: public", "classification: publik"), "GOV213"),
        (SPEC.replace("governance", "governence"), "GOV210"),
    ],
)
def test_a_spec_that_cannot_be_read_is_refused_with_a_place(mesh: govengine.Mesh, text: str, code: str) -> None:
    report = mesh.validate(text)
    errors = [d for d in report.diagnostics if d.level == "error"]
    assert any(d.code.startswith(code) and d.span is not None for d in errors), errors
    assert report.exit_code != 0
    assert all(p.verdict != "compliant" for p in report.products)


def test_an_unknown_domain_is_told_with_a_near_name(mesh: govengine.Mesh) -> None:
    report = mesh.validate(SPEC.replace("domain: cargo", "domain: carg0"))
    (error,) = [d for d in report.diagnostics if d.code == "GOV227"]
    assert (error.span.line if error.span else 0, error.help) == (3, "write `domain: cargo`")


class Recursive(dict[str, Any]):
    """A mapping that holds itself."""


def test_what_has_no_form_as_yaml_is_told_with_its_place(mesh: govengine.Mesh) -> None:
    endless = Recursive()
    endless["spec"] = endless
    for wrong, place in (
        ({"spec": {"schema": [{"name": object()}]}}, "spec.schema[0].name"),
        ({"spec": {1: "x"}}, "spec"),
        (endless, None),
        (7, ""),
        (None, ""),
    ):
        with pytest.raises(govengine.SpecError) as told:
            mesh.validate(wrong)
        assert place in (None, told.value.place)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("sample", 0), ("seed", "seed without sample"), ("timeout", 0), ("timeout", float("nan")),
        ("memory_limit", "4 apples"), ("evidence_key", b"short"), ("as_of", "2026-03-31"), ("paths", "nowhere"),
    ],
)  # fmt: skip
def test_arguments_that_cannot_be_meant_are_told(mesh: govengine.Mesh, argument: str, value: Any) -> None:
    with pytest.raises(govengine.RequestError) as told:
        mesh.check(**{argument: value})
    assert told.value.argument == argument


def test_where_no_mesh_is_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(govengine.NoMeshError) as told:
        govengine.open_mesh(tmp_path)
    assert told.value.diagnostic.code == "GOV901"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(govengine.NoMeshError):
        govengine.open_mesh()


def test_a_mesh_is_found_upwards(mesh: govengine.Mesh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mesh.root / "products/cargo")
    assert govengine.open_mesh().root == mesh.root


def test_broken_policies_are_in_the_report(mesh: govengine.Mesh) -> None:
    written(mesh.root, {"policies/global/harbour.gov": POLICY.replace("severity high", "severity hihg")})
    for report in (mesh.check(data=False), mesh.validate(spec())):
        assert report.exit_code == 2
        assert report.diagnostics[0].span is not None
    assert mesh.policies == ()
    with pytest.raises(govengine.RequestError):
        mesh.explain("harbour/weighed")


def test_policies_are_listed(mesh: govengine.Mesh) -> None:
    assert [(p.name, p.layer, p.owner) for p in mesh.policies] == [
        ("crew", "crew", "crew@example.com"), ("harbour", "global", "council@example.com"),
    ]  # fmt: skip
    assert mesh.policies[1].rules == ("harbour/unclassified", "harbour/weighed")


def test_a_rule_is_explained(mesh: govengine.Mesh) -> None:
    told = mesh.explain("harbour/unclassified")
    assert (told.kind, [s["outcome"] for s in told.standings]) == ("rule", ["pass"])
    with pytest.raises(govengine.RequestError) as wrong:
        mesh.explain("harbour/unclasified")
    assert wrong.value.near == "harbour/unclassified"


def test_a_mesh_in_memory_judges_as_one_on_disk(mesh: govengine.Mesh) -> None:
    held = govengine.open_mesh(mesh.root, mesh=MESH, policies=POLICIES, specs=[SPEC])
    on_disk, in_memory = mesh.check(as_of=DAY), held.check(as_of=DAY)
    assert outcomes(in_memory) == outcomes(on_disk)
    assert in_memory.exit_code == on_disk.exit_code
    assert in_memory.policy_digest == on_disk.policy_digest
    assert {(i.kind, i.digest) for i in in_memory.inputs} == {(i.kind, i.digest) for i in on_disk.inputs}
    assert outcomes(held.validate(spec(), as_of=DAY)) == outcomes(mesh.validate(spec(), as_of=DAY))
    assert held.explain("harbour/weighed").facts == mesh.explain("harbour/weighed").facts


def test_a_mesh_in_memory_needs_no_mesh_file() -> None:
    held = govengine.open_mesh(policies=POLICIES, specs=[SPEC, spec(classification="public")])
    report = held.check(data=False)
    assert report.exit_code == 0
    assert [p.name for p in report.products] == ["cargo-cranes", "cargo-ships"]


def test_a_mesh_in_memory_does_not_look_at_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path))
    report = govengine.open_mesh(policies=POLICIES, specs=[SPEC]).check()
    assert outcomes(report)["harbour/weighed cargo-ships"] == "unknown"
    assert [i.kind for i in report.inputs] == ["mesh", "policy", "policy", "spec"]


@pytest.mark.parametrize("path", ["harbour.gov", "global/../x.gov", "domains/x.gov", "global/x.txt", "/global/x.gov"])
def test_a_policy_of_neither_layer_is_refused(path: str) -> None:
    with pytest.raises(govengine.RequestError, match="neither layer"):
        govengine.open_mesh(policies={path: POLICY})


def test_specs_of_one_name_in_memory_are_both_read() -> None:
    report = govengine.open_mesh(policies=POLICIES, specs=[SPEC, SPEC]).check(data=False)
    assert "duplicate-product" in {d.name for d in report.diagnostics}


def test_nothing_is_written_but_the_cache(
    mesh: govengine.Mesh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVENGINE_CACHE", "off")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "temporary").mkdir()
    mesh.check(as_of=DAY)
    mesh.validate(spec())
    assert sorted(p.relative_to(mesh.root).as_posix() for p in mesh.root.rglob("*") if p.is_file()) == sorted(FILES)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_many_threads_get_what_one_gets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a cache that is cold, so that they also compile and write it at once."""
    monkeypatch.setenv("GOVENGINE_CACHE", str(tmp_path / "cache"))
    meshes = []
    for i in range(3):
        policy = POLICY.replace("tons > 0", f"tons > {i - 1}")
        meshes.append(
            govengine.open_mesh(written(tmp_path / f"m{i}", {**FILES, "policies/global/harbour.gov": policy}))
        )
    meshes.append(govengine.open_mesh(policies={**POLICIES, "domains/crew/crew.gov": OVERLAY}, specs=[SPEC]))

    def asked(number: int) -> tuple[Any, ...]:
        mesh = meshes[number % len(meshes)]
        return (
            mesh.check(as_of=DAY),
            mesh.check(as_of=DAY, data=False),
            mesh.validate(spec(), as_of=DAY),
            mesh.explain("harbour/weighed", as_of=DAY),
            govengine.render(mesh.check(as_of=DAY, data=False)),
        )

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(asked, range(24)))
    alone = [asked(number) for number in range(len(meshes))]
    for number, got in enumerate(together):
        assert got == alone[number % len(meshes)]
    assert os.environ["GOVENGINE_CACHE"] == str(tmp_path / "cache")


def test_a_call_leaves_the_process_as_it_was(mesh: govengine.Mesh) -> None:
    import gc
    import signal

    before = (gc.isenabled(), gc.get_threshold(), signal.getsignal(signal.SIGTERM), Path.cwd(), dict(os.environ))
    mesh.check(as_of=DAY)
    assert before == (
        gc.isenabled(),
        gc.get_threshold(),
        signal.getsignal(signal.SIGTERM),
        Path.cwd(),
        dict(os.environ),
    )


def test_an_unknown_format_is_told(mesh: govengine.Mesh) -> None:
    report = mesh.check(data=False)
    assert "<html" in govengine.render(report, "html")
    assert "cargo-ships" in govengine.render(report, "console")
    with pytest.raises(govengine.RequestError, match="did you mean `json`"):
        govengine.render(report, "jsn")
    assert importlib.import_module("govengine.api.rendering").render is govengine.render
