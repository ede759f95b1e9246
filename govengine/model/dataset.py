"""A dataset that local files serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.diagnostics import Diagnostic, Span


class DatasetSource(NamedTuple):
    """A dataset's files, or why there are none.

    `key` names its table; `format` is csv, parquet, json, ndjson or duckdb; `files` are absolute; `table` is the one
    in a DuckDB file. `types` gives declared logical types by column, `missing` the texts that mean a missing one.
    `problem` stands where nothing can be read. `encoding` is what a file of text is declared to be written in.
    """

    key: str
    name: str
    format: str
    files: tuple[str, ...]
    table: str | None
    types: dict[str, str]
    span: Span
    problem: Diagnostic | None = None
    missing: Mapping[str, tuple[str, ...]] = {}
    encoding: str | None = None
