"""Walks through conditions: all nodes, nodes with their polarity, terms written out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.language.expression import (
    Binary,
    Call,
    Conditional,
    Expr,
    Ident,
    Index,
    ListLiteral,
    Literal,
    Logic,
    MapLiteral,
    Select,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govengine.language.syntax import Term

MACROS = ("all", "exists", "exists_one", "filter", "map")
_SAME_SIGN = ("all", "exists", "exists_one")
_DEEPEST = 12
"""Terms inside terms; what goes deeper comes back to itself, which compiling says."""


def children(expr: Expr) -> tuple[Expr, ...]:
    """The parts of a node, in the order of the text."""
    match expr:
        case Select(base=base) | Unary(operand=base):
            return (base,)
        case Index(base=left, key=right) | Binary(left=left, right=right):
            return (left, right)
        case Call(target=target, args=args):
            return (*((target,) if target is not None else ()), *args)
        case ListLiteral(items=parts) | Logic(operands=parts):
            return parts
        case MapLiteral(entries=entries):
            return tuple(part for entry in entries for part in entry)
        case Conditional(condition=condition, yes=yes, no=no):
            return (condition, yes, no)
        case Literal() | Ident():
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """A node and all below it."""
    yield expr
    for child in children(expr):
        yield from walk(child)


class Atom(NamedTuple):
    """A condition without `&&`, `||`, `!` in it.

    `sign` is 1 where the whole can only become truer when this does, -1 less true, 0 where neither can be told; `terms`
    are the names of the terms that it stands in, outermost first.
    """

    expr: Expr
    sign: int
    terms: tuple[str, ...]


def atoms(expr: Expr, terms: Mapping[str, Term], sign: int = 1, inside: tuple[str, ...] = ()) -> Iterator[Atom]:
    """The atoms of a condition, those of its terms too."""
    match expr:
        case Logic(operands=operands):
            for operand in operands:
                yield from atoms(operand, terms, sign, inside)
        case Unary(operator="!", operand=operand):
            yield from atoms(operand, terms, -sign, inside)
        case Conditional(condition=condition, yes=yes, no=no):
            yield from atoms(condition, terms, 0, inside)
            yield from atoms(yes, terms, sign, inside)
            yield from atoms(no, terms, sign, inside)
        case Call(function=macro, target=target, args=(_, body)) if target is not None and macro in MACROS:
            yield from atoms(target, terms, 0, inside)
            yield from atoms(body, terms, sign if macro in _SAME_SIGN else 0, inside)
        case _:
            name = term_name(expr, terms)
            if name is not None and len(inside) < _DEEPEST and name not in inside:
                yield from atoms(terms[name].body, terms, sign, (*inside, name))
                return
            yield Atom(expr, sign, inside)
            if is_has(expr):
                return
            for child in children(expr):  # `has(…)` under an operator that is none of logic
                yield from (a for a in atoms(child, terms, 0, inside) if is_has(a.expr))


def is_has(expr: Expr) -> bool:
    """Whether a node is `has(…)`."""
    return isinstance(expr, Call) and expr.function == "has" and expr.target is None


def term_name(expr: Expr, terms: Mapping[str, Term]) -> str | None:
    """The term that a node names, with or without arguments."""
    match expr:
        case Ident(name=name) if name in terms:
            return name
        case Call(function=name, target=None) if name in terms:
            return name
    return None


def root(expr: Expr) -> str | None:
    """The name at which a path such as `spec.a[0].b` begins."""
    while isinstance(expr, Select | Index):
        expr = expr.base
    return expr.name if isinstance(expr, Ident) else None


def substituted(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """A term's body with arguments in the place of its parameters."""
    match expr:
        case Ident(name=name):
            return values.get(name, expr)
        case Select():
            return Select(substituted(expr.base, values), expr.field, expr.field_span, expr.span)
        case Index():
            return Index(substituted(expr.base, values), substituted(expr.key, values), expr.span)
        case Call():
            target = None if expr.target is None else substituted(expr.target, values)
            args = tuple(substituted(a, values) for a in expr.args)
            return Call(expr.function, target, args, expr.function_span, expr.span)
        case ListLiteral():
            return ListLiteral(tuple(substituted(i, values) for i in expr.items), expr.span)
        case MapLiteral():
            entries = tuple((substituted(k, values), substituted(v, values)) for k, v in expr.entries)
            return MapLiteral(entries, expr.span)
        case Unary():
            return Unary(expr.operator, substituted(expr.operand, values), expr.span)
        case Logic():
            return Logic(expr.operator, tuple(substituted(o, values) for o in expr.operands), expr.span)
        case Binary():
            left, right = substituted(expr.left, values), substituted(expr.right, values)
            return Binary(expr.operator, left, right, expr.operator_span, expr.span)
        case Conditional():
            condition, yes, no = (substituted(part, values) for part in (expr.condition, expr.yes, expr.no))
            return Conditional(condition, yes, no, expr.span)
        case Literal():
            return expr


def written_out(expr: Expr, terms: Mapping[str, Term]) -> Expr | None:
    """What a term stands for, with its arguments; None where `expr` names none, or with other arguments than it has."""
    name = term_name(expr, terms)
    if name is None:
        return None
    term = terms[name]
    args = expr.args if isinstance(expr, Call) else ()
    if len(args) != len(term.parameters):
        return None
    return substituted(term.body, {p.text: a for p, a in zip(term.parameters, args, strict=True)})
