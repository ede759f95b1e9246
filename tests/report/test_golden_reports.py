"""One report in every format, compared whole with `tests/golden/`.

`GOVENGINE_UPDATE_GOLDEN=1` writes the files anew; read the difference like code.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from govengine.report import console, html
from govengine.report import json as json_report

from .reports import SOURCES, full

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.model.verdict import Report

GOLDEN = Path(__file__).resolve().parents[1] / "golden"

FORMATS: dict[str, Callable[[Report], str]] = {
    "report.txt": lambda report: console.render(report, SOURCES, "", color=False, verbose=False),
    "report.verbose.txt": lambda report: console.render(report, SOURCES, "mesh/", color=False, verbose=True),
    "report.color.txt": lambda report: console.render(report, SOURCES, "", color=True, verbose=False),
    "report.json": json_report.render,
    "report.html": html.render,
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_as_it_was(name: str) -> None:
    rendered = FORMATS[name](full()).encode("utf-8")
    file = GOLDEN / name
    if os.environ.get("GOVENGINE_UPDATE_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        file.write_bytes(rendered)
    assert rendered.decode() == file.read_bytes().decode()


def test_no_golden_file_is_left_over() -> None:
    assert {file.name for file in GOLDEN.glob("report.*")} == set(FORMATS)
