"""Reports made by hand: one that holds all a report can say, and one whose every text is hostile."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from govengine.diagnostics import Diagnostic, Label, Place, Span
from govengine.evaluate import fold
from govengine.model.inputs import INPUT_KINDS, Input
from govengine.model.quantity import Percent
from govengine.model.reasons import Reason
from govengine.model.verdict import ControlRef, Outcome, Part, ProductResult, ProductVerdict, Report, Verdict

CARD_NUMBERS = ControlRef("PCI-DSS", "3.5.1", "Card numbers are unreadable wherever they are stored")
SCOPE = ControlRef("PCI-DSS", "12.5.2", "The scope is complete and confirmed")
SEQUENCE = ControlRef("SOX", "OP-seq", "Document numbers have no gaps and no duplicates")
NO_SCHEMA = Reason("undeclared", ("spec.schema",))
SCHEMA_MISSING = NO_SCHEMA.text
DIGESTS = {kind: f"{'hmac-' if kind in ('data', 'register') else ''}sha256:{'0f' * 32}" for kind in INPUT_KINDS}
"""Of one file of each kind, as a run with an evidence key takes them."""
MANY = 44
"""Columns of the finding that has more parts than any format for people shows."""


def part(outcome: Outcome, **fields: Any) -> Part:
    """A part with plain values where the test does not care."""
    assured = None if outcome in {"error", "not-run", "not-applicable"} else "declared"
    plain: dict[str, Any] = {
        "clause": "require",
        "element": None,
        "assurance": assured,
        "message": "",
        "place": None,
    }
    return Part(outcome=outcome, **(plain | fields))


def verdict(rule: str, product: str, *parts: Part, **fields: Any) -> Verdict:
    """A verdict with the worst outcome of its parts."""
    outcome = fold.worst(p.outcome for p in parts)
    plain: dict[str, Any] = {
        "title": f"The rule {rule.partition('/')[2]} holds",
        "enforcement": "mandatory",
        "severity": "high",
        "layer": "global",
        "controls": (),
        "because": None,
        "fix": None,
        "policy_place": Place("policies/global/cards.gov", 7, 8),
        "disposition": "open" if outcome == "fail" else None,
    }
    return Verdict(rule=rule, product=product, outcome=outcome, parts=parts, **(plain | fields))


def report(
    products: tuple[ProductResult, ...],
    verdicts: list[Verdict],
    diagnostics: tuple[Diagnostic, ...] = (),
    **fields: Any,
) -> Report:
    """A report in the order in which a run gives it, with the causes and the exit code that follow."""
    ordered = tuple(sorted(verdicts, key=lambda v: (v.product, v.rule)))
    plain: dict[str, Any] = {
        "mesh": "fintech",
        "engine_version": "1.2.3",
        "language_version": "0.1",
        "policy_digest": "0f" * 32,
        "as_of": "2027-03-31",
        "scope": {"data": True, "domain": None, "product": None, "paths": []},
        "exit_code": fold.exit_code(products, ordered, diagnostics),
    }
    return Report(
        products=products, verdicts=ordered, causes=fold.causes(ordered), diagnostics=diagnostics, **(plain | fields)
    )


def product(domain: str, short: str, verdict: ProductVerdict, **fields: Any) -> ProductResult:
    """A product `domain-short`, owned by its domain."""
    plain = {"owner": f"{domain}@company.com", "version": "1.4.0", "file": f"products/{domain}/{short}.yaml"}
    return ProductResult(name=f"{domain}-{short}", domain=domain, verdict=verdict, **(plain | fields))


def full() -> Report:
    """All outcomes, verdicts, severities, enforcements, assurances, dispositions; every field filled and empty."""
    return report(
        (
            product("compliance", "filings", "compliant-with-waivers"),
            product("lending", "loans", "undetermined", owner="", version=""),
            product("lending", "offers", "compliant"),
            product("payments", "ledger", "non-compliant"),
            product("payments", "totals", "compliant"),
        ),
        [*_ledger(), *_others()],
        _diagnostics(),
        scope={"data": True, "domain": None, "product": None, "paths": ["policies/global", "products"]},
        inputs=tuple(sorted(Input(f"{kind}/file-{kind}", kind, digest) for kind, digest in DIGESTS.items())),
    )


def _ledger() -> list[Verdict]:
    name, spec = "payments-ledger", "products/payments/ledger.yaml"
    measured = {
        "expectation": "{column} filled",
        "threshold": Percent(Decimal("99.9"), "99.9%"),
        "population": 49_103,
        "tested": 49_102,
        "failing": 651,
        "by_day": False,
        "until": date(2027, 3, 30),
        "share": Decimal("1.33"),
    }
    columns = [
        part(
            "fail" if i else "unknown",
            clause="expect",
            element=f"column field_{i:02}",
            assurance="observed" if i else "sampled",
            message=f"`field_{i:02}` is empty in 651 of 49,102 rows",
            place=Place(spec, 40 + i, 7),
            evidence=measured if i == 1 else {"failing": 651},
        )
        for i in range(MANY)
    ]
    passing = part("pass", clause="expect", element="column amount", assurance="observed", message="all 49,102 rows")
    clear = part("fail", element="column pan", message="`column.protection` is not declared", place=Place(spec, 49, 7))
    no_schema = {"cause": NO_SCHEMA, "place": Place(spec, 12, 3), "message": SCHEMA_MISSING}
    waived = part(
        "fail", element="column old_pan", message="in the clear", disposition="waived", evidence={"rows": [1, 2]}
    )
    return [
        verdict(
            "cards/readable-card-number", name, clear, waived, title="Card numbers are unreadable", severity="critical",
            enforcement="non-waivable", controls=(CARD_NUMBERS,), fix="declare `protection: {method: tokenise}`",
            because="a tag can be forgotten; the rows cannot",
        ),
        verdict("cards/unconfirmed-scope", name, part("unknown", **no_schema), controls=(SCOPE,), severity="medium"),
        verdict(
            "cards/unknown-columns", name, part("fail", **no_schema), part("pass", clause="expect", assurance="observed"),
            controls=(SCOPE, CARD_NUMBERS), fix="list the columns under `spec.schema`",
        ),
        verdict("house/undescribed-columns", name, part("unknown", **no_schema), enforcement="advisory", severity="low"),
        verdict("payments/empty-column", name, *columns, passing, layer="payments", severity="medium"),
        verdict("payments/looks-like-pan", name, part("review", clause="expect", assurance="observed", message="2 hits")),
        verdict("house/unnamed-steward", name, part("fail", message="nobody is named"), enforcement="advisory"),
        verdict("house/unclassified", name, part("pass", assurance="attested"), title="It is `classified`"),
        verdict("sox/gapless", name, part("not-run", clause="expect"), controls=(SEQUENCE,)),
        verdict("gdpr/unlawful", name, part("not-applicable", message="no personal column")),
    ]  # fmt: skip


def _others() -> list[Verdict]:
    broken = part(
        "error", clause="spec", message="the spec cannot be read: `GDRP` is not known", cause=Reason("spec unreadable")
    )
    waived = part(
        "fail",
        message="kept for 6 years",
        place=Place("products/compliance/filings.yaml", 3, 1),
        disposition="waived",
    )
    return [
        verdict("house/short-retention", "compliance-filings", waived, disposition="waived", controls=(SEQUENCE,)),
        verdict("house/unclassified", "compliance-filings", part("pass")),
        verdict("house/unclassified", "lending-loans", broken),
        verdict("sox/gapless", "lending-loans", broken, controls=(SEQUENCE,)),
        verdict("house/unclassified", "lending-offers", part("pass")),
        verdict("house/unnamed-steward", "lending-offers", part("unknown", message="not said"), enforcement="advisory"),
        verdict("house/unclassified", "payments-totals", part("pass")),
        verdict("sox/gapless", "payments-totals", part("pass"), part("not-run", clause="expect"), controls=(SEQUENCE,)),
    ]


def _diagnostics() -> tuple[Diagnostic, ...]:
    loans = "products/lending/loans.yaml"
    return (
        Diagnostic(
            "GOV213",
            "unknown-value",
            "error",
            "`GDRP` is not known as `compliance`",
            Span(loans, 5, 18, 5, 24),
            "did you mean `GDPR`?",
            (Label(Span("govengine.yaml", 3, 3, 3, 10), "its domain"),),
            ("known: `GDPR`, `PCI-DSS` or `SOX`", "each control belongs to a framework"),
            "write `GDPR`",
        ),
        Diagnostic("GOV216", "bare-retention", "warning", "`retention: 7_years` says neither minimum nor maximum"),
    )


SOURCES = {
    "products/lending/loans.yaml": 'metadata:\n  name: lending-loans\nspec:\n  governance:\n    compliance: ["GDRP"]\n',
    "govengine.yaml": 'mesh: fintech\nversion: "1"\n  lending:\n',
}
"""The texts that the diagnostics of `full` quote."""

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>alert(2)</script>",
    '" onmouseover="alert(3)" x=\'',
    "<img src=x onerror=alert(4)>",
    "`<b>`code`</b>`",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;&#60;",
    "]]><!--",
    "javascript:alert(5)",
    "right\u202eto left\u2066, \x1b[31mred, \x00zero, a \ud800 half",
    "two\nlines",
)


def hostile(text: str) -> Report:
    """A report in which every text that a mesh can bring in is `text`."""
    place = Place(text, 1, 1)
    span = Span(text, 1, 1, 1, 2)
    told = part(
        "fail",
        element=text,
        message=text,
        place=place,
        clause=text,
        cause=Reason("undeclared", (text,)),
        evidence={text: text},
    )
    words = {
        "title": text, "layer": text, "because": text, "fix": text, "policy_place": place,
        "controls": (ControlRef(text, text, text),),
    }  # fmt: skip
    outcomes: list[Outcome] = ["fail", "fail", "pass", "not-applicable", "not-run", "review"]
    verdicts = [
        verdict(f"{text}/{i}", text, part(outcome, message=text), told if outcome == "fail" else part(outcome), **words)
        for i, outcome in enumerate(outcomes)
    ]
    verdicts.append(verdict("policy/waived", text, told, **words | {"disposition": "waived"}))
    return report(
        (ProductResult(text, text, text, text, text, "non-compliant"),),
        verdicts,
        (Diagnostic(text, text, "error", text, span, text, (Label(span, text),), (text,), text),),
        mesh=text,
        engine_version=text,
        language_version=text,
        policy_digest=text,
        as_of=text,
        scope={"data": True, "domain": text, "product": text, "paths": [text]},
    )
