"""What is missing before the place where a parser stumbled: brackets, quotes and operands, found in the text alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from govengine.language.grammar import keywords

_TOKEN = re.compile(
    r"//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`]*`|[A-Za-z_][\w-]*|\d[\w.%-]*|&&|\|\||[=!<>]=|\S"
)
_CLOSES = {")": "(", "]": "["}
_FIRST_WORD = re.compile(r"[ \t]*([a-z]+)\b(?![.(])")
_OPERATOR = re.compile(r"(&&|\|\||[=!<>]=|[<>+*/%!?:,(\[-]|\bin)\s*$")
_STRING_BEFORE = re.compile(r"\"[^\"\n]*\"$|'[^'\n]*'$")
_SWALLOWED = re.compile(r"\n\s*(?:\}|(?:rule|policy|overlay|waiver)\s+[\w-]+\s+\"|(?:severity|expect|require)\s)")
_WORD = re.compile(r"[A-Za-z_]")
_ENDS = ("&&", "||", "!", "?", "{", "}", ",")
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in")
_BEGINS_VALUE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789\"'"


class Stretch(NamedTuple):
    """Offsets in a text."""

    start: int
    end: int


def open_bracket(text: str, start: int, at: int) -> int:
    """The offset of the innermost `(` or `[` that is open at `at`, looked for from `start`; -1 where none is."""
    opened: list[int] = []
    for match in _TOKEN.finditer(text, start, at):
        sign = match.group()
        if sign in ("(", "["):
            opened.append(match.start())
        elif sign in _CLOSES and opened and text[opened[-1]] == _CLOSES[sign]:
            opened.pop()
    return opened[-1] if opened else -1


def never_opened(text: str, start: int, at: int) -> Stretch | None:
    """The operand that a closing bracket ends and no opening one begins, where `at` is such a bracket.

    At a comma, the bracket is looked for further on in the line.
    """
    sign = text[at : at + 1]
    opened = open_bracket(text, start, at)
    if opened >= 0:
        if sign not in _CLOSES or text[opened] == _CLOSES[sign]:
            return None
        start = opened + 1
    if sign == ",":
        depth = 0
        line_end = text.find("\n", at)
        for match in _TOKEN.finditer(text, at, line_end if line_end > 0 else len(text)):
            depth += (match.group() in ("(", "[")) - (match.group() in _CLOSES)
            if depth < 0:
                break
        else:
            return None
    elif sign not in _CLOSES:
        return None
    ends = (*_ENDS, *_COMPARISONS) if sign == "]" else _ENDS
    return Stretch(_operand(text, start, at, ends), at + 1)


def _operand(text: str, start: int, at: int, ends: tuple[str, ...]) -> int:
    """Where the operand that ends at `at` begins: after one of `ends`, or between two words."""
    begin, depth = at, 0
    for match in reversed(list(_TOKEN.finditer(text, start, at))):
        word = match.group()
        depth += (word in _CLOSES) - (word in ("(", "["))
        if depth < 0 or (depth == 0 and word in ends):
            break
        after = _TOKEN.match(text, begin)
        two_values = after is not None and after.group() != "in" and after.group()[0] in _BEGINS_VALUE
        if depth == 0 and begin < at and two_values and _WORD.match(word) and word != "in" and match.end() < begin:
            break
        begin = match.start()
    return begin


def missing_operand(text: str, at: int) -> Stretch | None:
    """The operator that has nothing after it, where its condition has taken the next clause's first word for a name."""
    word = _FIRST_WORD.match(text, text.rfind("\n", 0, at) + 1)
    if word is None or word.start(1) >= at or word[1] not in keywords().values():
        return None
    operator = _OPERATOR.search(text, 0, word.start(1))
    return Stretch(*operator.span(1)) if operator else None


def odd_quote(text: str, at: int) -> Stretch | None:
    """The text that ends right before `at`, which is a word: its quote was meant to open the next text."""
    if not _WORD.match(text[at : at + 1]):
        return None
    begin = text.rfind("\n", 0, at) + 1
    before = None
    for match in _TOKEN.finditer(text, begin, at):
        before = match
    if before is None or before.end() != at or not _STRING_BEFORE.search(before.group()):
        return None
    return Stretch(before.start(), at)


def open_backtick(text: str, at: int) -> Stretch | None:
    """The predicate before `at` that runs on over the end of its clause, up to the backtick of another one."""
    close = text.rfind("`", 0, at)
    if close < 0 or text[close + 1 : at].strip():
        return None
    begin = text.rfind("`", 0, close)
    if begin < 0 or not _SWALLOWED.search(text, begin, close):
        return None
    return Stretch(begin, text.index("\n", begin))
