"""Findings about conditions: who is let off, what detectors are hidden behind, names, brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govengine.diagnostics import Label
from govengine.diagnostics.codes import lint as codes
from govengine.language.expression import Call, Expr, Ident, Index, Logic, Select
from govengine.language.syntax import Expect, Overlay
from govengine.lint.comments import without_comments
from govengine.lint.expressions import atoms, is_has, root, walk
from govengine.lint.subject import clauses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.diagnostics import Diagnostic, Span
    from govengine.language.source import Source
    from govengine.language.syntax import Rule
    from govengine.lint.subject import Clause, PolicyText, Subject

_NOT_DECLARED = frozenset({"name", "declared", "found", "dataset"})
"""Fields of a column that are known without its product's word."""


def exemptions(subject: Subject) -> Iterator[Diagnostic]:
    """`has(…)` in a place where its being false means that less is judged, or asked."""
    seen: set[Span] = set()
    for block in subject.blocks:
        for clause in block.clauses():
            if not clause.selects and clause.kind != "`require`":
                continue
            for atom in atoms(clause.expr, block.terms):
                if not is_has(atom.expr) or (atom.sign < 0 if clause.selects else atom.sign > 0):
                    continue
                if clause.kind == "`require`" and atom.expr is clause.expr:
                    continue
                span = atom.expr.span
                if span in seen:
                    continue
                seen.add(span)
                assert isinstance(atom.expr, Call)
                what = subject.text(atom.expr.args[0].span) if atom.expr.args else "it"
                others = (Label(clause.expr.span, f"by way of `{atom.terms[-1]}`"),) if atom.terms else ()
                yield codes.exempts_silent(what, clause.kind, span, others)


def guarded_detectors(subject: Subject) -> Iterator[Diagnostic]:
    """`never looks like` and `upstream` behind a condition that a product's own declarations make true."""
    for block in subject.blocks:
        for rule in block.node.rules:
            detector = _detector(rule)
            if detector is None:
                continue
            what, span = detector
            guards = [c for c in block.clauses() if c.selects and c.rule in (None, rule)]
            for clause in guards:
                reads = _declaration(clause, block)
                if reads is not None:
                    read = subject.text(reads.span)
                    yield codes.guarded_detector(what, clause.kind, clause.expr.span, read, span)


def names_in_selections(subject: Subject) -> Iterator[Diagnostic]:
    """`metadata.name` where it decides what is judged."""
    seen: set[Span] = set()
    for block in subject.blocks:
        for clause in block.clauses():
            if not clause.selects:
                continue
            for atom in atoms(clause.expr, block.terms):
                for node in walk(atom.expr):
                    if isinstance(node, Select) and node.field == "name" and _is(node.base, "metadata"):
                        if node.span not in seen:
                            yield codes.name_in_selection(clause.kind, node.span)
                        seen.add(node.span)


def mixed_operators(subject: Subject) -> Iterator[Diagnostic]:
    """`a && b` beside `||`, without brackets around it."""
    plain = {file: without_comments(source.text) for file, source in subject.sources.items()}
    for block in subject.blocks:
        bodies = [t.body for t in block.node.terms] + [c.expr for c in block.clauses()]
        for node in (node for body in bodies for node in walk(body)):
            if not isinstance(node, Logic) or node.operator != "||":
                continue
            for operand in node.operands:
                if isinstance(operand, Logic) and operand.operator == "&&":
                    span = operand.span
                    if not _bracketed(plain[span.file], subject.sources[span.file], span):
                        yield codes.mixed_operators(span)


def _bracketed(text: str, source: Source, span: Span) -> bool:
    start, end = source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)
    return bool(re.search(r"\(\s*\Z", text[:start]) and re.match(r"\s*\)", text[end:]))


def _is(expr: Expr, name: str) -> bool:
    return isinstance(expr, Ident) and expr.name == name


def _detector(rule: Rule) -> tuple[str, Span] | None:
    for evidence in rule.evidence:
        if isinstance(evidence, Expect) and evidence.detectors:
            return f"`{evidence.kind}`", evidence.span
    for clause in clauses(rule):
        if clause.selects:
            continue
        for node in walk(clause.expr):
            if isinstance(node, Call) and node.function == "upstream" and node.target is None:
                return "`upstream`", node.span
    return None


def _declaration(clause: Clause, block: PolicyText) -> Expr | None:
    """The first field of a declaration that must be there for the condition to be true; None where there is none."""
    if isinstance(block.node, Overlay) and clause.rule is None:
        return None
    for atom in atoms(clause.expr, block.terms):
        if atom.sign < 0:
            continue
        for node in walk(atom.expr):
            if isinstance(node, Select) and not _is(node.base, "setting") and _declared(node):
                return node
    return None


def _declared(node: Select) -> bool:
    start = root(node)
    if start in ("metadata", "mesh", "setting", "as_of", "columns", "datasets", None):
        return False
    if start == "spec":
        return True
    base = node.base
    while isinstance(base, Index):
        base = base.base
    return not (isinstance(base, Ident) and node.field in _NOT_DECLARED)
