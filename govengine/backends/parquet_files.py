"""Whether Parquet files are whole: their footers account for all of them, and their columns can be read."""

from __future__ import annotations

from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from govengine.backends.text_files import TextError, which
from govengine.expectations.sql import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govengine.backends.bounded import Bounded

_SPARE = 32
"""Bytes that a writer may leave unused before its footer; no Parquet file is so short."""


def see_accounted_for(connection: Bounded, listed: str, files: tuple[str, ...]) -> None:
    """See that what footers describe reaches up to them; `listed` are the files as SQL.

    Of files that were joined into one, the last footer describes its own rows alone, at places counted from its own
    beginning: other bytes would be read in their place, or the rest left out.

    Raises:
        TextError: a part of a file is described by nothing.
        duckdb.Error: a file is no Parquet.

    """
    ends = dict(
        connection.execute(
            "SELECT file_name, max(greatest("
            "CASE WHEN dictionary_page_offset > 0 THEN least(dictionary_page_offset, data_page_offset) "
            "ELSE data_page_offset END + total_compressed_size, "
            "coalesce(column_index_offset + column_index_length, 0), "
            "coalesce(offset_index_offset + offset_index_length, 0), "
            # Older writers do not say how long a filter is.
            "coalesce(bloom_filter_offset + coalesce(bloom_filter_length, 1::BIGINT << 40), 0))) "
            f"FROM parquet_metadata({listed}) GROUP BY file_name"
        ).fetchall()
    )
    for i, file in enumerate(files):
        footer = _footer(file)
        if footer - int(ends.get(file) or 4) > _SPARE:
            raise TextError(
                f"its footer describes only a part of it{which(i, files)}: it may be several files joined into one",
                "keep the files apart, and name all of them in `location` with `*`",
            )


def _footer(file: str) -> int:
    """Where the footer of a file begins; its length stands before the last four bytes."""
    with Path(file).open("rb") as opened:
        end = opened.seek(-8, SEEK_END)
        return end - int.from_bytes(opened.read(4), "little")


def broken_columns(connection: Bounded, reader: str, columns: Iterable[str]) -> list[str]:
    """Those of some columns that cannot be read to the end."""
    names = list(columns)
    try:
        connection.one(f"SELECT {', '.join(f'count({identifier(name)})' for name in names) or '1'} FROM {reader}")
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error:
        if len(names) < 2:
            return names
        half = len(names) // 2
        first = broken_columns(connection, reader, names[:half])
        return first + broken_columns(connection, reader, names[half:])
    return []
