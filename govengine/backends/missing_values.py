"""Values that mean a missing one: no number, and the texts that a spec declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.backends.csv_types import FLOATS
from govengine.expectations.sql import identifier, texts

if TYPE_CHECKING:
    from collections.abc import Mapping


def without_markers(columns: Mapping[str, str], missing: Mapping[str, tuple[str, ...]]) -> list[str]:
    """SQL for those columns that may hold no number, or a text that is declared to mean so: NULL where they do.

    `columns` are SQL types by name.
    """
    markers = {name.lower(): texts for name, texts in missing.items()}
    cells = []
    for name, type_ in columns.items():
        column = identifier(name)
        tests = [f"isnan({column})"] if type_ in FLOATS else []
        if name.lower() in markers:
            tests.append(f"CAST({column} AS VARCHAR) IN {texts(markers[name.lower()])}")
        if tests:
            cells.append(f"CASE WHEN {' OR '.join(tests)} THEN NULL ELSE {column} END AS {column}")
    return cells
