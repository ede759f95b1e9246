"""`govengine glossary`: the terms of policies as a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from govengine.cli.glossary import command

TERMS = """policy terms "Terms" {
  term card(column) "A <full> card_number, see `pan`":
    has(column.type) &&
    column.type == "pan"
  term cards "Some column holds one":
    columns.exists(c, card(c))
  term alone "Nobody uses it": spec.a
  term maker(grant) "Makes": grant.a
}
"""
RULES = """policy pci "PCI" {
  when cards

  rule clear "Clear" {
    for each column in columns where card(column)
    require  spec.a
    fix      "not {cards}"
  }
  rule duties "Duties" {
    apart    maker, checker
  }
}
overlay o "O" {
  term card(column) "Another card": column.b

  rule other "Other" {
    require  card(spec)
  }
}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p/global").mkdir(parents=True)
    Path("p/global/terms.gov").write_text(TERMS, encoding="utf-8")
    Path("p/global/rules.gov").write_text(RULES, encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, standalone_mode=False)


def section(page: str, heading: str) -> list[str]:
    found = [part for part in page.split("\n## ")[1:] if part.startswith(f"`{heading}`")]
    return [part.partition("\n")[2] for part in found]


def test_a_term_with_its_meaning_and_its_uses() -> None:
    page = run("p").stdout
    theirs, shared = section(page, "card(column)")
    assert "A \\<full\\> card\\_number, see `pan`\n" in shared
    assert '```cel\nhas(column.type) && column.type == "pan"\n```\n' in shared
    assert "Defined in `terms`, p/global/terms.gov:2. " in shared
    assert "Used by the rules: `pci/clear`; used by the terms: `cards`." in shared
    assert "`o/other`" not in shared
    assert "Used by the rules: `o/other`." in theirs


def test_policies_that_apply_by_a_term_duties_and_words_without_use() -> None:
    page = run("p").stdout
    (cards,), (alone,), (maker,) = (section(page, name) for name in ("cards", "alone", "maker(grant)"))
    assert "Decides whether these policies apply: `pci`; used by the rules: `pci/clear`." in cards
    assert "Nothing uses it." in alone
    assert "Used by the rules: `pci/duties`." in maker


def test_the_terms_of_one_file_with_their_uses_elsewhere() -> None:
    page = run("p/global/terms.gov").stdout
    assert len(section(page, "card(column)")) == 1
    assert "`pci/clear`" in page


def test_policies_that_cannot_be_read_give_no_page() -> None:
    Path("p/global/broken.gov").write_text("policy {", encoding="utf-8")
    result = run("p")
    assert (result.return_value, result.stdout) == (2, "")
    assert "error[GOV102]" in result.stderr
