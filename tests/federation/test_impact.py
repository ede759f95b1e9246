"""`govengine impact`: two policies over one mesh, as a command and in a repository of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from govengine.sources.policy_bundle import write_bundle
from tests.cli.meshes import MESH, POLICY, Ran, rule, run, spec, write_mesh

DAY = ("--as-of", "2026-11-01")
STRICTER = POLICY.replace("require  documented", 'require  spec.governance.classification != "internal"')


def git(folder: Path, *arguments: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=Council", "-c", "user.email=council@company.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def repository(root: Path, files: dict[str, str | None] | None = None) -> Path:
    """A mesh whose files are committed."""
    write_mesh(root, files or {})
    git(root, "init", "-q", "-b", "main", ".")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "the mesh")
    return root


def impact(root: Path, *arguments: str, base: str = "HEAD", data: bool = False, **more: str) -> Ran:
    return run(root, "impact", "--base", base, *DAY, *(() if data else ("--no-data",)), *arguments, **more)


def described(root: Path, *arguments: str, base: str = "HEAD", data: bool = False) -> dict[str, Any]:
    done = impact(root, "--format", "json", *arguments, base=base, data=data)
    held: dict[str, Any] = json.loads(done.out)
    assert done.code == (1 if any(w["allowed"] is None for w in held["weaker"]) else 0), done.err
    return held


def changed(found: dict[str, Any]) -> dict[tuple[str, str], tuple[str, str, str]]:
    return {(c["rule"], c["product"]): (c["kind"], c["was"], c["now"]) for c in found["changes"]}


def test_the_same_policies_change_nothing(tmp_path: Path) -> None:
    found = described(repository(tmp_path))
    assert (found["changes"], found["products"], found["later"], found["owners"]) == ([], [], [], [])
    assert found["base"]["policy_digest"] == found["today"]["policy_digest"]


def test_a_rule_that_is_added(tmp_path: Path) -> None:
    root = repository(tmp_path)
    write_mesh(root, {"policies/global/tried.gov": rule("require has(spec.documentation)")})
    found = described(root)
    assert changed(found) == {
        ("tried/tried", "payments-events"): ("new-failure", "not judged", "fail"),
        ("tried/tried", "lending-loans"): ("new-failure", "not judged", "fail"),
    }
    assert {(p["product"], p["was"], p["now"]) for p in found["products"]} == {
        ("payments-events", "compliant", "non-compliant"),
        ("lending-loans", "compliant", "non-compliant"),
    }
    assert [(o["domain"], o["owner"], o["new_failures"]) for o in found["owners"]] == [
        ("lending", "lending@company.com", 1),
        ("payments", "payments@company.com", 1),
    ]
    assert [(r["rule"], r["outcomes"]) for r in found["rules"]["added"]] == [("tried/tried", {"fail": 2})]
    assert all("spec.documentation" in c["why"] for c in found["changes"])


@pytest.mark.parametrize(("limit", "code"), [(0, 1), (1, 1), (2, 0), (3, 0)])
def test_the_limit_is_what_may_still_be(tmp_path: Path, limit: int, code: int) -> None:
    root = repository(tmp_path)
    write_mesh(root, {"policies/global/tried.gov": rule("require has(spec.documentation)")})
    assert impact(root, "--max-new-failures", str(limit)).code == code


def test_a_rule_that_is_gone_takes_its_failure_along_and_that_is_told(tmp_path: Path) -> None:
    root = repository(tmp_path, {"policies/global/tried.gov": rule("require has(spec.documentation)")})
    (root / "policies/global/tried.gov").unlink()
    found = described(root, "--max-new-failures", "0")
    assert changed(found)[("tried/tried", "lending-loans")] == ("other", "fail", "not judged")
    assert [r["rule"] for r in found["rules"]["removed"]] == ["tried/tried"]
    assert {p["now"] for p in found["products"]} == {"compliant"}


def test_what_passes_now(tmp_path: Path) -> None:
    root = repository(tmp_path, {"policies/global/tried.gov": rule("require has(spec.documentation)")})
    write_mesh(root, {"policies/global/tried.gov": rule("require has(spec.description)")})
    assert {kind for kind, _, _ in changed(described(root)).values()} == {"newly-passing"}


def test_advisory_failures_are_told_apart_and_not_counted(tmp_path: Path) -> None:
    root = repository(tmp_path)
    policy = rule("enforce advisory require has(spec.documentation)")
    write_mesh(root, {"policies/global/tried.gov": policy})
    found = described(root, "--max-new-failures", "0")
    assert {kind for kind, _, _ in changed(found).values()} == {"new-advisory-failure"}
    assert found["products"] == []
    git(root, "add", "-A")
    git(root, "commit", "-qm", "advisory")
    write_mesh(root, {"policies/global/tried.gov": policy.replace("enforce advisory", "")})
    assert impact(root, "--max-new-failures", "1").code == 1, "what fails already begins to block"


def test_only_policies_differ(tmp_path: Path) -> None:
    """A spec that became worse since is as bad under both policies."""
    root = repository(tmp_path)
    classified = "    classification: internal\n".removeprefix("  ")
    write_mesh(root, {"products/lending/loans.yaml": spec("lending", "loans", was=f"  {classified}", now="")})
    assert described(root)["changes"] == []


def test_more_elements_fail(tmp_path: Path) -> None:
    before = rule('for each column in columns where column.name == "id" require has(column.description)')
    after = rule("for each column in columns require has(column.description)")
    root = repository(tmp_path, {"policies/global/tried.gov": before})
    write_mesh(root, {"policies/global/tried.gov": after})
    assert changed(described(root))[("tried/tried", "lending-loans")] == ("other", "fail", "fail (2 elements)")


def test_a_renamed_rule_keeps_its_history(tmp_path: Path) -> None:
    root = repository(tmp_path, {"policies/global/tried.gov": rule("require has(spec.documentation)")})
    now = rule("formerly tried/tried require has(spec.documentation)", name="said")
    write_mesh(root, {"policies/global/said.gov": now})
    (root / "policies/global/tried.gov").unlink()
    found = described(root)
    assert found["changes"] == []
    renamed = [{"rule": "said/said", "was": "tried/tried"}]
    assert found["rules"] == {"added": [], "removed": [], "broken": [], "fixed": [], "renamed": renamed}


def test_rows_are_judged_too(tmp_path: Path) -> None:
    root = repository(tmp_path)
    write_mesh(root, {"policies/global/house.gov": POLICY.replace("amount > 0", "amount > 15")})
    assert described(root)["changes"] == []
    assert changed(described(root, data=True)) == {
        ("house/negative-amount", "payments-events"): ("new-failure", "pass", "fail")
    }


def test_what_begins_later_is_judged_on_that_day(tmp_path: Path) -> None:
    root = repository(tmp_path)
    policy = rule("enforce mandatory from 2027-02-01 require has(spec.documentation)")
    write_mesh(root, {"policies/global/tried.gov": policy})
    found = described(root, "--max-new-failures", "0")
    assert {kind for kind, _, _ in changed(found).values()} == {"new-advisory-failure"}
    (later,) = found["later"]
    assert (later["day"], [(r["rule"], r["new"]) for r in later["rules"]]) == ("2027-02-01", [("tried/tried", True)])
    assert {(c["product"], c["now"]) for c in later["changes"]} == {
        ("payments-events", "fail"),
        ("lending-loans", "fail"),
    }
    assert {(p["was"], p["now"]) for p in later["products"]} == {("compliant", "non-compliant")}
    assert (
        run(root, "impact", "--base", "HEAD", "--as-of", "2027-02-01", "--no-data", "--max-new-failures", "0").code == 1
    )


def test_what_a_domain_took_on_already_does_not_begin_there(tmp_path: Path) -> None:
    overlay = (
        'overlay payments "Payments" {\n version "1" owner "p@company.com"\n tighten tried/tried to mandatory\n}\n'
    )
    policy = rule("enforce mandatory from 2027-02-01 require has(spec.documentation)")
    root = repository(tmp_path, {"policies/global/tried.gov": policy, "policies/domains/payments/p.gov": overlay})
    found = described(root)
    assert [(r["rule"], r["new"]) for r in found["later"][0]["rules"]] == [("tried/tried", False)]
    assert [c["product"] for c in found["later"][0]["changes"]] == ["lending-loans"]


@pytest.mark.parametrize("form", ["layers", "policies-parent", "mesh"])
def test_a_folder_is_a_base_as_well(tmp_path: Path, form: str) -> None:
    other = write_mesh(tmp_path / "other")
    if form != "mesh":
        (other / "govengine.yaml").unlink()
    root = write_mesh(tmp_path / "mesh", {"policies/global/house.gov": STRICTER.replace("enforce advisory", "")})
    found = described(root, base=str(other / "policies" if form == "layers" else other))
    assert {c["kind"] for c in found["changes"]} == {"new-failure"}


def test_policies_beside_the_mesh_and_a_mesh_below_the_repository(tmp_path: Path) -> None:
    files: dict[str, str | None] = {
        f"inner/{name}": text
        for name, text in {
            "govengine.yaml": f"{MESH}paths: {{policies: ../rules}}\n",
            "products/payments/events.yaml": spec("payments", "events"),
            "products/lending/loans.yaml": spec("lending", "loans"),
        }.items()
    }
    files |= {"rules/global/house.gov": POLICY, "govengine.yaml": None, "policies/global/house.gov": None}
    root = repository(tmp_path, files)
    (root / "rules/global/house.gov").write_text(STRICTER.replace("enforce advisory", ""), encoding="utf-8")
    found = described(root / "inner")
    assert {c["policy"]["file"] for c in found["changes"]} == {"../rules/global/house.gov"}
    assert found["summary"]["new_failures"] == 2


def test_attributes_do_not_hide_a_policy_of_the_base(tmp_path: Path) -> None:
    files: dict[str, str | None] = {".gitattributes": "*.gov export-ignore\n"}
    assert described(repository(tmp_path, files))["changes"] == []


def test_a_hook_s_own_repository_is_not_taken(tmp_path: Path) -> None:
    root, elsewhere = repository(tmp_path / "a"), repository(tmp_path / "b")
    done = impact(root, "--format", "json", GIT_DIR=str(elsewhere / ".git"), GIT_WORK_TREE=str(elsewhere))
    assert done.code == 0, done.err
    assert json.loads(done.out)["changes"] == []


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("nosuch", "no such revision"),
        ("--all", "no such revision"),
        ("HEAD; touch x", "no such revision"),
        ("", "no such revision"),
        ("products", "no global policy"),
    ],
)
def test_a_base_that_is_none(tmp_path: Path, base: str, words: str) -> None:
    root = repository(tmp_path)
    done = run(root, "impact", f"--base={base}", *DAY, "--no-data")
    assert (done.code, done.out) == (2, "")
    assert words in done.words
    assert not (root / "x").exists()


def test_a_commit_before_there_were_policies(tmp_path: Path) -> None:
    root = tmp_path
    git(root, "init", "-q", ".")
    git(root, "commit", "-qm", "nothing", "--allow-empty")
    done = impact(write_mesh(root))
    assert done.code == 2
    assert "no global policy" in done.words


def test_no_repository_and_no_git(tmp_path: Path) -> None:
    root = write_mesh(tmp_path)
    done = impact(root, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert (done.code, "in no git repository" in done.words) == (2, True)
    done = impact(root, PATH=str(tmp_path / "nothing"))
    assert (done.code, "there is no `git`" in done.words) == (2, True)


def test_a_link_in_the_base_is_not_followed(tmp_path: Path) -> None:
    root = write_mesh(tmp_path)
    (root / "policies/global/other.gov").symlink_to("house.gov")
    git(root, "init", "-q", ".")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "a link")
    (root / "policies/global/other.gov").unlink()
    done = impact(root)
    assert (done.code, "is a link" in done.words) == (2, True)


@pytest.mark.parametrize("side", ["base", "today"])
def test_policies_that_cannot_be_read(tmp_path: Path, side: str) -> None:
    broken = POLICY.replace("require  documented", "require  documentd")
    root = repository(tmp_path, {"policies/global/house.gov": broken if side == "base" else POLICY})
    (root / "policies/global/house.gov").write_text(POLICY if side == "base" else broken, encoding="utf-8")
    done = impact(root)
    assert (done.code, done.out) == (2, "")
    where = "HEAD:policies/global/house.gov:28" if side == "base" else "policies/global/house.gov:28"
    assert [s.place.rpartition(":")[0] for s in done.said()] == [where]
    assert ("the base's policies" if side == "base" else "today's policies") in done.err


def test_a_broken_overlay_is_shown_and_the_rest_is_told(tmp_path: Path) -> None:
    root = repository(tmp_path)
    overlay = 'overlay payments "Payments" {\n version "1" owner "p@company.com"\n tighten nothing/here to high\n}\n'
    write_mesh(root, {"policies/domains/payments/p.gov": overlay})
    done = impact(root, "--format", "json")
    assert done.code == 2
    assert {s.code for s in done.said()} == {"GOV303"}
    assert {c["product"] for c in json.loads(done.out)["changes"]} == {"payments-events"}


@pytest.mark.parametrize("form", ["layers", "mesh", "bundle"])
def test_mistakes_of_a_base_stand_in_the_base_s_files(tmp_path: Path, form: str) -> None:
    broken = POLICY.replace("require  documented", "require  documentd")
    other = write_mesh(tmp_path / "other", {"policies/global/house.gov": broken, "policies/global/more.gov": rule("")})
    base = {"layers": "../other/policies", "mesh": "../other", "bundle": "../old.bundle"}[form]
    texts = {f"global/{p.name}": p.read_bytes() for p in (other / "policies/global").iterdir()}
    (tmp_path / "old.bundle").write_bytes(write_bundle(texts, None))
    root = write_mesh(tmp_path / "mesh")
    done = impact(root, base=base)
    assert (done.code, done.out) == (2, "")
    folder = "../old.bundle" if form == "bundle" else "../other/policies"
    assert sorted(s.place.rpartition(":")[0] for s in done.said()) == [
        f"{folder}/global/house.gov:28",
        f"{folder}/global/more.gov:4",
    ]
    assert "documentd" in done.err, "the text of the base is shown, not that of today"


def test_rules_of_a_broken_overlay_are_not_removed(tmp_path: Path) -> None:
    overlay = (
        'overlay payments "Payments" {\n version "1" owner "p@company.com"\n'
        ' rule undescribed "Described" { severity low require has(spec.description) }\n}\n'
    )
    root = repository(tmp_path, {"policies/domains/payments/p.gov": overlay})
    write_mesh(root, {"policies/domains/payments/p.gov": overlay.replace("has(spec.", "has(spec.x")})
    done = impact(root, "--format", "json")
    assert done.code == 2
    rules = json.loads(done.out)["rules"]
    assert [(r["rule"], r["outcomes"]) for r in rules["broken"]] == [("payments/undescribed", {"pass": 1})]
    assert (rules["removed"], rules["added"], rules["fixed"]) == ([], [], [])
    assert "cannot be compiled any more payments/undescribed" in impact(root).out
    assert "cannot be compiled any more" in impact(root, "--format", "markdown").out
    git(root, "commit", "-qam", "broken")
    write_mesh(root, {"policies/domains/payments/p.gov": overlay})
    rules = described(root)["rules"]
    assert [r["rule"] for r in rules["fixed"]] == ["payments/undescribed"]
    assert (rules["removed"], rules["added"], rules["broken"]) == ([], [], [])


def test_a_spec_that_cannot_be_read_leaves_a_limit_open(tmp_path: Path) -> None:
    root = repository(tmp_path, {"products/lending/loans.yaml": "kind: DataProduct\n"})
    assert impact(root).code == 0
    done = impact(root, "--max-new-failures", "5")
    assert (done.code, "cannot be read: loans" in done.words) == (2, True)


def test_markdown_is_a_comment_of_at_most_fifty_rows(tmp_path: Path) -> None:
    root = repository(tmp_path)
    policies = "\n".join(
        f'rule r{i} "Title | with <b>marks</b> of @somebody" {{ severity low require has(spec.documentation) }}'
        for i in range(40)
    )
    text = f'policy many "Many" {{ version "1" owner "c@company.com"\n{policies}\n}}\n'
    write_mesh(root, {"policies/global/many.gov": text})
    done = impact(root, "--format", "markdown")
    assert done.code == 0
    lines = done.out.splitlines()
    first = next(line for line in lines if line.startswith("**"))
    assert "80 new failures" in first
    rows = [line for line in lines if line.startswith("|")]
    heads = [line for line in lines if line.startswith("|---")]
    shown = len(rows) - 2 * len(heads)
    assert shown == 50
    left = 80 - sum("→ fail" in row for row in rows)
    assert f"… and {left} more" in lines
    assert lines.index(first) < lines.index(rows[0])
    assert "<b>" not in done.out
    assert "@somebody" not in done.out


def test_the_console_lists_everything(tmp_path: Path) -> None:
    root = repository(tmp_path)
    write_mesh(root, {"policies/global/tried.gov": rule("require has(spec.documentation)")})
    done = impact(root)
    assert done.code == 0
    assert "2 new failures, 0 new advisory failures, 0 newly passing, 0 other changes" in done.out
    assert "lending/lending-loans  tried/tried [high]: not judged -> fail" in done.out
    assert "  lending, lending@company.com: new failures 1, products with another verdict 1" in done.out


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    root = repository(tmp_path)
    write_mesh(root, {"policies/global/house.gov": STRICTER, "policies/global/tried.gov": rule("require has(spec.x)")})
    for form in ("json", "markdown", "console"):
        assert impact(root, "--format", form) == impact(root, "--format", form, PYTHONHASHSEED="7")
