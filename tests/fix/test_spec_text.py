"""Changing one value in a spec's text: exactly that value, and no other byte that it does not take."""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govengine.run.schemas import schemas
from govengine.sources.product import read_product
from govengine.sources.spec_text import Change, changed

# The architecture's template, bare promises and all, with comments.
TEMPLATE = """\
# Ours.
apiVersion: datamesh.io/v1
kind: DataProduct
metadata:
  name: payments-transaction-events   # the name
  domain: payments
  owner: payments-engineering@company.com
  version: "2.1.0"
spec:
  description: "Real-time payment transaction events for analytics and monitoring"
  interfaces:
    - type: kafka-stream
      topic: payments.transactions.v2
      format: avro

    - type: rest-api
      endpoint: /api/v2/payments/transactions
  quality:
    availability: 99.9%
    latency: <100ms (p99)
    completeness: >99.5%   # >99.9% one day
    accuracy: >99.9%

  # What the council asks.
  governance:
    classification: confidential
    retention: 7_years
    pii_fields: ["customer_id", "account_number"]
    compliance: ["PCI-DSS", "SOX", "GDPR"]
"""
GOVERNANCE = ("spec", "governance")


def edited(path: tuple[Any, ...], value: Any, text: str = TEMPLATE, *, remove: bool = False) -> str:
    after = changed(text, Change(path, value, remove))
    assert after is not None
    return after


def differing(before: str, after: str) -> list[str]:
    kept = before.splitlines()
    return [line for line in after.splitlines() if line not in kept]


def read(text: str) -> dict[str, Any]:
    product = read_product(text.encode(), "a.yaml", "payments", schemas()[0], {}).product
    assert product is not None
    return product.data


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        ((*GOVERNANCE, "classification"), "restricted", ["    classification: restricted"]),
        ((*GOVERNANCE, "retention", "min"), "8 years", ["    retention: 8 years"]),
        ((*GOVERNANCE, "retention", "lock"), True, ["    retention: {min: 7_years, lock: true}"]),
        ((*GOVERNANCE, "dlp", "enabled"), True, ["    dlp:", "      enabled: true"]),
        ((*GOVERNANCE, "encryption", "strength"), "end-to-end", ["    encryption: end-to-end"]),
        ((*GOVERNANCE, "pii_fields", 2), "iban", ['    pii_fields: ["customer_id", "account_number", iban]']),
        (("spec", "quality", "completeness"), ">99.9%", ['    completeness: ">99.9%"   # >99.9% one day']),
        (("spec", "quality", "freshness"), "<24h", ["    freshness: <24h"]),
        (("spec", "interfaces", 0, "transport", "min_version"), "1.2",
         ["      transport:", '        min_version: "1.2"']),
        (("spec", "interfaces", 2, "type"), "file", ["    - type: file"]),
        (("spec", "consumers"), [], ["  consumers: []"]),
        (("spec", "lineage", "inputs", 0, "product"), "a-b", ["  lineage:", "    inputs:", "      - product: a-b"]),
    ],
)  # fmt: skip
def test_one_value_is_written_where_it_belongs(path: tuple[Any, ...], value: Any, lines: list[str]) -> None:
    after = edited(path, value)
    assert differing(TEMPLATE, after) == lines
    read(after)


def test_bare_promises_and_comments_survive() -> None:
    after = edited((*GOVERNANCE, "audit", "enabled"), value=True)
    assert after == TEMPLATE + "    audit:\n      enabled: true\n"


def test_an_item_is_taken_out_with_its_comma() -> None:
    after = edited((*GOVERNANCE, "compliance", 0), None, remove=True)
    assert '    compliance: ["SOX", "GDPR"]' in after.splitlines()
    after = edited((*GOVERNANCE, "compliance", 2), None, remove=True)
    assert '    compliance: ["PCI-DSS", "SOX"]' in after.splitlines()
    after = edited(("spec", "interfaces", 1), None, remove=True)
    assert len(read(after)["spec"]["interfaces"]) == 1


def test_a_field_without_a_value_gets_one() -> None:
    text = TEMPLATE + "  access:   # nobody yet\n  status:\n"
    after = edited(("spec", "access", "default"), "deny", text)
    assert after.endswith("  access:   # nobody yet\n    default: deny\n  status:\n")
    assert edited(("spec", "status"), "draft", text).endswith("  status: draft\n")
    inside = TEMPLATE + "  access: {model: , default: ~}\n"
    assert edited(("spec", "access", "default"), "deny", inside).endswith("{model: , default: deny}\n")


def test_windows_line_ends_stay() -> None:
    after = edited((*GOVERNANCE, "dlp", "enabled"), True, TEMPLATE.replace("\n", "\r\n"))
    assert after.replace("\r\n", "\n") == edited((*GOVERNANCE, "dlp", "enabled"), value=True)
    assert "\n" not in after.replace("\r\n", "")


def test_columns_grouped_by_dataset_are_counted_through() -> None:
    groups = "  schema:\n    - dataset: a\n      columns:\n        - {name: x}\n        - {name: y}\n    - dataset: b\n"
    text = TEMPLATE + groups + "      columns: [{name: z}]\n"
    after = edited(("spec", "schema", 2, "classification"), "internal", text)
    assert after.splitlines()[-1] == "      columns: [{name: z, classification: internal}]"
    assert "        - {name: y, unique: true}" in edited(("spec", "schema", 1, "unique"), True, text).splitlines()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: &x {b: 1}\nc: *x\n", ("c", "b")),  # would change `a`, too
        ("a: 1\n", ("a", "b")),  # a number has no fields
        ("a: [1]\n", ("a", 2)),  # a hole in front of it
        ("a:\n  b: 1\n", ("a",)),  # a block of values is not overwritten
        ("a: [\n", ("a", 0)),  # no YAML
        ("", ("a",)),
    ],
)
def test_what_cannot_be_changed_in_place_is_left(text: str, path: tuple[Any, ...]) -> None:
    assert changed(text, Change(path, "new")) is None


# -- for any document ------------------------------------------------------------------------------------------------

words = st.text("abcxyz", min_size=1, max_size=4)
texts = st.one_of(
    words, st.sampled_from(["a: b", "it's", 'say "x"', "# no", "yes", "1.2", "-", "{", "ü", "a  b", "~", ""])
)
scalars = st.one_of(texts, st.booleans(), st.sampled_from(["7 years", "<24h", "99.9%", "2026-11-01"]))
documents = st.dictionaries(
    words,
    st.recursive(
        scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)), max_leaves=12
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


@st.composite
def paths(draw: st.DrawFn, document: Any) -> tuple[Any, ...]:
    """A path to a value of the document, or to one that is missing."""
    path: list[Any] = []
    held = document
    while isinstance(held, dict | list):
        known = list(held) if isinstance(held, dict) else list(range(len(held)))
        fresh = [*(["new"] if isinstance(held, dict) else [len(held)])]
        step = draw(st.sampled_from([*known, *fresh]))
        path.append(step)
        if step in fresh and step not in known:
            return tuple(path + draw(st.sampled_from([[], ["deep"], ["deep", 0], [0, "deep"]])))
        held = held[step]
        if draw(st.booleans()) and not isinstance(held, dict | list):
            break
    return tuple(path)


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value if isinstance(value, bool) else str(value)


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    held = document = deepcopy(document)
    for step, following in pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(held, list) and step == len(held):
            held.append(empty)
        elif isinstance(held, dict) and step not in held:
            held[step] = empty
        held = held[step]
    if isinstance(held, list) and path[-1] == len(held):
        held.append(value)
    else:
        held[path[-1]] = value
    return document


@settings(max_examples=250, deadline=None)
@given(st.data(), documents, scalars, st.sampled_from([True, False, None]), st.integers(2, 4))
def test_an_edited_document_reads_as_meant_and_keeps_its_other_lines(
    data: st.DataObject, document: dict[str, Any], value: Any, flow: bool | None, indent: int
) -> None:
    path = data.draw(paths(document))
    text = yaml.safe_dump(document, default_flow_style=flow, indent=indent, allow_unicode=True, width=10_000)
    text = "\n".join(
        line + "  # said" if line and not line.endswith(("|", ">", "-")) else line for line in text.split("\n")
    )
    assume(
        plain(yaml.load(text, Loader=yaml.BaseLoader))
        == plain(yaml.load(yaml.safe_dump(document), Loader=yaml.BaseLoader))
    )
    after = changed(text, Change(path, value))
    assume(after is not None)
    assert after is not None
    said = yaml.load(after, Loader=yaml.BaseLoader)
    written = yaml.load(yaml.safe_dump(document), Loader=yaml.BaseLoader)
    word = ("true" if value else "false") if isinstance(value, bool) else value
    assert said == put(written, path, word)
    gone = [line for line in text.splitlines() if line not in after.splitlines()]
    assert len(gone) <= 1  # at most the line that held the old value, or the brackets
    assert after.count("# said") == text.count("# said")
