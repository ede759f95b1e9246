"""Runs a case: judges its mesh, and says where the verdicts differ from what is expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govengine.cases.layout import Layout
from govengine.cases.markdown import Case, CaseError, Expected, read
from govengine.diagnostics import nearest
from govengine.run.session import Request, judge
from govengine.sources.mesh import MESH_FILE, why

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from govengine.diagnostics import Diagnostic
    from govengine.model.verdict import Report, Verdict

ENDING = ".cases.md"
_NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Miss:
    """One way in which a case came out otherwise: where it is expected (from 1), what, what was given, and why."""

    file: str
    line: int
    column: int
    title: str
    subject: str
    """A rule's address, or a diagnostic's code."""
    expected: str
    given: str
    message: str

    def __str__(self) -> str:
        said = f": {self.message}" if self.message else ""
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.title}: {self.subject}: expected {self.expected}, given {self.given}{said}"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case: where it differs from what is expected, and every verdict that was given."""

    case: Case
    misses: tuple[Miss, ...]
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """By rule: all rules that judged the case's product, or its mesh, sorted by address."""
    products: frozenset[str] = frozenset()
    """The product's name; none where it was not judged."""
    policies: Path | None = None
    """The folder of the policies that judged it; None where the case has its own."""


def case_files(folder: Path) -> Iterator[Path]:
    """The case files below a folder, sorted."""
    return iter(sorted(folder.rglob(f"*{ENDING}")))


def read_file(path: Path, name: str | None = None) -> list[Case]:
    """The cases of one file; `name` is what to call it in messages.

    Raises:
        CaseError: the file cannot be read as cases.

    """
    return read(text_of(path, name or str(path)), name or str(path))


def text_of(path: Path, name: str) -> str:
    """The text of a case file, its line ends as they are.

    Raises:
        CaseError: the file cannot be read, or is not UTF-8.

    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError(name, 1, "the file is not UTF-8", "save it as UTF-8") from error
    except OSError as error:
        raise CaseError(name, 1, f"the file cannot be read: {why(error)}", "see that it may be read") from error


def run(case: Case, policies: Path | None, scratch: Path) -> Result:
    """Judge the case in `scratch`, an empty folder, by the policies of a folder or by its own.

    Raises:
        CaseError: the case has no product, or its changes do not fit.

    """
    layout = Layout(case, policies, scratch)
    report = judge(Request(scratch, case.given.as_of)).report
    names = frozenset(p.name for p in report.products if p.file == layout.product)
    mesh = {p.name for p in report.products if p.file == MESH_FILE}
    verdicts = {v.rule: v for v in report.verdicts if v.product in names | mesh}
    misses = [
        *_verdict_misses(case, verdicts, report, layout),
        *_unlisted(case, {rule: v for rule, v in verdicts.items() if v.product in names}),
        *_diagnostic_misses(case, report, layout),
    ]
    return Result(case, tuple(misses), verdicts, names, None if case.given.policies else policies)


def stands(verdict: Verdict) -> str:
    """The word by which cases expect a verdict."""
    return "waived" if verdict.disposition == "waived" else verdict.outcome


def messages(verdict: Verdict) -> list[str]:
    """What a verdict says: the words of the parts that decide it, each after its element."""
    parts = [p for p in verdict.parts if p.outcome == verdict.outcome]
    return [": ".join(filter(None, (p.element, p.message))) for p in parts]


def holds(expected: Expected, verdict: Verdict) -> bool:
    """Whether a verdict says the words that are expected."""
    return not expected.words or any(expected.words in m for m in messages(verdict))


def _verdict_misses(case: Case, verdicts: Mapping[str, Verdict], report: Report, layout: Layout) -> Iterator[Miss]:
    for expected in case.verdicts:
        verdict = verdicts.get(expected.subject)
        asked = f"{expected.outcome} `{expected.words}`" if expected.words else expected.outcome
        if verdict is None:
            why = _no_verdict(expected.subject, verdicts, report, layout)
            yield _miss(case, expected, 0, expected.outcome, _NOTHING, why)
        elif stands(verdict) != expected.outcome:
            yield _miss(case, expected, 1, expected.outcome, stands(verdict), _said(verdict))
        elif not holds(expected, verdict):
            yield _miss(case, expected, 2, asked, stands(verdict), _said(verdict))


def _unlisted(case: Case, verdicts: Mapping[str, Verdict]) -> Iterator[Miss]:
    listed = {expected.subject for expected in case.verdicts}
    for block in case.blocks:
        if block.all is None:
            continue
        for rule, verdict in verdicts.items():
            if rule not in listed:
                line, column = block.all
                yield Miss(case.file, line, column, case.title, rule, _NOTHING, stands(verdict), _said(verdict))
        return


def _no_verdict(rule: str, verdicts: Mapping[str, Verdict], report: Report, layout: Layout) -> str:
    if not verdicts:
        errors = [d for d in report.diagnostics if d.level == "error"]
        return "; ".join(_shown(d, layout) for d in errors) or "the product was not judged"
    near = nearest(rule, verdicts)
    return "no rule of that name judges the product" + (f"; did you mean `{near}`?" if near else "")


def _diagnostic_misses(case: Case, report: Report, layout: Layout) -> Iterator[Miss]:
    for expected in case.diagnostics:
        of_code = [d for d in report.diagnostics if d.code == expected.subject]
        if any(_fits(expected, d) for d in of_code):
            continue
        asked = " ".join(filter(None, (_where(expected), f"`{expected.words}`" if expected.words else "")))
        said = "; ".join(_shown(d, layout) for d in of_code or report.diagnostics)
        elsewhere = any(expected.words in d.message for d in of_code)
        part = 1 if of_code and expected.place is not None and elsewhere else 2 if of_code else 0
        given = "another place" if part == 1 else "other words" if of_code else _NOTHING
        yield _miss(case, expected, part, asked or "it", given, said)
    if case.given.policies and not case.diagnostics:
        for d in report.diagnostics:
            if d.level == "error":
                message = _shown(d, layout)
                yield Miss(case.file, case.line, 1, case.title, d.code, _NOTHING, "an error", message)


def _fits(expected: Expected, diagnostic: Diagnostic) -> bool:
    place = diagnostic.span.place if diagnostic.span is not None else None
    return expected.words in diagnostic.message and expected.place in (None, place)


def _where(expected: Expected) -> str:
    return "" if expected.place is None else f"at {':'.join(map(str, expected.place))}"


def _shown(diagnostic: Diagnostic, layout: Layout) -> str:
    """Code, message, and where: in the mesh, and in the case file where it was written there."""
    said = f"{diagnostic.code} {diagnostic.message}"
    if diagnostic.span is None:
        return said
    place = diagnostic.span.place
    written = layout.place(place)
    at = ":".join(map(str, place))
    return f"{said} ({at}, here line {written.line})" if written != place else f"{said} ({at})"


def _said(verdict: Verdict) -> str:
    return "; ".join(filter(None, dict.fromkeys(messages(verdict))))


def _miss(case: Case, expected: Expected, part: int, asked: str, given: str, message: str) -> Miss:
    column = expected.columns[part]
    return Miss(case.file, expected.line, column, case.title, expected.subject, asked, given, message)
