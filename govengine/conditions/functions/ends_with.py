"""`text.endsWith(other)`."""

from __future__ import annotations

from govengine.conditions import types as t
from govengine.conditions.function import Example, Function, texts


def ends_with(text: str, other: str) -> bool:
    """Whether a text ends with another."""
    texts("endsWith", text, other)
    return text.endswith(other)


FUNCTION = Function(
    name="ends_with",
    parameters=(t.is_text, t.is_text),
    result=t.BOOL,
    expected="a text",
    summary="whether a text ends with another",
    meaning=ends_with,
    examples=(
        Example('"abc".endsWith("bc")', value=True),
        Example('"abc".endsWith("ab")', value=False),
    ),
    called="method",
)
