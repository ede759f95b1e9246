"""`govengine authors`: who may change what, by git's word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MESH = """mesh: small
domains:
  payments: {products: [products/payments], owner: pay@company.com, stewards: [steward@company.com]}
council: {members: [council@company.com], approvers: {low: [ciso@company.com]}, longest_waiver: {low: 1 year}}
"""
POLICY = 'policy house "House" {\n  owner "c@company.com"\n  rule r "R" { severity low require has(spec.support) }\n}\n'
PRODUCT = "apiVersion: datamesh.io/v1\nkind: DataProduct\nmetadata: {name: payments-a, domain: payments, owner: o@company.com, version: '1.0.0'}\nspec: {status: active}\n"
WAIVER = """waiver w {
  waives    house/r
  product   payments/payments-a
  reason    "later"
  requested by "steward@company.com" on 2026-10-01
  approved  by "ciso@company.com" on 2026-10-02
  until     2027-03-01
}
"""


class Repository:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")
        self.commit(
            "council@company.com",
            {"govengine.yaml": MESH, "policies/global/house.gov": POLICY, "products/payments/a.yaml": PRODUCT},
        )
        self.git("tag", "base")

    def git(self, *args: str, author: str = "x@company.com") -> None:
        env = {
            **os.environ,
            "GIT_AUTHOR_EMAIL": author,
            "GIT_AUTHOR_NAME": "a",
            "GIT_COMMITTER_EMAIL": "c@company.com",
            "GIT_COMMITTER_NAME": "c",
        }
        subprocess.run(["git", "-C", str(self.root), *args], check=True, env=env, capture_output=True)

    def commit(self, author: str, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-qm", "change", author=author)

    def authors(self, *args: str) -> tuple[int, dict[str, Any]]:
        command = [
            sys.executable,
            "-m",
            "govengine.cli.main",
            "authors",
            "--root",
            str(self.root),
            "--format",
            "json",
            *args,
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "GOVENGINE_CACHE": "off"}
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else {"said": done.stderr}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.mark.parametrize(
    ("author", "file", "allowed"),
    [
        ("council@company.com", "policies/global/house.gov", True),
        ("ciso@company.com", "policies/global/house.gov", True),
        ("pay@company.com", "policies/global/house.gov", False),
        ("pay@company.com", "govengine.yaml", False),
        ("pay@company.com", "products/payments/a.yaml", True),
        ("Steward@Company.com", "products/payments/a.yaml", True),
        ("council@company.com", "products/payments/a.yaml", False),
        ("stranger@company.com", "policies/domains/payments/payments.gov", False),
        ("steward@company.com", "policies/domains/payments/payments.gov", True),
        ("stranger@company.com", "README.md", True),
    ],
)
def test_each_part_belongs_to_somebody(repository: Repository, author: str, file: str, allowed: bool) -> None:
    held = repository.root / file
    overlay = 'overlay payments "P" { owner "pay@company.com" }\n'
    text = held.read_text(encoding="utf-8") if held.is_file() else overlay if file.endswith(".gov") else ""
    repository.commit(author, {file: text + "\n"})
    code, said = repository.authors("--base", "base")
    assert said["changes"] == 1
    assert code == (0 if allowed else 1)
    assert [b["path"] for b in said["breaches"]] == ([] if allowed else [file])


def test_nobody_approves_what_he_wrote(repository: Repository) -> None:
    repository.commit("ciso@company.com", {"policies/global/waivers.gov": WAIVER})
    code, said = repository.authors("--base", "base")
    assert code == 1
    assert ["which its author approved" in b["what"] for b in said["breaches"]] == [True]


def test_nobody_approves_a_waiver_of_a_rule_that_he_wrote(repository: Repository) -> None:
    repository.commit("council@company.com", {"policies/global/waivers.gov": WAIVER})
    assert repository.authors("--base", "base")[0] == 0
    repository.commit("ciso@company.com", {"policies/global/house.gov": POLICY + "\n"})
    code, said = repository.authors("--base", "base")
    assert code == 1
    assert "whose waiver `w` its author approved" in said["breaches"][0]["what"]


def test_members_of_a_group_count(repository: Repository) -> None:
    repository.commit(
        "council@company.com", {"registers/members.csv": "group,member\npay@company.com,dana@company.com\n"}
    )
    repository.git("tag", "-f", "base")
    repository.commit("dana@company.com", {"products/payments/a.yaml": PRODUCT + "\n"})
    assert repository.authors("--base", "base")[0] == 0


def test_a_change_gives_its_author_no_right_that_the_base_did_not(repository: Repository) -> None:
    mesh = MESH.replace("members: [council@company.com]", "members: [council@company.com, mallory@company.com]")
    repository.commit("mallory@company.com", {"govengine.yaml": mesh, "policies/global/house.gov": POLICY + "\n"})
    code, said = repository.authors("--base", "base")
    assert code == 1
    assert {b["path"] for b in said["breaches"]} == {"govengine.yaml", "policies/global/house.gov"}


def test_registers_of_people_belong_to_the_council_and_count_as_they_were(repository: Repository) -> None:
    group = "group,member\ncouncil@company.com,mallory@company.com\n"
    repository.commit(
        "mallory@company.com", {"registers/members.csv": group, "policies/global/house.gov": POLICY + "\n"}
    )
    code, said = repository.authors("--base", "base")
    assert code == 1
    assert {b["path"] for b in said["breaches"]} == {"registers/members.csv", "policies/global/house.gov"}


@pytest.mark.parametrize(("author", "allowed"), [("council@company.com", True), ("pay@company.com", False)])
@pytest.mark.parametrize("file", ["products/payments/ciso.pem", "council.pub"])
def test_keys_that_the_mesh_names_belong_to_the_council(
    repository: Repository, file: str, author: str, *, allowed: bool
) -> None:
    keys = "keys: {ciso@company.com: ./products/payments/ciso.pem}, members:"
    mesh = (
        MESH.replace("members:", keys) + "policy: {global: {source: shared, public_key: council.pub, signed: false}}\n"
    )
    shared = {"govengine.yaml": mesh, "shared/global/house.gov": POLICY, file: "a key\n"}
    (repository.root / "policies/global/house.gov").unlink()
    repository.commit("council@company.com", shared)
    repository.git("tag", "-f", "base")
    repository.commit(author, {file: "another key\n"})
    code, said = repository.authors("--base", "base")
    assert said["changes"] == 1
    assert code == (0 if allowed else 1), said
    assert [b["path"] for b in said["breaches"]] == ([] if allowed else [file])


def test_what_a_merge_writes_itself_is_its_authors(repository: Repository) -> None:
    repository.git("checkout", "-qb", "side")
    repository.commit("pay@company.com", {"products/payments/a.yaml": PRODUCT + "\n"})
    repository.git("checkout", "-q", "main")
    repository.commit("stranger@company.com", {"README.md": "x\n"})
    repository.git("merge", "-q", "--no-commit", "--no-ff", "side", author="mallory@company.com")
    (repository.root / "policies/global/house.gov").write_text(POLICY + "\n", encoding="utf-8")
    repository.git("add", "-A")
    repository.git("commit", "-qm", "merge", author="mallory@company.com")
    code, said = repository.authors("--base", "base")
    assert code == 1
    assert [(b["path"], b["author"]) for b in said["breaches"]] == [
        ("policies/global/house.gov", "mallory@company.com")
    ]


def test_the_deepest_folder_decides(repository: Repository) -> None:
    mesh = MESH.replace(
        "domains:\n", "domains:\n  cards: {products: [products/payments/cards], owner: cards@company.com}\n"
    )
    repository.commit("council@company.com", {"govengine.yaml": mesh})
    repository.git("tag", "-f", "base")
    repository.commit("cards@company.com", {"products/payments/cards/c.yaml": PRODUCT})
    assert repository.authors("--base", "base")[0] == 0
    repository.commit("pay@company.com", {"products/payments/cards/c.yaml": PRODUCT + "\n"})
    assert repository.authors("--base", "base")[0] == 1


@pytest.mark.parametrize(
    ("author", "file", "allowed"),
    [
        ("dpo@company.com", "policies/global/gdpr/a.txt", True),
        ("council@company.com", "policies/global/gdpr/a.txt", False),
        ("council@company.com", "policies/global/house.gov", True),
        ("risk@company.com", "registers/void.csv", True),
        ("pay@company.com", "registers/void.csv", False),
        ("last@company.com", "registers/last.csv", True),
        ("risk@company.com", "registers/last.csv", False),
    ],
)
def test_owners_of_the_mesh_come_first_and_the_last_that_fits(
    repository: Repository, author: str, file: str, allowed: bool
) -> None:
    owners = (
        "owners:\n  policies/global/gdpr: [dpo@company.com]\n  '**/*.csv': [risk@company.com]\n"
        "  registers/last.csv: [last@company.com]\n"
    )
    repository.commit("council@company.com", {"govengine.yaml": MESH + owners})
    repository.git("tag", "-f", "base")
    repository.commit(author, {file: POLICY + "\n" if file.endswith(".gov") else "x\n"})
    assert repository.authors("--base", "base")[0] == (0 if allowed else 1)


def test_what_is_not_committed_is_said(repository: Repository) -> None:
    (repository.root / "policies/global/house.gov").write_text(POLICY + "\n", encoding="utf-8")
    code, said = repository.authors("--base", "base")
    assert (code, said["uncommitted"]) == (0, 1)


@pytest.mark.parametrize("base", ["nowhere", "-x", ""])
def test_a_base_that_is_not_there(repository: Repository, base: str) -> None:
    code, said = repository.authors(f"--base={base}")
    assert code == 2
    assert "revision" in said["said"]
