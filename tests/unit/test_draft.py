"""The policies that the language was drafted with: cut into their files and mended where they departed, they compile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from govengine.backends.duckdb_sql import Parser
from govengine.compile.plan import compile_policies
from govengine.run.schemas import schemas

DRAFT = Path(__file__).resolve().parents[3] / "shared/design/policies-draft.gov.txt"
MENDED = (
    # An encryption has a normal form; its word is `strength`.
    ("require  spec.governance.encryption in", "require  spec.governance.encryption.strength in"),
    # Settings belong to the policy that declares them.
    ('policy card-data-scope "Card data is found', 'policy card-data-scope "Card data is found'),
    ("upstream(spec, setting.declassifying) where source", 'upstream(spec, ["tokenise", "truncate"]) where source'),
    ("setting replication: int, at least 3", ""),
    ("  judges  mesh\n\n  rule unreplicated", "  judges  mesh\n  setting replication: int, at least 3\n\n  rule unreplicated"),
    # A map's items are its keys.
    ("p.metadata.domain == domain.name", "p.metadata.domain == domain"),
    # A predicate looks at one row: it knows no persons.
    ('`person({dataset.tags["audit.maker"]}) <> person({dataset.tags["audit.checker"]})`',
     '`{dataset.tags["audit.maker"]} <> {dataset.tags["audit.checker"]}`'),
    # Terms that an overlay uses stand in the policy `terms`.
    ('  term gives_access(grant) "Administers access": "grant" in grant.actions\n', ""),
    ("  term personal(column)", '  term gives_access(grant) "Administers access": "grant" in grant.actions\n  term personal(column)'),
)  # fmt: skip


@pytest.mark.skipif(not DRAFT.is_file(), reason="the drafted policies stand outside the project, in ../shared/design")
def test_the_drafted_policies_compile() -> None:
    text = DRAFT.read_text(encoding="utf-8")
    for written, fixes in MENDED:
        assert written in text, written
        text = text.replace(written, fixes)
    parts = re.split(r"^// ======== (\S+)$", text, flags=re.MULTILINE)
    texts = dict(zip(parts[1::2], parts[2::2], strict=True))
    layers = {path: "global" if "/global/" in path else path.split("/")[2] for path in texts}
    product, mesh, _ = schemas()
    compiled = compile_policies(texts, layers, product, mesh, Parser())
    assert [(d.code, d.span, d.message) for d in compiled.diagnostics if d.level == "error"] == []
    assert compiled.plan is not None
    by_allow = [r["address"] for r in compiled.plan["rules"] if r["address"].endswith("/grant-outside-allow")]
    assert len(by_allow) == len(compiled.plan["allows"]) == 2
    assert len(compiled.plan["rules"]) == 66 + len(by_allow)
