"""When one piece of a policy is shown to be as strict as another. What is not shown is not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from govengine.language.expression import Binary, Call, Expr, Literal, Logic
from govengine.language.printer_meaning import same_meaning
from govengine.model import quantity
from govengine.model.quantity import Percent, Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LESS, _MORE = ("<", "<="), (">", ">=")


def at_least(after: object, before: object) -> bool:
    """Whether `after >= before` is certain; values of unlike or unordered types are never so."""
    if isinstance(after, bool) or isinstance(before, bool) or isinstance(after, str) or isinstance(before, str):
        return type(after) is type(before) and bool(after == before)
    if isinstance(after, Period) and isinstance(before, Period):
        return quantity.holds(">=", after, before) is True
    if isinstance(after, Percent) and isinstance(before, Percent):
        return after.value >= before.value
    if isinstance(after, date) and isinstance(before, date):
        return after >= before
    if isinstance(after, int | float) and isinstance(before, int | float):
        return after >= before
    return False


def as_strict(direction: str, after: object, before: object) -> bool:
    """Whether a setting, or a figure of a clause, that moves in a direction is as strict as it was."""
    if direction == "at least":
        return at_least(after, before)
    if direction == "at most":
        return at_least(before, after)
    if direction == "one of":
        return isinstance(after, tuple) and isinstance(before, tuple) and set(after) <= set(before)
    if direction == "includes":
        return isinstance(after, tuple) and isinstance(before, tuple) and set(after) >= set(before)
    return type(after) is type(before) and bool(after == before)


def literal(expr: Expr | None) -> object:
    """The value of a literal, or None."""
    return expr.value if isinstance(expr, Literal) else None


def figure_as_strict(direction: str, after: Expr | None, before: Expr | None) -> bool:
    """As `as_strict`, of two expressions: the same one, or literals."""
    if before is None or after is None:
        return before is after
    if same_meaning(after, before):
        return True
    new, old = literal(after), literal(before)
    return new is not None and old is not None and as_strict(direction, new, old)


def conjuncts(expr: Expr) -> tuple[Expr, ...]:
    """The operands that all must hold."""
    if isinstance(expr, Logic) and expr.operator == "&&":
        return tuple(c for operand in expr.operands for c in conjuncts(operand))
    return (expr,)


def _disjuncts(expr: Expr) -> tuple[Expr, ...]:
    if isinstance(expr, Logic) and expr.operator == "||":
        return tuple(d for operand in expr.operands for d in _disjuncts(operand))
    return (expr,)


def demands(after: Iterable[Expr], before: Iterable[Expr]) -> bool:
    """Whether whatever meets all conditions of `after` meets all those of `before`."""
    new = [c for condition in after for c in conjuncts(condition)]
    return all(any(_implies(c, wanted) for c in new) for condition in before for wanted in conjuncts(condition))


def selects(after: Expr | None, before: Expr | None) -> bool:
    """Whether a selection takes in all that it took in before. None selects everything."""
    if after is None:
        return True
    return before is not None and demands((before,), (after,))


def _implies(one: Expr, other: Expr) -> bool:
    """Whether `other` is true wherever `one` is: case by case of `one`, some case of `other`."""
    cases = _disjuncts(other)
    return all(any(_case_implies(part, case) for case in cases) for part in _disjuncts(one))


def _case_implies(one: Expr, other: Expr) -> bool:
    if same_meaning(one, other):
        return True
    if isinstance(one, Logic) and one.operator == "&&":
        return any(_implies(c, other) for c in conjuncts(one))
    if isinstance(other, Logic) and other.operator == "&&":
        return all(_implies(one, c) for c in conjuncts(other))
    if isinstance(one, Binary) and isinstance(other, Binary) and same_meaning(one.left, other.left):
        new, old = literal(one.right), literal(other.right)
        if new is not None and old is not None and isinstance(new, int | float | Percent | Period | date):
            return _bound_implies(one.operator, new, other.operator, old)
    return _quantified(one, other)


def _bound_implies(new_operator: str, new: object, old_operator: str, old: object) -> bool:
    if new_operator == "==":
        return {
            "==": as_strict("fixed", new, old),
            ">=": at_least(new, old),
            "<=": at_least(old, new),
        }.get(old_operator, False)
    if new_operator in _MORE and old_operator in _MORE:
        strict = old_operator == ">" and new_operator == ">="
        return at_least(new, old) and not (strict and at_least(old, new)) and not (strict and new == old)
    if new_operator in _LESS and old_operator in _LESS:
        strict = old_operator == "<" and new_operator == "<="
        return at_least(old, new) and not (strict and at_least(new, old)) and not (strict and new == old)
    return False


def _quantified(one: Expr, other: Expr) -> bool:
    """`all(x, P)` implies `all(x, Q)`, and `exists(x, P)` implies `exists(x, Q)`, where P implies Q."""
    if not isinstance(one, Call) or not isinstance(other, Call) or one.function != other.function:
        return False
    if one.function not in ("all", "exists") or len(one.args) != 2 or len(other.args) != 2:
        return False
    heads = same_meaning(one.target, other.target) and same_meaning(one.args[0], other.args[0])
    return heads and _implies(one.args[1], other.args[1])


def includes(after: Sequence[object], before: Sequence[object]) -> bool:
    """Whether each of some trees is among others."""
    return all(any(same_meaning(a, b) for a in after) for b in before)


__all__ = [
    "as_strict", "at_least", "conjuncts", "demands", "figure_as_strict", "includes", "literal", "selects",
]  # fmt: skip
