"""ARCHITECTURE.md's table of folders is the tree's, and its arrows are those that import-linter holds."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "govengine"


def rows() -> dict[str, list[str]]:
    """The cells of the table "Folders" by folder, in its order."""
    section = PAGE.partition("## Folders")[2].partition("\n## ")[0]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"
    ]
    return {first.strip("`").rstrip("/"): rest for first, *rest in cells}


def layers() -> list[set[str]]:
    """The layers of import-linter, the lowest first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    written = next(c["layers"] for c in contracts if c["type"] == "layers")
    return [{name.strip() for name in layer.split("|")} for layer in reversed(written)]


def test_every_folder_is_listed_and_no_other() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert set(rows()) == folders
    assert all(all(cells) for cells in rows().values())


def test_no_module_stands_beside_the_folders() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_folders_stand_in_the_order_of_their_layers() -> None:
    order = {name: height for height, layer in enumerate(layers()) for name in layer}
    heights = [order[name] for name in rows() if name in order]
    assert heights == sorted(heights)


def test_what_a_folder_may_import_stands_below_it() -> None:
    order = {name: height for height, layer in enumerate(layers()) for name in layer}
    for name, (_, allowed) in rows().items():
        for other in re.findall(r"`(\w+)/`", allowed):
            assert order[other] < order[name], f"{name} may import {other}"


def test_every_file_that_the_page_names_is_there() -> None:
    named = re.findall(r"`((?:\w+/)+\w+\.(?:py|json|toml))`", PAGE)
    assert len(named) > 10
    assert [name for name in named if not (PACKAGE / name).is_file()] == []


def test_the_steps_of_a_run_are_those_of_the_code() -> None:
    """In the order in which `judge` calls them."""
    section = PAGE.partition("## How a run goes")[2].partition("\n## ")[0]
    steps = re.findall(r"^\d+\. \*\*[^*]+\*\* \(`(\w+)`\)", section, re.MULTILINE)
    code = (PACKAGE / "run/session.py").read_text(encoding="utf-8").partition("def judge(")[2].partition("\ndef ")[0]
    places = [code.find(f"{step}(") for step in steps]
    assert len(steps) >= 7
    assert -1 not in places
    assert places == sorted(places)
