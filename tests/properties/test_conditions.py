"""Generated Python decides, the explainer explains: on any condition and any spec they must come to the same."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from govengine.compile.constants import read
from govengine.conditions import runtime
from govengine.conditions.check import Checker
from govengine.conditions.explain import Explainer
from govengine.conditions.generate import Generator
from govengine.conditions.runtime import ConditionError
from govengine.conditions.scope import Schema, Scope, SettingType
from govengine.evaluate.facts import roots
from govengine.language.parser import parse_condition
from govengine.language.source import Source
from govengine.model.quantity import parse_percent, parse_period
from govengine.model.values import Mesh, Product
from govengine.sources.product import read_product
from govengine.sources.reader import Reader
from govengine.sources.yaml_document import read_document

from .documents import DOMAIN, LEVELS, MESH, PRODUCT, VOCABULARIES, Draw, draw_product, draw_value, tries
from .expressions import author

SCHEMA = Schema.of(PRODUCT, MESH, VOCABULARIES)
AS_OF = date(2026, 3, 31)
SETTINGS = {
    "levels": {name: rank for rank, name in enumerate(LEVELS)},
    "house/kept": {name: parse_period("7 years") for name in LEVELS},
    "house/floor": parse_percent("99.5%"),
}
TYPES = {
    "kept": SettingType("house/kept", ("period",), by_level=True),
    "floor": SettingType("house/floor", ("percent",), by_level=False),
}


def compiled(text: str, *, selection: bool) -> tuple[Any, str, Generator]:
    """The intermediate form of a condition, and the generator that wrote its function `f`."""
    checker = Checker()
    expr = parse_condition(Source("c.gov", text), 0, len(text))
    ir = checker.condition(expr, Scope(SCHEMA, "house", TYPES, {}, selection), "`require`")
    said = [d for d in checker.diagnostics if d.level == "error"]
    # Macros within macros within macros are refused for their cost, and orders of what has none for their sense.
    assume(not {"GOV441", "GOV420"} & {d.code for d in said})
    assert not said, (text, said)
    generator = Generator()
    generator.function("f", ir)
    return ir, generator.source, generator


def generated(generator: Generator) -> Any:
    """The function as `Rulebook` makes it."""
    namespace: dict[str, Any] = {**runtime.NAMESPACE, "__builtins__": {}}
    namespace["Q"] = [read(kind, text) for kind, text in generator.quantities]
    exec(compile(generator.source, "<condition>", "exec"), namespace)
    return namespace["f"]


def outcome(call: Any) -> tuple[str, str]:
    """What comes out: a value, or which of the two errors that a condition may have. Anything else is ours to mend."""
    try:
        value = call()
    except ConditionError as error:
        return type(error).__name__, str(error)
    if isinstance(value, float) and math.isnan(value):
        return "value", "nan"
    return "value", f"{type(value).__name__} {value!r}"


def product(spec: dict[str, Any]) -> Product:
    """The spec as the engine reads it."""
    read_ = read_product(json.dumps(spec).encode(), "product.yaml", DOMAIN, PRODUCT, VOCABULARIES)
    assume("GOV234" not in {d.code for d in read_.diagnostics})  # a name of no column: not a spec that is judged
    assert read_.product is not None, read_.diagnostics
    return read_.product


def mesh(value: dict[str, Any]) -> Mesh:
    """The mesh as the engine reads it."""
    node = read_document(json.dumps(value).encode(), "govengine.yaml").root
    assert node is not None
    reader = Reader(MESH, {}, "govengine.yaml")
    data = reader.read(node)
    assert not reader.diagnostics
    return Mesh("govengine.yaml", data, reader.places, reader.keys, "")


@st.composite
def worlds(draw: Draw) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A condition, and a product and a mesh that hold some of the fields that it asks for."""
    trie = draw(tries())
    mesh_trie = draw(st.one_of(st.just({}), tries("mesh", most=4)))
    spec = draw_product(draw, trie)
    federation = draw_value(draw, MESH, ["object", "Mesh"], mesh_trie)
    writer = author(draw, trie, mesh_trie)
    text = writer.untyped() if draw(st.integers(0, 4)) == 0 else writer.joined()
    return text, spec, federation


@given(worlds(), st.booleans())
def test_both_evaluators_agree_and_a_reason_is_given(
    world: tuple[str, dict[str, Any], dict[str, Any]], selection: bool
) -> None:
    text, spec, federation = world
    ir, source, generator = compiled(text, selection=selection)
    judged = product(spec)
    seen = roots(judged, mesh(federation), AS_OF, None)
    explainer = Explainer(seen, SETTINGS, read)
    function = generated(generator)

    decided = outcome(lambda: function(seen, SETTINGS))
    explained = outcome(lambda: explainer.trace(ir, {}).value)
    assert decided == explained, (text, source)

    if decided != ("value", "bool True"):
        reason = explainer.why_not(ir, {})
        assert reason.message.strip(), text
        assert reason.message != "it holds", text
        if decided[0] != "value":
            assert reason.message == decided[1]
        judged.place_of(reason.path)


@given(worlds(), worlds())
def test_operands_may_change_places(
    world: tuple[str, dict[str, Any], dict[str, Any]], other: tuple[str, dict[str, Any], dict[str, Any]]
) -> None:
    """CEL's `&&` and `||` do not hang on order, even where an operand fails; `!` turns them into each other."""
    a, spec, federation = world
    b = other[0]
    seen = roots(product(spec), mesh(federation), AS_OF, None)

    def kind(text: str) -> str:
        function = generated(compiled(text, selection=False)[2])
        what, value = outcome(lambda: function(seen, SETTINGS))
        return value if what == "value" else "no answer"

    for operator in ("&&", "||"):
        turned = "||" if operator == "&&" else "&&"
        assert kind(f"({a}) {operator} ({b})") == kind(f"({b}) {operator} ({a})"), (a, operator, b)
        assert kind(f"!(({a}) {operator} ({b}))") == kind(f"!({a}) {turned} !({b})"), (a, operator, b)
