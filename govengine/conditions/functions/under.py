"""`under(text, prefixes)`: by segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.conditions import types as t
from govengine.conditions.function import Demand, Example, Function, is_list_of_text, texts
from govengine.conditions.operators import items

if TYPE_CHECKING:
    from govengine.conditions.values import Value


def under(text: str, prefixes: Value) -> bool:
    """Whether a dotted text is one of the prefixes or below one."""
    listed = items(prefixes)
    texts("under", text, *listed)
    return any(text == prefix or text.startswith(f"{prefix}.") for prefix in listed)


FUNCTION = Function(
    name="under",
    parameters=(t.is_text, is_list_of_text),
    result=t.BOOL,
    expected="a text and a list of prefixes",
    summary="whether a dotted text is one of the prefixes or stands below one, segment by segment",
    meaning=under,
    examples=(
        Example('under("a.b", ["a"])', value=True),
        Example('under("ab", ["a"])', value=False),
        Example('under("a", [])', value=False),
    ),
    words_of=(1, 0),
    influence=("untold", "longer"),
    demand=Demand("be under", named=False),
    repair="an item",
)
