"""Collecting evidence of failing rows: the key of its hashes, and the queries, within the limits of the run."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from govengine.backends import words
from govengine.expectations.evidence import (
    asking,
    query,
    rows_that_fail,
    traces,
)
from govengine.expectations.file_names import told
from govengine.expectations.sql import identifier
from govengine.expectations.traces import Traces

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from govengine.backends.handed import Digests
    from govengine.backends.rows_query import Tables
    from govengine.expectations.evidence import EvidenceQuestion
    from govengine.expectations.measure import Check, Measurement
    from govengine.model.dataset import DatasetSource

_PURPOSE = b"govengine/row"
_CHUNK = 1 << 20


class Keys:
    """Keys of the hashes of row keys, one a dataset and run.

    Made of the bytes of the dataset's files, which who does not have them cannot guess, of what the run judged by, and
    of the mesh's own secret, where it has one. A digest made for this purpose alone: none that is published is it.
    """

    def __init__(self, run: str, secret: bytes, timeout: float) -> None:
        """`run` names the as-of day and the policies; `secret` is b"" for none; `timeout` in seconds, for each."""
        self._run, self._timeout = run, timeout
        self._secret = hashlib.blake2b(secret, digest_size=64, person=_PURPOSE).digest() if secret else b""
        self._made: dict[str, bytes | None] = {}

    def of(self, table: str, files: tuple[str, ...], handed: Digests | None = None) -> bytes | None:
        """The key of a dataset; None where its files cannot be read again, or not in time.

        `handed` are the digests of one that was given in memory instead of files.
        """
        if table not in self._made:
            try:
                self._made[table] = self._make(table, files, handed)
            except OSError:
                self._made[table] = None
        return self._made[table]

    def _make(self, table: str, files: tuple[str, ...], handed: Digests | None) -> bytes | None:
        until = time.monotonic() + self._timeout
        whole = hashlib.blake2b(digest_size=32, key=self._secret, person=_PURPOSE)
        for part in (self._run, table):
            whole.update(hashlib.sha256(part.encode()).digest())
        if handed is not None:
            whole.update(handed.for_keys)
        digests = []  # sorted, so that neither names nor order of files matter
        for file in files:
            one = hashlib.blake2b(digest_size=32, key=self._secret, person=_PURPOSE)
            with Path(file).open("rb") as opened:
                while chunk := opened.read(_CHUNK):
                    one.update(chunk)
                    if time.monotonic() > until:
                        return None
            digests.append(one.digest())
        for digest in sorted(digests):
            whole.update(digest)
        return whole.digest()


def file_names(source: DatasetSource) -> tuple[str, ...]:
    """What may be told of the names of a dataset's files, in their order."""
    return tuple(told(name, source.location) for name in source.names)


def collect(
    failed: Sequence[tuple[Check, Measurement]],
    source: str,
    types: Mapping[str, str],
    key: bytes | None,
    names: tuple[str, ...],
    tables: Tables,
    one: Callable[[str], tuple[object, ...]],
) -> dict[str, Measurement]:
    """Evidence of the failing rows of checks of one table, by their keys.

    `source` is the table as FROM takes it, `types` are SQL types of its columns by name in small letters; `names` says
    of its files what may be told, none where its rows do not know their file; `tables` make the query that people run;
    `one` runs one within the limits and gives its row. What cannot be collected is said in `Traces.missing`, and costs
    nothing else.
    """
    return {
        check.key: measured._replace(
            traces=_traces(asking(check, types, key, filed=bool(names)), measured, source, types, names, tables, one)
        )
        for check, measured in failed
    }


def _traces(
    asked: EvidenceQuestion,
    measured: Measurement,
    source: str,
    types: Mapping[str, str],
    names: tuple[str, ...],
    tables: Tables,
    one: Callable[[str], tuple[object, ...]],
) -> Traces:
    check = asked.check
    rows_query = tables.rows_query(check, measured)
    rows = rows_that_fail(check, measured, source, ", ".join(identifier(c) for c in asked.columns) or "1 AS none")
    try:
        row = one(query(asked, rows, types))
    except duckdb.Error as error:
        return Traces(check.row_key, rows_query=rows_query, missing=words.measuring(error))
    made = traces(asked, measured, row, rows_query, names)
    if check.row_key and asked.key is None:
        return made._replace(missing="no hashes of row keys: the files could not be read again in time")
    return made
