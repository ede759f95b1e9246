"""Conditions that can never be true: constants, and parts that exclude each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from govengine.diagnostics import Label
from govengine.diagnostics.codes import lint as codes
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
from govengine.lint.expressions import written_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govengine.diagnostics import Diagnostic
    from govengine.language.expression import BinaryOperator
    from govengine.language.syntax import Term
    from govengine.lint.subject import Clause, PolicyText, Subject

_MOST_STEPS = 256
"""Combinations of `||` that are tried and terms that are written out; what takes more is taken to be possible."""
_FLIPPED: dict[BinaryOperator, BinaryOperator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED: dict[BinaryOperator, BinaryOperator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}

Shape = tuple[object, ...]
Fact = tuple[Expr, bool]


def unreachable(subject: Subject) -> Iterator[Diagnostic]:
    """The first selection of a policy or rule that can never be true, alone or with those before it."""
    for block in subject.blocks:
        solver = _Solver(block.terms, subject.levels)
        own = [c for c in block.clauses() if c.selects and c.rule is None]
        broken = _first_impossible(solver, own)
        if broken is not None:
            yield broken
            continue
        if block.name in subject.adopted:
            own = []  # a domain takes its rules whatever the policy's `when` says
        for rule in block.node.rules:
            found = _first_impossible(solver, [*own, *_selecting(block, rule.name.text)])
            if found is not None:
                yield found


def _selecting(block: PolicyText, rule: str) -> list[Clause]:
    return [c for c in block.clauses() if c.selects and c.rule is not None and c.rule.name.text == rule]


def _first_impossible(solver: _Solver, clauses: Sequence[Clause]) -> Diagnostic | None:
    for count, clause in enumerate(clauses, 1):
        if solver.possible([(c.expr, True) for c in clauses[:count]]):
            continue
        alone = not solver.possible([(clause.expr, True)])
        others = () if alone else tuple(Label(c.expr.span, c.kind) for c in clauses[: count - 1])
        return codes.unreachable(clause.kind, clause.expr.span, others)
    return None


@dataclass(slots=True)
class _Known:
    """What is known of one value: the constants that it may be, may not be, and its bounds `(figure, strict)`."""

    allowed: frozenset[Any] | None = None
    excluded: frozenset[object] = frozenset()
    low: tuple[float, bool] | None = None
    high: tuple[float, bool] | None = None

    def possible(self) -> bool:
        if self.allowed is not None and not any(map(self._fits, self.allowed - self.excluded)):
            return False
        if self.low is None or self.high is None:
            return True
        (low, open_below), (high, open_above) = self.low, self.high
        return low < high or (low == high and not (open_below or open_above) and ("n", low) not in self.excluded)

    def _fits(self, constant: tuple[str, Any]) -> bool:
        kind, value = constant
        if kind != "n":
            return True
        above = self.low is None or value > self.low[0] or (value == self.low[0] and not self.low[1])
        below = self.high is None or value < self.high[0] or (value == self.high[0] and not self.high[1])
        return above and below


@dataclass(slots=True)
class _Facts:
    truth: dict[Shape, bool] = field(default_factory=dict)
    values: dict[Shape, _Known] = field(default_factory=dict)

    def copy(self) -> _Facts:
        known = {k: _Known(v.allowed, v.excluded, v.low, v.high) for k, v in self.values.items()}
        return _Facts(dict(self.truth), known)


class _Solver:
    """Tells whether conditions can hold together. Says no only where it is sure."""

    def __init__(self, terms: Mapping[str, Term], levels: Sequence[str]) -> None:
        self._terms = terms
        self._ranks = {name: rank for rank, name in enumerate(levels)}
        self._left = _MOST_STEPS

    def possible(self, facts: list[Fact]) -> bool:
        """Whether all of some conditions can hold, or not hold where their flag says so."""
        self._left = _MOST_STEPS
        return self._possible(facts, _Facts())

    def _possible(self, todo: list[Fact], facts: _Facts) -> bool:
        todo = list(todo)
        while todo:
            expr, wanted = todo.pop(0)
            out = written_out(expr, self._terms)
            if out is not None:
                self._left -= 1
                if self._left < 0:
                    return True
                todo.insert(0, (out, wanted))
                continue
            match expr:
                case Unary(operator="!", operand=operand):
                    todo.insert(0, (operand, not wanted))
                case Logic(operator=operator, operands=operands) if (operator == "&&") is wanted:
                    todo = [*((o, wanted) for o in operands), *todo]
                case Logic(operands=operands):
                    return any(self._branch([(o, wanted), *todo], facts) for o in operands)
                case Conditional(condition=condition, yes=yes, no=no):
                    return self._branch([(condition, True), (yes, wanted), *todo], facts) or self._branch(
                        [(condition, False), (no, wanted), *todo], facts
                    )
                case _:
                    if not self._learn(expr, facts, wanted=wanted):
                        return False
        return True

    def _branch(self, todo: list[Fact], facts: _Facts) -> bool:
        self._left -= 1
        return self._left < 0 or self._possible(todo, facts.copy())

    def _learn(self, expr: Expr, facts: _Facts, *, wanted: bool) -> bool:
        """Take an atom for true or false; False where that cannot be."""
        if isinstance(expr, Literal):
            return expr.value is wanted
        if isinstance(expr, Binary):
            learnt = self._compare(expr, facts, wanted=wanted)
            if learnt is not None:
                return learnt
        return facts.truth.setdefault(shape(expr), wanted) is wanted

    def _compare(self, expr: Binary, facts: _Facts, *, wanted: bool) -> bool | None:
        """As `_learn`, for a value against a constant; None for anything else."""
        if expr.operator == "in":
            if not isinstance(expr.right, ListLiteral):
                return None
            constants = [self._constant(i) for i in expr.right.items]
            if None in constants:
                return None
            return self._set(expr.left, frozenset(c for c in constants if c is not None), facts, among=wanted)
        operator: BinaryOperator = expr.operator
        value, constant = expr.left, self._constant(expr.right)
        if constant is None:
            operator, value, constant = _FLIPPED.get(operator, operator), expr.right, self._constant(expr.left)
        if constant is None or operator not in _NEGATED or self._constant(value) is not None:
            return None
        operator = operator if wanted else _NEGATED[operator]
        if operator in ("==", "!="):
            return self._set(value, frozenset((constant,)), facts, among=operator == "==")
        if constant[0] != "n":
            return None
        known = facts.values.setdefault(shape(value), _Known())
        bound = (constant[1], operator in ("<", ">"))
        if operator in (">", ">="):
            known.low = bound if known.low is None else max(known.low, bound)
        else:
            known.high = bound if known.high is None else min(known.high, bound, key=lambda b: (b[0], not b[1]))
        return known.possible()

    def _set(self, value: Expr, constants: frozenset[object], facts: _Facts, *, among: bool) -> bool:
        known = facts.values.setdefault(shape(value), _Known())
        if among:
            known.allowed = constants if known.allowed is None else known.allowed & constants
        else:
            known.excluded |= constants
        return known.possible()

    def _constant(self, expr: Expr) -> tuple[str, Any] | None:
        """A constant with its kind, figures under "n"; a level is its rank."""
        match expr:
            case Literal(value=bool() as value):
                return "b", value
            case Literal(value=int() | float() as value):
                return "n", value
            case Literal(value=value):
                return type(value).__name__, value
            case Call(function="level", target=None, args=(Literal(value=str() as name),)) if name in self._ranks:
                return "n", self._ranks[name]
        return None


def shape(expr: Expr) -> Shape:
    """A condition as values, without places: equal where two conditions are written alike."""
    match expr:
        case Literal(value=value):
            return "literal", type(value).__name__, value
        case Ident(name=name):
            return "ident", name
        case Select(base=base, field=name):
            return "select", shape(base), name
        case Index(base=base, key=key):
            return "index", shape(base), shape(key)
        case Call(function=function, target=target, args=args):
            return "call", function, None if target is None else shape(target), *map(shape, args)
        case ListLiteral(items=items):
            return "list", *map(shape, items)
        case MapLiteral(entries=entries):
            return "map", *((shape(k), shape(v)) for k, v in entries)
        case Unary(operator=operator, operand=operand):
            return "unary", operator, shape(operand)
        case Logic(operator=operator, operands=operands):
            return "logic", operator, *map(shape, operands)
        case Binary(operator=operator, left=left, right=right):
            return "binary", operator, shape(left), shape(right)
        case Conditional(condition=condition, yes=yes, no=no):
            return "if", shape(condition), shape(yes), shape(no)
