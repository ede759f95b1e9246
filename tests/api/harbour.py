"""A small mesh for the Python API: policies and specs as texts, on disk or in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

MESH = """\
mesh: harbour
domains:
  cargo: {products: [products/cargo]}
  crew: {products: [products/crew]}
"""
POLICY = """\
policy harbour "Harbour" {
  version "1.0.0"
  owner "council@example.com"
  levels public < internal
  rule unclassified "Every product is classified" {
    severity high
    require has(spec.governance.classification)
  }
  rule weighed "Every arrival is weighed" {
    severity high
    for each d in datasets
    expect rows `tons > 0`
  }
}
"""
OVERLAY = """\
overlay crew "Crew" {
  version "1.0.0"
  owner "crew@example.com"
  rule described "Products of the crew describe themselves" {
    severity medium
    require has(metadata.description)
  }
}
"""
SPEC = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: cargo-ships, domain: cargo, owner: dock@example.com, version: "1"}
spec:
  governance: {classification: public}
  interfaces: [{type: file, dataset: arrivals, location: data/arrivals.csv}]
  schema: [{name: berth}, {name: tons, logical_type: integer}]
"""
FILES = {
    "govengine.yaml": MESH,
    "policies/global/harbour.gov": POLICY,
    "policies/domains/crew/crew.gov": OVERLAY,
    "products/cargo/ships.yaml": SPEC,
    "data/arrivals.csv": "berth,tons\nA1,5\nB2,0\n",
}
POLICIES = {"global/harbour.gov": POLICY, "domains/crew/crew.gov": OVERLAY}


def written(root: Path, files: dict[str, str] | None = None) -> Path:
    for path, text in (FILES if files is None else files).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (root / "products/crew").mkdir(parents=True, exist_ok=True)
    return root


def spec(**governance: Any) -> dict[str, Any]:
    """A spec that does not exist yet, as a mapping."""
    return {
        "apiVersion": "datamesh.io/v1",
        "kind": "DataProduct",
        "metadata": {"name": "cargo-cranes", "domain": "cargo", "owner": "dock@example.com", "version": "1"},
        "spec": {"governance": governance} if governance else {},
    }
