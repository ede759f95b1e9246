"""The lines that a message shows of a file."""

from __future__ import annotations

import pytest

from govengine.diagnostics import Diagnostic, Span
from govengine.diagnostics.render import render


@pytest.mark.parametrize(
    ("file", "line", "shown"),
    [
        ("spec.yaml", "a: b  # kept by somebody", "a: b"),
        ("spec.yaml", "a: b", "a: b"),
        ("spec.yaml", "a: b#c", "a: b#c"),
        ("policy.gov", 'a: b  # "', 'a: b  # "'),
    ],
)
def test_a_remark_behind_the_place_is_its_owners(file: str, line: str, shown: str) -> None:
    diagnostic = Diagnostic("GOV900", "odd", "error", "odd", Span(file, 1, 4, 1, 5), "here")
    assert render(diagnostic, {file: line + "\n"}, "", color=False).splitlines()[3] == f"1 | {shown}"
