"""Allows that give nothing: another one of the domain gives all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics.codes import lint as codes
from govengine.evaluate.allow import covers
from govengine.language.syntax import Overlay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.diagnostics import Diagnostic
    from govengine.language.syntax import Allow
    from govengine.lint.subject import Subject


def covered_allows(subject: Subject) -> Iterator[Diagnostic]:
    """Each allow that another one takes in whole; of two that are alike, the later one."""
    for block in subject.blocks:
        if not isinstance(block.node, Overlay):
            continue
        allows = block.node.allows
        for number, allow in enumerate(allows):
            wider = next((o for o in allows if o is not allow and _gives(o, allow)), None)
            if wider is not None and not (_gives(allow, wider) and number < allows.index(wider)):
                yield codes.covered_allow(allow.name.text, allow.name.span, wider.name.text, wider.name.span)


def _gives(wide: Allow, narrow: Allow) -> bool:
    """Whether an allow gives all that another one gives."""
    if wide.principal.text != narrow.principal.text:
        return False
    return {a.text for a in narrow.actions} <= {a.text for a in wide.actions} and all(
        any(covers(pattern.text, resource.text) for pattern in wide.resources) for resource in narrow.resources
    )
