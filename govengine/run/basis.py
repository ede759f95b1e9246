"""What a run judges by and what it judges, once all of it has been read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.values import Mesh, Product
    from govengine.run.specs import Spec


@dataclass(frozen=True, slots=True)
class Basis:
    """A mesh, its compiled rules and its specs, none of them missing.

    `layers` is the layer of each policy file, "global" or a domain; `broken` are domains whose overlays do not compile,
    with what is known of their rules.
    """

    mesh: Mesh
    book: Rulebook
    specs: tuple[Spec, ...]
    layers: Mapping[str, str]
    broken: Mapping[str, Any]

    def spec(self, name: str) -> Spec | None:
        """The spec of a product; None if the mesh has no such product."""
        return next((s for s in self.specs if s.name == name), None)

    @property
    def products(self) -> dict[str, Product]:
        """The products that can be read, by name."""
        return {s.name: s.product for s in self.specs if s.product is not None}
