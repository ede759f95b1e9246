"""The formats of reports: a file each, with its record in `FORMAT`."""

from __future__ import annotations

from typing import Final

from govengine.model.records import Records
from govengine.report.format import Format

FORMATS: Final = Records(__name__, "FORMAT", Format)
DEFAULT: Final = "console"
"""What `--format` is when it is not given."""
