"""A dataset that local files serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.diagnostics import Diagnostic, Span


def as_it_is(key: str) -> str:
    """The key of a dataset as its files hold it, in which no text is taken for a missing value."""
    return f"{key} (as it is)"


class DatasetSource(NamedTuple):
    """A dataset's files, or why there are none.

    `key` names its table; `format` is csv, parquet, json, ndjson or duckdb; `files` are absolute; `table` is the one
    in a DuckDB file. `types` gives declared logical types by column, `missing` the texts that mean a missing one.
    `row_key` are the columns that tell rows apart, as far as the spec says so. `problem` stands where nothing can be
    read. `location` is where the files are, from the mesh root, as it is written; `names` are their paths from there,
    in the order of `files`. `encoding` is what a file of text is declared to be written in. `notices` are said of
    it even where all is read. `base` is the key of the dataset that this one is another reading of.
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
    row_key: tuple[str, ...] = ()
    location: str = ""
    names: tuple[str, ...] = ()
    encoding: str | None = None
    notices: tuple[Diagnostic, ...] = ()
    base: str = ""
