"""A verdict that is still being made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.evaluate.open_part import OpenPart
    from govengine.model.values import Product
    from govengine.model.verdict import Part
    from govengine.plan.rules import PlanRule


@dataclass(slots=True)
class Draft:
    """A verdict whose data parts are still open."""

    rule: PlanRule
    product: Product
    parts: list[Part | OpenPart] = field(default_factory=list)
    fix: Callable[[str | None], str | None] = lambda _element: None
    """What to do about a failing element, by its name: asked once the data parts are settled."""
