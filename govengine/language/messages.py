"""What lark's parser met → a diagnostic that an author can act on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Label, nearest
from govengine.diagnostics.codes import syntax as codes
from govengine.language.figures import odd_figure
from govengine.language.grammar import keywords
from govengine.language.habits import habit
from govengine.language.missing import Stretch, missing_operand, never_opened, odd_quote, open_backtick, open_bracket
from govengine.language.outline import Block, before_item, innermost, outline

if TYPE_CHECKING:
    from govengine.language.source import Source
    from govengine.language.tree import Node

_WORD = re.compile(r"[A-Za-z_][\w-]*|\d[\w.%-]*|&&|\|\||[=!<>]=?|\S")
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`]*`")
_LAST_WORD = re.compile(r"([A-Za-z_]\w*)\s*$")
_BELOW = re.compile(r"never\s+below\b")
_CONFIDENCE = re.compile(r"with\s+confidence\b")
_SQL_WORDS = {"and": "&&", "or": "||", "not": "!", "=": "==", "<>": "!=", "is": "has(…)", "null": "has(…)"}
_TERMINALS = {
    "NAME": "a name", "cel__IDENT": "a name", "IDENT": "a name", "STRING_LIT": "a text in double quotes",
    "ADDRESS": "an address such as `policy/rule` or `domain/product`", "DATASET": "`product.dataset`",
    "REFERENCE": "`register.column` or `product.dataset.column`",
    "SQL": "an SQL predicate in backticks", "PERCENT": "a percentage", "DATE": "a date", "PERIOD": "a period",
    "TRUTH": "`true` or `false`", "INT_LIT": "a number", "FLOAT_LIT": "a number", "$END": "the end of the file",
}  # fmt: skip


def syntax_error(source: Source, error: object, *, shift: int = 0, inside: str = "") -> tuple[Diagnostic, int]:
    """The diagnostic for an error that lark raised, and the offset at which it stands.

    `shift` is the offset in the file of the text that was parsed; `inside` names it where it is only a piece
    ("the braces").
    """
    text = source.text
    expected = _expected(error)
    at = getattr(error, "pos_in_stream", None)
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        at = None
    blocks = outline(text)
    if at is None:
        return _at_end(source, blocks, expected, inside, shift, error)
    at += shift
    match = _WORD.match(text, at)
    found = match.group() if match else text[at : at + 1]
    span = source.span(at, at + len(found))
    # A declaration that begins where another one should have ended: what is wrong is the missing brace before it.
    cut_short = [b for b in blocks if b.end == at and not b.closed and b.open >= 0]
    if cut_short:
        unended = cut_short[-1]
        label = Label(source.span(unended.open, unended.open + 1), "opened here")
        return codes.unclosed(f"`{unended.keyword} {unended.name}`", span, label, "}"), unended.open
    block = innermost(blocks, at)
    missing = _missing(source, found, at, block, expected)
    if missing is not None:
        return missing
    # At the beginning of an item that may not stand here: the one before it is what is incomplete.
    items = {"rule", "setting", "term", "version"} & expected
    broken = at if items else before_item(text, at)
    return _explain(source, found, at, span, block, expected), broken


def _missing(
    source: Source, found: str, at: int, block: Block | None, expected: set[str]
) -> tuple[Diagnostic, int] | None:
    """What was forgotten before the place where the parser stumbled, and where; None where nothing tells."""
    text = source.text
    if block is not None and block.start == at:  # it begins here: what is missing is missing in what holds it
        block = block.parent
    start = block.open + 1 if block is not None and block.open >= 0 else 0

    def span(stretch: Stretch) -> Node:
        return source.span(stretch.start, stretch.end)

    backtick = open_backtick(text, at)
    if backtick is not None:
        opened = Label(source.span(backtick.start, backtick.start + 1), "opened here")
        return codes.unclosed("a predicate", span(backtick), opened, "`"), backtick.start
    quote = odd_quote(text, at)
    if quote is not None:
        opened = Label(source.span(quote.start, quote.start + 1), "opened here")
        return codes.unclosed("a text", source.span(quote.start, at + len(found)), opened, text[quote.start]), at
    figure = odd_figure(text, at)
    if figure is not None:
        where = source.span(figure.start, figure.end)
        return codes.odd_figure(text[figure.start : figure.end], where, figure.why, figure.write), at
    custom = habit(text, at)
    if custom is not None:
        where = source.span(custom.start, custom.end)
        return codes.unexpected(custom.what, where, opened=_opened(source, block), expected=[], hint=custom.write), at
    operator = missing_operand(text, at)
    if operator is not None:
        sign = text[operator.start : operator.end]
        hint = f"write what belongs after `{sign}`, or take `{sign}` out"
        what = f"the end of the condition after `{sign}`"
        return codes.unexpected(what, span(operator), opened=_opened(source, block), expected=[], hint=hint), at
    bracket = open_bracket(text, start, at)
    sign = {"(": ")", "[": "]"}.get(text[bracket], "") if bracket >= 0 else ""
    if sign and sign in expected and (found == "}" or found[0].isalpha()):
        end = len(text[:at].rstrip())
        line_end = text.find("\n", bracket)
        held = source.span(bracket, min(end, line_end if line_end > 0 else end))
        return codes.unclosed("a bracket", held, Label(source.span(bracket, bracket + 1), "opened here"), sign), bracket
    operand = never_opened(text, start, at)
    if operand is not None:
        hint = "take it out, or write the bracket that opens"
        return codes.unexpected(f"`{found}`", span(operand), opened=None, expected=[], hint=hint), at
    return None


def _explain(source: Source, found: str, at: int, span: Node, block: Block | None, expected: set[str]) -> Diagnostic:
    closed = _QUOTED.match(source.text, at)
    if closed:  # it is a text, and stands where none belongs
        whole = source.span(at, closed.end())
        opened = _opened(source, block)
        return codes.unexpected("a text", whole, opened=opened, expected=_described(expected), hint=None)
    if found in "\"'`":
        end = source.text.find("\n", at)
        rest = source.span(at, end if end > 0 else len(source.text))
        what = "a predicate" if found == "`" else "a text"
        return codes.unclosed(what, rest, Label(span, "opened here"), found)
    words = sorted(w for w in expected if w[0].isalpha() and w not in _TERMINALS and "__" not in w)
    in_condition = bool(expected & {"&&", "||", "=="}) or "!" in expected
    if in_condition and found.lower() in _SQL_WORDS and found != "==":
        return codes.sql_in_condition(found, span, _SQL_WORDS[found.lower()])
    before = _LAST_WORD.search(source.text, 0, at)
    if before is not None and before[1].lower() == "not" and (found == "(" or found[0].isalpha()):
        return codes.sql_in_condition(before[1], source.span(*before.span(1)), "!")
    opened = _opened(source, block)
    if block is not None and not block.closed and at >= block.end and block.open >= 0:
        what = f"`{block.keyword} {block.name}`"
        return codes.unclosed(what, span, Label(source.span(block.open, block.open + 1), "opened here"), "}")
    if found == "never" and _BELOW.match(source.text, at):
        hint = "write a comma before it: `, never below 99%`"
        return codes.unexpected("`never below` without a comma", span, opened=opened, expected=[], hint=hint)
    if found == "with" and _CONFIDENCE.match(source.text, at):
        hint = "write what share must hold before it: `at least 99.9% with confidence 95%`"
        return codes.unexpected("`with confidence` without `at least`", span, opened=opened, expected=[], hint=hint)
    if found[0].isalpha() and words:
        where = f"`{block.keyword} {block.name}`" if block is not None else "a policy file"
        if block is not None and block.keyword == "rule":
            where = "a rule"
        elif block is not None:
            where = f"`{block.keyword}`"
        suggestion = nearest(found, words)
        return codes.unknown_word(
            found, span, block=where, opened=opened, suggestion=suggestion, expected=[f"`{w}`" for w in words]
        )
    return codes.unexpected(f"`{found}`", span, opened=opened, expected=_described(expected), hint=None)


def _at_end(
    source: Source, blocks: list[Block], expected: set[str], inside: str, shift: int, error: object
) -> tuple[Diagnostic, int]:
    if inside:
        text = getattr(error, "text", "") or ""
        at = shift + len(text)
        span = source.span(max(at - 1, 0), at)
        hint = f"complete the expression in {inside}"
        return codes.unexpected(f"the end of {inside}", span, opened=None, expected=[], hint=hint), at
    at = len(source.text.rstrip())
    span = source.span(max(at - 1, 0), at)
    unclosed = [b for b in blocks if not b.closed and b.open >= 0]
    if unclosed:
        block = unclosed[-1]
        label = Label(source.span(block.open, block.open + 1), "opened here")
        return codes.unclosed(f"`{block.keyword} {block.name}`", span, label, "}"), at
    return codes.unexpected("the end of the file", span, opened=None, expected=_described(expected), hint=None), at


def _opened(source: Source, block: Block | None) -> Label | None:
    if block is None:
        return None
    return Label(source.span(block.start, block.start + len(block.keyword)), f"in this {block.keyword}")


def _expected(error: object) -> set[str]:
    """What could have come: fixed texts as they are, other terminals by lark's names."""
    names = set(getattr(error, "accepts", None) or getattr(error, "expected", None) or ())
    names |= set(getattr(error, "allowed", None) or ())
    fixed = keywords()
    return {fixed.get(name, name) for name in names}


def _described(expected: set[str]) -> list[str]:
    signs = {w for w in expected if w not in _TERMINALS and not w.isupper() and "__" not in w}
    texts = {_TERMINALS[w] for w in expected if w in _TERMINALS}
    if signs & {"&&", "=="}:  # an expression is complete: its operators say nothing
        signs -= {"&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%", "?", ".", "[", "("}
    return sorted(texts) + sorted(f"`{s}`" for s in signs)
