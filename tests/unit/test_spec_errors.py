"""Specs with mistakes: each with its code, at the line and column of the word that is wrong."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govengine.diagnostics import Diagnostic
from govengine.model.schema import product_schema
from govengine.model.vocabulary import vocabularies
from govengine.sources.product import ProductRead, read_product

from .marked import marked

SCHEMA = product_schema()
VOCABULARIES = vocabularies(("public", "internal", "confidential", "restricted"), ("GDPR", "PCI-DSS", "SOX"))

HEAD = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata:
  name: payments-events
  domain: payments
  owner: payments@example.com
  version: "2.1.0"
"""
TEMPLATE = (
    HEAD
    + """\
spec:
  description: "Real-time payment transaction events for analytics and monitoring"
  interfaces:
    - type: kafka-stream
      topic: payments.transactions.v2
      schema_registry: confluent-cloud
      format: avro
    - type: rest-api
      endpoint: /api/v2/payments/transactions
      authentication: oauth2
      rate_limit: 10000/hour
  quality:
    availability: 99.9%
    latency: <100ms (p99)
    completeness: >99.5%
    accuracy: >99.9%
  governance:
    classification: confidential
    retention: 7_years
    pii_fields: ["customer_id", "account_number"]
    compliance: ["PCI-DSS", "SOX", "GDPR"]
"""
)


def read(text: str | bytes) -> ProductRead:
    data = text if isinstance(text, bytes) else text.encode()
    return read_product(data, "spec.yaml", "payments", SCHEMA, VOCABULARIES)


def errors(text: str) -> list[Diagnostic]:
    return [d for d in read(text).diagnostics if d.level == "error"]


def test_the_template_is_read_as_it_stands() -> None:
    found = read(TEMPLATE)
    assert found.product is not None
    quality = found.product.data["spec"]["quality"]
    assert {k: v.text for k, v in quality.items()} == {
        "availability": "99.9%",
        "latency": "<100ms (p99)",
        "completeness": ">99.5%",
        "accuracy": ">99.9%",
    }
    lines = TEMPLATE.split("\n")
    warned = [(d.code, d.span.line, d.span.column) for d in found.diagnostics if d.span is not None]
    assert sorted(warned) == sorted(
        [("GOV217", i + 1, line.index(">") + 1) for i, line in enumerate(lines) if ": >" in line]
        + [("GOV216", i + 1, line.index("7_years") + 1) for i, line in enumerate(lines) if "retention" in line]
    )
    assert {d.level for d in found.diagnostics} == {"warning"}


def test_places_behind_an_unquoted_promise_stay_true() -> None:
    product = read(TEMPLATE).product
    assert product is not None
    lines = TEMPLATE.split("\n")
    for path, word in [
        (("spec", "quality", "completeness"), ">99.5%"),
        (("spec", "quality", "accuracy"), ">99.9%"),
        (("spec", "governance", "classification"), "confidential"),
        (("spec", "governance", "compliance", 1), '"SOX"'),
    ]:
        place = product.place_of(path)
        assert lines[place.line - 1][place.column - 1 :].startswith(word)


@pytest.mark.parametrize(
    ("code", "spec"),
    [
        ("GOV210", "spec:\n  §governence: {}\n"),
        ("GOV210", "spec: {governance: {§clasification: public}}\n"),
        ("GOV210", "spec:\n  governance:\n    §schema_: 1\n"),
        ("GOV210", "spec:\n  schema:\n    - name: a\n      §declared: true\n"),
        ("GOV210", "spec: {}\n§extra: 1\n"),
        ("GOV210", "spec: {governance: {encryption: {§strength: at-rest}}}\n"),
        ("GOV211", "spec: §text\n"),
        ("GOV211", "spec:\n  governance: §[public]\n"),
        ("GOV211", "spec: {governance: {pii_fields: §customer_id}}\n"),
        ("GOV211", "spec: {governance: {pii_fields: [a, §7]}}\n"),
        ("GOV211", "spec: {governance: {pii_fields: [a, §~]}}\n"),
        ("GOV211", "spec: {governance: {dlp: {enabled: §'yes'}}}\n"),
        ("GOV211", "spec: {governance: {dlp: {enabled: §1}}}\n"),
        ("GOV211", "spec: {documentation: §2.10}\n"),
        ("GOV211", "spec: {interfaces: [{type: file, partitions: §1.0}]}\n"),
        ("GOV211", "spec: {governance: {cost: {budget: §.inf}}}\n"),
        ("GOV211", "spec: {governance: {cost: {budget: §.nan}}}\n"),
        ("GOV211", f"spec: {{governance: {{cost: {{budget: §{'9' * 390}}}}}}}\n"),
        ("GOV211", "spec: {governance: {processing: {dpia: {date: §2026-02-30}}}}\n"),
        ("GOV211", "spec: {governance: {processing: {dpia: {date: §2026-W01-1}}}}\n"),
        ("GOV212", "spec:\n  governance:\n    retention: §3m\n"),
        ("GOV212", "spec:\n  governance:\n    retention: {min: §forever}\n"),
        ("GOV212", "spec:\n  quality:\n    completeness: §>101%\n"),
        ("GOV212", "spec: {quality: {latency: §quick}}\n"),
        ("GOV212", "spec: {interfaces: [{type: file, rate_limit: §10000}]}\n"),
        ("GOV212", "spec: {quality: {freshness: §24}}\n"),
        ("GOV212", "spec: {quality: {latency: §99%}}\n"),
        ("GOV212", "spec: {quality: {accuracy: §<24h}}\n"),
        ("GOV212", "spec: {quality: {validity: 1, completeness: §1 month}}\n"),
        ("GOV230", "spec: {governance: {retention: {min: 10 years, max: §1 year}}}\n"),
        ("GOV230", "spec: {governance: {retention: {max: §P6M, min: 185 days}}}\n"),
        ("GOV230", "spec: {governance: {retention: {per_category: [{category: a, min: 2 days, max: §47h}]}}}\n"),
        ("GOV213", "spec: {governance: {classification: §restrictd}}\n"),
        ("GOV213", "spec: {governance: {compliance: [GDPR, §PCIDSS]}}\n"),
        ("GOV213", "spec: {governance: {encryption: §at-reset}}\n"),
        ("GOV213", "spec: {status: §live}\n"),
        ("GOV213", "spec:\n  schema:\n  - {name: a, semantic_type: §pann}\n"),
        ("GOV213", "spec:\n  schema:\n  - {name: a, tags: [§audit.marker]}\n"),
        ("GOV213", "spec:\n  schema:\n  - dataset: d\n    columns:\n    - {name: a, semantic_type: §person.}\n"),
        ("GOV214", "spec:\n  schema:\n    - §description: no name\n"),
        ("GOV214", "spec: {interfaces: [§{format: csv}]}\n"),
        ("GOV214", "spec: {access: {grants: [§{principal: ~}]}}\n"),
    ],
)
def test_each_mistake_has_its_place(code: str, spec: str) -> None:
    text, place = marked(HEAD + spec)
    (found,) = errors(text)
    assert found.span is not None
    assert (found.code, found.span.line, found.span.column) == (code, *place)
    assert read(text).product is None
    assert read(text).name == "payments-events"


@pytest.mark.parametrize(
    "spec",
    [
        "governance: {retention: {min: 1 year, max: 1 year}}",
        "governance: {retention: {min: 6 months, max: 183 days}}",  # which is longer, the calendar decides
        "governance: {retention: {max: 1 day}}",
        "governance: {retention: {min: 5 years, per_category: [{category: a, max: 1 year}]}}",
        "quality: {freshness: 1 month, latency: 5s, accuracy: 0.99, completeness: '=100%'}",
    ],
)
def test_what_can_be_meant_is_read(spec: str) -> None:
    assert errors(f"{HEAD}spec: {{{spec}}}\n") == []


@pytest.mark.parametrize(
    ("spec", "said", "write"),
    [
        ("governance: {dlp: {enabled: 'true'}}", "this is the text `true`", "write `true` without quotes"),
        ("interfaces: [{type: file, partitions: '3'}]", "this is the text `3`", "write `3` without quotes"),
        ("governance: {pii_fields: customer_id}", "must be a list", "write `[customer_id]`"),
        ("interfaces: kafka", "must be a list", "write a list"),
        (
            "governance: {retention: {hold_review: next year}}",
            "must be a date",
            "write a day of the calendar, as `2027-03-31`",
        ),
    ],
)
def test_a_value_of_another_type_says_what_to_write(spec: str, said: str, write: str) -> None:
    (found,) = errors(f"{HEAD}spec: {{{spec}}}\n")
    assert said in found.message
    assert found.help == write


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("GOV214", HEAD.replace("metadata:", "§metadata:").replace("  owner: payments@example.com\n", "") + "spec: {}\n"),
        ("GOV211", HEAD.replace('"2.1.0"', "§2.1") + "spec: {}\n"),
        ("GOV220", HEAD.replace(": payments\n", ": §lending\n") + "spec: {}\n"),
        ("GOV215", HEAD.replace("DataProduct", "§DataContract") + "spec: {}\n"),
        ("GOV215", HEAD.replace("datamesh.io/v1", "§datamesh.io/v9") + "spec: {}\n"),
        ("GOV214", "§" + HEAD),
        ("GOV211", "§[1, 2]"),
        ("GOV211", "§text"),
        ("GOV203", HEAD + "spec: {}\n§spec: {}\n"),
    ],
)  # fmt: skip
def test_mistakes_in_the_head(code: str, text: str) -> None:
    plain, place = marked(text)
    found = errors(plain)
    assert len(found) == 1
    assert found[0].span is not None
    if code != "GOV214":  # what is missing stands at the map that lacks it
        assert (found[0].span.line, found[0].span.column) == place
    assert found[0].code == code


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n", "~\n", "null", "--- # nothing\n..."])
def test_an_empty_spec_is_called_empty(text: str) -> None:
    (found,) = errors(text)
    assert found.code == "GOV202"
    assert "empty" in found.message


def test_all_mistakes_are_reported_in_one_run() -> None:
    text = HEAD + "spec:\n  governence: {}\n  status: live\n  documentation: 7\n  quality: {latency: quick}\n"
    assert sorted(d.code for d in errors(text)) == ["GOV210", "GOV211", "GOV212", "GOV213"]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        (HEAD + "spec: {governance: {clasification: public}}\n", "classification"),
        (HEAD + "spec: {governance: {classification: Restricted}}\n", "restricted"),
        (HEAD + "spec: {governance: {compliance: [gdpr]}}\n", "GDPR"),
        (HEAD + "spec: {governance: {encryption: end_to_end}}\n", "end-to-end"),
    ],
)
def test_a_near_name_is_offered(text: str, near: str) -> None:
    (found,) = errors(text)
    assert f"`{near}`" in found.label
    assert found.help is not None
    assert f"`{near}`" in found.help


def test_custom_fields_are_the_authors_own() -> None:
    product = read(HEAD + "x-team: 1\nspec: {x-any: [1], custom: {a: ~}, governance: {x-y: {z: 1}}}\n").product
    assert product is not None
    assert product.data["spec"] == {"governance": {}}


def test_explicit_nulls_count_as_absent() -> None:
    product = read(
        HEAD + "spec: {governance: ~, schema: null, quality: {latency: }, interfaces: [{type: file, topic: ~}]}\n"
    )
    assert product.product is not None
    assert product.product.data["spec"] == {"quality": {}, "interfaces": [{"type": "file"}]}
    assert product.product.columns is None


def test_shapes_besides_the_normal_form_mean_the_same() -> None:
    short = read(HEAD + "spec:\n  governance: {retention: 7y, encryption: end-to-end}\n  schema:\n"
                        "  - dataset: d\n    columns: [{name: a}, {name: b, dataset: e}]\n")  # fmt: skip
    long = read(HEAD + "spec:\n  governance:\n    retention: {min: 7y}\n"
                       "    encryption: {at_rest: true, in_transit: true, end_to_end: true}\n"
                       "  schema: [{name: a, dataset: d}, {name: b, dataset: e}]\n")  # fmt: skip
    assert short.product is not None
    assert long.product is not None
    assert short.product.data == long.product.data


def test_a_broken_spec_still_says_its_name() -> None:
    assert read(HEAD + "spec: [\n").name == "payments-events"


@pytest.mark.parametrize("filler", [" a\n", "    a: b\n", " \t \t\n", " \n", "\t\n", " name\n"])
def test_a_name_is_sought_in_a_broken_spec_without_delay(filler: str) -> None:
    data = b"metadata:\n" + filler.encode() * 20_000 + b"spec: [\n"
    started = time.process_time()
    assert read(data).product is None
    assert time.process_time() - started < 3


def test_a_wide_product_is_read_in_time_by_its_width() -> None:
    columns = "".join(f"  - {{name: c{i}, tags: [audit.maker], semantic_type: person}}\n" for i in range(4_000))
    started = time.process_time()
    product = read(HEAD + "spec:\n  schema:\n" + columns).product
    assert time.process_time() - started < 10
    assert product is not None
    assert product.place_of(("columns", 3_999, "name")).line == HEAD.count("\n") + 2 + 4_000


# -- any bytes ---------------------------------------------------------------------------------------------------------

PIECES = [
    "~", "null", "[]", "{}", "{a: 1}", "[1, ~]", "'", '"', "\t", "\n", "\n  ", "#", ": ", "- ", ">", ">5%", "|", "&a ", "*a",
    "<<: *a", "---\n", "9" * 400, "1e999", ".nan", "true", "2026-02-30", "\0", "é", "\ufeff", "101%", "P1Y", "x-a: 1",
    "metadata:", "name:", "  columns: [", "  - dataset: d\n    columns: 7\n", "kind: DataProduct", "encryption: none",
]  # fmt: skip


def check(data: bytes) -> None:
    found = read(data)
    failed = [d for d in found.diagnostics if d.level == "error"]
    assert (found.product is None) == bool(failed)
    lines = data.count(b"\n") + data.count(b"\r") + 2
    for diagnostic in found.diagnostics:
        assert diagnostic.message.strip()
        assert diagnostic.span is None or 1 <= diagnostic.span.line <= lines
    if found.product is not None:
        assert found.product.name
        found.product.place_of(("spec", "schema", 0, "name"))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    check(data)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """The template, with one to four pieces cut, doubled, moved or replaced."""
    text = TEMPLATE
    for _ in range(draw(st.integers(1, 4))):
        at, size = draw(st.integers(0, len(text))), draw(st.integers(0, 40))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.just(""), st.just(text[at : at + size] * 2)))
        text = text[:at] + piece + text[at + size :]
    data = text.encode()
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.binary(max_size=3)) + data[at + 1 :]
    return data


@given(mutated())
def test_no_mutation_breaks_the_reader(data: bytes) -> None:
    check(data)


NAMING = """spec:
  schema:
    - {name: id, logical_type: integer}
    - {name: e_mail, logical_type: string, retention_category: CATEGORY}
    - {name: home, logical_type: "struct<city: string>"}
  governance:
    pii_fields: [PII]
    retention: {starts_at: START, per_category: [{category: contact, max: 1 year}]}
    processing: {subject_key: KEY}
  access: {grants: [{principal: a, fields: [FIELD]}]}
"""
RIGHT = {"CATEGORY": "contact", "PII": "home.city", "START": "id", "KEY": "e_mail", "FIELD": "id"}


def test_what_names_a_column_names_one() -> None:
    text = NAMING
    for mark, name in RIGHT.items():
        text = text.replace(mark, name)
    assert errors(HEAD + text) == []


@pytest.mark.parametrize("field", RIGHT)
@pytest.mark.parametrize("wrong", ["gone", "E_mail", "contacts"])
def test_what_names_nothing_is_told(field: str, wrong: str) -> None:
    text = NAMING
    for mark, name in {**RIGHT, field: wrong}.items():
        text = text.replace(mark, name)
    (found,) = errors(HEAD + text)
    assert found.code == "GOV234"
    assert f"`{wrong}`" in found.message


def test_every_field_that_names_a_column_is_marked_so() -> None:
    marked = {
        f"{name}.{field}"
        for name, described in product_schema()["objects"].items()
        for field, held in described["fields"].items()
        if held.get("names") == "column"
    }
    assert marked == {"Retention.starts_at", "Processing.subject_key", "Governance.pii_fields", "Grant.fields"}
