"""The TextMate grammar colours every policy of the repository as the parser reads it; the snippets are sound."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from lark import Tree

from govengine.expectations.registry import EXPECTATIONS
from govengine.language.grammar import keywords, parser

from .textmate import Grammar

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
editors = importlib.import_module("editors")
EXTENSION = ROOT / "rules-dsl" / "editors" / "vscode"
PATH = EXTENSION / "syntaxes" / "govengine.tmLanguage.json"
GRAMMAR = Grammar(PATH)
KEYWORDS = {name: word for name, word in keywords().items() if name.startswith("_KW_")}
_LEFT_OUT = {".venv", "build", "node_modules"}
FILES = sorted(p for p in ROOT.rglob("*.gov") if not _LEFT_OUT & set(p.relative_to(ROOT).parts))
NAMES = ("IDENT", "NAME", "ADDRESS", "DATASET", "REFERENCE")

# One of each construct, so that no keyword of the grammar is left untried.
ALL = """\
framework F-1 "A standard" { version "1" control "1.1" "What is asked" manual "audit, yearly" }
policy p "P" {
  version "1"   owner "a@company.com"   judges mesh
  levels public < internal   // levels and a comment that says `require` and "severity"
  when level(spec.governance.classification) >= level("internal") && version(metadata.version).major > 1
  setting kept: period by level, at least { public 1 year internal 18 months }
  setting a: text, one of ["x"]   setting b: text, includes ["y"]   setting c: bool, fixed false
  setting d: percent, at most 9.5%
  detector customer-number "customer numbers": `C[0-9]{8}` checksum mod-97 chance 1% means "person.id" named "cust_no", "cust"
  term t(column) "Says `rule`": column.name in spec.governance.pii_fields ? true : false
  rule r "require severity" {
    severity high   enforce mandatory from 2027-01-31   control F-1 "1.1"   dimension accuracy
    every 3 months   formerly p/old   when rules.exists(x, x.severity == "when")
    for each column in columns where t(column)
    on a-b.c
    require {"a": 1}.size() == 1 || mesh.council.members.size() > 2
    expect rows `a > 0 and {column} is not null` at least 99%, never below 90% with confidence 95%
    expect x, "odd name" filled
    expect x unique
    expect x found in a-b.c(d) where `e = 'f'` at least spec.quality.validity
    expect x never found in register(d)
    expect newest x within 24 hours
    expect {column} never looks like pan, track-data
    expect rows as declared
    expect promise spec.quality.accuracy kept
    expect x without gaps except in register(d)
    expect `sum(a)` per b, c equals d.e within 0.01
    expect `count(*)` at most 10
    expect query `select 1` returns no rows
    keep {column} at least setting.kept[column.classification] except in register(d) where `e`
    attest "it is so" by role "ciso" unless has(spec.support)
    attest "it is so" by each spec.governance.processing.recipients
    apart t, u from v anywhere
    because "for each reason"   finding "{column.name} and {{not this}}"   fix "the fix {levels}"
  }
}
overlay payments "Payments" {
  adopt p   tighten p/kept[internal] to 2 years   tighten p/r to critical
  allow batch "svc" to read, write on "payments.*"
}
waiver w {
  waives p/r   product payments/x   for column "y"   reason "so"   until 2027-01-01   compensating p/r   ticket "T"   signature "ed25519:AA"
  requested by "a@company.com" on 2026-01-01   approved by "b@company.com" on 2026-01-02
}
ruling g { rules on p/r   finds false-alarm }
conflict k "K" { between p/r, p/s   decide p/r where has(spec.support)   decide p/s }
"""
TEXTS = [pytest.param(p.read_text(encoding="utf-8"), id=p.relative_to(ROOT).as_posix()) for p in FILES]
TEXTS.append(pytest.param(ALL, id="one of each construct"))
EXAMPLES = (
    'policy p "P" { rule r "R" { severity high\n'
    + "".join(f"    expect {e.clause}\n" for record in EXPECTATIONS.all().values() for e in record.examples)
    + "} }\n"
)
TEXTS.append(pytest.param(EXAMPLES, id="every kind of expect"))


def tokens(text: str) -> list[Any]:
    return list(parser().parse_interactive(text, start="file").exhaust_lexer())


def is_keyword(scopes: tuple[str, ...]) -> bool:
    return any(s.startswith(("keyword.clause", "keyword.declaration")) for s in scopes)


def has(scopes: tuple[str, ...], *beginnings: str) -> bool:
    return any(s.startswith(beginnings) for s in scopes)


def line_of(text: str, at: int) -> str:
    begin = text.rfind("\n", 0, at) + 1
    return text[begin : text.find("\n", at)]


def test_there_are_policies_to_try() -> None:
    assert len(FILES) > 10


@pytest.mark.parametrize("text", TEXTS)
def test_each_keyword_is_scoped_as_one_and_nothing_else_is(text: str) -> None:
    each = GRAMMAR.at(text)
    wrong = []
    keyword_at: set[int] = set()
    for token in tokens(text):
        place = range(token.start_pos, token.end_pos)
        if token.type in KEYWORDS:
            keyword_at |= set(place)
            if not all(is_keyword(each[i]) for i in place):
                wrong.append(f"`{token}` is a keyword in: {line_of(text, token.start_pos)}")
        elif token.type in NAMES and any(is_keyword(each[i]) for i in place):
            wrong.append(f"`{token}` is a name in: {line_of(text, token.start_pos)}")
    wrong += [
        f"`{text[i]}` in: {line_of(text, i)}" for i, s in enumerate(each) if is_keyword(s) and i not in keyword_at
    ]
    assert wrong == []


@pytest.mark.parametrize("text", TEXTS)
def test_predicates_are_sql_and_nothing_else_is(text: str) -> None:
    each = GRAMMAR.at(text)
    sql = {i for t in tokens(text) if t.type == "SQL" for i in range(t.start_pos, t.end_pos)}
    assert {i for i, s in enumerate(each) if has(s, "meta.embedded.sql")} == sql


@pytest.mark.parametrize("text", TEXTS)
def test_texts_comments_and_quantities_are_scoped_as_such(text: str) -> None:
    each = GRAMMAR.at(text)
    wanted = {
        "STRING_LIT": ("string", "punctuation.definition.string", "meta.interpolation"),
        "PERCENT": ("constant.numeric.percent",),
        "PERIOD": ("constant.numeric.period",),
        "DATE": ("constant.numeric.date",),
        "TRUTH": ("constant.language",),
    }
    wrong = [
        f"`{token}` in: {line_of(text, token.start_pos)}"
        for token in tokens(text)
        if token.type in wanted
        and not all(has(each[i], *wanted[token.type]) for i in range(token.start_pos, token.end_pos))
    ]
    read = {i for t in tokens(text) for i in range(t.start_pos, t.end_pos)}
    wrong += [
        f"comment: {line_of(text, i)}"
        for i, letter in enumerate(text)
        if i not in read and not letter.isspace() and not has(each[i], "comment")
    ]
    wrong += [f"no comment: {line_of(text, i)}" for i in read if has(each[i], "comment")]
    assert wrong == []


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_left_without_a_scope(text: str) -> None:
    each = GRAMMAR.at(text)
    assert [line_of(text, i) for i, s in enumerate(each) if s == ("source.gov",) and not text[i].isspace()] == []


@pytest.mark.parametrize("text", TEXTS)
def test_conditions_of_rules_are_scoped_as_conditions(text: str) -> None:
    each = GRAMMAR.at(text)
    tree = parser().parse(text, start="file")
    for clause in tree.iter_subtrees():
        if clause.data in ("require", "when", "where", "unless", "term"):
            expr = clause.children[-1]
            assert isinstance(expr, Tree)
            for i in (expr.meta.start_pos, expr.meta.end_pos - 1):
                assert has(each[i], "meta.condition"), line_of(text, i)


def test_each_construct_is_tried() -> None:
    assert set(KEYWORDS) - {t.type for t in (*tokens(ALL), *tokens(EXAMPLES))} == set()


def test_the_list_of_keywords_is_that_of_the_language() -> None:
    made = editors.grammar()
    if os.environ.get("GOVENGINE_UPDATE_GOLDEN") == "1":
        PATH.write_text(made, encoding="utf-8")
    assert PATH.read_text(encoding="utf-8") == made, "run `python scripts/editors.py`"


def test_each_keyword_of_the_language_stands_in_the_grammar() -> None:
    patterns = [m[1] for m in re.finditer(r'"(?:match|begin)": "((?:[^"\\]|\\.)*)"', PATH.read_text(encoding="utf-8"))]
    written = {word for pattern in patterns for word in re.findall(r"(?<![a-z\\])[a-z]+", pattern)}
    assert sorted(set(KEYWORDS.values()) - written) == []


def test_interpolations_stand_out_in_texts_and_predicates() -> None:
    each = GRAMMAR.at(ALL)
    for piece in ("{column.name}", "{levels}", "{column} is not null"):
        at = ALL.index(piece)
        assert has(each[at + 1], "meta.interpolation"), piece
    assert not has(each[ALL.index("{{not this}}") + 3], "meta.interpolation")
    assert has(each[ALL.index("{{not")], "constant.character.escape")


def test_a_text_that_is_not_closed_ends_with_its_line() -> None:
    text = 'policy p "P" {\n  owner "a@company.com\n  version "1"\n}\n'
    each = GRAMMAR.at(text)
    assert has(each[text.index("a@")], "invalid.illegal")
    assert is_keyword(each[text.index("version")])


def _packaged(name: str) -> Any:
    return json.loads((EXTENSION / name).read_text(encoding="utf-8"))


def test_the_extension_names_files_that_are_there() -> None:
    contributes = _packaged("package.json")["contributes"]
    paths = [x["path"] for kind in ("grammars", "snippets") for x in contributes[kind]]
    paths += [x["configuration"] for x in contributes["languages"]]
    assert [p for p in paths if not (EXTENSION / p).is_file()] == []
    assert contributes["grammars"][0]["scopeName"] == GRAMMAR.held["scopeName"]
    re.compile(_packaged("language-configuration.json")["wordPattern"])


INSIDE = {"rule": 'policy p "P" {{ {} }}', "setting": 'policy p "P" {{ {} }}', "term": 'policy p "P" {{ {} }}'}


@pytest.mark.parametrize("name", _packaged("snippets.json"))
def test_each_snippet_is_sound_as_it_is_proposed(name: str) -> None:
    snippet = _packaged("snippets.json")[name]
    text = "\n".join(snippet["body"])
    text = re.sub(r"\$\{\d+\|([^,|]+)[^|]*\|\}", r"\1", text)
    text = re.sub(r"\$\{\d+:([^{}]*)\}", r"\1", text)
    text = re.sub(r"\$\d+", "", text)
    assert "$" not in text
    head = text.split()[0]
    assert snippet["prefix"].partition("-")[0] == head
    parser().parse(INSIDE.get(head, "{}").format(text), start="file")
