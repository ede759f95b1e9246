"""Runs `cases/*.md`; README.md beside this file says how they are written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from .meshes import Ran, assert_repairable, run, write_mesh

CASES = Path(__file__).parent / "cases"
FILE_BLOCKS = ("gov", "yaml", "csv", "text")
_FENCE = re.compile(r"^(`{3,})([^`\n]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)


class Case(NamedTuple):
    """One `##` of a file of cases: files written or (None) left out, the call, what should come out."""

    files: dict[str, str | None]
    arguments: tuple[str, ...]
    expected: tuple[str, ...]


class BadCaseError(ValueError):
    """A case that cannot be read."""


def parse(text: str) -> dict[str, Case]:
    """The cases of a Markdown text by their titles."""
    head, *sections = re.split(r"^## +", text, flags=re.MULTILINE)
    shared: dict[str, str | None] = {}
    cases: dict[str, Case] = {}
    if _blocks(head, shared) != (None, None):
        raise BadCaseError("`run` and `expect` belong to a case, below its `##`")
    for section in sections:
        title, _, body = section.partition("\n")
        files = dict(shared)
        called, expected = _blocks(body, files)
        if not expected:
            raise BadCaseError(f"`{title}` expects nothing")
        if title in cases:
            raise BadCaseError(f"two cases are called `{title}`")
        cases[title] = Case(files, called or ("check",), expected)
    return cases


def _blocks(text: str, files: dict[str, str | None]) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    called = expected = None
    rest = _FENCE.sub("", text)
    if "```" in rest:
        raise BadCaseError("a block is not closed")
    for match in _FENCE.finditer(text):
        word, _, name = match[2].strip().partition(" ")
        if word in FILE_BLOCKS and name:
            files[name] = match[3]
        elif word == "remove" and not name:
            files.update(dict.fromkeys(match[3].split()))
        elif word == "run" and not name and called is None:
            called = tuple(shlex.split(match[3]))
        elif word == "expect" and not name and expected is None:
            expected = tuple(line.strip() for line in match[3].splitlines() if line.strip())
        else:
            raise BadCaseError(f"unknown or repeated block `{match[2].strip()}`")
    return called, expected


def judge(case: Case, root: Path) -> None:
    """Run a case and compare."""
    write_mesh(root, case.files)
    ran = run(root, *case.arguments)
    said = ran.said()
    assert_repairable(said)
    report: Ran | None = None
    diagnostics: list[tuple[str, str]] = []
    codes = []
    for line in case.expected:
        word, _, rest = line.partition(" ")
        if word == "exit":
            codes.append(int(rest))
        elif re.fullmatch(r"GOV\d{3}", word):
            diagnostics.append((word, rest))
        elif word == "says":
            assert rest in ran.words, f"not said: {rest}\n{ran.out}{ran.err}"
        elif word == "unsaid":
            assert rest not in ran.words, f"said: {rest}\n{ran.out}{ran.err}"
        elif word in ("verdict", "product"):
            report = report or run(root, *case.arguments, "--format", "json")
            _compare_verdict(report, word, rest.split())
        else:
            raise BadCaseError(f"unknown line in `expect`: {line}")
    assert codes == [ran.code], f"{ran.out}{ran.err}"
    # Nothing more is said than what the case names: a second, wrong diagnostic would send the author astray.
    assert sorted(diagnostics) == sorted((one.code, one.place) for one in said), f"{ran.out}{ran.err}"


def _compare_verdict(report: Ran, word: str, asked: list[str]) -> None:
    if word == "verdict":
        outcome, rule, product = asked
        assert report.verdicts().get((rule, product)) == outcome, report.verdicts()
    else:
        verdict, product = asked
        assert report.products().get(product) == verdict, report.products()


ALL = [
    pytest.param(case, id=f"{path.stem}: {title}")
    for path in sorted(CASES.glob("*.md"))
    for title, case in parse(path.read_text(encoding="utf-8")).items()
]


@pytest.mark.parametrize("case", ALL)
def test_case(case: Case, tmp_path: Path) -> None:
    judge(case, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "## a\n\n```yml a.yaml\n```\n\n```expect\nexit 0\n```\n",
        "## a\n\n```gov\n```\n\n```expect\nexit 0\n```\n",
        "## a\n\n```run\ncheck\n```\n",
        "## a\n\n```expect\nexit 0\n```\n\n```expect\nexit 0\n```\n",
        "## a\n\n```expect\nexit 0\n",
        "## a\n\n```expect\nexit 0\n```\n\n## a\n\n```expect\nexit 0\n```\n",
        "# a\n\n```run\ncheck\n```\n",
    ],
    ids=["unknown-block", "no-file", "no-expect", "two-expects", "open", "same-title", "run-in-the-head"],
)
def test_a_case_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadCaseError):
        parse(text)


@pytest.mark.parametrize(
    "wrong",
    [
        ("exit 1",),
        ("exit 0", "GOV201 products/a.yaml:1:1"),
        ("exit 0", "says a word that nobody says"),
        ("exit 0", "unsaid compliant"),
        ("exit 0", "verdict fail house/negative-amount payments-events"),
        ("exit 0", "product undetermined payments-events"),
        ("says compliant",),
    ],
)
def test_a_wrong_expectation_fails(wrong: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        judge(Case({}, ("check",), wrong), tmp_path)


def test_an_unknown_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCaseError):
        judge(Case({}, ("check",), ("exit 0", "sais something")), tmp_path)
