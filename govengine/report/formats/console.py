"""The report for a terminal: what is wrong, why, where, and the smallest edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics.counted import plural
from govengine.diagnostics.render import render as render_diagnostic
from govengine.diagnostics.terminal import clickable, paint, visible
from govengine.model.verdict import OUTCOMES, Outcome, Part, Report, Verdict
from govengine.report.format import Format
from govengine.report.overview import (
    ROW_FINDING,
    CauseGroup,
    Finding,
    ProductView,
    assurance_of,
    evidence_words,
    leading_causes,
    outcome_words,
    part_words,
    product_views,
    scope_words,
    summary_sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govengine.diagnostics import Place

_MOST_CAUSES = 5
_MOST_PARTS = 5
_MOST_ADVISORY = 3
_WIDTH = 110
_STYLE_OF = {"non-compliant": "fail", "undetermined": "unknown", "compliant-with-waivers": "pass", "compliant": "pass"}
_OUTCOME_STYLE: Mapping[Outcome, str] = {
    "fail": "fail",
    "error": "error",
    "unknown": "unknown",
    "review": "review",
    "pass": "pass",
    "not-applicable": "dim",
    "not-run": "dim",
}


def render(report: Report, sources: Mapping[str, str], prefix: str, color: bool, verbose: bool) -> str:
    """Text with a line break at the end; its last line is one sentence with the exit code's meaning.

    Args:
        report: what one run found.
        sources: the text of each file that a diagnostic may quote, by its path relative to the mesh root.
        prefix: the path from the working directory to the mesh root, "" for here: places can then be clicked.
        color: whether escape codes for colour may be used.
        verbose: list every verdict and every element, passes included.

    """
    page = _Page(report, prefix, color, verbose)
    views = product_views(report)
    page.headline()
    for diagnostic in report.diagnostics:
        page.block(render_diagnostic(diagnostic, sources, prefix, color).split("\n"))
    if not views:
        page.block(["nothing was judged: no rule met a data product"])
    troubled = [view for view in views if not view.clean]
    if len(troubled) > 1:
        page.start_here(views)
    full = [view for view in views if view.product.verdict in {"non-compliant", "undetermined"}]
    for view in full:
        page.product(view)
    page.compliant([view for view in views if view not in full])
    page.left_out(views)
    page.block([page.paint(visible(summary_sentence(report)), "bold")])
    return "\n".join(page.lines) + "\n"


class _Page:
    """Lines as they grow, and how they are to look."""

    def __init__(self, report: Report, prefix: str, color: bool, verbose: bool) -> None:
        self.report = report
        self.lines: list[str] = []
        self._prefix = prefix
        self._color = color
        self._verbose = verbose

    def paint(self, text: str, style: str) -> str:
        return paint(text, style, self._color)

    def block(self, lines: Iterable[str]) -> None:
        """Lines with an empty one before them."""
        if self.lines:
            self.lines.append("")
        self.lines += lines

    def place(self, place: Place) -> str:
        return f"--> {self.paint(clickable(self._prefix, *place), 'place')}"

    def headline(self) -> None:
        report = self.report
        words = [
            f"govengine {report.engine_version}",
            f"mesh {report.mesh}",
            scope_words(report.scope),
            f"as of {report.as_of}",
            f"policies {report.policy_digest.removeprefix('sha256:')[:12] or 'none'}",
        ]
        self.block([self.paint(visible(" | ".join(words)), "dim")])

    def start_here(self, views: Iterable[ProductView]) -> None:
        groups = leading_causes(views, _MOST_CAUSES)
        if not groups:
            return
        lines = [self.paint("start here: the edits that settle most", "bold")]
        for group in groups:
            lines.append(f"  {visible(group.cause.product)}: {self._settles(group)}")
            if group.cause.place is not None:
                lines.append(f"    {self.place(group.cause.place)}")
        self.block(lines)

    def product(self, view: ProductView) -> None:
        """A product that is not compliant, in full."""
        product = view.product
        name = self.paint(visible(f"{product.domain}/{product.name}"), "bold")
        version = f" {visible(product.version)}" if product.version else ""
        lines = [f"{name}{version}: {self.paint(view.words.upper(), _STYLE_OF[product.verdict])}"]
        lines.append("  " + self._counts(view))
        owner = f", owner {product.owner}" if product.owner else ""
        lines.append("  " + self.paint(clickable(self._prefix, product.file, 1, 1), "place") + visible(owner))
        for title, items in (("blocks", view.blocking), ("advisory, does not block", view.advisory)):
            if items:
                lines += ["", "  " + self.paint(f"{title}:", "bold")]
            for item in items:
                lines += self._group(item) if isinstance(item, CauseGroup) else self._finding(item)
        if not view.clean and (view.waived or self._verbose):
            lines.append("")
        lines += self._settled(view)
        self.block(lines)

    def compliant(self, views: list[ProductView]) -> None:
        """Compliant products, one line each; below it advisory findings, one line each."""
        if not views:
            return
        width = max(len(visible(f"{view.product.domain}/{view.product.name}")) for view in views)
        lines = [self.paint("compliant:", "bold")]
        for view in views:
            name = visible(f"{view.product.domain}/{view.product.name}")
            words = self.paint(view.words, _STYLE_OF[view.product.verdict])
            lines.append(f"  {name:<{width}}  {words}  {self._counts(view)}")
            advisory = [
                f for item in view.advisory for f in (item.findings if isinstance(item, CauseGroup) else [item])
            ]
            shown = advisory if self._verbose else advisory[:_MOST_ADVISORY]
            lines.extend("    " + self._one_line(finding) for finding in shown)
            if len(advisory) > len(shown):
                lines.append(f"    and {plural(len(advisory) - len(shown), 'more advisory finding')}")
            lines += self._settled(view)
        self.block(lines)

    def left_out(self, views: Iterable[ProductView]) -> None:
        """Rules that this run left out, one line each, with the products they wait for."""
        products: dict[str, list[str]] = {}
        for view in sorted(views, key=lambda view: (view.product.domain, view.product.name)):
            for verdict in view.not_run:
                products.setdefault(verdict.rule, []).append(view.product.name)
        if not products:
            return
        judged = sum(len(names) for names in products.values())
        why = "data was read" if self.report.scope.get("data") else "this run read no data"
        lines = [self.paint(f"not run ({why}): {plural(judged, 'verdict')} of {plural(len(products), 'rule')}", "bold")]
        for rule, names in sorted(products.items()):
            shown = names if self._verbose else names[:3]
            more = f" and {len(names) - len(shown):,} more" if len(names) > len(shown) else ""
            lines += _wrapped(f"  {visible(rule)}: ", [visible(name) for name in shown], more)
        self.block(lines)

    def _counts(self, view: ProductView) -> str:
        words = []
        for outcome in OUTCOMES:
            count = view.counts[outcome]
            if not count:
                continue
            word = f"{count} {outcome_words(outcome)}"
            if outcome == "pass":
                word += self._assurances(view.passed)
            words.append(self.paint(word, _OUTCOME_STYLE[outcome]) if outcome in {"fail", "error", "unknown"} else word)
        if view.waived:
            words.append(f"of these {len(view.waived)} waived")
        parted = sum(1 for verdict in view.not_run if verdict.outcome != "not-run")
        if parted:
            words.append(f"{parted} run in part")
        return ", ".join(words) or "no rule applied"

    def _assurances(self, verdicts: Iterable[Verdict]) -> str:
        tally: dict[str, int] = {}
        for verdict in verdicts:
            assurance = assurance_of(verdict.parts)
            if assurance is not None:
                tally[assurance] = tally.get(assurance, 0) + 1
        return f" ({', '.join(f'{count} {word}' for word, count in sorted(tally.items()))})" if tally else ""

    def _settles(self, group: CauseGroup) -> str:
        cause = group.cause
        blocking = ", all blocking" if cause.blocking == len(cause.rules) else f", {cause.blocking} blocking"
        return f"{visible(cause.cause)} ({plural(len(cause.rules), 'rule')}{blocking if cause.blocking else ''})"

    def _group(self, group: CauseGroup) -> list[str]:
        lines = ["", f"  {self.paint('cause', 'bold')} {self._settles(group)}"]
        if group.cause.place is not None:
            lines.append(f"    {self.place(group.cause.place)}")
        fixes = dict.fromkeys(finding.verdict.fix for finding in group.findings if finding.verdict.fix)
        lines.extend(f"    {self.paint('fix', 'help')}: {visible(fix)}" for fix in fixes)
        for finding in group.findings:
            verdict = finding.verdict
            lines.append(f"    {self._grade(verdict)} {visible(verdict.rule)}: {visible(verdict.title)}")
            lines += self._elements(finding, group.cause.cause)
        return lines

    def _elements(self, finding: Finding, cause: str) -> list[str]:
        """Within a group only what the cause does not say already."""
        told = [part for part in finding.parts if part.element or cause not in part.message]
        return self._parts(finding.verdict, told, "      ", places=False)

    def _finding(self, finding: Finding) -> list[str]:
        verdict = finding.verdict
        lines = ["", f"  {self._grade(verdict)} {self.paint(visible(verdict.rule), 'bold')}: {visible(verdict.title)}"]
        lines += self._parts(verdict, finding.parts, "    ", places=True)
        if verdict.fix:
            lines.append(f"    {self.paint('fix', 'help')}: {visible(verdict.fix)}")
        if verdict.because:
            lines.append(f"    because: {visible(verdict.because)}")
        lines.append("    " + self.paint(self._origin(verdict, finding.parts), "dim"))
        return lines

    def _parts(self, verdict: Verdict, parts: Iterable[Part], indent: str, *, places: bool) -> list[str]:
        told = sorted(parts, key=lambda part: OUTCOMES.index(part.outcome))
        if not self._verbose:  # two clauses that fail for one reason are one line
            told = list({(p.outcome, part_words(p), p.place): p for p in reversed(told)}.values())[::-1]
        shown = told if self._verbose else told[:_MOST_PARTS]
        lines = []
        for part in shown:
            outcome = "" if part.outcome == verdict.outcome else f"{outcome_words(part.outcome)}: "
            waived = " (waived)" if part.disposition == "waived" else ""
            lines.append(f"{indent}{outcome}{visible(part_words(part))}{waived}")
            if places and part.place is not None:
                lines.append(f"{indent}  {self.place(part.place)}")
            evidence = self._told(part.evidence) if places else {}
            if evidence:
                lines.append(f"{indent}  {self.paint(visible(evidence_words(evidence)), 'dim')}")
        if len(told) > len(shown):
            lines.append(f"{indent}and {len(told) - len(shown):,} more like it")
        return lines

    def _told(self, evidence: Mapping[str, object]) -> dict[str, object]:
        """Figures; what the message has said already, and that nothing was rejected, only on request."""
        if self._verbose:
            return dict(evidence)
        return {
            key: value
            for key, value in evidence.items()
            if key not in {"condition", "expectation", *ROW_FINDING}
            and not (key == "rejected" and value == 0)
            and value not in ([], "")
        }

    def _origin(self, verdict: Verdict, parts: Iterable[Part]) -> str:
        controls = ", ".join(f"{control.framework} {control.control}" for control in verdict.controls)
        words = [f"control {controls}"] if controls else []
        words.append(f"rule {clickable(self._prefix, *verdict.policy_place)}")
        assurance = assurance_of(parts)
        if assurance is not None:
            words.append(f"assurance {assurance}")
        return visible(", ".join(words))

    def _grade(self, verdict: Verdict) -> str:
        outcome = self.paint(outcome_words(verdict.outcome), _OUTCOME_STYLE[verdict.outcome])
        advisory = ", advisory" if not verdict.blocking else ""
        return f"{outcome} [{verdict.severity}{advisory}]"

    def _one_line(self, finding: Finding) -> str:
        verdict = finding.verdict
        said = visible(part_words(finding.parts[0])) if finding.parts else visible(verdict.title)
        more = f" (and {len(finding.parts) - 1:,} more)" if len(finding.parts) > 1 else ""
        place = finding.parts[0].place if finding.parts else None
        where = f" {self.place(place)}" if place is not None else ""
        return f"{self._grade(verdict)} {visible(verdict.rule)}: {said}{more}{where}"

    def _settled(self, view: ProductView) -> list[str]:
        """What is waived, always; what passed, did not apply or was not run, only on request."""
        lines = [
            f"    waived [{verdict.severity}] {visible(verdict.rule)}: {visible(verdict.title)}{_by_waiver(verdict)}"
            for verdict in view.waived
        ]
        if self._verbose:
            not_run = [verdict for verdict in view.not_run if verdict.outcome == "not-run"]
            for verdict in (*view.passed, *view.not_applicable, *not_run):
                if verdict in view.waived:
                    continue
                assurance = assurance_of(verdict.parts)
                tail = f" ({assurance})" if assurance is not None else ""
                lines.append(f"    {self._grade(verdict)} {visible(verdict.rule)}: {visible(verdict.title)}{tail}")
        return lines


def _by_waiver(verdict: Verdict) -> str:
    """The waivers that except a verdict, with the day on which they end."""
    named = dict.fromkeys(
        f"{visible(str(p.evidence['waiver']))} until {visible(str(p.evidence['until']))}"
        for p in verdict.parts
        if "waiver" in p.evidence
    )
    return f" ({', '.join(named)})" if named else ""


def _wrapped(lead: str, words: list[str], tail: str) -> list[str]:
    """Words joined by commas in lines of about `_WIDTH`, indented below the lead."""
    lines, line = [], lead
    for index, word in enumerate(words):
        piece = word + ("," if index + 1 < len(words) else tail)
        if len(line) + len(piece) > _WIDTH and line.strip() != lead.strip():
            lines.append(line.rstrip())
            line = "    "
        line += piece + " "
    return [*lines, line.rstrip()]


FORMAT = Format(
    name="console",
    summary="for people: what is wrong, why, where, and the smallest edit",
    media_type="text/plain; charset=utf-8",
    ending=".txt",
    on_terminal=True,
    write=lambda shown: render(shown.report, shown.sources, shown.prefix, shown.color, shown.verbose),
)
