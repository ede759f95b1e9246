"""PINs and PIN blocks."""

from __future__ import annotations

from govengine.detectors.detector import Detector
from govengine.detectors.form import ANY, Form, is_all

_FORMS = (
    Form(
        "values as short as PINs",
        "strlen(v) <= 12",
        f"CASE WHEN {is_all('v', '[0-9]{4,12}')} THEN [v] END",
        "true",
        ANY,
        text_only=False,
    ),
    Form("PIN blocks", "strlen(v) = 16", f"CASE WHEN {is_all('v', '[0-9A-Fa-f]{16}')} THEN [v] END", "true", ANY),
)

DETECTOR = Detector(
    name="pin",
    finds="PINs and PIN blocks",
    forms=_FORMS,
    columns=r"(?i)(?:^|.*[_ -])(?:pin|pin_?block|pin_?code)(?:$|[_ -].*)",
    meaning="sad.pin",
    source="ISO 9564-1 (PINs of 4 to 12 digits, PIN blocks); PCI DSS 4.0, requirement 3.3.1.3",
    rank=40,
    only_by_name=True,
    hits=(
        "1234",
        "041234FFFFFFFFFF",
    ),
    misses=(
        "123",
        "12a4",
        "1234567890123",
    ),
)
