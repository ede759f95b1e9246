"""`text.matches(pattern)`: RE2."""

from __future__ import annotations

from govengine.conditions import types as t
from govengine.conditions.errors import Undecidable
from govengine.conditions.function import Example, Function, texts
from govengine.conditions.pattern import pattern


def matches(text: str, written: str) -> bool:
    """Whether a pattern is found in a text."""
    texts("matches", text, written)
    try:
        return pattern(written).search(text) is not None
    except ValueError as error:  # a text that is no Unicode
        raise Undecidable("unreadable text", "matches") from error


FUNCTION = Function(
    name="matches",
    parameters=(t.is_text, t.is_text),
    result=t.BOOL,
    expected="a pattern",
    summary="whether a pattern is found in a text",
    meaning=matches,
    examples=(
        Example('"abc".matches("b.")', value=True),
        Example('"abc".matches("^b")', value=False),
    ),
    called="method",
    pattern=1,
)
