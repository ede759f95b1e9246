"""Conditions as text again, for messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from govengine.conditions.ir import opened

if TYPE_CHECKING:
    from govengine.conditions.ir import IR, Tag


def show(ir: IR) -> str:
    """The condition as an author would write it; terms appear as what they stand for."""
    match opened(ir):
        case ("k", value):
            if isinstance(value, bool):
                return "true" if value else "false"
            return f'"{value}"' if isinstance(value, str) else str(value)
        case ("q", _, text):
            return text
        case ("var" | "root", name):
            return name
        case ("sel", base, field, _):
            return f"{show(base)}.{field}"
        case ("has", base, field):
            return f"has({show(base)}.{field})" if field else f"has({show(base)})"
        case ("idx", base, key):
            return f"{show(base)}[{show(key)}]"
        case ("setting", address):
            return f"setting.{address.partition('/')[2]}"
        case ("and", operands):
            return " && ".join(_bracketed(o, ("or", "if")) for o in operands)
        case ("or", operands):
            return " || ".join(_bracketed(o, ("and", "if")) for o in operands)
        case ("not", operand):
            return f"!{_bracketed(operand, ('and', 'or', 'eq', 'cmp', 'in', 'if', 'math'))}"
        case ("neg", operand):
            return f"-{_bracketed(operand, ('math', 'if'))}"
        case ("cmp", operator, left, right, _) | ("math", operator, left, right, _):
            return f"{_bracketed(left, _LOOSE)} {operator} {_bracketed(right, _LOOSE)}"
        case ("eq", left, right, _, negated):
            return f"{_bracketed(left, _LOOSE)} {'!=' if negated else '=='} {_bracketed(right, _LOOSE)}"
        case ("in", left, right):
            return f"{_bracketed(left, _LOOSE)} in {_bracketed(right, _LOOSE)}"
        case ("if", condition, yes, no):
            return f"{_bracketed(condition, _LOOSE)} ? {show(yes)} : {show(no)}"
        case ("list", items):
            return f"[{', '.join(map(show, items))}]"
        case ("map", entries):
            return "{" + ", ".join(f"{show(k)}: {show(v)}" for k, v in entries) + "}"
        case ("macro", kind, ranged, variable, body):
            return f"{show(ranged)}.{kind}({variable}, {show(body)})"
        case ("is", _, inner):
            return show(inner)
        case ("call", name, args):
            return f"{name}({', '.join(map(show, args))})"
        case ("need", _, text):
            return text
        case ("level", argument, _):
            return f"level({show(argument)})"
        case _ as other:
            assert_never(other)


_LOOSE: tuple[Tag, ...] = ("and", "or", "eq", "cmp", "in", "if", "math")


def _bracketed(ir: IR, kinds: tuple[Tag, ...]) -> str:
    while (node := opened(ir))[0] == "is":
        ir = node[2]
    return f"({show(ir)})" if node[0] in kinds else show(ir)
