"""Datasets broken in their bytes: what Markdown cannot hold."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import duckdb
import pytest

from .meshes import Ran, assert_repairable, rule, run, spec, write_mesh
from .unprivileged import run_without_rights

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "id,amount\n" + "".join(f"e{i:06},{i + 1}\n" for i in range(5_000))
WHERE = "products/payments/events.yaml:11:47"


def _judged(root: Path, location: str, data: bytes) -> tuple[Ran, Ran]:
    """The console's and the JSON report of a mesh whose events stand in `location`."""
    product = spec("payments", "events", was="format: csv, location: data/events.csv", now=f"location: {location}")
    write_mesh(root, {"products/payments/events.yaml": product, "data/events.csv": None, location: data})
    return run(root, "check"), run(root, "check", "--format", "json")


def _assert_not_judged(console: Ran, json: Ran, code: str, why: str) -> None:
    assert console.code == json.code == 2
    assert [(one.code, one.place) for one in console.said()] == [(code, WHERE)], console.out
    assert why in console.words
    assert_repairable(console.said())
    assert json.verdicts()["house/negative-amount", "payments-events"] == "unknown"
    assert json.products() == {"payments-events": "undetermined", "lending-loans": "compliant"}


def _parquet(root: Path, rows: int = 1_000) -> bytes:
    path = root / "made.parquet"
    made = duckdb.sql(f"SELECT 'e' || range AS id, range + 1 AS amount FROM range({rows})")
    assert made is not None
    made.write_parquet(str(path))
    data = path.read_bytes()
    path.unlink()
    return data


def test_a_csv_cut_off_in_mid_row(tmp_path: Path) -> None:
    console, json = _judged(tmp_path, "data/events.csv", b"id,amount\ne1,10\ne2")
    _assert_not_judged(console, json, "GOV502", "1 row of `events` cannot be read, the first at line 3")


def test_a_csv_cut_off_inside_quotes(tmp_path: Path) -> None:
    console, json = _judged(tmp_path, "data/events.csv", b'id,amount\ne1,10\n"e2,2')
    why = "1 row of `events` cannot be read, the first at line 3: a quote that is never closed"
    _assert_not_judged(console, json, "GOV502", why)


@pytest.mark.parametrize(
    ("row", "byte"), [(b"caf\xe9,20\n", 19 + 1), (b"e2\xff\xfe,20\n", 18 + 1)], ids=["latin-1", "no-encoding"]
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_csv_that_is_not_utf8(row: bytes, byte: int, packed: bool, tmp_path: Path) -> None:
    data = b"id,amount\ne1,10\n" + row + b"e3,30\n"
    location, data = ("data/events.csv.gz", gzip.compress(data)) if packed else ("data/events.csv", data)
    console, json = _judged(tmp_path, location, data)
    _assert_not_judged(console, json, "GOV501", f"byte {byte}, in line 3, is not UTF-8")
    assert "`encoding: windows-1252`" in console.words


def test_a_header_that_is_not_utf8(tmp_path: Path) -> None:
    """Were it passed over, the first row would become the header."""
    console, json = _judged(tmp_path, "data/events.csv", b"caf\xe9,amount\ne1,10\n")
    _assert_not_judged(console, json, "GOV501", "byte 4, in line 1, is not UTF-8")


def test_a_csv_with_a_byte_order_mark_is_whole(tmp_path: Path) -> None:
    console, json = _judged(tmp_path, "data/events.csv", b"\xef\xbb\xbf" + ROWS.encode())
    assert console.code == 0, console.out
    assert json.verdicts()["house/negative-amount", "payments-events"] == "pass"


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_csv_with_letters_beyond_latin_1_is_whole(packed: bool, tmp_path: Path) -> None:
    """Bytes that stand for nothing in Latin-1, as in `€` and `ł`, in the header and in rows."""
    data = "id,amount,zł\n€1,10,€\n".encode()
    location, data = ("data/events.csv.gz", gzip.compress(data)) if packed else ("data/events.csv", data)
    console, json = _judged(tmp_path, location, data)
    assert console.code == 0, console.out
    assert json.verdicts()["house/negative-amount", "payments-events"] == "pass"


def test_a_whole_gzip_is_read(tmp_path: Path) -> None:
    console, _ = _judged(tmp_path, "data/events.csv.gz", gzip.compress(ROWS.encode()))
    assert console.code == 0, console.out


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_gzip_that_is_cut_off(share: float, tmp_path: Path) -> None:
    whole = gzip.compress(ROWS.encode())
    console, json = _judged(tmp_path, "data/events.csv.gz", whole[: int(len(whole) * share)])
    _assert_not_judged(console, json, "GOV501", "its compression is broken, or it was cut off")


def test_a_gzip_that_loses_its_last_bytes(tmp_path: Path) -> None:
    """All rows come out of such a file; only its check sum and length are missing."""
    console, json = _judged(tmp_path, "data/events.csv.gz", gzip.compress(ROWS.encode())[:-8])
    _assert_not_judged(console, json, "GOV501", "its compression is broken, or it was cut off")


def test_a_gzip_with_a_flipped_byte(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(ROWS.encode()))
    whole[len(whole) // 2] ^= 0xFF
    console, json = _judged(tmp_path, "data/events.csv.gz", bytes(whole))
    assert console.code == json.code == 2, console.out
    assert json.verdicts()["house/negative-amount", "payments-events"] == "unknown"


def test_a_text_that_calls_itself_gzip(tmp_path: Path) -> None:
    console, json = _judged(tmp_path, "data/events.csv.gz", ROWS.encode())
    _assert_not_judged(console, json, "GOV501", "its compression is broken")


def test_an_empty_gzip(tmp_path: Path) -> None:
    console, json = _judged(tmp_path, "data/events.csv.gz", gzip.compress(b""))
    assert console.code == 2
    assert json.verdicts()["house/negative-amount", "payments-events"] == "unknown"


def test_a_whole_parquet_is_read(tmp_path: Path) -> None:
    console, _ = _judged(tmp_path, "data/events.parquet", _parquet(tmp_path))
    assert console.code == 0, console.out


def test_a_parquet_that_is_cut_off(tmp_path: Path) -> None:
    console, json = _judged(tmp_path, "data/events.parquet", _parquet(tmp_path)[:-40])
    _assert_not_judged(console, json, "GOV501", "Parquet")


def test_a_parquet_broken_in_its_footer(tmp_path: Path) -> None:
    whole = bytearray(_parquet(tmp_path))
    whole[-60:-12] = b"\xff" * 48
    console, json = _judged(tmp_path, "data/events.parquet", bytes(whole))
    assert [(one.code, one.place) for one in console.said()] == [("GOV501", WHERE)], console.out
    assert json.verdicts()["house/negative-amount", "payments-events"] == "unknown"
    assert console.code == json.code == 2


def test_a_parquet_broken_in_its_pages(tmp_path: Path) -> None:
    """Header and footer are sound, so that only reading the column shows it."""
    whole = bytearray(_parquet(tmp_path, rows=50_000))
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    whole[4:footer] = b"\xff" * (footer - 4)
    console, json = _judged(tmp_path, "data/events.parquet", bytes(whole))
    assert console.code == json.code == 2, console.out
    assert [(one.code, one.place) for one in console.said()] == [("GOV501", WHERE)], console.out
    assert json.verdicts()["house/negative-amount", "payments-events"] == "unknown"
    assert json.products()["lending-loans"] == "compliant"


def test_parts_of_a_dataset_with_different_columns(tmp_path: Path) -> None:
    product = spec("payments", "events", was="data/events.csv", now='"data/part-*.csv"')
    parts = {"data/part-1.csv": "id,amount\ne1,10\n", "data/part-2.csv": "id,total\ne2,20\n"}
    write_mesh(tmp_path, {"products/payments/events.yaml": product, **parts})
    console = run(tmp_path, "check")
    assert [(one.code, one.place) for one in console.said()] == [("GOV501", "products/payments/events.yaml:11:60")]
    assert "its files do not have the same columns" in console.words


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1PAR1", b"\x00" * 4096], ids=["none", "magic", "twice", "zeros"])
def test_hardly_a_parquet(data: bytes, tmp_path: Path) -> None:
    console, json = _judged(tmp_path, "data/events.parquet", data)
    assert [(one.code, one.place) for one in console.said()] == [("GOV501", WHERE)], console.out
    assert console.code == json.code == 2


def test_ndjson_with_a_broken_line(tmp_path: Path) -> None:
    console, json = _judged(tmp_path, "data/events.ndjson", b'{"id": "e1", "amount": 10}\n{"id": "e2", "am\n')
    _assert_not_judged(console, json, "GOV501", "it is not JSON from beginning to end")


def test_a_line_of_a_hundred_thousand_letters(tmp_path: Path) -> None:
    console, _ = _judged(tmp_path, "data/events.csv", b"id,amount\n" + b"e" * 100_000 + b",1\n")
    assert console.code == 0, console.out


def test_a_dataset_without_rights(tmp_path: Path) -> None:
    write_mesh(tmp_path)
    (tmp_path / "data/events.csv").chmod(0)
    console = run_without_rights(tmp_path, "check")
    assert [(one.code, one.place) for one in console.said()] == [("GOV501", "products/payments/events.yaml:11:60")], (
        console.out
    )
    assert "permission denied" in console.words
    assert console.code == 2


@pytest.mark.parametrize(
    ("children", "outcome"),
    [("l1\nl2\n", "pass"), ("l1\nl7\nl7\n", "unknown"), ("l1\nl7\nl8\n", "fail")],
    ids=["all found", "one value not found", "two values not found"],
)
def test_references_into_a_dataset_with_a_broken_row(children: str, outcome: str, tmp_path: Path) -> None:
    """The broken row may hold one of the values that are not found, and not two."""
    files = {
        "policies/global/tried.gov": rule("    on payments-events.events   expect id found in lending-loans.loans(id)"),
        "data/events.csv": "id,amount\n" + children.replace("\n", ",1\n"),
        "data/loans.csv": "id,amount\nl1,100\nl2,200\nl3\n",
    }
    write_mesh(tmp_path, files)
    ran = run(tmp_path, "check", "--product", "payments-events", "--format", "json")
    assert ran.verdicts()["tried/tried", "payments-events"] == outcome
    part = next(v for v in ran.report()["verdicts"] if v["rule"] == "tried/tried")["parts"][0]
    assert ("could hold what is not found" in part["message"]) == (outcome == "unknown")
    assert part["evidence"]["failing"] == sum(line in ("l7", "l8") for line in children.split())


def test_a_row_of_another_type_is_told_by_its_column(tmp_path: Path) -> None:
    write_mesh(tmp_path, {"data/events.csv": "id,amount\ne1,10\ne2,many\n"})
    said = run(tmp_path, "check").said()
    assert [one.code for one in said] == ["GOV502"]
    assert "a value of another type in `amount`" in said[0].text
    assert "many" not in said[0].text
    assert "`logical_type`" in said[0].text
