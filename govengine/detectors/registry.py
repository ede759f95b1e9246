"""What `never looks like` and `govengine scan` know without being told; and what no detector can find."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from govengine.detectors.detector import Detector
from govengine.model.records import Records

if TYPE_CHECKING:
    from collections.abc import Mapping

DETECTORS: Final = Records("govengine.detectors.built_in", "DETECTOR", Detector)
NOT_RECOGNISED = ("names", "addresses", "dates of birth", "other free words")
"""What has no form by which it could be told from other text, so that no scan finds it."""


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Detector]:
    """All built-in detectors by name, in the order in which they are listed."""
    return dict(sorted(DETECTORS.all().items(), key=lambda item: item[1].rank))


def kinds() -> dict[str, str]:
    """What each built-in detector finds, by its name."""
    return {name: detector.finds for name, detector in built_in().items()}


def only_by_name() -> tuple[str, ...]:
    """Detectors of a few characters that look like anything: looked for only where name or spec says so."""
    return tuple(name for name, detector in built_in().items() if detector.only_by_name)
