"""A small tokenizer for TextMate grammars: line by line, as editors do, with Python's `re` in Oniguruma's place.

It knows `match`, `begin`/`end`, captures, `name`, `contentName`, `patterns`, and `include` of the grammar's own
repository. Patterns must mean the same to both engines: no variable look-behind, no possessive or atomic groups.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

Rule = dict[str, Any]


class Scoped(NamedTuple):
    """A stretch of a text, by offsets, with the scopes that it has, outermost first."""

    start: int
    end: int
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """An open `begin`: its rule, its end, the scopes of what stands in it and of the whole."""

    rule: Rule
    end: str
    inner: tuple[str, ...]
    outer: tuple[str, ...]


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class Grammar:
    """A grammar, read from its file."""

    def __init__(self, path: Path) -> None:
        self.held: Rule = json.loads(path.read_text(encoding="utf-8"))

    def scopes(self, text: str) -> list[Scoped]:
        """The whole text in stretches, without a gap."""
        root = (self.held["scopeName"],)
        stack = [Frame(self.held, "", root, root)]
        found: list[Scoped] = []
        offset = 0
        for line in text.splitlines(keepends=True):
            self._line(line, offset, stack, found)
            offset += len(line)
        return [s for s in found if s.start < s.end]

    def at(self, text: str) -> list[tuple[str, ...]]:
        """The scopes of each character."""
        each: list[tuple[str, ...]] = []
        for stretch in self.scopes(text):
            assert stretch.start == len(each), "a gap, or an overlap"
            each += [stretch.scopes] * (stretch.end - stretch.start)
        return each

    def _line(self, line: str, offset: int, stack: list[Frame], found: list[Scoped]) -> None:
        at = 0
        steps = 0
        while True:
            steps += 1
            assert steps < 10_000, f"no progress in {line!r}"
            frame = stack[-1]
            best: tuple[int, Rule | None, re.Match[str]] | None = None
            if frame.end:
                match = compiled(frame.end).search(line, at)
                best = (match.start(), None, match) if match else None
            for rule in self._rules(frame.rule):
                match = compiled(rule.get("match") or rule["begin"]).search(line, at)
                if match and (best is None or match.start() < best[0]):
                    best = (match.start(), rule, match)
            if best is None:
                found.append(Scoped(offset + at, offset + len(line), frame.inner))
                return
            start, chosen, match = best
            found.append(Scoped(offset + at, offset + start, frame.inner))
            if chosen is None:
                stack.pop()
                self._captures(match, frame.rule.get("endCaptures", {}), frame.outer, offset, found)
            elif "match" in chosen:
                named = (*frame.inner, *_names(chosen.get("name")))
                self._captures(match, chosen.get("captures", {}), named, offset, found)
                assert match.end() > at, f"{chosen['match']!r} matches nothing at all"
            else:
                outer = (*frame.inner, *_names(chosen.get("name")))
                self._captures(match, chosen.get("beginCaptures", {}), outer, offset, found)
                stack.append(Frame(chosen, chosen["end"], (*outer, *_names(chosen.get("contentName"))), outer))
            at = match.end()

    def _captures(
        self, match: re.Match[str], captures: Rule, scopes: tuple[str, ...], offset: int, found: list[Scoped]
    ) -> None:
        at = match.start()
        whole = (*scopes, *_names(captures.get("0", {}).get("name")))
        for number in range(1, (match.re.groups or 0) + 1):
            if str(number) in captures and match.start(number) >= at and match.group(number):
                found.append(Scoped(offset + at, offset + match.start(number), whole))
                inner = (*whole, *_names(captures[str(number)]["name"]))
                found.append(Scoped(offset + match.start(number), offset + match.end(number), inner))
                at = match.end(number)
        found.append(Scoped(offset + at, offset + match.end(), whole))

    def _rules(self, rule: Rule) -> list[Rule]:
        rules: list[Rule] = []
        for pattern in rule.get("patterns", ()):
            included = pattern.get("include")
            target = self.held["repository"][included[1:]] if included else pattern
            rules += self._rules(target) if "match" not in target and "begin" not in target else [target]
        return rules


def _names(name: str | None) -> tuple[str, ...]:
    return tuple(name.split()) if name else ()
