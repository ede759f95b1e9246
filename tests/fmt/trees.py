"""Random syntax trees, and texts that mean them: tokens in the order of the grammar, whatever the style says."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from hypothesis import strategies as st

from govengine.diagnostics import Span
from govengine.language import expression as e
from govengine.language import syntax as s
from govengine.model.quantity import Percent, Period, parse_percent, parse_period

HERE = Span("x.gov", 1, 1, 1, 1)
WORDS = ("a", "b", "column", "spec", "grant_of", "x1")
FIELDS = (*WORDS, "owner", "when", "at", "rule", "by", "level")  # words of the language are names after a dot


def _some(strategy: Any, least: int = 0, most: int = 3) -> Any:
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


def _of(node: Any, **parts: Any) -> Any:
    return st.builds(node, span=st.just(HERE), **parts)


def _maybe(strategy: Any) -> Any:
    return st.none() | strategy


letters = st.text(st.sampled_from("abz Ä/{}'\"\\`.,()&|\n\t"), max_size=12)
plain = st.text(st.sampled_from("abz Ä/.,()&|'"), max_size=40)
texts = _of(s.Text, text=letters)
snakes = st.from_regex(r"[a-z]{1,3}(_[a-z0-9]{1,8})?_q", fullmatch=True)
kebabs = st.from_regex(r"[a-z]{1,3}(-[a-z0-9]{1,8}){0,2}-q", fullmatch=True)
snake_names, kebab_names = _of(s.Name, text=snakes), _of(s.Name, text=kebabs)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
percents = st.sampled_from(("99.9%", "0%", "100%")).map(parse_percent)
confidences = st.sampled_from(("95%", "99.9%", "50.1%")).map(parse_percent)
periods = st.sampled_from(("1 day", "7 years", "90 days", "3 months", "24 hours")).map(parse_period)
figures = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.booleans() | figures | letters | percents | periods | days
addresses = _of(s.Address, text=st.tuples(kebabs, kebabs).map("/".join))

_leaves = _of(e.Literal, value=values) | _of(e.Ident, name=st.sampled_from(WORDS))


def _deeper(inner: Any) -> Any:
    span = st.just(HERE)
    call = st.builds(
        e.Call,
        function=st.sampled_from(("has", "level", "exists")),
        target=_maybe(inner),
        args=_some(inner),
        function_span=span,
        span=span,
    )
    binary = st.sampled_from(("==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"))
    return (
        st.builds(e.Select, base=inner, field=st.sampled_from(FIELDS), field_span=span, span=span)
        | _of(e.Index, base=inner, key=inner)
        | call
        | _of(e.ListLiteral, items=_some(inner))
        | _of(e.MapLiteral, entries=_some(st.tuples(inner, inner)))
        | _of(e.Unary, operator=st.sampled_from("!-"), operand=inner)
        | _of(e.Logic, operator=st.sampled_from(("&&", "||")), operands=_some(inner, 2, 4))
        | st.builds(e.Binary, operator=binary, left=inner, right=inner, operator_span=span, span=span)
        | _of(e.Conditional, condition=inner, yes=inner, no=inner)
    )


conditions = st.recursive(_leaves, _deeper, max_leaves=12)
_small = st.recursive(_of(e.Ident, name=st.sampled_from(WORDS)), lambda i: _of(e.Index, base=i, key=i), max_leaves=2)


@st.composite
def _pieces(draw: Any) -> tuple[str | e.Expr, ...]:
    found: list[str | e.Expr] = []
    for text, condition in draw(st.lists(st.tuples(plain, _small), max_size=2)):
        found += [text] * bool(text) + [condition]
    return (*found, *[t for t in (draw(plain),) if t])


templates = _of(s.Template, pieces=_pieces())
sql = _of(s.SqlText, pieces=_pieces(), offsets=st.just(()))
columns = _of(s.Column, name=snakes | _small | st.just("odd name"))
targets = _of(s.Target, product=_maybe(kebabs), table=snakes, columns=_some(snake_names, 1))
registers = _of(s.Target, product=st.none(), table=snakes, columns=_some(snake_names, 1, 1))
exceptions = _of(s.ExceptIn, target=registers, where=_maybe(sql))
thresholds = _of(s.Threshold, value=conditions, floor=_maybe(percents), confidence=_maybe(confidences))


def _expect(kind: str, **parts: Any) -> Any:
    nothing = {name: st.none() for name in ("predicate", "target", "where", "threshold")}
    given = {"columns": st.just(()), **nothing, **parts}
    return _of(s.Expect, kind=st.just(kind), text=st.just(""), **given)


_references = _of(s.Target, product=_maybe(kebabs), table=snakes, columns=_some(snake_names, 1, 1))
_measured = {"predicate": sql, "per": _some(columns, 0, 2)}
expectations = st.one_of(
    _expect("rows", predicate=sql, threshold=_maybe(thresholds)),
    _expect("as declared"),
    _expect("promised", limit=conditions),
    _expect("filled", columns=_some(columns, 1, 12), threshold=_maybe(thresholds)),
    _expect("unique", columns=_some(columns, 1)),
    _expect(
        "found in",
        columns=_some(columns, 1),
        target=targets,
        where=_maybe(sql),
        threshold=_maybe(thresholds),
    ),
    _expect("never found in", columns=_some(columns, 1), target=targets, where=_maybe(sql)),
    _expect("newest", columns=_some(columns, 1, 1), limit=conditions),
    _expect("never looks like", columns=_some(columns, 1), detectors=_some(kebab_names, 1)),
    _expect("without gaps", columns=_some(columns, 1), exception=_maybe(exceptions)),
    _expect("measure", **_measured, direction=st.sampled_from(("at least", "at most")), limit=conditions),
    _expect(
        "measure", **_measured, direction=st.just("equals"), target=_references, tolerance=_maybe(st.integers(0, 9))
    ),
    _expect("query", predicate=sql),
)
_as_written = {"text": st.just("")}
evidence = st.one_of(
    _of(s.Require, condition=conditions, **_as_written),
    expectations,
    _of(
        s.Keep,
        column=columns,
        direction=st.sampled_from(("at least", "at most")),
        limit=conditions,
        exception=_maybe(exceptions),
        **_as_written,
    ),
    _of(
        s.Attest,
        statement=texts,
        by=st.just("role"),
        role=texts,
        whom=st.none(),
        unless=_maybe(conditions),
        **_as_written,
    ),
    _of(
        s.Attest,
        statement=texts,
        by=st.sampled_from(("each", "field")),
        role=st.none(),
        whom=conditions,
        unless=_maybe(conditions),
        **_as_written,
    ),
    _of(s.Apart, duties=_some(snake_names, 1), others=_some(snake_names), anywhere=st.booleans(), **_as_written),
)
rules = _of(
    s.Rule,
    name=kebab_names,
    title=texts,
    severity=_maybe(snake_names),
    enforce=_maybe(_of(s.Enforce, level=kebab_names, effective_from=_maybe(days))),
    controls=_some(_of(s.ControlReference, framework=kebab_names, id=texts)),
    dimension=_maybe(kebab_names),
    every=_maybe(_of(s.Every, period=periods)),
    formerly=_maybe(addresses),
    when=_maybe(conditions),
    for_each=_maybe(_of(s.ForEach, variable=snake_names, list=conditions, where=_maybe(conditions))),
    on=_maybe(_of(s.On, product=kebabs, dataset=snakes)),
    evidence=_some(evidence, 0, 2),
    because=_maybe(texts),
    finding=_maybe(templates),
    fix=_maybe(templates),
)
single_values = _of(s.Value, value=values) | _of(s.Value, value=_some(values))


@st.composite
def _settings(draw: Any) -> s.Setting:
    by_level = draw(st.booleans())
    held = draw(_some(st.tuples(snake_names if by_level else st.none(), single_values), 1, 3 if by_level else 1))
    direction = draw(st.sampled_from(("at least", "at most", "one of", "includes", "fixed")))
    return s.Setting(draw(snake_names), draw(snake_names), by_level, direction, HERE, held, HERE)


terms = _of(s.Term, name=snake_names, parameters=_some(snake_names), title=texts, body=conditions)
_block = {"title": texts, "version": _maybe(texts), "owner": _maybe(texts), "settings": _some(_settings())}
_block |= {"terms": _some(terms, 0, 2), "rules": _some(rules, 0, 2)}
policies = _of(
    s.Policy,
    name=kebab_names,
    when=_maybe(conditions),
    judges_mesh=_maybe(st.just(HERE)),
    detectors=_some(
        _of(
            s.Detector,
            name=kebab_names,
            title=texts,
            pattern=_of(s.Text, text=st.sampled_from(("C[0-9]{8}", "a|b{2}", ""))),
            checksum=_maybe(kebab_names),
            chance=_maybe(percents),
            means=_maybe(texts),
            names=_some(texts),
        ),
        0,
        2,
    ),
    levels=_maybe(_of(s.Levels, names=_some(snake_names, 1))),
    **_block,
)
tightens = st.builds(
    s.Tighten,
    policy=kebabs,
    name=kebabs,
    address_span=st.just(HERE),
    level=_maybe(snake_names),
    to=single_values | kebab_names,
    span=st.just(HERE),
)
grant_fields = st.builds(s.GrantField, name=snake_names, value=single_values)
allows = _of(
    s.Allow,
    name=kebab_names,
    principal=texts,
    actions=_some(kebab_names, 1),
    resources=_some(texts, 1),
    fields=_some(grant_fields),
)
overlays = _of(
    s.Overlay,
    domain=kebab_names,
    adopts=_some(_of(s.Adopt, policy=kebab_names), 0, 2),
    tightens=_some(tightens, 0, 2),
    allows=_some(allows, 0, 2),
    **_block,
)
controls = _of(s.ControlDeclaration, id=texts, title=texts, manual=_maybe(texts))
frameworks = _of(s.Framework, name=kebab_names, title=texts, version=_maybe(texts), controls=_some(controls))
signings = _of(s.Signing, by=texts, on=days)
_decided = {
    "name": kebab_names,
    "rule": _maybe(addresses),
    "product": _maybe(addresses),
    "element": _maybe(_of(s.ElementOf, variable=snake_names, name=texts)),
    "reason": _maybe(texts),
    "requested": _maybe(signings),
    "approved": _maybe(signings),
    "until": _maybe(days),
    "until_span": st.none(),
    "ticket": _maybe(texts),
    "signature": _maybe(texts),
}
waivers = _of(s.Waiver, compensating=_maybe(addresses), **_decided)
rulings = _of(s.Ruling, finding=_maybe(kebab_names), **_decided)
conflicts = _of(
    s.Conflict,
    name=kebab_names,
    title=texts,
    between=_some(addresses, 2),
    decisions=_some(_of(s.Decide, rule=addresses, where=_maybe(conditions))),
    because=_maybe(texts),
    approved=_some(signings),
)
files = st.builds(
    s.File,
    st.just("x.gov"),
    _some(frameworks, 0, 1),
    _some(policies, 0, 2),
    _some(overlays, 0, 1),
    _some(waivers, 0, 1),
    _some(rulings, 0, 1),
    _some(conflicts, 0, 1),
)

_ESCAPED = re.compile(r'[\\"\n\t]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def quoted(text: str) -> str:
    """A text as a literal in double quotes."""
    return '"' + _ESCAPED.sub(lambda m: _ESCAPES[m[0]], text) + '"'


def literal(value: Any) -> str:
    """A constant as it is written."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case Percent() | Period():
            return value.text
        case date():
            return value.isoformat()
        case _:
            return repr(value)
