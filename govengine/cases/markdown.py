"""A `.cases.md` file → cases. The format is described in `policies/README.md`.

A heading of level two begins a case; fenced blocks before the first one are the background of all. Blocks:

    ```yaml product          a product spec
    ```yaml changes          dotted paths and their new values, laid over the background's product; null takes away
    ```yaml mesh             a govengine.yaml
    ```csv PATH              a file of the mesh, also json, ndjson, txt and yaml (a further product)
    ```gov PATH              a policy file; where a case has any, it is judged by those alone
    ```as-of                 the day, 2026-11-01 unless said otherwise
    ```verdicts              lines: rule, outcome, and words that the message holds
    ```diagnostics           lines: code, and words that the message holds
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from govengine.cases import tables
from govengine.model.verdict import OUTCOMES

STANDINGS = (*OUTCOMES, "waived")
"""What a case may expect of a rule: an outcome, or a failure that is waived."""
DEFAULT_DAY = date(2026, 11, 1)
_FENCE = re.compile(r"^```(\S*)[ \t]*(.*?)[ \t]*$")
_FILES = ("csv", "json", "ndjson", "txt", "yaml")


class CaseError(Exception):
    """A case file that cannot be read: the line, and why."""

    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__(f"{file}:{line}: {why}")
        self.file, self.line, self.why = file, line, why


@dataclass(frozen=True, slots=True)
class Expected:
    """One line of a `verdicts` or `diagnostics` block.

    `subject` is a rule's address or a diagnostic's code; `outcome` is "" for a diagnostic.
    """

    subject: str
    outcome: str
    words: str
    line: int


@dataclass(frozen=True, slots=True)
class Given:
    """What a mesh is made of; the parts of a case go before those of the background."""

    product: str | None = None
    changes: str | None = None
    mesh: str | None = None
    as_of: date = DEFAULT_DAY
    files: dict[str, str] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """A case: its title, what is given, and what is expected."""

    file: str
    line: int
    title: str
    given: Given
    verdicts: tuple[Expected, ...]
    diagnostics: tuple[Expected, ...]


def read(text: str, file: str) -> list[Case]:
    """The cases of a file, in its order.

    Raises:
        CaseError: an unknown block, an unclosed fence, an outcome that does not exist, a case that expects nothing.

    """
    return _Reader(text, file).cases()


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self._lines, self._file = text.split("\n"), file
        self._background = Given()
        self._cases: list[Case] = []
        self._open: Case | None = None
        self._tables = False

    def cases(self) -> list[Case]:
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            fence = _FENCE.match(line)
            if fence:
                end = self._end(at)
                self._block(fence[1], fence[2], self._lines[at + 1 : end], at + 1)
                at = end
            elif line.startswith("## "):
                self._close()
                self._open = Case(self._file, at + 1, line[3:].strip(), self._background, (), ())
            elif line.startswith("|") and tables.is_table(line):
                at = self._table(at)
                continue
            at += 1
        self._close()
        if not self._cases:
            raise CaseError(self._file, 1, "there is no case: begin one with `## `")
        return self._cases

    def _table(self, start: int) -> int:
        """The cases of a table that begins at a line; gives the line after it."""
        if self._open is None:
            raise CaseError(self._file, start + 1, "a table stands before the first case")
        end = start
        while end < len(self._lines) and self._lines[end].startswith("|"):
            end += 1
        rows = [(at + 1, self._lines[at]) for at in range(start, end)]
        for case in tables.cases(rows, self._open, self._row, lambda at, why: CaseError(self._file, at, why)):
            self._cases.append(case)
        self._tables = True
        return end

    def _row(self, subject: str, outcome: str, words: str, at: int) -> Expected:
        if outcome and outcome not in STANDINGS:
            raise CaseError(self._file, at, f"write one of {', '.join(STANDINGS)}, or a code")
        return Expected(subject, outcome, words, at)

    def _end(self, start: int) -> int:
        for at in range(start + 1, len(self._lines)):
            if self._lines[at].rstrip() == "```":
                return at
        raise CaseError(self._file, start + 1, "the block that begins here is not closed")

    def _close(self) -> None:
        if self._open is None:
            return
        if self._tables and not self._open.verdicts and not self._open.diagnostics:
            self._open, self._tables = None, False
            return
        self._tables = False
        if not self._open.verdicts and not self._open.diagnostics:
            raise CaseError(self._file, self._open.line, "the case expects nothing: add a `verdicts` block")
        self._cases.append(self._open)
        self._open = None

    def _block(self, kind: str, name: str, lines: list[str], at: int) -> None:
        body = "\n".join(lines) + "\n"
        if kind in ("verdicts", "diagnostics"):
            if self._open is None:
                raise CaseError(self._file, at, f"`{kind}` stands before the first case")
            expected = self._expected(kind, lines, at)
            if kind == "verdicts":
                self._open = replace(self._open, verdicts=(*self._open.verdicts, *expected))
            else:
                self._open = replace(self._open, diagnostics=(*self._open.diagnostics, *expected))
            return
        held = self._background if self._open is None else self._open.given
        given = self._given(held, kind, name, body, at)
        if self._open is None:
            self._background = given
        else:
            self._open = replace(self._open, given=given)

    def _given(self, held: Given, kind: str, name: str, body: str, at: int) -> Given:
        match kind, name:
            case "yaml", "product":
                return replace(held, product=body, changes=None)
            case "yaml", "changes":
                return replace(held, changes=(held.changes or "") + body)
            case "yaml", "mesh":
                return replace(held, mesh=body)
            case "as-of", "":
                try:
                    return replace(held, as_of=date.fromisoformat(body.strip()))
                except ValueError:
                    raise CaseError(self._file, at + 1, "a day is written 2027-03-31") from None
            case "gov", name if name:
                return replace(held, policies={**held.policies, name: body})
            case kind, name if "/" in name and kind in _FILES:
                return replace(held, files={**held.files, name: body})
        raise CaseError(self._file, at, f"there is no block `{f'{kind} {name}'.strip()}`")

    def _expected(self, kind: str, lines: list[str], at: int) -> list[Expected]:
        found = []
        for offset, text in enumerate(lines, 1):
            line = text.strip()
            if not line:
                continue
            parts = line.split(None, 2 if kind == "verdicts" else 1)
            if kind == "diagnostics":
                found.append(Expected(parts[0], "", parts[1] if len(parts) > 1 else "", at + offset))
                continue
            if len(parts) < 2 or parts[1] not in STANDINGS:
                raise CaseError(self._file, at + offset, f"write a rule and one of {', '.join(STANDINGS)}")
            found.append(Expected(parts[0], parts[1], parts[2] if len(parts) > 2 else "", at + offset))
        return found
