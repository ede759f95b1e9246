"""Messages point at the mistake: over many damaged texts, and for each mistake that a parser sees too late."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from random import Random

import pytest

from govengine.backends.duckdb_sql import Parser
from govengine.compile.plan import compile_policies
from govengine.diagnostics import Diagnostic, Span
from govengine.run.schemas import schemas

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

damage, damage_kinds, damage_text = map(importlib.import_module, ("damage", "damage_kinds", "damage_text"))

POLICY = """\
policy house "House rules" {
  version "1.0.0"
  owner   "council@company.com"
  levels  public < internal
  setting kept: period by level, at least { public 1 month   internal 1 year }
  setting models: text, one of ["open", "role-based", "need-to-know"]

  rule short "Data is kept" {
    severity high
    require  has(spec.support) && spec.governance.retention.min >= setting.kept[spec.governance.classification]
    fix      "keep it for {setting.kept}"
  }
  rule open "Nothing is open" {
    severity low
    for each column in columns where column.name == "id"
    require  spec.access.model in setting.models
  }
  rule rows "Rows" {
    severity low
    on       payments-a.d
    expect   rows `a is null or a > 0`
  }
  rule more "More rows" {
    severity low
    on       payments-a.d
    expect   rows `b > 0`
  }
}
"""
OVERLAY = """\
overlay payments "Payments" {
  owner   "payments@company.com"
  adopt   house
  tighten house/kept[internal] to 2 years
}
"""


def said(policy: str, overlay: str = OVERLAY) -> list[Diagnostic]:
    """What is said of the policy, with an overlay that names what it declares."""
    product, mesh, _ = schemas()
    texts = {"policies/domains/payments/payments.gov": overlay, "policies/global/house.gov": policy}
    layers = {file: "global" if "global" in file else "payments" for file in texts}
    return list(compile_policies(texts, layers, product, mesh, Parser()).diagnostics)


def underlined(text: str, diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    assert span is not None
    assert span.file == "policies/global/house.gov"
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


def test_the_sound_policy_is_sound() -> None:
    assert [d.message for d in said(POLICY) if d.level == "error"] == []


@pytest.mark.parametrize(
    ("sound", "damaged", "code", "at"),
    [
        pytest.param("has(spec.support) &&", "has(spec.support &&", "GOV103", "(spec.support &&", id="open bracket"),
        pytest.param('"need-to-know"]', '"need-to-know"', "GOV103", '["open", "role-based", "need-to-know"', id="list"),
        pytest.param("has(spec.support)", "hasspec.support)", "GOV102", "hasspec.support)", id="bracket not opened"),
        pytest.param("kept[spec", "keptspec", "GOV102", "setting.keptspec.governance.classification]", id="index"),
        pytest.param('["open", "role', '["open, "role', "GOV103", '"open, "role', id="quote not closed"),
        pytest.param("a > 0`", "a > 0", "GOV103", "`a is null or a > 0", id="backtick not closed"),
        pytest.param("classification]\n", "classification] &&\n", "GOV102", "&&", id="operand missing at the end"),
        pytest.param('name == "id"', "name ==", "GOV102", "==", id="operand missing before a clause"),
        pytest.param("is null or", "is null ||", "GOV451", "||", id="CEL's or in SQL"),
        pytest.param(
            "internal 1 year", "internl 1 year", "GOV309", "internl", id="a misspelt level is not missing too"
        ),
        pytest.param("setting kept:", "setting kept", "GOV102", "period", id="colon missing in a setting"),
        pytest.param("kept[spec", "kept[spce", "GOV402", "spce", id="key of a setting"),
    ],
)
def test_one_mistake_is_one_message_at_its_place(sound: str, damaged: str, code: str, at: str) -> None:
    text = POLICY.replace(sound, damaged, 1)
    errors = [d for d in said(text) if d.level == "error"]
    assert [d.code for d in errors] == [code]
    assert underlined(text, errors[0]).startswith(at)


@pytest.mark.parametrize("level", ["high", "low"])
def test_a_real_mistake_beside_an_unreadable_rule_is_said(level: str) -> None:
    """Only names that the unreadable text declares are passed over."""
    text = POLICY.replace("severity high", "sevrity high", 1).replace("spec.access.model", "spec.acess.model")
    text = text.replace("severity low", f"severity {level}", 1)
    assert [d.code for d in said(text) if d.level == "error"] == ["GOV101", "GOV401"]


def test_a_name_in_an_unreadable_overlay_excuses_no_global_rule() -> None:
    """What only a domain declares does not exist for the council, readable or not."""
    overlay = OVERLAY.replace("owner", 'term paid "Paid for": has(spec.support\n  owner')
    text = POLICY.replace("require  spec.access.model", "require  paid && spec.access.model")
    assert [d.code for d in said(text, overlay) if d.level == "error"] == ["GOV103", "GOV402"]


def test_a_level_given_twice_does_not_hide_one_that_is_missing() -> None:
    text = POLICY.replace("internal 1 year", "public 1 year", 1)
    assert "GOV308" in [d.code for d in said(text)]


def test_bars_join_texts_in_sql() -> None:
    text = POLICY.replace("a is null or a > 0", "a || 'x' = 'yx'")
    assert [d.message for d in said(text) if d.level == "error"] == []


def test_after_a_mistake_in_a_setting_the_next_one_is_read() -> None:
    text = POLICY.replace("setting kept:", "setting kept", 1).replace("one of [", "one off [")
    assert [(d.code, underlined(text, d)) for d in said(text) if d.level == "error"] == [
        ("GOV102", "period"),
        ("GOV101", "off"),
    ]


def test_nine_in_ten_messages_point_at_the_damage() -> None:
    counts = damage.tried(20, 7, every=13)
    whole = damage.total(counts)
    assert whole.done > 400
    assert len(counts) > 30, "too few kinds of damage were tried"
    assert whole.first / whole.done >= 0.9, damage.table(counts)
    frequent = {name: c for name, c in counts.items() if c.done >= 20}
    assert {name: c.first / c.done for name, c in frequent.items() if c.first / c.done < 0.9} == {}


def test_every_kind_of_damage_can_be_done_to_some_policy() -> None:
    trial = damage.Trial()
    random = Random(1)
    texts = {text for source in damage.sources() for text in source.texts.values()}
    sound = [s for s in map(trial.sound, sorted(texts)) if s is not None]
    assert [k.__name__ for k in damage_kinds.KINDS if not any(next(k(s, random), None) for s in sound)] == []


def test_the_same_seed_damages_alike() -> None:
    source = next(s for s in damage.sources() if s.name.endswith("pci-dss.gov"))
    first, again, other = ([d.text for d in damage.Trial().damage(source, 20, seed)] for seed in (3, 3, 4))
    assert first == again != other
    assert len(set(first)) == 20
    assert source.texts[source.damaged[0]] not in first


def test_a_message_elsewhere_does_not_count() -> None:
    """The yardstick itself: a label at the damage counts; one two lines away, in another file, or over lines does not."""
    sound = damage_text.Sound.of(POLICY)
    edit = next(e for e in damage_kinds.severity_misspelt(sound, Random(1)))
    source = damage.Source("", {"house.gov": POLICY}, ("house.gov",))
    damaged = damage.Trial()._done(damage_kinds.severity_misspelt, source, "house.gov", edit)
    line = POLICY.split("\n").index("    severity high") + 1

    def at(file: str, first: int, column: int, last: int, end: int) -> bool:
        span = Span(file, first, column, last, end)
        return bool(damage.meets(damaged, Diagnostic("GOV110", "unknown-word", "error", "", span)))

    assert at("house.gov", line, 14, line, 17)
    assert at("house.gov", line, 5, line, 13)  # the keyword beside it
    assert not at("house.gov", line + 2, 5, line + 2, 8)
    assert not at("other.gov", line, 14, line, 17)
    assert not at("house.gov", line - 2, 1, line + 3, 2)
