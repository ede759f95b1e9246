"""Text → syntax tree, with all mistakes of a file in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics.codes import syntax as codes
from govengine.language.build_declaration import DeclarationBuilder
from govengine.language.build_expression import MAX_DEPTH, BuildError, ExpressionBuilder
from govengine.language.build_piece import PieceBuilder
from govengine.language.grammar import parser
from govengine.language.messages import syntax_error
from govengine.language.outline import innermost, item_after, item_at, outline
from govengine.language.plain_text import hidden, too_large
from govengine.language.syntax import File

if TYPE_CHECKING:
    from govengine.diagnostics import Diagnostic
    from govengine.language.expression import Expr
    from govengine.language.source import Source

MAX_MISTAKES = 50
"""Syntax errors reported for one file; after so many it is no policy file."""


def parse(source: Source) -> tuple[File, tuple[Diagnostic, ...]]:
    """What a policy file declares, and its mistakes.

    After a syntax error the declaration that holds it is passed over and reading goes on behind it, so that one run
    reports all mistakes. The tree holds whatever could be read; with any diagnostic of level error it is incomplete.
    """
    from lark import UnexpectedInput

    large = too_large(source)
    if large is not None:
        return File(source.file, (), (), ()), (large,)
    found = hidden(source)
    text = source.text
    tree = None
    for _ in range(MAX_MISTAKES):
        try:
            tree = parser().parse(text, start="file")
            break
        except UnexpectedInput as error:
            diagnostic, at = syntax_error(source, error)
            if diagnostic not in found:
                found.append(diagnostic)
            rest = _without_declaration_at(text, at)
            # Nothing left to pass over: the file ends too early. Closing its last block lets the others be read.
            text = rest if rest != text else text.rstrip() + "}"
    if tree is None:
        return File(source.file, (), (), ()), tuple(found)
    pieces = PieceBuilder(source, lambda start, end: parse_condition(source, start, end))
    try:
        file = DeclarationBuilder(pieces).file(tree)
    except RecursionError:
        found.append(codes.too_deep(source.span(0, 1), 0))
        file = File(source.file, (), (), ())
    return file, (*found, *pieces.diagnostics)


def parse_condition(source: Source, start: int, end: int) -> Expr:
    """The condition that stands between two offsets of a file.

    Raises:
        BuildError: it is none; the diagnostic points into the file.

    """
    from lark import UnexpectedInput

    try:
        tree = parser().parse(source.text[start:end], start="expr")
    except UnexpectedInput as error:
        raise BuildError(syntax_error(source, error, shift=start, inside="the braces")[0]) from error
    try:
        return ExpressionBuilder(source, shift=start).build(tree)
    except RecursionError as error:  # within the bounds, but called from deep inside something else
        raise BuildError(codes.too_deep(source.span(start, end), MAX_DEPTH)) from error


def _without_declaration_at(text: str, at: int) -> str:
    """`text` with the declaration that holds `at` blanked out; all other offsets and lines stay."""
    blocks = outline(text)
    block = innermost(blocks, min(at, max(len(text) - 1, 0)))
    unended = block is not None and not block.closed and at == block.open
    if block is not None and (unended or block.keyword in ("rule", "waiver", "ruling")):
        return _blank(text, block.start, max(block.end, at if block.closed else block.end))
    if block is not None:
        # Between rules: what begins with the mistake and ends before the next rule, or the block's own brace.
        later = [b.start for b in blocks if b.parent is block and b.start > at]
        end = later[0] if later else (block.end - 1 if block.closed else block.end)
        start = text.rfind("\n", 0, at) + 1
        previous = [b.end for b in blocks if b.parent is block and b.end <= at]
        start = max([start, block.open + 1, *previous]) if at > block.open else block.start
        if at > block.open:
            start = min(start, item_at(text, at, max([block.open + 1, *previous])))
            end = item_after(text, at, end)
        if at < block.open or block.open < 0 or end <= at:
            return _blank(text, block.start, max(block.end, at + 1))
        return _blank(text, min(start, at), end)
    later = [b.start for b in blocks if b.parent is None and b.start > at]
    return _blank(
        text, text.rfind("\n", 0, at) + 1 if not later else min(at, later[0]), later[0] if later else len(text)
    )


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "".join("\n" if c == "\n" else " " for c in text[start:end]) + text[end:]
