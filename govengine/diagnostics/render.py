"""A diagnostic as text for a terminal, the place underlined."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from govengine.diagnostics.diagnostic import Diagnostic, Label, Span
from govengine.diagnostics.terminal import clickable, paint, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

_TAB = "    "
_LONGEST = 120
"""Letters of a source line that are shown; of a longer one, those around the underlined place."""


def render(diagnostic: Diagnostic, sources: Mapping[str, str], prefix: str, color: bool) -> str:
    """Several lines, without a line break at the end.

    Args:
        diagnostic: what is wrong.
        sources: the text of each file by its path relative to the mesh root; a file that is missing here is named only.
        prefix: the path from the working directory to the mesh root, "" for here.
        color: whether escape codes for colour may be used.

    """
    labels = (*_primary(diagnostic), *diagnostic.others)
    shown = [label for label in labels if _source_line(sources, label.span) is not None]
    width = max((len(str(label.span.line)) for label in shown), default=1)
    gutter = paint(" " * width + " |", "gutter", color)

    lines = [_headline(diagnostic, color)]
    for index, file in enumerate(dict.fromkeys(label.span.file for label in labels)):
        here = [label for label in labels if label.span.file == file]
        arrow = paint(" " * width + ("-->" if index == 0 else ":::"), "gutter", color)
        span = here[0].span
        lines.append(f"{arrow} {paint(clickable(prefix, file, span.line, span.column), 'place', color)}")
        lines += _excerpt(here, sources, width, diagnostic if index == 0 else None, color)
    if diagnostic.notes or diagnostic.help:
        if shown:
            lines.append(gutter)
        equals = paint(" " * width + " =", "gutter", color)
        lines += [f"{equals} {paint('note', 'bold', color)}: {visible(note)}" for note in diagnostic.notes]
        if diagnostic.help:
            lines.append(f"{equals} {paint('help', 'help', color)}: {visible(diagnostic.help)}")
    return "\n".join(lines)


def _primary(diagnostic: Diagnostic) -> tuple[Label, ...]:
    return () if diagnostic.span is None else (Label(diagnostic.span, diagnostic.label),)


def _headline(diagnostic: Diagnostic, color: bool) -> str:
    head = paint(f"{diagnostic.level}[{visible(diagnostic.code)}]", diagnostic.level, color)
    return f"{head} {paint(visible(f'{diagnostic.name}: {diagnostic.message}'), 'bold', color)}"


def _excerpt(
    labels: list[Label], sources: Mapping[str, str], width: int, lead: Diagnostic | None, color: bool
) -> list[str]:
    """The lines of one file that labels point at, in the order of the file; a gap is shown as `...`."""
    gutter = paint(" " * width + " |", "gutter", color)
    main = labels[0] if lead is not None else None
    lines: list[str] = []
    before: int | None = None
    for number in sorted({label.span.line for label in labels}):
        here = sorted((label for label in labels if label.span.line == number), key=lambda label: label.span.column)
        source = _source_line(sources, here[0].span)
        if source is None:
            lines += [f"{' ' * width} = {visible(label.text)}" for label in here if label.text]
            continue
        if before is None:
            lines.append(gutter)
        elif number > before + 1:
            lines.append(paint("...", "gutter", color))
        before = number
        source = _without_remark(source, here)
        cut, text = _window(source, here[0].span.column)
        lines.append(f"{paint(f'{number:>{width}} |', 'gutter', color)} {text}".rstrip())
        for label in here:
            style = lead.level if lead is not None and label is main else "gutter"
            lines.append(f"{gutter} {_underline(source, cut, label, '^' if label is main else '-', style, color)}")
    return lines


def _without_remark(source: str, labels: list[Label]) -> str:
    """A line of YAML without a comment behind what labels point at: what its owner noted there is nobody else's."""
    if not labels[0].span.file.endswith((".yaml", ".yml")) or any(x.span.end_line > x.span.line for x in labels):
        return source
    end = max(label.span.end_column - 1 for label in labels)
    remark = re.search(r"\s+#", source[end:])
    return source if remark is None else source[: end + remark.start()]


def _underline(source: str, cut: int, label: Label, mark: str, style: str, color: bool) -> str:
    span = label.span
    start = min(span.column - 1, len(source))
    # A stretch over several lines is underlined to the end of its first one.
    end = span.end_column - 1 if span.end_line == span.line else len(source)
    lead = " " * (_columns(source[cut:start]) + (3 if cut else 0))
    length = max(1, min(_columns(source[start:end]), _LONGEST))
    return lead + paint(f"{mark * length} {visible(label.text)}".rstrip(), style, color)


def _window(source: str, column: int) -> tuple[int, str]:
    """How many letters are cut off at the left, and the text to show."""
    cut = 0 if len(source) <= _LONGEST else max(0, min(column - 1 - _LONGEST // 3, len(source) - _LONGEST))
    text = _shown(source[cut : cut + _LONGEST])
    return cut, ("..." if cut else "") + text + ("..." if cut + _LONGEST < len(source) else "")


def _shown(text: str) -> str:
    return _TAB.join(visible(piece) for piece in text.split("\t"))


def _columns(text: str) -> int:
    """How many columns of a terminal the text takes as `_shown`."""
    shown = _shown(text)
    if shown.isascii():
        return len(shown)
    import unicodedata  # only for text that needs it

    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in shown
    )


def _source_line(sources: Mapping[str, str], span: Span) -> str | None:
    text = sources.get(span.file)
    if text is None:
        return None
    lines = _lines(text)
    return lines[span.line - 1].rstrip("\r") if 0 < span.line <= len(lines) else None


@lru_cache(maxsize=8)
def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))
