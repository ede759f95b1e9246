"""`text.startsWith(other)`."""

from __future__ import annotations

from govengine.conditions import types as t
from govengine.conditions.function import Example, Function, texts


def starts_with(text: str, other: str) -> bool:
    """Whether a text begins with another."""
    texts("startsWith", text, other)
    return text.startswith(other)


FUNCTION = Function(
    name="starts_with",
    parameters=(t.is_text, t.is_text),
    result=t.BOOL,
    expected="a text",
    summary="whether a text begins with another",
    meaning=starts_with,
    examples=(
        Example('"abc".startsWith("ab")', value=True),
        Example('"abc".startsWith("bc")', value=False),
    ),
    called="method",
)
