"""The intermediate form of conditions: what a node may be, and what is below it.

Nodes are nested tuples of plain values, so that `marshal` stores them beside the generated code and reads them back
without calling anything. The first item is the tag. Every dispatch over tags is a `match` that mypy holds to this
union: a node that is left out or misspelled is a type error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NewType, TypeAlias, assert_never, cast

IR = NewType("IR", tuple[object, ...])
"""A node as it is handed on: `opened` shows what it is, `form` makes one.

At run time both do nothing. To mypy a union of tuples that hold each other again is some hundred times as dear as one
whose parts have a name.
"""
MacroKind: TypeAlias = Literal["all", "exists", "exists_one", "filter", "map"]

if TYPE_CHECKING:  # every run imports this module, and types cost time to make
    from collections.abc import Iterator

    Constant: TypeAlias = str | int | float | bool
    QuantityKind: TypeAlias = Literal["percent", "period", "date"]
    Comparison: TypeAlias = Literal["<", "<=", ">", ">="]
    Arithmetic: TypeAlias = Literal["+", "-", "*", "/", "%"]
    Family: TypeAlias = str
    """What two sides are compared or calculated as: the name of a type's family, `numbers` for a mixture, or `any`."""

    K: TypeAlias = tuple[Literal["k"], Constant]
    """A constant: text, number, true or false."""
    Q: TypeAlias = tuple[Literal["q"], QuantityKind, str]
    """A quantity or date, read again from its text."""
    Var: TypeAlias = tuple[Literal["var"], str]
    """A root or a variable."""
    Root: TypeAlias = tuple[Literal["root"], str]
    """A root, although a variable has its name."""
    Sel: TypeAlias = tuple[Literal["sel"], IR, str, bool | None]
    """`base.field`, and whether the schema promises the field; None: the base may be anything."""
    Has: TypeAlias = tuple[Literal["has"], IR, str]
    """`has(base.field)`; of a root, the field is ""."""
    Idx: TypeAlias = tuple[Literal["idx"], IR, IR]
    """`base[key]`."""
    Setting: TypeAlias = tuple[Literal["setting"], str]
    """A setting by its address."""
    And: TypeAlias = tuple[Literal["and"], tuple[IR, ...]]
    Or: TypeAlias = tuple[Literal["or"], tuple[IR, ...]]
    Not: TypeAlias = tuple[Literal["not"], IR]
    Neg: TypeAlias = tuple[Literal["neg"], IR]
    Cmp: TypeAlias = tuple[Literal["cmp"], Comparison, IR, IR, Family]
    Eq: TypeAlias = tuple[Literal["eq"], IR, IR, Family, bool]
    """`left == right`, their family, and whether it is `!=`."""
    In: TypeAlias = tuple[Literal["in"], IR, IR]
    Math: TypeAlias = tuple[Literal["math"], Arithmetic, IR, IR, Family]
    If: TypeAlias = tuple[Literal["if"], IR, IR, IR]
    List: TypeAlias = tuple[Literal["list"], tuple[IR, ...]]
    Map: TypeAlias = tuple[Literal["map"], tuple[tuple[IR, IR], ...]]
    """Keys and values."""
    Macro: TypeAlias = tuple[Literal["macro"], MacroKind, IR, str, IR]
    """Kind, range, variable, body."""
    Is: TypeAlias = tuple[Literal["is"], Literal["bool", "items"], IR]
    """A value of unknown type that must be true or false, or a list or map."""
    Call: TypeAlias = tuple[Literal["call"], str, tuple[IR, ...]]
    """A function of `conditions/functions/`, and its arguments."""
    Level: TypeAlias = tuple[Literal["level"], IR, bool]
    """The rank of a level, and whether what is undeclared counts as the highest: in selections."""
    Need: TypeAlias = tuple[Literal["need"], str, str]
    """What nothing reads yet, and the condition as text; evaluating it is `unknown`."""

    Node: TypeAlias = (
        K
        | Q
        | Var
        | Root
        | Sel
        | Has
        | Idx
        | Setting
        | And
        | Or
        | Not
        | Neg
        | Cmp
        | Eq
        | In
        | Math
        | If
        | List
        | Map
        | Macro
        | Is
        | Call
        | Level
        | Need
    )
    """What a node is."""
    Tag: TypeAlias = Literal[
        "k", "q", "var", "root", "sel", "has", "idx", "setting", "and", "or", "not", "neg", "cmp", "eq", "in", "math",
        "if", "list", "map", "macro", "is", "call", "level", "need",
    ]  # fmt: skip
    """The tags of all nodes."""


def form(node: Node) -> IR:
    """A node to hand on."""
    return cast("IR", node)


def opened(ir: IR) -> Node:
    """What a node is: for a `match`, or to look at its items."""
    return cast("Node", ir)


def children(ir: IR) -> Iterator[IR]:
    """The nodes right below a node, as they are written from left to right."""
    match opened(ir):
        case ("k" | "var" | "root" | "setting", _) | ("q" | "need", _, _):
            return
        case ("sel", base, _, _) | ("has", base, _):
            yield base
        case ("not" | "neg", operand) | ("is", _, operand) | ("level", operand, _):
            yield operand
        case ("and" | "or" | "list", operands) | ("call", _, operands):
            yield from operands
        case ("idx" | "in", left, right) | ("cmp" | "math", _, left, right, _) | ("eq", left, right, _, _):
            yield left
            yield right
        case ("if", condition, yes, no):
            yield condition
            yield yes
            yield no
        case ("map", entries):
            for key, value in entries:
                yield key
                yield value
        case ("macro", _, ranged, _, body):
            yield ranged
            yield body
        case _ as other:
            assert_never(other)


def nodes(ir: IR) -> Iterator[IR]:
    """All nodes of a form, itself first. A node that the form holds several times comes once."""
    stack, seen = [ir], set[int]()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        stack.extend(children(node))
