"""Waivers, rulings and conflicts: checked against the rules that they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from govengine.compile.collect import GLOBAL
from govengine.diagnostics import nearest
from govengine.diagnostics.codes import waivers as codes
from govengine.language.syntax import Ruling, Waiver
from govengine.model.identity import plain
from govengine.plan.places import store_span

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from govengine.diagnostics import Diagnostic, Span
    from govengine.language.syntax import Address, File, Signing
    from govengine.plan.decisions import Finding, PlanWaiver, Signature
    from govengine.plan.rules import PlanRule

FINDINGS = ("false-alarm", "confirmed")


class WaiverCompiler:
    """Compiles the waivers and rulings of all files.

    `rules` are the compiled rules by address, `policies` the names of the council's policies.
    """

    def __init__(self, rules: Mapping[str, PlanRule], policies: Collection[str]) -> None:
        self._rules, self._policies = rules, policies
        self._formerly = {rule["formerly"]: rule for rule in rules.values() if rule["formerly"]}
        self.diagnostics: list[Diagnostic] = []
        self._named: dict[str, Span] = {}

    def compile(self, files: list[tuple[str, File]]) -> list[PlanWaiver]:
        """What the evaluator needs of each waiver and ruling that could be read, in the order of the files."""
        found = []
        for layer, file in files:
            waivers: list[Waiver | Ruling] = [*file.waivers, *file.rulings]
            for waiver in waivers:
                compiled = self._one(waiver, layer)
                if compiled is not None:
                    found.append(compiled)
        return found

    def _one(self, waiver: Waiver | Ruling, layer: str) -> PlanWaiver | None:
        before = len(self.diagnostics)
        kind: Literal["waiver", "ruling"] = "ruling" if isinstance(waiver, Ruling) else "waiver"
        name = waiver.name
        first = self._named.setdefault(name.text, name.span)
        if first is not name.span:
            self.diagnostics.append(codes.duplicate(kind, name.text, name.span, first))
        self._complete(waiver, kind, layer)
        rule = self._rule(waiver.rule, layer)
        if rule is not None:
            self._fits(waiver, kind, rule, layer)
        if waiver.requested and waiver.approved:
            self._signed(kind, waiver.requested, waiver.approved, waiver.until, waiver.until_span)
        if any(d.level == "error" for d in self.diagnostics[before:]):
            return None
        if waiver.rule is None or waiver.product is None or waiver.requested is None or waiver.until is None:
            return None
        domain, _, product = waiver.product.text.partition("/")
        compensating = None if isinstance(waiver, Ruling) else waiver.compensating
        return {
            "kind": kind,
            "name": name.text,
            "layer": layer,
            "rule": waiver.rule.text if rule is None else rule["address"],
            "lost": rule is None,
            "domain": domain,
            "product": product,
            "element": f"{waiver.element.variable.text} {waiver.element.name.text}" if waiver.element else None,
            "reason": waiver.reason.text if waiver.reason else "",
            "requested": _signing(waiver.requested),
            "approved": _signing(waiver.approved) if waiver.approved else None,
            "until": waiver.until.isoformat(),
            "compensating": compensating.text if compensating else None,
            "ticket": waiver.ticket.text if waiver.ticket else None,
            "finding": _finding(waiver),
            "signature": waiver.signature.text.strip() if waiver.signature else None,
            "written_rule": waiver.rule.text,
            "span": store_span(name.span),
            "product_span": store_span(waiver.product.span),
            "approved_span": store_span(waiver.approved.span) if waiver.approved else None,
        }

    def _complete(self, waiver: Waiver | Ruling, kind: str, layer: str) -> None:
        """Every clause that the decision rests on is there; a request from a domain may lack its approval."""
        wanted: dict[str, object] = {
            "waives policy/rule" if kind == "waiver" else "rules on policy/rule": waiver.rule,
            "product domain/product": waiver.product,
            'reason "…"': waiver.reason,
            'requested by "…" on 2026-10-01': waiver.requested,
            "until 2027-03-31": waiver.until,
        }
        if layer == GLOBAL:
            wanted['approved by "…" on 2026-10-12'] = waiver.approved
        if isinstance(waiver, Ruling):
            finding = waiver.finding
            wanted["finds false-alarm"] = finding
            if finding is not None and finding.text not in FINDINGS:
                self.diagnostics.append(codes.unknown_finding(finding.text, finding.span, known=FINDINGS))
        for example, clause in wanted.items():
            if clause is None:
                self.diagnostics.append(codes.incomplete(kind, waiver.name.text, example, waiver.name.span))

    def _rule(self, address: Address | None, layer: str) -> PlanRule | None:
        """The rule of an address, or of what was its address before; None where there is none."""
        if address is None:
            return None
        rule = self._rules.get(address.text) or self._formerly.get(address.text)
        if rule is None and layer == GLOBAL and address.text.partition("/")[0] not in self._policies:
            # A domain that renames or breaks its own rule must not stop the others.
            self.diagnostics.append(codes.lost_rule(address.text, address.span))
        elif rule is None:
            near = nearest(address.text, self._rules)
            self.diagnostics.append(codes.unknown_rule(address.text, address.span, suggestion=near))
        return rule

    def _fits(self, waiver: Waiver | Ruling, kind: str, rule: PlanRule, layer: str) -> None:
        assert waiver.rule is not None
        if kind == "waiver" and rule["enforcement"] == "non-waivable":
            self.diagnostics.append(codes.not_waivable(waiver.rule.text, waiver.rule.span, _span(rule)))
        compensating = None if isinstance(waiver, Ruling) else waiver.compensating
        if (
            compensating is not None
            and self._rule(compensating, layer) is not None
            and compensating.text == waiver.rule.text
        ):
            self.diagnostics.append(codes.compensates_itself(compensating.text, compensating.span))
        variable = rule["each"]["variable"] if rule["each"] else None
        if variable is None and waiver.element is not None:
            self.diagnostics.append(codes.no_element(waiver.rule.text, waiver.element.span))
        elif variable is not None and waiver.element is None:
            self.diagnostics.append(codes.element_missing(waiver.rule.text, variable, waiver.name.span))
        elif variable is not None and waiver.element is not None and waiver.element.variable.text != variable:
            word = waiver.element.variable
            self.diagnostics.append(codes.other_element(waiver.rule.text, word.text, variable, word.span))

    def _signed(
        self, kind: str, requested: Signing, approved: Signing, until: date | None, until_span: Span | None
    ) -> None:
        if plain(requested.by.text) == plain(approved.by.text):
            self.diagnostics.append(codes.self_approved(kind, approved.by.span, requested.by.span))
        if approved.on < requested.on:
            self.diagnostics.append(codes.out_of_order("approved", "requested", approved.span, requested.span))
        if until is not None and until_span is not None and until < approved.on:
            self.diagnostics.append(codes.out_of_order("ended", "approved", until_span, approved.span))


def _signing(signing: Signing) -> Signature:
    return (signing.by.text.strip(), signing.on.isoformat())


def _finding(waiver: Waiver | Ruling) -> Finding | None:
    if isinstance(waiver, Waiver) or waiver.finding is None:
        return None
    return "false-alarm" if waiver.finding.text == "false-alarm" else "confirmed"


def _span(rule: PlanRule) -> Span:
    from govengine.diagnostics import Span

    file, line, column = rule["place"]
    name = rule["address"].partition("/")[2]
    return Span(file, line, column, line, column + len(name))
