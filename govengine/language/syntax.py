"""The syntax tree of policy files: frozen nodes, each with the span that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from govengine.diagnostics import Span
    from govengine.language.expression import Expr, LiteralValue
    from govengine.model.quantity import Percent

Direction = Literal["at least", "at most"]
MeasureDirection = Literal["at least", "at most", "equals"]
SettingDirection = Literal["at least", "at most", "one of", "includes", "fixed"]
AttestBy = Literal["role", "each", "field"]


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

    `values` maps a level's name to its value where the setting is by level, else holds one entry under None.
    """

    name: Name
    type: Name
    by_level: bool
    direction: SettingDirection
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
class Detector:
    """``detector customer-number "customer numbers": `C[0-9]{8}` checksum mod-97``.

    `title` says in the plural what it finds, `pattern` is the text between the backticks. `chance` is the share of
    random values of the pattern that are taken for one, `means` the `semantic_type` of a column that holds them,
    `names` what such columns are called.
    """

    name: Name
    title: Text
    pattern: Text
    checksum: Name | None
    chance: Percent | None
    means: Text | None
    names: tuple[Text, ...]
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
    """`at least T`, where T is a percentage or a promise of the spec.

    `floor` is its `never below`, `confidence` its `with confidence`: percentages, or None.
    """

    value: Expr
    floor: LiteralValue | None
    confidence: LiteralValue | None
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
class ExceptIn:
    """`except in register(column) where `…``."""

    target: Target
    where: SqlText | None
    span: Span


@dataclass(frozen=True, slots=True)
class Expect:
    """`expect …`: what rows must show.

    `kind` is the name of its rule in the grammar, with blanks, as "never found in". `predicate` is the SQL of `rows`,
    of a measure, or of a query; `where` that of `found in`; `target` the place that `found in` looks into, or the
    column that a measure equals.

    `limit` is the period of `newest`, the figure of a measure, or the promise that is to be kept; `per` the columns
    that a measure is taken by; `tolerance` how far it may be off; `detectors` what the values must not look like;
    `exception` what `without gaps` leaves out.
    """

    kind: str
    columns: tuple[Column, ...]
    predicate: SqlText | None
    target: Target | None
    where: SqlText | None
    threshold: Threshold | None
    text: str
    span: Span
    limit: Expr | None = None
    direction: MeasureDirection | None = None
    per: tuple[Column, ...] = ()
    tolerance: int | float | None = None
    detectors: tuple[Name, ...] = ()
    exception: ExceptIn | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """`keep {column} at least P`: how long rows are kept."""

    column: Column
    direction: Direction
    limit: Expr
    exception: ExceptIn | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Attest:
    """`attest "…" by role "…"`: a signed statement."""

    statement: Text
    by: AttestBy
    role: Text | None
    whom: Expr | None
    unless: Expr | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Apart:
    """`apart a, b from c anywhere`: terms over grants that no identity may combine; without `from`, pairwise."""

    duties: tuple[Name, ...]
    others: tuple[Name, ...]
    anywhere: bool
    text: str
    span: Span


Evidence = Require | Expect | Keep | Attest | Apart


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
class Every:
    """`every 3 months`: older evidence is no evidence."""

    period: LiteralValue
    span: Span


@dataclass(frozen=True, slots=True)
class Address:
    """`policy/rule`, or `domain/product`."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Rule:
    """`rule clear-card-number "…" { … }`; `evidence` holds its clauses in the order written.

    `unread` tells that a clause of its evidence could not be read, and is left out.
    """

    name: Name
    title: Text
    severity: Name | None
    enforce: Enforce | None
    controls: tuple[ControlReference, ...]
    dimension: Name | None
    every: Every | None
    formerly: Address | None
    when: Expr | None
    for_each: ForEach | None
    on: On | None
    evidence: tuple[Evidence, ...]
    because: Text | None
    finding: Template | None
    fix: Template | None
    span: Span
    unread: bool = False


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
    judges_mesh: Span | None
    levels: Levels | None
    settings: tuple[Setting, ...]
    terms: tuple[Term, ...]
    detectors: tuple[Detector, ...]
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
class GrantField:
    """`purpose "settlement"` in the block of an `allow`: a field as a grant of a spec has it."""

    name: Name
    value: Value


@dataclass(frozen=True, slots=True)
class Allow:
    """`allow batch "svc-loan-batch" to read, write on "lending.*"`: a ceiling for grants in the domain."""

    name: Name
    principal: Text
    actions: tuple[Name, ...]
    resources: tuple[Text, ...]
    fields: tuple[GrantField, ...]
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
    allows: tuple[Allow, ...]
    settings: tuple[Setting, ...]
    terms: tuple[Term, ...]
    rules: tuple[Rule, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Signing:
    """`requested by "…" on DATE`, `approved by "…" on DATE`."""

    by: Text
    on: date
    span: Span


@dataclass(frozen=True, slots=True)
class ElementOf:
    """`for grant "ledger-operators"`: the element of a `for each` that is meant."""

    variable: Name
    name: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Waiver:
    """A named exception. Clauses that are missing are None; which are obligatory is checked later."""

    name: Name
    rule: Address | None
    product: Address | None
    element: ElementOf | None
    reason: Text | None
    requested: Signing | None
    approved: Signing | None
    until: date | None
    until_span: Span | None
    compensating: Address | None
    ticket: Text | None
    signature: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's decision on a `review`: `finding` is "false-alarm" or "confirmed"."""

    name: Name
    rule: Address | None
    product: Address | None
    element: ElementOf | None
    finding: Name | None
    reason: Text | None
    requested: Signing | None
    approved: Signing | None
    until: date | None
    until_span: Span | None
    ticket: Text | None
    signature: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Decide:
    """`decide RULE where …`: the first that holds wins."""

    rule: Address
    where: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class Conflict:
    """Which of several rules holds where they cannot all be met."""

    name: Name
    title: Text
    between: tuple[Address, ...]
    decisions: tuple[Decide, ...]
    because: Text | None
    approved: tuple[Signing, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class File:
    """All that one file declares."""

    file: str
    frameworks: tuple[Framework, ...]
    policies: tuple[Policy, ...]
    overlays: tuple[Overlay, ...]
    waivers: tuple[Waiver, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
