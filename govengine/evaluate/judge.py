"""One rule on one product → the parts of its verdict. Pure: data comes in as facts and goes out as checks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, assert_never

from govengine.conditions.operators import OpenList
from govengine.conditions.runtime import ConditionError, NoEvidence, Undecidable, Undeclared
from govengine.evaluate import allow, keep
from govengine.evaluate.data import pending
from govengine.evaluate.dossier import Dossier, Element
from govengine.evaluate.draft import Draft
from govengine.evaluate.elements import element_names
from govengine.evaluate.retention import RetentionDemand, limit_of, meet
from govengine.model.reasons import Reason
from govengine.model.verdict import Part
from govengine.plan.walk import expectations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govengine.conditions.explain import Explanation, TracedValue
    from govengine.evaluate.facts import DatasetFacts
    from govengine.evaluate.open_part import OpenPart
    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.values import Mesh, Product
    from govengine.model.verdict import Outcome
    from govengine.plan.clauses import (
        ApartClause,
        AttestClause,
        Clause,
        Condition,
        ExpectClause,
        KeepClause,
        RequireClause,
    )
    from govengine.plan.rules import PlanForEach, PlanRule, PlanTemplate

NOT_RUN = "rows are not read in this run"


class Judge:
    """Judges one product by all rules of its mesh and domain.

    `found` holds what loading the datasets showed, by table key; None where data is not read.
    """

    def __init__(
        self, book: Rulebook, product: Product, mesh: Mesh, as_of: date, found: Mapping[str, DatasetFacts] | None
    ) -> None:
        self.dossier = Dossier(book, product, mesh, as_of, found)
        self._policies: dict[str, Part | None] = {}
        self._kept: list[RetentionDemand] = []

    def drafts(self) -> list[Draft]:
        """A draft for each rule that speaks of this product, in the order of addresses."""
        drafts = [self._draft(rule) for rule in self.dossier.book.rules if self._concerns(rule)]
        if self._kept:
            meet(self.dossier, self._kept)
        return drafts

    def _concerns(self, rule: PlanRule) -> bool:
        if rule["layer"] not in ("global", self.dossier.product.domain):
            return False
        if self.dossier.book.policies[rule["policy"]]["judges_mesh"] is not self.dossier.product.is_mesh:
            return False
        return rule["on"] is None or rule["on"][0] == self.dossier.product.name

    def _draft(self, rule: PlanRule) -> Draft:
        draft = Draft(rule, self.dossier.product)
        elements: list[Element] = []
        stop = self._policy(rule["policy"]) or self._selected(rule["when"], "when")
        if stop is not None:
            draft.parts.append(stop)
        elif self.dossier.found is None and all(e["clause"] == "expect" for e in rule["evidence"]):
            draft.parts += [self._not_run(e, None) for e in expectations(rule)]
        else:
            elements = self._judge(rule, draft)
        if rule["fix"]:
            draft.fix = partial(self._fix, rule, rule["fix"], elements)
        return draft

    def _fix(self, rule: PlanRule, fix: PlanTemplate, elements: list[Element], name: str | None) -> str:
        """The rule's `fix`, with the values of the element that fails."""
        meant = next((e for e in elements if e.name == name or str(name).startswith(f"{e.name}, ")), None)
        if meant is not None and meant.traced is not None and rule["evidence"][0]["clause"] == "allow":
            smallest = allow.fix(self.dossier, meant.traced)
            if smallest is not None:
                return smallest
        return self.dossier.text(fix, {} if meant is None else meant.names(rule))

    def _policy(self, name: str) -> Part | None:
        """A part that ends the matter where the policy does not apply, or None where it does."""
        if name not in self._policies:
            when = (
                None
                if self.dossier.book.adopted(name, self.dossier.product.domain)
                else self.dossier.book.policies[name]["when"]
            )
            self._policies[name] = self._selected(when, "when")
        return self._policies[name]

    def _selected(self, condition: Condition | None, clause: str) -> Part | None:
        if condition is None:
            return None
        try:
            if self.dossier.book.function(condition)(self.dossier.roots, self.dossier.settings):
                return None
        except (Undeclared, NoEvidence):
            why = self.dossier.explainer.why_not(condition["ir"], {})
            message = f"cannot tell whether it applies: {why.message}"
            return Part(
                clause,
                None,
                "unknown",
                "declared",
                message,
                self.dossier.place(why.path),
                cause=why.reason,
            )
        except ConditionError as error:
            return Part(
                clause, None, "error", "declared", f"cannot tell whether it applies: {error}", self.dossier.place(None)
            )
        why = self.dossier.explainer.why_not(condition["ir"], {})
        return Part(
            clause,
            None,
            "not-applicable",
            "declared",
            f"does not apply: {why.message}",
            self.dossier.place(why.path),
        )

    def _judge(self, rule: PlanRule, draft: Draft) -> list[Element]:
        """Fill the draft with parts; gives the elements that were judged."""
        each = rule["each"]
        if each is None:
            for clause in rule["evidence"]:
                draft.parts += self._clause(rule, clause, Element())
            return []
        elements, stop = self._elements(each)
        draft.parts += stop
        for element in elements:
            for clause in rule["evidence"]:
                draft.parts += self._clause(rule, clause, element)
                if clause["clause"] == "keep":
                    self._keep(draft, clause, element)
        return elements

    def _elements(self, each: PlanForEach) -> tuple[list[Element], list[Part]]:
        """The elements that are selected, and what is to be said where that cannot be told or none is."""
        granted = allow.reaching(self.dossier, each)
        parts = [] if granted.stop is None else [granted.stop]
        items: list[TracedValue] = []
        try:
            items = self.dossier.explainer.items(each["list"]["ir"])
        except ConditionError as error:
            path = self.dossier.explainer.why_not(each["list"]["ir"], {}).path
            message = f"cannot tell what to judge: {error}"
            parts.append(
                Part("for each", None, "unknown", "declared", message, self.dossier.place(path), cause=error.reason)
            )
            if not granted.items:
                return [], parts
        else:
            held = self.dossier.explainer.trace(each["list"]["ir"], {}).value
            if isinstance(held, OpenList):
                why_open = Reason("columns unknown", (held.dataset,))
                message = f"cannot tell whether there are more to judge: {why_open.text}"
                place = self.dossier.place(None)
                parts.append(Part("for each", None, "unknown", "declared", message, place, cause=why_open))
        names = element_names(each["variable"], [i.value for i in items])
        elements = [Element(name, item) for name, item in zip(names, items, strict=True)] + granted.items
        chosen, undecided, why = self._meant(each, elements)
        if why is not None:
            count = f"{len(undecided)} of {len(elements)}"
            listed = ", ".join(str(e.name) for e in undecided[:5]) + (", …" if len(undecided) > 5 else "")
            message = f"cannot tell whether {count} are meant ({listed}): {why.message}"
            parts.append(
                Part("where", None, "unknown", "declared", message, self.dossier.place(why.path),
                     {"undecided": len(undecided), "elements": len(elements)}, why.reason)
            )  # fmt: skip
        if not chosen and not undecided and not parts:
            what = f"none of {len(elements)} is meant" if elements else "the list is empty"
            parts.append(Part("for each", None, "not-applicable", "declared", what, self.dossier.place(None)))
        return chosen, parts

    def _meant(
        self, each: PlanForEach, elements: list[Element]
    ) -> tuple[list[Element], list[Element], Explanation | None]:
        """The elements that `where` selects, those of which that cannot be told, and why it cannot of the first."""
        where = each["where"]
        if where is None:
            return elements, [], None
        selects = self.dossier.book.function(where)
        chosen: list[Element] = []
        undecided: list[Element] = []
        for element in elements:
            assert element.traced is not None
            try:
                if selects(self.dossier.roots, self.dossier.settings, element.traced.value):
                    chosen.append(element)
            except ConditionError:
                undecided.append(element)
        if not undecided or undecided[0].traced is None:
            return chosen, undecided, None
        names = {each["variable"]: undecided[0].traced}
        return chosen, undecided, self.dossier.explainer.why_not(where["ir"], names)

    def _clause(self, rule: PlanRule, clause: Clause, element: Element) -> list[Part | OpenPart]:
        match clause["clause"]:
            case "require":
                return [self._require(rule, clause, element)]
            case "keep":
                declared = self._require(rule, clause, element)
                if self.dossier.found is None:
                    return [declared]
                return [declared, *keep.pending(self.dossier, rule, clause, element)]
            case "allow":
                return [allow.inside(self.dossier, clause, element)]
            case "attest":
                return [self._attest(clause, element)]
            case "apart":
                return [self._lacking(clause, element, "effective grants")]
            case "expect":
                if self.dossier.found is None:
                    return [self._not_run(clause, element.name)]
                return pending(self.dossier, rule, clause, element)
            case _:
                assert_never(clause)

    def _require(self, rule: PlanRule, clause: RequireClause | KeepClause, element: Element) -> Part:
        function = self.dossier.book.function(clause)
        names = element.names(rule)
        try:
            held = (
                function(self.dossier.roots, self.dossier.settings, element.traced.value)
                if element.traced
                else function(self.dossier.roots, self.dossier.settings)
            )
        except Undeclared:
            why = self.dossier.explainer.why_not(clause["ir"], names)
            return Part(
                clause["clause"], element.name, "fail", "declared", why.message, self.dossier.place(why.path),
                {"condition": clause["text"]}, why.reason, "open",
            )  # fmt: skip
        except NoEvidence as error:
            place = self.dossier.place(self.dossier.explainer.nearest(clause["ir"], names))
            evidence = {"condition": clause["text"]}
            return Part(
                clause["clause"], element.name, "unknown", "declared", str(error), place, evidence, error.reason
            )
        except Undecidable as error:
            # A comparison that hangs on the calendar is read against the product: nothing shows that it holds.
            why = self.dossier.explainer.why_not(clause["ir"], names)
            outcome: Outcome = "fail" if error.reason.code == "calendar" else "error"
            return Part(
                clause["clause"], element.name, outcome, "declared", str(error), self.dossier.place(why.path),
                {"condition": clause["text"]}, None, "open" if outcome == "fail" else None,
            )  # fmt: skip
        if held:
            place = self.dossier.place(
                element.traced.path if element.traced else self.dossier.explainer.nearest(clause["ir"], names)
            )
            return Part(clause["clause"], element.name, "pass", "declared", "", place, {"condition": clause["text"]})
        why = self.dossier.explainer.why_not(clause["ir"], names)
        message = self.dossier.text(rule["finding"], names) if rule["finding"] else why.message
        path = why.path or (element.path)
        return Part(
            clause["clause"], element.name, "fail", "declared", message, self.dossier.place(path),
            {"condition": clause["text"]}, why.reason if why.absent else None, "open",
        )  # fmt: skip

    def _keep(self, draft: Draft, clause: KeepClause, element: Element) -> None:
        """Remember what a rule asks of a column, until all rules have been asked."""
        names = element.names(draft.rule)
        try:
            column = self.dossier.explainer.trace(clause["column"], names)
        except ConditionError:
            return
        limit = limit_of(self.dossier, clause, names)
        self._kept.append(RetentionDemand(draft, clause["text"], clause["direction"], element.name, column, limit))

    def _attest(self, clause: AttestClause, element: Element) -> Part:
        """A signed statement is asked for, unless its condition spares it."""
        unless = clause["unless"]
        if unless is not None:
            try:
                values = (element.traced.value,) if element.traced else ()
                if self.dossier.book.function(unless)(self.dossier.roots, self.dossier.settings, *values):
                    message = "no statement is needed: the condition of `unless` holds"
                    return Part("attest", element.name, "pass", "declared", message, self.dossier.place(None))
            except ConditionError:
                pass  # what cannot be told spares nobody
        return self._lacking(clause, element, "attestations")

    def _lacking(self, clause: AttestClause | ApartClause, element: Element, what: str) -> Part:
        cause = Reason("evidence unread", (what,))
        place = self.dossier.place(element.path)
        return Part(clause["clause"], element.name, "unknown", None, cause.text, place, {}, cause)

    def _not_run(self, clause: ExpectClause, element: str | None) -> Part:
        return Part(
            "expect", element, "not-run", None, NOT_RUN, self.dossier.place(None), {"expectation": clause["text"]}
        )
