"""The JSON report keeps to `reports/report.schema.json`, and the schema is closed where it should be."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from govengine.model.verdict import ENFORCEMENTS, OUTCOMES, SEVERITIES, Report
from govengine.report.formats import json as json_report

from .reports import HOSTILE, full, hostile, report
from .strategies import reports

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "reports" / "report.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)
OPEN = {"evidence"}
"""Objects to which names may be added without a new version of the format."""


def written(held: Report) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json_report.render(held))
    return document


def complaints(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def objects(value: Any, key: str = "") -> list[tuple[str, dict[str, Any]]]:
    """All objects in a document, each with the key under which it stands."""
    found = []
    if isinstance(value, dict):
        found = [(key, value), *(pair for name, held in value.items() for pair in objects(held, name))]
    elif isinstance(value, list):
        found = [pair for held in value for pair in objects(held, key)]
    return found


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_described_field_has_words() -> None:
    silent = [
        f"{name}.{field}"
        for name, described in [("report", SCHEMA), *SCHEMA["$defs"].items()]
        for field, held in described.get("properties", {}).items()
        if not (held.get("description") or SCHEMA["$defs"].get(held.get("$ref", "")[8:], {}).get("description"))
    ]
    assert silent == []


def test_the_full_report_is_valid() -> None:
    assert complaints(written(full())) == []


def test_an_empty_report_is_valid() -> None:
    assert complaints(written(report((), [], mesh="", policy_digest=""))) == []


@given(reports())
@settings(max_examples=60, deadline=None)
def test_any_report_is_valid(held: Report) -> None:
    assert complaints(written(held)) == []


def test_the_keys_at_the_top_are_the_agreed_ones() -> None:
    assert list(written(full())) == [
        "schema", "engine", "policy_digest", "as_of", "summary", "products", "verdicts", "diagnostics", "inputs",
    ]  # fmt: skip


def test_no_object_takes_another_key_or_lacks_one() -> None:
    document = written(full())
    for judged in document["verdicts"]:
        del judged["parts"][2:]  # those left out are like the others, and each costs a validation a key
    for index, (key, held) in enumerate(objects(document)):
        if key in OPEN:
            continue
        broken = copy.deepcopy(document)
        objects(broken)[index][1]["surprise"] = 1
        assert complaints(broken), f"`{key}` takes a key that the schema does not know"
        for name in held:
            broken = copy.deepcopy(document)
            del objects(broken)[index][1][name]
            assert complaints(broken), f"`{key}` may lack `{name}`"


@pytest.mark.parametrize(
    ("field", "known"),
    [("outcome", OUTCOMES), ("severity", SEVERITIES), ("enforcement", ENFORCEMENTS)],
)
def test_closed_vocabularies(field: str, known: tuple[str, ...]) -> None:
    document = written(full())
    for word in known:
        document["verdicts"][0][field] = word
        assert complaints(document) == []
    document["verdicts"][0][field] = "surprising"
    assert len(complaints(document)) == 1


def test_the_full_report_holds_every_word_of_the_vocabularies() -> None:
    """Else a word could be missing from the schema and nobody would see it."""
    held = written(full())
    parts = [part for verdict in held["verdicts"] for part in verdict["parts"]]
    assert {verdict["outcome"] for verdict in held["verdicts"]} == set(OUTCOMES)
    assert {part["outcome"] for part in parts} == set(OUTCOMES)
    assert {verdict["severity"] for verdict in held["verdicts"]} == set(SEVERITIES)
    assert {verdict["enforcement"] for verdict in held["verdicts"]} == set(ENFORCEMENTS)
    for place, values in (
        (SCHEMA["$defs"]["part"]["properties"]["assurance"], {part["assurance"] for part in parts}),
        (SCHEMA["$defs"]["product"]["properties"]["verdict"], {product["verdict"] for product in held["products"]}),
        (SCHEMA["$defs"]["disposition"], {verdict["disposition"] for verdict in held["verdicts"]}),
        (SCHEMA["$defs"]["diagnostic"]["properties"]["level"], {d["level"] for d in held["diagnostics"]}),
    ):
        assert values == set(place["enum"])


def test_the_summary_counts_what_is_listed() -> None:
    held = written(full())
    for listed, key, counts in (
        ("products", "verdict", held["summary"]["products"]),
        ("verdicts", "outcome", held["summary"]["verdicts"]),
    ):
        for word, count in counts.items():
            assert count == sum(1 for item in held[listed] if item[key] == word), word
    blocking = [
        v
        for v in held["verdicts"]
        if v["outcome"] == "fail" and v["enforcement"] != "advisory" and v["disposition"] == "open"
    ]
    assert held["summary"]["blocking_failures"] == len(blocking) > 0


def test_quantities_and_dates_are_as_they_were_written() -> None:
    measured = next(
        part["evidence"] for v in written(full())["verdicts"] for part in v["parts"] if "threshold" in part["evidence"]
    )
    assert measured == {
        "expectation": "{column} filled", "threshold": "99.9%", "population": 49103, "tested": 49102, "failing": 651,
        "by_day": False, "until": "2027-03-30", "share": "1.33",
    }  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_only_ascii_comes_out_and_the_text_goes_in_unchanged(text: str) -> None:
    rendered = json_report.render(hostile(text))
    assert rendered.isascii()
    assert rendered.replace("\n", "").isprintable()
    held = json.loads(rendered)
    assert held["products"][0]["name"] == text
    assert held["verdicts"][0]["parts"][0]["message"] == text


def test_evidence_that_json_cannot_hold_is_refused() -> None:
    from .reports import part, verdict

    for evidence, error in (({"rows": {1, 2}}, TypeError), ({"rows": float("nan")}, ValueError)):
        with pytest.raises(error):
            json_report.render(report((), [verdict("a/b", "c", part("pass", evidence=evidence))]))
