"""One report in every format, compared whole with `tests/golden/`.

`GOVENGINE_UPDATE_GOLDEN=1` writes the files anew; read the difference like code.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from govengine.report.format import Presentation
from govengine.report.formats import FORMATS

from .reports import SOURCES, full

GOLDEN = Path(__file__).resolve().parents[1] / "golden"

PLAIN = Presentation(full(), SOURCES)
GOLDENS: dict[str, tuple[str, Presentation]] = {
    f"report{record.ending}" if record.ending == f".{name}" else f"report.{name}{record.ending}": (name, PLAIN)
    for name, record in FORMATS.all().items()
} | {
    "report.verbose.txt": ("console", PLAIN._replace(prefix="mesh/", verbose=True)),
    "report.color.txt": ("console", PLAIN._replace(color=True)),
}
"""What is compared: every format once, those that can look in several ways in each."""


@pytest.mark.parametrize("golden", GOLDENS)
def test_a_report_is_as_it_was(golden: str) -> None:
    name, shown = GOLDENS[golden]
    rendered = FORMATS.all()[name].write(shown).encode("utf-8")
    file = GOLDEN / golden
    if os.environ.get("GOVENGINE_UPDATE_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        file.write_bytes(rendered)
    assert rendered.decode() == file.read_bytes().decode()


def test_no_golden_file_is_left_over() -> None:
    assert {file.name for file in GOLDEN.glob("report.*")} == set(GOLDENS)
