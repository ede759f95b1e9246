"""`// lint: allow NAME - reason`: findings that an author means, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govengine.diagnostics import nearest
from govengine.diagnostics.codes import lint as codes
from govengine.lint.comments import comments, without_comments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govengine.diagnostics import Diagnostic, Span
    from govengine.language.source import Source
    from govengine.language.syntax import File, Overlay, Policy

_ALLOW = re.compile(r"lint:\s*allow\b\s*(?P<names>[a-z][a-z-]*(?:\s*,\s*[a-z][a-z-]*)*)?(?:\s+-+\s+(?P<reason>\S.*))?")
_NAME = re.compile(r"[a-z][a-z-]*[a-z]")


@dataclass(slots=True)
class Allowance:
    """One name in one comment: the finding `name` on the lines from `first` to `last` of its file is meant.

    `last` None means all of the mesh.
    """

    name: str
    reason: str
    span: Span
    first: int = 1
    last: int | None = None
    used: bool = field(default=False)

    def covers(self, finding: Diagnostic) -> bool:
        """Whether a finding is the one that is allowed."""
        if finding.name != self.name:
            return False
        if self.last is None:
            return True
        span = finding.span
        return span is not None and span.file == self.span.file and self.first <= span.line <= self.last


def allowances(source: Source, file: File, known: Iterable[str]) -> tuple[list[Allowance], list[Diagnostic]]:
    """The allowances that a file's comments hold, and the comments that want to be one and are none.

    A comment on a line of its own stands for the next line with anything on it, one at the end of a line for that line;
    where a policy, rule, setting, term or clause begins on that line, for the whole of it.
    """
    names = tuple(known)
    plain = without_comments(source.text).split("\n")
    ends = _ends(file)
    found: list[Allowance] = []
    mistakes: list[Diagnostic] = []
    for comment in comments(source.text):
        match = _ALLOW.match(comment.text)
        if match is None:
            continue
        span = source.span(comment.start, comment.end)
        line = next((n for n in range(span.line, len(plain) + 1) if plain[n - 1].strip()), span.line)
        listed = _NAME.findall(match["names"] or "")
        if not listed:
            mistakes.append(
                codes.unreadable_allowance("`lint: allow` names no finding", span, suggestion=None, known=names)
            )
        elif not match["reason"]:
            mistakes.append(
                codes.unreadable_allowance("`lint: allow` gives no reason", span, suggestion=None, known=())
            )
        for name in listed if match["reason"] else ():
            if name in names:
                found.append(Allowance(name, match["reason"], span, line, max(line, ends.get(line, line))))
                continue
            why = f"there is no finding `{name}`"
            near = nearest(name, names)
            mistakes.append(codes.unreadable_allowance(why, span, suggestion=near, known=names))
    return found, mistakes


def of_mesh(
    entries: Mapping[str, str], places: Mapping[object, Span], known: Iterable[str]
) -> tuple[list[Allowance], list[Diagnostic]]:
    """The allowances of `govengine.yaml`: for the whole mesh, by name."""
    names = tuple(known)
    found: list[Allowance] = []
    mistakes: list[Diagnostic] = []
    for name, reason in entries.items():
        span = places[name]
        if name in names:
            found.append(Allowance(name, reason, span))
            continue
        near = nearest(name, names)
        mistakes.append(codes.unreadable_allowance(f"there is no finding `{name}`", span, suggestion=near, known=names))
    return found, mistakes


def silenced(findings: Iterable[Diagnostic], allowed: list[Allowance]) -> Iterator[Diagnostic]:
    """The findings that nothing allows; marks the allowances that were used."""
    for finding in findings:
        covering = [a for a in allowed if a.covers(finding)]
        for allowance in covering:
            allowance.used = True
        if not covering:
            yield finding


def idle(allowed: Iterable[Allowance], tried: frozenset[str]) -> Iterator[Diagnostic]:
    """Allowances under which nothing was found, of findings that were looked for."""
    for allowance in allowed:
        if not allowance.used and allowance.name in tried:
            yield codes.idle_allowance(allowance.name, allowance.span)


def _ends(file: File) -> dict[int, int]:
    """The last line of what begins on a line, the longest where several do."""
    ends: dict[int, int] = {}
    for span in _spans(file):
        ends[span.line] = max(ends.get(span.line, 0), span.end_line)
    return ends


def _spans(file: File) -> Iterator[Span]:
    yield from (d.span for d in file.frameworks)
    yield from (d.span for d in file.waivers)
    yield from (d.span for d in file.rulings)
    yield from (d.span for d in file.conflicts)
    for policy in file.policies:
        yield from (d.span for d in policy.detectors)
        yield from _spans_of(policy)
        if policy.when is not None:
            yield policy.when.span
    for overlay in file.overlays:
        yield from _spans_of(overlay)


def _spans_of(block: Policy | Overlay) -> Iterator[Span]:
    yield block.span
    yield from (s.span for s in block.settings)
    yield from (t.span for t in block.terms)
    for rule in block.rules:
        yield rule.span
        yield from (e.span for e in rule.evidence)
        if rule.when is not None:
            yield rule.when.span
        if rule.for_each is not None:
            yield rule.for_each.span
