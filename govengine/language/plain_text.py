"""What a policy's text may hold: what a reader sees of it is what the engine reads.

An editor may break a line where the engine sees a comment go on, or show a line turned about. So a line ends with LF or
CRLF and with nothing else, and characters that nobody sees stand nowhere, in comments and texts as little as outside.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govengine.diagnostics.codes import syntax as codes
from govengine.model.text import is_hidden, named

if TYPE_CHECKING:
    from govengine.diagnostics import Diagnostic
    from govengine.language.source import Source
    from govengine.language.syntax import File

MAX_CHARACTERS = 1 << 20
MAX_DECLARATIONS = 2_000
"""Characters of a policy file, and what it may declare: rules, terms, settings and so on, counted by their blocks."""
MAX_SAID = 10
"""Hidden characters that are told of one file."""
_BREAKS = {"\r": "a carriage return", "\x0b": "a vertical tab", "\x0c": "a form feed", "\x85": "a next line",
           "\u2028": "a line separator", "\u2029": "a paragraph separator"}  # fmt: skip
_SUSPECT = re.compile(r"\r(?!\n)|[^\x20-\x7e\n\t\r]")
"""All that has to be looked at: most of a policy is plain ASCII."""


def hidden(source: Source) -> list[Diagnostic]:
    """The characters of a policy file that a reader does not see, or that break its lines for some readers only."""
    found: list[Diagnostic] = []
    for match in _SUSPECT.finditer(source.text):
        char = match[0]
        if char in _BREAKS:
            what, help_ = f"{_BREAKS[char]}, U+{ord(char):04X}", "end the line with LF or CRLF, as editors save files"
        elif is_hidden(char, "name"):
            what, help_ = named(char), "take the character out"
        else:
            continue
        found.append(codes.hidden_character(what, source.span(match.start(), match.end()), help_=help_))
        if len(found) == MAX_SAID:
            break
    return found


def too_large(source: Source) -> Diagnostic | None:
    """Whether a policy file is longer than any honest one."""
    if len(source.text) <= MAX_CHARACTERS:
        return None
    return codes.too_large_policy(f"has more than {MAX_CHARACTERS:,} characters", source.span(0, 1))


def amiss(source: Source, file: File) -> Diagnostic | None:
    """What is wrong with the size of a file that was read: it declares nothing, or too much."""
    blocks = (*file.policies, *file.overlays)
    alone = (*file.frameworks, *file.waivers, *file.rulings, *file.conflicts)
    if not blocks and not alone:
        return codes.empty_policy_file(source.span(0, 0))
    rules = sum(len(getattr(block, "rules", ())) for block in blocks) + len(alone)
    if rules > MAX_DECLARATIONS:
        return codes.too_large_policy(f"declares more than {MAX_DECLARATIONS:,} rules", source.span(0, 1))
    return None
