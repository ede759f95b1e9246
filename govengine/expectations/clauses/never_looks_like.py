"""`expect x never looks like pan, iban`: no detector finds what it looks for; see `looks_like`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.expectations.expectation import Example, Expectation
from govengine.expectations.looks_like import ask

if TYPE_CHECKING:
    from govengine.expectations.measure import Question
    from govengine.expectations.subject import Subject


def _asked(subject: Subject) -> list[Question]:
    """A check for each column."""
    return [
        ask(
            f"{subject.key}|{column}", subject.table, column, subject.types[column.lower()], subject.meaning(column),
            subject.detectors, subject.own_detectors,
        )
        for column in subject.columns
    ]  # fmt: skip


EXPECTATION = Expectation(
    name="never looks like",
    says="no detector finds what it looks for",
    ask=_asked,
    ruled=True,
    examples=(
        Example("x never looks like iban", "x\nhello\n", "pass"),
        Example("x never looks like iban", "x\nDE89370400440532013000\nGB29NWBK60161331926819\n", "fail"),
        Example("x never looks like pan", "x\n4111111111111111\n", "review"),
    ),
)
