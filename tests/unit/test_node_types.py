"""A dispatch over nodes of conditions that leaves one out, or misspells one, is a type error."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DISPATCHES = {
    "show": ("conditions/show.py", r'        case \("neg", operand\):\n            return .*\n', '"neg"', '"nge"'),
    "children": ("conditions/ir.py", r'        case \("if", condition, yes, no\):\n(?:            yield .*\n)+', '"if"', '"fi"'),
    "polarity": ("compile/polarity.py", r'            case \("not", operand\):\n                yield .*\n', '"not"', '"nto"'),
    "explain": ("conditions/explain.py", r'            case \("neg", operand\):\n                return .*\n', '"neg"', '"nge"'),
}  # fmt: skip


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What mypy says, strict as the project asks, of copies of each dispatch: as it is, one node less, one misspelt."""
    folder = tmp_path_factory.mktemp("dispatches")
    for name, (file, case, tag, misspelt) in DISPATCHES.items():
        text = (ROOT / "govengine" / file).read_text(encoding="utf-8")
        (found,) = re.findall(case, text)[:1]
        assert tag in found
        (folder / f"{name}_whole.py").write_text(text, encoding="utf-8")
        (folder / f"{name}_less.py").write_text(text.replace(found, "", 1), encoding="utf-8")
        changed = text.replace(found, found.replace(tag, misspelt), 1)
        (folder / f"{name}_misspelt.py").write_text(changed, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), *map(str, folder.glob("*.py"))],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=500,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    said: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        if " error: " in line:
            said.setdefault(Path(line.partition(":")[0]).stem, []).append(line.partition(" error: ")[2])
    return said


@pytest.mark.parametrize("name", DISPATCHES)
def test_a_dispatch_that_is_whole_passes(name: str, errors: dict[str, list[str]]) -> None:
    assert errors.get(f"{name}_whole", []) == []


@pytest.mark.parametrize("name", DISPATCHES)
def test_a_node_that_is_left_out_is_an_error(name: str, errors: dict[str, list[str]]) -> None:
    assert any("assert_never" in said for said in errors[f"{name}_less"])


@pytest.mark.parametrize("name", DISPATCHES)
def test_a_misspelt_node_is_an_error(name: str, errors: dict[str, list[str]]) -> None:
    said = errors[f"{name}_misspelt"]
    assert any("assert_never" in one for one in said) or any("unreachable" in one for one in said)
