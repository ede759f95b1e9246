"""Random conditions on random specs against Google's C++ implementation of CEL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from govengine.conditions import types as t
from govengine.conditions.runtime import ConditionError

from .compiled import Compilation, Refused, compile_condition
from .expressions import FITTING, OBJECTS, ROOT, UNFIT, Tree, expressions, written
from .suite import same

cel = pytest.importorskip(
    "cel_expr_python.cel", reason="cel-expr-python has compiled wheels only, and none for this interpreter or system"
)

SCHEMA = {name: {field: (type_, False) for field, type_ in fields.items()} for name, fields in OBJECTS.items()}
ENVIRONMENT = cel.NewEnv(variables={"x": cel.Type.DYN})
SEEN: Counter[str] = Counter()
ERROR = object()


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    """Say how much was compared, and that both kinds of outcome were among it."""
    SEEN.clear()
    yield
    print(f"\ncompared with C++: {sum(SEEN.values())} pairs, {dict(SEEN)}")
    assert not SEEN or (SEEN["value"] and SEEN["error"])


def ours(compiled: Compilation, spec: dict[str, Any]) -> Any:
    try:
        return compiled.run({"x": spec})
    except ConditionError:
        return ERROR


def theirs(expression: Any, spec: dict[str, Any]) -> Any:
    result = expression.eval(ENVIRONMENT.Activation({"x": spec}))
    return ERROR if result.type() == cel.Type.ERROR else result.plain_value()


def compare(tree: Tree, specs: list[dict[str, Any]], root: t.Type) -> None:
    text = written(tree, cel=False)
    try:
        compiled = compile_condition(text, {"x": root}, objects=SCHEMA)
    except Refused as refused:
        assume({d.code for d in refused.diagnostics} != {"GOV420"})  # texts that have no order: CEL has one for them
        raise
    expression = ENVIRONMENT.compile(written(tree, cel=True), True)
    for spec in specs:
        got, wanted = ours(compiled, spec), theirs(expression, spec)
        assert same(got, wanted), (text, spec, got, wanted, compiled.source)
        SEEN["error" if got is ERROR else "value"] += 1


@given(expressions(), st.lists(FITTING, min_size=5, max_size=5))
def test_conditions_with_a_schema_on_specs_that_fit_it(tree: Tree, specs: list[dict[str, Any]]) -> None:
    compare(tree, specs, ROOT)


@given(expressions(), st.lists(UNFIT, min_size=5, max_size=5))
def test_conditions_without_a_schema_on_any_spec(tree: Tree, specs: list[dict[str, Any]]) -> None:
    compare(tree, specs, t.ANY)
