"""What is judged: one product of a mesh on a day, and all that is known of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from govengine.compile.constants import read
from govengine.conditions.explain import Explainer, TracedValue, said
from govengine.conditions.runtime import ConditionError
from govengine.evaluate.facts import roots

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govengine.diagnostics import Place
    from govengine.evaluate.facts import DatasetFacts
    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.values import Mesh, Path, Product
    from govengine.plan.rules import PlanRule, PlanTemplate


class Element(NamedTuple):
    """What a rule judges of a product: an element of its `for each`, or the whole, which has no name."""

    name: str | None = None
    traced: TracedValue | None = None

    def names(self, rule: PlanRule) -> dict[str, TracedValue]:
        """What the rule's own variable stands for."""
        return {} if rule["each"] is None or self.traced is None else {rule["each"]["variable"]: self.traced}

    @property
    def path(self) -> Path | None:
        """Where it stands in the spec."""
        return None if self.traced is None else self.traced.path


class Dossier:
    """One product and what its rules are held against.

    `found` holds what loading the datasets showed, by table key; None where data is not read.
    """

    def __init__(
        self, book: Rulebook, product: Product, mesh: Mesh, as_of: date, found: Mapping[str, DatasetFacts] | None
    ) -> None:
        self.book, self.product, self.mesh, self.as_of, self.found = book, product, mesh, as_of, found
        self.roots = roots(product, mesh, as_of, found)
        self.settings = book.settings(product.domain)
        self.explainer = Explainer(self.roots, self.settings, read)

    @cached_property
    def council(self) -> Explainer:
        """Explains by the council's own settings, whatever the domain has tightened."""
        return Explainer(self.roots, self.book.settings(""), read)

    def place(self, path: Path | None) -> Place:
        """Where a path stands: in the spec, in `govengine.yaml` for `mesh`, or in the overlay for an `allow`."""
        if path and path[0] == "mesh":
            return self.mesh.place_of(path[1:])
        if path and path[0] == "allow":
            return next(a.place for a in self.book.allows(self.product.domain) if a.name == path[1])
        if not path:
            return self.product.place_of(("metadata", "name"))
        return self.product.place_of(path)

    def text(self, template: PlanTemplate, names: Mapping[str, TracedValue]) -> str:
        """A `finding` or `fix` with its values; what is not declared, or not known here, reads `…`."""
        words = ""
        for piece in template:
            if isinstance(piece, str):
                words += piece
                continue
            try:
                words += said(self.explainer.trace(piece, names).value).replace("`", "")
            except (ConditionError, KeyError):
                words += "…"
        return words
