"""lark's parse tree of a waiver, ruling or conflict → our syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expression import BuildError
from govengine.language.literals import LiteralError, date_value

if TYPE_CHECKING:
    from datetime import date

    from govengine.diagnostics import Span
    from govengine.language.build_piece import PieceBuilder
    from govengine.language.tree import Node


class _Clauses(TypedDict):
    """What waivers and rulings have in common."""

    rule: syntax.Address | None
    product: syntax.Address | None
    element: syntax.ElementOf | None
    reason: syntax.Text | None
    requested: syntax.Signing | None
    approved: syntax.Signing | None
    until: date | None
    until_span: Span | None
    ticket: syntax.Text | None
    signature: syntax.Text | None


class WaiverBuilder:
    """Builds what is decided about rules: waivers, rulings, conflicts."""

    def __init__(self, pieces: PieceBuilder) -> None:
        self._pieces = pieces

    def waiver(self, tree: Node) -> syntax.Waiver:
        """A waiver; the title that it may carry is read for its reason where it gives none."""
        name, title, *items = tree.children
        held = self._held(items, f"`waiver {name}`", title)
        compensating = self._once_address(items, "compensating", f"`waiver {name}`")
        return syntax.Waiver(
            name=self._pieces.kebab(name, "waivers"),
            compensating=compensating,
            span=self._pieces.span(tree),
            **held,
        )

    def ruling(self, tree: Node) -> syntax.Ruling:
        """A ruling."""
        name, title, *items = tree.children
        held = self._held(items, f"`ruling {name}`", title)
        finds = self._pieces.once(items, "finds", f"`ruling {name}`")
        return syntax.Ruling(
            name=self._pieces.kebab(name, "rulings"),
            finding=None if finds is None else self._pieces.name(finds.children[0]),
            span=self._pieces.span(tree),
            **held,
        )

    def conflict(self, tree: Node) -> syntax.Conflict:
        """A conflict and how it is decided."""
        name, title, *items = tree.children
        shared, block = self._pieces, f"`conflict {name}`"
        between = shared.once(items, "between", block)
        return syntax.Conflict(
            name=shared.kebab(name, "conflicts"),
            title=shared.text(title),
            between=() if between is None else tuple(self._address(t) for t in between.children),
            decisions=tuple(self._decide(t) for t in items if t.data == "decide"),
            because=shared.once_text(items, "because", block),
            approved=tuple(self._signing(t) for t in items if t.data == "approved"),
            span=shared.span(tree),
        )

    def _held(self, items: list[Node], block: str, title: Node) -> _Clauses:
        shared = self._pieces
        element = shared.once(items, "for_element", block)
        until = shared.once(items, "until", block)
        signed = {kind: shared.once(items, kind, block) for kind in ("requested", "approved")}
        reason = shared.once_text(items, "reason", block)
        return {
            "rule": self._once_address(items, "waives", block) or self._once_address(items, "rules_on", block),
            "product": self._once_address(items, "of_product", block),
            "element": None if element is None else self._element(element),
            "reason": reason or (None if title is None else shared.text(title)),
            "requested": None if signed["requested"] is None else self._signing(signed["requested"]),
            "approved": None if signed["approved"] is None else self._signing(signed["approved"]),
            "until": None if until is None else self._day(until.children[0]),
            "until_span": None if until is None else shared.span(until),
            "ticket": shared.once_text(items, "ticket", block),
            "signature": shared.once_text(items, "signature", block),
        }

    def _once_address(self, items: list[Node], clause: str, block: str) -> syntax.Address | None:
        tree = self._pieces.once(items, clause, block)
        return None if tree is None else self._address(tree.children[0])

    def _address(self, token: Node) -> syntax.Address:
        return syntax.Address(str(token), self._pieces.span(token))

    def _element(self, tree: Node) -> syntax.ElementOf:
        variable, name = tree.children
        return syntax.ElementOf(self._pieces.name(variable), self._pieces.text(name), self._pieces.span(tree))

    def _signing(self, tree: Node) -> syntax.Signing:
        by, day = tree.children
        return syntax.Signing(self._pieces.text(by), self._day(day), self._pieces.span(tree))

    def _decide(self, tree: Node) -> syntax.Decide:
        address, where = tree.children
        condition = None if where is None else self._pieces.expressions.build(where.children[0])
        return syntax.Decide(self._address(address), condition, self._pieces.span(tree))

    def _day(self, token: Node) -> date:
        try:
            return date_value(str(token))
        except LiteralError as error:
            raise BuildError(codes.bad_literal(str(token), self._pieces.span(token), str(error))) from error
