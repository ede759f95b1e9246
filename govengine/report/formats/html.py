"""The report as one HTML page: for the steward of a product and for the governance council.

The page stands alone: no script, no font, picture or link from elsewhere, and a policy in its head that forbids the
browser to fetch any. The templates in `report/templates` lay it out; the order of what they show comes from `overview`
and `controls`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from govengine.diagnostics.counted import plural
from govengine.diagnostics.terminal import clickable, visible
from govengine.model.verdict import OUTCOMES, Outcome, Part, ProductVerdict, Report, Verdict
from govengine.report import overview
from govengine.report.controls import frameworks, rules_without_control
from govengine.report.format import Format
from govengine.report.overview import PRODUCT_VERDICTS, UNSETTLED, CauseGroup, Finding, ProductView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from govengine.diagnostics import Place

MOST_PARTS = 10
"""Parts of a finding that the page shows; the JSON report holds all."""
MOST_DIAGNOSTICS = 50
"""Errors, and warnings, that the page shows."""
_MOST_CAUSES = 5
_MOST_PRODUCTS = 12

_SIGNS: Mapping[str, str] = {
    "fail": "\N{MULTIPLICATION SIGN}",
    "error": "!",
    "unknown": "?",
    "review": "\N{WHITE DIAMOND}",
    "pass": "\N{CHECK MARK}",
    "not-applicable": "\N{EN DASH}",
    "not-run": "\N{WHITE CIRCLE}",
}
"""A sign for each outcome, so that none is told by its colour alone."""
_TONES: Mapping[ProductVerdict, Outcome] = {
    "non-compliant": "fail",
    "undetermined": "unknown",
    "compliant-with-waivers": "pass",
    "compliant": "pass",
}
_EXIT_TONES: Mapping[int, Outcome] = {0: "pass", 1: "fail", 2: "unknown", 3: "error"}


@dataclass(frozen=True, slots=True)
class _Product:
    """A product, and the name of its section on the page."""

    anchor: str
    view: ProductView
    advisory_findings: int

    @property
    def tone(self) -> Outcome:
        return _TONES[self.view.product.verdict]


@dataclass(frozen=True, slots=True)
class _Share:
    """Products of one verdict, and their place in a bar that is 100 wide."""

    words: str
    tone: Outcome
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class _Domain:
    """A domain, its products worst first."""

    name: str
    products: tuple[_Product, ...]
    shares: tuple[_Share, ...]


def render(report: Report) -> str:
    """The whole page. The same report gives the same bytes; text of the mesh is escaped, control characters shown."""
    environment = _environment()
    style = environment.get_template("style.css.j2").render()
    views = overview.product_views(report)
    anchors = _anchors("product", [view.product.name for view in views])
    products = tuple(_Product(anchor, view, _advisory(view)) for anchor, view in zip(anchors, views, strict=True))
    links: dict[str, str] = {}
    for product in products:
        links.setdefault(product.view.product.name, product.anchor)
    standing = frameworks(report)
    held = [(control.framework, control.control) for framework in standing for control in framework.controls]
    control_anchors = _anchors("control", ["-".join(key) for key in held])
    return environment.get_template("page.html.j2").render(
        report=report,
        style=Markup(style),  # noqa: S704  a file of ours
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii"),
        sentence=overview.summary_sentence(report),
        tone=_EXIT_TONES.get(report.exit_code, "error"),
        verdict_shares=_shares(views),
        outcome_counts=Counter(verdict.outcome for verdict in report.verdicts),
        waived=sum(1 for verdict in report.verdicts if verdict.disposition == "waived"),
        products=products,
        domains=_domains(products),
        causes=overview.leading_causes(views, _MOST_CAUSES),
        frameworks=standing,
        uncontrolled=rules_without_control(report),
        links=links,
        control_links=dict(zip(held, control_anchors, strict=True)),
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("govengine.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    functions: tuple[Callable[..., object], ...] = (
        overview.assurance_of,
        overview.outcome_words,
        plural,
        overview.scope_words,
        evidence,
        row_finding,
        fixes,
        is_group,
        place_words,
        prose,
        said,
        tally,
        worst_first,
    )
    environment.globals.update({function.__name__: function for function in functions})
    environment.globals.update(
        OUTCOMES=OUTCOMES,
        SIGNS=_SIGNS,
        MOST_PARTS=MOST_PARTS,
        MOST_DIAGNOSTICS=MOST_DIAGNOSTICS,
        MOST_PRODUCTS=_MOST_PRODUCTS,
    )
    return environment


def _shown(value: object) -> object:
    """Text as it may stand on the page; what is markup already was made from such text."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


# -- for the templates ---------------------------------------------------------------------------------------------


def prose(text: str) -> Markup:
    """A sentence whose pieces between backticks are code; without a partner a backtick stays one."""
    pieces = visible(text).split("`")
    if len(pieces) % 2 == 0:
        pieces[-2:] = ["`".join(pieces[-2:])]
    markup = (
        Markup("<code>{}</code>").format(piece) if index % 2 and piece else escape("``" if index % 2 else piece)
        for index, piece in enumerate(pieces)
    )
    return Markup("").join(markup)


def said(part: Part) -> str:
    """What a part says, without its element."""
    return part.message or f"`{part.clause}`: {overview.outcome_words(part.outcome)}"


def evidence(part: Part) -> list[tuple[str, str, bool]]:
    """Counts and settings in the order given: what it is, its value as people read it, whether that is code."""
    shown = []
    for key, value in part.evidence.items():
        if key in overview.ROW_FINDING:
            continue
        what = str(key).replace("_", " ")
        shown.append((what, overview.evidence_words({key: value})[len(what) + 1 :], isinstance(value, str)))
    return shown


def row_finding(part: Part) -> list[tuple[str, list[str]]]:
    """What finds the failing rows where the data is: what it is, and its lines."""
    return [
        (key.replace("_", " "), [str(v) for v in (value if isinstance(value, list | tuple) else [value])])
        for key, value in part.evidence.items()
        if key in overview.ROW_FINDING
    ]


def place_words(place: Place) -> str:
    """`file:line:column`."""
    return clickable("", *place)


def worst_first(parts: Iterable[Part]) -> list[Part]:
    """Unsettled parts, the worst first, else in their own order."""
    return sorted((p for p in parts if p.outcome in UNSETTLED), key=lambda part: OUTCOMES.index(part.outcome))


def tally(verdict: Verdict) -> str:
    """How the parts of a verdict stand, `3 fail, 9 pass`; "" where there is but one part."""
    if len(verdict.parts) < 2:
        return ""
    counts = Counter(part.outcome for part in verdict.parts)
    return ", ".join(f"{counts[o]:,} {overview.outcome_words(o)}" for o in OUTCOMES if counts[o])


def is_group(item: CauseGroup | Finding) -> bool:
    """Whether it is a group of findings with one cause."""
    return isinstance(item, CauseGroup)


def fixes(group: CauseGroup) -> list[str]:
    """The repairs that the rules of a group propose, each once."""
    return list(dict.fromkeys(finding.verdict.fix for finding in group.findings if finding.verdict.fix))


# -- arranging -----------------------------------------------------------------------------------------------------


def _anchors(kind: str, names: Iterable[str]) -> list[str]:
    """A name for each section: alike from run to run, and no two the same."""
    taken: set[str] = set()
    anchors = []
    for name in names:
        stem = anchor = f"{kind}-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-') or 'unnamed'}"
        number = 1
        while anchor in taken:
            number += 1
            anchor = f"{stem}-{number}"
        taken.add(anchor)
        anchors.append(anchor)
    return anchors


def _advisory(view: ProductView) -> int:
    """How many rules that are not enforced are unsettled."""
    findings = (
        finding
        for item in (*view.blocking, *view.advisory)
        for finding in (item.findings if isinstance(item, CauseGroup) else (item,))
    )
    return len({finding.verdict.rule for finding in findings if not finding.verdict.blocking})


def _domains(products: Iterable[_Product]) -> tuple[_Domain, ...]:
    held: dict[str, list[_Product]] = {}
    for product in products:
        held.setdefault(product.view.product.domain, []).append(product)
    return tuple(_Domain(name, tuple(held[name]), _shares(p.view for p in held[name])) for name in sorted(held))


def _shares(views: Iterable[ProductView]) -> tuple[_Share, ...]:
    """Products by verdict, the worst first; verdicts that none has are left out."""
    counts = Counter((PRODUCT_VERDICTS.index(view.product.verdict), view.words) for view in views)
    total = sum(counts.values())
    shares, before = [], 0
    for (index, words), count in sorted(counts.items()):
        start, width = round(100 * before / total, 2), round(100 * count / total, 2)
        shares.append(_Share(words, _TONES[PRODUCT_VERDICTS[index]], count, start, width))
        before += count
    return tuple(shares)


FORMAT = Format(
    name="html",
    summary="for a browser: one page that loads nothing from elsewhere",
    media_type="text/html; charset=utf-8",
    ending=".html",
    on_terminal=True,
    write=lambda shown: render(shown.report),
)
