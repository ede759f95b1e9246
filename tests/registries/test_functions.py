"""Each function of conditions is finished, and comes to what its own examples say, by both evaluators."""

from __future__ import annotations

from datetime import date

import pytest

from govengine.compile.constants import read
from govengine.conditions import types as t
from govengine.conditions.explain import Explainer
from govengine.conditions.function import FUNCTIONS, Example, called, function, of_kind
from govengine.conditions.runtime import ConditionError
from tests.cel.compiled import compile_condition

SPEC = {
    "governance": {"retention": {"max": "7 years", "per_category": [{"category": "logs", "max": "1 year"}]}},
}
VALUES = {"as_of": date(2026, 11, 1), "spec": SPEC, "columns": [{"name": "a"}, {"retention_category": "logs"}]}
ROOTS = {"as_of": t.DATE, "spec": t.ANY, "columns": t.ANY}
OBJECTS: dict[str, dict[str, tuple[t.Type, bool]]] = {
    "Retention": {"max": (t.STRING, False)},
    "Version": {"major": (t.INT, True), "minor": (t.INT, True), "patch": (t.INT, True)},
}
EXAMPLES = [
    pytest.param(example, id=f"{name} {number}")
    for name, record in FUNCTIONS.all().items()
    for number, example in enumerate(record.examples)
]


def test_every_function_is_finished() -> None:
    assert FUNCTIONS.gaps() == []


@pytest.mark.parametrize("name", FUNCTIONS.names())
def test_a_record_fits_its_parameters(name: str) -> None:
    record = FUNCTIONS.all()[name]
    count = len(record.parameters)
    assert len(record.influence) <= count
    assert record.pattern is None or record.pattern < count
    assert record.words_of is None or max(record.words_of) < count
    assert record.demand is None or count > 1, "a demand speaks of the second argument"
    assert any(e.reason is None for e in record.examples), f"`{name}` has no example with a value"
    if record.result == t.BOOL:
        values = {e.value for e in record.examples}
        assert {True, False} <= values, f"`{name}` has no example that is {True not in values}"


def test_names_are_those_of_conditions() -> None:
    assert {record.cel for record in FUNCTIONS.all().values()} == {*of_kind("function"), *of_kind("method")}
    assert called("startsWith").name == "starts_with"
    for wrong in ("starts_with", "StartsWith", "startswith", "", "_", "__init__", "../size", "missing"):
        assert function(wrong) is None


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_comes_to_what_it_says(example: Example) -> None:
    compiled = compile_condition(example.condition, ROOTS, objects=OBJECTS)
    explainer = Explainer(VALUES, {}, read)
    if example.reason is None:
        assert compiled.run(VALUES) == example.value
        assert explainer.trace(compiled.ir, {}).value == example.value
        return
    with pytest.raises(ConditionError) as generated:
        compiled.run(VALUES)
    with pytest.raises(ConditionError) as explained:
        explainer.trace(compiled.ir, {})
    assert generated.value.reason == explained.value.reason
    assert generated.value.reason.code == example.reason
