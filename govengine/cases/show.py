"""What came of the cases, as text for a terminal and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govengine.cases.rewrite import diff
from govengine.diagnostics.render import render
from govengine.diagnostics.terminal import paint, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govengine.cases.coverage import Coverage
    from govengine.cases.markdown import CaseError
    from govengine.cases.policies import Policies
    from govengine.cases.rewrite import Line
    from govengine.cases.run import Result
    from govengine.cases.suite import SuiteResult

SCHEMA = "govengine-cases/1"


@dataclass(frozen=True, slots=True)
class Account:
    """All that is to be said of a run. `coverages` are by folder of policies; none where it was not measured."""

    tried: SuiteResult
    coverages: Sequence[tuple[Policies, Coverage]]
    least: float | None
    """The coverage that is asked, in percent."""
    updated: Sequence[tuple[Result, list[Line]]]
    exit_code: int

    @property
    def percent(self) -> float:
        """The share of directions that were seen, in tenths and never rounded up; 0 where there is no rule."""
        directions = sum(c.directions for _, c in self.coverages)
        return (1000 * sum(c.seen for _, c in self.coverages) // directions) / 10 if directions else 0.0


def shown(path: Path) -> str:
    """A path from the working directory where it lies below, else whole."""
    whole, here = path.absolute(), Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()


def console(account: Account, color: bool) -> str:
    """Text with a line break at the end: changes, mistakes, misses with their diffs, summary, coverage."""
    tried = account.tried
    parts = [_changes(result, lines, color) for result, lines in account.updated]
    parts += [_mistakes(policies, color) for policies in tried.policies.values() if policies.mistakes]
    parts += [_unreadable(error, color) for error in tried.unreadable]
    parts += [_misses(result, tried, color) for result in tried.results if result.misses]
    parts.append("\n".join([_summary(account, color), *_coverage(account, color)]))
    return "\n\n".join(parts) + "\n"


def _changes(result: Result, lines: Iterable[Line], color: bool) -> str:
    head = f"{_where(result.case.file, result.case.line)}: {visible(result.case.title)}: updated"
    return "\n".join([head, *_diff(list(lines), color)])


def _mistakes(policies: Policies, color: bool) -> str:
    # Their paths begin with `policies/`, wherever the folder lies and whatever it is called.
    paths = {file: shown(policies.path(file)) for file in policies.texts}
    texts = {paths[file]: text for file, text in policies.texts.items()}
    listed = []
    for mistake in policies.mistakes:
        span = mistake.span and mistake.span._replace(file=paths.get(mistake.span.file, mistake.span.file))
        others = tuple(
            label._replace(span=label.span._replace(file=paths.get(label.span.file, label.span.file)))
            for label in mistake.others
        )
        listed.append(render(mistake._replace(span=span, others=others), texts, "", color))
    return "\n\n".join(listed)


def _unreadable(error: CaseError, color: bool) -> str:
    head = f"{paint('error', 'error', color)}: {_where(error.file, error.line)}: {visible(error.why)}"
    return f"{head}\n  = {paint('help', 'help', color)}: {visible(error.repair)}"


def _misses(result: Result, tried: SuiteResult, color: bool) -> str:
    lines = [visible(str(miss)) for miss in result.misses]
    return "\n".join([*lines, *_diff(tried.lines(result), color)])


def _diff(lines: Sequence[Line], color: bool) -> list[str]:
    styles = {"-": "fail", "+": "pass"}
    return ["    " + paint(visible(line), styles.get(line[:1], "dim"), color) for line in diff(lines)]


def _where(file: str, line: int) -> str:
    return f"{visible(file)}:{line}"


def _summary(account: Account, color: bool) -> str:
    tried = account.tried
    passed = len(tried.results) - tried.failed
    counts = [f"{passed} pass"]
    counts += [paint(f"{tried.failed} fail", "fail", color)] if tried.failed else []
    if tried.not_judged:
        counts.append(paint(f"{len(tried.not_judged)} not judged, for the policies do not compile", "error", color))
    if tried.unreadable:
        counts.append(paint(f"{len(tried.unreadable)} cannot be read", "error", color))
    return f"{tried.cases} case{'' if tried.cases == 1 else 's'}: {', '.join(counts)}"


def _coverage(account: Account, color: bool) -> list[str]:
    if not account.coverages:
        none = "coverage: there is no rule beside these cases to try"
        return [] if account.least is None else [paint(none, "fail", color)]
    seen = sum(c.seen for _, c in account.coverages)
    directions = sum(c.directions for _, c in account.coverages)
    rules = sum(len(c.rules) for _, c in account.coverages)
    said = f"coverage {_percent(account.percent)}: {rules} rules, {seen} of their {directions} directions tried"
    if account.least is not None and account.percent < account.least:
        said = paint(f"{said}; {_percent(account.least)} are asked", "fail", color)
    lines = [said]
    for policies, coverage in account.coverages:
        for what, never in (("passing", coverage.never_passing), ("failing", coverage.never_failing)):
            lines += [f"  never seen {what}: {r.address}  {_place(policies, r.place)}" for r in never]
        lines += [f"  `when` never false: {r.address}  {_place(policies, r.place)}" for r in coverage.never_false]
        lines += [f"  `when` never false: policy {name}" for name in coverage.policies_never_false]
    return lines


def _percent(value: float) -> str:
    return f"{value:g}%"


def _place(policies: Policies, place: Any) -> str:
    return f"{visible(shown(policies.path(place.file)))}:{place.line}:{place.column}"


def as_json(account: Account) -> str:
    """JSON text with a line break at the end, ASCII only; the same outcome gives the same bytes."""
    tried = account.tried
    value = {
        "schema": SCHEMA,
        "summary": {
            "cases": tried.cases,
            "pass": len(tried.results) - tried.failed,
            "fail": tried.failed,
            "not_judged": len(tried.not_judged),
            "unreadable": len(tried.unreadable),
            "exit_code": account.exit_code,
        },
        "cases": [_case(result, tried) for result in tried.results],
        "not_judged": [{"file": c.file, "line": c.line, "title": c.title} for c in tried.not_judged],
        "unreadable": [{"file": e.file, "line": e.line, "why": e.why, "help": e.repair} for e in tried.unreadable],
        "policy_mistakes": [
            _mistake(policies, mistake) for policies in tried.policies.values() for mistake in policies.mistakes
        ],
        "coverage": _coverage_value(account),
        "updated": [
            {"file": r.case.file, "line": r.case.line, "title": r.case.title, "diff": diff(lines)}
            for r, lines in account.updated
        ],
    }
    return json.dumps(value, ensure_ascii=True, allow_nan=False, indent=2) + "\n"


def _case(result: Result, tried: SuiteResult) -> dict[str, object]:
    case = result.case
    misses = [
        {
            "line": m.line,
            "column": m.column,
            "subject": m.subject,
            "expected": m.expected,
            "given": m.given,
            "message": m.message,
        }
        for m in result.misses
    ]
    said = {"file": case.file, "line": case.line, "title": case.title, "outcome": "fail" if misses else "pass"}
    return {**said, "misses": misses, "diff": diff(tried.lines(result)) if misses else []}


def _mistake(policies: Policies, mistake: Any) -> dict[str, object]:
    place = mistake.span and {
        "file": shown(policies.path(mistake.span.file)) if mistake.span.file in policies.texts else mistake.span.file,
        "line": mistake.span.line,
        "column": mistake.span.column,
    }
    return {"code": mistake.code, "message": mistake.message, "place": place, "help": mistake.help}


def _coverage_value(account: Account) -> dict[str, object] | None:
    if not account.coverages:
        return None
    all_ = [(p, c) for p, c in account.coverages]
    return {
        "percent": account.percent,
        "min_percent": account.least,
        "rules": sum(len(c.rules) for _, c in all_),
        "directions": sum(c.directions for _, c in all_),
        "seen": sum(c.seen for _, c in all_),
        "never_passing": [_rule(p, r) for p, c in all_ for r in c.never_passing],
        "never_failing": [_rule(p, r) for p, c in all_ for r in c.never_failing],
        "when_never_false": [_rule(p, r) for p, c in all_ for r in c.never_false],
        "policies_when_never_false": [name for _, c in all_ for name in c.policies_never_false],
    }


def _rule(policies: Policies, rule: Any) -> dict[str, object]:
    place = rule.place
    return {
        "rule": rule.address,
        "file": shown(policies.path(place.file)),
        "line": place.line,
        "column": place.column,
    }
