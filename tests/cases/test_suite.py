"""Policies are compiled once, however many cases they judge; should the engine break, the case is named."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from govengine.cases import suite
from govengine.cases.suite import CaseFile, Suite
from govengine.cli.main import main
from govengine.run import policies

from .meshes import BACKGROUND, SOUND, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("cache", "most"), [("kept", 1), ("off", 2), ("unusable", 2)])
def test_no_case_compiles_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: str, most: int) -> None:
    """Without a cache of the user's, one more compilation is made to be kept for the run."""
    overlay = 'overlay lending "L" { version "1" owner "l@company.com" adopt house }\n'
    other = BACKGROUND.replace("domain: payments", "domain: lending").replace("payments-events", "lending-loans")
    files = {"policies/domains/lending/l.gov": overlay, "policies/domains/lending/l.cases.md": other + SOUND}
    root = write(tmp_path / "mesh", BACKGROUND + SOUND * 5, files)
    unusable = tmp_path / "file"
    unusable.write_text("a file where a folder should be")
    kept = {"kept": str(tmp_path / "cache"), "off": "off", "unusable": str(unusable)}
    monkeypatch.setenv("GOVENGINE_CACHE", kept[cache])
    compiled: list[int] = []
    compile_ = policies._compile

    def counted(texts: Any, *rest: Any) -> Any:
        compiled.append(len(texts))
        return compile_(texts, *rest)

    monkeypatch.setattr(policies, "_compile", counted)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = [CaseFile(path, path.name) for path in sorted(root.rglob("*.cases.md"))]
    tried = Suite(found, "", scratch).run(lambda _case, _position, _total: None)
    assert (len(found), tried.cases) == (2, 6)
    assert 1 <= len(compiled) <= most


def test_should_the_engine_break_the_case_is_named_and_nothing_is_green(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write(tmp_path, BACKGROUND + SOUND)

    def broken(*_: Any) -> Any:
        raise RuntimeError("a secret of the rows")

    monkeypatch.setattr(suite, "run", broken)
    monkeypatch.setenv("GOVENGINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "argv", ["govengine", "test", "--root", str(root)])
    with pytest.raises(SystemExit) as exit_:
        main()
    said = capsys.readouterr()
    assert exit_.value.code == 3
    line = (BACKGROUND + SOUND).split("\n").index("## A sound product") + 1
    assert f"house.cases.md:{line}: A sound product" in said.err
    assert "GOV999" in said.err
    assert "secret" not in said.err + said.out
