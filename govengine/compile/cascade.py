"""What need not be said: that a name is unknown, where its declaration stands in text that could not be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govengine.diagnostics import Diagnostic

_UNKNOWN = frozenset({"GOV303", "GOV332", "GOV402", "GOV403", "GOV409", "GOV408", "GOV309"})
"""Codes that say of the name which they underline that nothing has it."""
_INCOMPLETE = frozenset({"GOV331", "GOV322"})
"""Codes that miss a clause in the declaration whose name they underline."""
_UNREAD = frozenset({"GOV101", "GOV102", "GOV103", "GOV104", "GOV105"})
_WORD = re.compile(r"[A-Za-z_][\w-]*")
# Any word before the name: the mistake may be in the word that declares it.
_DECLARED = re.compile(r"\b[\w-]+[ \t]+([\w-]+)[ \t]*[\"(:{]|\blevels\s+([^\n]*)")
_CONTROL = re.compile(r"\b[\w-]+[ \t]+(\"[^\"\n]+\")")


def without_consequences(
    found: Sequence[Diagnostic], mistakes: Sequence[Diagnostic], texts: Mapping[str, str]
) -> list[Diagnostic]:
    """`found` without what only follows from `mistakes` of grammar.

    After such a mistake the declaration that holds it is passed over. To say of its name, wherever it is used, that it
    does not exist would be wrong; and it would stand before the mistake itself.
    """
    unread = {d.span.file for d in mistakes if d.span is not None and d.code in _UNREAD}
    if not unread:
        return list(found)
    declared: set[str] = set()
    for file in unread:
        for match in _DECLARED.finditer(texts[file]):
            declared |= set(_WORD.findall(match[1] or match[2]))
        declared |= {match[1] for match in _CONTROL.finditer(texts[file])}
    return [d for d in found if not _follows(d, declared, unread, texts)]


def _follows(diagnostic: Diagnostic, declared: set[str], unread: set[str], texts: Mapping[str, str]) -> bool:
    span = diagnostic.span
    if span is None or span.file not in texts:
        return False
    if diagnostic.code in _INCOMPLETE:
        return span.file in unread
    if diagnostic.code not in _UNKNOWN:
        return False
    written = texts[span.file].split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]
    return written in declared or any(word in declared for word in _WORD.findall(written))
