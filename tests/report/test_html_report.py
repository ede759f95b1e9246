"""The HTML report: one page that stands alone, tells all that matters, and escapes whatever a mesh brings in."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from hypothesis import given, settings

from govengine.diagnostics.terminal import visible
from govengine.model.verdict import ControlRef, Report
from govengine.report.controls import frameworks, rules_without_control
from govengine.report.formats import html

from .page import Page
from .reports import HOSTILE, MANY, SCHEMA_MISSING, full, hostile, part, product, report, verdict
from .strategies import reports

CROSS = "\N{MULTIPLICATION SIGN}"
TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section", "article", "div", "span", "p",
    "h1", "h2", "h3", "h4", "h5", "a", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td",
    "details", "summary", "code", "strong", "em", "small", "svg", "rect",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "id", "class", "href", "scope", "aria-label", "aria-labelledby",
    "aria-hidden", "data-label", "viewbox", "preserveaspectratio", "x", "y", "width", "height",
}  # fmt: skip
"""Nothing here can fetch, run or restyle anything; a link leads to a place on the page (see `check`)."""


def check(text: str) -> Page:
    """The page, after what holds for every page."""
    page = Page(text)
    assert page.tags <= TAGS
    assert {name for _, held in page.elements for name in held} <= ATTRIBUTES
    assert page.comments == []
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert {href[:1] for href in page.attributes("href")} <= {"#"}
    assert {href[1:] for href in page.attributes("href")} <= set(ids)
    assert {name for held in page.attributes("aria-labelledby") for name in held.split()} <= set(ids)
    assert not re.search(r"url\(|@import|expression|https?:|//", page.style)
    return page


def told(text: str) -> str:
    """Text as `prose` shows it to a reader."""
    return visible(text).replace("`", "")


def section(text: str, anchor: str) -> str:
    """What a reader sees from an anchor to the next section of the same rank or the end, white space squeezed."""
    start = text.index(f'id="{anchor}"')
    return squeeze(re.split(r'<section (?:class="product" )?id=', text[start:])[0])


def squeeze(markup: str) -> str:
    apart = re.sub(r"</(?:dt|th|td|li|p)>", " ", markup)
    return " ".join(re.sub(r"<[^>]*>", "", apart).split())


def test_the_full_report_makes_a_sound_page() -> None:
    check(html.render(full()))


@given(reports())
@settings(max_examples=40, deadline=None)
def test_any_report_makes_a_sound_page(held: Report) -> None:
    page = check(html.render(held))
    for diagnostic in held.diagnostics:
        assert told(diagnostic.message) in page.text.replace("`", "")
    for judged in held.verdicts:
        assert visible(judged.rule) in page.text
        assert told(judged.title) in page.text.replace("`", "")


def test_the_same_report_gives_the_same_bytes() -> None:
    first = html.render(full())
    html._environment.cache_clear()
    assert html.render(full()) == first


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(text: str) -> None:
    rendered = html.render(hostile(text))
    rendered.encode("utf-8")
    page = check(rendered)
    assert visible(text) in page.text
    seen = page.text.replace("\n", "")
    assert seen.isprintable()
    # As a name it stands in tables and headings, as a message in a finding: everywhere the same text.
    assert page.text.replace("`", "").count(told(text)) > 20


@pytest.mark.parametrize("text", ["<script>", "</style>", "{{ 7 * 7 }}"])
def test_hostile_text_leaves_head_and_style_as_they_are(text: str) -> None:
    assert Page(html.render(hostile(text))).style == Page(html.render(full())).style


def test_the_browser_is_told_to_fetch_nothing_and_to_trust_only_our_style() -> None:
    page = Page(html.render(full()))
    policy = next(held["content"] for tag, held in page.elements if held.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in policy


def test_a_finding_tells_all_that_its_steward_needs() -> None:
    text = html.render(full())
    seen = section(text, "product-payments-ledger")
    for words in (
        f"payments/payments-ledger {CROSS} non-compliant version 1.4.0 owner payments@company.com products/payments/ledger.yaml",
        f"{CROSS} fail Card numbers are unreadable",
        "cards/readable-card-number severity critical non-waivable layer global assurance declared",
        "column pan: column.protection is not declared products/payments/ledger.yaml:49:7",
        "column old_pan: in the clear (waived) rows 1, 2",
        "Fix declare protection: {method: tokenise}",
        "Because a tag can be forgotten; the rows cannot",
        "Control PCI-DSS 3.5.1 Card numbers are unreadable wherever they are stored",
        "Rule at policies/global/cards.gov:7:8",
        "threshold 99.9% population 49,103 tested 49,102 failing 651 by day no until 2027-03-30 share 1.33",
    ):
        assert words in seen, words


def test_blocking_findings_stand_before_advisory_ones_and_groups_before_findings() -> None:
    seen = section(html.render(full()), "product-payments-ledger")
    order = [
        "Blocks",
        f"One cause: {told(SCHEMA_MISSING)}",
        "cards/readable-card-number severity",
        "payments/empty-column severity",
        "Advisory, does not block",
        "house/unnamed-steward severity",
        "Passed 1",
        "Not applicable 1",
        "Not run, or run in part 1",
    ]
    places = [seen.index(words) for words in order]
    assert places == sorted(places)


def test_long_lists_of_parts_end_with_how_many_are_left() -> None:
    seen = section(html.render(full()), "product-payments-ledger")
    shown = [i for i in range(MANY) if f"column field_{i:02}:" in seen]
    assert shown == list(range(1, html.MOST_PARTS + 1))  # those that fail; the first one is unknown
    assert f"and {MANY - html.MOST_PARTS} more, in the JSON report" in seen
    assert f"in all {MANY + 1} parts: {MANY - 1} fail, 1 unknown, 1 pass" in seen


def test_a_list_that_just_fits_says_nothing_of_more() -> None:
    parts = [part("fail", element=f"column {i}") for i in range(html.MOST_PARTS)]
    held = report((product("a", "b", "non-compliant"),), [verdict("p/r", "a-b", *parts)])
    assert "more, in the JSON report" not in html.render(held)


def test_diagnostics_come_first_errors_open_and_warnings_folded() -> None:
    text = html.render(full())
    assert text.index('id="diagnostics"') < text.index('id="domains"')
    seen = section(text, "diagnostics")
    assert "! error GDRP is not known as compliance GOV213 unknown-value products/lending/loans.yaml:5:18" in seen
    assert "govengine.yaml:3:3 its domain" in seen
    assert "Help write GDPR" in seen
    assert seen.index("GOV213") < seen.index("Warnings 1") < seen.index("GOV216")
    assert 'id="diagnostics"' not in html.render(report((), []))


def test_each_domain_is_a_table_of_its_products() -> None:
    seen = section(html.render(full()), "domains")
    assert "payments 2 products: 1 non-compliant, 1 compliant in specs" in seen
    assert "lending 2 products: 1 undetermined, 1 compliant" in seen
    assert "compliance 1 product: 1 compliant with waivers" in seen
    # blocking, advisory, waived, pass, not run
    assert re.search(rf"payments-ledger {CROSS} non-compliant 5 2 0 1 1\b", seen)
    assert re.search(r"compliance-filings ✓ compliant with waivers 0 0 1 1 0\b", seen)


def test_the_edit_that_settles_most_leads() -> None:
    seen = section(html.render(full()), "causes")
    first = (
        f"{told(SCHEMA_MISSING)} payments-ledger settles 3 rules, 2 of them blocking products/payments/ledger.yaml:12:3"
    )
    assert first in seen
    assert seen.index(first) < seen.index("the spec cannot be read lending-loans settles 2 rules, all blocking")
    assert "Fix list the columns under spec.schema" in seen


def test_controls_tell_rules_and_products() -> None:
    seen = section(html.render(full()), "controls")
    assert "PCI-DSS 2 of 2 controls with rules fail" in seen
    assert seen.index("3.5.1 Card numbers") < seen.index("12.5.2 The scope")
    # One fails, but is waived; one cannot be judged; two wait for their data.
    assert "! error OP-seq Document numbers have no gaps and no duplicates 1 1 waived 1 0 0 2" in seen
    assert "SOX 0 of 1 control with rules fail" in seen
    assert "Rules without a control" in seen


def test_a_product_stands_under_a_control_as_its_worst_rule_does() -> None:
    control = ControlRef("SOX", "404", "Tested")
    held = report(
        (product("a", "b", "non-compliant"), product("a", "c", "compliant")),
        [
            verdict("p/one", "a-b", part("pass"), controls=(control,)),
            verdict("p/two", "a-b", part("fail"), controls=(control,), severity="low"),
            verdict("p/two", "a-c", part("pass"), controls=(control,), severity="critical"),
            verdict("p/bare", "a-c", part("review")),
        ],
    )
    (sox,) = frameworks(held)
    (standing,) = sox.controls
    assert {o: n for o, n in standing.outcomes.items() if n} == {"fail": 1, "pass": 1}
    assert (sox.failing, standing.worst) == (1, "fail")
    one, two = standing.rules
    assert (one.rule, one.unsettled) == ("p/one", ())
    assert (two.rule, two.severity, two.unsettled) == ("p/two", "critical", (("fail", ("a-b",)),))
    assert [rule.rule for rule in rules_without_control(held)] == ["p/bare"]


@pytest.mark.parametrize(
    ("dispositions", "waived", "worst"),
    [(("waived", "waived"), 1, None), (("waived", "open"), 0, "fail"), (("open", "open"), 0, "fail")],
)
def test_a_control_is_waived_on_a_product_when_all_that_fails_is(
    dispositions: tuple[str, str], waived: int, worst: str | None
) -> None:
    control = ControlRef("SOX", "404", "Tested")
    held = report(
        (product("a", "b", "non-compliant"),),
        [
            verdict(f"p/r{i}", "a-b", part("fail"), controls=(control,), disposition=disposition)
            for i, disposition in enumerate(dispositions)
        ],
    )
    (sox,) = frameworks(held)
    (standing,) = sox.controls
    assert (standing.outcomes["fail"], standing.waived, standing.worst) == (1, waived, worst)
    assert sox.failing == (1 if worst else 0)
    check(html.render(held))


def test_numbers_of_controls_are_in_the_order_of_people() -> None:
    numbers = ["12.5.2", "3.5.1", "3.10", "3.9", "A.3", "AC-10", "AC-9", "3²"]
    controls = tuple(ControlRef("F", number, "") for number in numbers)
    held = report((product("a", "b", "compliant"),), [verdict("p/r", "a-b", part("pass"), controls=controls)])
    (standing,) = frameworks(held)
    ordered = [control.control for control in standing.controls]
    assert ordered == ["3.5.1", "3.9", "3.10", "3²", "12.5.2", "A.3", "AC-9", "AC-10"]


def test_nothing_is_told_by_colour_alone() -> None:
    """Each coloured badge holds a sign and words; each coloured bar stands beside the counts in words."""
    text = html.render(full())
    badges = re.findall(r'<span class="badge ([a-z-]+)">(.*?)</span> *([^<]*)</span>', text)
    assert len(badges) > 30
    signs: dict[str, set[str]] = {}
    for tone, sign, words in badges:
        assert words.strip(), tone
        signs.setdefault(tone, set()).add(squeeze(sign))
    assert all(len(held) == 1 for held in signs.values())
    assert len({next(iter(held)) for held in signs.values()}) == len(signs)


def test_colours_keep_their_distance_in_both_schemes() -> None:
    """WCAG 2 level AA: 4.5 to 1 between text and what lies behind it."""
    style = Page(html.render(full())).style
    light, dark = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\n *\}", style, re.DOTALL)[:2]
    )
    for scheme in (light, dark):
        pairs = [(tone, f"{tone}-bg") for tone in ("fail", "error", "unknown", "review", "pass", "idle")]
        pairs += [(ink, paper) for ink in ("text", "soft", "link") for paper in ("page", "card", "idle-bg")]
        pairs += [(ink, paper) for ink in ("text", "soft") for paper in ("code", "fix-bg")]
        for ink, paper in pairs:
            assert contrast(scheme[ink], scheme[paper]) >= 4.5, (ink, paper)


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_products_of_one_name_have_sections_of_their_own() -> None:
    twins = (product("a", "b", "compliant"), product("a", "b", "undetermined", file="elsewhere.yaml"))
    page = check(html.render(report(twins, [verdict("p/r", "a-b", part("pass"))])))
    assert {"product-a-b", "product-a-b-2"} <= set(page.attributes("id"))


def test_a_report_without_products_says_so() -> None:
    page = check(html.render(report((), [], mesh="")))
    assert "Nothing was judged" in page.text
    assert "mesh without a name" in page.text
