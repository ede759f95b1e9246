"""`version(text)`: its numbers."""

from __future__ import annotations

import re

from govengine.conditions import types as t
from govengine.conditions.errors import Undecidable
from govengine.conditions.function import Example, Function, texts


def version(text: str) -> dict[str, int]:
    """A version's numbers.

    Raises:
        Undecidable: it is not written `1.2.3`.

    """
    texts("version", text)
    match = re.fullmatch(r"v?(\d{1,18})(?:\.(\d{1,18}))?(?:\.(\d{1,18}))?(?:[-+].*)?", text)
    if match is None:
        raise Undecidable("no version", text)
    major, minor, patch = (int(part or 0) for part in match.groups())
    return {"major": major, "minor": minor, "patch": patch}


FUNCTION = Function(
    name="version",
    parameters=(t.is_text,),
    result=t.VERSION,
    expected="a version written `1.2.3`",
    summary="a version's `.major`, `.minor` and `.patch`",
    meaning=version,
    examples=(
        Example('version("v2.10.3-rc1").minor', value=10),
        Example('version("two").major', reason="no version"),
    ),
)
