"""Generated source holds nothing of an author's but constants, and generated functions share nothing."""

from __future__ import annotations

import ast
import keyword
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govengine.compile.constants import read as read_constant
from govengine.conditions import types as t
from govengine.conditions.explain import Explainer, TracedValue
from govengine.conditions.function import FUNCTIONS
from govengine.conditions.generate import Generator
from govengine.conditions.ir import form
from govengine.conditions.runtime import NAMESPACE, ConditionError, Undeclared
from govengine.language.syntax import Name, Term, Text

from .compiled import Refused, compile_condition, read, value
from .expressions import FITTING, OBJECTS, ROOT, expressions, quoted, written

OWN = re.compile(r"c\d+|[tfv]\d+|r_\w+|[RSQpnrex]")
"""The names that the generator makes up."""
METHODS = {"get", "append"}
CALLED = {f"c_{record.cel}" for record in FUNCTIONS.all().values()}
NODES = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.AugAssign, ast.Add, ast.For, ast.If,
    ast.Try, ast.ExceptHandler, ast.Raise, ast.Call, ast.Name, ast.Load, ast.Store, ast.Constant, ast.Attribute,
    ast.Subscript, ast.Compare, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.List, ast.Tuple,
    ast.Expr, ast.Is, ast.IsNot, ast.In, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
)  # fmt: skip
HOSTILE_NAMES = (
    "__builtins__", "__import__", "__class__", "__name__", "_select", "_truth", "M", "U", "E", "Q", "R", "S", "c0", "p",
    "e", "n", "r", "t1", "t2", "f1", "v1", "v2", "x", "eval", "exec", "open", "print", "self", "None", "True", "False",
    *(word for word in keyword.kwlist if word.islower() and word != "in"),
)  # fmt: skip
HOSTILE_TEXTS = (
    "'", '"', '"""', "'''", "\\", "\n", "\r\n", "\\n", "'); __import__('os').system('x') #", "\u2028", "\x00", "\x85",
    "{x}", "%s", "é", "😀", "\ufeff", "\u202e", "#", ";", "\t", "\x1b[31m", "\udbff"[:0], "\U0010ffff",
)  # fmt: skip


def check_source(source: str) -> None:
    """Nothing but the generator's own statements, its own names, and constants."""
    for node in ast.walk(ast.parse(source)):
        assert isinstance(node, NODES), ast.dump(node)
        if isinstance(node, ast.Name):
            assert node.id in NAMESPACE or OWN.fullmatch(node.id) or node.id in CALLED, node.id
        if isinstance(node, ast.Attribute):
            assert node.attr in METHODS
        if isinstance(node, ast.FunctionDef):
            assert re.fullmatch(r"[cf]\d+", node.name)
        if isinstance(node, ast.Constant):
            assert type(node.value) in (str, int, float, bool, type(None))


@given(expressions(), st.sampled_from([ROOT, t.ANY]))
def test_source_is_made_of_our_own_names_and_constants(tree: Any, root: t.Type) -> None:
    schema = {name: {field: (type_, False) for field, type_ in fields.items()} for name, fields in OBJECTS.items()}
    check_source(compile_condition(written(tree, cel=False), {"x": root}, objects=schema).source)


@given(st.one_of(st.sampled_from(HOSTILE_TEXTS), st.text(st.characters(exclude_categories=["Cs"]), max_size=40)))
def test_a_text_comes_back_as_it_was_written(text: str) -> None:
    literal = quoted(text).replace("\r", "\\r")
    for expression in (f"x + {literal}", f"[{literal}][0]", f"{{{literal}: {literal}}}[{literal}]"):
        compiled = compile_condition(expression, {"x": t.ANY})
        check_source(compiled.source)
        assert compiled.run({"x": ""}) == text
    compiled = compile_condition(f"x[{literal}]", {"x": t.ANY})  # the path of what is missing is a constant too
    check_source(compiled.source)
    with pytest.raises(Undeclared):
        compiled.run({"x": {}})
    assert value(f"x in [{literal}, 'other']", {"x": text}) is True


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_field_is_looked_up_and_never_an_attribute(name: str) -> None:
    specs: list[dict[str, Any]] = [{}, {"a": 1}, {"a": []}]
    for spec in specs:
        for text in (f"x.{name}", f"x.a.{name}", f"x.{name}.{name}", f'x["{name}"]'):
            with pytest.raises((ConditionError, Refused)):
                value(text, {"x": spec})
        assert value(f'x["{name}"] == 1 || true', {"x": spec}) is True
    assert value(f'x["{name}"]', {"x": {name: 7}}) == 7


@pytest.mark.parametrize("name", [n for n in HOSTILE_NAMES if n not in ("true", "false", "null", "in")])
def test_a_field_and_has_know_any_name(name: str) -> None:
    assert value(f"x.{name}", {"x": {name: 7}}) == 7
    assert value(f"has(x.{name})", {"x": {}}) is False
    assert value(f"has(x.{name})", {"x": {name: 0}}) is True
    check_source(compile_condition(f"x.{name} == x.{name}", {"x": t.ANY}).source)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_root_or_variable_may_have_any_name_that_is_one(name: str) -> None:
    """Or the parser does not take it for a name; never does it become a name of the generated source."""
    for text, values, expected in (
        (f"{name} == 7", {name: 7}, True),
        (f"[1, 2].exists({name}, {name} == 2)", {}, True),
        (f"[[1], [2]].all({name}, {name}.exists(y, y in {name}))", {}, True),
        (f"y.map({name}, {name}) == y", {"y": [3]}, True),
    ):
        try:
            compiled = compile_condition(text, dict.fromkeys(values, t.ANY))
        except Refused:
            continue
        check_source(compiled.source)
        assert compiled.run(values) is expected


@pytest.mark.parametrize("name", ["x", "R", "S", "p", "class", "__builtins__", "'); raise"])
def test_the_variable_of_for_each_is_never_a_name_of_the_source(name: str) -> None:
    generator = Generator()
    generator.function("c0", form(("eq", form(("var", name)), form(("k", 1)), "any", False)), name)
    check_source(generator.source)


def test_a_root_that_is_no_name_is_not_written() -> None:
    with pytest.raises(ValueError, match="identifier"):
        Generator().function("c0", form(("var", "x = 1; import os")))


@pytest.mark.parametrize(
    "text", ["x.__class__()", "__import__('os')", "x.__class__.__mro__[1]()", "x.format()", "eval('1')", "x.get('a')"]
)
def test_no_call_but_those_of_the_language(text: str) -> None:
    with pytest.raises(Refused):
        compile_condition(text, {"x": t.ANY})


def test_generated_code_has_no_builtins() -> None:
    compiled = compile_condition("x.all(y, y > 1)", {"x": t.ANY})
    assert compiled.namespace["__builtins__"] == {}


def term(name: str, body: str, *parameters: str) -> Term:
    expr = read(body)
    return Term(
        Name(name, expr.span), tuple(Name(p, expr.span) for p in parameters), Text("", expr.span), expr, expr.span
    )


@pytest.mark.parametrize(
    ("text", "body", "parameters", "expected"),
    [
        # The argument `y` is the caller's, though the term's own macro has a `y` as well.
        ("[1, 2].all(y, t(y))", "[3].exists(y, y == c)", ("c",), False),
        ("[3].all(y, t(y))", "[1, 3].exists(y, y == c)", ("c",), True),
        # The root `x` is meant inside the term, though the caller has a variable `x`.
        ("[1, 2].exists(x, t)", "x == 7", (), True),
        ("[1, 2].all(x, t(x))", "x == 7 && c < 3", ("c",), True),
        # A parameter may be called as a root is.
        ("t(1)", "x == 1", ("x",), True),
    ],
)
def test_terms_mean_their_own_names(text: str, body: str, parameters: tuple[str, ...], expected: bool) -> None:
    compiled = compile_condition(text, {"x": t.ANY}, terms={"t": term("t", body, *parameters)})
    assert compiled.run({"x": 7}) is expected


def test_a_term_means_the_root_although_for_each_has_its_name() -> None:
    terms = {"t": term("t", "x.exists(y, y == 7)"), "inner": term("inner", "t && c", "c")}
    for text, element, expected in (("t", 1, True), ("t && x == 1", 1, True), ("inner(x == 2)", 1, False)):
        compiled = compile_condition(text, {"x": t.ANY}, variable="x", terms=terms)
        root = {"x": [7]}
        assert compiled.namespace["c0"](root, {}, element) is expected
        traced = Explainer(root, {}, read_constant).trace(compiled.ir, {"x": TracedValue(element)})
        assert traced.value is expected


@given(st.lists(st.tuples(expressions(), FITTING), min_size=4, max_size=4))
def test_threads_do_not_disturb_each_other(worlds: list[tuple[Any, dict[str, Any]]]) -> None:
    """Each thread has conditions of its own and shares all functions, as a run over many products does."""
    compiled = [compile_condition(written(tree, cel=False), {"x": t.ANY}) for tree, _ in worlds]
    specs = [spec for _, spec in worlds]

    def outcome(function: Any, spec: Any) -> Any:
        try:
            return repr(function.run({"x": spec}))
        except ConditionError as error:
            return f"{type(error).__name__} {error}"

    expected = [[outcome(function, spec) for function in compiled] for spec in specs]
    barrier = Barrier(len(specs))

    def work(number: int) -> bool:
        barrier.wait()
        return all([outcome(function, specs[number]) for function in compiled] == expected[number] for _ in range(20))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(len(specs)) as pool:
            assert all(pool.map(work, range(len(specs))))
    finally:
        sys.setswitchinterval(interval)
