"""Mistakes in policy text: all of them in one run, at their places, and never an exception."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govengine.diagnostics import Diagnostic, Span
from govengine.language.parser import parse
from govengine.language.source import Source
from govengine.language.syntax import File

POLICIES = sorted(Path(__file__).parents[2].joinpath("policies").rglob("*.gov"))

FIVE_MISTAKES = """\
policy house "House" {
  version "1.0.0"
  owner "o@example.com"

  rule no-class "A class" {
    sevrity high
    require has(spec.governance.classification)
  }
  rule sql-inside "SQL in a condition" {
    severity high
    require spec.governance.classification = "public"
  }
  rule good "A good rule between bad ones" {
    severity high
    require has(spec.governance.classification)
  }
  rule hyphened "A hyphen" {
    severity high
    require has(spec.governance.pii-fields)
  }
  rule half "Half a condition" {
    severity high
    require spec.governance.dlp.enabled &&
  }
  rule unquoted "No quotes" {
    severity high
    because it is so
    require has(spec.status)
  }
}
"""


def read(text: str) -> tuple[File, tuple[Diagnostic, ...]]:
    return parse(Source("house.gov", text))


def places(text: str) -> list[tuple[str, int, int]]:
    return sorted(
        ((d.code, d.span.line, d.span.column) for d in read(text)[1] if d.span is not None), key=lambda p: p[1:]
    )


def underlined(text: str, span: Span) -> str:
    source = Source(span.file, text)
    return text[source.offset(span.line, span.column) : source.offset(span.end_line, span.end_column)]


def test_five_mistakes_give_five_diagnostics() -> None:
    lines = FIVE_MISTAKES.split("\n")

    def at(line: int, word: str) -> tuple[int, int]:
        return line, lines[line - 1].index(word) + 1

    found = read(FIVE_MISTAKES)[1]
    assert [d.level for d in found] == ["error"] * 5
    assert [p[1:] for p in places(FIVE_MISTAKES)] == [
        at(6, "sevrity"),
        at(11, "= "),
        at(19, "pii-fields"),
        at(24, "}"),
        at(27, "it"),
    ]
    assert [code for code, _, _ in places(FIVE_MISTAKES)] == ["GOV101", "GOV104", "GOV105", "GOV102", "GOV102"]
    underlined_ = [underlined(FIVE_MISTAKES, d.span) for d in sorted(found, key=lambda d: d.span or ()) if d.span]
    assert underlined_ == ["sevrity", "=", "pii-fields", "}", "it"]


def test_what_stands_between_mistakes_is_read() -> None:
    file, _ = read(FIVE_MISTAKES)
    assert [p.name.text for p in file.policies] == ["house"]
    assert "good" in [r.name.text for r in file.policies[0].rules]


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_windows_line_ends_keep_places(line_end: str) -> None:
    assert places(FIVE_MISTAKES.replace("\n", line_end)) == places(FIVE_MISTAKES)


def test_tabs_count_as_one_column() -> None:
    text = FIVE_MISTAKES.replace("    sevrity", "\tsevrity")
    assert ("GOV101", 6, 2) in places(text)


def test_a_missing_brace_costs_one_rule() -> None:
    text = FIVE_MISTAKES.replace('classification = "public"\n  }', "classification")
    found = [(d.code, underlined(text, d.span)) for d in read(text)[1] if d.span is not None]
    assert sorted(found) == [
        ("GOV101", "sevrity"),
        ("GOV102", "it"),
        ("GOV102", "}"),
        ("GOV103", "rule"),
        ("GOV105", "pii-fields"),
    ]
    assert "good" in [r.name.text for p in read(text)[0].policies for r in p.rules]


def test_an_unclosed_policy_costs_no_rule() -> None:
    text = 'policy p "P" {\n  rule r "R" {\n    severity high\n    require has(spec.pii-fields)\n  }\n  rule s "S" {}\n'
    file, found = read(text)
    assert sorted(d.code for d in found) == ["GOV103", "GOV105"]
    assert [r.name.text for r in file.policies[0].rules][-1:] == ["s"]


@pytest.mark.parametrize(
    "condition",
    [
        "(" * 5_000 + "true" + ")" * 5_000,
        "!" * 5_000 + "spec.x",
        "-" * 5_000 + "1",
        "[" * 2_000 + "]" * 2_000,
        "spec" + ".a" * 5_000,
        "spec" + "[0]" * 5_000,
        " + ".join(["1"] * 5_000),
        "a ? b : " * 2_000 + "c",
        "f(" * 2_000 + ")" * 2_000,
        "{1:" * 2_000 + "2" + "}" * 2_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_hostile_nesting_is_refused_quickly(condition: str) -> None:
    text = f'policy p "P" {{\n  rule r "R" {{\n    severity high\n    require {condition}\n  }}\n}}\n'
    started = time.process_time()
    _, found = read(text)
    assert time.process_time() - started < 10
    assert [d.code for d in found if d.level == "error"] == ["GOV106"]
    assert found[0].span is not None
    assert found[0].span.line == 4


@pytest.mark.parametrize("operator", ["&&", "||"])
def test_a_long_chain_does_not_nest(operator: str) -> None:
    condition = f" {operator} ".join(["has(spec.status)"] * 1_000)
    text = f'policy p "P" {{\n  rule r "R" {{\n    severity high\n    require {condition}\n  }}\n}}\n'
    assert read(text)[1] == ()


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("\0", 1, 1),
        ('policy p "P" {\n  version "1"\0\n}\n', 2, 14),
        ('policy p "P" {\n\u00a0 version "1"\n}\n', 2, 1),
        ("\ufeff\ufeffpolicy p", 1, 1),
        ('policy p "P" {\n  version "1\n}\n', 2, 11),
        ("\u202epolicy", 1, 1),
    ],
)
def test_strange_characters_have_a_place(text: str, line: int, column: int) -> None:
    assert (line, column) in [p[1:] for p in places(text)]


def test_a_nul_inside_a_text_is_no_syntax() -> None:
    """It may stand in a text; what it must not do is end the file early."""
    text = 'policy p "P" {\n  owner "a\0b"\n  sevrity high\n}\n'
    assert ("GOV101", 3, 3) in places(text)


def test_an_unclosed_file_says_what_is_open() -> None:
    text = 'policy p "P" {\n  rule r "R" {\n    severity high\n'
    (found,) = read(text)[1]
    assert found.code == "GOV103"
    assert [underlined(text, label.span) for label in found.others] == ["{"]


def test_an_empty_file_declares_nothing() -> None:
    for text in ("", "\n\n", "// only a comment", " \t\r\n"):
        file, found = read(text)
        assert (file.policies, file.overlays, file.frameworks, found) == ((), (), (), ())


# -- any text ----------------------------------------------------------------------------------------------------------

WORDS = [
    "policy", "overlay", "framework", "waiver", "rule", "setting", "term", "require", "expect", "severity", "when",
    "for each x in columns", "where", "tighten p/r to", "enforce", "on", "rows", "`a > 0`", "`", '"', '"text"', "'",
    "{", "}", "(", ")", "[", "]", ",", ":", "at least", "99.9%", "7 years", "2027-03-31", "2027-02-31", "has(", "spec.a",
    "&&", "||", "=", "==", "!", "-", "a-b", "//", "\n", "\r\n", "\t", "\0", "\ufeff", "1u", 'b"x"', "null", "0x", "1e999",
    "999999999999999999999", '"\\q"', "{{", "}}", "{levels}", "é", "\ud7ff", "🙂", "101%", "100000 years", "\\", "~", ".",
]  # fmt: skip


def inside(text: str, span: Span) -> bool:
    """Whether a span lies in the text: lines that there are, columns of at most one behind the line's end."""
    lines = text.split("\n")
    if not (1 <= span.line <= span.end_line <= len(lines)):
        return False
    if not (1 <= span.column <= len(lines[span.line - 1]) + 1 and span.end_column >= 1):
        return False
    ends_well = span.end_column <= len(lines[span.end_line - 1]) + 2
    return ends_well and (span.line, span.column) <= (span.end_line, span.end_column)


def check(text: str) -> None:
    _, found = read(text)
    for diagnostic in found:
        assert diagnostic.message.strip()
        for span in (diagnostic.span, *(label.span for label in diagnostic.others)):
            assert span is not None
            assert inside(text, span), (text, diagnostic)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    check(text)


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_any_words_are_read(text: str) -> None:
    check(text)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A policy of the house with a few pieces cut, doubled, moved or replaced."""
    text = draw(st.sampled_from([p.read_text(encoding="utf-8") for p in POLICIES]))
    start = draw(st.integers(0, max(len(text) - 2_000, 0)))
    text = text[: draw(st.sampled_from([0, 200]))] + text[start : start + 2_000]
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        size = draw(st.integers(0, 30))
        piece = draw(st.one_of(st.sampled_from(WORDS), st.just(""), st.just(text[at : at + size] * 2)))
        text = text[:at] + piece + text[at + size :]
    return text


@given(mutated())
def test_any_mutation_of_a_policy_is_read(text: str) -> None:
    check(text)


@pytest.mark.parametrize("path", POLICIES, ids=lambda p: p.stem)
def test_the_house_policies_have_no_mistakes(path: Path) -> None:
    assert read(path.read_text(encoding="utf-8"))[1] == ()
