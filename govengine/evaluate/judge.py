"""One rule on one product → the parts of its verdict. Pure: data comes in as facts and goes out as checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from govengine.compile.constants import read
from govengine.conditions.explain import Explainer, Traced, said
from govengine.conditions.runtime import ConditionError, NoEvidence, Undecidable, Undeclared
from govengine.diagnostics import Place
from govengine.evaluate import allow, keep
from govengine.evaluate.data import Pending, pending
from govengine.evaluate.elements import element_names
from govengine.evaluate.facts import Found, roots
from govengine.evaluate.retention import Kept, limit_of, meet
from govengine.model.verdict import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from govengine.evaluate.promises import Promised
    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.values import Mesh, Product
    from govengine.model.verdict import Outcome

NOT_RUN = "rows are not read in this run"


@dataclass(slots=True)
class Draft:
    """A verdict whose data parts are still open."""

    rule: dict[str, Any]
    product: Product
    parts: list[Part | Pending | Promised] = field(default_factory=list)
    fix: Callable[[str | None], str | None] = lambda _element: None
    """What to do about a failing element, by its name: asked once the data parts are settled."""


@dataclass(slots=True)
class _Element:
    name: str | None
    traced: Traced | None


class Judge:
    """Judges one product by all rules of its mesh and domain.

    `found` holds what loading the datasets showed, by table key; None where data is not read.
    """

    def __init__(
        self, book: Rulebook, product: Product, mesh: Mesh, as_of: date, found: Mapping[str, Found] | None
    ) -> None:
        self.book, self.product, self.mesh, self.found = book, product, mesh, found
        self.roots = roots(product, mesh, as_of, found)
        self.settings = book.settings(product.domain)
        self.explainer = Explainer(self.roots, self.settings, read)
        self._policies: dict[str, Part | None] = {}
        self._kept: list[Kept] = []

    def drafts(self) -> list[Draft]:
        """A draft for each rule that speaks of this product, in the order of addresses."""
        drafts = [self._draft(rule) for rule in self.book.rules if self._concerns(rule)]
        if self._kept:
            meet(self, self._kept)
        return drafts

    def _concerns(self, rule: Mapping[str, Any]) -> bool:
        if rule["layer"] not in ("global", self.product.domain):
            return False
        if self.book.policies[rule["policy"]]["judges_mesh"] is not self.product.is_mesh:
            return False
        return rule["on"] is None or rule["on"][0] == self.product.name

    def _draft(self, rule: dict[str, Any]) -> Draft:
        draft = Draft(rule, self.product)
        elements: list[_Element] = []
        stop = self._policy(rule["policy"]) or self._selected(rule["when"], "when")
        if stop is not None:
            draft.parts.append(stop)
        elif self.found is None and all(e["clause"] == "expect" for e in rule["evidence"]):
            draft.parts += [self._not_run(e, None) for e in rule["evidence"]]
        else:
            elements = self._judge(rule, draft)
        if rule["fix"]:
            draft.fix = partial(self._fix, rule, elements)
        return draft

    def _fix(self, rule: Mapping[str, Any], elements: list[_Element], name: str | None) -> str:
        """The rule's `fix`, with the values of the element that fails."""
        meant = next((e for e in elements if e.name == name or str(name).startswith(f"{e.name}, ")), None)
        if meant is not None and meant.traced is not None and rule["evidence"][0]["clause"] == "allow":
            smallest = allow.fix(self, meant.traced)
            if smallest is not None:
                return smallest
        return self.text(rule["fix"], {} if meant is None else self._names(rule, meant))

    def _policy(self, name: str) -> Part | None:
        """A part that ends the matter where the policy does not apply, or None where it does."""
        if name not in self._policies:
            when = None if self.book.adopted(name, self.product.domain) else self.book.policies[name]["when"]
            self._policies[name] = self._selected(when, "when")
        return self._policies[name]

    def _selected(self, condition: Mapping[str, Any] | None, clause: str) -> Part | None:
        if condition is None:
            return None
        try:
            if self.book.function(condition)(self.roots, self.settings):
                return None
        except (Undeclared, NoEvidence):
            reason = self.explainer.why_not(condition["ir"], {})
            message = f"cannot tell whether it applies: {reason.message}"
            return Part(clause, None, "unknown", "declared", message, self.place(reason.path), cause=reason.message)
        except ConditionError as error:
            return Part(clause, None, "error", "declared", f"cannot tell whether it applies: {error}", self.place(None))
        reason = self.explainer.why_not(condition["ir"], {})
        return Part(
            clause, None, "not-applicable", "declared", f"does not apply: {reason.message}", self.place(reason.path)
        )

    def _judge(self, rule: Mapping[str, Any], draft: Draft) -> list[_Element]:
        """Fill the draft with parts; gives the elements that were judged."""
        each = rule["each"]
        if each is None:
            for clause in rule["evidence"]:
                draft.parts += self._clause(rule, clause, _Element(None, None))
            return []
        elements, stop = self._elements(each)
        draft.parts += stop
        for element in elements:
            for clause in rule["evidence"]:
                draft.parts += self._clause(rule, clause, element)
                if clause["clause"] == "keep":
                    self._keep(draft, clause, element)
        return elements

    def _elements(self, each: Mapping[str, Any]) -> tuple[list[_Element], list[Part]]:
        """The elements that are selected, and what is to be said where that cannot be told or none is."""
        granted = allow.reaching(self, each)
        parts = [] if granted.stop is None else [granted.stop]
        items: list[Traced] = []
        try:
            items = self.explainer.items(each["list"]["ir"])
        except ConditionError as error:
            path = self.explainer.why_not(each["list"]["ir"], {}).path
            message = f"cannot tell what to judge: {error}"
            parts.append(Part("for each", None, "unknown", "declared", message, self.place(path), cause=str(error)))
            if not granted.items:
                return [], parts
        names = element_names(each["variable"], [i.value for i in items])
        names += [name for name, _ in granted.items]
        items += [item for _, item in granted.items]
        chosen: list[_Element] = []
        open_: list[_Element] = []
        reason = None
        for name, item in zip(names, items, strict=True):
            try:
                if each["where"] is None or self.book.function(each["where"])(self.roots, self.settings, item.value):
                    chosen.append(_Element(name, item))
            except ConditionError:
                open_.append(_Element(name, item))
                reason = reason or self.explainer.why_not(each["where"]["ir"], {each["variable"]: item})
        if open_ and reason is not None:
            count = f"{len(open_)} of {len(items)}"
            listed = ", ".join(str(e.name) for e in open_[:5]) + (", …" if len(open_) > 5 else "")
            message = f"cannot tell whether {count} are meant ({listed}): {reason.message}"
            parts.append(
                Part("where", None, "unknown", "declared", message, self.place(reason.path),
                     {"undecided": len(open_), "elements": len(items)}, reason.message)
            )  # fmt: skip
        if not chosen and not open_ and not parts:
            what = f"none of {len(items)} is meant" if items else "the list is empty"
            parts.append(Part("for each", None, "not-applicable", "declared", what, self.place(None)))
        return chosen, parts

    def _clause(
        self, rule: Mapping[str, Any], clause: Mapping[str, Any], element: _Element
    ) -> list[Part | Pending | Promised]:
        if clause["clause"] == "require":
            return [self._require(rule, clause, element)]
        if clause["clause"] == "keep":
            declared = self._require(rule, clause, element)
            if self.found is None:
                return [declared]
            return [declared, *keep.pending(self, rule, clause, element.name, element.traced)]
        if clause["clause"] == "allow":
            assert element.traced is not None
            return [allow.inside(self, clause, element.name, element.traced)]
        if clause["clause"] == "attest":
            return [self._attest(clause, element)]
        if clause["clause"] == "apart":
            return [self._lacking(clause, element, "effective grants")]
        if self.found is None:
            return [self._not_run(clause, element.name)]
        return pending(self, rule, clause, element.name, element.traced)

    def _require(self, rule: Mapping[str, Any], clause: Mapping[str, Any], element: _Element) -> Part:
        function = self.book.function(clause)
        names = self._names(rule, element)
        try:
            held = (
                function(self.roots, self.settings, element.traced.value)
                if element.traced
                else function(self.roots, self.settings)
            )
        except Undeclared:
            reason = self.explainer.why_not(clause["ir"], names)
            return Part(
                clause["clause"], element.name, "fail", "declared", reason.message, self.place(reason.path),
                {"condition": clause["text"]}, reason.message, "open",
            )  # fmt: skip
        except NoEvidence as error:
            place = self.place(self._path(clause["ir"], names))
            evidence = {"condition": clause["text"]}
            return Part(clause["clause"], element.name, "unknown", "declared", str(error), place, evidence, str(error))
        except Undecidable as error:
            # A comparison that hangs on the calendar is read against the product: nothing shows that it holds.
            reason = self.explainer.why_not(clause["ir"], names)
            outcome: Outcome = "fail" if "calendar" in str(error) else "error"
            return Part(
                clause["clause"], element.name, outcome, "declared", str(error), self.place(reason.path),
                {"condition": clause["text"]}, None, "open" if outcome == "fail" else None,
            )  # fmt: skip
        if held:
            place = self.place(element.traced.path if element.traced else self._path(clause["ir"], names))
            return Part(clause["clause"], element.name, "pass", "declared", "", place, {"condition": clause["text"]})
        reason = self.explainer.why_not(clause["ir"], names)
        message = self.text(rule["finding"], names) if rule["finding"] else reason.message
        path = reason.path or (element.traced.path if element.traced else None)
        absent = reason.message.endswith("is not declared")
        return Part(
            clause["clause"], element.name, "fail", "declared", message, self.place(path),
            {"condition": clause["text"]}, reason.message if absent else None, "open",
        )  # fmt: skip

    def _keep(self, draft: Draft, clause: Mapping[str, Any], element: _Element) -> None:
        """Remember what a rule asks of a column, until all rules have been asked."""
        names = self._names(draft.rule, element)
        try:
            column = self.explainer.trace(clause["column"], names)
        except ConditionError:
            return
        limit = limit_of(self, clause, names)
        self._kept.append(Kept(draft, clause["text"], clause["direction"], element.name, column, limit))

    def _attest(self, clause: Mapping[str, Any], element: _Element) -> Part:
        """A signed statement is asked for, unless its condition spares it."""
        unless = clause["unless"]
        if unless is not None:
            try:
                values = (element.traced.value,) if element.traced else ()
                if self.book.function(unless)(self.roots, self.settings, *values):
                    message = "no statement is needed: the condition of `unless` holds"
                    return Part("attest", element.name, "pass", "declared", message, self.place(None))
            except ConditionError:
                pass  # what cannot be told spares nobody
        return self._lacking(clause, element, "attestations")

    def _lacking(self, clause: Mapping[str, Any], element: _Element, what: str) -> Part:
        cause = f"{what} are not read by this version of govengine"
        place = self.place(element.traced.path if element.traced else None)
        return Part(clause["clause"], element.name, "unknown", None, cause, place, {}, cause)

    def _path(self, ir: Any, names: dict[str, Traced]) -> Any:
        return self.explainer.nearest(ir, names)

    def _names(self, rule: Mapping[str, Any], element: _Element) -> dict[str, Traced]:
        return {rule["each"]["variable"]: element.traced} if element.traced is not None else {}

    def _not_run(self, clause: Mapping[str, Any], element: str | None) -> Part:
        return Part("expect", element, "not-run", None, NOT_RUN, self.place(None), {"expectation": clause["text"]})

    def place(self, path: Any) -> Place:
        """Where a path stands: in the spec, in `govengine.yaml` for `mesh`, or in the overlay for an `allow`."""
        if path and path[0] == "mesh":
            return self.mesh.place_of(path[1:])
        if path and path[0] == "allow":
            return next(Place(*a["place"]) for a in self.book.allows(self.product.domain) if a["name"] == path[1])
        if not path:
            return self.product.place_of(("metadata", "name"))
        return self.product.place_of(path)

    def text(self, template: list[Any] | None, names: dict[str, Traced]) -> str:
        """A `finding` or `fix` with its values; what is not declared, or not known here, reads `…`."""
        words = ""
        for piece in template or ():
            if isinstance(piece, str):
                words += piece
                continue
            try:
                words += said(self.explainer.trace(piece, names).value).replace("`", "")
            except (ConditionError, KeyError):
                words += "…"
        return words
