"""Reports at random: any text, any outcome, one verdict a rule and product."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from govengine.diagnostics import Diagnostic, Place, Span
from govengine.evaluate import fold
from govengine.model.quantity import Percent
from govengine.model.reasons import Reason
from govengine.model.verdict import ENFORCEMENTS, OUTCOMES, SEVERITIES, ControlRef, Part, ProductResult, Report

from .reports import part, report, verdict

texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(["`a` is not declared", "<b>", "\u202e"])
names = st.text("abcxyz-_<&\"' 09", min_size=1, max_size=8)
optional = st.none() | texts
places = st.builds(Place, texts, st.integers(1, 10**6), st.integers(1, 500))
outcomes = st.sampled_from(OUTCOMES)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates(date(1990, 1, 1))
    | st.decimals(0, 100, places=1).map(lambda d: Percent(d, f"{d}%"))
    | texts,
    lambda held: st.lists(held, max_size=3),
    max_leaves=4,
)
controls = st.builds(ControlRef, names, names, texts)


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """One part; none is without an assurance that was judged."""
    outcome = draw(outcomes)
    assurance = st.sampled_from(["declared", "attested", "sampled", "observed"])
    return part(
        outcome,
        clause=draw(names),
        element=draw(optional),
        assurance=draw(assurance) if outcome in {"fail", "pass", "unknown", "review"} else None,
        message=draw(texts),
        place=draw(st.none() | places),
        evidence=draw(st.dictionaries(names, values, max_size=3)),
        cause=draw(st.sampled_from([None, SHARED_CAUSE])),
        disposition=draw(st.sampled_from([None, "open", "waived"])),
    )


SHARED_CAUSE = Reason("undeclared", ("spec.schema",))


@st.composite
def diagnostics(draw: st.DrawFn) -> Diagnostic:
    """One mistake, with a place or without."""
    place = draw(st.none() | places)
    return Diagnostic(
        code=draw(st.from_regex(r"GOV[0-9]{3}", fullmatch=True)),
        name=draw(names),
        level=draw(st.sampled_from(["error", "warning"])),
        message=draw(texts),
        span=None if place is None else Span(*place, place.line, place.column + 1),
        label=draw(texts),
        notes=tuple(draw(st.lists(texts, max_size=2))),
        help=draw(optional),
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report in the order in which a run gives it."""
    verdicts, products = [], []
    rules = draw(st.lists(st.tuples(names, names).map("/".join), unique=True, max_size=4))
    for name in draw(st.lists(names, unique=True, max_size=3)):
        own = [
            verdict(
                rule,
                name,
                *draw(st.lists(parts(), min_size=1, max_size=3)),
                title=draw(texts),
                enforcement=draw(st.sampled_from(ENFORCEMENTS)),
                severity=draw(st.sampled_from(SEVERITIES)),
                layer=draw(names),
                controls=tuple(draw(st.lists(controls, max_size=2))),
                because=draw(optional),
                fix=draw(optional),
                policy_place=draw(places),
                disposition=draw(st.sampled_from([None, "open", "waived"])),
            )
            for rule in rules
        ]
        verdicts += own
        standing = fold.product_verdict(own)
        products.append(ProductResult(name, draw(names), draw(texts), draw(texts), f"{name}.yaml", standing))
    return report(
        tuple(sorted(products, key=lambda p: (p.domain, p.name))),
        verdicts,
        tuple(draw(st.lists(diagnostics(), max_size=2))),
        mesh=draw(texts),
        scope={
            "data": draw(st.booleans()),
            "domain": draw(optional),
            "product": draw(optional),
            "paths": draw(st.lists(texts, max_size=2)),
        },
        policy_digest=draw(st.sampled_from(["", "ab" * 32])),
    )
