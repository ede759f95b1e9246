"""Every finding, where it is and where it is not: the cases of `findings.md` and `allowances.md`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from govengine.language.parser import parse
from govengine.language.source import Source
from govengine.lint.findings import ABOUT_ALLOWANCES, LOOKS, NAMES, LintReport, lint
from govengine.lint.subject import Subject

_CASE = re.compile(r"^## ([^\n]+)\n\n```gov\n(.*?)^```\n\n```findings\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
TEXT = "\n".join(
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("findings.md", "allowances.md")
)
CASES = _CASE.findall(TEXT)


def linted(text: str, *names: str, cases: frozenset[str] | None = None) -> LintReport:
    source = Source("x.gov", text)
    file, mistakes = parse(source)
    assert mistakes == ()
    return lint(Subject({"x.gov": source}, (file,), cases), only=frozenset(names))


def test_every_case_is_read() -> None:
    assert len(CASES) == TEXT.count("\n## ")


def test_every_finding_has_a_case() -> None:
    assert set(LOOKS) - {"rule-without-case"} <= {title.partition(":")[0] for title, _, _ in CASES}


def test_the_reference_lists_every_finding() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "lint.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[([a-z-]+)\]\(\.\./errors/(GOV\d{3})\.md\)", page, re.MULTILINE)
    errors = Path(__file__).parents[2] / "docs" / "errors"
    assert sorted(name for name, _ in listed) == sorted((*NAMES, *ABOUT_ALLOWANCES))
    for name, code in listed:
        assert (errors / f"{code}.md").read_text(encoding="utf-8").startswith(f"# {code} {name}\n")


@pytest.mark.parametrize(("title", "text", "expected"), CASES, ids=[c[0] for c in CASES])
def test_what_is_found(title: str, text: str, expected: str) -> None:
    name = title.partition(":")[0]
    meant = {name} if name in LOOKS else {*ABOUT_ALLOWANCES, "mixed-operators"}
    findings = [d for d in linted(text).findings if d.name in meant]
    assert [f"{d.span.line} {d.name}" for d in findings if d.span] == expected.splitlines()
    assert all(d.level == "warning" and d.help for d in findings)


def test_a_rule_that_no_case_names() -> None:
    text = 'policy p "P" { rule a "A" { require x } rule b "B" { require x } }'
    found = linted(text, "rule-without-case", cases=frozenset({"p/b", "q/a"})).findings
    assert [(d.code, d.message) for d in found] == [("GOV613", "no case names `p/a`")]
    assert linted(text, "rule-without-case", cases=None).findings == ()


def test_what_is_allowed_is_counted() -> None:
    text = """policy p "P" {
      // lint: allow rule-without-fix - told by the message
      rule a "A" { require x }
      rule b "B" { require x }
    }"""
    found = linted(text, "rule-without-fix")
    assert (len(found.findings), found.allowed) == (1, 1)


def test_a_term_is_shown_with_the_clause_that_uses_it() -> None:
    text = """policy p "P" {
      term t(c) "T": has(c.x)
      rule a "A" { for each column in columns where t(column) require x }
    }"""
    (found,) = linted(text, "exemption-of-the-silent").findings
    assert found.span is not None
    assert found.span.line == 2
    assert [(o.span.line, o.text) for o in found.others] == [(3, "by way of `t`")]


def test_conditions_that_branch_without_end_are_taken_for_possible() -> None:
    choices = " && ".join(f"(spec.a{i} == 1 || spec.b{i} == 1)" for i in range(30))
    text = f'policy p "P" {{ rule a "A" {{ when {choices} && spec.z && !spec.z require x }} }}'
    assert linted(text, "unreachable-rule").findings == ()


def test_a_term_that_comes_back_to_itself_ends() -> None:
    text = """policy p "P" {
      term t "T": u || has(spec.x)
      term u "U": t
      rule a "A" { when t require x }
    }"""
    names = [d.name for d in linted(text, *LOOKS).findings]
    assert "exemption-of-the-silent" in names
