"""What a waiver's signature is over: every clause, and nothing that two waivers could share."""

from __future__ import annotations

import base64
import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govengine.evaluate.waivers import signed_text
from govengine.language import syntax
from govengine.model.values import Mesh
from govengine.sources.inputs import Inputs
from govengine.sources.waiver_signatures import WaiverSignatures, sign
from tests.federation.keys import pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.plan.decisions import PlanWaiver

KEY = pair(1)
WHO = "ciso@company.com"
_TEXT = st.text(max_size=12)
_SIGNING = st.tuples(_TEXT, st.dates().map(str))
CLAUSES: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(["waiver", "ruling"]),
    "name": _TEXT,
    "written_rule": _TEXT,
    "domain": _TEXT,
    "product": _TEXT,
    "element": st.none() | _TEXT,
    "reason": _TEXT,
    "requested": _SIGNING,
    "approved": _SIGNING,
    "until": st.dates().map(str),
    "compensating": st.none() | _TEXT,
    "ticket": st.none() | _TEXT,
    "finding": st.none() | st.sampled_from(["false-alarm", "confirmed"]),
}
ENTRIES = st.fixed_dictionaries(CLAUSES)


def _mesh(name: str) -> Mesh:
    return Mesh("govengine.yaml", {"mesh": name, "council": {"keys": {WHO: "ciso.pem"}}}, {}, {}, "")


@pytest.fixture(scope="module")
def why_not(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Any, str], str | None]:
    root = Path(tmp_path_factory.mktemp("mesh"))
    (root / "ciso.pem").write_bytes(KEY.public)
    return lambda entry, mesh: WaiverSignatures(Inputs(root), _mesh(mesh))(entry, [WHO])


def _signed(entry: dict[str, Any], mesh: str = "bank") -> dict[str, Any]:
    return {**entry, "signature": sign(cast("PlanWaiver", entry), mesh, KEY.private)}


@given(entry=ENTRIES, clause=st.sampled_from(sorted(CLAUSES)), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_clause_that_is_changed_voids_it(
    why_not: Callable[[Any, str], str | None], entry: dict[str, Any], clause: str, data: st.DataObject
) -> None:
    made = _signed(entry)
    assert why_not(made, "bank") is None
    other = data.draw(CLAUSES[clause].filter(lambda value: value != entry[clause]))
    said = why_not({**made, clause: other}, "bank")
    assert said is not None
    assert "does not fit" in said


@given(entry=ENTRIES, mesh=_TEXT)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_of_one_mesh(why_not: Callable[[Any, str], str | None], entry: dict[str, Any], mesh: str) -> None:
    assert (why_not(_signed(entry, mesh), "bank") is None) == (mesh == "bank")


@given(entry=ENTRIES, at=st.integers(0, 63), bit=st.integers(0, 7))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_bit_of_it_decides(
    why_not: Callable[[Any, str], str | None], entry: dict[str, Any], at: int, bit: int
) -> None:
    made = _signed(entry)
    raw = bytearray(base64.b64decode(made["signature"].removeprefix("ed25519:")))
    raw[at] ^= 1 << bit
    assert why_not({**made, "signature": "ed25519:" + base64.b64encode(raw).decode()}, "bank") is not None


def test_no_clause_of_the_language_is_left_unsigned() -> None:
    """A clause that the language gets later must be signed too, or be listed here as one that means nothing."""
    clauses = {f.name for kind in (syntax.Waiver, syntax.Ruling) for f in fields(kind)}
    signed = set(json.loads(signed_text(cast("PlanWaiver", dict.fromkeys(CLAUSES)), "bank")))
    assert signed == {"mesh", *CLAUSES}
    assert {c for c in clauses if c not in signed} == {"rule", "signature", "span", "until_span"}, (
        "`written_rule` is it"
    )
