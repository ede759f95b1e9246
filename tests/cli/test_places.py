"""Which mesh judges, and what of a change is part of it.

The codes of this file: GOV238, GOV515, GOV905, GOV906, GOV907, GOV908, GOV909.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.meshes import MESH, POLICY, run, spec, write_mesh
from tests.federation.test_impact import git

NESTED = "mesh: nested\ndomains: {own: {products: [p]}}\n"
LAX = POLICY.replace("require", "require true ||", 1)


def codes(ran: object) -> set[str]:
    return {s.code for s in ran.said()}  # type: ignore[attr-defined]


def nested(root: Path, where: str) -> Path:
    return write_mesh(root, {f"{where}/govengine.yaml": NESTED, f"{where}/policies/global/a.gov": LAX})


@pytest.mark.parametrize("where", ["products/payments/new", "tools", "policies/global/more", "deep/er/place"])
def test_a_mesh_inside_is_refused_and_never_judges(tmp_path: Path, where: str) -> None:
    root = nested(tmp_path, where)
    assert run(root, "check", "--no-data").code == 2
    ran = run(root, "check", "--no-data", f"{where}/govengine.yaml")
    assert ran.code == 2
    assert codes(ran) & {"GOV908", "GOV228"}
    assert "mesh nested" not in ran.out
    inside = run(root / where, "check", "--no-data")
    assert inside.code == 2
    assert "GOV905" in codes(inside)
    assert run(root, "check", "--no-data", "--root", where).code == 2


def test_paths_never_find_the_mesh(tmp_path: Path) -> None:
    write_mesh(tmp_path / "mesh")
    ran = run(tmp_path, "check", "--no-data", "mesh/products")
    assert ran.code == 2
    assert codes(ran) == {"GOV901"}
    assert run(tmp_path, "check", "--no-data", "--root", "mesh", "mesh/products").code == 0


def test_an_ignored_folder_holds_nothing_and_is_named(tmp_path: Path) -> None:
    root = nested(tmp_path, "tools/engine")
    (root / "tools/engine/stray.yaml").write_text(spec("payments", "payments-stray"))
    (root / "govengine.yaml").write_text(MESH + "paths: {ignore: [tools/engine/]}\n")
    ran = run(root, "check", "--no-data")
    assert ran.code == 0
    assert codes(ran) == {"GOV909"}
    assert "tools/engine" in ran.out


@pytest.mark.parametrize("folder", ["policies", ".", "products", "products/payments", "policies/global/..", "../x"])
def test_what_is_judged_cannot_be_ignored(tmp_path: Path, folder: str) -> None:
    root = write_mesh(tmp_path)
    (root / "govengine.yaml").write_text(MESH + f"paths: {{ignore: ['{folder}']}}\n")
    ran = run(root, "check", "--no-data")
    assert ran.code != 0
    assert codes(ran) & {"GOV238", "GOV312"}


def test_a_checkout_inside_is_passed_over_and_named(tmp_path: Path) -> None:
    root = nested(tmp_path / "mesh", "tools/engine")
    (root / "tools/engine/policies/stray.gov").write_text(POLICY)
    git(root / "tools/engine", "init", "-q", ".")
    ran = run(root, "check", "--no-data")
    assert ran.code == 0
    assert codes(ran) == {"GOV909"}
    ran = run(root, "check", "--no-data", "products/payments", "tools/engine/govengine.yaml")
    assert ran.code == 0
    assert "GOV906" in codes(ran)


def listed(root: Path, *names: str) -> str:
    (root.parent / "changed").write_text("".join(f"{n}\n" for n in names))
    return str(root.parent / "changed")


def _spec_of(root: Path) -> str:
    return min(p.relative_to(root).as_posix() for p in root.glob("products/payments/*.yaml"))


def test_foreign_and_deleted_names_are_counted(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh", {"README.md": "# Mesh\n", "src/app.py": "x = 1\n"})
    names = (_spec_of(root), "README.md", "src/app.py", "products/payments/gone.yaml")
    for call in (names, ("--changed-files", listed(root, *names))):
        ran = run(root, "check", "--no-data", *call, "--format", "json")
        assert ran.code == 0
        assert len(ran.products()) == 1
        (said,) = [d for d in ran.report()["diagnostics"] if d["code"] == "GOV906"]
        for name in names[1:]:
            assert name in said["message"]
        assert "3 paths" in said["message"]
        assert "1 of them deleted" in said["message"]


def test_a_change_of_nothing_that_is_judged(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh", {"README.md": "# Mesh\n"})
    ran = run(root, "check", "--no-data", "--changed-files", listed(root, "README.md"))
    assert ran.code == 0
    assert codes(ran) == {"GOV906", "GOV907"}
    assert run(root, "check", "--no-data", "--changed-files", listed(root)).code == 0
    for call in (("README.md",), ("products/payments/misspelt.yaml",)):
        ran = run(root, "check", "--no-data", *call)
        assert ran.code == 2, "a path that somebody writes means something"
        assert "GOV902" in codes(ran)
    assert run(root, "check", "--changed-files", "no-such-list").code == 2


@pytest.mark.parametrize(
    "name", ["policies/global/gone.gov", "govengine.yaml", "registers/gone.csv", "policies/domains/payments/gone.gov"]
)
def test_what_decides_touches_every_product(tmp_path: Path, name: str) -> None:
    root = write_mesh(tmp_path / "mesh")
    ran = run(root, "check", "--no-data", "--changed-files", listed(root, name), "--format", "json")
    assert len(ran.products()) == len(run(root, "check", "--no-data", "--format", "json").products())


def test_a_data_file_touches_its_product(tmp_path: Path) -> None:
    root = write_mesh(
        tmp_path / "mesh",
        {"products/payments/rows.yaml": spec("payments", "rows", was="data/rows.csv", now="x/r-*.csv")},
    )
    (root / "x").mkdir()
    for name in ("x/r-1.csv", "x/r-gone.csv"):
        ran = run(root, "check", "--no-data", "--changed-files", listed(root, name), "--format", "json")
        assert set(ran.products()) == {"payments-rows"}


def test_names_count_from_the_checkouts_root(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "repository" / "governance")
    git(tmp_path / "repository", "init", "-q", ".")
    names = listed(tmp_path / "repository", f"governance/{_spec_of(root)}")
    ran = run(root, "check", "--no-data", "--changed-files", names, "--format", "json")
    assert ran.code == 0
    assert len(ran.products()) == 1


@pytest.mark.parametrize(
    "twin", ["currencies.a.csv", "currencies.parquet", "Currencies.csv", "currencies.csv.bak", "\uff43urrencies.csv"]
)
def test_two_files_of_one_register(tmp_path: Path, twin: str) -> None:
    root = write_mesh(tmp_path, {"registers/currencies.csv": "code\nEUR\n", f"registers/{twin}": "code\nXQX\n"})
    ran = run(root, "check", "--no-data")
    assert ran.code == 2
    assert "GOV515" in codes(ran)


def test_a_file_beside_a_register_is_none(tmp_path: Path) -> None:
    more = {"registers/currencies.csv": "code\nEUR\n", "registers/currencies.meta.yaml": "as_of: 2026-01-01\n"}
    assert run(write_mesh(tmp_path, more), "check", "--no-data").code == 0
