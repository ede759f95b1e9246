"""`--evidence-key`: a secret of the mesh goes into the hashes, and never out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .meshes import rule, run, spec, write_mesh

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "5f0c1a9e7b3d4c8a5f0c1a9e7b3d4c8a"


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    keyed = spec("payments", "events", was="name: id, logical_type: string", now="name: id, dataset: events, "
                 "logical_type: string, primary_key: true")  # fmt: skip
    made = {
        "products/payments/events.yaml": keyed,
        "policies/global/tried.gov": rule("    on payments-events.events expect rows `amount > 15`"),
    }
    write_mesh(tmp_path / "mesh", made)
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    return tmp_path / "mesh"


def _hashes(mesh: Path, *given: str, **more: str) -> list[str]:
    ran = run(mesh, "check", "--as-of", "2026-11-01", "--format", "json", *given, **more)
    assert SECRET not in ran.out + ran.err
    (verdict,) = (
        v for v in ran.report()["verdicts"] if v["rule"] == "tried/tried" and v["product"] == "payments-events"
    )
    assert verdict["outcome"] == "fail"
    held: list[str] = verdict["parts"][0]["evidence"]["row_key_hashes"]
    return held


def test_a_secret_changes_the_hashes(mesh: Path) -> None:
    plain, with_secret = _hashes(mesh), _hashes(mesh, "--evidence-key", "../secret")
    assert len(plain) == len(with_secret) == 1
    assert plain != with_secret


def test_the_environment_may_name_it_and_white_space_does_not_count(mesh: Path) -> None:
    (mesh.parent / "same").write_text(SECRET)
    assert _hashes(mesh, "--evidence-key", "../same") == _hashes(mesh, GOVENGINE_EVIDENCE_KEY="../secret")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("gone", None, "cannot be read"), ("short", "123456", "too few bytes"), ("blank", " " * 40, "too few bytes")],
)
def test_what_is_no_secret_is_refused(name: str, content: str | None, words: str, mesh: Path) -> None:
    if content is not None:
        (mesh.parent / name).write_text(content)
    ran = run(mesh, "check", "--evidence-key", f"../{name}")
    assert ran.code == 2
    assert words in ran.words
    assert "123456" not in ran.out + ran.err


def test_a_folder_is_no_secret(mesh: Path) -> None:
    ran = run(mesh, "check", "--evidence-key", "..")
    assert ran.code == 2
    assert "is a directory" in ran.words
