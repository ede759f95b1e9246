"""Rules against the mesh: the products, datasets and columns that they name must be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.diagnostics import Span, nearest
from govengine.diagnostics.codes import federation as codes
from govengine.plan.walk import expectations, targets

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping

    from govengine.diagnostics import Diagnostic
    from govengine.plan.clauses import PlanTarget
    from govengine.plan.rules import PlanRule


class ProductNames(NamedTuple):
    """What rules may name of a product: `columns` are those declared, by dataset; both empty where nothing is known."""

    domain: str
    datasets: tuple[str, ...] = ()
    columns: Mapping[str, frozenset[str]] = {}


def bind(
    rules: Iterable[PlanRule],
    products: Mapping[str, ProductNames],
    registers: Collection[str],
    judged: Container[str],
) -> list[Diagnostic]:
    """What is wrong with the names in rules: `on`, what they look into, and columns of a declared dataset.

    `products` are all of the mesh, `registers` the names of its registers; columns are looked at for those products
    that are `judged`.
    """
    names = _Names(products, registers, judged)
    return [diagnostic for rule in rules for diagnostic in _rule(rule, names)]


class _Names(NamedTuple):
    products: Mapping[str, ProductNames]
    registers: Collection[str]
    judged: Container[str]


def _rule(rule: PlanRule, names: _Names) -> Iterator[Diagnostic]:
    if rule["on"] is not None and rule["on_span"] is not None:
        yield from _on(rule, rule["on"], Span(*rule["on_span"]), names)
    for target, span in targets(rule):
        yield from _target(target, Span(*span), names)


def _target(target: PlanTarget, span: Span, names: _Names) -> Iterator[Diagnostic]:
    """What a clause looks into: a register, or a dataset of a product."""
    product, table = target["product"], target["table"]
    if product is None:
        if table not in names.registers:
            yield codes.unknown_target("register", table, span, suggestion=nearest(table, names.registers))
        return
    held = names.products.get(product)
    if held is None:
        yield codes.unknown_target("product", product, span, suggestion=nearest(product, names.products))
    elif held.datasets and table not in held.datasets:
        near = nearest(table, held.datasets)
        yield codes.unknown_target("dataset", f"{product}.{table}", span, suggestion=near and f"{product}.{near}")


def _on(rule: PlanRule, on: tuple[str, str], span: Span, names: _Names) -> Iterator[Diagnostic]:
    name, dataset = on
    held = names.products.get(name)
    if held is None:
        yield codes.unknown_target("product", name, span, suggestion=nearest(name, names.products))
    elif held.datasets and dataset not in held.datasets:
        near = nearest(dataset, held.datasets)
        yield codes.unknown_target("dataset", f"{name}.{dataset}", span, suggestion=near and f"{name}.{near}")
    elif rule["layer"] not in ("global", held.domain):
        yield codes.foreign_target(name, rule["layer"], span)
    elif name in names.judged:
        yield from _columns(rule, dataset, held.columns.get(dataset, frozenset()))


def _columns(rule: PlanRule, dataset: str, declared: frozenset[str]) -> Iterator[Diagnostic]:
    """Columns that a rule names and the spec does not declare: they may still be found in the data."""
    known = {name.lower() for name in declared}
    if not known:
        return
    for clause in expectations(rule):
        predicate = clause["predicate"]
        if predicate is not None and predicate["tables"]:  # a query, whose columns are those of its own tables
            continue
        named = [*zip((*clause["columns"], *clause["per"]), clause["places"], strict=True)]
        named += zip(predicate["columns"], predicate["places"], strict=True) if predicate else ()
        quoted = predicate["quoted"] if predicate else ()
        told: set[str] = set()
        for column, span in named:
            if isinstance(column, str) and column.lower() not in known and column not in told:
                told.add(column)
                near = nearest(column, declared)
                in_quotes = column in quoted
                yield codes.undeclared_column(column, dataset, Span(*span), suggestion=near, in_quotes=in_quotes)
