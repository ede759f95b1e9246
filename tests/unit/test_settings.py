"""Domains may tighten what the council sets, never weaken it: each direction, both ways."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govengine.backends.duckdb_sql import Parser
from govengine.compile.plan import Compilation, compile_policies
from govengine.compile.setting_values import written
from govengine.diagnostics import Span
from govengine.evaluate.rulebook import Rulebook
from govengine.language.source import Source
from govengine.model.quantity import parse_percent, parse_period
from govengine.model.schema import mesh_schema, product_schema
from govengine.model.table import SchemaTable
from govengine.model.verdict import ENFORCEMENTS, SEVERITIES
from govengine.plan.walk import conditions

COUNCIL = "policies/global/house.gov"
DOMAIN = "policies/domains/payments/payments.gov"
AS_OF = date(2026, 3, 31)

POLICY = """\
policy house "House" {
  version "1.0.0"
  owner "council@example.com"
  levels public < internal < restricted

  setting kept: period, at least 365 days
  setting idle: period, at most 90 days
  setting partitions: int, at least 3
  setting replicas: int, at most 5
  setting complete: percent, at least 99.5%
  setting budget: number, at most 2.5
  setting since: date, at least 2024-01-01
  setting methods: text, one of ["hash", "mask", "token"]
  setting tags: text, includes ["audit"]
  setting open: bool, fixed false
  setting retention: period by level, at least { public 30 days  internal 1 year  restricted 7 years }
  setting where_encrypted: text by level, one of {
    public ["at-rest", "end-to-end"]  internal ["at-rest", "end-to-end"]  restricted ["end-to-end"]
  }

  rule short-retention "Kept long enough" {
    severity medium
    require spec.governance.retention.min >= setting.kept
  }
  rule thin-topic "Enough partitions" {
    severity high
    enforce advisory
    for each i in spec.interfaces
    require i.partitions >= setting.partitions
  }
  rule fat-topic "Not too many replicas" {
    severity critical
    enforce non-waivable
    for each i in spec.interfaces
    require i.replication_factor <= setting.replicas
  }
  rule dear "Not too dear" {
    severity low
    require spec.governance.cost.budget <= setting.budget
  }
  rule badly-masked "An accepted method" {
    severity low
    for each c in columns
    require c.protection.method in setting.methods
  }
  rule untagged "All tags" {
    severity low
    for each c in columns
    require setting.tags.all(t, t in c.tags)
  }
}
"""


@lru_cache(maxsize=1)
def tools() -> tuple[SchemaTable, SchemaTable, Parser]:
    return product_schema(), mesh_schema(), Parser()


def build(*lines: str, policy: str = POLICY) -> tuple[Compilation, str]:
    """The council's policy with an overlay that holds these lines."""
    body = "".join(f"  {line}\n" for line in lines)
    overlay = f'overlay payments "Payments" {{\n  version "1.0.0"\n  owner "payments@example.com"\n{body}}}\n'
    product, mesh, parser = tools()
    texts = {COUNCIL: policy, DOMAIN: overlay}
    return compile_policies(texts, {COUNCIL: "global", DOMAIN: "payments"}, product, mesh, parser), overlay


def errors(compiled: Compilation) -> list[Any]:
    return [d for d in compiled.diagnostics if d.level == "error"]


def book(*lines: str) -> Rulebook:
    compiled, _ = build(*lines)
    assert errors(compiled) == []
    assert compiled.plan is not None
    return Rulebook(compiled.plan, compile(compiled.plan["source"], "<conditions>", "exec"))


def underlined(text: str, span: Span) -> str:
    source = Source(span.file, text)
    return text[source.offset(span.line, span.column) : source.offset(span.end_line, span.end_column)]


def test_without_an_overlay_the_councils_values_hold() -> None:
    settings = book().settings("payments")
    assert settings["house/kept"] == parse_period("365 days")
    assert settings["house/methods"] == ["hash", "mask", "token"]
    assert settings["house/open"] is False
    assert isinstance(settings["house/retention"], dict)
    assert settings["house/retention"]["internal"] == parse_period("1 year")


@pytest.mark.parametrize(
    ("name", "to", "value"),
    [
        ("kept", "366 days", parse_period("366 days")),
        ("kept", "2 years", parse_period("2 years")),
        ("kept", "12 months", parse_period("1 year")),  # 365 days in some years, more in others: never less
        ("idle", "30 days", parse_period("30 days")),
        ("idle", "2 months", parse_period("2 months")),
        ("partitions", "12", 12),
        ("replicas", "1", 1),
        ("complete", "99.9%", parse_percent("99.9%")),
        ("budget", "2", 2),
        ("since", "2025-01-01", date(2025, 1, 1)),
        ("methods", '["token"]', ["token"]),
        ("methods", '["token", "hash"]', ["token", "hash"]),
        ("methods", "[]", []),
        ("tags", '["audit", "time"]', ["audit", "time"]),
    ],
)
def test_tightening_is_taken_in_its_domain_only(name: str, to: str, value: Any) -> None:
    made = book(f"tighten house/{name} to {to}")
    assert made.settings("payments")[f"house/{name}"] == value
    assert made.settings("lending")[f"house/{name}"] == book().settings("lending")[f"house/{name}"] != value


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("kept", "364 days"),
        ("kept", "1 day"),
        ("idle", "91 days"),
        ("idle", "3 months"),  # 92 days in some quarters
        ("partitions", "2"),
        ("replicas", "6"),
        ("complete", "99.49%"),
        ("budget", "2.6"),
        ("since", "2023-12-31"),
        ("methods", '["hash", "none"]'),
        ("methods", '["hash", "mask", "token", "none"]'),
        ("tags", "[]"),
        ("tags", '["time"]'),
        ("retention[public]", "29 days"),
        ("retention[restricted]", "6 years"),
        ("where_encrypted[restricted]", '["end-to-end", "at-rest"]'),
    ],
)
def test_weakening_is_refused_with_both_places(name: str, to: str) -> None:
    compiled, overlay = build(f"tighten house/{name} to {to}")
    (found,) = errors(compiled)
    assert found.code == "GOV301"
    assert found.span.file == DOMAIN
    assert underlined(overlay, found.span) == to
    (original,) = found.others
    assert original.span.file == COUNCIL
    bare = name.partition("[")[0]
    line = next(i for i, text in enumerate(POLICY.split("\n"), 1) if f"setting {bare}:" in text)
    assert original.span.line == line
    assert found.label.strip()
    assert found.help is not None


def test_a_refused_overlay_is_left_out_and_the_council_stands() -> None:
    compiled, _ = build("tighten house/partitions to 2", "tighten house/replicas to 1")
    assert compiled.plan is not None
    assert "payments" in compiled.plan["broken"]
    made = Rulebook(compiled.plan, compile(compiled.plan["source"], "<conditions>", "exec"))
    assert made.settings("payments")["house/partitions"] == 3
    assert made.settings("payments")["house/replicas"] == 5  # no part of a broken overlay has force


def test_what_is_fixed_stays() -> None:
    for to in ("true", "false"):
        (found,) = errors(build(f"tighten house/open to {to}")[0])
        assert found.code == "GOV302"
        assert found.others[0].span.file == COUNCIL


def test_one_level_moves_alone() -> None:
    settings = book("tighten house/retention[internal] to 3 years").settings("payments")
    assert settings["house/retention"] == {
        "public": parse_period("30 days"),
        "internal": parse_period("3 years"),
        "restricted": parse_period("7 years"),
    }


def test_two_levels_of_one_setting_both_hold() -> None:
    lines = ("tighten house/retention[public] to 60 days", "tighten house/retention[internal] to 3 years")
    kept = book(*lines).settings("payments")["house/retention"]
    assert isinstance(kept, dict)
    assert [written(kept[level]) for level in ("public", "internal", "restricted")] == ["60 days", "3 years", "7 years"]


def test_a_second_move_is_measured_against_the_first() -> None:
    (found,) = errors(build("tighten house/partitions to 9", "tighten house/partitions to 6")[0])
    assert found.code == "GOV301"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("tighten house/retention to 8 years", "GOV311"),
        ("tighten house/partitions[internal] to 8", "GOV311"),
        ("tighten house/retention[secret] to 8 years", "GOV309"),
        ("tighten house/kept to 5", "GOV310"),
        ("tighten house/kept to 99%", "GOV310"),
        ("tighten house/partitions to 9.5", "GOV310"),
        ("tighten house/partitions to true", "GOV310"),
        ('tighten house/methods to "hash"', "GOV311"),
        ("tighten house/partitions to [9]", "GOV311"),
        ("tighten house/methods to [1]", "GOV310"),
        ("tighten house/kept to high", "GOV310"),
        ("tighten house/nothing to 5", "GOV303"),
        ("tighten nowhere/kept to 5 years", "GOV303"),
        ("tighten house/short-retention to 5 years", "GOV110"),
        ("tighten house/short-retention to extreme", "GOV110"),
    ],
)
def test_what_cannot_be_moved_so(line: str, code: str) -> None:
    compiled, overlay = build(line)
    (found,) = errors(compiled)
    assert found.code == code
    assert found.span.file == DOMAIN
    assert underlined(overlay, found.span) in line


def test_moving_nothing_is_said() -> None:
    compiled, _ = build("tighten house/partitions to 3")
    assert [(d.code, d.level) for d in compiled.diagnostics if d.code == "GOV313"] == [("GOV313", "warning")]


@pytest.mark.parametrize("to", SEVERITIES)
def test_severities_only_rise(to: str) -> None:
    compiled, overlay = build(f"tighten house/thin-topic to {to}")
    if SEVERITIES.index(to) < SEVERITIES.index("high"):
        (found,) = errors(compiled)
        assert found.code == "GOV301"
        assert underlined(overlay, found.span) == to
        assert found.others[0].span.file == COUNCIL
        return
    made = book(f"tighten house/thin-topic to {to}")
    rule = next(r for r in made.rules if r["address"] == "house/thin-topic")
    assert (made.severity(rule, "payments"), made.severity(rule, "lending")) == (to, "high")


@pytest.mark.parametrize("rule", ["thin-topic", "short-retention", "fat-topic"])
@pytest.mark.parametrize("to", ENFORCEMENTS)
def test_enforcement_only_rises(rule: str, to: str) -> None:
    before = {"thin-topic": "advisory", "short-retention": "mandatory", "fat-topic": "non-waivable"}[rule]
    line = f"tighten house/{rule} to {to}"
    if ENFORCEMENTS.index(to) < ENFORCEMENTS.index(before):
        assert [d.code for d in errors(build(line)[0])] == ["GOV301"]
        return
    made = book(line)
    compiled = next(r for r in made.rules if r["address"] == f"house/{rule}")
    assert made.enforcement(compiled, "payments", AS_OF) == to
    assert made.enforcement(compiled, "lending", AS_OF) == before


# -- no overlay turns a fail into a pass -------------------------------------------------------------------------------

SPECS: list[dict[str, Any]] = [
    {
        "governance": {"retention": {"min": parse_period(kept)}, "cost": {"budget": budget}},
        "interfaces": [{"type": "x", "partitions": partitions, "replication_factor": partitions}],
    }
    for kept, budget, partitions in [("1 year", 1.0, 1), ("366 days", 2.5, 3), ("3 years", 3.0, 9), ("30 days", 0.0, 5)]
]
COLUMNS: list[dict[str, Any]] = [
    {"name": "a", "protection": {"method": method}, "tags": tags}
    for method in ("hash", "mask", "token", "none")
    for tags in ([], ["audit"], ["audit", "time"])
]
MOVES = {
    "kept": ["30 days", "1 year", "365 days", "366 days", "3 years"],
    "partitions": ["1", "3", "4", "9"],
    "replicas": ["0", "3", "5", "8"],
    "budget": ["0", "1.0", "2.5", "9"],
    "methods": ["[]", '["hash"]', '["token", "mask"]', '["hash", "none"]'],
    "tags": ["[]", '["audit"]', '["audit", "time"]', '["time"]'],
}


def failures(made: Rulebook) -> set[tuple[str, int, int]]:
    """Which rules fail on which spec and element."""
    found = set()
    settings = made.settings("payments")
    for rule in made.rules:
        function = made.function(next(conditions(rule)))
        for i, spec in enumerate(SPECS):
            seen = {"metadata": {}, "spec": spec, "mesh": {}, "columns": COLUMNS, "datasets": [], "as_of": AS_OF}
            elements = made.function(rule["each"]["list"])(seen, settings) if rule["each"] else [None]
            for j, element in enumerate(elements):
                arguments = (seen, settings) if element is None else (seen, settings, element)
                if not _holds(function, arguments):
                    found.add((rule["address"], i, j))
    return found


def _holds(function: Any, arguments: tuple[Any, ...]) -> bool:
    from govengine.conditions.runtime import ConditionError

    try:
        return bool(function(*arguments))
    except ConditionError:
        return False


@given(st.dictionaries(st.sampled_from(sorted(MOVES)), st.integers(0, 4), max_size=4))
def test_no_overlay_turns_a_fail_into_a_pass(moves: dict[str, int]) -> None:
    lines = [f"tighten house/{name} to {MOVES[name][i % len(MOVES[name])]}" for name, i in moves.items()]
    compiled, _ = build(*lines)
    if errors(compiled):
        assert {d.code for d in errors(compiled)} == {"GOV301"}
        return
    assert failures(book(*lines)) >= failures(book())


@pytest.mark.parametrize(
    "condition",
    [
        "spec.governance.retention.min <= setting.kept",
        "!(spec.governance.retention.min >= setting.kept)",
        "setting.kept <= spec.governance.retention.min ? has(spec.status) : true",
        "spec.interfaces.exists(i, i.partitions < setting.partitions)",
        "!(spec.status in setting.methods)",
        "spec.interfaces.size() != setting.partitions",
    ],
)
def test_a_directed_setting_stands_where_tightening_is_stricter(condition: str) -> None:
    policy = POLICY.replace("require spec.governance.retention.min >= setting.kept", f"require {condition}")
    (found,) = errors(build(policy=policy)[0])
    assert found.code == "GOV316"
    assert "setting." in underlined(policy, found.span)
    assert found.others[0].span.file == COUNCIL
