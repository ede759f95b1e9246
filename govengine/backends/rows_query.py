"""The query for failing rows as a steward runs it: over the files themselves, in any DuckDB, from the mesh root.

Each table that it names is read in it as the engine reads it: with the same separator, the same missing values and the
same types of the columns that the check reads. Files are named as the spec names them, never one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.backends.csv_types import holds, read_as
from govengine.backends.file_lists import location
from govengine.backends.handed import FORMAT as HANDED
from govengine.backends.missing_values import without_markers
from govengine.backends.text_files import FORMATS
from govengine.expectations.evidence import rows_that_fail
from govengine.expectations.sql import identifier, literal, stored, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govengine.evaluate.facts import DatasetFacts
    from govengine.expectations.measure import Check, Measurement
    from govengine.model.dataset import DatasetSource

SETTINGS = "SET TimeZone = 'UTC'; SET ieee_floating_point_ops = false; "
"""What the engine sets, and changes what a predicate says of a row."""


class Tables:
    """What queries are made from: where tables lie, and what was found in them."""

    def __init__(
        self,
        sources: Mapping[str, DatasetSource],
        found: Mapping[str, DatasetFacts],
        readers: Mapping[str, str],
        attached: Mapping[str, str],
    ) -> None:
        """`readers` are those of all files but Parquet, with their files as the spec names them; all by table.

        `attached` names the files of DuckDB that have to be attached for it, by their tables.
        """
        self._sources, self._found, self._readers, self._attached = sources, found, readers, attached

    def rows_query(self, check: Check, measured: Measurement) -> str | None:
        """The query for the failing rows of a check; None where it is none for people, or files cannot be read so."""
        if not check.shows_query:
            return None
        reads: dict[str, list[str]] = {check.table: list(check.columns)}
        for table, columns in check.parents:
            reads.setdefault(table, []).extend(columns)
        if any(self._sources[t].format in FORMATS and t not in self._readers for t in reads):
            return None
        if any(self._sources[t].format == HANDED for t in reads):  # no file to read them from
            return None
        query = rows_that_fail(check, measured, identifier(check.table))
        for table in reads:
            query = query.replace(stored(table), identifier(table))
        named = ", ".join(f"{identifier(table)} AS ({self._read(table, columns)})" for table, columns in reads.items())
        files = "".join(self._attach(table) for table in reads if table in self._attached)
        return f"{SETTINGS}{files}WITH {named} {query}"

    def _attach(self, table: str) -> str:
        where, alias = self._sources[table].location, self._attached[table]
        return f"ATTACH IF NOT EXISTS {literal(where)} AS {identifier(alias)} (READ_ONLY); "

    def _read(self, table: str, columns: Iterable[str]) -> str:
        source, found = self._sources[table], self._found[table]
        wanted = {c.lower() for c in columns}
        types = {name: type_ for name, type_ in found.columns.items() if name.lower() in wanted}
        missing = {name: markers for name, markers in source.missing.items() if name.lower() in wanted}
        where = location(source.location)
        if source.format == "csv":
            return self._read_csv(source, found, types)
        reader = self._readers.get(table) or f"read_parquet({where}, union_by_name=true)"
        return f"SELECT *{_replaced(without_markers(types, missing))} FROM {reader}"

    def _read_csv(self, source: DatasetSource, found: DatasetFacts, types: Mapping[str, str]) -> str:
        reader = self._readers[source.key]
        declared = {name.lower() for name in source.types}
        # A row that could not be read as declared was not judged.
        judged = {
            name: type_
            for name, type_ in found.columns.items()
            if found.rejected and type_ != "VARCHAR" and name.lower() in declared
        }
        read = {name.lower() for name in (*types, *judged)}
        missing = {name.lower(): held for name, held in source.missing.items() if name.lower() in read}
        markers = [
            f"CASE WHEN {column} IN {texts(missing[name.lower()])} THEN NULL ELSE {column} END AS {column}"
            for name, column in ((name, identifier(name)) for name in found.columns)
            if name.lower() in missing
        ]
        if markers:
            reader = f"(SELECT *{_replaced(markers)} FROM {reader})"
        # A column of the result may be made before its row is left out.
        cells = [
            f"{f'CASE WHEN {holds(c, type_)} THEN {read_as(c, type_)} END' if c in judged else read_as(c, type_)} "
            f"AS {identifier(c)}"
            for c, type_ in types.items()
            if type_ != "VARCHAR"
        ]
        wrong = " OR ".join(f"({identifier(c)} IS NOT NULL AND NOT ({holds(c, type_)}))" for c, type_ in judged.items())
        return f"SELECT *{_replaced(cells)} FROM {reader}{f' WHERE NOT ({wrong})' if wrong else ''}"


def _replaced(cells: list[str]) -> str:
    return f" REPLACE ({', '.join(cells)})" if cells else ""
