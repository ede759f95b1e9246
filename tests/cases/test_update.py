"""`--update`: the case files say what was given, and nothing else in them changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from .meshes import BACKGROUND, CASES, run, write

FILE = "policies/global/house.cases.md"


def updated(root: Path, cases: str | bytes, code: int = 0) -> tuple[str, list[str]]:
    """The case file after `--update`, and what was said."""
    ran = run(write(root, cases), "test", "--update")
    assert ran.code == code, ran.out
    return (root / FILE).read_bytes().decode(), ran.lines


def test_cases_that_pass_are_left_alone(tmp_path: Path) -> None:
    text, lines = updated(tmp_path, CASES)
    assert text == CASES
    assert lines[0] == "2 cases: 2 pass"


def test_outcomes_are_rewritten_in_place_and_the_change_is_shown(tmp_path: Path) -> None:
    wrong = CASES.replace("house/implausible-amount    pass", "house/implausible-amount    unknown")
    text, lines = updated(tmp_path, wrong)
    assert text == CASES
    assert lines[0].endswith(": A sound product: updated")
    assert "- house/implausible-amount    unknown" in [x.strip() for x in lines]
    assert "+ house/implausible-amount    pass" in [x.strip() for x in lines]
    assert "2 cases: 2 pass" in lines


def test_an_update_of_an_update_changes_nothing(tmp_path: Path) -> None:
    wrong = CASES.replace("pass", "fail").replace("1 of 2 rows", "9 of 9 rows")
    once, _ = updated(tmp_path, wrong)
    assert once != wrong
    twice, lines = updated(tmp_path, once)
    assert twice == once
    assert "updated" not in "\n".join(lines)


@pytest.mark.parametrize(
    ("line", "now"),
    [
        ("house/implausible-amount fail  1 of 2 rows", "house/implausible-amount fail  1 of 2 rows"),
        ("house/implausible-amount fail  7 of 2 rows", "house/implausible-amount fail"),
        ("house/implausible-amount pass  1 of 2 rows", "house/implausible-amount fail  1 of 2 rows"),
        ("house/implausible-amount pass  7 of 2 rows", "house/implausible-amount fail"),
        ("  house/implausible-amount\tunknown   1 of 2 rows  ", "  house/implausible-amount\tfail      1 of 2 rows  "),
        ("house/unclassified-product fail\nhouse/nothing pass", "house/unclassified-product fail"),
        ("all\nhouse/unclassified-product  fail", "all\nhouse/unclassified-product  fail\nhouse/implausible-amount    fail"),
        ("all", "all\nhouse/implausible-amount    fail\nhouse/unclassified-product  fail"),
    ],
)  # fmt: skip
def test_words_stay_where_they_hold(tmp_path: Path, line: str, now: str) -> None:
    before, block, after = CASES.rpartition("```verdicts\n")
    rest = after[after.index("```") :]
    text, _ = updated(tmp_path, f"{before}{block}{line}\n{rest}")
    assert text == f"{before}{block}{now}\n{rest}"


def test_a_block_is_never_emptied(tmp_path: Path) -> None:
    cases = BACKGROUND + "## A\n\n```verdicts\nhouse/nothing  pass\n```\n"
    text, _ = updated(tmp_path, cases, 1)
    assert text == cases


def test_a_case_that_cannot_be_judged_is_left_alone(tmp_path: Path) -> None:
    cases = CASES.replace("spec.governance.classification: null", "spec.nothing: null")
    text, _ = updated(tmp_path, cases, 2)
    assert text == cases


def test_a_diagnostic_that_is_missing_still_fails(tmp_path: Path) -> None:
    cases = BACKGROUND + "## A\n\n```diagnostics\nGOV110\n```\n"
    text, _ = updated(tmp_path, cases, 1)
    assert text == cases


def test_line_ends_and_byte_order_mark_stay(tmp_path: Path) -> None:
    wrong = CASES.replace("house/implausible-amount    pass", "house/implausible-amount    fail")
    text, _ = updated(tmp_path, b"\xef\xbb\xbf" + wrong.replace("\n", "\r\n").encode())
    assert text.encode() == b"\xef\xbb\xbf" + CASES.replace("\n", "\r\n").encode()


def test_only_selected_cases_are_rewritten(tmp_path: Path) -> None:
    wrong = CASES.replace("pass", "fail").replace("fail  1 of 2 rows", "pass")
    root = write(tmp_path, wrong)
    assert run(root, "test", "--update", "-k", "negative").code == 0
    text = (root / FILE).read_text(encoding="utf-8")
    head, _, tail = text.partition("## A negative amount")
    assert head == wrong.partition("## A negative amount")[0]
    assert "house/implausible-amount    fail\n" in tail


def test_what_a_link_means_is_rewritten_not_the_link(tmp_path: Path) -> None:
    root = write(tmp_path, "")
    kept = tmp_path / "kept.md"
    kept.write_text(CASES.replace("house/implausible-amount    pass", "house/implausible-amount    fail"))
    kept.chmod(0o640)
    (root / FILE).unlink()
    (root / FILE).symlink_to(kept)
    assert run(root, "test", "--update").code == 0
    assert (root / FILE).is_symlink()
    assert kept.read_text() == CASES
    assert kept.stat().st_mode & 0o777 == 0o640
