"""What a policy's text may hold. Pages: GOV115, GOV116, GOV117, GOV118."""

from __future__ import annotations

import pytest

from govengine.backends.duckdb_sql import Parser
from govengine.compile.plan import compile_policies
from govengine.language import plain_text
from govengine.language.parser import parse
from govengine.language.source import Source
from govengine.run.schemas import schemas

RULE = 'policy p "P" {\n  // note%s  rule r "R" { severity low require has(spec.support) }\n}\n'
HIDDEN = {
    "carriage return": "\r", "vertical tab": "\x0b", "form feed": "\x0c", "next line": "\x85", "nul": "\x00",
    "line separator": "\u2028", "paragraph separator": "\u2029", "override": "\u202e", "isolate": "\u2066",
    "embedding": "\u202a", "mark": "\u200f", "zero width": "\u200b", "joiner": "\u2060", "soft hyphen": "\u00ad",
    "bom": "\ufeff", "filler": "\u3164", "braille": "\u2800", "tag": "\U000e0061", "variation": "\ufe0f",
}  # fmt: skip


def said(text: str) -> list[tuple[str, int, int]]:
    return [(d.code, d.span.line, d.span.column) for d in parse(Source("p.gov", text))[1] if d.span is not None]


def compiled(text: str) -> list[str]:
    tables = schemas()
    texts = {"policies/global/p.gov": text}
    found = compile_policies(texts, dict.fromkeys(texts, "global"), tables.product, tables.mesh, Parser())
    assert (found.plan is None) == any(d.level == "error" for d in found.diagnostics)
    return [d.code for d in found.diagnostics]


@pytest.mark.parametrize("char", HIDDEN.values(), ids=HIDDEN)
def test_nothing_hidden_stands_in_a_comment_a_text_or_between(char: str) -> None:
    assert ("GOV115", 2, 10) in said(RULE % char)
    assert ("GOV115", 1, 12) in said(
        f'policy p "P{char}" {{ rule r "R" {{ severity low require has(spec.support) }} }}'
    )
    assert ("GOV115", 1, 9) in said(f'policy p{char} "P" {{ rule r "R" {{ severity low require has(spec.support) }} }}')


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_comment_ends_with_its_line(end: str) -> None:
    file, mistakes = parse(Source("p.gov", (RULE % "\n").replace("\n", end)))
    assert mistakes == ()
    assert len(file.policies[0].rules) == 1


@pytest.mark.parametrize("letters", ["Grüße", "персональные данные", "個人情報", "αβγ", "50 € “quoted”", "a\u00a0b"])
def test_any_script_may_be_written(letters: str) -> None:
    assert (
        said(f'policy p "{letters}" {{ rule r "R" {{ severity low require has(spec.support) }} }}  // {letters}') == []
    )


@pytest.mark.parametrize("text", ["", "\n\n", "// policy p\n", "// a\r\n// b\r\n", "   \t\n"])
def test_a_file_that_declares_nothing_is_told(text: str) -> None:
    assert compiled(text) == ["GOV116"]


def test_what_no_honest_policy_holds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiled("//" + "x" * plain_text.MAX_CHARACTERS) == ["GOV117"]
    monkeypatch.setattr(plain_text, "MAX_DECLARATIONS", 1)
    assert compiled(RULE % "\n") == []
    assert compiled((RULE % "\n") + (RULE % "\n").replace("policy p", "policy q")) == ["GOV117"]


@pytest.mark.parametrize("braces", ["{4}", "{2,4}", "{2,}", "{ 2 , 4 }", "{,4}", "{04}"])
def test_a_repetition_in_single_braces_is_told_with_the_right_spelling(braces: str) -> None:
    rule = f'policy p "P" {{ rule r "R" {{ severity low on a.b expect rows `regexp_matches(c, \'^x{braces}$\')` }} }}'
    (found,) = parse(Source("p.gov", rule))[1]
    assert found.code == "GOV118"
    assert f"{{{{{''.join(braces.split())[1:-1]}}}}}" in str(found.help)
