"""What the types promise: a misspelt key of the plan, or a kind of clause that a dispatch leaves out, is an error of mypy.

Each snippet is right but for its marked line; mypy must complain of that line, and of none in the snippet that is right.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLAUSES = ("require", "keep", "attest", "apart", "allow", "expect")

READS = {
    "clause": ("ExpectClause", "tolerance", "tolerence"),
    "keep": ("KeepClause", "direction", "directon"),
    "attest": ("AttestClause", "statement", "statment"),
    "apart": ("ApartClause", "anywhere", "anywere"),
    "allow": ("AllowClause", "text", "txt"),
    "require": ("RequireClause", "function", "funktion"),
    "predicate": ("Predicate", "quoted", "qouted"),
    "target": ("PlanTarget", "table", "tabel"),
    "exception": ("PlanException", "target", "traget"),
    "threshold": ("PlanThreshold", "confidence", "confidance"),
    "each": ("PlanForEach", "variable", "varible"),
    "rule": ("PlanRule", "severity", "severety"),
    "broken": ("BrokenRule", "title", "titel"),
    "policy": ("PlanPolicy", "judges_mesh", "judge_mesh"),
    "setting": ("PlanSetting", "direction", "dirction"),
    "move": ("PlanMove", "level", "levle"),
    "domain": ("PlanDomain", "enforcements", "enforcement"),
    "waiver": ("PlanWaiver", "compensating", "compensation"),
    "conflict": ("PlanConflict", "decisions", "decision"),
    "decision": ("PlanDecision", "where", "were"),
    "granted": ("PlanAllow", "grant", "grants"),
    "framework": ("PlanFramework", "controls", "control"),
    "detector": ("PlanDetector", "checksum", "check_sum"),
    "plan": ("Plan", "conflicts", "conflict"),
}
MODULES = {
    "clauses": "ExpectClause KeepClause AttestClause ApartClause AllowClause RequireClause Predicate PlanTarget "
    "PlanException PlanThreshold Clause",
    "rules": "PlanForEach PlanRule BrokenRule PlanPolicy",
    "settings": "PlanSetting PlanMove PlanDomain",
    "decisions": "PlanWaiver PlanConflict PlanDecision PlanAllow",
    "document": "PlanFramework PlanDetector Plan",
}
IMPORTS = "from typing import assert_never\n" + "".join(
    f"from govengine.plan.{module} import {', '.join(names.split())}\n" for module, names in MODULES.items()
)


def _dispatch(clauses: tuple[str, ...], name: str) -> str:
    cases = "".join(f'        case "{clause}":\n            return clause["text"]\n' for clause in clauses)
    return (
        f'def {name}(clause: Clause) -> str:\n    match clause["clause"]:\n{cases}'
        f"        case _:\n            assert_never(clause)  # {'' if clauses == CLAUSES else 'wrong'}\n"
    )


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[int, str]]:
    """The text of all snippets, and what mypy says of each line of it."""
    text = IMPORTS
    for name, (kind, right, wrong) in READS.items():
        text += f'def {name}_right(it: {kind}) -> object:\n    return it["{right}"]\n'
        text += f'def {name}_wrong(it: {kind}) -> object:\n    return it["{wrong}"]  # wrong\n'
    text += _dispatch(CLAUSES, "whole")
    for clause in CLAUSES:
        text += _dispatch(tuple(c for c in CLAUSES if c != clause), f"without_{clause}")
    text += "def made() -> PlanMove:\n"
    text += '    return {"address": "", "level": None, "value": "", "file": "", "line": 1}\n'
    text += "def half_made() -> PlanMove:\n"
    text += '    return {"address": "", "level": None, "value": "", "file": ""}  # wrong\n'
    text += "def other_word(clause: KeepClause) -> bool:\n"
    text += '    return clause["direction"] == "atleast"  # wrong\n'
    folder = tmp_path_factory.mktemp("snippets")
    file = folder / "snippets.py"
    file.write_text(text)
    cache = ROOT / ".mypy_cache"  # that of `make check`, so that the package itself is not read anew
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--strict-equality"]
    if cache.is_dir():
        shutil.copytree(cache, folder / "cache", dirs_exist_ok=True)
    ran = subprocess.run(
        [*command, "--cache-dir", str(folder / "cache"), "--follow-imports", "silent", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    said = {int(m[1]): m[2] for m in re.finditer(r"snippets\.py:(\d+): error: (.*)", ran.stdout)}
    assert said, ran.stdout + ran.stderr
    return text, said


def test_every_type_of_the_plan_is_tried() -> None:
    """A type that is added to the plan must be tried here, too."""
    defined = {
        name
        for path in (ROOT / "govengine" / "plan").glob("*.py")
        for name in re.findall(r"^class (\w+)\(", path.read_text(), re.MULTILINE)
    }
    tried = {kind for kind, _, _ in READS.values()} | {"Condition"}  # what `require` is made of
    assert defined == tried


def test_mypy_complains_of_the_wrong_lines_and_of_no_other(complaints: tuple[str, dict[int, str]]) -> None:
    text, said = complaints
    wrong = {i for i, line in enumerate(text.split("\n"), 1) if line.endswith("# wrong")}
    assert len(wrong) == len(READS) + len(CLAUSES) + 2
    assert set(said) == wrong, {i: (text.split("\n")[i - 1], said.get(i)) for i in set(said) ^ wrong}


def test_a_kind_of_clause_that_is_left_out_is_named(complaints: tuple[str, dict[int, str]]) -> None:
    _, said = complaints
    left_out = [message for message in said.values() if "assert_never" in message]
    assert len(left_out) == len(CLAUSES)
    for clause in CLAUSES:
        assert any(f"{clause.capitalize()}Clause" in message for message in left_out)


def test_every_dispatch_over_clauses_ends_in_assert_never() -> None:
    """Where the kind of a clause is matched, nothing falls through."""
    dispatches = 0
    for path in (ROOT / "govengine").rglob("*.py"):
        text = path.read_text()
        for match in re.finditer(r'^( *)match \w+\["clause"\]:\n((?:\1 +.*\n|\n)+)', text, re.MULTILINE):
            dispatches += 1
            assert "assert_never(" in match[2], f"{path}: {match[0][:80]}"
    assert dispatches
