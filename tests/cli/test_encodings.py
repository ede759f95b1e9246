"""Files of text in other encodings than UTF-8: read as declared or marked, never guessed, never fixed."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.backends import text_files
from govengine.backends.text_files import TextError, as_utf8, fault
from govengine.model.encoding import USUAL, encoding_of

from .meshes import assert_repairable, environment, rule, run, spec, write_mesh

if TYPE_CHECKING:
    from .meshes import Ran

TEXT = "id,amount,ort\ne1,10,Köln\ne2,20,Gülzow\ne3,30,Großräschen\n"
PLACE = rule("    on payments-events.events   expect rows `ort IN ('Köln', 'Gülzow', 'Großräschen')`")
SPEC = "products/payments/events.yaml"


def _mesh(root: Path, location: str, data: bytes, encoding: str | None) -> Path:
    declared = "" if encoding is None else f", encoding: {encoding}"
    product = spec(
        "payments", "events", was="format: csv, location: data/events.csv", now=f"location: {location}{declared}"
    )
    amount = "    - {name: amount, logical_type: integer}\n"
    product = product.replace(amount, f"{amount}    - {{name: ort, logical_type: string}}\n")
    files = {SPEC: product, "data/events.csv": None, location: data, "policies/global/tried.gov": PLACE}
    return write_mesh(root / "mesh", files)


def _checked(root: Path, location: str, data: bytes, encoding: str | None) -> Ran:
    """The report; whatever came of it, no copy of the rows is left behind."""
    (root / "temporary").mkdir()
    mesh = _mesh(root, location, data, encoding)
    ran = run(mesh, "check", "--format", "json", TMPDIR=str(root / "temporary"))
    assert list((root / "temporary").iterdir()) == []
    return ran


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("utf-8", None), ("utf-8-sig", None), ("utf-16", None), ("utf-32", None), ("latin-1", "latin-1"),
        ("latin-1", "iso-8859-1"), ("cp1252", "windows-1252"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"), ("utf-16-le", "utf-16"), ("cp437", "cp437"), ("utf-8-sig", "utf-8"),
    ],
)  # fmt: skip
def test_text_of_many_encodings(written: str, declared: str | None, packed: bool, tmp_path: Path) -> None:
    data = TEXT.encode(written)
    location, data = ("data/e.csv.gz", gzip.compress(data)) if packed else ("data/e.csv", data)
    ran = _checked(tmp_path, location, data, declared)
    assert ran.report()["diagnostics"] == []
    assert ran.verdicts()["tried/tried", "payments-events"] == "pass"


def test_the_big_end_first_is_read_by_its_mark(tmp_path: Path) -> None:
    ran = _checked(tmp_path, "data/e.csv", b"\xfe\xff" + TEXT.encode("utf-16-be"), None)
    assert ran.verdicts()["tried/tried", "payments-events"] == "pass"


def test_ndjson_is_written_in_encodings_too(tmp_path: Path) -> None:
    data = '{"id": "e1", "amount": 10, "ort": "Köln"}\n'
    ran = _checked(tmp_path, "data/e.ndjson", data.encode("latin-1"), "latin-1")
    assert ran.verdicts()["tried/tried", "payments-events"] == "pass"


@pytest.mark.parametrize(
    ("data", "declared", "why"),
    [
        (TEXT.encode("latin-1"), None, "byte 22, in line 2, is not UTF-8"),
        (TEXT.encode("latin-1"), "ascii", "byte 22, in line 2, is not `ascii`"),
        (TEXT.encode("utf-16"), "latin-1", "it is declared as `latin-1`, and the beginning is marked as UTF-16"),
        (TEXT.encode("utf-8-sig"), "latin-1", "it is declared as `latin-1`, and the beginning is marked as UTF-8"),
        (TEXT.encode("utf-16")[:-1], None, "is not `utf-16-le`"),
        (TEXT.encode("utf-16") + b"\x00\xd8\x20\x00", None, "line 5, is not `utf-16-le`"),
        (b"id,amount,ort\ne1,10,\x81\n", "windows-1252", "byte 21, in line 2, is not `cp1252`"),
        (gzip.compress(TEXT.encode(), mtime=0), None, "it is packed with gzip, and its name does not end so"),
    ],
)
def test_bytes_that_an_encoding_does_not_have(data: bytes, declared: str | None, why: str, tmp_path: Path) -> None:
    ran = _checked(tmp_path, "data/e.csv", data, declared)
    assert ran.code == 2
    (said,) = ran.report()["diagnostics"]
    assert (said["code"], why in said["message"]) == ("GOV501", True), said["message"]
    assert said["help"]
    assert ran.verdicts()["tried/tried", "payments-events"] == "unknown"


@pytest.mark.parametrize("declared", ["latin-1", "utf-16"])
def test_zstd_is_read_as_utf8_only(declared: str, tmp_path: Path) -> None:
    source = tmp_path / "made.csv"
    source.write_bytes(TEXT.encode(declared))
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 1 AS id) TO '{source}.zst' (FORMAT csv, COMPRESSION zstd)")
    ran = _checked(tmp_path, "data/e.csv.zst", (tmp_path / "made.csv.zst").read_bytes(), declared)
    (said,) = ran.report()["diagnostics"]
    assert "of files packed with zstd only UTF-8 is read" in said["message"]
    assert said["help"] == "pack the file with gzip, or write it as UTF-8"


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_zstd_that_is_cut_off(share: float, tmp_path: Path) -> None:
    """DuckDB gives the rows before the cut, as if there had been no more."""
    made = tmp_path / "made.csv.zst"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 'e' || i AS id, i + 1 AS amount, sha256(i::VARCHAR) AS ort FROM range(200000) t(i)) TO '{made}' "
            "(FORMAT csv, COMPRESSION zstd)"
        )
    whole = made.read_bytes()
    ran = _checked(tmp_path, "data/e.csv.zst", whole[: int(len(whole) * share)], None)
    (said,) = ran.report()["diagnostics"]
    assert "its compression is broken, or it was cut off" in said["message"]
    assert ran.verdicts()["house/negative-amount", "payments-events"] == "unknown"


def test_a_misspelt_encoding_is_told_with_the_nearest(tmp_path: Path) -> None:
    mesh = _mesh(tmp_path, "data/e.csv", TEXT.encode(), "windos-1252")
    for arguments in (["check"], ["check", "--no-data"]):
        ran = run(mesh, *arguments)
        (said,) = ran.said()
        assert (said.code, said.place) == ("GOV213", f"{SPEC}:11:69")
        assert "did you mean `windows-1252`?" in said.text
        assert_repairable([said])
        assert ran.code == 2


@pytest.mark.parametrize("name", ["rot13", "base64", "idna", "unicode_escape", "utf-7", "zlib", "klingon", "", "a\0b"])
def test_what_is_no_encoding_of_a_text(name: str) -> None:
    assert encoding_of(name) is None


def test_each_usual_name_is_one() -> None:
    assert [name for name in USUAL if encoding_of(name) is None] == []


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "shift-jis", "gb18030", "cp1252"])
def test_a_letter_may_stand_across_two_pieces(
    codec: str, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_files, "_CHUNK", chunk)
    text = "a,b\n1,ö\n2,£\n" if codec == "cp1252" else "a,b\r\n1,日本\n2,中文\n"
    file = tmp_path / "d.csv"
    file.write_bytes(text.encode(codec, errors="replace"))
    with as_utf8((str(file),), codec, str(tmp_path)) as (copy,):
        assert copy != str(file)
        assert Path(copy).read_bytes().decode() == text.encode(codec, errors="replace").decode(codec)
    assert sorted(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("chunk", [1, 4, 1 << 20])
def test_the_first_wrong_byte_is_told_wherever_pieces_end(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_files, "_CHUNK", chunk)
    data = "id\n€\nä\n".encode() + b"x\xff\n"
    file = tmp_path / "d.csv"
    file.write_bytes(data)
    found = fault((str(file),))
    assert str(found) == f"byte {data.index(0xFF) + 1}, in line 4, is not UTF-8"


def test_of_several_files_the_wrong_one_is_told_by_number(tmp_path: Path) -> None:
    files = []
    for i, data in enumerate((b"a\n1\n", b"a\n\xff\n")):
        files.append(tmp_path / f"{i}.csv")
        files[-1].write_bytes(data)
    assert str(fault(tuple(map(str, files)))) == "byte 3 of file 2 of 2, in line 2, is not UTF-8"
    with pytest.raises(TextError, match="of file 2 of 2"), as_utf8(tuple(map(str, files)), "ascii", str(tmp_path)):
        pass


def test_no_room_for_a_copy_is_said(tmp_path: Path) -> None:
    """A limit on the size of files stands for a full disk."""
    mesh = _mesh(tmp_path, "data/e.csv", ("id,amount,ort\n" + "e1,10,Köln\n" * 200_000).encode("latin-1"), "latin-1")
    done = subprocess.run(
        ["sh", "-c", f"ulimit -f 500; exec {sys.executable} -m govengine.cli.main check"],
        cwd=mesh, env=environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    assert "there is no room for a copy of it in the folder of temporary files" in " ".join(done.stdout.split())
