"""Policies are compiled once, however many cases they judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from govengine import session
from govengine.cases.suite import CaseFile, Suite

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
    compile_ = session._compile

    def counted(texts: Any, *rest: Any) -> Any:
        compiled.append(len(texts))
        return compile_(texts, *rest)

    monkeypatch.setattr(session, "_compile", counted)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = [CaseFile(path, path.name) for path in sorted(root.rglob("*.cases.md"))]
    tried = Suite(found, "", scratch).run(lambda _case, _position, _total: None)
    assert (len(found), tried.cases) == (2, 6)
    assert 1 <= len(compiled) <= most
