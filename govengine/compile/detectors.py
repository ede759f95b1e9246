"""Detectors of the council: what is wrong with one, and what the plan keeps of it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from govengine.detectors.own import CHECKSUMS, unfit
from govengine.diagnostics import nearest
from govengine.diagnostics.codes import conditions as codes
from govengine.model.vocabulary import SEMANTIC_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.diagnostics import Diagnostic
    from govengine.language.syntax import Detector
    from govengine.plan.document import PlanDetector


def mistakes_of_detector(detector: Detector) -> Iterator[Diagnostic]:
    """What keeps it from being used, in the order written."""
    why = unfit(detector.pattern.text)
    if why is not None:
        yield codes.unfit_detector("the pattern", detector.pattern.span, why)
    checksum = detector.checksum
    if checksum is not None and checksum.text not in CHECKSUMS:
        known = sorted(CHECKSUMS)
        near = nearest(checksum.text, known)
        yield codes.not_in_vocabulary(checksum.text, "checksum", checksum.span, suggestion=near, known=known)
    if detector.chance is not None and not 0 < detector.chance.value < 100:
        yield codes.unfit_detector("the chance", detector.span, "it must be more than 0% and less than 100%")
    means = detector.means
    if means is not None and means.text not in SEMANTIC_TYPES.words:
        known = sorted(SEMANTIC_TYPES.words)
        near = nearest(means.text, known)
        yield codes.not_in_vocabulary(means.text, "semantic type", means.span, suggestion=near, known=known)
    for name in detector.names:
        if not name.text.strip():
            yield codes.unfit_detector("the column name", name.span, "it is empty")


def stored_detector(detector: Detector) -> PlanDetector:
    """Plain values: `chance` is a fraction as text, None where it is not declared."""
    chance = detector.chance
    return {
        "title": detector.title.text,
        "pattern": detector.pattern.text,
        "checksum": detector.checksum.text if detector.checksum else None,
        "chance": None if chance is None else str(Fraction(chance.value) / 100),
        "means": detector.means.text if detector.means else None,
        "names": [n.text for n in detector.names],
    }
