"""The syntax tree of policy files: frozen nodes, each with the span that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from govengine.diagnostics import Span
    from govengine.language.expression import Expr, LiteralValue


@dataclass(frozen=True, slots=True)
class Name:
    """A name and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text, unescaped; the span includes the quotes."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Template:
    """Text with `{…}` in it: literal pieces and expressions in turn, in the order written."""

    pieces: tuple[str | Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class SqlText:
    """A predicate over rows, between backticks: literal pieces and `{…}` expressions.

    `offsets` gives for each piece the offset in the file at which it begins.
    """

    pieces: tuple[str | Expr, ...]
    offsets: tuple[int, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Value:
    """A constant, or a list of them, as settings take."""

    value: LiteralValue | tuple[LiteralValue, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ControlDeclaration:
    """A control of a framework; `manual` says who decides it where no rule can."""

    id: Text
    title: Text
    manual: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Framework:
    """`framework PCI-DSS "…" { … }`."""

    name: Name
    title: Text
    version: Text | None
    controls: tuple[ControlDeclaration, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Setting:
    """`setting idle: period, at most 90 days`.

    `direction` is one of "at least", "at most", "one of", "includes", "fixed". `values` maps a level's name to its
    value where the setting is by level, else holds one entry under None.
    """

    name: Name
    type: Name
    by_level: bool
    direction: str
    direction_span: Span
    values: tuple[tuple[Name | None, Value], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Term:
    """`term personal(column) "…": condition`."""

    name: Name
    parameters: tuple[Name, ...]
    title: Text
    body: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class ControlReference:
    """`control PCI-DSS "3.5.1"`."""

    framework: Name
    id: Text
    span: Span


@dataclass(frozen=True, slots=True)
class ForEach:
    """`for each x in list where condition`."""

    variable: Name
    list: Expr
    where: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class Require:
    """`require condition`; `text` is the condition as written."""

    condition: Expr
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Threshold:
    """`at least T`, where T is a percentage or a promise of the spec; `floor` is its `never below`."""

    value: Expr
    floor: LiteralValue | None
    span: Span


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an expectation: written out, or brought in by `{…}`."""

    name: str | Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Target:
    """Where `found in` looks: `product.dataset(columns)` or `register(columns)`."""

    product: str | None
    table: str
    columns: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Expect:
    """`expect …`: what rows must show.

    `kind` is "rows", "filled", "unique" or "found in". `predicate` is that of `rows`; `where` that of `found in`.
    """

    kind: str
    columns: tuple[Column, ...]
    predicate: SqlText | None
    target: Target | None
    where: SqlText | None
    threshold: Threshold | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Enforce:
    """`enforce mandatory from 2027-01-01`: advisory before that day."""

    level: Name
    effective_from: date | None
    span: Span


@dataclass(frozen=True, slots=True)
class On:
    """`on product.dataset`."""

    product: str
    dataset: str
    span: Span


@dataclass(frozen=True, slots=True)
class Rule:
    """`rule clear-card-number "…" { … }`; `evidence` holds its `require` and `expect` clauses in the order written."""

    name: Name
    title: Text
    severity: Name | None
    enforce: Enforce | None
    controls: tuple[ControlReference, ...]
    dimension: Name | None
    when: Expr | None
    for_each: ForEach | None
    on: On | None
    evidence: tuple[Require | Expect, ...]
    because: Text | None
    finding: Template | None
    fix: Template | None
    span: Span


@dataclass(frozen=True, slots=True)
class Levels:
    """`levels public < internal < …`, lowest first."""

    names: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of the council."""

    name: Name
    title: Text
    version: Text | None
    owner: Text | None
    when: Expr | None
    levels: Levels | None
    settings: tuple[Setting, ...]
    terms: tuple[Term, ...]
    rules: tuple[Rule, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Adopt:
    """`adopt pci-dss`: the policy holds for all of the domain's products, whatever its `when` says."""

    policy: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Tighten:
    """`tighten pci-dss/idle to 30 days`; `to` is a value, or a word (a severity or an enforcement)."""

    policy: str
    name: str
    address_span: Span
    level: Name | None
    to: Value | Name
    span: Span


@dataclass(frozen=True, slots=True)
class Overlay:
    """What one domain adds to the council's policies."""

    domain: Name
    title: Text
    version: Text | None
    owner: Text | None
    adopts: tuple[Adopt, ...]
    tightens: tuple[Tighten, ...]
    settings: tuple[Setting, ...]
    terms: tuple[Term, ...]
    rules: tuple[Rule, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class File:
    """All that one file declares."""

    file: str
    frameworks: tuple[Framework, ...]
    policies: tuple[Policy, ...]
    overlays: tuple[Overlay, ...]
