"""Settings that no condition reads, and terms that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics.codes import lint as codes
from govengine.language.expression import Expr, Ident, Select
from govengine.language.syntax import Apart, Policy
from govengine.lint.expressions import term_name, walk
from govengine.lint.subject import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govengine.diagnostics import Diagnostic
    from govengine.language.syntax import Term
    from govengine.lint.subject import PolicyText, Subject


def unused_settings(subject: Subject) -> Iterator[Diagnostic]:
    """Settings that neither their own block reads nor a shared term."""
    shared = _read(t.body for b in subject.blocks if _is_shared(b) for t in b.node.terms)
    for block in subject.blocks:
        read = shared | _read([c.expr for c in block.clauses()] + [t.body for t in block.node.terms])
        for setting in block.node.settings:
            if setting.name.text not in read:
                yield codes.unused_setting(setting.name.text, setting.name.span)


def unused_terms(subject: Subject) -> Iterator[Diagnostic]:
    """Terms that neither a clause uses nor a term that is used; shared ones may be used anywhere."""
    everywhere: set[int] = set()
    for block in subject.blocks:
        everywhere |= {id(term) for term in _used(block)}
    for block in subject.blocks:
        for term in block.node.terms:
            if id(term) not in everywhere:
                yield codes.unused_term(term.name.text, term.name.span)


def uses(expr: Expr, terms: Mapping[str, Term]) -> Iterator[Term]:
    """The terms that a condition names itself."""
    for node in walk(expr):
        name = term_name(node, terms)
        if name is not None:
            yield terms[name]


def _used(block: PolicyText) -> list[Term]:
    """The terms that a block's clauses use, and the terms that those use."""
    found: dict[str, Term] = {}
    todo = [t for clause in block.clauses() for t in uses(clause.expr, block.terms)]
    for rule in block.node.rules:
        duties = [n.text for e in rule.evidence if isinstance(e, Apart) for n in (*e.duties, *e.others)]
        todo += [block.terms[name] for name in duties if name in block.terms]
    while todo:
        term = todo.pop()
        if term.name.text not in found:
            found[term.name.text] = term
            todo += uses(term.body, block.terms)
    return list(found.values())


def _read(conditions: Iterable[Expr]) -> set[str]:
    return {
        node.field
        for condition in conditions
        for node in walk(condition)
        if isinstance(node, Select) and isinstance(node.base, Ident) and node.base.name == "setting"
    }


def _is_shared(block: PolicyText) -> bool:
    return isinstance(block.node, Policy) and block.name == SHARED
