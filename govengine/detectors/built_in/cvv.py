"""Card verification codes."""

from __future__ import annotations

from govengine.detectors.detector import Detector
from govengine.detectors.form import ANY, Form, is_all

_FORMS = (
    Form(
        "values as short as verification codes",
        "strlen(v) <= 4",
        f"CASE WHEN {is_all('v', '[0-9]{3,4}')} THEN [v] END",
        "true",
        ANY,
        text_only=False,
    ),
)

DETECTOR = Detector(
    name="cvv",
    finds="card verification codes",
    forms=_FORMS,
    columns=r"(?i)(?:^|.*[_ -])(?:cvv2?|cvc2?|csc|cav2|card_?(?:cid|verification)|security_?code)(?:$|[_ -].*)",
    meaning="sad.cvv",
    source="PCI DSS 4.0, requirement 3.3.1.2",
    rank=30,
    only_by_name=True,
    hits=(
        "123",
        "7890",
    ),
    misses=(
        "ab",
        "12",
        "12345",
    ),
)
