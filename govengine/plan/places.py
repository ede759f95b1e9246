"""Places in policy files as a plan keeps them: plain tuples, since a cache stores no classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govengine.diagnostics import Place, Span

StoredPlace = tuple[str, int, int]
"""File, line, column: `Place(*stored)`."""
StoredSpan = tuple[str, int, int, int, int]
"""File, line, column, end line, end column: `Span(*stored)`."""


def store_place(place: Place) -> StoredPlace:
    """A place as a plain tuple."""
    return (place.file, place.line, place.column)


def store_span(span: Span) -> StoredSpan:
    """A span as a plain tuple."""
    return (span.file, span.line, span.column, span.end_line, span.end_column)
