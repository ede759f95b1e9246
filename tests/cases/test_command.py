"""`govengine test` as its users call it."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from .meshes import BACKGROUND, CASES, POLICY, SOUND, command, environment, run, write

FILE = "policies/global/house.cases.md"
REPOSITORY = Path(__file__).parents[2]
MISTAKEN = CASES.replace("house/implausible-amount    pass", "house/implausible-amount    fail")


def number(text: str, line: str) -> int:
    """The number of the one line that begins so."""
    found = [i for i, x in enumerate(text.split("\n"), 1) if x.startswith(line)]
    assert len(found) == 1
    return found[0]


# -- what passes -----------------------------------------------------------------------------------------------------


def test_cases_that_pass_are_counted_and_nothing_else_is_said(tmp_path: Path) -> None:
    ran = run(write(tmp_path), "test")
    assert ran.code == 0, ran.out
    assert ran.lines[:2] == ["2 cases: 2 pass", "coverage 100%: 2 rules, 4 of their 4 directions tried"]
    assert ran.err == ""


def test_the_policies_of_this_repository_pass_and_are_covered_whole(tmp_path: Path) -> None:
    ran = run(REPOSITORY, "test", "--min-coverage", "100", GOVENGINE_CACHE=str(tmp_path))
    assert ran.code == 0, ran.out
    assert "coverage 100%" in ran.out


def test_a_new_mesh_passes(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "mesh").code == 0
    ran = run(tmp_path, "test", "--root", "mesh", "--min-coverage", "100")
    assert ran.code == 0, ran.out


# -- what is tried ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "arguments"),
    [
        (".", ()),
        ("policies/global", ()),
        (".", ("policies",)),
        (".", (FILE,)),
        (".", (FILE, "policies")),
        ("..", ("--root", "mesh")),
        ("..", (f"mesh/{FILE}",)),
    ],
)
def test_the_same_cases_are_found_from_everywhere(tmp_path: Path, folder: str, arguments: tuple[str, ...]) -> None:
    root = write(tmp_path / "mesh")
    assert run(root / folder, "test", *arguments).lines[0] == "2 cases: 2 pass"


def test_without_a_mesh_the_folder_of_policies_is_found(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / "govengine.yaml").unlink()
    assert run(root, "test").lines[0] == "2 cases: 2 pass"
    assert run(root / "policies/global", "test").lines[0] == "2 cases: 2 pass"


def test_the_mesh_says_where_its_policies_are(tmp_path: Path) -> None:
    root = write(tmp_path / "mesh")
    (root / "policies").rename(tmp_path / "rules")
    with (root / "govengine.yaml").open("a") as file:
        file.write("paths: {policies: ../rules}\n")
    ran = run(root, "test", "--min-coverage", "100")
    assert (ran.code, ran.lines[0]) == (0, "2 cases: 2 pass")


def test_k_selects_by_all_words_of_the_title(tmp_path: Path) -> None:
    root = write(tmp_path)
    assert run(root, "test", "-k", "AMOUNT negative").lines == ["1 case: 1 pass"]
    assert run(root, "test", "-k", "a").lines == ["2 cases: 2 pass"]
    nothing = run(root, "test", "-k", "amount sound")
    assert nothing.code == 2
    assert "always be green" in nothing.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "there is no"),
        (("policies/global/house.gov",), "house.cases.md"),
        (("products",), "holds no case file"),
        (("--root", "products"), "no `govengine.yaml`"),
        (("--root", "nowhere"), "there is no folder"),
        (("--min-coverage", "101"), "101"),
        (("--min-coverage", "10", "-k", "a"), "omit one of them"),
    ],
)
def test_a_call_that_means_nothing_exits_with_two(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    root = write(tmp_path)
    (root / "products").mkdir()
    ran = run(root, "test", *arguments)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())


def test_policies_without_a_case_are_not_green(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / FILE).unlink()
    assert run(root, "test").code == 2


# -- what fails ------------------------------------------------------------------------------------------------------


def test_a_wrong_case_is_named_at_its_place_and_shown_as_a_diff(tmp_path: Path) -> None:
    ran = run(write(tmp_path, MISTAKEN), "test")
    assert ran.code == 1
    line = number(MISTAKEN, "house/unclassified-product  pass") + 1
    assert ran.lines[0].startswith(
        f"{FILE}:{line}:29: A sound product: house/implausible-amount: expected fail, given pass"
    )
    assert [x.strip() for x in ran.lines[1:4]] == [
        "house/unclassified-product  pass",
        "- house/implausible-amount    fail",
        "+ house/implausible-amount    pass",
    ]
    assert "2 cases: 1 pass, 1 fail" in ran.lines


def test_words_that_a_message_does_not_hold_fail_at_the_words(tmp_path: Path) -> None:
    cases = CASES.replace("1 of 2 rows", "2 of 2 rows")
    ran = run(write(tmp_path, cases), "test")
    assert ran.code == 1
    line = number(cases, "house/implausible-amount    fail")
    assert ran.lines[0].startswith(f"{FILE}:{line}:35: A negative amount: house/implausible-amount: expected fail")
    assert "1 of 2 rows" in ran.lines[0]


def test_no_row_of_a_case_is_shown(tmp_path: Path) -> None:
    root = write(tmp_path, CASES.replace("house/implausible-amount    fail", "house/implausible-amount    pass"))
    ran = run(root, "test")
    assert ran.code == 1
    assert "987654" not in ran.out + ran.err + run(root, "test", "--format", "json").out


def test_a_rule_that_judges_nothing_is_named_with_a_near_one(tmp_path: Path) -> None:
    ran = run(
        write(tmp_path, CASES.replace("house/implausible-amount    fail", "house/implausible-amonut fail")), "test"
    )
    assert ran.code == 1
    assert "given nothing" in ran.lines[0]
    assert "did you mean `house/implausible-amount`" in ran.lines[0]


def test_a_product_that_cannot_be_read_is_no_pass(tmp_path: Path) -> None:
    ran = run(write(tmp_path, CASES.replace("status: active", "statsu: active")), "test")
    assert ran.code == 1
    assert "given error" in ran.lines[0]
    assert "statsu" in ran.lines[0]


def test_all_asks_for_every_verdict(tmp_path: Path) -> None:
    short = BACKGROUND + "## Short\n\n```verdicts\nall\nhouse/unclassified-product  pass\n```\n"
    ran = run(write(tmp_path, short), "test")
    assert ran.code == 1
    line = number(short, "all")
    assert ran.lines[0].startswith(f"{FILE}:{line}:1: Short: house/implausible-amount: expected nothing, given pass")
    whole = short.replace("pass\n```", "pass\nhouse/implausible-amount  pass\n```")
    assert run(write(tmp_path, whole), "test").code == 0


# -- policies of a case's own ----------------------------------------------------------------------------------------

OWN = """\
## Own

```gov policies/global/own.gov
policy own "Own" {
  version "1"
  owner "council@company.com"
  rule b "B" { severity hihg require has(spec.status) }
}
```

```diagnostics
PLACE
```
"""


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("GOV110", 0),
        ("GOV110 hihg", 0),
        ("GOV110 policies/global/own.gov:4:25", 0),
        ("GOV110 policies/global/own.gov:4:25 `hihg` is no severity", 0),
        ("GOV110 policies/global/own.gov:4:26 hihg", 1),
        ("GOV110 policies/global/other.gov:4:25", 1),
        ("GOV110 policies/global/own.gov:4:25 other words", 1),
        ("GOV111", 1),
    ],
)
def test_a_diagnostic_is_expected_by_code_place_and_words(tmp_path: Path, line: str, code: int) -> None:
    cases = BACKGROUND + OWN.replace("PLACE", line)
    ran = run(write(tmp_path, cases), "test")
    assert ran.code == code, ran.out
    if code:
        here = number(cases, line)
        assert ran.lines[0].startswith(f"{FILE}:{here}:")
        written = number(cases, "  rule b")
        assert f"policies/global/own.gov:4:25, here line {written}" in ran.lines[0]


def test_cases_with_their_own_policies_need_no_folder_of_policies(tmp_path: Path) -> None:
    (tmp_path / "own.cases.md").write_text(BACKGROUND + OWN.replace("PLACE", "GOV110"), encoding="utf-8")
    assert run(tmp_path, "test", "own.cases.md").lines == ["1 case: 1 pass"]
    (tmp_path / "none.cases.md").write_text(BACKGROUND + SOUND, encoding="utf-8")
    ran = run(tmp_path, "test", "none.cases.md")
    assert ran.code == 2
    assert "`global/`" in ran.out


# -- what cannot be read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cases", "why"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"", "there is no case"),
        (SOUND, "the case has no product"),
        (CASES.replace("spec.governance.classification: null", "spec.nothing: null"), "cannot be taken away"),
        (CASES.replace("```csv data/events.csv", "```csv ../events.csv"), "leads out"),
        (CASES.replace("```csv data/events.csv", "```csv policies/events.csv"), "leads out"),
        (CASES.replace("```csv data/events.csv", "```csv data/"), "is a folder"),
        (CASES.replace("```csv data/events.csv", "```csv " + "x" * 300), "cannot be written"),
        (CASES.replace("```csv data/events.csv", "```csv data/\0"), "cannot be written"),
    ],
)
def test_what_cannot_be_read_exits_with_two_and_says_how_to_mend_it(
    tmp_path: Path, cases: str | bytes, why: str
) -> None:
    ran = run(write(tmp_path, cases), "test")
    assert ran.code == 2
    assert why in ran.out
    assert f"error: {FILE}:" in ran.out
    assert "= help: " in ran.out
    assert not list((tmp_path / "policies").rglob("events.csv"))


def test_a_file_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    root = write(tmp_path, MISTAKEN, {"policies/global/a.cases.md": "nothing here"})
    ran = run(root, "test")
    assert ran.code == 2
    assert "error: policies/global/a.cases.md:1: there is no case" in ran.lines
    assert "2 cases: 1 pass, 1 fail, 1 cannot be read" in ran.lines


def test_policies_that_do_not_compile_are_said_once(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / "policies/global/house.gov").write_text(POLICY.replace("severity high", "severity hihg", 1))
    ran = run(root, "test")
    assert ran.code == 2
    assert ran.out.count("error[GOV110]") == 1
    assert "policies/global/house.gov:7:14" in ran.out
    assert "2 cases: 0 pass, 2 not judged" in ran.out


def test_a_broken_overlay_is_not_green_though_no_case_names_it(tmp_path: Path) -> None:
    overlay = 'overlay lending "L" { version "1" owner "l@company.com" tighten house/nothing to 3 }\n'
    ran = run(write(tmp_path, more={"policies/domains/lending/lending.gov": overlay}), "test")
    assert ran.code == 2
    assert "policies/domains/lending/lending.gov:1:" in ran.out
    assert "2 cases: 2 pass" in ran.lines


# -- nothing stays behind --------------------------------------------------------------------------------------------


def test_no_file_stays_behind(tmp_path: Path) -> None:
    root, spill = write(tmp_path / "mesh"), tmp_path / "spill"
    spill.mkdir()
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}
    assert run(root, "test", TMPDIR=str(spill)).code == 0
    assert not list(spill.iterdir())
    assert {p: p.read_bytes() for p in root.rglob("*") if p.is_file()} == before


def test_ctrl_c_leaves_nothing_behind_and_is_no_verdict(tmp_path: Path) -> None:
    root, spill = write(tmp_path / "mesh", BACKGROUND + SOUND * 400), tmp_path / "spill"
    spill.mkdir()
    process = subprocess.Popen(
        command("test"),
        cwd=root,
        env=environment(TMPDIR=str(spill)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # What a shell starts in the background ignores Ctrl-C, and so would all that the tests start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    )
    deadline = time.monotonic() + 60
    while not list(spill.rglob("products/**/*.yaml")):  # a case is being judged
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"interrupted" in err
    assert b"Traceback" not in err
    assert b"cases:" not in out
    assert not list(spill.iterdir())
