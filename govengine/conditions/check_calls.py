"""The part of the checker that reads calls: functions, methods, macros, `has`, `level`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, get_args

from govengine.conditions import bounds, later
from govengine.conditions import types as t
from govengine.conditions.function import Function, function, of_kind
from govengine.conditions.ir import MacroKind, form, opened
from govengine.conditions.pattern import pattern
from govengine.conditions.scope import Argument
from govengine.conditions.show import show
from govengine.diagnostics import nearest
from govengine.diagnostics.codes import conditions as codes
from govengine.language.expression import Call, Expr, Ident, ListLiteral, Literal, Select

if TYPE_CHECKING:
    from govengine.conditions.ir import IR
    from govengine.conditions.scope import Scope
    from govengine.conditions.types import Type
    from govengine.diagnostics import Diagnostic, Span

MACROS: dict[str, MacroKind] = {kind: kind for kind in get_args(MacroKind)}
BROKEN: tuple[IR, Type] = (form(("k", False)), t.ANY)
"""What stands for an expression with a mistake in it: a form that is never run."""


class CallChecker(ABC):
    """Checks calls; all else is the whole checker's."""

    diagnostics: list[Diagnostic]

    @abstractmethod
    def check(self, expr: Expr, scope: Scope) -> tuple[IR, Type]:
        """Any expression."""

    @abstractmethod
    def boolean(self, expr: Expr, scope: Scope, what: str) -> IR:
        """An expression that must be true or false."""

    @abstractmethod
    def term(self, name: str, args: tuple[Expr, ...], span: Span, scope: Scope) -> tuple[IR, Type]:
        """A term, with its arguments."""

    @abstractmethod
    def select(self, expr: Select, scope: Scope) -> tuple[IR, Type]:
        """`base.field`."""

    @abstractmethod
    def in_vocabulary(self, word: str, type_: Type, span: Span, scope: Scope) -> None:
        """Say so where a word is not in the closed list of a type."""

    def call(self, expr: Call, scope: Scope) -> tuple[IR, Type]:
        """A call of a function, method, macro or term."""
        name = expr.function
        if expr.target is None:
            if name == "has":
                return self._has(expr, scope)
            if name == "level":
                return self._level(expr, scope)
            if name in scope.terms:
                return self.term(name, expr.args, expr.function_span, scope)
            record = function(name)
            if record is not None and record.called != "method":
                return self._function(expr, record, expr.args, scope)
            if name in later.FUNCTIONS:
                return self._later(expr, name, scope)
            known = [*of_kind("function"), *later.FUNCTIONS, *scope.terms, "has", "level"]
        else:
            if name in MACROS:
                return self._macro(expr, scope)
            record = function(name)
            if record is not None and record.called != "function":
                return self._function(expr, record, (expr.target, *expr.args), scope)
            known = [*MACROS, *of_kind("method")]
        self.diagnostics.append(
            codes.unknown_function(name, expr.function_span, suggestion=nearest(name, known), known=sorted(known))
        )
        for arg in expr.args if expr.target is None else ():
            self.check(arg, scope)
        return BROKEN

    def _has(self, expr: Call, scope: Scope) -> tuple[IR, Type]:
        argument = expr.args[0] if len(expr.args) == 1 else None
        if isinstance(argument, Ident) and argument.name in ("columns", "datasets"):
            return form(("has", form(("var", argument.name)), "")), t.BOOL
        if not isinstance(argument, Select):
            self.diagnostics.append(codes.wrong_arguments("has", expr.span, expected="a field: `has(spec.…)`"))
            return BROKEN[0], t.BOOL
        ir, _ = self.select(argument, scope)
        node = opened(ir)
        if node[0] == "setting":
            return form(("k", True)), t.BOOL
        if node[0] == "need":
            return ir, t.BOOL
        if node[0] != "sel":
            return BROKEN[0], t.BOOL
        return form(("has", node[1], node[2])), t.BOOL

    def _level(self, expr: Call, scope: Scope) -> tuple[IR, Type]:
        if len(expr.args) != 1:
            self.diagnostics.append(codes.wrong_arguments("level", expr.span, expected="one level"))
            return BROKEN[0], t.INT
        ir, type_ = self.check(expr.args[0], scope)
        if type_ != t.ANY and not t.is_text(type_):
            self.diagnostics.append(
                codes.wrong_arguments("level", expr.args[0].span, expected=f"a level, not {t.describe(type_)}")
            )
        node = opened(ir)
        if node[0] == "k" and isinstance(node[1], str):
            self.in_vocabulary(node[1], ("str", "classification"), expr.args[0].span, scope)
        elif node[0] == "if":
            for branch in map(opened, node[2:]):
                if branch[0] == "k" and isinstance(branch[1], str):
                    self.in_vocabulary(branch[1], ("str", "classification"), expr.args[0].span, scope)
        return form(("level", ir, scope.selection)), t.INT

    def _function(self, expr: Call, record: Function, args: tuple[Expr, ...], scope: Scope) -> tuple[IR, Type]:
        checked = [self.check(arg, scope) for arg in args]
        fits = len(args) == len(record.parameters) and all(
            ty == t.ANY or accept(ty) for (_, ty), accept in zip(checked, record.parameters, strict=False)
        )
        if not fits:
            self.diagnostics.append(codes.wrong_arguments(record.cel, expr.span, expected=record.expected))
            return BROKEN[0], record.result
        if record.words_of is not None:
            listed, of = record.words_of
            argument = args[listed]
            for item in argument.items if isinstance(argument, ListLiteral) else ():
                if isinstance(item, Literal) and isinstance(item.value, str):
                    self.in_vocabulary(item.value, checked[of][1], item.span, scope)
        if record.pattern is not None and not self._pattern_fits(args[record.pattern]):
            return BROKEN[0], record.result
        return form(("call", record.cel, tuple(ir for ir, _ in checked))), record.result

    def _later(self, expr: Call, name: str, scope: Scope) -> tuple[IR, Type]:
        """A function over what nothing reads yet: its arguments are checked all the same."""
        record = later.FUNCTIONS[name]
        result = record.result
        checked = [self.check(arg, scope) for arg in expr.args]
        if not record.fewest <= len(checked) <= record.most:
            self.diagnostics.append(codes.wrong_arguments(name, expr.span, expected=record.expected))
        elif record.takes_rule and checked[0][0][0] == "k" and isinstance(checked[0][0][1], str):
            self.in_vocabulary(checked[0][0][1], ("str", "rule"), expr.args[0].span, scope)
        if record.of_column is not None and checked and checked[0][1] == ("object", "Column"):
            result = record.of_column
        shown = f"{name}({', '.join(show(ir) for ir, _ in checked)})"
        return form(("need", record.needed, shown)), result

    def _pattern_fits(self, expr: Expr) -> bool:
        """RE2, written out, so that it can be read before any run."""
        if not isinstance(expr, Literal) or not isinstance(expr.value, str):
            self.diagnostics.append(codes.bad_pattern("it must be written out", expr.span))
            return False
        try:
            pattern(expr.value)
        except ValueError as error:
            self.diagnostics.append(codes.bad_pattern(str(error), expr.span))
            return False
        return True

    def _macro(self, expr: Call, scope: Scope) -> tuple[IR, Type]:
        assert expr.target is not None
        ranged, range_type = self.check(expr.target, scope)
        name = MACROS[expr.function]
        variable = expr.args[0] if len(expr.args) == 2 or (name == "map" and len(expr.args) == 3) else None
        if not isinstance(variable, Ident):
            example = f"a variable and a condition: `{name}(x, …)`"
            self.diagnostics.append(codes.wrong_arguments(name, expr.span, expected=example))
            return BROKEN
        if range_type[0] == "list":
            item: Type = range_type[1]
        elif range_type[0] == "map":
            item = t.STRING
        elif range_type == t.ANY:
            item = t.ANY
        else:
            self.diagnostics.append(codes.not_iterable(f"`{name}`", t.describe(range_type), expr.target.span))
            return BROKEN
        if range_type == t.ANY:
            ranged = form(("is", "items", ranged))
        bound = _unmistakable(variable.name, scope)
        inner = scope.inside(variable.name, item if bound == variable.name else Argument(form(("var", bound)), item))
        if name == "map":
            if len(expr.args) == 3:
                chosen = self.boolean(expr.args[1], inner, "the condition of `map`")
                ranged = form(("macro", "filter", ranged, bound, chosen))
            body, body_type = self.check(expr.args[-1], inner)
            return form(("macro", name, ranged, bound, body)), ("list", body_type)
        body = self.boolean(expr.args[1], inner, f"the condition of `{name}`")
        result: Type = ("list", item) if name == "filter" else t.BOOL
        return form(("macro", name, ranged, bound, body)), result


def _unmistakable(name: str, scope: Scope) -> str:
    """The name that a macro's variable gets in the intermediate form.

    It is the author's own, unless an argument of the term that the macro belongs to speaks of another of that name.
    """
    taken: set[str] = set()
    for bound in scope.locals.values():
        if isinstance(bound, Argument):
            taken |= bounds.variables(bound.ir)
    while name in taken:
        name += "_"
    return name
