"""What people who know SQL or English write in `expect`, `keep` and `on`, and what it is here, by the text alone."""

from __future__ import annotations

import re
from typing import NamedTuple


class Habit(NamedTuple):
    """Offsets of what is odd, what it is, and what to write instead."""

    start: int
    end: int
    what: str
    write: str


_START = re.compile(r"\b(?:expect|keep|on)[ \t]+")
_COLUMNS = r"(?P<columns>[A-Za-z_]\w*(?:[ \t]*,[ \t]*[A-Za-z_]\w*)*)"
_SIGNS = r"(?:is[ \t]+)?(?:(?:more|greater|less|fewer)[ \t]+than|over|under|above|below|[<>=]=?|is\b)"
_PER = r"(?:per[ \t]+[\w, \t\"]+?[ \t]+)?"
_OF_ROWS = r"rows[ \t]+`[^`]*`|[\w, \t\"]+[ \t]+(?:filled|found[ \t]+in[ \t]+[^\n`]*?)"
_ELSEWHERE = r"[A-Za-z][\w-]*(?:\.\w+)?[ \t]*\([^()\n'\"`]*\)"
"""A register or dataset, and its columns in brackets."""
_ASKED = r"[ \t]*(?:[<>=!+*/%|'\"-]|(?:is|in|not|like|between)\b)"
"""Behind something in double quotes: it is a column that something is asked of."""
_IN_QUOTES = r"\"(?P<sql>(?:\\.|[^\"\n`])*)\"|'(?P<single>(?:\\.|''|[^'\n`])*)'"
_BE = r"(?:is|are)[ \t]+"
_COMPARED = r"(?:[<>=!]=?|<>|(?:between|like|(?:not[ \t]+)?in)\b)"
_HABITS = tuple(
    (re.compile(pattern, re.IGNORECASE), what, write)
    for pattern, what, write in (
        (
            r"expect[ \t]+rows[ \t]+(?P<odd>(?:(?:are|is|like|were)[ \t]+)?declared)(?=[ \t]*(?:[}\n]|$))",
            "`{odd}` after `rows`",
            "write `rows as declared`",
        ),
        (
            rf"expect[ \t]+rows[ \t]+(?P<odd>{_IN_QUOTES})(?!{_ASKED})",
            "a predicate in quotes",
            "write rows `{sql}`",
        ),
        (
            r"expect[ \t]+rows[ \t]+(?P<odd>(?!as\b|`)(?P<sql>[^\n`]*?))(?=[ \t]+at[ \t]+least\b|[ \t]*[}\n]|[ \t]*$)",
            "a predicate without backticks",
            "write rows `{sql}`",
        ),
        (
            r"expect[ \t]+(?P<odd>(?:count|sum|avg|min|max|median)[ \t]*\([^\n)`]*\))",
            "a measure without backticks",
            "write `{odd}` between backticks, then `at least`, `at most` or `equals`",
        ),
        (
            rf"expect[ \t]+`[^`]*`[ \t]+{_PER}(?P<odd>{_SIGNS})",
            "`{odd}` after a measure",
            "write `at least`, `at most` or `equals`",
        ),
        (
            rf"expect[ \t]+{_COLUMNS}[ \t]+(?P<odd>(?:is|are|must[ \t]+be)[ \t]+(?P<word>filled|unique))\b",
            "`{odd}`",
            "write `{columns} {word}`",
        ),
        (
            rf"expect[ \t]+{_COLUMNS}[ \t]+(?P<odd>(?:(?:is|are)[ \t]+)?not[ \t]+(?:null|empty|missing))\b",
            "`{odd}`",
            "write `{columns} filled`",
        ),
        (
            rf"expect[ \t]+{_COLUMNS}[ \t]+(?P<odd>(?:{_BE}|exists?[ \t]+)?in)[ \t]+(?P<where>{_ELSEWHERE})",
            "`{odd}`",
            "write `{columns} found in {where}`",
        ),
        (
            rf"expect[ \t]+{_COLUMNS}[ \t]+(?P<odd>(?:{_BE})?not[ \t]+(?:found[ \t]+)?in)[ \t]+(?P<where>{_ELSEWHERE})",
            "`{odd}`",
            "write `{columns} never found in {where}`",
        ),
        (
            rf"expect[ \t]+(?P<odd>(?P<sql>[A-Za-z_]\w*[ \t]*{_COMPARED}[^\n`}}]*))",
            "a comparison without backticks",
            "write rows `{sql}`",
        ),
        (
            rf"expect[ \t]+(?:{_OF_ROWS})[ \t]+(?P<odd>at[ \t]+most)\b",
            "`at most` as a threshold",
            "write `at least …`; where only few rows may hold it, turn the condition round",
        ),
        (
            r"expect[ \t]+[\w, \t\"{}.]+?[ \t]found[ \t]+in[ \t]+(?P<odd>[A-Za-z][\w-]*(?:\.\w+)?)(?![\w.(-])",
            "`{odd}` without a column",
            "write in which column, for example `{odd}(id)`",
        ),
        (
            r"keep[ \t]+\S+[ \t]+(?P<odd>for|during|longer[ \t]+than|more[ \t]+than|less[ \t]+than|up[ \t]+to|until)\b",
            "`{odd}` in `keep`",
            "write `at least` or `at most` and a period, as `at least 7 years`",
        ),
        (
            r"expect[ \t]+promise[ \t]+[\w.]+[ \t]+(?P<odd>(?:is|be|was)[ \t]+kept)\b",
            "`{odd}`",
            "write `kept`",
        ),
        (
            r"expect[ \t]+newest[ \t]+\S+[ \t]+(?P<odd>in|(?:younger|newer|less)[ \t]+than|at[ \t]+most)\b",
            "`{odd}` after `newest`",
            "write `within`, as `within 24 hours`",
        ),
        (
            rf"expect[ \t]+`[^`]*`[ \t]+{_PER}equals[ \t]+(?P<odd>-?\d[\d.]*)",
            "a figure after `equals`",
            "name a column there, as `register.column`; a figure takes `at least {odd}` and `at most {odd}`",
        ),
        (
            rf"expect[ \t]+`[^`]*`[ \t]+{_PER}equals[ \t]+(?P<odd>[A-Za-z_][\w-]*)(?![\w.-])",
            "`{odd}` without a column",
            "write which column, for example `{odd}.amount`",
        ),
        (
            r"expect[ \t]+`[^`]*`[ \t]+(?P<odd>by|for[ \t]+each|group[ \t]+by)\b",
            "`{odd}` after a measure",
            "write `per`",
        ),
        (
            r"expect[ \t]+query[ \t]+(?P<odd>`[^`]*`)(?![ \t]*\n?[ \t]*returns)",
            "a query that does not say what it must return",
            "write `returns no rows` after it",
        ),
        (
            rf"expect[ \t]+{_COLUMNS}[ \t]+unique[ \t]+(?P<odd>at[ \t]+least)\b",
            "a threshold after `unique`",
            "leave it out: no value may repeat; a share of rows is promised in `spec.quality.uniqueness`",
        ),
        (
            r"\bon[ \t]+(?P<odd>[A-Za-z][\w-]*)(?![\w.-])(?=\s+(?:expect|require|keep|because|finding|fix|\}|$))",
            "`{odd}` without product or dataset",
            "write both, `product.dataset`, as the spec's `interfaces` name them",
        ),
    )
)


def habit(text: str, at: int) -> Habit | None:
    """The habit that the parser stumbled over at `at`, or right before it; None where there is none."""
    starts = [m.start() for m in _START.finditer(text, max(at - 300, 0), at)]
    for start in reversed(starts[-2:]):
        for pattern, what, write in _HABITS:
            match = pattern.match(text, start)
            if match is None or match.start("odd") > at or text[match.end() : at].strip():
                continue
            said = {name: " ".join((value or "").split()) for name, value in match.groupdict().items()}
            said["sql"] = _as_sql(said.get("sql") or said.get("single", "").replace("''", "'"))
            return Habit(*match.span("odd"), what.format(**said), write.format(**said))
    return None


_TEXT = re.compile(rf"\\?\"(?P<double>[^\"\\]*)\\?\"(?!{_ASKED})|\"[^\"]*\"|'(?:[^']|'')*'", re.IGNORECASE)
_LIST = re.compile(r"(?<=\bin)[ \t]*\[(?P<items>[^\[\]]*)\]", re.IGNORECASE)
_EQUAL = re.compile(r"('(?:[^']|'')*')|==")


def _as_sql(text: str) -> str:
    """A condition as SQL has it: texts in single quotes, lists in round brackets, one `=`."""
    quoted = _TEXT.sub(lambda m: m.group() if m["double"] is None else "'" + m["double"].replace("'", "''") + "'", text)
    listed = _LIST.sub(lambda m: f" ({m['items'].strip()})", quoted)
    return _EQUAL.sub(lambda m: m[1] or "=", listed)
