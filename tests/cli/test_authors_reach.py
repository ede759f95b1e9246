"""`govengine authors`: what belongs to the council however it gets into the repository."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.test_authors import MESH, POLICY, Repository

COUNCIL, STRANGER, STEWARD = "council@company.com", "stranger@company.com", "steward@company.com"
RULE = "policies/global/house.gov"
OTHER = POLICY.replace("has(spec.support)", "true")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    root = tmp_path / "mesh"
    root.mkdir()
    return Repository(root)


def paths(said: dict[str, object]) -> set[str]:
    return {b["path"] for b in said["breaches"]}  # type: ignore[attr-defined]


@pytest.mark.parametrize("file", ["registers/currencies.csv", "registers/currencies.a.csv", "registers/deep/x.csv"])
def test_registers_are_the_councils(repository: Repository, file: str) -> None:
    repository.commit(STRANGER, {file: "code\nXQX\n"})
    code, said = repository.authors("--base", "base")
    assert (code, paths(said)) == (1, {file})


def test_the_mesh_may_give_a_register_to_somebody(repository: Repository) -> None:
    repository.commit(COUNCIL, {"govengine.yaml": MESH + 'owners: {"registers/rates.csv": [rates@company.com]}\n'})
    repository.git("tag", "given")
    repository.commit("rates@company.com", {"registers/rates.csv": "code\nEUR\n"})
    assert repository.authors("--base", "given")[0] == 0
    repository.commit(STRANGER, {"registers/rates.csv": "code\nXQX\n"})
    assert repository.authors("--base", "given")[0] == 1


@pytest.mark.parametrize("source", ["council", "council/", "./council", "deep/council"])
def test_a_source_of_policy_is_the_councils(repository: Repository, source: str) -> None:
    folder = source.strip("./")
    (repository.root / folder).mkdir(parents=True)
    shutil.move(repository.root / "policies/global", repository.root / folder / "global")
    repository.commit(COUNCIL, {"govengine.yaml": MESH + f"policy: {{global: {{source: {source}}}}}\n"})
    repository.git("tag", "moved")
    repository.commit(STRANGER, {f"{folder}/global/house.gov": OTHER})
    code, said = repository.authors("--base", "moved")
    assert (code, paths(said)) == (1, {f"{folder}/global/house.gov"})


def test_a_merge_that_takes_nothing_is_the_mergers(repository: Repository) -> None:
    repository.git("checkout", "-qb", "work")
    repository.commit(STEWARD, {"products/payments/b.txt": "b"})
    repository.git("checkout", "-q", "main")
    repository.commit(COUNCIL, {RULE: OTHER})
    repository.git("tag", "tightened")
    repository.git("checkout", "-q", "work")
    repository.git("merge", "-q", "-s", "ours", "main", "-m", "merge", author=STEWARD)
    code, said = repository.authors("--base", "tightened")
    assert (code, paths(said)) == (1, {RULE})


def test_an_honest_merge_is_nobodys(repository: Repository) -> None:
    repository.git("checkout", "-qb", "work")
    repository.commit(STEWARD, {"products/payments/b.txt": "b"})
    repository.git("checkout", "-q", "main")
    repository.commit(COUNCIL, {RULE: OTHER})
    repository.git("checkout", "-q", "work")
    repository.git("merge", "-q", "main", "-m", "merge", author=STEWARD)
    assert repository.authors("--base", "base")[0] == 0


def test_a_merge_of_many_counts_for_whoever_makes_it(repository: Repository) -> None:
    for name in ("one", "two"):
        repository.git("checkout", "-qb", name, "base")
        repository.commit(STEWARD, {f"products/payments/{name}.txt": name})
    repository.git("checkout", "-q", "main")
    repository.commit(COUNCIL, {RULE: OTHER})
    repository.git("checkout", "-qb", "all", "base")
    repository.git("merge", "-q", "-s", "ours", "one", "two", "main", "-m", "merge", author=STEWARD)
    code, said = repository.authors("--base", "base")
    assert (code, paths(said) >= {RULE}) == (1, True)


def test_a_submodule_that_is_moved_on(repository: Repository) -> None:
    other = repository.root.parent / "council"
    shutil.copytree(repository.root / "policies/global", other)
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "policy")):
        repository.git("-C", str(other), *arguments, author=COUNCIL)
    shutil.rmtree(repository.root / "policies/global")
    repository.git("add", "-A")
    repository.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", f"file://{other}", "policies/global"
    )
    repository.git("commit", "-qm", "submodule", author=COUNCIL)
    repository.git("tag", "linked")
    (repository.root / RULE).write_text(OTHER)
    repository.git("-C", "policies/global", "commit", "-qam", "weaker", author=COUNCIL)
    repository.git("commit", "-qam", "newest", author=STRANGER)
    repository.git("config", "diff.ignoreSubmodules", "all")
    code, said = repository.authors("--base", "linked")
    assert (code, paths(said)) == (1, {"policies/global"})
    repository.git("reset", "-q", "--hard", "linked")
    repository.commit(STRANGER, {".gitmodules": (repository.root / ".gitmodules").read_text() + "\tbranch = other\n"})
    code, said = repository.authors("--base", "linked")
    assert (code, "policies/global" in paths(said)) == (1, True)


def test_a_folder_that_a_link_replaces(repository: Repository) -> None:
    shutil.move(repository.root / "policies", repository.root / "elsewhere")
    (repository.root / "policies").symlink_to("elsewhere")
    repository.commit(STRANGER, {})
    code, said = repository.authors("--base", "base")
    assert code in (1, 2)
    assert "policies" in paths(said)


def test_what_a_link_leads_to_is_the_councils(repository: Repository) -> None:
    (repository.root / "shared").mkdir()
    shutil.move(repository.root / RULE, repository.root / "shared/house.gov.txt")
    (repository.root / RULE).symlink_to("../../shared/second")
    (repository.root / "shared/second").symlink_to("house.gov.txt")
    repository.commit(COUNCIL, {})
    repository.git("tag", "linked")
    repository.commit(STRANGER, {"shared/house.gov.txt": OTHER})
    code, said = repository.authors("--base", "linked")
    assert (code, paths(said)) == (1, {RULE})


def test_a_shallow_clone_is_named(repository: Repository) -> None:
    repository.commit(STRANGER, {RULE: OTHER})
    repository.commit(COUNCIL, {"README.md": "x"})
    clone = repository.root.parent / "clone"
    repository.git("clone", "-q", "--depth", "2", f"file://{repository.root}", str(clone))
    held = Repository.__new__(Repository)
    held.root = clone
    for base in ("base", "HEAD~1"):
        code, said = held.authors("--base", base)
        assert code == 2
        assert "shallow" in said["said"]


def test_a_file_name_cannot_name_another_author(repository: Repository) -> None:
    repository.commit(STRANGER, {"a\x01" + "0" * 40 + "\x02council@company.com\nx": "", RULE: OTHER})
    code, said = repository.authors("--base", "base")
    assert (code, paths(said)) == (1, {RULE})


def test_look_alikes_have_no_rights(repository: Repository) -> None:
    for who in ("c\u043euncil@company.com", "council+x@company.com", "x <council@company.com"):
        repository.git("reset", "-q", "--hard", "base")
        repository.commit(who, {RULE: OTHER})
        assert repository.authors("--base", "base")[0] == 1
