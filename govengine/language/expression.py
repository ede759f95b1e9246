"""The syntax tree of conditions: CEL with percentages, dates and periods as literals of their own.

Every node carries the span of the text that it was read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias
from typing import Literal as OneOf

from govengine.model.quantity import Percent, Period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.diagnostics import Span

BinaryOperator: TypeAlias = OneOf["==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"]
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

    operator: OneOf["!", "-"]
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """`a && b && c` or `a || b || c`: any number of operands in one node, so that long chains do not nest."""

    operator: OneOf["&&", "||"]
    operands: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands: `== != < <= > >= in + - * / %`."""

    operator: BinaryOperator
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


def mentions(expr: Expr, setting: str) -> Iterator[Span]:
    """Where a condition says `setting.x`, in the order of the text; what its terms say is not searched."""
    match expr:
        case Select(base=Ident(name="setting"), field=field):
            if field == setting:
                yield expr.span
        case Select(base=base) | Unary(operand=base):
            yield from mentions(base, setting)
        case Index(base=left, key=right) | Binary(left=left, right=right):
            yield from mentions(left, setting)
            yield from mentions(right, setting)
        case Call(target=target, args=args):
            for part in (*((target,) if target is not None else ()), *args):
                yield from mentions(part, setting)
        case ListLiteral(items=parts) | Logic(operands=parts):
            for part in parts:
                yield from mentions(part, setting)
        case MapLiteral(entries=entries):
            for pair in entries:
                for part in pair:
                    yield from mentions(part, setting)
        case Conditional(condition=condition, yes=yes, no=no):
            for part in (condition, yes, no):
                yield from mentions(part, setting)
        case _:
            return
