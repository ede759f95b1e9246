"""How deep, how long and how costly a condition may be, and that each bound is said and none is a crash."""

from __future__ import annotations

import time
from typing import Any

import pytest

from govengine.conditions import bounds
from govengine.conditions import types as t
from govengine.conditions.operators import MAX_SIZE
from govengine.conditions.runtime import ConditionError
from govengine.language.build_expression import MAX_DEPTH
from govengine.language.syntax import Name, Term, Text

from .compiled import Refused, compile_condition, read, value

ANY = {"x": t.ANY}
NESTS = {
    "brackets": ("(", "x", ")"),
    "not": ("!(", "x", ")"),
    "minus": ("-(", "x", ")"),
    "lists": ("[", "x", "]"),
    "maps": ('{"a": ', "x", "}"),
    "index": ("x[", "0", "]"),
    "choice": ("x ? x : ", "x", ""),
    "sum": ("1 + (", "x", ")"),
    "and-or": ("x && (x || (", "x", "))"),
    "compared": ("(", "x", ") == x"),
    "has": ("x && has(x.a.b) && (", "x", ")"),
}
"""What nests: what stands before, in the middle, and behind."""


def term(name: str, body: str, *parameters: str) -> Term:
    expr = read(body)
    return Term(
        Name(name, expr.span), tuple(Name(p, expr.span) for p in parameters), Text("", expr.span), expr, expr.span
    )


def refusal(text: str, **more: Any) -> set[str]:
    with pytest.raises(Refused) as refused:
        compile_condition(text, ANY, **more)
    assert all(d.span is not None for d in refused.value.diagnostics)
    return {d.code for d in refused.value.diagnostics}


def outcome(text: str) -> set[str]:
    """The codes of what is said against a condition; none where it compiles."""
    try:
        compile_condition(text, ANY)
    except Refused as refused:
        return {d.code for d in refused.diagnostics}
    return set()


@pytest.mark.parametrize("nest", NESTS.values(), ids=NESTS)
def test_nesting_is_fine_up_to_a_bound_and_refused_beyond(nest: tuple[str, str, str]) -> None:
    before, middle, behind = nest
    for depth in range(1, 16):
        compile_condition(before * depth + middle + behind * depth, ANY)
    for depth in (16, 20, 30, 38, 39, 40, 41, 42, 100, 3000):
        codes = outcome(before * depth + middle + behind * depth)
        assert codes <= {"GOV106", "GOV440"}
        assert codes or depth <= MAX_DEPTH


@pytest.mark.parametrize("chain", [".a", "[0]", " + x", " - x", " * x", " == x", ".size()"])
def test_a_long_chain_is_refused(chain: str) -> None:
    compile_condition("x" + chain * (1 if chain in (".size()", " == x") else 30), ANY)
    assert refusal("x" + chain * 2000) <= {"GOV106", "GOV440", "GOV404", "GOV406"}


def test_the_generated_source_nests_less_than_python_allows() -> None:
    """The worst that the bounds let through: three macros, then `&&` in `||`, with a `has` at the bottom."""
    body = "x.a"
    while True:
        wrapped = f"x.b || (x.a && ({body}))"
        try:
            compile_condition(f"x.all(a, x.all(b, x.all(c, {wrapped})))", ANY)
        except Refused:
            break
        body = wrapped
    compiled = compile_condition(f"x.all(a, x.all(b, x.all(c, {body})))", ANY)
    deepest = max(len(line) - len(line.lstrip()) for line in compiled.source.splitlines())
    assert 40 < deepest < 100
    assert compiled.run({"x": []}) is True


def test_a_long_condition_is_fine_up_to_a_bound_and_refused_beyond() -> None:
    compile_condition(" && ".join(["x.a"] * 1000), ANY)
    compile_condition(f"x.a in [{', '.join(['1'] * (bounds.MAX_NODES - 10))}]", ANY)
    assert refusal(" && ".join(["x.a"] * bounds.MAX_NODES)) == {"GOV440"}
    assert refusal(f"x.a in [{', '.join(['1'] * bounds.MAX_NODES)}]") == {"GOV440"}


@pytest.mark.parametrize("uses", [2, 10])
@pytest.mark.parametrize("parameters", [(), ("c",)], ids=["bare", "with-argument"])
def test_terms_that_multiply_are_refused_at_once(uses: int, parameters: tuple[str, ...]) -> None:
    """Ten terms of ten uses each would be written out as ten thousand million conditions."""
    arguments = "(c)" if parameters else ""
    terms = {"t0": term("t0", "c == 1" if parameters else "x == 1", *parameters)}
    for n in range(1, 12):
        body = " && ".join([f"t{n - 1}{arguments}"] * uses)
        terms[f"t{n}"] = term(f"t{n}", body, *parameters)
    before = time.monotonic()
    small = compile_condition("t3(x)" if parameters else "t3", ANY, terms=terms) if uses == 2 else None
    assert small is None or small.run({"x": 1}) is True
    assert refusal("t11(x)" if parameters else "t11", terms=terms) == {"GOV440"}
    assert time.monotonic() - before < 10


def test_arguments_that_grow_are_refused() -> None:
    """An argument is checked once and may be written out many times: the bound counts what is written out."""
    terms = {"t0": term("t0", "c", "c")}
    for n in range(1, 11):
        terms[f"t{n}"] = term(f"t{n}", f"t{n - 1}([c, c, c, c])", "c")
    assert refusal("t10(x) == x", terms=terms) == {"GOV440"}


def test_lists_in_lists_are_bounded() -> None:
    three = "x.all(a, a.exists(b, b.filter(c, c.d) == b))"
    four = "x.all(a, a.exists(b, b.map(c, c.filter(d, d.e)) == b))"
    compile_condition(three, ANY)
    assert refusal(four) == {"GOV441"}
    compile_condition("x.filter(a, a.b).filter(a, a.c).map(a, a.d).all(a, a.e)", ANY)  # one after another


def test_lists_in_lists_are_bounded_through_terms_and_arguments() -> None:
    terms = {"inner": term("inner", "c.all(a, a.exists(b, b))", "c"), "outer": term("outer", "x.all(y, c)", "c")}
    compile_condition("x.all(a, inner(a))", ANY, terms=terms)
    assert refusal("x.all(a, a.all(b, inner(b)))", terms=terms) == {"GOV441"}
    assert refusal("outer(x.all(a, a.all(b, b.all(c, c))))", terms=terms) == {"GOV441"}


def test_what_a_condition_puts_together_is_bounded() -> None:
    """Forty doublings would fill the memory; the condition is an error instead."""
    text = "['ab']" + ".map(v, v + v)" * 30
    with pytest.raises(ConditionError, match=str(MAX_SIZE)):
        value(f"{text} == x", {"x": 1})
    lists = "[[1, 2]]" + ".map(v, v + v)" * 30
    with pytest.raises(ConditionError, match=str(MAX_SIZE)):
        value(f"{lists} == x", {"x": 1})


@pytest.mark.parametrize("text", ["1e999 == x", "-1e400 < x", "9223372036854775808 == x", "x == 0x8000000000000000"])
def test_a_number_that_does_not_fit_is_refused(text: str) -> None:
    assert refusal(text) == {"GOV111"}


def test_a_pattern_cannot_be_made_slow() -> None:
    """Python's own `re` would take longer than anyone waits."""
    before = time.monotonic()
    assert value("x.matches('^(a+)+$')", {"x": "a" * 5000 + "b"}) is False
    assert time.monotonic() - before < 5


@pytest.mark.parametrize("pattern", ["(", "a(?=b)", r"(a)\\1", "a{5000}", "[", "*"])
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    assert refusal(f'x.matches("{pattern}")') == {"GOV414"}
