"""`text.contains(other)`."""

from __future__ import annotations

from govengine.conditions import types as t
from govengine.conditions.function import Example, Function, texts


def contains(text: str, other: str) -> bool:
    """Whether a text holds another."""
    texts("contains", text, other)
    return other in text


FUNCTION = Function(
    name="contains",
    parameters=(t.is_text, t.is_text),
    result=t.BOOL,
    expected="a text",
    summary="whether a text holds another",
    meaning=contains,
    examples=(
        Example('"abc".contains("b")', value=True),
        Example('"abc".contains("d")', value=False),
    ),
    called="method",
)
