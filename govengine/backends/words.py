"""DuckDB's errors in our own words. Its texts may quote values of the data, so none of them is ever passed on."""

from __future__ import annotations

import errno
import re
from typing import Literal, NamedTuple, TypeAlias

import duckdb

from govengine.expectations.clauses.without_gaps import NOT_WHOLE

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Unreadable: TypeAlias = Literal[
    "too slow", "too large", "no rights", "no room", "long line", "large object", "nested deeply", "quotes", "schemas",
    "no parquet", "short parquet", "parquet footer", "no database", "compression", "not utf-8", "no json",
    "key twice", "locked", "cut off", "other files", "not there", "other",
]  # fmt: skip
"""Why a file cannot be read."""
_READ: dict[Unreadable, str] = {
    "too slow": "loading it takes longer than the time limit of {timeout:g} s",
    "too large": "loading it takes more than the memory limit of {memory}",
    "no rights": "permission denied",
    "no room": "there is no room for a copy of it in the folder of temporary files",
    "long line": "a line of it is longer than 16 MB",
    "large object": "an object in it is longer than 16 MB",
    "nested deeply": "its values are nested too deeply",
    "quotes": "a quote in it does not fit, or its lines do not end alike",
    "schemas": "its files do not have the same columns",
    "no parquet": "it is no Parquet file",
    "short parquet": "it is no Parquet file, or was cut off",
    "parquet footer": "its Parquet footer is broken",
    "no database": "it is no DuckDB file",
    "compression": "its compression is broken, or it was cut off",
    "not utf-8": "it holds bytes that are not UTF-8",
    "no json": "it is not JSON from beginning to end",
    "key twice": "an object in it has a key twice",
    "locked": "another program has it open to write into it",
    "cut off": "it is broken, or was cut off",
    "other files": "its view reads other files, which a dataset may not",
    "not there": "there is no such table or file",
    "other": "it is broken, or no file of its format",
}
_PHRASES: tuple[tuple[str, Unreadable], ...] = (
    ("maximum line size of", "long line"),
    ('"maximum_object_size" of', "large object"),
    ("maximum recursion depth", "nested deeply"),
    # DuckDB's advice on these two names compression and encodings, so they come first.
    ("state machine", "quotes"),
    ("schema mismatch", "schemas"),
    ("no magic bytes", "no parquet"),
    ("magic bytes", "no parquet"),
    ("too small to be a parquet", "short parquet"),
    ("footer", "parquet footer"),
    ("not a database file", "no database"),
    ("not a valid duckdb", "no database"),
    ("gzip", "compression"),
    ("zstd", "compression"),
    ("decompress", "compression"),
    ("unicode", "not utf-8"),
    ("utf-8", "not utf-8"),
    ("malformed json", "no json"),
    ("invalid json", "no json"),
    ("duplicate key", "key twice"),
    ("conflicting lock", "locked"),
    ("corrupt database", "cut off"),
    ("could not read enough bytes", "cut off"),
    ("file system operations are disabled", "other files"),
    ("permission denied", "no rights"),
    ("does not exist", "not there"),
)
"""Phrases of DuckDB's texts, in small letters, and what each means: the first that is found counts."""
_PATH = re.compile(r"""(["'])(?:[a-z]:)?[/\\].*?\1|(?<!\S)/\S+""")
"""A file's name in DuckDB's text, which may hold any of these phrases itself."""
_NO_COLUMN = re.compile(
    r'Referenced column "([^"\n]+)" not found|does not have a column named "([^"\n]+)"|'
    r'Column "([^"\n]+)" does not exist on'
)
_NAMES = re.compile(r"""'(?:[^']|'')*'|"([^"\n]+)"|(\w+)""")
"""Names of a query, in quotes or without; its texts match too, and hold neither."""
_PARQUET = ", or store it as Parquet, of which only the columns that rules read are loaded"


Unmeasurable: TypeAlias = Literal[
    "too slow", "too large", "not whole", "by zero", "range", "not read", "no such column", "no column", "no fit",
    "refused", "other",
]  # fmt: skip
"""Why a predicate cannot be computed."""
_COMPUTED: dict[Unmeasurable, str] = {
    "too slow": "it took longer than the time limit",
    "too large": "it does not fit into the memory limit",
    "not whole": "a number in some row is not whole",
    "by zero": "it divides by zero in some row",
    "range": "a number grows out of range in some row",
    "not read": "a value in some row cannot be read as the type that it is compared with",
    "no such column": "no table that it reads has a column `{}`",
    "no column": "no table that it reads has one of its columns",
    "no fit": "it does not fit the types of the columns",
    "refused": "a function in it refuses a value in some row",
    "other": "it cannot be computed",
}
OF_TYPES: tuple[Unmeasurable, ...] = ("not read", "no fit")
"""Reasons that a column of texts can have, where something else was meant."""


class Fault(NamedTuple):
    """Why a predicate cannot be computed, and the column that it lacks, or ""."""

    reason: Unmeasurable
    column: str = ""

    @property
    def text(self) -> str:
        """The fault in words."""
        return _COMPUTED[self.reason].format(self.column)


class Limits(NamedTuple):
    """What reading may take: `timeout` in seconds, `memory` a size such as 4GB."""

    timeout: float
    memory: str


def unreadable(error: Exception) -> Unreadable:
    """Why a file could not be read."""
    if isinstance(error, duckdb.InterruptException):
        return "too slow"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "too large"
    if isinstance(error, PermissionError):
        return "no rights"
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return "no room"
    text = _PATH.sub("", str(error).lower())
    return next((reason for phrase, reason in _PHRASES if phrase in text), "other")


def reading(error: Exception, limits: Limits) -> str:
    """Why a file could not be read, in words."""
    return _READ[unreadable(error)].format(timeout=limits.timeout, memory=limits.memory)


def repairing(error: Exception, parquet: bool) -> str | None:
    """What to do about a file that could not be read; None where nothing better can be said than of any file."""
    instead = "" if parquet else _PARQUET
    match unreadable(error):
        case "too slow":
            return f"give it more time with `--timeout`{instead}"
        case "too large":
            return f"give it more with `--memory-limit`{instead}"
        case "locked":
            return "end that program, or judge a copy of the file"
        case "not there":
            return "mend `table`, which is written `schema.name` where it does not stand in `main`, or `location`"
        case _:
            return None


def fault(error: Exception, query: str = "") -> Fault:
    """Why a predicate could not be computed, or `query`, which is asked for the name of a column that is not there."""
    text = str(error).lower()
    if isinstance(error, duckdb.InterruptException):
        return Fault("too slow")
    if isinstance(error, duckdb.OutOfMemoryException):
        return Fault("too large")
    if NOT_WHOLE in text:
        return Fault("not whole")
    if "division by zero" in text or "divide by zero" in text:
        return Fault("by zero")
    if isinstance(error, duckdb.OutOfRangeException) or "overflow" in text or "out of range" in text:
        return Fault("range")
    if isinstance(error, duckdb.ConversionException) or "could not convert" in text:
        return Fault("not read")
    lacking = _NO_COLUMN.search(str(error)) if isinstance(error, duckdb.BinderException) else None
    if lacking is not None:
        name = next(group for group in lacking.groups() if group)
        # Texts of the query may be values; its names are the policy's.
        if name in (quoted or plain for quoted, plain in _NAMES.findall(query)):
            return Fault("no such column", name)
        return Fault("no column")
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        return Fault("no fit")
    if isinstance(error, duckdb.InvalidInputException):
        return Fault("refused")
    return Fault("other")


def measuring(error: Exception, query: str = "") -> str:
    """Why a predicate or query could not be computed, in words."""
    return fault(error, query).text
