"""The style: the cases of `style.md`, and the policies of this repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from govengine.language.parser import parse
from govengine.language.printer import formatted
from govengine.language.source import Source

ROOT = Path(__file__).parents[2]
_CASE = re.compile(r"^## ([^\n]+)\n\n```gov\n(.*?)^```\n\n```gov\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
TEXT = Path(__file__).with_name("style.md").read_text(encoding="utf-8")
CASES = _CASE.findall(TEXT)
OWN = [
    *sorted((ROOT / "policies").rglob("*.gov")),
    *sorted((ROOT / "govengine" / "starter").rglob("*.gov")),
    *sorted((ROOT / "tests" / "real").rglob("*.gov")),
]


def test_every_case_is_read() -> None:
    assert len(CASES) == TEXT.count("\n## ") > 10


@pytest.mark.parametrize(("before", "after"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_was_written_becomes_the_style(before: str, after: str) -> None:
    assert parse(Source("x.gov", before))[1] == ()
    assert formatted(before) == after
    assert formatted(after) == after


@pytest.mark.parametrize("path", OWN, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_own_policies_are_in_the_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text, "run `govengine fmt` on it"


def test_own_policies_are_all_of_them() -> None:
    listed = subprocess.run(["git", "ls-files", "*.gov"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no clone of the repository, so the files that belong to it are not known")
    assert {p.relative_to(ROOT).as_posix() for p in OWN} >= set(listed.stdout.split())


def test_long_lines_hold_what_cannot_be_broken() -> None:
    names = ", ".join(f"column_{i}" for i in range(40))
    chain = " && ".join(f'spec.governance.field_{i} != "value"' for i in range(20))
    listed = ", ".join(f'"{i:04}"' for i in range(60))
    nested = f"spec.access.grants.exists(g, g.of(x, [{listed}]))"
    rule = f"require {chain} require {nested} for each x in columns where {chain} expect {names} filled"
    styled = formatted(f'policy p "P" {{ rule r "R" {{ {rule} }} }}')
    assert len(styled.splitlines()) > 20
    assert max(map(len, styled.splitlines())) <= 120


def test_nothing_is_printed_of_nothing() -> None:
    assert formatted("") == formatted(" \n\n") == ""
    assert formatted("//only a comment") == "// only a comment\n"


def test_line_ends_of_other_systems_become_ours() -> None:
    assert formatted('policy p "P" {\r\n  // why\r\n  version "1"\r\n}\r\n') == (
        'policy p "P" {\n  // why\n  version "1"\n}\n'
    )
