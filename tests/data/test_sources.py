"""What the interfaces of a spec lead to: files of a readable format that are rows by themselves, each judged once."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.run.session import Outcome, Request, judge
from govengine.sources.foreign_files import SIGNATURES, Signature, foreign, what_it_is

if TYPE_CHECKING:
    from pathlib import Path

_SPEC = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {{name: shop-orders, domain: shop, owner: shop@example.com, version: "1.0.0"}}
spec:
  interfaces:
{interfaces}
  schema:
    - {{name: id, dataset: orders, logical_type: integer}}
"""
_POLICY = """\
policy house "House" {
  version "1.0.0"
  owner "council@example.com"
  rule positive "Positive" {
    severity high
    on shop-orders.orders
    expect rows `id > 0`
  }
}
"""


def judged(root: Path, *interfaces: str) -> Outcome:
    """A mesh with one product, whose orders the interfaces serve, judged by one rule."""
    for name, text in {
        "govengine.yaml": "mesh: m\ndomains: {shop: {products: [products]}}\n",
        "policies/global/house.gov": _POLICY,
        "products/orders.yaml": _SPEC.format(interfaces="\n".join(f"    - {{{one}}}" for one in interfaces)),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return judge(Request(root=root, as_of=date(2026, 11, 1)))


def _outcomes(outcome: Outcome) -> list[str]:
    return [v.outcome for v in outcome.report.verdicts]


def _codes(outcome: Outcome) -> list[str]:
    return sorted(d.code for d in outcome.report.diagnostics)


def _write(file: Path, data: str | bytes = "id\n1\n") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data.encode() if isinstance(data, str) else data)


def _parquet(file: Path, query: str = "SELECT 1 AS id") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"COPY ({query}) TO '{file}' (FORMAT parquet)")


@pytest.mark.parametrize(
    ("log", "file", "location", "word"),
    [
        ("t/_delta_log/00.json", "t/a.parquet", "t/*.parquet", "delta"),
        ("t/_delta_log/00.json", "t/a.parquet", "t/a.parquet", "delta"),
        ("t/_delta_log/00.json", "t/day=1/a.parquet", "t/day=1/*.parquet", "delta"),
        ("t/_delta_log/00.json", "t/day=1/a.parquet", "**/*.parquet", "delta"),
        ("t/_delta_log/00.json", "t/_delta_log/9.checkpoint.parquet", "t/_delta_log/*.parquet", "delta"),
        ("t/_delta_log/00.json", "t/a.parquet", "t/_delta_log/*.json", "delta"),
        ("t/metadata/v1.metadata.json", "t/data/a.parquet", "t/data/*.parquet", "iceberg"),
        ("t/metadata/00-aa.metadata.json", "t/data/d=1/a.parquet", "t/data/d=1/a.parquet", "iceberg"),
        ("t/metadata/version-hint.text", "t/data/a.parquet", "t/**/*.parquet", "iceberg"),
        ("t/.hoodie/hoodie.properties", "t/a.parquet", "t/*.parquet", "hudi"),
    ],
)
def test_files_of_a_table_with_a_log_are_not_its_rows(
    log: str, file: str, location: str, word: str, tmp_path: Path
) -> None:
    _write(tmp_path / log, '{"id": 1}\n')
    _parquet(tmp_path / file)
    outcome = judged(tmp_path, f"type: file, dataset: orders, location: '{location}'")
    assert _outcomes(outcome) == ["unknown"]
    (said,) = outcome.report.diagnostics
    advice = "export the rows" if word == "hudi" else f"`type: {word}`"
    assert (said.code, advice in str(said.help)) == ("GOV501", True)


@pytest.mark.parametrize("word", ["delta", "iceberg", "hudi"])
def test_a_table_format_is_no_format_of_files(word: str, tmp_path: Path) -> None:
    _parquet(tmp_path / "t/a.parquet")
    outcome = judged(tmp_path, f"type: file, dataset: orders, format: {word}, location: 't/*.parquet'")
    assert "pass" not in _outcomes(outcome)
    assert (outcome.report.exit_code, outcome.report.diagnostics[0].level) == (2, "error")


def test_a_folder_called_metadata_is_no_table(tmp_path: Path) -> None:
    _parquet(tmp_path / "t/data/a.parquet")
    _write(tmp_path / "t/metadata/about.json", "{}")
    assert _outcomes(judged(tmp_path, "type: file, dataset: orders, location: 't/data/*.parquet'")) == ["pass"]


def test_a_second_source_of_a_dataset_is_not_passed_over(tmp_path: Path) -> None:
    _write(tmp_path / "a.csv")
    _write(tmp_path / "b.csv", "id\n-1\n")
    outcome = judged(tmp_path, *(f"type: file, dataset: orders, location: {name}" for name in ("a.csv", "b.csv")))
    assert (_outcomes(outcome), _codes(outcome)) == (["unknown"], ["GOV510"])


def test_the_same_source_twice_is_one(tmp_path: Path) -> None:
    _write(tmp_path / "a.csv")
    outcome = judged(tmp_path, *["type: file, dataset: orders, location: a.csv"] * 2)
    assert (_outcomes(outcome), _codes(outcome)) == (["pass"], [])


def test_marker_files_are_told(tmp_path: Path) -> None:
    _write(tmp_path / "d/part-0")
    _write(tmp_path / "d/_SUCCESS", "")
    outcome = judged(tmp_path, "type: file, dataset: orders, format: csv, location: 'd/*'")
    assert (_outcomes(outcome), _codes(outcome)) == (["pass"], ["GOV511"])


@pytest.mark.parametrize("folder", ["[p]", "a?b", "x{y}", "*"])
@pytest.mark.parametrize("ending", ["csv", "json", "ndjson", "parquet", "csv.gz", "duckdb"])
def test_odd_letters_of_names_are_letters(folder: str, ending: str, tmp_path: Path) -> None:
    """A mesh may lie below such a folder too, and another file must not be read in the place of the one named."""
    root = tmp_path / folder
    for name, value in (("o[1]", 1), ("o1", -1)):
        file = root / f"{name}.{ending}"
        match ending.partition(".")[0]:
            case "parquet":
                _parquet(root / f"{name}.tmp", f"SELECT {value} AS id")
                (root / f"{name}.tmp").rename(file)
            case "duckdb":
                file.parent.mkdir(parents=True, exist_ok=True)
                with duckdb.connect(str(tmp_path / name)) as made:
                    made.execute(f"CREATE TABLE orders AS SELECT {value} AS id")
                (tmp_path / name).rename(file)
            case "csv":
                text = f"id\n{value}\n".encode()
                _write(file, gzip.compress(text) if ending.endswith(".gz") else text)
            case _:
                _write(file, f'{{"id": {value}}}\n')
    type_ = "duckdb" if ending == "duckdb" else "file"
    outcome = judged(root, f"type: {type_}, dataset: orders, location: 'o[1].{ending}'")
    # DuckDB takes what stands behind a `?` in the path of a database for options.
    refused = ending == "duckdb" and "?" in folder
    expected = (["unknown"], ["GOV501"]) if refused else (["pass"], [])
    assert (_outcomes(outcome), _codes(outcome)) == expected


def _zip(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 100_000)
    return packed.getvalue()


FOREIGN = {
    "an Excel workbook": _zip("[Content_Types].xml", "xl/workbook.xml"),
    "a ZIP archive": _zip("a.csv"),
    "packed with bzip2": __import__("bz2").compress(b"id\n1\n"),
    "packed with xz": __import__("lzma").compress(b"id\n1\n"),
    "a 7-Zip archive": b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24),
    "an ORC file": b"ORC\x0a\x03\0\0" + bytes(50),
    "an Avro file": b"Obj\x01\x04\x14avro.codec",
    "an Arrow (Feather) file": b"ARROW1\0\0\xff\xff\xff\xff",
    "an SQLite file": b"SQLite format 3\0" + bytes(84),
    "a web page (HTML)": b"<!DOCTYPE html><html></html>",
    "a pointer of Git LFS, not the data itself": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
}


@pytest.mark.parametrize("name", ["o.csv", "o.json", "o.ndjson", "o.parquet", "o.duckdb", "o.xlsx"])
@pytest.mark.parametrize("what", FOREIGN)
def test_a_file_of_another_format_is_called_by_what_it_is(what: str, name: str, tmp_path: Path) -> None:
    _write(tmp_path / name, FOREIGN[what])
    type_ = "duckdb" if name.endswith("duckdb") else "file"
    outcome = judged(tmp_path, f"type: {type_}, dataset: orders, location: {name}")
    assert (_outcomes(outcome), what in outcome.report.diagnostics[0].message) == (["unknown"], True)


@pytest.mark.parametrize("first", ["PAR1,PARENT", "PARENT;x", "ORCHID", "SEQ,NO", "BZhX", "DUCK", "Obj", "FEA1"])
def test_letters_that_a_header_may_begin_with_are_no_format(first: str, tmp_path: Path) -> None:
    _write(tmp_path / "o.csv", f"{first}\n1,2\n")
    _write(tmp_path / "p.csv", f"12345678{first}\n1,2\n")
    assert what_it_is(str(tmp_path / "o.csv")) is what_it_is(str(tmp_path / "p.csv")) is None


@pytest.mark.parametrize("signature", SIGNATURES, ids=lambda s: f"{s.called} {s.head!r}")
def test_every_signature_is_found(signature: Signature, tmp_path: Path) -> None:
    head, called, offset = signature
    file = tmp_path / "o.csv"
    file.write_bytes(bytes(offset) + head + bytes(100))
    expected = called if called not in ("packed with gzip", "packed with zstd") else None
    assert foreign(str(file), "csv") == expected
