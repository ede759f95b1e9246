"""A policy file's text, and places in it."""

from __future__ import annotations

from bisect import bisect_right

from govengine.diagnostics import Span


class Source:
    """One file of policy: `file` is its path relative to the mesh root, `text` what it holds.

    Offsets count characters from 0; spans count lines and columns from 1.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._line_starts = [0]
        self._line_starts += [i + 1 for i, letter in enumerate(text) if letter == "\n"]

    def span(self, start: int, end: int) -> Span:
        """The stretch from `start` up to, not including, `end`."""
        line_index = bisect_right(self._line_starts, start) - 1
        end_index = bisect_right(self._line_starts, end) - 1
        return Span(
            self.file,
            line_index + 1,
            start - self._line_starts[line_index] + 1,
            end_index + 1,
            end - self._line_starts[end_index] + 1,
        )

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column, both from 1."""
        return self._line_starts[line - 1] + column - 1
