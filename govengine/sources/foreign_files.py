"""What a file is by its first bytes, whatever its name says: so that a wrong one is told by what it is.

Each signature is a record with the bytes that the format's own description prescribes.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Signature(NamedTuple):
    """First bytes, from an offset, and what a file that has them is."""

    head: bytes
    called: str
    offset: int = 0


PARQUET = Signature(b"PAR1", "a Parquet file")
DUCKDB = Signature(b"DUCK", "a DuckDB file", 8)
GZIP, ZSTD = Signature(b"\x1f\x8b", "packed with gzip"), Signature(b"\x28\xb5\x2f\xfd", "packed with zstd")
ZIP = Signature(b"PK\x03\x04", "a ZIP archive")
SIGNATURES = (
    PARQUET,
    Signature(b"PARE", "an encrypted Parquet file"),
    DUCKDB,
    Signature(b"ORC", "an ORC file"),
    Signature(b"Obj\x01", "an Avro file"),
    Signature(b"ARROW1\0\0", "an Arrow (Feather) file"),
    Signature(b"FEA1", "an Arrow (Feather) file"),
    Signature(b"SQLite format 3\0", "an SQLite file"),
    Signature(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file (such as .xls)"),
    ZIP,
    Signature(b"BZh", "packed with bzip2"),
    Signature(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    Signature(b"\xfd7zXZ\0", "packed with xz"),
    Signature(b"Rar!\x1a\x07", "a RAR archive"),
    Signature(b"\x04\x22\x4d\x18", "packed with LZ4"),
    Signature(b"\xff\x06\0\0sNaPpY", "packed with Snappy"),
    GZIP,
    ZSTD,
    Signature(b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    Signature(b"%PDF-", "a PDF file"),
    Signature(b"SEQ", "a Hadoop sequence file"),
    Signature(b"ustar\0", "a tar archive", 257),
    Signature(b"ustar  \0", "a tar archive", 257),
    Signature(b"version https://git-lfs.github.com/spec/", "a pointer of Git LFS, not the data itself"),
    Signature(b"<!DOCTYPE html", "a web page (HTML)"),
    Signature(b"<!doctype html", "a web page (HTML)"),
    Signature(b"<html", "a web page (HTML)"),
    Signature(b"<?xml", "an XML file"),
)
READS = {"parquet": PARQUET, "duckdb": DUCKDB}
"""What files of a format begin with, where that is prescribed; the others are text."""
_WORKBOOK = (b"xl/workbook", b"xl/worksheets", b"xl/_rels")
_LOOKED_AT, _ENDING = 512, 1 << 16
_SHORT = 4
"""A head of so few letters may begin a text too; then a control character has to follow, which no text has."""
_CONTROL = frozenset(range(9)) | frozenset(range(14, 32))


def foreign(file: str, format_: str) -> str | None:
    """What a file is where that is not the format it is read in; None where nothing contradicts.

    Text packed with gzip or zstd is left to whoever unpacks it.

    Raises:
        OSError: it cannot be opened.

    """
    found = _signature(file)
    if found is None or found is READS.get(format_) or (format_ not in READS and found in (GZIP, ZSTD)):
        return None
    return _called(found, file)


def what_it_is(file: str) -> str | None:
    """What a file is, as far as its first bytes tell. Raises what `foreign` raises."""
    found = _signature(file)
    return None if found is None else _called(found, file)


def _signature(file: str) -> Signature | None:
    with Path(file).open("rb") as opened:
        head = opened.read(_LOOKED_AT)
    for signature in SIGNATURES:
        behind = signature.offset + len(signature.head)
        if head[signature.offset : behind] != signature.head:
            continue
        doubtful = len(signature.head) <= _SHORT and signature.head.isalnum() and signature.head.isascii()
        if not doubtful or _CONTROL & set(head[behind : behind + 64]):
            return signature
    return None


def _called(signature: Signature, file: str) -> str:
    if signature is not ZIP:
        return signature.called
    with Path(file).open("rb") as opened:
        head = opened.read(_ENDING)
        opened.seek(0, 2)
        opened.seek(max(opened.tell() - _ENDING, 0))
        names = head + opened.read()
    return "an Excel workbook" if any(word in names for word in _WORKBOOK) else signature.called
