"""DuckDB's errors in our own words. Its texts may quote values of the data, so none of them is ever passed on."""

from __future__ import annotations

import errno
import re
from typing import NamedTuple

import duckdb

from govengine.expectations.clauses.without_gaps import NOT_WHOLE

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_READING = (
    ("maximum line size of", "a line of it is longer than 16 MB"),
    ('"maximum_object_size" of', "an object in it is longer than 16 MB"),
    ("maximum recursion depth", "its values are nested too deeply"),
    # DuckDB's advice on these two names compression and encodings, so they come first.
    ("state machine", "a quote in it does not fit, or its lines do not end alike"),
    ("schema mismatch", "its files do not have the same columns"),
    ("no magic bytes", "it is no Parquet file"),
    ("magic bytes", "it is no Parquet file"),
    ("too small to be a parquet", "it is no Parquet file, or was cut off"),
    ("footer", "its Parquet footer is broken"),
    ("not a database file", "it is no DuckDB file"),
    ("not a valid duckdb", "it is no DuckDB file"),
    ("gzip", "its compression is broken, or it was cut off"),
    ("zstd", "its compression is broken, or it was cut off"),
    ("decompress", "its compression is broken, or it was cut off"),
    ("unicode", "it holds bytes that are not UTF-8"),
    ("utf-8", "it holds bytes that are not UTF-8"),
    ("malformed json", "it is not JSON from beginning to end"),
    ("invalid json", "it is not JSON from beginning to end"),
    ("duplicate key", "an object in it has a key twice"),
    ("conflicting lock", "another program has it open to write into it"),
    ("corrupt database", "it is broken, or was cut off"),
    ("could not read enough bytes", "it is broken, or was cut off"),
    ("file system operations are disabled", "its view reads other files, which a dataset may not"),
    ("permission denied", "there are no rights to read it"),
    ("does not exist", "there is no such table or file"),
)
_PATH = re.compile(r"""(["'])(?:[a-z]:)?[/\\].*?\1|(?<!\S)/\S+""")
"""A file's name in DuckDB's text, which may hold any of these phrases itself."""
_NO_COLUMN = re.compile(
    r'Referenced column "([^"\n]+)" not found|does not have a column named "([^"\n]+)"|'
    r'Column "([^"\n]+)" does not exist on'
)
_NAMES = re.compile(r"""'(?:[^']|'')*'|"([^"\n]+)"|(\w+)""")
"""Names of a query, in quotes or without; its texts match too, and hold neither."""
_PARQUET = ", or store it as Parquet, of which only the columns that rules read are loaded"


_NOT_READ = "a value in some row cannot be read as the type that it is compared with"
_NO_FIT = "it does not fit the types of the columns"
OF_TYPES = (_NOT_READ, _NO_FIT)
"""Reasons that a column of texts can have, where something else was meant."""


class Limits(NamedTuple):
    """What reading may take: `timeout` in seconds, `memory` a size such as 4GB."""

    timeout: float
    memory: str


def reading(error: Exception, limits: Limits) -> str:
    """Why a file could not be read."""
    text = _PATH.sub("", str(error).lower())
    if isinstance(error, duckdb.InterruptException):
        return f"loading it takes longer than the time limit of {limits.timeout:g} s"
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"loading it takes more than the memory limit of {limits.memory}"
    if isinstance(error, PermissionError):
        return "there are no rights to read it"
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return "there is no room for a copy of it in the folder of temporary files"
    for phrase, words in _READING:
        if phrase in text:
            return words
    return "it is broken, or no file of its format"


def repairing(error: Exception, parquet: bool) -> str | None:
    """What to do about a file that could not be read; None where nothing better can be said than of any file."""
    instead = "" if parquet else _PARQUET
    if isinstance(error, duckdb.InterruptException):
        return f"give it more time with `--timeout`{instead}"
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"give it more with `--memory-limit`{instead}"
    text = _PATH.sub("", str(error).lower())
    if "conflicting lock" in text:
        return "end that program, or judge a copy of the file"
    if "does not exist" in text:
        return "mend `table`, which is written `schema.name` where it does not stand in `main`, or `location`"
    return None


def measuring(error: Exception, query: str = "") -> str:
    """Why a predicate could not be computed, or `query`, which is asked for the name of a column that is not there."""
    text = str(error).lower()
    if isinstance(error, duckdb.InterruptException):
        return "it took longer than the time limit"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "it does not fit into the memory limit"
    if NOT_WHOLE in text:
        return "a number in some row is not whole"
    if "division by zero" in text or "divide by zero" in text:
        return "it divides by zero in some row"
    if isinstance(error, duckdb.OutOfRangeException) or "overflow" in text or "out of range" in text:
        return "a number grows out of range in some row"
    if isinstance(error, duckdb.ConversionException) or "could not convert" in text:
        return _NOT_READ
    lacking = _NO_COLUMN.search(str(error)) if isinstance(error, duckdb.BinderException) else None
    if lacking is not None:
        name = next(group for group in lacking.groups() if group)
        # Texts of the query may be values; its names are the policy's.
        if name in (quoted or plain for quoted, plain in _NAMES.findall(query)):
            return f"no table that it reads has a column `{name}`"
        return "no table that it reads has one of its columns"
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        return _NO_FIT
    if isinstance(error, duckdb.InvalidInputException):
        return "a function in it refuses a value in some row"
    return "it cannot be computed"
