"""A `verdicts` block as it would be, were it to expect what was given: for the diff, and for `--update`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.cases.run import holds, stands

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govengine.cases.markdown import Expected, Verdicts
    from govengine.cases.run import Result
    from govengine.model.verdict import Verdict

_CONTEXT = 2
"""Lines shown before and after one that differs."""


class Line(NamedTuple):
    """A line as it is and as it would be: `old` is None for a new one, `new` for one that goes; `number` from 1."""

    number: int
    old: str | None
    new: str | None

    @property
    def differs(self) -> bool:
        """Whether it would change."""
        return self.old != self.new


def rewritten(result: Result, texts: Sequence[str]) -> list[Line]:
    """The lines of all verdicts blocks of a case, in their order; none where the product was not judged.

    `texts` are the lines of the case file, without line ends. Outcomes become those that were given, words stay if the
    verdict still says them. A line whose rule gave no verdict goes, unless no line would be left in the block; where
    `all` is asked, lines are added at its end.
    """
    if not result.verdicts:
        return []
    lines: list[Line] = []
    listed = {expected.subject for expected in result.case.verdicts}
    open_ = {rule: v for rule, v in result.verdicts.items() if v.product in result.products and rule not in listed}
    for block in result.case.blocks:
        lines += _block(block, texts, result.verdicts)
        if block.all is not None:
            lines += [Line(block.end, None, text) for text in _added(block, open_)]
            open_ = {}
    return lines


def _block(block: Verdicts, texts: Sequence[str], verdicts: Mapping[str, Verdict]) -> list[Line]:
    by_line = {expected.line: expected for expected in block.expected}
    lines = []
    for number in range(block.line + 1, block.end):
        text = texts[number - 1]
        expected = by_line.get(number)
        lines.append(Line(number, text, text if expected is None else _new(text, expected, verdicts)))
    left = any(line.new and line.new.strip() for line in lines)
    return lines if left else [Line(number, old, old) for number, old, _ in lines]


def _new(text: str, expected: Expected, verdicts: Mapping[str, Verdict]) -> str | None:
    verdict = verdicts.get(expected.subject)
    if verdict is None:
        return None
    if stands(verdict) == expected.outcome and holds(expected, verdict):
        return text
    _, outcome, words = (column - 1 for column in expected.columns)
    kept = text[:outcome] + stands(verdict)
    if not expected.words or not holds(expected, verdict):
        return kept
    return kept.ljust(max(len(kept) + 1, words)) + text[words:]


def _added(block: Verdicts, verdicts: Mapping[str, Verdict]) -> list[str]:
    """New lines, their outcomes below each other and below those that are there."""
    if not verdicts:
        return []
    indents = [e.columns[0] - 1 for e in block.expected] or [block.all[1] - 1 if block.all else 0]
    longest = max(len(rule) for rule in verdicts)
    column = max([indents[0] + longest + 2, *(e.columns[1] - 1 for e in block.expected)])
    return [(" " * indents[0] + rule).ljust(column) + stands(v) for rule, v in verdicts.items()]


def diff(lines: Sequence[Line]) -> list[str]:
    """The lines that differ, `-` as they are and `+` as they would be, with some lines around; `...` for a gap."""
    near = {i + d for i, line in enumerate(lines) if line.differs for d in range(-_CONTEXT, _CONTEXT + 1)}
    shown: list[str] = []
    last = -1
    for i, line in enumerate(lines):
        if i not in near:
            continue
        if shown and i > last + 1:
            shown.append("  ...")
        last = i
        if not line.differs:
            shown.append(f"  {line.old}".rstrip())
            continue
        shown += [f"- {line.old}"] if line.old is not None else []
        shown += [f"+ {line.new}"] if line.new is not None else []
    return shown


def applied(text: str, lines: Iterable[Line]) -> str:
    """The text of a case file with lines rewritten; line ends stay what they are."""
    changed: dict[int, str | None] = {}
    added: dict[int, list[str]] = {}
    for line in lines:
        if line.old is None and line.new is not None:
            added.setdefault(line.number, []).append(line.new)
        elif line.differs:
            changed[line.number] = line.new
    written: list[str] = []
    for number, raw in enumerate(text.split("\n"), 1):
        end = "\r" if raw.endswith("\r") else ""
        written += [new + end for new in added.get(number, ())]
        new = changed.get(number, raw.removesuffix("\r"))
        if new is not None:
            written.append(new + end)
    return "\n".join(written)
