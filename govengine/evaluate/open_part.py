"""Parts that wait for what rows show: for the answer to a check of their own, or for those of other rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from govengine.evaluate.pending import OpenCheck

if TYPE_CHECKING:
    from govengine.conditions.ir import IR
    from govengine.diagnostics import Place


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """A part that waits until the other rules are judged.

    `name` is the promise's, "accuracy"; `ir` where the rule takes it from.
    """

    promise: Any
    name: str
    ir: IR
    element: str | None
    text: str
    place: Place

    @property
    def outcome(self) -> None:
        """None: it is open."""
        return


OpenPart: TypeAlias = OpenCheck | OpenPromise
