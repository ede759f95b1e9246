"""Which rules the cases try: the sentence, the lists, the limit, and the same as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from .meshes import BACKGROUND, CASES, POLICY, SOUND, WRONG, run, write

RULE = "policies/global/house.gov"
PLACES = {
    name: f"{RULE}:{next(i for i, x in enumerate(POLICY.split(chr(10)), 1) if name in x)}:8"
    for name in ("unclassified-product", "implausible-amount")
}
NAMES = BACKGROUND + "## One\n\n```verdicts\nhouse/unclassified-product  pass\n```\n"


def test_what_no_case_sees_is_listed_with_its_place(tmp_path: Path) -> None:
    ran = run(write(tmp_path, NAMES), "test")
    assert ran.code == 0
    assert ran.lines[1:] == [
        "coverage 25%: 2 rules, 1 of their 4 directions tried",
        f"  never seen passing: house/implausible-amount  {PLACES['implausible-amount']}",
        f"  never seen failing: house/unclassified-product  {PLACES['unclassified-product']}",
        f"  never seen failing: house/implausible-amount  {PLACES['implausible-amount']}",
        f"  `when` never false: house/implausible-amount  {PLACES['implausible-amount']}",
    ]


def test_a_rule_counts_only_where_a_case_names_it(tmp_path: Path) -> None:
    """Both rules judge the product of each case; of what no line asks, nobody would miss a change."""
    ran = run(
        write(tmp_path, SOUND.join((BACKGROUND, "")) + WRONG.replace("house/unclassified-product  fail", "")), "test"
    )
    assert ran.code == 2  # the words alone are no line
    named = BACKGROUND + SOUND.replace("house/unclassified-product  pass\n", "") + WRONG
    assert "never seen passing: house/unclassified-product" in run(write(tmp_path, named), "test").out


def test_an_outcome_that_was_not_given_does_not_count(tmp_path: Path) -> None:
    ran = run(write(tmp_path, NAMES.replace("pass", "fail")), "test")
    assert ran.code == 1
    assert "coverage 0%" in ran.out


def test_a_condition_seen_false_is_not_listed(tmp_path: Path) -> None:
    quiet = "## Draft\n\n```yaml changes\nspec.status: draft\n```\n\n```verdicts\nhouse/implausible-amount  not-applicable\n```\n"
    assert "never false" in run(write(tmp_path), "test").out
    assert "never false" not in run(write(tmp_path, CASES + quiet), "test").out


def test_a_policy_that_always_applies_is_listed(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / RULE).write_text(POLICY.replace("levels", 'when spec.status != "retired"\n  levels'), encoding="utf-8")
    assert "`when` never false: policy house" in run(root, "test").out
    retired = CASES + (
        "## Retired\n\n```yaml changes\nspec.status: retired\n```\n\n"
        "```verdicts\nhouse/unclassified-product  not-applicable\n```\n"
    )
    write(tmp_path, retired)
    (root / RULE).write_text(POLICY.replace("levels", 'when spec.status != "retired"\n  levels'), encoding="utf-8")
    assert "policy house" not in run(root, "test").out


@pytest.mark.parametrize(("least", "code"), [("25", 0), ("0", 0), ("25.1", 1), ("100", 1)])
def test_too_little_fails(tmp_path: Path, least: str, code: int) -> None:
    ran = run(write(tmp_path, NAMES), "test", "--min-coverage", least)
    assert ran.code == code
    assert (f"; {least}% are asked" in ran.out) == bool(code)


def test_a_share_is_never_rounded_up(tmp_path: Path) -> None:
    """Of 1,201 rules all but one are seen passing, and one is seen failing: not a whole tenth more than half."""
    more = "".join(f'  rule r{i} "R" {{ severity low require has(spec.status) }}\n' for i in range(600))
    root = write(
        tmp_path, CASES + "## Many\n\n```verdicts\n" + "".join(f"house/r{i}  pass\n" for i in range(600)) + "```\n"
    )
    (root / RULE).write_text(POLICY.rstrip().removesuffix("}") + more + "}\n", encoding="utf-8")
    value = run(root, "test", "--format", "json", "--min-coverage", "50.2").value()
    assert value["coverage"]["seen"] / value["coverage"]["directions"] * 100 == pytest.approx(50.166, abs=0.001)
    assert value["coverage"]["percent"] == 50.1
    assert value["summary"]["exit_code"] == 1


def test_a_path_limits_the_rules_that_count(tmp_path: Path) -> None:
    other = (
        'policy other "O" { version "1" owner "c@company.com" rule r "R" { severity low require has(spec.status) } }\n'
    )
    root = write(tmp_path, more={"policies/global/other.gov": other})
    assert "coverage 66.6%: 3 rules, 4 of their 6" in run(root, "test").out
    assert "coverage 100%: 2 rules" in run(root, "test", "policies/global/house.cases.md").out


def test_a_case_with_policies_of_its_own_covers_none_of_ours(tmp_path: Path) -> None:
    own = BACKGROUND + f"## Own\n\n```gov {RULE}\n{POLICY}```\n\n```verdicts\nhouse/unclassified-product  pass\n```\n"
    ran = run(write(tmp_path, own), "test")
    assert ran.code == 0
    assert "coverage 0%: 2 rules" in ran.out


def test_no_rule_at_all_covers_nothing(tmp_path: Path) -> None:
    (tmp_path / "own.cases.md").write_text(
        BACKGROUND + f"## Own\n\n```gov {RULE}\n{POLICY}```\n\n```verdicts\nhouse/unclassified-product  pass\n```\n"
    )
    ran = run(tmp_path, "test", "own.cases.md", "--min-coverage", "1")
    assert ran.code == 1
    assert "no rule" in ran.out


def test_json_tells_the_same(tmp_path: Path) -> None:
    cases = CASES.replace("house/implausible-amount    pass", "house/implausible-amount    fail")
    root = write(tmp_path, cases, {"policies/global/a.cases.md": "nothing"})
    first, second = run(root, "test", "--format", "json"), run(root, "test", "--format", "json")
    assert first.out == second.out
    value = first.value()
    assert (first.code, value["summary"]["exit_code"]) == (2, 2)
    counts = {key: value["summary"][key] for key in ("cases", "pass", "fail", "unreadable")}
    assert counts == {"cases": 2, "pass": 1, "fail": 1, "unreadable": 1}
    failed = next(c for c in value["cases"] if c["outcome"] == "fail")
    assert failed["title"] == "A sound product"
    miss = failed["misses"][0]
    assert (miss["subject"], miss["expected"], miss["given"]) == ("house/implausible-amount", "fail", "pass")
    line = cases.split("\n")[miss["line"] - 1]
    assert line[miss["column"] - 1 :] == "fail"
    assert "- house/implausible-amount    fail" in failed["diff"]
    assert value["unreadable"][0]["file"] == "policies/global/a.cases.md"
    assert value["coverage"]["never_passing"][0]["rule"] == "house/implausible-amount"
