"""Magnetic-stripe tracks."""

from __future__ import annotations

from fractions import Fraction

from govengine.detectors.built_in.pan import ISSUERS
from govengine.detectors.detector import Detector
from govengine.detectors.form import TELLING, Form, every, integer, is_all, luhn, matches, only

_TRACK_1 = r"[Bb]([0-9]{13,19}\^[^\^]{2,26}\^[0-9]{4})"
_TRACK_2 = "(?:^|[^0-9])([0-9]{13,19}[=D][0-9]{4})[0-9]{3}"
_TRACKED = "regexp_extract(d, '^[0-9]+')"
_FORMS = (
    Form(
        "magnetic-stripe tracks",
        "strlen(v) >= 21 AND " + matches("v", r"[0-9]{13}(?:\^|=|D[0-9]{7})"),
        only(f"list_concat({every('v', _TRACK_1)}, {every('v', _TRACK_2)})", is_all(_TRACKED, ISSUERS)),
        f"{luhn(integer(_TRACKED))} AND right(d, 2) BETWEEN '01' AND '12'",
        Fraction(12, 1000),  # Luhn, and a month: 1 in 10 times 12 in 100
        TELLING,
    ),
)

DETECTOR = Detector(
    name="track-data",
    finds="magnetic-stripe tracks",
    forms=_FORMS,
    columns=r"(?i)(?:.*_)?track(?:_?[12])?(?:_?data)?",
    meaning="sad.track",
    source="ISO/IEC 7813 (track 1 and track 2)",
    rank=20,
    hits=(
        "%B4111111111111111^DOE/JANE^27121010000000000?",
        ";4111111111111111=27121010000000000?",
    ),
    misses=(
        "4111111111111111=27131010000",
        "4111111111111112=2712101",
        "B4111111111111111^DOE/JANE",
    ),
)
