"""Comparisons that have types that fit, and that nobody can mean: checked beside types, with the right spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.conditions import types as t
from govengine.diagnostics.codes import conditions as codes
from govengine.language.expression import Ident, Index, ListLiteral, Literal, Select
from govengine.model.vocabulary import SEMANTIC_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.conditions.types import Type
    from govengine.diagnostics import Diagnostic
    from govengine.language.expression import Binary, Expr


def without_order(expr: Binary, left: Type, right: Type) -> Diagnostic | None:
    """`<` between what has no order: words follow the alphabet, `true` and `false` nothing at all.

    Two texts of which neither comes from a spec, a setting or a list of words are left to CEL.
    """
    if t.ANY in (left, right) or not t.comparable(left, right) or t.family(left) not in ("text", "bool"):
        return None
    sides = ((expr.left, left), (expr.right, right))
    level = any(type_ == ("str", "classification") for _, type_ in sides)
    known = any(len(type_) > 1 or isinstance(side, Select | Index) for side, type_ in sides)
    if not known:
        return None
    shown = f"level({_shown(expr.left, '…')}) {expr.operator} level({_shown(expr.right, '…')})"
    kind = "level" if level else "bool" if t.family(left) == "bool" else "text"
    help_ = {
        "level": f"write `{shown}`",
        "bool": "write the condition itself, or `!` before it",
        "text": "compare with `==` or `in`; versions by parts, such as `version(x).major`; levels by `level(…)`",
    }[kind]
    return codes.without_order(expr.operator, kind, expr.operator_span, help_=help_)


def only_the_root(expr: Expr, type_: Type) -> Iterator[Diagnostic]:
    """`semantic_type == "person"`, which no `person.name` equals."""
    if type_ != ("str", "semantic_type"):
        return
    for item in expr.items if isinstance(expr, ListLiteral) else (expr,):
        if isinstance(item, Literal) and item.value in SEMANTIC_TYPES.open_roots:
            yield codes.only_the_root(str(item.value), item.span)


def _shown(expr: Expr, unknown: str) -> str:
    match expr:
        case Ident():
            return expr.name
        case Select():
            return f"{_shown(expr.base, unknown)}.{expr.field}"
        case Literal():
            return f'"{expr.value}"'
        case _:
            return unknown
