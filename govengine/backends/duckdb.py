"""The warehouse: datasets held in an in-memory DuckDB that, once loaded, has no way out.

Rows never leave it: what comes back are counts. After loading, external access is off and the configuration locked, so
a predicate can reach nothing but the tables that were loaded.
"""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import duckdb

from govengine.backends import draw, words
from govengine.backends.csv_types import FLOATS
from govengine.backends.duckdb_csv import load_csv
from govengine.backends.evidence import collect
from govengine.backends.in_place import InPlace, read_in_place
from govengine.backends.json_files import json_reader
from govengine.backends.parts import uneven
from govengine.backends.see_alone import see_alone
from govengine.backends.text_files import FORMATS, TextError, as_utf8
from govengine.diagnostics.codes import data as codes
from govengine.evaluate.facts import Found
from govengine.expectations.measure import Check, Measured, NotMeasured, Sample, sampled
from govengine.expectations.sql import identifier, literal, stored, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from govengine.backends.evidence import Keys
    from govengine.diagnostics import Diagnostic
    from govengine.model.dataset import DatasetSource

MEMORY_LIMIT = "4GB"
MOST_THREADS = 8
TIMEOUT_SECONDS = 300.0
NOT_SAMPLEABLE = (
    "it cannot be judged from a sample, which shows neither repeated keys nor figures nor the newest: judge all rows"
)


class Warehouse:
    """Use as a context manager: `open_` the datasets, then `measure`."""

    def __init__(
        self,
        *,
        memory_limit: str = MEMORY_LIMIT,
        threads: int | None = None,
        timeout: float = TIMEOUT_SECONDS,
        sample: int | None = None,
        seed: str = "",
    ) -> None:
        """`timeout` is in seconds, for each check. With `sample`, so many rows of each dataset are judged."""
        # Removes itself at exit, should the run be broken off before `__exit__`.
        self._spill = tempfile.TemporaryDirectory(prefix="govengine-", ignore_cleanup_errors=True)
        config: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": memory_limit,
            "temp_directory": self._spill.name,
            "preserve_insertion_order": False,
            "ieee_floating_point_ops": False,  # else a division by zero gives infinity, which is above any limit
            "threads": threads or min(os.cpu_count() or 1, MOST_THREADS),
        }
        self._connection = duckdb.connect(":memory:", config=config)
        try:
            # Files are local, so that reading Parquet ahead would only take memory.
            self._connection.execute(
                "SET enable_progress_bar=false; SET TimeZone='UTC'; SET python_enable_replacements=false; "
                "SET disable_parquet_prefetching=true; "
                # A Parquet file's own statistics are a claim: rows are read, even where they would seem to spare it.
                "SET disabled_optimizers='statistics_propagation'"
            )
        except RuntimeError as error:
            raise KeyboardInterrupt from error  # how DuckDB passes Ctrl-C on
        self._timeout = timeout
        self._sample, self._seed = sample, seed
        self._frames: dict[str, int] = {}
        self._worker = ThreadPoolExecutor(1)
        self._sources: dict[str, DatasetSource] = {}
        self._lazy: dict[str, str] = {}
        self._in_place: dict[str, InPlace] = {}
        self.found: dict[str, Found] = {}
        self.diagnostics: list[Diagnostic] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.shutdown()
        self._connection.close()
        self._spill.cleanup()
        if kind is RuntimeError and "interrupted" in str(value).lower():
            raise KeyboardInterrupt from value

    # -- loading -----------------------------------------------------------------------------------------------------

    def open_(
        self, sources: Iterable[DatasetSource], progress: Callable[[], None] | None = None
    ) -> Mapping[str, Found]:
        """Load datasets, or look at their columns where rows can wait; see `found` and `diagnostics`."""
        for source in sources:
            if source.key not in self._sources:
                self._sources[source.key] = source
                self.found[source.key] = self._open(source)
            if progress is not None:
                progress()
        return self.found

    def _open(self, source: DatasetSource) -> Found:
        if source.problem is not None:
            self.diagnostics.append(source.problem)
            return Found({}, reason=_short(source.problem))
        try:
            empty = [f for f in source.files if Path(f).stat().st_size == 0]
            if empty:
                return self._unreadable(source, "the file is empty")
            if source.format not in FORMATS:
                return self._load(source)
            with as_utf8(source.files, source.encoding, self._spill.name, marks=source.format == "csv") as files:
                return self._load(source._replace(files=files))
        except TextError as error:
            return self._unreadable(source, str(error), error.help_)
        except (duckdb.Error, OSError) as error:
            return self._unreadable(source, words.reading(error))

    def _unreadable(self, source: DatasetSource, why: str, help_: str | None = None) -> Found:
        self.diagnostics.append(codes.unreadable_dataset(source.name, why, source.span, help_=help_))
        return Found({}, reason=why)

    def _load(self, source: DatasetSource) -> Found:
        for file in source.files:
            with Path(file).open("rb"):
                pass  # an honest "no rights" beats DuckDB's words
        if source.format == "csv":
            loaded = load_csv(self._connection, source.key, source.files, source.types, source.missing)
            found = Found(loaded.columns, loaded.rows, loaded.rejected)
            if loaded.rejected:
                self.diagnostics.append(
                    codes.rejected_rows(source.name, loaded.rejected, loaded.where, loaded.kinds, source.span)
                )
        else:
            self._lazy[source.key] = self._without_markers(source, self._reader(source))
            found = self._look(source)
        if found.rows == 0 and not found.rejected and found.reason is None:
            self.diagnostics.append(codes.empty_dataset(source.name, source.span))
        known = {c.lower() for c in found.columns}
        missing = [c for c in source.types if c.lower() not in known]
        if missing:
            self.diagnostics.append(codes.missing_columns(source.name, missing, source.span))
        return found

    def _reader(self, source: DatasetSource) -> str:
        files = literal(list(source.files))
        if source.format == "parquet":
            lacking = uneven(self._connection, source.files)
            if lacking is not None:
                self.diagnostics.append(codes.uneven_files(source.name, lacking.columns, lacking.files, source.span))
            return f"read_parquet({files}, union_by_name=true)"
        if source.format == "duckdb":
            see_alone(source.files[0], source.table or source.name)
            name = identifier(f"file:{source.key}")
            self._connection.execute(f"ATTACH {literal(source.files[0])} AS {name} (READ_ONLY)")
            return f"{name}.{identifier(source.table or source.name)}"
        return json_reader(self._connection, source.files, source.format)

    def _without_markers(self, source: DatasetSource, reader: str) -> str:
        """A reader whose columns are NULL where they hold no number, or a text that is declared to mean so."""
        cursor = self._connection.execute(f"SELECT * FROM {reader} LIMIT 0")
        missing = {name.lower(): markers for name, markers in source.missing.items()}
        cells = []
        for name, type_ in ((str(c[0]), str(c[1])) for c in cursor.description):
            column = identifier(name)
            tests = [f"isnan({column})"] if type_ in FLOATS else []
            if name.lower() in missing:
                tests.append(f"CAST({column} AS VARCHAR) IN {texts(missing[name.lower()])}")
            if tests:
                cells.append(f"CASE WHEN {' OR '.join(tests)} THEN NULL ELSE {column} END AS {column}")
        return f"(SELECT * REPLACE ({', '.join(cells)}) FROM {reader})" if cells else reader

    def _look(self, source: DatasetSource) -> Found:
        """Columns and row count; JSON is loaded at once, since only reading it whole shows whether it can be read."""
        reader = self._lazy[source.key]
        guessed = source.format in ("json", "ndjson")
        if guessed:
            self._connection.execute(f"CREATE TABLE {identifier(source.key)} AS SELECT * FROM {reader}")
            del self._lazy[source.key]
            reader = identifier(source.key)
        cursor = self._connection.execute(f"SELECT * FROM {reader} LIMIT 0")
        columns = {str(c[0]): str(c[1]) for c in cursor.description}
        row = self._connection.execute(f"SELECT count(*) FROM {reader}").fetchone()
        return Found(columns, int(row[0]) if row else 0, guessed=guessed)

    def _materialise(self, checks: list[Check]) -> None:
        """Load the columns that checks read from files that were only looked at; then shut every door."""
        needed: dict[str, dict[str, None]] = {}
        drawn: dict[str, dict[str, None]] = {}
        for check in checks:
            own = drawn if check.sampleable and self._draws(check.table) else needed
            for where, table, columns in (
                (own, check.table, check.reads),
                *((needed, table, columns) for table, columns in check.parents),
            ):
                where.setdefault(table, {}).update(dict.fromkeys(columns))
        for table, wanted in drawn.items():
            self._load_into(sampled(table), table, draw.sample_of(
                self._lazy.get(table) or identifier(table), tuple(self.found[table].columns),
                self._named(table, wanted), self._sample or 0, self._seed,
            ))  # fmt: skip
            self._frames[table] = self.found[table].rows
        for table, wanted in needed.items():
            if table not in self._lazy:
                continue
            cells = ", ".join(identifier(n) for n in self._named(table, wanted))
            query = f"SELECT {cells} FROM {self._lazy[table]}"
            if self._sources[table].format == "parquet" and read_in_place(table, len(wanted), checks):
                self._in_place[table] = InPlace(query, self._sources[table].files)
                self._connection.execute(f"CREATE VIEW {identifier(table)} AS {query}")
            else:
                self._load_into(table, table, query)
        readable = sorted({file for held in self._in_place.values() for file in held.files})
        self._connection.execute(f"SET allowed_paths={literal(readable)}")
        attached = [
            row[0]
            for row in self._connection.execute(
                "SELECT database_name FROM duckdb_databases() WHERE database_name LIKE 'file:%'"
            ).fetchall()
        ]
        for name in attached:
            self._connection.execute(f"DETACH {identifier(name)}")
        self._connection.execute("SET enable_external_access=false")
        self._connection.execute("SET lock_configuration=true")

    def _named(self, table: str, wanted: Iterable[str]) -> tuple[str, ...]:
        """Columns as the table writes them; one of them where none is wanted, so that rows can be counted."""
        known = {c.lower(): c for c in self.found[table].columns}
        names = dict.fromkeys(known[c.lower()] for c in wanted if c.lower() in known)
        return tuple(names) or tuple(known.values())[:1]

    def _load_into(self, name: str, table: str, query: str) -> None:
        try:
            self._connection.execute(f"CREATE TABLE {identifier(name)} AS {query}")
        except duckdb.Error as error:
            self._connection.execute(f"DROP TABLE IF EXISTS {identifier(name)}")
            self.found[table] = self._unreadable(self._sources[table], words.reading(error))

    def _draws(self, table: str) -> bool:
        """Whether a sample is to be drawn of a table: not where it would be all of its rows."""
        return self._sample is not None and self.found[table].reason is None and self._sample < self.found[table].rows

    # -- measuring ---------------------------------------------------------------------------------------------------

    def measure(
        self, checks: list[Check], progress: Callable[[], None] | None = None
    ) -> dict[str, Measured | NotMeasured]:
        """Answer all checks, by key. A check that cannot be answered costs no other check its answer."""
        self._materialise(checks)
        results: dict[str, Measured | NotMeasured] = {}
        scans: dict[str, list[Check]] = {}
        for check in checks:
            broken = next((t for t in (check.table, *(p[0] for p in check.parents)) if self.found[t].reason), None)
            if broken is not None:
                results[check.key] = self._unread(broken)
            elif not self.found[check.table].rows:  # nothing to test, so nothing can break
                rejected = self.found[check.table].rejected
                results[check.key] = Measured(rejected, 0, 0, rejected)
            elif not check.sampleable and self._draws(check.table):
                results[check.key] = NotMeasured(NOT_SAMPLEABLE)
            elif check.aggregate is not None:
                scans.setdefault(check.table, []).append(check)
            else:
                results[check.key] = self._query(check)
            if progress is not None:
                progress()
        for table, together in scans.items():
            self._scan(table, together, results)
        self._unchanged(checks, results)
        return self._in_family(checks, results)

    def _unchanged(self, checks: list[Check], results: dict[str, Measured | NotMeasured]) -> None:
        """See that files which were read where they lie are those that they were; else nothing was measured of them."""
        changed = {table for table, held in self._in_place.items() if held.changed()}
        for check in checks:
            table = next((t for t in (check.table, *(p[0] for p in check.parents)) if t in changed), None)
            if table is not None:
                results[check.key] = NotMeasured(f"`{table}` changed while it was read: judge it again")

    def _load_after_all(self, tables: Iterable[str], error: duckdb.Error) -> bool:
        """Load tables that were read in place, after an error: whether it was the file or the predicate shows there.

        True where one was loaded, or found to be unreadable, so that the question can be put again.
        """
        if isinstance(error, duckdb.InterruptException | duckdb.OutOfMemoryException):
            return False
        again = [t for t in tables if t in self._in_place]
        for table in again:
            held = self._in_place.pop(table)
            self._connection.execute(f"DROP VIEW {identifier(table)}")
            self._load_into(table, table, held.query)
        return bool(again)

    def _in_family(
        self, checks: list[Check], results: dict[str, Measured | NotMeasured]
    ) -> dict[str, Measured | NotMeasured]:
        """Say of each answer from a sample how sure all of them are together, whatever hangs on what."""
        risks = {c.key: c.risk for c in checks}
        samples = {k: m for k, m in results.items() if isinstance(m, Measured) and m.sample is not None}
        risk = min(sum((risks[k] for k in samples), Decimal(0)), Decimal(1))
        for key, measured in samples.items():
            assert measured.sample is not None
            results[key] = measured._replace(sample=measured.sample._replace(family_risk=risk))
        return results

    def _scan(self, table: str, checks: list[Check], results: dict[str, Measured | NotMeasured]) -> None:
        """Answer checks in one scan; where that fails, halve them until the one that breaks stands alone.

        What takes too long is not halved again and again, which would multiply the limit: each stands alone at once.
        """
        if self.found[table].reason is not None:  # as it turned out on the way
            results.update(dict.fromkeys((c.key for c in checks), self._unread(table)))
            return
        shared = list(dict.fromkeys(c.aggregate for c in checks))
        rows = sampled(table) if table in self._frames else table
        try:
            row = self._one(f"SELECT count(*), {', '.join(str(a) for a in shared)} FROM {stored(rows)}")
        except duckdb.Error as error:
            if rows == table and self._load_after_all([table], error):
                self._scan(table, checks, results)
                return
            if len(shared) == 1:
                for check in checks:
                    results[check.key] = NotMeasured(
                        f"the predicate cannot be judged: {words.measuring(error)}", broken=True
                    )
                return
            size = 1 if isinstance(error, duckdb.InterruptException) else -(-len(shared) // 2)
            for first in range(0, len(shared), size):
                chosen = set(shared[first : first + size])
                self._scan(table, [c for c in checks if c.aggregate in chosen], results)
            return
        figures = dict(zip(shared, row[1:], strict=True))
        for check in checks:
            results[check.key] = self._measured(table, int(row[0]), int(figures[check.aggregate]))

    def _unread(self, table: str) -> NotMeasured:
        return NotMeasured(f"`{table}` cannot be read: {self.found[table].reason}")

    def _query(self, check: Check) -> Measured | NotMeasured:
        tables = (check.table, *(p[0] for p in check.parents))
        broken = next((t for t in tables if self.found[t].reason is not None), None)
        if broken is not None:  # as it turned out on the way
            return self._unread(broken)
        query = check.on_sample if check.table in self._frames else check.query
        assert query is not None
        try:
            row = self._one(query)
            if check.refine is not None:
                row = self._one(check.refine(row))
        except duckdb.Error as error:
            if self._load_after_all(tables, error):
                return self._query(check)
            return NotMeasured(f"it cannot be judged: {words.measuring(error)}", broken=True)
        return self._measured(check.table, *(int(cell or 0) for cell in row))

    def trace(self, check: Check, measured: Measured, keys: Keys) -> Measured:
        """Add what can be told of the rows that fail a check, which was measured before."""
        if check.failing is None or not measured.failing:
            return measured
        table = sampled(check.table) if measured.sample is not None else check.table
        types = {name.lower(): kind for name, kind in self.found[check.table].columns.items()}
        key = keys.of(check.table, self._sources[check.table].files) if check.row_key else None
        return measured._replace(traces=collect(check, measured, table, types, key, self._one))

    def _measured(
        self, table: str, tested: int, failing: int, excusable: int = 0, doubtful: int = 0, *notes: int
    ) -> Measured:
        found, frame = self.found[table], self._frames.get(table)
        sample = None if frame is None else Sample(min(self._sample or 0, frame), frame, self._seed, Decimal(0))
        rejected = found.rejected
        return Measured(found.rows + rejected, tested, failing, rejected, excusable, doubtful, notes, sample)

    def _one(self, query: str) -> tuple[Any, ...]:
        """The one row of a query, interrupted when it takes too long or the user breaks it off.

        It runs in a thread of its own: with several threads DuckDB hears of Ctrl-C only many seconds later, and of
        `interrupt` at once.
        """
        running = self._worker.submit(lambda: self._connection.execute(query).fetchone())
        try:
            wait([running], self._timeout)
        finally:
            while not running.done():  # again and again: what has not begun cannot be interrupted
                self._connection.interrupt()
                wait([running], 0.05)
        row = running.result()
        assert row is not None
        return row


def _short(problem: Diagnostic) -> str:
    return problem.label or problem.message
