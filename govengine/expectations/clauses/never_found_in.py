"""`expect x never found in product.dataset(y)`: no value has a row elsewhere; see `found_in`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.clauses.found_in import ask
from govengine.expectations.expectation import Example, Expectation

if TYPE_CHECKING:
    from govengine.expectations.measure import Question
    from govengine.expectations.subject import Subject


def _asked(subject: Subject) -> list[Question]:
    return [ask(subject.key, subject.table, subject.columns, subject.types, subject.parent(), never=True)]


EXPECTATION = Expectation(
    name="never found in",
    says="no value stands there",
    ask=_asked,
    shares=True,
    examples=(
        Example("x never found in p.b(y)", "x\na\n", "pass", other="y\nb\n"),
        Example("x never found in p.b(y)", "x\na\nb\n", "fail", other="y\nb\n"),
    ),
)
