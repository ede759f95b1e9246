"""Runs a case: writes its mesh into a folder, judges it, and says where the verdicts differ from what is expected."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from govengine.cases.changes import ChangeError, changed
from govengine.cases.markdown import Case, CaseError, Expected, read
from govengine.session import Request, judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govengine.model.verdict import Report, Verdict

ENDING = ".cases.md"
PRODUCT = "product-of-the-case.yaml"
# Not by a YAML parser: a product may hold what only our own reader takes.
_DOMAIN = re.compile(r"^(?:metadata:.*?[{,]|)[ ]+domain:[ ]*[\"']?([A-Za-z0-9-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case: where it differs from what is expected, and every verdict that was given."""

    case: Case
    misses: tuple[str, ...]
    outcomes: dict[str, str] = field(default_factory=dict)
    """Rule → outcome, of all rules that judged the case's product."""


def case_files(folder: Path) -> Iterator[Path]:
    """The case files below a folder, sorted."""
    return iter(sorted(folder.rglob(f"*{ENDING}")))


def read_file(path: Path) -> list[Case]:
    """The cases of one file.

    Raises:
        CaseError: the file cannot be read as cases.

    """
    return read(path.read_text(encoding="utf-8"), str(path))


def run(case: Case, policies: Path, scratch: Path) -> Result:
    """Judge the case in `scratch`, an empty folder, by the policies of a folder or by its own.

    Raises:
        CaseError: the case has no product, or its changes do not fit.

    """
    _write(case, policies, scratch)
    report = judge(Request(scratch, case.given.as_of)).report
    names = {p.name for p in report.products if p.file.endswith(PRODUCT)}
    verdicts = {v.rule: v for v in report.verdicts if v.product in names}
    misses = [*_verdict_misses(case, verdicts, report), *_diagnostic_misses(case, report)]
    return Result(case, tuple(misses), {rule: stands(v) for rule, v in verdicts.items()})


def _write(case: Case, policies: Path, scratch: Path) -> None:
    given = case.given
    if given.product is None:
        raise CaseError(case.file, case.line, "the case has no product: give it a `yaml product` block")
    try:
        product = changed(given.product, given.changes)
    except ChangeError as error:
        raise CaseError(case.file, case.line, str(error)) from error
    domain = _domain(given.product)
    mesh = given.mesh or _mesh(domain)
    if not given.policies:
        mesh += f"\npaths: {{policies: {Path(os.path.relpath(policies, scratch)).as_posix()}}}\n"
    written = {"govengine.yaml": mesh, f"products/{domain}/{PRODUCT}": product, **given.files, **given.policies}
    for name, text in written.items():
        path = scratch / name
        if not path.resolve().is_relative_to(scratch.resolve()):
            raise CaseError(case.file, case.line, f"`{name}` leads out of the case's mesh")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _domain(product: str) -> str:
    found = _DOMAIN.search(product)
    return found[1] if found else "domain"


def _mesh(domain: str) -> str:
    return yaml.safe_dump(
        {
            "mesh": "cases",
            "domains": {
                domain: {
                    "products": [f"products/{domain}"],
                    "owner": f"{domain}@company.com",
                    "stewards": [f"{domain}-steward@company.com"],
                }
            },
        }
    )


def _verdict_misses(case: Case, by_rule: Mapping[str, Verdict], report: Report) -> Iterator[str]:
    for expected in case.verdicts:
        verdict = by_rule.get(expected.subject)
        if verdict is None:
            said = "; ".join(f"{d.code} {d.message}" for d in report.diagnostics if d.level == "error")
            yield _miss(case, expected, f"`{expected.subject}` gave no verdict" + (f" ({said})" if said else ""))
        elif stands(verdict) != expected.outcome:
            differs = f"{expected.outcome} expected, {stands(verdict)} given: {_said(verdict)}"
            yield _miss(case, expected, f"`{expected.subject}`: {differs}")
        elif expected.words and not any(expected.words in m for m in _messages(verdict)):
            yield _miss(case, expected, f"`{expected.subject}` does not say `{expected.words}`, but: {_said(verdict)}")


def _diagnostic_misses(case: Case, report: Report) -> Iterator[str]:
    for expected in case.diagnostics:
        if not any(d.code == expected.subject and expected.words in d.message for d in report.diagnostics):
            said = "; ".join(f"{d.code} {d.message}" for d in report.diagnostics) or "nothing"
            yield _miss(case, expected, f"{expected.subject} `{expected.words}` expected, said was: {said}")
    if case.given.policies and not case.diagnostics:
        for diagnostic in report.diagnostics:
            if diagnostic.level == "error":
                yield f"{case.file}:{case.line}: {diagnostic.code} was not expected: {diagnostic.message}"


def stands(verdict: Verdict) -> str:
    """The word by which cases expect a verdict."""
    return "waived" if verdict.disposition == "waived" else verdict.outcome


def _messages(verdict: Verdict) -> list[str]:
    parts = [p for p in verdict.parts if p.outcome == verdict.outcome]
    return [f"{p.element}: {p.message}" if p.element else p.message for p in parts]


def _said(verdict: Verdict) -> str:
    return "; ".join(dict.fromkeys(_messages(verdict))) or "(no words)"


def _miss(case: Case, expected: Expected, what: str) -> str:
    return f"{case.file}:{expected.line}: {case.title}: {what}"
