"""`rules-dsl/reference.md` is what the code gives, and leaves nothing of the language out."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from govengine.compile.settings import SETTING_TYPES
from govengine.conditions.function import of_kind
from govengine.detectors.registry import built_in
from govengine.language.grammar import grammar_text
from govengine.model.verdict import ENFORCEMENTS, OUTCOMES, SEVERITIES

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

grammar_forms, reference, reference_words = map(
    importlib.import_module, ("grammar_forms", "reference", "reference_words")
)

STORED = reference.PAGE.read_text(encoding="utf-8")
TABLE = json.loads(files("govengine.model").joinpath("schema_table.json").read_text(encoding="utf-8"))


def section(title: str) -> str:
    """What stands under a heading, up to the next one that is not below it."""
    match = re.search(rf"^(#+) {re.escape(title)}$\n(.*?)(?=^\1 |\Z)", STORED, re.MULTILINE | re.DOTALL)
    assert match, f"there is no section `{title}`"
    return match[2]


def test_the_page_is_that_of_the_code() -> None:
    made = reference.page()
    if os.environ.get("GOVENGINE_UPDATE_GOLDEN") == "1":
        reference.PAGE.write_text(made, encoding="utf-8")
    assert reference.PAGE.read_text(encoding="utf-8") == made, "run `python scripts/reference.py`"


def test_every_keyword_of_the_grammar_stands_in_a_form() -> None:
    keywords = set(re.findall(r"_KW_([A-Z]+)\.10", grammar_text()))
    forms = section("Declarations") + section("Clauses of a rule") + section("Parts")
    shown = {
        word for form in re.findall(r"^\| (`.*?`) \|", forms, re.MULTILINE) for word in re.findall(r"[a-z]+", form)
    }
    shown |= {w for _, form in re.findall(r"^\| (`<.*?>`) \| (`.*?`) \|", forms, re.MULTILINE) for w in form.split()}
    assert {k.lower() for k in keywords} <= {w.strip("`[]()|,") for w in shown}


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Kinds of `expect`", [*built_in()]),
        ("Settings", [*SETTING_TYPES]),
        ("Severities, enforcements, outcomes", [*SEVERITIES, *ENFORCEMENTS, *OUTCOMES]),
    ],
)
def test_words_stand_in_their_section(title: str, names: list[str]) -> None:
    text = section(title)
    assert [n for n in names if f"`{n}`" not in text] == []


def test_every_function_has_a_row() -> None:
    text = section("Conditions")
    wanted = [*(f"`{n}(…)`" for n in of_kind("function")), *(f"`x.{n}(…)`" for n in of_kind("method"))]
    assert [w for w in wanted if f"| {w} |" not in text] == []


@pytest.mark.parametrize("table", ["product", "mesh"])
def test_every_field_of_the_schema_has_a_row_with_its_words(table: str) -> None:
    for name, described in TABLE[table]["objects"].items():
        rows = section(name)
        for field, held in described["fields"].items():
            row = re.search(rf"^\| `{field}` \| (.+) \|$", rows, re.MULTILINE)
            assert row, f"{name}.{field} is left out"
            assert row[1].endswith(held["doc"].replace("|", "\\|")), f"{name}.{field} says something else"


def test_every_link_leads_somewhere() -> None:
    anchors = {
        re.sub(r"[^\w -]", "", t).strip().lower().replace(" ", "-")
        for t in re.findall(r"^#+ (.+)$", STORED, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", STORED):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        else:
            assert (reference.PAGE.parent / target).is_file(), target


def test_every_page_of_a_code_is_linked() -> None:
    pages = {p.stem for p in (ROOT / "docs" / "errors").glob("GOV*.md")}
    assert pages == set(re.findall(r"\[(GOV\d{3})\]", STORED))


def test_a_clause_without_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a clause to the grammar is told that the reference lacks its words."""
    monkeypatch.delitem(reference_words.ITEMS, "because")
    with pytest.raises(KeyError, match="because"):
        reference.page()


def test_forms_read_as_the_grammar_is_written() -> None:
    forms = grammar_forms.Forms()
    assert forms.form("enforce") == "enforce NAME [from DATE]"
    assert forms.form("apart") == "apart <duties> [from <duties>] [anywhere]"
    assert forms.form("exception") == "except in NAME '(' <target column> ')' [where `SQL`]"
    assert forms.form("policy") == 'policy NAME "TEXT" { … }'
