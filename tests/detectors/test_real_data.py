"""Detectors on real data: the birth number under a harmless name is found, and nothing else is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from govengine.answers.scan import scan

BERKA = Path(__file__).resolve().parents[2].parent / "shared/data/berka"
pytestmark = pytest.mark.skipif(not BERKA.is_dir(), reason="../shared/data/berka is not there")


def test_only_the_birth_number_is_found() -> None:
    found = scan(None, [], sorted(BERKA.glob("*.csv.gz")), date(2026, 11, 1), lambda _phase, _done, _all: None)
    assert [s.problem for s in found.searched] == [None] * 8
    assert [(Path(f.dataset).name, f.column, f.detector, f.confidence) for f in found.findings] == [
        ("client.csv.gz", "birth_number", "birth-number", "likely")
    ]
    [finding] = found.findings
    assert (finding.rows, finding.tested) == (5_369, 5_369)
    assert finding.lines[0][1] == "- {name: birth_number, dataset: client, semantic_type: person.birth_date}"
