"""The static checker: syntax tree → intermediate form and type, with every mistake underlined at its word.

The nodes of the intermediate form are in `ir`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from govengine.conditions import bounds, meaning
from govengine.conditions import types as t
from govengine.conditions.check_calls import BROKEN, CallChecker
from govengine.conditions.ir import form
from govengine.conditions.scope import Argument, Scope
from govengine.diagnostics import Diagnostic, Span, nearest
from govengine.diagnostics.codes import conditions as codes
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
from govengine.model.quantity import Percent, Period

if TYPE_CHECKING:
    from govengine.conditions.ir import IR, Arithmetic
    from govengine.conditions.types import Type


class Checker(CallChecker):
    """Checks conditions; `diagnostics` gathers what it finds."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._depth = 0
        self._nodes = 0
        self._outermost: Span | None = None

    def condition(self, expr: Expr, scope: Scope, what: str) -> IR:
        """A condition that must be true or false; `what` names the clause for messages."""
        before = len(self.diagnostics)
        ir, type_ = self.check(expr, scope)
        if type_ == t.ANY:
            return form(("is", "bool", ir))
        if type_ != t.BOOL:
            self.diagnostics.append(codes.not_boolean(what, t.describe(type_), expr.span))
        elif ir[0] == "k" and len(self.diagnostics) == before:  # a mistake leaves a constant behind, too
            self.diagnostics.append(codes.constant_condition(str(ir[1]).lower(), expr.span))
        return ir

    def check(self, expr: Expr, scope: Scope) -> tuple[IR, Type]:
        """Any expression: its intermediate form and type; a mistake gives a form that is never run.

        The bounds hold for what comes out when all terms are written out: depth, size, and how often lists are gone
        through inside each other.
        """
        if self._depth == 0:
            self._nodes, self._outermost = 0, expr.span
        self._nodes += 1
        if self._nodes > bounds.MAX_NODES or self._depth >= bounds.MAX_DEPTH:
            # Said once: from here on every check comes back at once, so a term that doubles itself ends here.
            if self._nodes <= bounds.MAX_NODES + 1:
                # Where it overflows is inside some term, mostly an innocent one; what is too big is the whole.
                self.diagnostics.append(codes.too_big(self._outermost or expr.span, bounds.MAX_NODES, bounds.MAX_DEPTH))
                self._nodes = bounds.MAX_NODES + 1
            return BROKEN
        self._depth += 1
        try:
            ir, type_ = self._check(expr, scope)
        finally:
            self._depth -= 1
        if self._depth == 0 and self._nodes <= bounds.MAX_NODES:
            measured = bounds.measure(ir)
            if measured.nodes > bounds.MAX_NODES or measured.depth > bounds.MAX_DEPTH:
                self.diagnostics.append(codes.too_big(expr.span, bounds.MAX_NODES, bounds.MAX_DEPTH))
            elif measured.loops > bounds.MAX_LOOPS:
                self.diagnostics.append(codes.too_costly(expr.span, measured.loops, bounds.MAX_LOOPS))
        return ir, type_

    def _check(self, expr: Expr, scope: Scope) -> tuple[IR, Type]:
        match expr:
            case Literal():
                return self._literal(expr)
            case Ident():
                return self._ident(expr, scope)
            case Select():
                return self.select(expr, scope)
            case Index():
                return self._index(expr, scope)
            case Call():
                return self.call(expr, scope)
            case ListLiteral():
                checked = [self.check(item, scope) for item in expr.items]
                return form(("list", tuple(ir for ir, _ in checked))), ("list", t.join([ty for _, ty in checked]))
            case MapLiteral():
                return self._map(expr, scope)
            case Unary():
                return self._unary(expr, scope)
            case Logic():
                operands = tuple(self.boolean(o, scope, f"each side of `{expr.operator}`") for o in expr.operands)
                return form(("and", operands)) if expr.operator == "&&" else form(("or", operands)), t.BOOL
            case Binary():
                return self._binary(expr, scope)
            case Conditional():
                chosen = self.boolean(expr.condition, scope, "what stands before `?`")
                (yes, yes_type), (no, no_type) = self.check(expr.yes, scope), self.check(expr.no, scope)
                if not t.comparable(yes_type, no_type):
                    self._mismatch(": ", yes_type, no_type, expr.span, expr.yes.span, expr.no.span)
                return form(("if", chosen, yes, no)), t.join([yes_type, no_type])
            case _:
                assert_never(expr)

    def _map(self, expr: MapLiteral, scope: Scope) -> tuple[IR, Type]:
        """A map whose keys are all text has a type; CEL's other keys are looked at when it runs."""
        entries: list[tuple[IR, IR]] = []
        keys: list[Type] = []
        values: list[Type] = []
        for key, value in expr.entries:
            (key_ir, key_type), (value_ir, value_type) = self.check(key, scope), self.check(value, scope)
            if key_type not in (t.INT, t.BOOL, t.ANY) and not t.is_text(key_type):
                found = f"a key that is text, a whole number, true or false, not {t.describe(key_type)}"
                self.diagnostics.append(codes.wrong_arguments("{…}", key.span, expected=found))
            entries.append((key_ir, value_ir))
            keys.append(key_type)
            values.append(value_type)
        textual = all(t.is_text(key) for key in keys)
        return form(("map", tuple(entries))), ("map", t.join(values)) if textual else t.ANY

    def boolean(self, expr: Expr, scope: Scope, what: str) -> IR:
        """An expression that must be true or false."""
        ir, type_ = self.check(expr, scope)
        if type_ == t.ANY:
            return form(("is", "bool", ir))
        if type_ != t.BOOL:
            self.diagnostics.append(codes.not_boolean(what, t.describe(type_), expr.span))
        return ir

    def _literal(self, expr: Literal) -> tuple[IR, Type]:
        value = expr.value
        if isinstance(value, Percent):
            return form(("q", "percent", value.text)), t.PERCENT
        if isinstance(value, Period):
            return form(("q", "period", value.text)), t.PERIOD
        if isinstance(value, bool):
            return form(("k", value)), t.BOOL
        if isinstance(value, int):
            return form(("k", value)), t.INT
        if isinstance(value, float):
            return form(("k", value)), t.DOUBLE
        if isinstance(value, str):
            return form(("k", value)), t.STRING
        return form(("q", "date", value.isoformat())), t.DATE

    def _ident(self, expr: Ident, scope: Scope) -> tuple[IR, Type]:
        if expr.name in scope.locals:
            bound = scope.locals[expr.name]
            return (bound.ir, bound.type) if isinstance(bound, Argument) else (form(("var", expr.name)), bound)
        if expr.name in scope.schema.roots:
            # In a term, a root may be called as a variable is where the term is used.
            type_ = scope.schema.roots[expr.name][0]
            return form(("root", expr.name)) if expr.name in scope.hidden else form(("var", expr.name)), type_
        if expr.name in scope.terms:
            return self.term(expr.name, (), expr.span, scope)
        if expr.name in scope.schema.later:
            type_, needed = scope.schema.later[expr.name]
            return form(("need", needed, expr.name)), type_
        known = [*scope.locals, *scope.schema.roots, *scope.terms, *scope.schema.later, "setting"]
        self.diagnostics.append(
            codes.unknown_name(
                expr.name,
                expr.span,
                suggestion=nearest(expr.name, known),
                column_in_require=not scope.selection,
            )
        )
        return BROKEN

    def term(self, name: str, args: tuple[Expr, ...], span: Span, scope: Scope) -> tuple[IR, Type]:
        """A term, with its arguments put in."""
        term = scope.terms[name]
        if name in scope.expanding:
            self.diagnostics.append(codes.recursive_term(name, span))
            return BROKEN
        if len(args) != len(term.parameters):
            wanted = ", ".join(p.text for p in term.parameters)
            expected = f"{len(term.parameters)} argument(s) ({wanted})" if wanted else "no arguments"
            self.diagnostics.append(codes.wrong_arguments(name, span, expected=expected))
            return BROKEN
        bound: dict[str, Argument] = {}
        for parameter, arg in zip(term.parameters, args, strict=True):
            ir, type_ = self.check(arg, scope)
            bound[parameter.text] = Argument(ir, type_)
        hidden = scope.hidden.union(scope.locals)
        expanding = (*scope.expanding, name)
        inner = Scope(
            scope.schema, scope.policy, scope.settings, scope.terms, scope.selection, bound, expanding, hidden
        )
        return self.check(term.body, inner)

    def select(self, expr: Select, scope: Scope) -> tuple[IR, Type]:
        """`base.field`, and `setting.x`."""
        if isinstance(expr.base, Ident) and expr.base.name == "setting" and "setting" not in scope.locals:
            return self._setting(expr, scope)
        base, base_type = self.check(expr.base, scope)
        return self._field(expr, base, base_type, scope)

    def _field(self, expr: Select, base: IR, base_type: Type, scope: Scope) -> tuple[IR, Type]:
        if base_type == t.ANY:
            return form(("sel", base, expr.field, None)), t.ANY
        if base_type[0] == "map":
            return form(("sel", base, expr.field, False)), base_type[1]
        if base_type[0] != "object":
            owner = t.describe(base_type)
            self.diagnostics.append(codes.not_selectable(expr.field, owner, expr.field_span))
            return BROKEN
        fields = scope.schema.objects[base_type[1]]
        if expr.field not in fields:
            known = sorted(fields)
            owner = f"`{written(expr.base)}`"
            self.diagnostics.append(
                codes.unknown_field(
                    expr.field, owner, expr.field_span, suggestion=nearest(expr.field, known), known=known
                )
            )
            return BROKEN
        type_, required = fields[expr.field]
        return form(("sel", base, expr.field, required)), type_

    def _setting(self, expr: Select, scope: Scope) -> tuple[IR, Type]:
        setting = scope.settings.get(expr.field)
        if setting is None:
            known = sorted(scope.settings)
            self.diagnostics.append(
                codes.unknown_setting(
                    expr.field, scope.policy, expr.field_span, suggestion=nearest(expr.field, known), known=known
                )
            )
            return BROKEN
        return form(("setting", setting.address)), setting.seen

    def _index(self, expr: Index, scope: Scope) -> tuple[IR, Type]:
        (base, base_type), (key, key_type) = self.check(expr.base, scope), self.check(expr.key, scope)
        if base_type[0] == "map" or base_type == t.ANY:
            if base[0] == "setting" and key[0] == "k" and isinstance(key[1], str):
                self.in_vocabulary(key[1], ("str", "classification"), expr.key.span, scope)
            if base_type[0] == "map" and key_type != t.ANY and not t.is_text(key_type):
                self._mismatch("[ ]", base_type, key_type, expr.span, expr.base.span, expr.key.span)
            return form(("idx", base, key)), base_type[1] if base_type[0] == "map" else t.ANY
        if base_type[0] == "list":
            if key_type not in (t.INT, t.ANY):
                self._mismatch("[ ]", base_type, key_type, expr.span, expr.base.span, expr.key.span)
            return form(("idx", base, key)), base_type[1]
        self.diagnostics.append(codes.not_iterable("`[ ]`", t.describe(base_type), expr.base.span))
        return BROKEN

    def _unary(self, expr: Unary, scope: Scope) -> tuple[IR, Type]:
        if expr.operator == "!":
            return form(("not", self.boolean(expr.operand, scope, "what stands after `!`"))), t.BOOL
        ir, type_ = self.check(expr.operand, scope)
        if type_ != t.ANY and not t.is_number(type_):
            self.diagnostics.append(
                codes.wrong_arguments("-", expr.span, expected=f"a number, not {t.describe(type_)}")
            )
        return form(("neg", ir)), type_

    def _binary(self, expr: Binary, scope: Scope) -> tuple[IR, Type]:
        (left, left_type), (right, right_type) = self.check(expr.left, scope), self.check(expr.right, scope)
        operator = expr.operator
        sides = (expr.operator_span, expr.left.span, expr.right.span)
        if operator != "in" and t.BOUND in (left_type, right_type):
            self.diagnostics.append(codes.bound_with_operator(operator, expr.operator_span))
            return form(("k", False)), t.ANY if operator in ("+", "-", "*", "/", "%") else t.BOOL
        match operator:
            case "in":
                return self._membership(expr, left, left_type, right, right_type, scope)
            case "==" | "!=":
                if not t.comparable(left_type, right_type):
                    self._mismatch(operator, left_type, right_type, *sides)
                left, right = scope.folded(left, right_type), scope.folded(right, left_type)
                self.diagnostics += meaning.only_the_root(expr.right, left_type)
                self.diagnostics += meaning.only_the_root(expr.left, right_type)
                self._literals_fit(expr, left, left_type, right, right_type, scope)
                return form(("eq", left, right, _family(left_type, right_type), operator == "!=")), t.BOOL
            case "<" | "<=" | ">" | ">=":
                family = _family(left_type, right_type)
                ordered = family in ("text", "number", "numbers", "moment", "period", "percent", "any", "bool")
                if not t.comparable(left_type, right_type) or not ordered:
                    self._mismatch(operator, left_type, right_type, *sides)
                no_order = meaning.without_order(expr, left_type, right_type)
                self.diagnostics += [] if no_order is None else [no_order]
                return form(("cmp", operator, left, right, family)), t.BOOL
            case "+" | "-" | "*" | "/" | "%":
                return self._arithmetic(operator, left, left_type, right, right_type, sides)
            case _:
                assert_never(operator)

    def _membership(
        self, expr: Binary, left: IR, left_type: Type, right: IR, right_type: Type, scope: Scope
    ) -> tuple[IR, Type]:
        if t.BOUND in (left_type, right_type):
            self.diagnostics.append(codes.bound_with_operator("in", expr.operator_span))
        elif right_type[0] == "list":
            if not t.comparable(left_type, right_type[1]):
                self._mismatch("in", left_type, right_type, expr.operator_span, expr.left.span, expr.right.span)
            self.diagnostics += meaning.only_the_root(expr.right, left_type)
            left, right = scope.folded(left, right_type[1]), scope.folded(right, left_type)
            if left[0] == "k" and isinstance(left[1], str):
                self.in_vocabulary(left[1], right_type[1], expr.left.span, scope)
            if isinstance(expr.right, ListLiteral):
                for item in expr.right.items:
                    if isinstance(item, Literal) and isinstance(item.value, str):
                        self.in_vocabulary(scope.word(item.value, left_type), left_type, item.span, scope)
        elif right_type[0] != "map" and right_type != t.ANY:
            self.diagnostics.append(codes.not_iterable("`in`", t.describe(right_type), expr.right.span))
        return form(("in", left, right)), t.BOOL

    def _literals_fit(self, expr: Binary, left: IR, left_type: Type, right: IR, right_type: Type, scope: Scope) -> None:
        for (ir, span), type_ in (((right, expr.right.span), left_type), ((left, expr.left.span), right_type)):
            # `!= ""` asks whether anything is declared, and is `unknown` where nothing is: no word is empty.
            if ir[0] == "k" and isinstance(ir[1], str) and (ir[1] or expr.operator != "!="):
                self.in_vocabulary(ir[1], type_, span, scope)

    def in_vocabulary(self, word: str, type_: Type, span: Span, scope: Scope) -> None:
        """Say so where a word is not in the closed list of a type."""
        vocabulary = scope.schema.vocabulary_of(type_)
        if vocabulary is None or vocabulary.holds(word):
            return
        known = sorted(vocabulary.words)
        name = {"classification": "level", "compliance": "framework"}.get(
            vocabulary.name, vocabulary.name.replace("_", " ")
        )
        near = vocabulary.near(word)
        self.diagnostics.append(codes.not_in_vocabulary(word, name, span, suggestion=near, known=known))

    def _arithmetic(
        self,
        operator: Arithmetic,
        left: IR,
        left_type: Type,
        right: IR,
        right_type: Type,
        sides: tuple[Span, Span, Span],
    ) -> tuple[IR, Type]:
        kinds = (t.family(left_type), t.family(right_type))
        if t.ANY in (left_type, right_type):
            return form(("math", operator, left, right, "any")), t.ANY
        if kinds == ("number", "number") and not (operator == "%" and t.DOUBLE in (left_type, right_type)):
            if left_type == right_type:
                return form(("math", operator, left, right, left_type[0])), left_type
        elif kinds == ("text", "text") and operator == "+":
            return form(("math", operator, left, right, "text")), t.STRING
        elif left_type[0] == "list" and right_type[0] == "list" and operator == "+":
            return form(("math", operator, left, right, "list")), ("list", t.join([left_type[1], right_type[1]]))
        elif kinds == ("moment", "period") and operator in "+-":
            return form(("math", operator, left, right, "moment")), left_type
        self._mismatch(operator, left_type, right_type, *sides)
        return BROKEN

    def _mismatch(self, operator: str, left: Type, right: Type, span: Span, left_span: Span, right_span: Span) -> None:
        self.diagnostics.append(
            codes.mismatch(operator.strip(), t.describe(left), t.describe(right), span, left_span, right_span)
        )


def written(expr: Expr) -> str:
    """A selection as an author writes it; other expressions as `…`."""
    match expr:
        case Ident():
            return expr.name
        case Select():
            return f"{written(expr.base)}.{expr.field}"
        case Index():
            return f"{written(expr.base)}[…]"
        case _:
            return "…"


def _family(left: Type, right: Type) -> str:
    """What two sides are compared as. A text equals nothing but a text, whatever stands on the other side."""
    if t.ANY in (left, right):
        return "any"
    if t.family(left) == "number" and left != right:
        return "numbers"
    return t.family(left)
