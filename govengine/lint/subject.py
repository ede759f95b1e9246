"""What is looked at: the policies and overlays of some files, with their conditions by clause."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from govengine.language.syntax import Expect, File, Keep, Overlay, Policy, Require, SqlText, Template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govengine.diagnostics import Span
    from govengine.language.expression import Expr
    from govengine.language.source import Source
    from govengine.language.syntax import Rule, Term

SELECTIONS = frozenset({"a policy's `when`", "`when`", "`where`"})
SHARED = "terms"
"""The policy whose terms all others may use."""


class Clause(NamedTuple):
    """A condition and where it stands: `kind` as messages name it; `rule` None for a policy's own."""

    kind: str
    expr: Expr
    rule: Rule | None

    @property
    def selects(self) -> bool:
        """Whether it decides what is judged, rather than how."""
        return self.kind in SELECTIONS


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy or overlay, with the terms that its conditions may use by name."""

    node: Policy | Overlay
    terms: Mapping[str, Term]

    @property
    def name(self) -> str:
        """The first half of its rules' addresses."""
        return self.node.domain.text if isinstance(self.node, Overlay) else self.node.name.text

    @property
    def when(self) -> Expr | None:
        """A policy's own condition."""
        return self.node.when if isinstance(self.node, Policy) else None

    def address(self, rule: Rule) -> str:
        """`policy/rule`."""
        return f"{self.name}/{rule.name.text}"

    def clauses(self) -> Iterator[Clause]:
        """All conditions but those of terms, in the order of the text."""
        if self.when is not None:
            yield Clause("a policy's `when`", self.when, None)
        for rule in self.node.rules:
            yield from clauses(rule)


def clauses(rule: Rule) -> Iterator[Clause]:
    """The conditions of one rule."""
    if rule.when is not None:
        yield Clause("`when`", rule.when, rule)
    if rule.for_each is not None:
        yield Clause("`for each`", rule.for_each.list, rule)
        if rule.for_each.where is not None:
            yield Clause("`where`", rule.for_each.where, rule)
    for evidence in rule.evidence:
        match evidence:
            case Require(condition=condition):
                yield Clause("`require`", condition, rule)
            case Expect():
                yield from (Clause("`expect`", expr, rule) for expr in _of_expect(evidence))
            case Keep(column=column, limit=limit, exception=exception):
                yield from (Clause("`keep`", e, rule) for e in (column.name, limit) if not isinstance(e, str))
                if exception is not None:
                    yield from (Clause("`keep`", e, rule) for e in _pieces(exception.where))
            case _:
                whom, unless = getattr(evidence, "whom", None), getattr(evidence, "unless", None)
                yield from (Clause("`attest`", e, rule) for e in (whom, unless) if e is not None)
    for text in (rule.finding, rule.fix):
        yield from (Clause("a text", e, rule) for e in _pieces(text))


def _of_expect(expect: Expect) -> Iterator[Expr]:
    yield from (c.name for c in (*expect.columns, *expect.per) if not isinstance(c.name, str))
    yield from _pieces(expect.predicate)
    yield from _pieces(expect.where)
    if expect.exception is not None:
        yield from _pieces(expect.exception.where)
    if expect.threshold is not None:
        yield expect.threshold.value
    if expect.limit is not None:
        yield expect.limit


def _pieces(text: Template | SqlText | None) -> Iterator[Expr]:
    yield from (p for p in (text.pieces if text is not None else ()) if not isinstance(p, str))


@dataclass(frozen=True, slots=True)
class Subject:
    """Files to look at, all that belong together: else a shared term would seem unused.

    `cases` are the addresses that cases name; None where nobody looked for cases.
    """

    sources: Mapping[str, Source]
    files: tuple[File, ...]
    cases: frozenset[str] | None = None
    blocks: tuple[PolicyText, ...] = field(init=False)

    def __post_init__(self) -> None:
        nodes: list[Policy | Overlay] = []
        for file in self.files:
            nodes += [*file.policies, *file.overlays]
        shared = {
            term.name.text: term
            for node in nodes
            if isinstance(node, Policy) and node.name.text == SHARED
            for term in node.terms
        }
        blocks = tuple(PolicyText(n, {**shared, **{t.name.text: t for t in n.terms}}) for n in nodes)
        object.__setattr__(self, "blocks", blocks)

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of classification, lowest first; none where no policy names them."""
        found = [p.levels for file in self.files for p in file.policies if p.levels is not None]
        return tuple(n.text for n in found[0].names) if found else ()

    @property
    def adopted(self) -> frozenset[str]:
        """Policies that a domain takes whatever their `when` says."""
        return frozenset(a.policy.text for file in self.files for o in file.overlays for a in o.adopts)

    def text(self, span: Span) -> str:
        """What stands at a place, on one line."""
        source = self.sources[span.file]
        start, end = source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)
        return " ".join(source.text[start:end].split())
