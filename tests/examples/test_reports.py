"""`reports/examples` is what the engine writes today, whole."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from govengine.report.formats import console, html
from govengine.report.formats import json as json_report
from govengine.run.session import Outcome, Request, judge

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "reports/examples"


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return judge(Request(ROOT / "examples", date(2026, 11, 1), product="payments-settlement-batches"))


@pytest.mark.parametrize("ending", ["txt", "json", "html"])
def test_the_example_report_is_what_the_engine_writes(ending: str, outcome: Outcome) -> None:
    match ending:
        case "txt":
            text = console.render(outcome.report, outcome.texts, "examples", False, False)
        case "json":
            text = json_report.render(outcome.report)
        case _:
            text = html.render(outcome.report)
    path = KEPT / f"report.{ending}"
    if os.environ.get("GOVENGINE_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_the_example_report_fits_the_schema() -> None:
    schema = json.loads((ROOT / "reports/report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads((KEPT / "report.json").read_text(encoding="utf-8")))
