"""A `.cases.md` file → cases. The format is described in `policies/README.md`.

A heading of level two begins a case; fenced blocks before the first one are the background of all. Blocks:

    ```yaml product          a product spec
    ```yaml changes          dotted paths and their new values, laid over the background's product; null takes away
    ```yaml mesh             a govengine.yaml
    ```csv PATH              a file of the mesh, also json, ndjson, txt and yaml (a further product)
    ```gov PATH              a policy file; where a case has any, it is judged by those alone
    ```as-of                 the day, 2026-11-01 unless said otherwise
    ```verdicts              lines: rule, outcome, and words that the message holds; `all` first means no others
    ```diagnostics           lines: code, place (may be left out), and words that the message holds
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from govengine.cases import tables
from govengine.diagnostics import Place, nearest
from govengine.model.verdict import OUTCOMES

STANDINGS = (*OUTCOMES, "waived")
"""What a case may expect of a rule: an outcome, or a failure that is waived."""
DEFAULT_DAY = date(2026, 11, 1)
ALL = "all"
_FENCE = re.compile(r"(`{3,})([^\s`]*)[ \t]*([^`]*?)[ \t]*")
# What Markdown takes for a fence, and this reader does not: it would be passed over in silence.
_OTHER_FENCE = re.compile(r"(?: {1,3}`{3,}|~{3,}| {1,3}~{3,}) *(\w[\w-]*)")
_FILES = ("csv", "json", "ndjson", "txt", "yaml")
_KNOWN = ("yaml product", "yaml changes", "yaml mesh", "csv PATH", "gov PATH", "as-of", "verdicts", "diagnostics")
_WORDS = frozenset((*_FILES, "gov", "as-of", "verdicts", "diagnostics"))
_REPEATABLE = ("yaml changes", "verdicts", "diagnostics")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLACE = re.compile(r"(\S*[^\s\d:]\S*):(\d{1,9}):(\d{1,9})")
_CODE = re.compile(r"GOV\d{3}")


class CaseError(Exception):
    """A case file that cannot be read: file, line (from 1), why, and what would mend it."""

    def __init__(self, file: str, line: int, why: str, repair: str) -> None:
        super().__init__(f"{file}:{line}: {why}; {repair}")
        self.file, self.line, self.why, self.repair = file, line, why, repair


@dataclass(frozen=True, slots=True)
class FencedBlock:
    """The text of a fenced block, and the line of its fence; the text begins in the next one.

    One that is `made` from the row of a table has the row's line, and none of its own lines stands in the file.
    """

    text: str
    line: int
    made: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """One line of a `verdicts` or `diagnostics` block.

    `subject` is a rule's address or a diagnostic's code; `outcome` is "" for a diagnostic; `place` is None for a
    verdict, and where no place is asked. `columns` are those of subject, outcome or place, and words, from 1.
    """

    subject: str
    outcome: str
    words: str
    line: int
    columns: tuple[int, int, int]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a mesh is made of; the parts of a case go before those of the background."""

    product: FencedBlock | None = None
    changes: tuple[FencedBlock, ...] = ()
    mesh: FencedBlock | None = None
    as_of: date = DEFAULT_DAY
    files: dict[str, FencedBlock] = field(default_factory=dict)
    policies: dict[str, FencedBlock] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A `verdicts` block: its lines, where it stands, and the line and column of its `all` (None without one).

    `line` is that of the fence and `end` that of the closing one.
    """

    expected: tuple[Expected, ...]
    line: int
    end: int
    all: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Case:
    """A case: its title, what is given, and what is expected."""

    file: str
    line: int
    title: str
    given: Given
    blocks: tuple[Verdicts, ...] = ()
    diagnostics: tuple[Expected, ...] = ()

    @property
    def verdicts(self) -> tuple[Expected, ...]:
        """The lines of all its `verdicts` blocks."""
        return tuple(expected for block in self.blocks for expected in block.expected)


def read(text: str, file: str) -> list[Case]:
    """The cases of a file, in its order.

    Raises:
        CaseError: an unknown block, an unclosed fence, an outcome that does not exist, a case that expects nothing.

    """
    return _Reader(text, file).cases()


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self._lines, self._file = [line.removesuffix("\r") for line in text.split("\n")], file
        self._background = Given()
        self._cases: list[Case] = []
        self._open: Case | None = None
        self._seen: dict[str, int] = {}
        self._tables = False

    def cases(self) -> list[Case]:
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            fence = _FENCE.fullmatch(line)
            if fence:
                end = self._end(at, fence[1])
                self._block(fence[2], fence[3], self._lines[at + 1 : end], at + 1)
                at = end
            elif line.startswith("## "):
                self._close()
                self._seen, self._tables = {}, False
                self._open = Case(self._file, at + 1, line[3:].strip(), self._background)
            elif line.startswith("|") and tables.is_table(line):
                at = self._table(at)
                continue
            elif (other := _OTHER_FENCE.match(line)) and other[1] in _WORDS:
                raise self._error(
                    at + 1, f"the block `{other[1]}` would be passed over", "begin its line with three backticks"
                )
            at += 1
        self._close()
        if not self._cases:
            raise self._error(1, "there is no case", "begin one with a heading `## …`")
        return self._cases

    def _table(self, start: int) -> int:
        """The cases of a table that begins at a line; gives the line after it."""
        if self._open is None:
            raise self._error(start + 1, "a table stands before the first case", "move it below a heading `## …`")
        end = start
        while end < len(self._lines) and self._lines[end].startswith("|"):
            end += 1
        rows = [tables.Row(at + 1, self._lines[at]) for at in range(start, end)]
        try:
            self._cases += [self._of_row(self._open, row) for row in tables.tried(rows, self._open.title)]
        except tables.TableError as error:
            raise self._error(error.line, error.why, error.repair) from error
        self._tables = True
        return end

    def _of_row(self, case: Case, row: tables.RowCase) -> Case:
        policies, files = dict(case.given.policies), dict(case.given.files)
        levels = not any("levels " in block.text for block in policies.values())
        policies[tables.FILE] = FencedBlock(row.policy(levels=levels), row.line, made=True)
        if row.rows is not None:
            files[tables.ROWS] = FencedBlock(row.rows, row.line, made=True)
        product = FencedBlock(row.product, row.line, made=True)
        made = replace(
            case,
            line=row.line,
            title=row.title,
            given=replace(case.given, product=product, changes=(), policies=policies, files=files),
            blocks=(),
            diagnostics=(),
        )
        if _CODE.fullmatch(row.outcome):
            return replace(made, diagnostics=(Expected(row.outcome, "", row.words, row.line, row.columns),))
        if row.outcome not in STANDINGS:
            near = nearest(row.outcome, STANDINGS)
            repair = f"write `{near}`" if near else f"write one of {', '.join(STANDINGS)}, or a code"
            raise self._error(row.line, f"there is no outcome `{row.outcome}`", repair)
        expected = Expected(tables.RULE, row.outcome, row.words, row.line, row.columns)
        return replace(made, blocks=(Verdicts((expected,), row.line, row.line + 1, None),))

    def _error(self, line: int, why: str, repair: str) -> CaseError:
        return CaseError(self._file, line, why, repair)

    def _end(self, start: int, ticks: str) -> int:
        for at in range(start + 1, len(self._lines)):
            line = self._lines[at].rstrip()
            if len(line) >= len(ticks) and not line.strip("`"):
                return at
        raise self._error(start + 1, "the block that begins here is not closed", f"end it with a line `{ticks}`")

    def _close(self) -> None:
        if self._open is None:
            return
        expects = self._open.blocks or self._open.diagnostics
        if not expects and self._tables:
            self._open = None
            return
        if not expects:
            raise self._error(self._open.line, "the case expects nothing", "add a `verdicts` block")
        self._cases.append(self._open)
        self._open = None

    def _block(self, kind: str, name: str, lines: list[str], at: int) -> None:
        self._once(f"{kind} {name}".strip(), at)
        if kind in ("verdicts", "diagnostics") and not name:
            if self._open is None:
                raise self._error(at, f"`{kind}` stands before the first case", "move it below a heading `## …`")
            if kind == "verdicts":
                self._open = replace(self._open, blocks=(*self._open.blocks, self._verdicts(lines, at)))
            else:
                found = tuple(self._diagnostic(text, at + i) for i, text in enumerate(lines, 1) if text.strip())
                self._open = replace(self._open, diagnostics=(*self._open.diagnostics, *found))
            return
        held = self._background if self._open is None else self._open.given
        given = self._given(held, kind, name, FencedBlock("\n".join(lines) + "\n", at))
        if self._open is None:
            self._background = given
        else:
            self._open = replace(self._open, given=given)

    def _once(self, block: str, at: int) -> None:
        """Each block stands once in a case (and in the background): of two, one would be passed over."""
        if block in _REPEATABLE:
            return
        first = self._seen.setdefault(block, at)
        if first != at:
            raise self._error(at, f"`{block}` stands in line {first} already", "keep one of the two")

    def _given(self, held: Given, kind: str, name: str, block: FencedBlock) -> Given:
        match kind, name:
            case "yaml", "product":
                return replace(held, product=block, changes=())
            case "yaml", "changes":
                return replace(held, changes=(*held.changes, block))
            case "yaml", "mesh":
                return replace(held, mesh=block)
            case "as-of", "":
                return replace(held, as_of=self._day(block))
            case "gov", name if name:
                return replace(held, policies={**held.policies, name: block})
            case kind, name if kind in _FILES and name and (kind != "yaml" or "/" in name):
                return replace(held, files={**held.files, name: block})
        written = f"{kind} {name}".strip()
        near = nearest(written, _KNOWN)
        listed = ", ".join(f"`{k}`" for k in _KNOWN)
        repair = f"write `{near}`" if near else f"blocks are {listed}; other text needs no backticks, or an indent"
        raise self._error(block.line, f"there is no block `{written}`" if written else "the block has no name", repair)

    def _day(self, block: FencedBlock) -> date:
        text = block.text.strip()
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise self._error(block.line + 1, "that is no day", "write it as 2027-03-31")

    def _verdicts(self, lines: list[str], at: int) -> Verdicts:
        found: list[Expected] = []
        all_: tuple[int, int] | None = None
        for line, text in enumerate(lines, at + 1):
            words = text.split(None, 2)
            if not words:
                continue
            if words == [ALL] and not found and all_ is None:
                all_ = (line, _columns(text, words)[0])
            elif len(words) < 2 or words[1] not in STANDINGS:
                near = nearest(words[1], STANDINGS) if len(words) > 1 else None
                what = f"there is no outcome `{words[1]}`" if len(words) > 1 else f"`{words[0]}` has no outcome"
                repair = f"write `{words[0]} {near}`" if near else f"write a rule and one of {', '.join(STANDINGS)}"
                raise self._error(line, what, repair)
            else:
                rest = words[2].rstrip() if len(words) > 2 else ""
                found.append(Expected(words[0], words[1], rest, line, _columns(text, words)))
        self._unlike(found)
        if not found and all_ is None:
            raise self._error(at, "the block is empty", f"write a rule and an outcome, or `{ALL}`")
        return Verdicts(tuple(found), at, at + len(lines) + 1, all_)

    def _unlike(self, found: list[Expected]) -> None:
        """A rule has one outcome; a rule may stand twice, to ask for several words."""
        first: dict[str, Expected] = {}
        for expected in found:
            other = first.setdefault(expected.subject, expected)
            if other.outcome != expected.outcome:
                what = f"`{expected.subject}` is {other.outcome} in line {other.line} already"
                raise self._error(expected.line, what, "a rule has one outcome on a product: keep one line")

    def _diagnostic(self, text: str, line: int) -> Expected:
        words = text.split(None, 2)
        if not _CODE.fullmatch(words[0]):
            raise self._error(line, f"`{words[0]}` is no code", "write a code such as GOV301, a place, and words")
        at = _PLACE.fullmatch(words[1]) if len(words) > 1 else None
        columns = _columns(text, words)
        if at is None:
            rest = text.split(None, 1)[1].rstrip() if len(words) > 1 else ""
            return Expected(words[0], "", rest, line, (columns[0], columns[1], columns[1]))
        place = Place(at[1], int(at[2]), int(at[3]))
        return Expected(words[0], "", words[2].rstrip() if len(words) > 2 else "", line, columns, place)


def _columns(text: str, words: list[str]) -> tuple[int, int, int]:
    """Where the words of a line begin, from 1; of one that is not there, where the last one begins."""
    found: list[int] = []
    at = 0
    for word in words[:3]:
        at = text.index(word, at)
        found.append(at + 1)
        at += len(word)
    found += [found[-1]] * (3 - len(found))
    return found[0], found[1], found[2]
