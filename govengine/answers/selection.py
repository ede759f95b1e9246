"""For which products and elements a rule is judged, in its author's own words: `when`, and `for each … where`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govengine.language.parser import parse
from govengine.language.source import Source
from govengine.language.syntax import Overlay, Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.diagnostics import Span
    from govengine.plan.rules import PlanRule

_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|//[^\n]*""")
"""A comment; a text, in which `//` opens none, is kept as the first group."""


def selection(rule: PlanRule, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """The clauses that select, each with its text on one line: first those of the policy, then those of the rule.

    `texts` are the policies by path; a rule whose file is not among them says nothing.
    """
    file, name = rule["place"][0], rule["address"].partition("/")[2]
    if file not in texts:
        return []
    source = Source(file, texts[file])
    parsed, _ = parse(source)
    blocks: list[Policy | Overlay] = [*parsed.policies, *parsed.overlays]
    for policy in blocks:
        own = next((r for r in policy.rules if r.name.text == name and r.name.span.line == rule["place"][1]), None)
        if own is None:
            continue
        when = policy.when if isinstance(policy, Policy) else None
        found = [] if when is None else [("policy when", _written(source, when.span))]
        if own.when is not None:
            found.append(("when", _written(source, own.when.span)))
        if own.for_each is not None:
            found.append(("for each", _written(source, own.for_each.span).removeprefix("for each ")))
        return found
    return []


def _written(source: Source, span: Span) -> str:
    start, end = source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)
    return " ".join(_COMMENT.sub(r"\1", source.text[start:end]).split())
