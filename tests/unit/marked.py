"""Texts that show where a mistake is expected: `§` stands before its first character."""

from __future__ import annotations

MARK = "§"


def marked(text: str) -> tuple[str, tuple[int, int]]:
    """The text without its mark, and the mark's line and column."""
    before, mark, after = text.partition(MARK)
    assert mark, "the text has no mark"
    assert MARK not in after, "the text has two marks"
    return before + after, (before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
