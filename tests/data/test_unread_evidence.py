"""What could not be read decides nothing: conditions over columns, in both polarities, and texts that mean a missing one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.run.session import Request, judge

if TYPE_CHECKING:
    from pathlib import Path

_SPEC = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {{name: shop-orders, domain: shop, owner: shop@example.com, version: "1.0.0"}}
spec:
  interfaces:
    - {{type: {type}, dataset: orders, location: data/orders.{ending}}}
  schema:
    - {{name: id, dataset: orders, logical_type: integer, tags: [key]}}
    - {{name: note, dataset: orders, logical_type: string{more}}}
"""
_RULE = """\
policy house "House" {{
  version "1.0.0"
  owner "council@example.com"
  rule r "R" {{
    severity high
    {body}
  }}
}}
"""


def _outcome(root: Path, body: str, ending: str = "csv", more: str = "") -> str:
    for name, text in {
        "govengine.yaml": "mesh: m\ndomains: {shop: {products: [products]}}\n",
        "policies/global/house.gov": _RULE.format(body=body),
        "products/orders.yaml": _SPEC.format(ending=ending, type="duckdb" if ending == "duckdb" else "file", more=more),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    report = judge(Request(root=root, as_of=date(2026, 11, 1))).report
    (verdict,) = report.verdicts
    return verdict.outcome


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("require columns.all(c, c.declared)", "unknown"),
        ("require !columns.all(c, c.declared)", "unknown"),
        ("require !columns.exists(c, c.name == 'cvv')", "unknown"),
        ("require columns.exists(c, c.name == 'cvv')", "unknown"),
        ("require columns.exists(c, c.name == 'id')", "pass"),
        ("require !columns.exists(c, c.name == 'id')", "fail"),
        ("require columns.all(c, c.name != 'id')", "fail"),
        ("require !columns.all(c, c.name != 'id')", "pass"),
        ("require columns.exists_one(c, c.name == 'id')", "unknown"),
        ("require columns.exists(c, c.found)", "unknown"),
        ("require !columns.exists(c, c.found)", "unknown"),
        ("for each column in columns   require column.found", "unknown"),
        ("for each column in columns   require !column.found", "unknown"),
        ("for each column in columns where column.found   require has(column.tags)", "unknown"),
        ("require size(columns) == 2", "unknown"),
        ("require size(columns) != 2", "unknown"),
        ("require size(columns.filter(c, c.declared)) == 2", "unknown"),
        ("require !('cvv' in columns.map(c, c.name))", "unknown"),
        ("require datasets.all(d, !('cvv' in d.columns))", "unknown"),
        ("require datasets.exists(d, 'id' in d.columns)", "pass"),
        ("require datasets.all(d, size(d.columns) < 5)", "unknown"),
        ("for each dataset in datasets   require !('cvv' in dataset.columns)", "unknown"),
        ("for each dataset in datasets   require dataset.columns.all(c, c != 'cvv')", "unknown"),
        ("for each column in columns   require column.declared", "unknown"),
        ("for each column in columns where column.name == 'cvv'   require column.declared", "unknown"),
        ("for each column in columns where column.name == 'id'   require column.name == 'x'", "fail"),
        ("when columns.exists(c, c.name == 'cvv')   require spec.description == 'x'", "unknown"),
        ("when !columns.exists(c, c.name == 'cvv')   require has(spec.schema)", "unknown"),
    ],
)
def test_columns_of_unread_data_are_not_all_that_there_are(body: str, expected: str, tmp_path: Path) -> None:
    assert _outcome(tmp_path, body.replace("   ", "\n    ").replace("'", '"')) == expected


@pytest.mark.parametrize(
    "body", ["require columns.all(c, c.declared)", "for each column in columns\n require column.declared"]
)
def test_columns_that_were_read_are_all(body: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/orders.csv").write_text("id,note\n1,x\n", encoding="utf-8")
    assert _outcome(tmp_path, body) == "pass"


_CARDS = ("4111111111111111", "5555555555554444", "4012888888881881", "378282246310005")


def _data(root: Path, ending: str, texts: tuple[str, ...]) -> None:
    (root / "data").mkdir()
    file = root / f"data/orders.{ending}"
    match ending:
        case "csv":
            file.write_text("id,note\n" + "".join(f"{i},{t}\n" for i, t in enumerate(texts)), encoding="utf-8")
        case "ndjson":
            file.write_text("".join(f'{{"id": {i}, "note": "{t}"}}\n' for i, t in enumerate(texts)), encoding="utf-8")
        case _:
            rows = ", ".join(f"({i}, '{t}')" for i, t in enumerate(texts))
            with duckdb.connect(str(file) if ending == "duckdb" else ":memory:") as made:
                made.execute(f"CREATE TABLE orders AS SELECT * FROM (VALUES {rows}) AS v(id, note)")
                if ending == "parquet":
                    made.execute(f"COPY orders TO '{file}' (FORMAT parquet)")


@pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet", "duckdb"])
def test_markers_hide_nothing_from_detectors(ending: str, tmp_path: Path) -> None:
    _data(tmp_path, ending, (*_CARDS, "n/a"))
    markers = ", missing: [" + ", ".join(f'"{text}"' for text in (*_CARDS, "n/a")) + "]"
    rule = "for each column in columns\n    expect {column} never looks like pan"
    assert _outcome(tmp_path, rule, ending, markers) in ("fail", "review")


@pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet", "duckdb"])
def test_markers_still_mean_a_missing_value(ending: str, tmp_path: Path) -> None:
    _data(tmp_path, ending, ("n/a", "x"))
    rule = "for each column in columns\n    expect {column} filled"
    assert _outcome(tmp_path, rule, ending, ', missing: ["n/a"]') == "fail"
    clean = "for each column in columns\n    expect {column} never looks like pan"
    assert _outcome(tmp_path, clean, ending, ', missing: ["n/a"]') == "pass"
