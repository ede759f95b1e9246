"""`govengine prove`: every place of a directed setting, and a counter-example where a direction is false."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from govengine.proof.prove import prove as proved
from govengine.run.session import Request, judge
from tests.cli.meshes import POLICY, Ran, run, write_mesh

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = "2026-11-01"
SETTINGS = """\
  setting kept: period, at least 180 days
  setting idle: period, at most 90 days
  setting replicas: int, at most 5
  setting complete: percent, at least 99%
  setting methods: text, one of ["hash", "mask", "tokenise"]
  setting tags: text, includes ["audit"]
  setting by_class: period by level, at least { public 30 days  internal 1 year  confidential 2 years  restricted 7 years }
  setting exact: int, fixed 3
"""


def tried(rule: str, head: str = "") -> str:
    return f'policy tried "Tried" {{\n  version "1" owner "council@company.com"\n{head}{SETTINGS}{rule}\n}}\n'


def prove(root: Path, *arguments: str) -> Ran:
    return run(root, "prove", "--as-of", DAY, *arguments)


def places(root: Path, code: int) -> list[dict[str, Any]]:
    """Every occurrence in `tried`, with its setting and direction."""
    proof = proved(root, date.fromisoformat(DAY))
    assert proof.exit_code == code, proof.mistakes
    return [
        {**o, "setting": s["setting"], "direction": s["direction"]}
        for s in proof.settings
        for o in s["occurrences"]
        if s["setting"].startswith("tried/")
    ]


@pytest.mark.parametrize(
    ("clause", "setting", "rule"),
    [
        ("require", "kept", "require spec.governance.retention.min >= setting.kept"),
        ("require", "idle", "for each g in spec.access.grants require within(g.last_reviewed, setting.idle)"),
        ("require", "methods", "for each c in columns require c.protection.method in setting.methods"),
        ("require", "tags", "for each c in columns require setting.tags.all(t, t in c.tags)"),
        (
            "require",
            "by_class",
            "require spec.governance.retention.min >= setting.by_class[spec.governance.classification]",
        ),
        (
            "when",
            "replicas",
            "when spec.interfaces.exists(i, i.partitions > setting.replicas) require has(spec.support)",
        ),
        ("where", "tags", "for each c in columns where setting.tags.exists(t, t in c.tags) require c.required"),
        ("for each", "tags", "for each t in setting.tags require t in metadata.tags"),
        ("keep", "kept", "for each c in columns keep {c} at least setting.kept"),
        ("at least", "complete", "on payments-events.events expect id filled at least setting.complete"),
        ("newest", "idle", "on payments-events.events expect newest amount within setting.idle"),
    ],
)
def test_a_place_is_found_with_its_clause(tmp_path: Path, clause: str, setting: str, rule: str) -> None:
    text = tried(f'  rule one "One" {{ severity low {rule} }}')
    write_mesh(tmp_path, {"policies/global/tried.gov": text})
    (place,) = places(tmp_path, 0)
    assert (place["setting"], place["clause"], place["rule"]) == (f"tried/{setting}", clause, "tried/one")
    line = text.splitlines()[place["line"] - 1]
    assert line[place["column"] - 1 :].startswith(f"setting.{setting}")
    assert ("lowered" in place["why"]) is (setting in ("idle", "replicas"))


def test_a_policy_s_own_when_and_two_places_of_one_setting(tmp_path: Path) -> None:
    when = "  when spec.interfaces.exists(i, i.partitions > setting.replicas)\n"
    rule = '  rule one "One" { severity low require spec.interfaces.all(i, i.partitions < setting.replicas) }'
    write_mesh(tmp_path, {"policies/global/tried.gov": tried(rule, when)})
    found = places(tmp_path, 0)
    assert [(p["clause"], p["rule"]) for p in found] == [("a policy's when", None), ("require", "tried/one")]


@pytest.mark.parametrize(
    ("setting", "after", "rule"),
    [
        ("kept", "pass", "require spec.governance.retention.min <= setting.kept"),
        ("kept", "pass", "for each c in columns keep {c} at most setting.kept"),
        ("idle", "not-applicable", "for each g in spec.access.grants where within(g.last_reviewed, setting.idle) require has(g.expires)"),
        ("replicas", "pass", "for each i in spec.interfaces require i.replication_factor >= setting.replicas"),
        ("replicas", "pass", "require spec.interfaces.size() != setting.replicas"),
        ("replicas", "not-applicable", "when spec.interfaces.exists(i, i.partitions < setting.replicas) require has(spec.support)"),
        ("complete", "pass", "require !meets(spec.quality.completeness, setting.complete)"),
        ("methods", "pass", "for each c in columns require !(c.protection.method in setting.methods)"),
        ("tags", "pass", "for each c in columns require setting.tags.exists(t, t in c.tags)"),
        ("by_class", "pass", "require spec.governance.retention.min <= setting.by_class[spec.governance.classification]"),
    ],
)  # fmt: skip
def test_a_counter_example_is_one(tmp_path: Path, setting: str, after: str, rule: str) -> None:
    """Judged here without the search: the setting as a domain would leave it, written into the policy as fixed."""
    text = tried(f'  rule one "One" {{ severity low {rule} }}')
    write_mesh(tmp_path / "searched", {"policies/global/tried.gov": text})
    place = next(p for p in places(tmp_path / "searched", 2) if not p["proved"])
    example = place["counter_example"]
    assert example is not None, place["no_counter_example"]
    assert (example["rule"], example["before"], example["after"]) == ("tried/one", "fail", after)
    head, _, value = example["overlay"].partition(" to ")
    assert head.startswith(f"tighten tried/{setting}")
    assert _judged(tmp_path / "before", text, setting, "", "", example["product"]) == "fail"
    assert _judged(tmp_path / "after", text, setting, head, value, example["product"]) == after


def _judged(root: Path, text: str, setting: str, head: str, value: str, product: str) -> str:
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip().startswith(f"setting {setting}:"))
    for direction in ("at least", "at most", "one of", "includes"):
        lines[at] = lines[at].replace(f", {direction}", ", fixed")
    if value:
        level = head.partition("[")[2].rstrip("]")
        if level:
            words = lines[at].partition("{")[2].split()
            old = " ".join(words[words.index(level) + 1 : words.index(level) + 3])
            lines[at] = lines[at].replace(f"{level} {old}", f"{level} {value}")
        else:
            lines[at] = lines[at].partition("fixed")[0] + f"fixed {value}"
    files = {"policies/global/tried.gov": "\n".join(lines), "products/payments/example.yaml": product}
    report = judge(Request(write_mesh(root, files), date.fromisoformat(DAY), data=False)).report
    name = next(p.name for p in report.products if p.file.endswith("example.yaml"))
    errors = [d.message for d in report.diagnostics if d.level == "error"]
    assert not errors
    return next(v.outcome for v in report.verdicts if (v.rule, v.product) == ("tried/one", name))


def test_none_is_claimed_where_none_is_found(tmp_path: Path) -> None:
    rule = '  rule one "One" { severity low require setting.replicas * 2 >= setting.replicas && has(spec.support) }'
    write_mesh(tmp_path, {"policies/global/tried.gov": tried(rule)})
    found = [p for p in places(tmp_path, 2) if not p["proved"]]
    assert {(p["counter_example"], "none was found among" in p["no_counter_example"]) for p in found} == {(None, True)}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("on payments-events.events expect rows `amount > {setting.replicas}`", "rows decide it"),
        ("on payments-events.events expect newest amount within setting.kept", "rows decide it"),
        ("on payments-events.events expect `count(*)` at least setting.replicas", "rows decide it"),
    ],
)
def test_rows_are_not_searched_and_their_limits_have_directions_too(tmp_path: Path, rule: str, words: str) -> None:
    text = tried(f'  rule one "One" {{ severity low {rule} }}')
    write_mesh(tmp_path, {"policies/global/tried.gov": text})
    (place,) = places(tmp_path, 2)
    assert (place["proved"], words in place["no_counter_example"]) == (False, True)
    assert run(tmp_path, "check", "--no-data", "--as-of", DAY).code == 2


def test_a_policy_over_the_mesh_is_not_searched(tmp_path: Path) -> None:
    text = tried(
        '  rule one "One" { severity low require mesh.topics.all(x, x.partitions > setting.replicas) }',
        "  judges mesh\n",
    )
    write_mesh(tmp_path, {"policies/global/tried.gov": text})
    (place,) = places(tmp_path, 2)
    assert "judges the mesh" in place["no_counter_example"]


def test_other_mistakes_are_said_and_nothing_is_searched(tmp_path: Path) -> None:
    rule = '  rule one "One" { severity low require spec.governance.retention.min <= setting.kept }'
    broken = POLICY.replace("require  documented", "require  documentd")
    write_mesh(tmp_path, {"policies/global/tried.gov": tried(rule), "policies/global/house.gov": broken})
    (place,) = places(tmp_path, 2)
    assert "other mistakes" in place["no_counter_example"]
    assert {s.code for s in prove(tmp_path).said()} == {"GOV316", "GOV402"}


def test_fixed_settings_are_no_concern_and_one_that_stands_nowhere_is_listed(tmp_path: Path) -> None:
    write_mesh(
        tmp_path, {"policies/global/tried.gov": tried('  rule one "One" { severity low require has(spec.support) }')}
    )
    done = prove(tmp_path, "--format", "json")
    settings = {s["setting"]: s for s in json.loads(done.out)["settings"]}
    assert "tried/exact" not in settings
    assert settings["tried/kept"]["occurrences"] == []
    assert json.loads(done.out)["proved"] is True
    assert "tried/kept: at least  policies/global/tried.gov:3\n  stands nowhere" in prove(tmp_path).out


def test_the_example_mesh_is_proved(tmp_path: Path) -> None:
    done = prove(tmp_path, "--root", str(EXAMPLES))
    assert done.code == 0, done.out
    assert "UNPROVED" not in done.out
    listed = [line for line in done.out.splitlines() if line.startswith("  proved ")]
    mentioned = sum(
        line.count("setting.") - ("{setting." in line)
        for path in (EXAMPLES.parent / "policies/global").glob("*.gov")
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.strip().startswith(("finding", "fix", "//"))
    )
    assert 0 < len(listed) <= mentioned


def test_people_read_the_counter_example(tmp_path: Path) -> None:
    rule = '  rule one "One" { severity low require spec.governance.retention.min <= setting.kept }'
    write_mesh(tmp_path, {"policies/global/tried.gov": tried(rule)})
    done = prove(tmp_path)
    assert done.code == 2
    assert "tried/one: fail for this product, pass once a domain writes `tighten tried/kept to " in done.out
    assert re.search(r"^      spec:\n(.*\n)*?          retention:\n            min: \d+ days$", done.out, re.MULTILINE)
    assert prove(tmp_path) == done, "the same example each time"
