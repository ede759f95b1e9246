"""What need not be said: that a name is unknown, where its declaration stands in text that could not be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govengine.compile.collect import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govengine.diagnostics import Diagnostic

_UNKNOWN = frozenset({"GOV303", "GOV332", "GOV402", "GOV403", "GOV409", "GOV408", "GOV309"})
"""Codes that say of the name which they underline that nothing has it."""
_INCOMPLETE = frozenset({"GOV331", "GOV322"})
"""Codes that miss a clause in the declaration whose name they underline."""
_UNREAD = frozenset({"GOV101", "GOV102", "GOV103", "GOV104", "GOV105"})
_WORD = re.compile(r"[A-Za-z_][\w-]*")
# object word before the name: the mistake may be in the word that declares it.
_DECLARED = re.compile(r"\b[\w-]+[ \t]+([\w-]+)[ \t]*[\"(:{]|\blevels\s+([^\n]*)")
_CONTROL = re.compile(r"\b[\w-]+[ \t]+(\"[^\"\n]+\")")


def without_consequences(
    found: Sequence[Diagnostic], mistakes: Sequence[Diagnostic], texts: Mapping[str, str], layers: Mapping[str, str]
) -> list[Diagnostic]:
    """`found` without what only follows from `mistakes` of grammar.

    After such a mistake the declaration that holds it is passed over. To say of its name, wherever it is used, that it
    does not exist would be wrong; and it would stand before the mistake itself. The council's names are known
    everywhere, those of an overlay in its own layer only.
    """
    unread = {d.span.file for d in mistakes if d.span is not None and d.code in _UNREAD}
    declared = {file: _declared(texts[file]) for file in unread}

    def follows(diagnostic: Diagnostic) -> bool:
        span = diagnostic.span
        if span is None or span.file not in texts:
            return False
        if diagnostic.code in _INCOMPLETE:
            return span.file in unread
        if diagnostic.code not in _UNKNOWN:
            return False
        written = texts[span.file].split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]
        words = {written, *_WORD.findall(written)}
        return any(words & names for file, names in declared.items() if layers[file] in (GLOBAL, layers.get(span.file)))

    return [d for d in found if not follows(d)]


def _declared(text: str) -> set[str]:
    found = {match[1] for match in _CONTROL.finditer(text)}
    for match in _DECLARED.finditer(text):
        found |= set(_WORD.findall(match[1] or match[2]))
    return found
