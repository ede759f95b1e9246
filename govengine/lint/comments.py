"""Comments of a policy file, told from texts and predicates that hold two slashes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"(//[^\n]*)"
    r'|[rR]?"""[\s\S]*?"""|[rR]?\'\'\'[\s\S]*?\'\'\''
    r"|[rR]\"[^\"\n]*\"|[rR]'[^'\n]*'"
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    r"|`[^`]*`"
)


class Comment(NamedTuple):
    """A comment: where it begins and ends, and its text without the slashes."""

    start: int
    end: int
    text: str


def comments(text: str) -> Iterator[Comment]:
    """The comments of a file, in order."""
    for match in _TOKEN.finditer(text):
        if match[1] is not None:
            yield Comment(match.start(), match.end(), match[1][2:].strip())


def without_comments(text: str) -> str:
    """The text with comments blanked out; every offset stays."""
    return _TOKEN.sub(lambda m: " " * len(m[0]) if m[1] is not None else m[0], text)
