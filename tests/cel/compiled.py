"""One condition by itself: text → parser → checker → generated function → value, over roots that may hold anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from govengine.compile.constants import read as read_constant
from govengine.conditions import runtime
from govengine.conditions import types as t
from govengine.conditions.check import Checker
from govengine.conditions.generate import Generator
from govengine.conditions.ir import IR
from govengine.conditions.scope import Schema, Scope
from govengine.diagnostics import Diagnostic
from govengine.language.build_expression import BuildError
from govengine.language.expression import Call, Expr, ListLiteral, Literal, MapLiteral, Unary
from govengine.language.parser import parse_condition
from govengine.language.source import Source


class Refused(Exception):  # noqa: N818 - an outcome
    """The condition is no condition of the profile; `diagnostics` say why."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(f"{d.code} {d.message}" for d in diagnostics))
        self.diagnostics = diagnostics


@dataclass(frozen=True)
class Compilation:
    """A condition made ready: its intermediate form, its source, and the function of the roots."""

    ir: IR
    source: str
    run: Callable[[Mapping[str, Any]], Any]
    namespace: Mapping[str, Any]


def read(text: str) -> Expr:
    """The syntax tree of a condition."""
    try:
        return parse_condition(Source("case.gov", text), 0, len(text))
    except BuildError as error:
        raise Refused((error.diagnostic,)) from error


class Unchecking(Checker):
    """Knows nothing of `dyn(…)`, nor of literals if asked so, as CEL with `dyn` or with checking turned off.

    What is then left to run time shows what generated code does with values of any type.
    """

    def __init__(self, *, literals: bool) -> None:
        super().__init__()
        self._literals = literals

    def _literal(self, expr: Literal) -> tuple[IR, t.Type]:
        ir, type_ = super()._literal(expr)
        return ir, t.ANY if self._literals else type_

    def _check(self, expr: Expr, scope: Scope) -> tuple[IR, t.Type]:
        if isinstance(expr, Call) and expr.function == "dyn" and expr.target is None and len(expr.args) == 1:
            return self.check(expr.args[0], scope)[0], t.ANY
        ir, type_ = super()._check(expr, scope)
        return ir, t.ANY if self._literals and isinstance(expr, ListLiteral | MapLiteral | Unary) else type_


def compile_condition(
    condition: str | Expr,
    roots: Mapping[str, t.Type],
    *,
    variable: str | None = None,
    terms: Mapping[str, Any] | None = None,
    objects: Mapping[str, Mapping[str, tuple[t.Type, bool]]] | None = None,
    checker: Checker | None = None,
) -> Compilation:
    """Compile with the roots' types. A `variable` is an element of `for each`, of any type."""
    expr = read(condition) if isinstance(condition, str) else condition
    schema = Schema(objects or {}, {name: (type_, True) for name, type_ in roots.items()}, {})
    scope = Scope(schema, "cases", {}, terms or {}, selection=False)
    checker = checker or Checker()
    ir, _ = checker.check(expr, scope if variable is None else scope.inside(variable, t.ANY))
    errors = tuple(d for d in checker.diagnostics if d.level == "error")
    if errors:
        raise Refused(errors)
    generator = Generator()
    generator.function("c0", ir, variable)
    namespace: dict[str, Any] = {**runtime.NAMESPACE, "__builtins__": {}}
    namespace["Q"] = [read_constant(kind, text) for kind, text in generator.quantities]
    exec(compile(generator.source, "<condition>", "exec"), namespace)
    function = namespace["c0"]
    if variable is None:
        return Compilation(ir, generator.source, lambda values: function(values, {}), namespace)
    return Compilation(ir, generator.source, lambda values: function(values, {}, values[variable]), namespace)


def value(condition: str | Expr, values: Mapping[str, Any], *, checker: Checker | None = None) -> Any:
    """The value of a condition over roots of any type; raises `Refused` or a `ConditionError`."""
    return compile_condition(condition, dict.fromkeys(values, t.ANY), checker=checker).run(values)
