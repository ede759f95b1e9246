"""The blocks of a file, found without a grammar: for messages and for going on after a mistake."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"//[^\n]*"
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    r"|`[^`]*`"
    r"|[A-Za-z_][\w-]*"
    r"|[{}]",
    re.DOTALL,
)
_HEADS = frozenset({"framework", "policy", "overlay", "waiver", "ruling", "conflict"})
_ITEMS = frozenset(
    {"rule", "term", "setting", "detector", "levels", "adopt", "tighten", "version", "owner", "allow", "judges"}
)
_ITEM = re.compile(r"^[ \t]*(" + "|".join(sorted({*_ITEMS, "when", "control"})) + r")\b", re.MULTILINE)


@dataclass(slots=True)
class Block:
    """A declaration with braces.

    `start` is the offset of its keyword, `open` that of its `{` or -1, `end` the offset after its last character:
    after its `}`, or where the next declaration begins when the brace is missing (`closed` is False then).
    """

    keyword: str
    name: str
    start: int
    open: int
    end: int
    closed: bool
    parent: Block | None


def outline(text: str) -> list[Block]:
    """All declarations that have braces, in the order of the text.

    A keyword that cannot stand inside the open block (`policy` anywhere, `rule` inside a rule, at the beginning of a
    line) ends that block: so a missing brace costs one block and not the rest of the file.
    """
    blocks: list[Block] = []
    stack: list[Block] = []
    depth = 0  # braces open inside the innermost block, beyond its own
    pending: Block | None = None
    named = False

    def close_until(parent_keywords: frozenset[str] | None, at: int) -> None:
        nonlocal depth
        while stack and (parent_keywords is None or stack[-1].keyword not in parent_keywords):
            stack[-1].end, stack[-1].closed = at, False
            stack.pop()
            depth = 0

    for match in _TOKEN.finditer(text):
        word, at = match.group(), match.start()
        first = word[0]
        if first in "\"'`/":
            continue
        if word == "{":
            if pending is not None and pending.open < 0:
                pending.open = at
                stack.append(pending)
                pending, depth = None, 0
            else:
                depth += 1
        elif word == "}":
            if depth:
                depth -= 1
            elif stack:
                stack[-1].end, stack[-1].closed = at + 1, True
                stack.pop()
        elif pending is not None and not named:
            pending.name, named = word, True
        elif _begins_line(text, at) and (
            word in _HEADS or (word == "rule" and (not stack or stack[0].keyword in _HEADS))
        ):
            close_until(None if word in _HEADS else _HEADS, at)
            pending = Block(word, "", at, -1, len(text), False, stack[-1] if stack else None)
            named = False
            blocks.append(pending)
        elif stack and stack[-1].keyword == "rule" and word in _ITEMS and _begins_line(text, at):
            close_until(_HEADS, at)
    return blocks


def innermost(blocks: list[Block], at: int) -> Block | None:
    """The block that holds the offset `at`, the deepest one where several do."""
    holding = [b for b in blocks if b.start <= at < b.end or (b.end == at and not b.closed)]
    return max(holding, key=lambda b: b.start, default=None)


def item_at(text: str, at: int, lowest: int) -> int:
    """Where the item of a policy or overlay begins that holds `at`: at the beginning of a line, not before `lowest`."""
    begin = lowest
    for match in _ITEM.finditer(text, lowest):
        if match.start(1) > at:
            break
        begin = match.start(1)
    return begin


def item_after(text: str, at: int, highest: int) -> int:
    """Where the next item begins after `at`, or `highest`."""
    match = _ITEM.search(text, at, highest)
    while match is not None and match.start(1) <= at:
        match = _ITEM.search(text, match.end(), highest)
    return match.start(1) if match else highest


def before_item(text: str, at: int) -> int:
    """The last character before an item that begins at `at`; `at` itself where none does."""
    match = _ITEM.match(text, text.rfind("\n", 0, at) + 1)
    return max(len(text[:at].rstrip()) - 1, 0) if match is not None and match.start(1) == at else at


def _begins_line(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at) + 1
    return not text[start:at].strip() or text[start:at].rstrip().endswith(("{", "}"))
