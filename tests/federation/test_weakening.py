"""What is weaker than it was: each change for the worse is named, its reverse never, and what is prose decides nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govengine.answers.weakening import weakenings
from govengine.answers.weakening_mesh import DIRECTIONS, direction_of, mesh_weakenings
from govengine.language.parser import parse
from govengine.language.source import Source
from govengine.run.schemas import schemas
from govengine.sources.inputs import Inputs
from govengine.sources.mesh import read_mesh
from tests.cli.meshes import run
from tests.federation.test_impact import repository

FILE = "policies/global/house.gov"
BASE = """\
framework F "Framework" {
  version "1"
  control "1" "First"
  control "2" "Second"
  control "3" "Third" manual "the officer"
}
policy house "House" {
  version "1.0.0"
  owner   "council@example.com"
  when    spec.status != "retired" && spec.tier == 1
  levels  public < internal < restricted
  setting review:  period, at most 6 months
  setting kept:    period, at least 90 days
  setting bases:   text, one of ["consent", "contract"]
  setting events:  text, includes ["read", "write"]
  setting fixed:   text, fixed "A"
  setting reviewed: period by level, at most { public 9 months internal 6 months restricted 3 months }
  term known(x) "known": has(x.owner)
  detector number "numbers": `C[0-9]{8}`
  rule described "Described" {
    severity high
    enforce  mandatory from 2027-06-01
    control  F "1"
    dimension completeness
    every    3 months
    when     has(spec.a) && (spec.b == 1 || spec.c == 2)
    require  has(spec.description) && spec.count >= 5
    because  "reasons"
  }
  rule firm "Firm" {
    severity critical
    enforce  non-waivable
    control  F "2"
    require  has(spec.owner)
  }
  rule rows "Rows" {
    for each d in datasets where d.personal || d.card
    expect   rows `v > 0` at least 99%, never below 95% with confidence 95%
  }
  rule filled "Filled" { on cards.entries
    expect   id, v filled }
  rule fresh "Fresh" { expect newest booked within 24 hours }
  rule average "Average" { expect `avg(v)` per kind at least 10 }
  rule looks "Looks" { for each c in columns
    expect   {c.name} never looks like pan, iban }
  rule sum "Sum" { expect `sum(v)` per day equals totals.total within 0.01 }
  rule keeps "Keeps" { for each c in columns
    keep     {c.name} at least 5 years }
  rule duties "Duties" { apart known, other }
  rule stated "Stated" { attest "It was reviewed" by role "risk" }
}
overlay cards "Cards" {
  adopt   house
  tighten house/review to 3 months
  tighten house/described to critical
  allow batch "svc" to read, write on "cards.a", "cards.b"
  rule own "Own" { require has(spec.x) }
}
"""
LOOSER = {
    "a control goes": ('  control "2" "Second"\n', ""),
    "people decide": ('"Second"', '"Second" manual "the officer"'),
    "other people decide": ('manual "the officer"', 'manual "an assistant"'),
    "a policy selects less": ("&& spec.tier == 1", "&& spec.tier == 1 && has(spec.z)"),
    "a policy selects something else": ("spec.tier == 1", "spec.tier == 2"),
    "a level comes in between": ("internal < restricted", "internal < secret < restricted"),
    "a longer period": ("at most 6 months\n", "at most 24 months\n"),
    "a shorter one": ("at least 90 days", "at least 89 days"),
    "a period that hangs on the calendar": ("at least 90 days", "at least 3 months"),
    "one more value": ('["consent", "contract"]', '["consent", "contract", "other"]'),
    "one value less": ('["read", "write"]', '["read"]'),
    "a fixed value": ('fixed "A"', 'fixed "B"'),
    "one level of a setting": ("internal 6 months", "internal 7 months"),
    "another direction": ("period, at most 6 months", "period, at least 6 months"),
    "what domains could tighten is fixed": ("period, at most 6 months", "period, fixed 6 months"),
    "a term": ("has(x.owner)", "has(x.owner) || has(x.team)"),
    "a detector": ("C[0-9]{8}", "C[0-9]{9}"),
    "a rule goes": ('  rule firm "Firm" {', '  rule another "Firm" {'),
    "severity": ("severity critical", "severity low"),
    "no severity": ("    severity high\n", ""),
    "enforcement": ("enforce  non-waivable", "enforce  advisory"),
    "no enforcement": ("    enforce  non-waivable\n", ""),
    "a later day": ("2027-06-01", "2027-07-01"),
    "a day where there was none": ("enforce  non-waivable", "enforce  non-waivable from 2030-01-01"),
    "a rule answers to no control": ('    control  F "1"\n', ""),
    "a dimension": ("dimension completeness", "dimension accuracy"),
    "older evidence": ("every    3 months", "every    4 months"),
    "evidence of any age": ("    every    3 months\n", ""),
    "a rule applies to less": ("has(spec.a) && (", "has(spec.a) && has(spec.k) && ("),
    "a case less": ("(spec.b == 1 || spec.c == 2)", "spec.b == 1"),
    "a selection where there was none": (
        "    require  has(spec.owner)",
        "    when has(spec.k)\n    require  has(spec.owner)",
    ),
    "an obligation less": ("has(spec.description) && spec.count", "spec.count"),
    "an obligation or another": ("has(spec.description) &&", "(has(spec.description) || has(spec.k)) &&"),
    "a lower figure": ("spec.count >= 5", "spec.count >= 4"),
    "a figure without its end": ("spec.count >= 5", "spec.count == 5 || spec.count > 3"),
    "fewer elements": ("where d.personal || d.card", "where d.personal"),
    "other elements": ("in datasets where", "in columns where"),
    "a threshold": ("at least 99%,", "at least 98%,"),
    "a floor": ("never below 95%", "never below 90%"),
    "no floor": (", never below 95%", ""),
    "confidence": ("with confidence 95%", "with confidence 90%"),
    "no confidence": (" with confidence 95%", ""),
    "a predicate": ("v > 0", "v >= 0"),
    "another dataset": ("on cards.entries", "on cards.others"),
    "a column less": ("id, v filled", "id filled"),
    "older rows": ("24 hours", "25 hours"),
    "a lower measure": ("per kind at least 10", "per kind at least 9"),
    "another grouping": ("per kind", "per type"),
    "a detector less": ("pan, iban", "pan"),
    "tolerance": ("within 0.01", "within 0.02"),
    "kept shorter": ("at least 5 years", "at least 4 years"),
    "fewer duties": ("apart known, other", "apart known, third"),
    "another statement": ("It was reviewed", "It was seen"),
    "another role": ('role "risk"', 'role "anybody"'),
    "an adoption": ("  adopt   house\n", ""),
    "a tightening": ("to 3 months", "to 4 months"),
    "no tightening": ("  tighten house/review to 3 months\n", ""),
    "a tightened severity": ("  tighten house/described to critical\n", ""),
    "an action more": ("to read, write on", "to read, write, admin on"),
    "a resource more": ('"cards.a", "cards.b"', '"cards.a", "cards.b", "cards.*"'),
    "somebody else": ('allow batch "svc"', 'allow batch "*"'),
    "an allow more": ("  allow batch", '  allow more "x" to read on "cards.a"\n  allow batch'),
    "no allow bounds": ('  allow batch "svc" to read, write on "cards.a", "cards.b"\n', ""),
    "a domain's rule": ('  rule own "Own" { require has(spec.x) }\n', ""),
}
TIGHTER = {
    "a control more": ('  control "3"', '  control "4" "Fourth"\n  control "3"'),
    "rules decide": ('"Third" manual "the officer"', '"Third"'),
    "a policy selects more": (" && spec.tier == 1", ""),
    "a policy selects all": ('  when    spec.status != "retired" && spec.tier == 1\n', ""),
    "a shorter period": ("at most 6 months\n", "at most 5 months\n"),
    "a longer one": ("at least 90 days", "at least 100 days"),
    "a value less": ('["consent", "contract"]', '["consent"]'),
    "a value more": ('["read", "write"]', '["read", "write", "admin"]'),
    "one level": ("internal 6 months", "internal 5 months"),
    "severity": ("severity high", "severity critical"),
    "enforcement": ("enforce  mandatory from", "enforce  non-waivable from"),
    "an earlier day": ("2027-06-01", "2027-05-01"),
    "no day": (" from 2027-06-01", ""),
    "a control answered to": ('control  F "1"', 'control  F "1"\n    control  F "2"'),
    "younger evidence": ("every    3 months", "every    2 months"),
    "a condition of a selection less": ("has(spec.a) && (", "("),
    "a case more": ("spec.c == 2)", "spec.c == 2 || spec.d == 3)"),
    "a selection less": ("    when     has(spec.a) && (spec.b == 1 || spec.c == 2)\n", ""),
    "an obligation more": ("has(spec.description) &&", "has(spec.description) && has(spec.support) &&"),
    "a clause more": ("    because", "    require  has(spec.support)\n    because"),
    "a higher figure": ("spec.count >= 5", "spec.count >= 6"),
    "a figure with its end": ("spec.count >= 5", "spec.count > 5"),
    "more elements": ("d.personal || d.card", "d.personal || d.card || d.account"),
    "all elements": (" where d.personal || d.card", ""),
    "a threshold": ("at least 99%,", "at least 99.5%,"),
    "a floor": ("never below 95%", "never below 96%"),
    "confidence": ("with confidence 95%", "with confidence 99%"),
    "a column more": ("id, v filled", "id, v, w filled"),
    "newer rows": ("24 hours", "23 hours"),
    "a higher measure": ("per kind at least 10", "per kind at least 11"),
    "a detector more": ("pan, iban", "pan, iban, email"),
    "tolerance": (" within 0.01", ""),
    "kept longer": ("at least 5 years", "at least 6 years"),
    "a duty more": ("apart known, other", "apart known, other, third"),
    "apart anywhere": ("apart known, other", "apart known, other anywhere"),
    "a rule more": ("overlay cards", 'policy more "More" { rule r "R" { require has(spec.k) } }\noverlay cards'),
    "a tightening": ("to 3 months", "to 2 months"),
    "an adoption more": ("  adopt   house\n", "  adopt   house\n  adopt   other\n"),
    "an action less": ("to read, write on", "to read on"),
    "a resource less": ('"cards.a", "cards.b"', '"cards.a"'),
    "the council does what the domain did": ("at most 6 months\n", "at most 1 month\n"),
    "a rule gets another name": ('rule firm "Firm" {', 'rule firmer "Firm" {\n    formerly house/firm'),
}
PROSE = {
    "titles": ('"Described"', '"Is described"'),
    "reasons": ('"reasons"', '"other reasons"'),
    "versions": ('"1.0.0"', '"2.0.0"'),
    "owners": ("council@example.com", "board@example.com"),
    "white space": ("has(spec.description) && ", "has(spec.description)\n        && "),
    "comments": ("overlay cards", "// the cards\noverlay cards"),
}


def changed(change: tuple[str, str]) -> str:
    assert change[0] in BASE
    text = BASE.replace(change[0], change[1], 1)
    for side in (BASE, text):
        assert parse(Source(FILE, side))[1] == ()
    return text


@pytest.mark.parametrize("name", LOOSER)
def test_what_is_loosened_is_weaker(name: str) -> None:
    assert weakenings({FILE: BASE}, {FILE: changed(LOOSER[name])}) != []


@pytest.mark.parametrize("name", TIGHTER)
def test_what_is_tightened_is_not(name: str) -> None:
    text = changed(TIGHTER[name])
    assert weakenings({FILE: BASE}, {FILE: text}) == []
    if text != BASE and "formerly" not in text:
        assert weakenings({FILE: text}, {FILE: BASE}) != [], "taken back, it is"


@pytest.mark.parametrize("name", PROSE)
def test_prose_decides_nothing(name: str) -> None:
    text = changed(PROSE[name])
    assert weakenings({FILE: BASE}, {FILE: text}) == weakenings({FILE: text}, {FILE: BASE}) == []


def test_a_file_may_be_split_or_renamed() -> None:
    first, second = BASE.split("overlay cards")
    assert weakenings({FILE: BASE}, {"a.gov": first, "b.gov": "overlay cards" + second}) == []


MESH = """\
mesh: house
domains:
  cards: {products: [products/cards], owner: a@example.com, stewards: [b@example.com], sla: {latency: "<100ms", accuracy: ">99%"}}
council:
  members: [c@example.com, d@example.com]
  approvers: {critical: [c@example.com], low: [d@example.com]}
  longest_waiver: {critical: 30 days, low: 90 days}
owners: {"docs/**": [w@example.com]}
policy: {global: {source: council, signed: true}}
kpis: {compliance: ">95%"}
"""
MESH_LOOSER = {
    "an approver": ("critical: [c@example.com]", "critical: [c@example.com, d@example.com]"),
    "approvers of a severity between": (
        "{critical: [c@example.com]",
        "{critical: [c@example.com], high: [e@example.com]",
    ),
    "a longer waiver": ("critical: 30 days", "critical: 31 days"),
    "a longer one for a severity between": ("critical: 30 days", "critical: 30 days, high: 90 days"),
    "a member": ("members: [c@", "members: [e@example.com, c@"),
    "an owner": ('{"docs/**"', '{"policies/**": [w@example.com], "docs/**"'),
    "no signature": ("signed: true", "signed: false"),
    "another source": ("source: council", "source: elsewhere"),
    "a steward": ("stewards: [b@", "stewards: [z@example.com, b@"),
    "a promise": ("<100ms", "<200ms"),
    "no promise": (', accuracy: ">99%"', ""),
    "folders": ("products: [products/cards]", "products: [products/others]"),
    "a goal": (">95%", ">90%"),
    "findings of lint": ("kpis:", "lint: {allow: {unused-term: because}}\nkpis:"),
}
MESH_TIGHTER = {
    "no approver": ("low: [d@example.com]", "low: []"),
    "a shorter waiver": ("critical: 30 days", "critical: 20 days"),
    "a promise": ("<100ms", "<50ms"),
    "a domain more": ("domains:\n", "domains:\n  loans: {products: [products/loans]}\n"),
    "a team": ("owner: a@example.com", "owner: a@example.com, team: Cards"),
    "a goal": (">95%", ">99%"),
}


def mesh(folder: Path, change: tuple[str, str] = ("", "")) -> object:
    assert change[0] in MESH
    (folder / "govengine.yaml").write_text(MESH.replace(change[0], change[1], 1) if change[0] else MESH)
    found, said = read_mesh(Inputs(folder), schemas().mesh)
    assert found is not None, said
    return found


@pytest.mark.parametrize("name", MESH_LOOSER)
def test_the_terms_of_the_mesh_are_compared_too(name: str, tmp_path: Path) -> None:
    assert mesh_weakenings(mesh(tmp_path), mesh(tmp_path, MESH_LOOSER[name])) != []  # type: ignore[arg-type]


@pytest.mark.parametrize("name", MESH_TIGHTER)
def test_tighter_terms_are_not_weaker(name: str, tmp_path: Path) -> None:
    assert mesh_weakenings(mesh(tmp_path), mesh(tmp_path, MESH_TIGHTER[name])) == []  # type: ignore[arg-type]


def test_each_field_of_the_mesh_has_a_direction() -> None:
    """A new field is a decision of whoever adds it: what its change means."""
    table = schemas().mesh

    def paths(name: str, path: tuple[str, ...]) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for field, held in table["objects"][name]["fields"].items():
            found += below(held["type"] if isinstance(held, dict) else held, (*path, field))
        return found

    def below(type_: object, path: tuple[str, ...]) -> list[tuple[str, ...]]:
        if isinstance(type_, list) and type_[0] == "object":
            return paths(type_[1], path)
        if isinstance(type_, list) and type_[0] == "map":
            return below(type_[1], (*path, "any"))
        return [path]

    for path in paths(table["root"], ()):
        known = any(direction_of(path[:i]) != "fixed" or path[:i] in DIRECTIONS for i in range(1, len(path) + 1))
        listed = any(
            len(p) <= len(path) and all(a in ("*", b) for a, b in zip(p, path, strict=False)) for p in DIRECTIONS
        )
        assert known or listed, path


def test_the_command_exits_with_1_until_the_weakening_is_allowed(tmp_path: Path) -> None:
    root = repository(tmp_path)
    policy = next(root.glob("policies/global/*.gov"))
    text = policy.read_text()
    policy.write_text(text.replace("severity high", "severity low"))
    assert policy.read_text() != text
    call = ("impact", "--base", "HEAD", "--no-data", "--as-of", "2026-11-01")
    ran = run(root, *call, "--format", "json")
    assert ran.code == 1
    addresses = [w["address"] for w in json.loads(ran.out)["weaker"]]
    console = run(root, *call)
    assert console.code == 1
    assert all(a in console.out for a in addresses)
    assert "no verdict changes\n" not in console.out
    allowed = [word for a in addresses for word in ("--allow-weakening", f"{a}=agreed in council")]
    assert run(root, *call, *allowed).code == 0
    assert "agreed in council" in run(root, *call, *allowed, "--format", "markdown").out
    assert run(root, *call, *allowed[:-2], "--allow-weakening", "house/nothing=because").code == 1
    for wrong in ("house/x", "house/x=", "=because", "house/x= "):
        assert run(root, *call, "--allow-weakening", wrong).code == 2


def test_the_mesh_of_a_revision_is_compared(tmp_path: Path) -> None:
    root = repository(tmp_path)
    file = root / "govengine.yaml"
    file.write_text(file.read_text() + "lint: {allow: {unused-term: because}}\n")
    ran = run(root, "impact", "--base", "HEAD", "--no-data", "--as-of", "2026-11-01")
    assert ran.code == 1
    assert "govengine.yaml/lint.allow.unused-term" in ran.out
