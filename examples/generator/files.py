"""Rows into files whose bytes depend on the rows alone."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with a header row; None is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def ndjson_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """One JSON object a line; None leaves the key out."""
    return "".join(
        json.dumps({k: v for k, v in zip(header, row, strict=True) if v is not None}, ensure_ascii=False) + "\n"
        for row in rows
    )


def write(path: Path, text: str) -> None:
    """UTF-8 text, gzipped where the name ends in `.gz` (no time, no name inside)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    path.write_bytes(gzip.compress(data, compresslevel=9, mtime=0) if path.suffix == ".gz" else data)


def write_parquet(path: Path, columns: dict[str, str], rows: Iterable[Sequence[object]]) -> None:
    """Parquet by DuckDB in one thread; `columns` are names and SQL types. None is NULL.

    The rows are stable; the bytes carry DuckDB's version and may change with it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        source = Path(folder) / "rows.csv"
        source.write_text(csv_text(list(columns), rows), encoding="utf-8")
        relation = connection.read_csv(str(source), header=True, columns=columns)
        relation.write_parquet(str(path), compression="zstd")
