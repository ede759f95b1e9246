"""Changes laid over a product."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from govengine.cases.changes import ChangeError, changed

PRODUCT = """\
metadata: {name: cards, tags: {audit.maker: a}}
spec:
  status: draft
  since: 2026-01-31
  schema:
    - {name: id, classification: internal}
    - {name: card_number, semantic_type: pan}
  access:
    grants:
      - {principal: svc-cards, purpose: chargebacks}
  quality:
"""


def after(*changes: str) -> dict[str, Any]:
    held: dict[str, Any] = yaml.safe_load(changed(PRODUCT, changes))
    return held


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        ("spec.status: active", ("spec", "status"), "active"),
        ("spec.owner.team: cards", ("spec", "owner"), {"team": "cards"}),
        ("spec.quality.completeness: 99%", ("spec", "quality"), {"completeness": "99%"}),
        ("spec.schema[0].name: key", ("spec", "schema", 0, "name"), "key"),
        ("spec.schema[card_number].semantic_type: iban", ("spec", "schema", 1, "semantic_type"), "iban"),
        ('spec.access.grants[svc-cards].purpose: ""', ("spec", "access", "grants", 0, "purpose"), ""),
        ("spec.schema[id]: {name: other}", ("spec", "schema", 0), {"name": "other"}),
        ("spec.datasets[+]: {name: new}", ("spec", "datasets"), [{"name": "new"}]),
        ("metadata.tags[audit.maker]: b", ("metadata", "tags"), {"audit.maker": "b"}),
        ("spec.since: 2027-01-31", ("spec", "since"), "2027-01-31"),
    ],
)  # fmt: skip
def test_a_change_sets_what_its_path_names_and_nothing_else(change: str, path: tuple[Any, ...], value: object) -> None:
    data, before = after(change), after()
    assert _take(data, path) == value
    _take(before, path)
    assert data == before


def _take(held: Any, path: tuple[Any, ...]) -> object:
    """Take what a path names out of a product, if it is there."""
    for step in path[:-1]:
        held = held[step]
    return held.pop(path[-1]) if isinstance(held, list) else held.pop(path[-1], None)


def test_null_takes_a_field_or_an_item_away() -> None:
    data = after("spec.status: null\nspec.schema[card_number]: ~\nspec.schema[0].classification: null")
    assert "status" not in data["spec"]
    assert data["spec"]["schema"] == [{"name": "id"}]


def test_every_plus_adds_an_item_in_order() -> None:
    data = after("spec.schema[+]: {name: a}\nspec.schema[+]: {name: b}", "spec.schema[+]: {name: c}")
    assert [c["name"] for c in data["spec"]["schema"]] == ["id", "card_number", "a", "b", "c"]


def test_later_changes_see_earlier_ones() -> None:
    data = after("spec.schema[id].name: key", "spec.schema[key].classification: public")
    assert data["spec"]["schema"][0] == {"name": "key", "classification": "public"}


@pytest.mark.parametrize(
    ("change", "line", "why"),
    [
        ("spec.status: active\nspec.nothing: null", 2, "cannot be taken away"),
        ("spec.schema[iban].name: x", 1, "no item `iban`"),
        ("spec.schema[2].name: x", 1, "no item `2`"),
        ("spec.schema[+].name: x", 1, "`[+]` stands last"),
        ("spec.status.deep: x", 1, "plain value"),
        ("spec.access[+]: x", 1, "`[+]` adds to a list"),
        ("spec.status: a\nspec.status: b", 2, "changed twice"),
        ("spec..status: a", 1, "is no path"),
        ("\n\nspec.schema[0: a", 3, "is no path"),
        ("[a, b]: c", 1, "is no path"),
        ("- spec.status", 1, "lines `path: value`"),
        ("spec.status: [", 2, "cannot be read"),
        ("spec.status: !!int x", 1, "cannot be read"),
        ("spec.status: !!python/object:os.system x", 1, "cannot be read"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_at_its_line(change: str, line: int, why: str) -> None:
    with pytest.raises(ChangeError) as caught:
        changed(PRODUCT, ["spec.version: 1", change])
    assert caught.value.block == 1
    assert caught.value.line == line
    assert why in caught.value.why
    assert caught.value.repair


def test_a_product_that_is_no_yaml_cannot_be_changed() -> None:
    with pytest.raises(ChangeError) as caught:
        changed("spec: [", ["spec.status: a"])
    assert caught.value.line == 0


@given(st.text(), st.text())
def test_any_texts_are_changed_or_refused(product: str, change: str) -> None:
    with contextlib.suppress(ChangeError):
        changed(product, [change])


_KEYS = st.lists(st.sampled_from(["spec", "schema", "[0]", "[id]", "[+]", ".", "[", "", "quality", "x"]), max_size=6)
_VALUES = st.sampled_from(
    ["null", "1", "{}", "[]", "[a]", "!!int z", "&a [*a]", "9" * 5000, "{a: {", "2026-01-01", "0b"]
)


@given(st.lists(st.tuples(_KEYS, _VALUES).map(lambda x: f"{'.'.join(x[0]).replace('.[', '[')}: {x[1]}"), max_size=5))
def test_any_changes_are_made_or_refused(lines: list[str]) -> None:
    with contextlib.suppress(ChangeError):
        yaml.safe_load(changed(PRODUCT, ["\n".join(lines)]))
