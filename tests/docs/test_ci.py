"""What CONTRIBUTING promises is what CI runs: one command, its order, the versions of Python, the packages, the release."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import govengine
from tests import packages
from tests.packages import BadListError, listed

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TARGETS = re.findall(r"^([a-z]+):(?=.*?## )", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

sys.path.insert(0, str(ROOT / "scripts"))
release_notes = importlib.import_module("release_notes")


def _text(*path: str) -> str:
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def _workflow(path: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def _steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_ci_runs_the_test_command_of_the_readme_and_nothing_after_it() -> None:
    assert re.search(r"^make test\b", _text("README.md"), re.MULTILINE)
    assert _text(".ci", "run").strip().splitlines()[-1] == "exec make test"
    assert "make test" in _text("CONTRIBUTING.md")


@pytest.mark.skipif(shutil.which("make") is None, reason="no command `make`")
def test_the_test_command_checks_all_and_ends_with_the_tests() -> None:
    shown = subprocess.run(
        ["make", "-n", "-W", "pyproject.toml", "test"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    commands = [line.strip().removeprefix(".venv/bin/") for line in shown.splitlines() if line.startswith(".venv/bin/")]
    installed = [c for c in commands if "pip install" in c]
    assert installed[-1].endswith("-e '.[dev]'")
    checks = ["ruff format --check .", "ruff check .", "lint-imports", "mypy", "pytest -n auto --dist loadfile"]
    assert [c for c in commands if "pip" not in c] == checks


def test_each_target_is_in_the_help() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", _text("Makefile"), re.MULTILINE)
    assert phony is not None
    assert sorted(phony[1].split()) == sorted(TARGETS)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_a_workflow_calls_what_is_there(path: Path) -> None:
    workflow = _workflow(path)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["runs-on"] == "ubuntu-latest"
    for step in _steps(workflow):
        run = step.get("run", "")
        assert all(target in TARGETS for target in re.findall(r"\bmake ([a-z]+)", run)), run
        for script in re.findall(r"(?:\.ci|scripts)/\w+(?:\.py)?", run):
            assert (ROOT / script).is_file(), run


def test_each_supported_version_of_python_is_tested() -> None:
    matrix = _workflow(ROOT / ".github" / "workflows" / "test.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    named = [c.rpartition(" ")[2] for c in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", c)]
    assert matrix == named
    assert PROJECT["requires-python"] == f">={matrix[0]}"


def test_hooks_are_tools_of_the_environment() -> None:
    (repo,) = yaml.safe_load(_text(".pre-commit-config.yaml"))["repos"]
    assert repo["repo"] == "local"
    tools = {hook["entry"].split()[0] for hook in repo["hooks"]}
    assert {t.removeprefix(".venv/bin/") for t in tools} == {"ruff", "govengine", "lint-imports", "mypy"}
    assert all(hook["language"] == "system" for hook in repo["hooks"])


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda p: p.name)
def test_every_form_can_be_read(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


def test_each_package_is_listed_with_a_reason_and_named_by_a_test() -> None:
    named = {
        package
        for path in (ROOT / "tests").rglob("test_*.py")
        if path != Path(__file__)
        for marks in re.findall(r"mark\.debian\(([^)]*)\)", path.read_text(encoding="utf-8"))
        for package in re.findall(r"[\"']([^\"']+)[\"']", marks)
    }
    assert set(listed(packages.LIST.read_text(encoding="utf-8"))) == named


@pytest.mark.parametrize("line", ["jq", "jq jq", "jq jq extra  # why", "jq jq #", "jq jq # why\njq jq # again"])
def test_a_line_of_the_list_names_package_command_and_reason(line: str) -> None:
    with pytest.raises(BadListError, match=r"packages\.txt:\d: "):
        listed(line)


NEEDY = """
import pytest

@pytest.mark.debian("python3")
def test_there(): pass

@pytest.mark.debian("absent")
@pytest.mark.parametrize("n", [1, 2])
def test_absent(n): pass

@pytest.mark.debian("unlisted")
def test_unlisted(): pass
"""


def _run_needy(folder: Path, *, required: bool) -> str:
    (folder / "conftest.py").write_text(
        "from tests.packages import Packages\n"
        "def pytest_configure(config):\n"
        f"    commands = {{'python3': {sys.executable!r}, 'absent': 'no-such-command'}}\n"
        f"    config.pluginmanager.register(Packages(commands, required={required}))\n",
        encoding="utf-8",
    )
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = debian\n", encoding="utf-8")
    (folder / "test_needy.py").write_text(NEEDY, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-rsf", str(folder)],
        cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip


def test_a_missing_package_skips_its_tests_and_the_run_says_so(tmp_path: Path) -> None:
    said = _run_needy(tmp_path, required=False)
    assert "2 tests skipped: install the Debian package `absent` to run them" in said
    assert "`unlisted` is not listed in .ci/packages.txt" in said
    assert re.search(r"1 passed, 2 skipped, 1 error ", said.splitlines()[-1])


def test_where_packages_are_required_a_missing_one_fails_its_tests(tmp_path: Path) -> None:
    said = _run_needy(tmp_path, required=True)
    assert "the Debian package `absent` is not installed" in said
    assert re.search(r"1 passed, 3 errors", said.splitlines()[-1])
    assert f"{packages.REQUIRE}=1" in _text(".ci", "run")


def test_the_notes_of_a_release_are_its_section() -> None:
    changelog = "# Changelog\n\n## 1.1.0 (2026-11-01)\n\n- New.\n\n## 1.0.0 (2026-10-01)\n\n- Old.\n"
    assert release_notes.notes("v1.1.0", "1.1.0", changelog) == "- New."


@pytest.mark.parametrize(
    ("tag", "changelog"),
    [
        ("v1.0.0", "## 1.1.0 (2026-11-01)\n\n- New.\n"),
        ("1.1.0", "## 1.1.0 (2026-11-01)\n\n- New.\n"),
        ("v1.1.0", "## 1.0.0 (2026-11-01)\n\n- New.\n"),
        ("v1.1.0", "## 1.1.0 (2026-11-01)\n\n## 1.0.0\n\n- Old.\n"),
        ("v1.1.0", "## 1.1.0 (unreleased)\n\n- New.\n"),
    ],
)
def test_a_release_without_its_notes_is_refused(tag: str, changelog: str) -> None:
    with pytest.raises(ValueError, match=r"tag|CHANGELOG"):
        release_notes.notes(tag, "1.1.0", changelog)


def test_the_package_and_the_engine_have_one_version() -> None:
    assert PROJECT["version"] == govengine.__version__
