"""`expect promise spec.quality.accuracy kept`: what the product promises of its rows, as other rules measured it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.conditions import types as t
from govengine.conditions.ir import opened
from govengine.diagnostics.codes import conditions as codes
from govengine.expectations.expectation import Example, Expectation, Limit
from govengine.language.expression import Ident

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govengine.diagnostics import Diagnostic
    from govengine.expectations.expectation import GivenLimit

_KEPT = "promise spec.quality.completeness kept"


def _checked(given: GivenLimit) -> Sequence[Diagnostic]:
    """A promise is a field of the spec."""
    base = promise = opened(given.ir)
    while base[0] == "sel":
        base = opened(base[1])
    of_spec = promise[0] == "sel" and base in (("root", "spec"), ("var", "spec"))
    if of_spec and given.type in (t.BOUND, t.PERCENT, t.ANY):
        return given.said
    word = given.expr.name if isinstance(given.expr, Ident) else "accuracy"
    example = f"a promise of the product, for example `spec.quality.{word}`"
    # One message is enough: a name that nobody knows, or the field that is misspelt.
    told = any(d.level == "error" for d in given.said) and not isinstance(given.expr, Ident)
    return given.said if told else [codes.wrong_arguments("expect promise", given.expr.span, expected=example)]


EXPECTATION = Expectation(
    name="promised",
    says="what the product promises of its rows is measured by other rules, and kept",
    ask="other rules",
    limit=Limit("a measure's limit", _checked, lambda _direction: 2),
    examples=(
        Example(_KEPT, "x,y\na,1\n", "pass", spec='quality: {completeness: ">99%"}', beside="x filled"),
        Example(_KEPT, "x,y\n,1\n", "fail", spec='quality: {completeness: ">99%"}', beside="x filled"),
        Example(_KEPT, "x,y\na,1\n", "unknown", spec='quality: {completeness: ">99%"}'),
    ),
)
