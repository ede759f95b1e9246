"""The clauses of a rule's evidence as the plan holds them, told apart by `clause`.

Whoever asks for `clause["clause"]` ends in `assert_never`: a clause that is added here and judged nowhere does not
pass the type check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

if TYPE_CHECKING:
    from govengine.conditions.ir import IR
    from govengine.language.syntax import AttestBy, Direction, MeasureDirection
    from govengine.plan.places import StoredSpan


class Condition(TypedDict):
    """A condition: the name of its function in the plan's `source`, and the form that it was made from."""

    function: str
    ir: IR


class Predicate(TypedDict):
    """SQL with its `{…}`: literal text, columns and values in the order written.

    `columns` are those that it reads, `places` where they stand, in the same order; `quoted` those of them that stand
    in double quotes. `tables` are those that a whole query names.
    """

    pieces: list[PredicatePiece]
    columns: list[str]
    places: list[StoredSpan]
    quoted: list[str]
    tables: list[str]


class PlanTarget(TypedDict):
    """A table that values are looked up in: a product's dataset, or a register where `product` is None."""

    product: str | None
    table: str
    columns: list[str]


class PlanException(TypedDict):
    """`except in register(column) where …`; `span` is that of the register's name."""

    target: PlanTarget
    span: StoredSpan
    where: Predicate | None


class PlanThreshold(TypedDict):
    """`at least T`; `floor` and `confidence` are percentages as written, or None."""

    ir: IR
    floor: str | None
    confidence: str | None


class RequireClause(Condition):
    """`require condition`."""

    clause: Literal["require"]
    text: str


class KeepClause(Condition):
    """`keep {column} at least P`; its condition holds the declared retention against the limit."""

    clause: Literal["keep"]
    text: str
    direction: Direction
    limit: IR
    column: IR
    exception: PlanException | None


class AttestClause(TypedDict):
    """`attest "…" by role "…"`: `whom` says who attests where no role is named."""

    clause: Literal["attest"]
    text: str
    statement: str
    by: AttestBy
    role: str | None
    whom: IR | None
    unless: Condition | None


class ApartClause(TypedDict):
    """`apart a, b from c anywhere`; the duties are names of terms."""

    clause: Literal["apart"]
    text: str
    duties: list[str]
    others: list[str]
    anywhere: bool


class AllowClause(TypedDict):
    """What a domain's own rule about its allows holds each grant against; nobody writes it."""

    clause: Literal["allow"]
    text: str


class ExpectClause(TypedDict):
    """`expect …`: what rows must show.

    A column is a name, or the form of what names it. `places` are those of `columns` and `per`, in their order.
    `tolerance` is how far a measure may be off, in its own unit.
    """

    clause: Literal["expect"]
    kind: str
    span: StoredSpan
    text: str
    columns: list[PlanColumn]
    places: list[StoredSpan]
    predicate: Predicate | None
    target: PlanTarget | None
    target_span: StoredSpan | None
    where: Predicate | None
    threshold: PlanThreshold | None
    limit: IR | None
    direction: MeasureDirection | None
    per: list[PlanColumn]
    tolerance: int | float | None
    detectors: list[str]
    exception: PlanException | None


PredicatePiece = tuple[Literal["sql"], str] | tuple[Literal["column", "value"], "IR"]
"""A piece of a predicate: SQL as written, or the form of what stands between braces."""
PlanColumn: TypeAlias = "str | IR"
DataClause = ExpectClause | KeepClause
"""The clauses that ask something of rows."""
Clause = RequireClause | KeepClause | AttestClause | ApartClause | AllowClause | ExpectClause
