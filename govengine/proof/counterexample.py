"""Where a setting's direction is unproved: a small product that fails, and passes once a domain has "tightened" it.

Products are made from the fields that the rule reads, with values around the setting's own and those that it may move
to. What is found is judged once more as it will be shown: the overlay's text compiled, the spec read from its YAML.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from govengine.compile.constants import restore, store
from govengine.compile.plan import Compilation
from govengine.evaluate import fold
from govengine.evaluate.judge import Judge
from govengine.evaluate.rulebook import Rulebook
from govengine.plan.walk import conditions
from govengine.proof.counterexample_values import Fields, Move, Path, constants, literal, moves, reads
from govengine.sources.product import read_product

if TYPE_CHECKING:
    from datetime import date

    from govengine.compile.polarity import Occurrence
    from govengine.model.table import SchemaTable
    from govengine.model.values import Mesh, Product
    from govengine.plan.clauses import Condition
    from govengine.plan.document import Plan
    from govengine.plan.rules import PlanPolicy, PlanRule
    from govengine.plan.settings import PlanDomain, StoredValue

_TRIES = 1500
_BETTER = ("pass", "not-applicable")
_FILE = "example.yaml"

Compile = Callable[[Mapping[str, str], Mapping[str, str]], Compilation]
"""Compiles policy texts by path, with their layers, trusting directions."""


@dataclass(frozen=True, slots=True)
class Example:
    """A product, the line of an overlay, and what the rule makes of the product before and after."""

    rule: str
    product: str
    overlay: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Policies:
    """What is searched: the council's texts by path, compiled, and the tables of specs."""

    texts: Mapping[str, str]
    plan: Plan
    compile: Compile
    schema: SchemaTable
    mesh: Mesh
    as_of: date


def search(policies: Policies, at: Occurrence) -> Example | str:
    """An example, or why there is none to show.

    Args:
        policies: the council's policies alone, compiled although the direction is unproved.
        at: where the setting stands.

    """
    plan = policies.plan
    rules = [r for r in plan["rules"] if at.rule in ("", r["address"]) and r["policy"] == at.policy]
    policy = next(p for p in plan["policies"] if p["name"] == at.policy)
    if policy["judges_mesh"]:
        return "its policy judges the mesh, and products alone are tried"
    for rule in rules:
        if len(list(conditions(rule))) == len(rule["evidence"]):
            found = _Search(policies, at, policy, rule).run()
            if found is not None:
                return found
    if not any(True for r in rules for _ in conditions(r)):
        return "rows decide it, and specs alone are tried"
    return f"none was found among {_TRIES:,} small products: that proves nothing, so the direction stays refused"


class _Search:
    def __init__(self, policies: Policies, at: Occurrence, policy: PlanPolicy, rule: PlanRule) -> None:
        self._policies, self._at, self._rule = policies, at, rule
        self._domain = next(iter(policies.mesh.domains))
        self._code = compile(policies.plan["source"], "<conditions>", "exec")
        self._base = self._book({})
        self._vocabularies = self._base.vocabularies()
        value = restore(policies.plan["settings"][at.setting])
        self._by_level = isinstance(value, dict)
        self._moves = moves(at.direction, value)
        held: list[Condition | None] = [policy["when"], rule["when"], *conditions(rule)]
        words = [w for m in self._moves for w in (m.before, m.after)]
        words += [c for condition in held if condition is not None for c in constants(condition["ir"])]
        read = reads(held, rule["each"])
        self._fields = Fields(read, policies.schema, self._vocabularies, words, policies.as_of)

    def run(self) -> Example | None:
        tightened = [(move, self._book({self._at.setting: self._moved(move)})) for move in self._moves]
        chance = random.Random(self._at.setting)  # noqa: S311 - the same products each time, no secret
        seen: set[str] = set()
        for _ in range(_TRIES):
            leaves = self._fields.draw(chance)
            text = self._yaml(leaves)
            if text in seen:
                continue
            seen.add(text)
            for move, book in tightened:
                if self._turns(leaves, book):
                    example = self._shown(self._smaller(leaves, book), move)
                    if example is not None:
                        return example
        return None

    def _book(self, moved: dict[str, StoredValue]) -> Rulebook:
        domain: PlanDomain = {"adopts": [], "settings": moved, "severities": {}, "enforcements": {}, "moves": []}
        plan: Plan = {**self._policies.plan, "rules": [self._rule], "domains": {self._domain: domain}, "waivers": []}
        return Rulebook(plan, self._code)

    def _moved(self, move: Move) -> StoredValue:
        value = restore(self._policies.plan["settings"][self._at.setting])
        return store({**value, move.level: move.after} if isinstance(value, dict) and move.level else move.after)

    def _turns(self, leaves: Mapping[Path, object], book: Rulebook) -> bool:
        product = self._read(self._yaml(leaves))
        if product is None or self._outcome(self._base, product) != "fail":
            return False
        return self._outcome(book, product) in _BETTER

    def _smaller(self, leaves: Mapping[Path, object], book: Rulebook) -> Mapping[Path, object]:
        """The same without every field that it does not take."""
        kept = dict(leaves)
        for path in list(kept):
            less = {p: v for p, v in kept.items() if p != path}
            if self._turns(less, book):
                kept = less
        return kept

    def _shown(self, leaves: Mapping[Path, object], move: Move) -> Example | None:
        """The example as text, judged as such; None where it does not stand as text."""
        at, domain, text = self._at, self._domain, self._yaml(leaves)
        level = f"[{move.level}]" if move.level is not None else ""
        line = f"tighten {at.setting}{level} to {literal(move.after)}"
        overlay = f'overlay {domain} "{domain}" {{\n  version "1"  owner "owner@example.com"\n  {line}\n}}\n'
        path = f"policies/domains/{domain}/example.gov"
        texts = {**self._policies.texts, path: overlay}
        layers = {**dict.fromkeys(self._policies.texts, "global"), path: domain}
        compiled = self._policies.compile(texts, layers)
        if compiled.plan is None or domain in compiled.plan["broken"]:
            return None
        book = Rulebook(compiled.plan, compile(compiled.plan["source"], "<conditions>", "exec"))
        product = self._read(text)
        if product is None:
            return None
        before, after = self._outcome(self._base, product), self._outcome(book, product)
        if before != "fail" or after not in _BETTER:
            return None
        return Example(self._rule["address"], text, line, before, after)

    def _read(self, text: str) -> Product | None:
        schema = self._policies.schema
        return read_product(text.encode(), _FILE, self._domain, schema, self._vocabularies).product

    def _outcome(self, book: Rulebook, product: Product) -> str:
        policies = self._policies
        drafts = Judge(book, product, policies.mesh, policies.as_of, None).drafts()
        mine = [d for d in drafts if d.rule["address"] == self._rule["address"]]
        return fold.verdict_of(mine[0], book, policies.as_of, {}).outcome if mine else "not judged"

    def _yaml(self, leaves: Mapping[Path, object]) -> str:
        head = {"name": f"{self._domain}-example", "domain": self._domain, "owner": "owner@example.com"}
        document = {
            "apiVersion": "datamesh.io/v1",
            "kind": "DataProduct",
            "metadata": {**head, "version": "1.0.0"},
            "spec": {"description": "An example"},
        }
        return yaml.safe_dump(self._fields.document(document, leaves), sort_keys=False, allow_unicode=True, width=110)


__all__ = ["Compile", "Example", "Policies", "search"]
