"""The syntax tree of conditions: CEL with percentages, dates and periods as literals of their own.

Every node carries the span of the text that it was read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from govengine.model.quantity import Percent, Period

if TYPE_CHECKING:
    from govengine.diagnostics import Span

LiteralValue = bool | int | float | str | Percent | Period | date


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out."""

    value: LiteralValue
    span: Span


@dataclass(frozen=True, slots=True)
class Ident:
    """A bare name: a root such as `spec`, a variable, a term without arguments."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Select:
    """`base.field`."""

    base: Expr
    field: str
    field_span: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`base[key]`."""

    base: Expr
    key: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`function(args)`, or `target.function(args)`: methods and macros such as `exists`."""

    function: str
    target: Expr | None
    args: tuple[Expr, ...]
    function_span: Span
    span: Span


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[a, b]`."""

    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class MapLiteral:
    """`{a: b}`."""

    entries: tuple[tuple[Expr, Expr], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`!a` or `-a`."""

    operator: str
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """`a && b && c` or `a || b || c`: any number of operands in one node, so that long chains do not nest."""

    operator: str
    operands: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands: `== != < <= > >= in + - * / %`."""

    operator: str
    left: Expr
    right: Expr
    operator_span: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? yes : no`."""

    condition: Expr
    yes: Expr
    no: Expr
    span: Span


Expr = Literal | Ident | Select | Index | Call | ListLiteral | MapLiteral | Unary | Logic | Binary | Conditional
