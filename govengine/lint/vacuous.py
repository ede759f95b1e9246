"""Selections that are true for nothing in a mesh: found by trying them on its specs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govengine.conditions.runtime import ConditionError
from govengine.diagnostics.codes import lint as codes
from govengine.evaluate.dossier import Dossier
from govengine.language.expression import Select
from govengine.lint.expressions import atoms, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from govengine.diagnostics import Diagnostic
    from govengine.evaluate.rulebook import Rulebook
    from govengine.lint.subject import Clause, PolicyText, Subject
    from govengine.model.values import Mesh, Product
    from govengine.plan.clauses import Condition
    from govengine.plan.rules import PlanForEach

_KNOWN_BY_DATA = frozenset({"declared", "found"})
"""Fields of a column that hang on what its rows show, which is not read here."""


@dataclass(slots=True)
class _Trial:
    """How often a selection was tried, and whether it was ever true, or could not be told."""

    count: int = 0
    selects: bool = False


@dataclass(frozen=True, slots=True)
class Selections:
    """What the selections of a mesh's rules came to, by policy or by rule."""

    policies: Mapping[str, _Trial] = field(default_factory=dict)
    whens: Mapping[str, _Trial] = field(default_factory=dict)
    wheres: Mapping[str, _Trial] = field(default_factory=dict)


def selected(book: Rulebook, products: Sequence[Product], mesh: Mesh, as_of: date) -> Selections:
    """Try every selection on every product that it could mean; what cannot be told counts as selected."""
    policies: dict[str, _Trial] = {}
    whens: dict[str, _Trial] = {}
    wheres: dict[str, _Trial] = {}
    for product in products:
        dossier = Dossier(book, product, mesh, as_of, None)
        applying = {name for name in book.policies if _applies(dossier, name, policies)}
        for rule in book.rules:
            if rule["policy"] not in applying or rule["layer"] not in ("global", product.domain):
                continue
            if rule["on"] is not None and rule["on"][0] != product.name:
                continue
            if rule["when"] is not None and not _try(
                dossier, rule["when"], whens.setdefault(rule["address"], _Trial())
            ):
                continue
            if rule["each"] is not None and rule["each"]["where"] is not None:
                _try_elements(
                    dossier, rule["each"], rule["each"]["where"], wheres.setdefault(rule["address"], _Trial())
                )
    return Selections(policies, whens, wheres)


def _applies(dossier: Dossier, name: str, policies: dict[str, _Trial]) -> bool:
    policy = dossier.book.policies[name]
    if policy["judges_mesh"] or policy["layer"] not in ("global", dossier.product.domain):
        return False
    if policy["when"] is None:
        return True
    tried = policies.setdefault(name, _Trial())
    if dossier.book.adopted(name, dossier.product.domain):
        tried.selects = True
        return True
    return _try(dossier, policy["when"], tried)


def _try(dossier: Dossier, condition: Condition, tried: _Trial, *element: object) -> bool:
    tried.count += 1
    try:
        holds = bool(dossier.book.function(condition)(dossier.roots, dossier.settings, *element))
    except ConditionError:
        holds = True
    tried.selects |= holds
    return holds


def _try_elements(dossier: Dossier, each: PlanForEach, where: Condition, tried: _Trial) -> None:
    try:
        items = dossier.explainer.items(each["list"]["ir"])
    except ConditionError:
        tried.selects = True
        return
    for item in items:
        _try(dossier, where, tried, item.value)


def vacuous(subject: Subject, found: Selections) -> Iterator[Diagnostic]:
    """The outermost selection of each policy or rule that selects nothing, though something was there to select."""
    for block in subject.blocks:
        for clause in block.clauses():
            if clause.selects:
                address = block.name if clause.rule is None else block.address(clause.rule)
                by = {"`when`": found.whens, "`where`": found.wheres}.get(clause.kind, found.policies)
                tried = by.get(address)
                if tried is None or tried.selects or not tried.count or _hangs_on_data(clause, block):
                    continue
                what = "elements" if clause.kind == "`where`" else "products"
                yield codes.selects_nothing(clause.kind, clause.expr.span, tried.count, what)


def _hangs_on_data(clause: Clause, block: PolicyText) -> bool:
    return any(
        isinstance(node, Select) and node.field in _KNOWN_BY_DATA
        for atom in atoms(clause.expr, block.terms)
        for node in walk(atom.expr)
    )
