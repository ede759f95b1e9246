"""What can be said about a mistake: data, rendered elsewhere."""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["error", "warning"]


class Place(NamedTuple):
    """A point in a file that the author wrote: `file` relative to the mesh root, `line` and `column` from 1."""

    file: str
    line: int
    column: int


class Span(NamedTuple):
    """A stretch of a file: lines and columns from 1 and in characters; `end_column` is the first one after it."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(self.file, self.line, self.column)

    def to(self, other: Span) -> Span:
        """From the beginning of this one to the end of `other`, both in one file."""
        return Span(self.file, self.line, self.column, other.end_line, other.end_column)


class Label(NamedTuple):
    """A stretch of text and what is to be said of it."""

    span: Span
    text: str


class Diagnostic(NamedTuple):
    """One mistake.

    Made by a function of `govengine.diagnostics.codes`, one a way to be wrong, so that one search finds all of them.
    `message` is lower case, without a full stop, with the author's text in backticks; `notes` say why; `help` alone
    proposes the repair. `span` is None only where no file can be named.
    """

    code: str
    name: str
    level: Level
    message: str
    span: Span | None = None
    label: str = ""
    others: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None
