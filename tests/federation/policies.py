"""Random policies of the council, overlays that tighten them, and products, as texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml
from hypothesis import strategies as st

from govengine.model.quantity import holds, parse_period

Draw = Callable[[st.SearchStrategy[Any]], Any]

# Each setting with values further and further in its direction; a setting by level has them for one of its levels.
SETTINGS: dict[str, tuple[str, str, list[str]]] = {
    "kept": ("period, at least 1 year", "", ["366 days", "2 years", "10 years"]),
    "idle": ("period, at most 90 days", "", ["90 days", "3 days", "0 days"]),
    "since": ("date, at least 2026-01-31", "", ["2026-02-28", "2027-06-30"]),
    "partitions": ("int, at least 3", "", ["4", "7", "100"]),
    "replicas": ("int, at most 5", "", ["4", "2", "0"]),
    "budget": ("number, at most 2.5", "", ["2.4", "1.0", "0"]),
    "complete": ("percent, at least 99%", "", ["99.5%", "100%"]),
    "methods": ('text, one of ["truncate", "mask", "tokenise"]', "", ['["truncate", "mask"]', '["tokenise"]', "[]"]),
    "words": ('text, includes ["audit"]', "", ['["audit", "pii"]', '["audit", "pii", "other"]']),
    "by_class": (
        "period by level, at least { public 30 days  internal 1 year  restricted 7 years }",
        "[internal]",
        ["366 days", "3 years"],
    ),
    "places": (
        'text by level, one of { public ["at-rest", "end-to-end"]  internal ["end-to-end"]  restricted [] }',
        "[public]",
        ['["end-to-end"]', "[]"],
    ),
    "still": ("int, fixed 4", "", []),
}
# Atoms by variable: the first of a pair gets less true as its setting is tightened, the second truer.
_DIRECTED: dict[str, list[tuple[str, str]]] = {
    "": [
        ("spec.governance.retention.min >= setting.kept", "spec.governance.retention.min < setting.kept"),
        ("spec.governance.cost.budget <= setting.budget", "setting.budget < spec.governance.cost.budget"),
        ("spec.interfaces.size() >= setting.partitions", "spec.interfaces.size() < setting.partitions"),
        ("meets(spec.quality.completeness, setting.complete)", "!meets(spec.quality.completeness, setting.complete)"),
        ("setting.words.all(w, w in metadata.tags)", "setting.words.exists(w, w in metadata.tags)"),
        ("size(setting.methods) >= 2", "setting.methods.size() <= 2"),
        (
            "spec.governance.retention.min >= setting.by_class[spec.governance.classification]",
            "spec.governance.retention.min < setting.by_class[spec.governance.classification]",
        ),
        (
            "spec.governance.encryption.strength in setting.places[spec.governance.classification]",
            "!(spec.governance.encryption.strength in setting.places[spec.governance.classification])",
        ),
        (
            "spec.interfaces.all(i, i.partitions >= setting.partitions)",
            "spec.interfaces.exists(i, i.partitions < setting.partitions)",
        ),
        (
            "spec.interfaces.filter(i, i.replication_factor <= setting.replicas).size() >= 1",
            "spec.interfaces.filter(i, i.replication_factor > setting.replicas).exists(i, has(i.partitions))",
        ),
        ("spec.interfaces.filter(i, i.partitions < setting.partitions).all(i, has(i.topic))", "setting.replicas < 4"),
        ("columns.all(c, c.protection.method in setting.methods)", "columns.exists(c, !(c.name in setting.methods))"),
    ],
    "g": [
        ("within(g.last_reviewed, setting.idle)", "!within(g.last_reviewed, setting.idle)"),
        ("g.expires >= setting.since", "g.expires < setting.since"),
        ("g.expires - setting.idle <= as_of", "g.last_reviewed < as_of - setting.idle"),
    ],
    "c": [
        ("c.protection.method in setting.methods", "!(c.protection.method in setting.methods)"),
        ("setting.words.all(w, w in c.purposes)", "setting.words.exists(w, w == c.name)"),
        ("retention(c).min >= setting.kept", "retention(c).min < setting.kept"),
    ],
    "i": [
        ("i.partitions >= setting.partitions", "i.partitions + 1 < setting.partitions"),
        ("i.replication_factor <= setting.replicas", "i.replication_factor - setting.replicas > 0"),
    ],
}
_PLAIN = {
    "": [
        "has(spec.support)",
        "spec.governance.dlp.enabled",
        'spec.governance.classification == "internal"',
        "spec.interfaces[1].partitions > 2",
        "spec.governance.retention.min > 365 days",
        'level(spec.governance.classification) >= level("internal")',
        "setting.still < spec.interfaces.size()",
        'columns.exists(c, c.name == "audit")',
        "grants.size() > 0",
    ],
    "g": ["has(g.expires)", "g.emergency", "g.expires > as_of"],
    "c": ["c.required", 'c.name == "audit"', "has(c.protection)", "c.name in spec.governance.pii_fields"],
    "i": ["has(i.topic)", "i.partitions < 4"],
}
_KEEPS = ["keep {c} at least setting.kept", "keep {c} at most 3 years", "keep {c} at least 30 days"]
_LISTS = {"g": "spec.access.grants", "c": "columns", "i": "spec.interfaces"}


@dataclass(frozen=True)
class Council:
    """The council's layer: rules by name, policies that hold them, and files that hold those."""

    rules: dict[str, str]
    when: dict[str, str]

    def text(self, policy: str, *, rules: list[str] | None = None, settings: list[str] | None = None) -> str:
        """One policy, its rules and settings in any order."""
        levels = "  levels public < internal < restricted\n" if policy == "first" else ""
        when = f"  when {self.when[policy]}\n" if self.when.get(policy) else ""
        own = [n for n in (rules or list(self.rules)) if n.startswith(policy)]
        declared = "".join(f"  setting {n}: {SETTINGS[n][0]}\n" for n in settings or list(SETTINGS))
        body = "".join(f"  rule {n} {self.rules[n]}\n" for n in own)
        return f'policy {policy} "P" {{\n  version "1" owner "c@company.com"\n{levels}{when}{declared}{body}}}\n'


@dataclass(frozen=True)
class _Author:
    draw: Draw

    def condition(self, wanted: int, variable: str, depth: int = 3) -> str:
        """A condition in which tightening settings does mostly what is wanted: 1 truer, -1 less true."""
        kind = self.draw(st.sampled_from(["directed", "directed", "plain", "and", "or", "not", "if"]))
        if depth == 0 or kind in ("directed", "plain"):
            pools = (variable, "") if variable else ("",)
            pool = self.draw(st.sampled_from(pools))
            if kind == "plain":
                return str(self.draw(st.sampled_from(_PLAIN[pool])))
            pair: tuple[str, str] = self.draw(st.sampled_from(_DIRECTED[pool]))
            right = self.draw(st.integers(0, 11)) > 0
            return pair[0] if (wanted < 0) is right else pair[1]
        if kind == "not":
            return f"!({self.condition(-wanted, variable, depth - 1)})"
        one, other = (self.condition(wanted, variable, depth - 1) for _ in range(2))
        if kind == "if":
            return f"({self.draw(st.sampled_from(_PLAIN['']))} ? {one} : {other})"
        return f"({one} {'&&' if kind == 'and' else '||'} {other})"

    def rule(self) -> str:
        """A rule, without its name."""
        variable = self.draw(st.sampled_from(["", "", "g", "c", "i"]))
        words = ['"R" {', "severity medium"]
        if self.draw(st.integers(0, 2)) == 0:
            words.append(f"when {self.condition(1, '', 1)}")
        if variable:
            words.append(f"for each {variable} in {_LISTS[variable]}")
            if self.draw(st.booleans()):
                words.append(f"where {self.condition(1, variable, 1)}")
        if variable == "c" and self.draw(st.booleans()):
            words.append(self.draw(st.sampled_from(_KEEPS)))
        words += [f"require {self.condition(-1, variable)}" for _ in range(self.draw(st.integers(1, 2)))]
        return " ".join([*words, "}"])


@st.composite
def councils(draw: Draw) -> Council:
    """Two policies of some rules; not all that they say need compile."""
    author = _Author(draw)
    rules = {f"{policy}-{i}": author.rule() for policy in ("first", "second") for i in range(draw(st.integers(1, 4)))}
    when = {"second": author.condition(1, "", 1) if draw(st.booleans()) else ""}
    return Council(rules, when)


@st.composite
def overlays(draw: Draw, rules: list[str]) -> str:
    """What a domain's overlay says: moves in the direction only, stricter rules, policies taken on, a rule of its own."""
    lines = []
    for policy in ("first", "second"):
        for name in draw(st.lists(st.sampled_from([n for n in SETTINGS if SETTINGS[n][2]]), unique=True, max_size=8)):
            _, level, values = SETTINGS[name]
            lines.append(f"tighten {policy}/{name}{level} to {draw(st.sampled_from(values))}")
        if draw(st.booleans()):
            lines.append(f"adopt {policy}")
    raised = draw(st.dictionaries(st.sampled_from(rules), st.sampled_from(["critical", "non-waivable"]), max_size=2))
    lines += [f"tighten {rule.partition('-')[0]}/{rule} to {word}" for rule, word in raised.items()]
    own = ["require has(spec.support)", "for each c in columns keep {c} at least 4 years"]
    if draw(st.booleans()):
        lines.append(f'rule own "Own" {{ severity low {draw(st.sampled_from(own))} }}')
    if draw(st.booleans()):
        action, resource = (
            draw(st.sampled_from(["read", "read, write"])),
            draw(st.sampled_from(["payments.*", "payments.payments-rows"])),
        )
        block = draw(st.sampled_from(["", " { emergency true }", " { last_reviewed 2026-03-30 expires 2027-06-30 }"]))
        lines.append(f'allow own-access "team" to {action} on "{resource}"{block}')
    return "\n".join(f"  {line}" for line in lines)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy, strategy, strategy)


_PERIODS = st.sampled_from(["30 days", "1 year", "365 days", "366 days", "2 years", "10 years"])
_RETENTIONS = st.fixed_dictionaries({"min": _maybe(_PERIODS), "max": _maybe(_PERIODS)}).filter(
    lambda kept: not holds("<", *(parse_period(kept[end] or "1 year") for end in ("max", "min")))
)
"""Such as a spec can be read with."""
_DAYS = st.sampled_from(["2026-01-01", "2026-01-31", "2026-03-30", "2026-03-31", "2026-06-30", "2027-06-30"])
_SPEC = st.fixed_dictionaries(
    {
        "support": _maybe(st.just("help@company.com")),
        "interfaces": _maybe(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "type": st.just("kafka-stream"),
                        "topic": _maybe(st.just("t")),
                        "partitions": _maybe(st.integers(0, 8)),
                        "replication_factor": _maybe(st.integers(0, 6)),
                    }
                ),
                max_size=4,
            )
        ),
        "schema": _maybe(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "name": st.sampled_from(["audit", "truncate", "pii", "other"]),
                        "required": _maybe(st.booleans()),
                        "purposes": _maybe(st.lists(st.sampled_from(["audit", "pii", "other"]), unique=True)),
                        "protection": _maybe(
                            st.fixed_dictionaries(
                                {"method": st.sampled_from(["truncate", "mask", "tokenise", "encrypt"])}
                            )
                        ),
                    }
                ),
                max_size=3,
                unique_by=lambda column: column["name"],
            )
        ),
        "quality": _maybe(
            st.fixed_dictionaries({"completeness": st.sampled_from([">=99%", ">99.5%", "100%", "<90%"])})
        ),
        "governance": _maybe(
            st.fixed_dictionaries(
                {
                    "classification": _maybe(st.sampled_from(["public", "internal", "restricted"])),
                    "pii_fields": _maybe(st.lists(st.sampled_from(["audit", "pii"]), unique=True)),
                    "retention": _maybe(_RETENTIONS),
                    "encryption": _maybe(st.sampled_from(["at-rest", "end-to-end"])),
                    "dlp": _maybe(st.fixed_dictionaries({"enabled": st.booleans()})),
                    "cost": _maybe(st.fixed_dictionaries({"budget": st.sampled_from([0.0, 1.0, 2.4, 2.5, 9.0])})),
                }
            )
        ),
        "access": _maybe(
            st.fixed_dictionaries(
                {
                    "grants": _maybe(
                        st.lists(
                            st.fixed_dictionaries(
                                {
                                    "principal": st.just("team"),
                                    "last_reviewed": _maybe(_DAYS),
                                    "expires": _maybe(_DAYS),
                                    "emergency": _maybe(st.booleans()),
                                }
                            ),
                            max_size=3,
                        )
                    )
                }
            )
        ),
    }
)


def _declared(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _declared(v) for k, v in value.items() if v is not None}
    return [_declared(v) for v in value] if isinstance(value, list) else value


@st.composite
def specs(draw: Draw) -> dict[str, Any]:
    """The `spec` and tags of a product."""
    tags = draw(_maybe(st.lists(st.sampled_from(["audit", "pii", "other"]), unique=True)))
    spec = _declared(draw(_SPEC))
    columns = {column["name"] for column in spec.get("schema", ())}
    governance = spec.get("governance", {})
    if "pii_fields" in governance:  # a field that names no column is an error, not a spec that is judged
        governance["pii_fields"] = [name for name in governance["pii_fields"] if name in columns]
    return {"tags": tags, "spec": {"description": "Rows", **spec}}


def product(described: dict[str, Any], domain: str, name: str) -> str:
    """The spec of a product as text."""
    metadata = {"name": f"{domain}-{name}", "domain": domain, "owner": "team@company.com", "version": "1.0.0"}
    if described["tags"] is not None:
        metadata["tags"] = described["tags"]
    document = {"apiVersion": "datamesh.io/v1", "kind": "DataProduct", "metadata": metadata, "spec": described["spec"]}
    return str(yaml.safe_dump(document, sort_keys=False))
