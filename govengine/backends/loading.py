"""Datasets as tables of an in-memory DuckDB that, once they are loaded, has no way out.

After loading, external access is off and the configuration locked, so a predicate can reach nothing but these tables.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import duckdb

from govengine.backends import column_names, draw, numbered, words
from govengine.backends import handed as handed_tables
from govengine.backends.bounded import Bounded
from govengine.backends.csv_header import is_plain_number, reads_like_a_value
from govengine.backends.duckdb_csv import load_csv, raw_table
from govengine.backends.file_lists import is_exact, listed
from govengine.backends.file_lists import location as as_location
from govengine.backends.folder_keys import FolderKeys, disagree, folder_keys
from govengine.backends.in_place import InPlace, read_in_place, states
from govengine.backends.json_files import json_reader
from govengine.backends.long_lines import refuse_long_lines
from govengine.backends.missing_values import without_markers
from govengine.backends.nested import Leaf, inside
from govengine.backends.parquet_files import broken_columns, see_accounted_for
from govengine.backends.parts import uneven
from govengine.backends.see_alone import see_alone
from govengine.backends.text_files import FORMATS, TextError, as_utf8
from govengine.diagnostics.codes import data as codes
from govengine.evaluate.facts import DatasetFacts
from govengine.expectations.evidence import FILE
from govengine.expectations.file_names import named
from govengine.expectations.looks_like import nested
from govengine.expectations.measure import Check, Sample, sampled
from govengine.expectations.sql import identifier, literal, quoted, stored
from govengine.model.dataset import as_it_is

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from types import TracebackType

    from govengine.diagnostics import Diagnostic
    from govengine.model.dataset import DatasetSource

MEMORY_LIMIT = "4GB"
MOST_THREADS = 8
TIMEOUT_SECONDS = 300.0


class LoadedDatasets:
    """Use as a context manager: `open_` the datasets, then `load` what is asked of them."""

    def __init__(
        self,
        *,
        memory_limit: str = MEMORY_LIMIT,
        threads: int | None = None,
        timeout: float = TIMEOUT_SECONDS,
        sample: int | None = None,
        seed: str = "",
        numbered: bool = False,
        handed: Mapping[str, object] | None = None,
    ) -> None:
        """`timeout` is in seconds, for each check and for loading each dataset.

        With `sample`, so many rows of each dataset are judged. With `numbered`, rows of a dataset of several files know
        the number of their file, for evidence. `handed` are tables in memory by the key of their dataset.
        """
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
        try:
            connection = duckdb.connect(":memory:", config=config)
            connection.execute(
                # Global, so that connections made of this one have them as well; these have no progress bar anyway.
                "SET enable_progress_bar=false; SET GLOBAL TimeZone='UTC'; "
                "SET GLOBAL python_enable_replacements=false; "
                # Files are local, so that reading Parquet ahead would only take memory.
                "SET GLOBAL disable_parquet_prefetching=true; "
                # A Parquet file's own statistics are a claim: rows are read, even where they would seem to spare it.
                "SET GLOBAL disabled_optimizers='statistics_propagation'"
            )
        except RuntimeError as error:
            raise KeyboardInterrupt from error  # how DuckDB passes Ctrl-C on
        self._connection = Bounded(connection, timeout)
        self._limits = words.Limits(timeout, memory_limit)
        self._sample, self._seed = sample, seed
        self._numbered = numbered
        self._handed = dict(handed or {})
        self.digests: dict[str, handed_tables.Digests] = {}
        """Of the tables in memory that were loaded."""
        self._files: set[str] = set()
        """Tables whose rows know the number of their file."""
        self._readers: dict[str, str] = {}
        self._attached: dict[str, str] = {}
        self._frames: dict[str, Sample] = {}
        self._sources: dict[str, DatasetSource] = {}
        self._lazy: dict[str, str] = {}
        self._in_place: dict[str, InPlace] = {}
        self._whole: frozenset[str] = frozenset()
        self.found: dict[str, DatasetFacts] = {}
        self.diagnostics: list[Diagnostic] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._connection.close()
        finally:
            self._spill.cleanup()

    # -- loading -----------------------------------------------------------------------------------------------------

    def open_(
        self,
        sources: Iterable[DatasetSource],
        progress: Callable[[], None] | None = None,
        whole: Collection[str] = (),
        raw: Collection[str] = (),
    ) -> Mapping[str, DatasetFacts]:
        """Load datasets, or look at their columns where rows can wait; see `found` and `diagnostics`.

        Of those whose keys are in `whole`, every column is read once, whoever asks for it. Those whose keys are in
        `raw` and that declare texts as missing are opened as they are, too: see `as_it_is`.
        """
        self._whole = frozenset(whole)
        for source in sources:
            if source.key not in self._sources:
                self._sources[source.key] = source
                self.found[source.key] = self._open(source)
                if source.missing and source.key in raw and self.found[source.key].reason is None:
                    self._open_as_it_is(source)
            if progress is not None:
                progress()
        return self.found

    def _open_as_it_is(self, source: DatasetSource) -> None:
        """Open a dataset once more without its markers, whose columns are texts then; it has been told of already."""
        types = source.types | dict.fromkeys(source.missing, "string")
        same = source._replace(key=as_it_is(source.key), missing={}, types=types, base=source.key)
        told = list(self.diagnostics)
        self._sources[same.key] = same
        self.found[same.key] = self._open(same)
        self.diagnostics[:] = told

    def _open(self, source: DatasetSource) -> DatasetFacts:
        if source.problem is not None:
            self.diagnostics.append(source.problem)
            return DatasetFacts({}, reason=_short(source.problem))
        self.diagnostics.extend(source.notices)
        try:
            empty = [i for i, f in enumerate(source.files, 1) if Path(f).stat().st_size == 0]
            if empty:
                several = len(source.files) > 1
                return self._unreadable(
                    source, f"file {empty[0]} of {len(source.files)} is empty" if several else "the file is empty"
                )
            with self._connection.within():
                if source.format not in FORMATS:
                    return self._load(source)
                return self._load_text(source)
        except TextError as error:
            return self._unreadable(source, str(error), help_=error.help_)
        except handed_tables.HandedTableError as error:
            return self._unreadable(source, str(error), help_="hand over a table with one type a column")
        except (duckdb.Error, OSError) as error:
            return self._broken_off(source, error, source.key, raw_table(source.key))

    def _load_text(self, source: DatasetSource) -> DatasetFacts:
        folder, marks, before = self._spill.name, source.format == "csv", states(source.files)
        with as_utf8(source.files, source.encoding, folder, self._connection.in_time, marks=marks) as files:
            found = self._load(source._replace(files=files))
        if states(source.files) == before:
            return found
        self._drop(source.key)
        return self._unreadable(source, "it changed while it was read", help_="judge it when nobody writes into it")

    def _unreadable(self, source: DatasetSource, why: str, *, help_: str | None = None) -> DatasetFacts:
        why = named(why, self._sources[source.key].names, source.location)
        self.diagnostics.append(codes.unreadable_dataset(source.name, why, source.span, help_=help_))
        return DatasetFacts({}, reason=why)

    def _broken_off(self, source: DatasetSource, error: Exception, *tables: str) -> DatasetFacts:
        """Say why a dataset could not be loaded, and give back the memory of what was loaded of it."""
        self._lazy.pop(source.key, None)
        for table in tables:
            self._drop(table)
        return self._unreadable(
            source, words.reading(error, self._limits), help_=words.repairing(error, source.format == "parquet")
        )

    def _load(self, source: DatasetSource) -> DatasetFacts:
        for file in source.files:
            with Path(file).open("rb"):
                pass  # an honest "no rights" beats DuckDB's words
        if source.format == "csv":
            refuse_long_lines(self._connection, source.files)
            numbers = self._numbered and len(source.files) > 1
            keys = self._folder_keys(source)
            loaded = load_csv(
                self._connection, source.key, source.files, source.types, source.missing, keys, numbered=numbers
            )
            if loaded.reading is not None:
                reader = f"read_csv({listed(source.files)}, {loaded.reading}, ignore_errors=true)"
                self._reads_as(
                    source, keys.shown(reader, dict.fromkeys(keys.values, "VARCHAR")) if keys.values else reader
                )
            if loaded.lacking:
                self.diagnostics.append(codes.uneven_files(source.name, loaded.lacking, len(source.files), source.span))
            self._files |= {source.key} if loaded.numbered else set()
            found = DatasetFacts(loaded.columns, loaded.rows, loaded.rejected)
            if loaded.rejected:
                self.diagnostics.append(
                    codes.rejected_rows(
                        source.name,
                        loaded.rejected,
                        loaded.where and named(loaded.where, source.names, source.location),
                        loaded.kinds,
                        source.span,
                    )
                )
        else:
            self._lazy[source.key], numbers = self._without_markers(source, self._reader(source))
            self._files |= {source.key} if numbers else set()
            found = self._look(source)
        if found.rows == 0 and not found.rejected and found.reason is None:
            self.diagnostics.append(codes.empty_dataset(source.name, source.span))
        known = {c.lower() for c in found.columns}
        missing = [c for c in source.types if c.lower() not in known]
        if missing:
            self.diagnostics.append(codes.missing_columns(source.name, missing, source.span))
        return found

    def _reader(self, source: DatasetSource) -> str:
        if source.format == handed_tables.FORMAT:
            whole = f"whole of {source.key}"
            self.digests[source.key] = handed_tables.load(self._connection, whole, self._handed[source.key])
            return identifier(whole)
        files = listed(source.files)
        if source.format == "parquet":
            see_accounted_for(self._connection, files, source.files)
            for of, names in column_names.top_names(self._connection, files, source.files):
                column_names.see_apart(names, of)
            lacking = uneven(self._connection, source.files)
            if lacking is not None:
                self.diagnostics.append(codes.uneven_files(source.name, lacking.columns, lacking.files, source.span))
            return f"read_parquet({files}, union_by_name=true, hive_partitioning=false)"
        if source.format == "duckdb":
            schema, table, view = see_alone(source.files[0], source.table or source.name)
            reader = f"read_duckdb({files}, schema_name={literal(schema)}, table_name={literal(table)})"
            if view:  # which `read_duckdb` does not take
                self._attached[source.key] = alias = f"file of {source.key}"
                reader = f"{identifier(alias)}.{identifier(schema)}.{identifier(table)}"
            self._reads_as(source, reader)
            name = identifier(f"file:{source.base or source.key}")
            self._connection.execute(f"ATTACH IF NOT EXISTS {literal(source.files[0])} AS {name} (READ_ONLY)")
            return f"{name}.{identifier(schema)}.{identifier(table)}"
        reader = json_reader(self._connection, source.files, source.format)
        self._reads_as(source, reader)
        return reader

    def _reads_as(self, source: DatasetSource, reader: str) -> None:
        """Keep a reader for people, with the files as the spec names them; none where those had to be written anew."""
        if source.files == self._sources[source.key].files:
            self._readers[source.key] = reader.replace(listed(source.files), as_location(source.location))

    def _without_markers(self, source: DatasetSource, reader: str) -> tuple[str, bool]:
        """A reader whose columns are NULL where they hold no number, or a text that is declared to mean so.

        And whether its rows have the number of their file, too.
        """
        cursor = self._connection.execute(f"SELECT * FROM {reader} LIMIT 0")
        columns = {str(c[0]): str(c[1]) for c in cursor.description}
        cells = without_markers(columns, source.missing)
        column_names.see_apart(columns)
        more = self._from_folders(source, reader, columns)
        number = numbered.column(columns) if self._numbered and len(source.files) > 1 else None
        renamed = [name for name in columns if column_names.one(name) != name]
        if not cells and not more and not renamed and number is None:
            return reader, False
        told = f"* REPLACE ({', '.join(cells)})" if cells else "*"
        if renamed:
            told += f" RENAME ({', '.join(f'{identifier(n)} AS {identifier(column_names.one(n))}' for n in renamed)})"
        return f"(SELECT {', '.join([told, *more, *([number] if number else [])])} FROM {reader})", number is not None

    def _folder_keys(self, source: DatasetSource) -> FolderKeys:
        given = self._sources[source.key]  # whose files may have been written anew
        return folder_keys(given.names or given.files, source.missing)

    def _from_folders(self, source: DatasetSource, reader: str, columns: Mapping[str, str]) -> list[str]:
        """SQL for the columns that stand in the names of folders alone; those that files have too must be the same.

        Raises:
            TextError: a folder and a column disagree, or a folder's name holds no value of its declared type.

        """
        if source.format in ("duckdb", handed_tables.FORMAT):
            return []
        keys = self._folder_keys(source)
        if not keys.values:
            return []
        if len(source.files) > 1 and numbered.column(columns) is None:
            raise TextError("a column of it is called `file_index`, so its folders cannot be read", "rename the column")
        cells = keys.typed(self._connection, {name.lower(): type_ for name, type_ in source.types.items()})
        known = {name.lower(): name for name in columns}
        for name in keys.values:
            if name.lower() in known:
                column = known[name.lower()]
                cell, text = identifier(column), keys.text(name)
                unlike = (
                    f"{cell} IS DISTINCT FROM TRY_CAST({text} AS {columns[column]}) "
                    f"OR ({cell} IS NULL AND {text} IS NOT NULL)"
                )
                row = self._connection.execute(f"SELECT count(*) FROM {reader} WHERE {unlike}").fetchone()
                if row is not None and row[0]:
                    raise disagree(name, int(row[0]))
        own = {name: cell for name, cell in cells.items() if name.lower() not in known}
        shown = self._readers.get(source.key) or f"read_parquet({as_location(source.location)}, union_by_name=true)"
        shown = shown.replace(", hive_partitioning=false", "")
        with_folders = f"{shown[:-1]}, hive_partitioning=true, hive_types_autocast=false)"
        self._readers.pop(source.key, None)
        if shown.startswith("read_"):
            self._readers[source.key] = keys.shown(with_folders, {name: kind for name, (_, kind) in cells.items()})
        return [f"{cell} AS {identifier(name)}" for name, (cell, _) in own.items()]

    def _look(self, source: DatasetSource) -> DatasetFacts:
        """Columns and row count; JSON is loaded at once, since only reading it whole shows whether it can be read."""
        reader = self._lazy[source.key]
        guessed = source.format in ("json", "ndjson")
        if guessed:
            self._create(source.key, f"SELECT * FROM {reader}")
            del self._lazy[source.key]
            reader = identifier(source.key)
        cursor = self._connection.execute(f"SELECT * FROM {reader} LIMIT 0")
        columns = {str(c[0]): str(c[1]) for c in cursor.description if c[0] != FILE or source.key not in self._files}
        # A JSON key may be a number of a card, and reports speak of columns by name.
        names = (name for name in columns if not is_plain_number(name))
        if reads_like_a_value(names, {name.lower() for name in source.types}):
            raise TextError("the name of one of its columns reads like a value: declare it, if it is a name")
        if source.format == "parquet" and source.key in self._whole:
            broken = broken_columns(self._connection, reader, columns)
            if broken:
                raise TextError(
                    f"its {'columns' if len(broken) > 1 else 'column'} {quoted(broken)} cannot be read to the end",
                    "write the file again from its source",
                )
        row = self._connection.execute(f"SELECT count(*) FROM {reader}").fetchone()
        return DatasetFacts(columns, int(row[0]) if row else 0, guessed=guessed)

    def load(self, checks: list[Check]) -> None:
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
            self._draw(table, self._named(table, wanted))
        for table, wanted in needed.items():
            if table not in self._lazy:
                continue
            cells = ", ".join(identifier(n) for n in (*self._named(table, wanted), *self._number(table)))
            query = f"SELECT {cells} FROM {self._lazy[table]}"
            source = self._sources[table]
            # What is opened there is permitted path by path, and a path that DuckDB takes for a pattern cannot be.
            alone = source.format == "parquet" and all(map(is_exact, source.files))
            if alone and read_in_place(table, len(wanted), checks):
                self._in_place[table] = InPlace(query, self._sources[table].files)
                self._create(table, query, kind="VIEW")
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

    def _draw(self, table: str, wanted: tuple[str, ...]) -> None:
        """Draw the sample of a table, by its key where it has the columns of one, else by whole rows."""
        filed = table in self._files
        source = self._lazy.get(table) or identifier(numbered.table_of(table) if filed else table)
        columns = tuple(self.found[table].columns)
        known = {c.lower(): c for c in columns}
        key = tuple(known.get(c.lower(), "") for c in self._sources[table].row_key)
        key = key if all(key) else ()
        try:
            row = self._connection.execute(draw.repeats(source, key or columns)).fetchone()
        except duckdb.Error as error:
            self.found[table] = self._broken_off(self._sources[table], error)
            return
        repeated = row is None or bool(row[0])
        query = draw.sample_of(
            source, columns, wanted, self._sample or 0, self._seed, key,
            numbered=repeated, file=FILE if filed else None,
        )  # fmt: skip
        self._load_into(sampled(table), table, query)
        self._frames[table] = Sample(self._sample or 0, self.found[table].rows, self._seed, Decimal(0), key)

    def _number(self, table: str) -> tuple[str, ...]:
        return (FILE,) if table in self._files else ()

    def _create(self, name: str, query: str, *, kind: str = "TABLE") -> None:
        if name in self._files:
            numbered.create(self._connection, name, query, kind=kind)
        else:
            self._connection.execute(f"CREATE {kind} {identifier(name)} AS {query}")

    def _drop(self, name: str) -> None:
        """Drop a table or view, and what stands behind it, as far as it is there."""
        for kind in ("VIEW", "TABLE"):
            for one in (name, numbered.table_of(name)):
                with contextlib.suppress(duckdb.Error):  # such as that a table is no view
                    self._connection.execute(f"DROP {kind} IF EXISTS {identifier(one)}")

    def _load_into(self, name: str, table: str, query: str) -> None:
        try:
            self._create(name, query)
        except duckdb.Error as error:
            self.found[table] = self._broken_off(self._sources[table], error, name)

    def _draws(self, table: str) -> bool:
        """Whether a sample is to be drawn of a table: not where it would be all of its rows."""
        return self._sample is not None and self.found[table].reason is None and self._sample < self.found[table].rows

    def look_inside(self, key: str) -> tuple[dict[str, Leaf], dict[str, str]]:
        """Values inside the columns of a dataset, each as a dataset of its own: by the key under which to ask of them.

        Second are columns that are not looked into, with the reason. To be called before anything is measured.
        """
        found = self.found[key]
        if found.reason is not None or not found.rows:
            return {}, {}
        try:
            seen = inside(self._connection, self._lazy.get(key) or stored(key), key)
        except duckdb.Error as error:
            return {}, dict.fromkeys(
                (c for c, t in found.columns.items() if nested(t)), words.reading(error, self._limits)
            )
        leaves = {f"{key} (inside {i})": leaf for i, leaf in enumerate(seen.leaves)}
        for name, leaf in leaves.items():
            self._sources[name] = self._sources[key]._replace(key=name, row_key=())
            self.found[name] = DatasetFacts({leaf.name: leaf.sql_type}, found.rows, found.rejected)
            self._lazy[name] = f"({leaf.query})"
        return leaves, seen.left

    def _load_after_all(self, tables: Iterable[str], error: duckdb.Error) -> bool:
        """Load tables that were read in place, after an error: whether it was the file or the predicate shows there.

        True where one was loaded, or found to be unreadable, so that the question can be put again.
        """
        if isinstance(error, duckdb.InterruptException | duckdb.OutOfMemoryException):
            return False
        again = [t for t in tables if t in self._in_place]
        for table in again:
            held = self._in_place.pop(table)
            self._drop(table)
            self._load_into(table, table, held.query)
        return bool(again)


def _short(problem: Diagnostic) -> str:
    return problem.label or problem.message
