"""lark's parse tree of a waiver, ruling or conflict → our syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expression import BuildError
from govengine.language.literals import LiteralError, date_value

if TYPE_CHECKING:
    from datetime import date

    from govengine.language.build_declaration import DeclarationBuilder


class WaiverBuilder:
    """Builds what is decided about rules: waivers, rulings, conflicts."""

    def __init__(self, declarations: DeclarationBuilder) -> None:
        self._shared = declarations

    def waiver(self, tree: Any) -> syntax.Waiver:
        """A waiver; the title that it may carry is read for its reason where it gives none."""
        name, title, *items = tree.children
        held = self._held(items, f"`waiver {name}`", title)
        address, ticket = held.pop("rule"), held.pop("ticket")
        compensating = self._once_address(items, "compensating", f"`waiver {name}`")
        return syntax.Waiver(
            name=self._shared.kebab(name, "waivers"),
            rule=address,
            compensating=compensating,
            ticket=ticket,
            span=self._shared.span(tree),
            **held,
        )

    def ruling(self, tree: Any) -> syntax.Ruling:
        """A ruling."""
        name, title, *items = tree.children
        held = self._held(items, f"`ruling {name}`", title)
        finds = self._shared.once(items, "finds", f"`ruling {name}`")
        return syntax.Ruling(
            name=self._shared.kebab(name, "rulings"),
            finding=None if finds is None else self._shared.name(finds.children[0]),
            span=self._shared.span(tree),
            **held,
        )

    def conflict(self, tree: Any) -> syntax.Conflict:
        """A conflict and how it is decided."""
        name, title, *items = tree.children
        shared, block = self._shared, f"`conflict {name}`"
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

    def _held(self, items: list[Any], block: str, title: Any) -> dict[str, Any]:
        shared = self._shared
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

    def _once_address(self, items: list[Any], clause: str, block: str) -> syntax.Address | None:
        tree = self._shared.once(items, clause, block)
        return None if tree is None else self._address(tree.children[0])

    def _address(self, token: Any) -> syntax.Address:
        return syntax.Address(str(token), self._shared.span(token))

    def _element(self, tree: Any) -> syntax.ElementOf:
        variable, name = tree.children
        return syntax.ElementOf(self._shared.name(variable), self._shared.text(name), self._shared.span(tree))

    def _signing(self, tree: Any) -> syntax.Signing:
        by, day = tree.children
        return syntax.Signing(self._shared.text(by), self._day(day), self._shared.span(tree))

    def _decide(self, tree: Any) -> syntax.Decide:
        address, where = tree.children
        condition = None if where is None else self._shared.expressions.build(where.children[0])
        return syntax.Decide(self._address(address), condition, self._shared.span(tree))

    def _day(self, token: Any) -> date:
        try:
            return date_value(str(token))
        except LiteralError as error:
            raise BuildError(codes.bad_literal(str(token), self._shared.span(token), str(error))) from error
