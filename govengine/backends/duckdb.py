"""The warehouse: datasets held in an in-memory DuckDB, and what is measured of them.

Rows never leave it: what comes back are counts.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb

from govengine.backends import by_value, numbered, words
from govengine.backends.evidence import collect, file_names
from govengine.backends.loading import LoadedDatasets
from govengine.backends.rows_query import Tables
from govengine.expectations.measure import Check, Measurement, NoMeasurement, sampled
from govengine.expectations.sql import stored
from govengine.model.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from govengine.backends.evidence import Keys


class Warehouse(LoadedDatasets):
    """Use as a context manager: `open_` the datasets, then `measure`."""

    def measure(
        self,
        checks: list[Check],
        progress: Callable[[], None] | None = None,
        risks: Mapping[str, Decimal] | None = None,
    ) -> dict[str, Measurement | NoMeasurement]:
        """Answer all checks, by key. A check that cannot be answered costs no other check its answer.

        `risks` are the chances, at most, that any claim made of a check from a sample is wrong; without, its own.
        """
        self.load(checks)
        results: dict[str, Measurement | NoMeasurement] = {}
        scans: dict[str, list[Check]] = {}
        answers = self._by_value(checks)
        for check in checks:
            broken = next((t for t in (check.table, *(p[0] for p in check.parents)) if self.found[t].reason), None)
            if broken is not None:
                results[check.key] = self._unread(broken)
            elif not self.found[check.table].rows:  # nothing to test, so nothing can break
                rejected = self.found[check.table].rejected
                results[check.key] = Measurement(rejected, 0, 0, rejected)
            elif not check.sampleable and self._draws(check.table):
                results[check.key] = NoMeasurement(Reason("not sampled"))
            elif check.key in answers:
                results[check.key] = self._measured(check.table, *answers[check.key])
            elif check.aggregate is not None:
                scans.setdefault(check.table, []).append(check)
            else:
                results[check.key] = self._query(check)
            if progress is not None:
                progress()
        for table, together in scans.items():
            self._scan(table, together, results)
        self._unchanged(checks, results)
        return self._in_family(results, risks if risks is not None else {c.key: c.risk for c in checks})

    def _by_value(self, checks: list[Check]) -> dict[str, tuple[int, ...]]:
        """Answers of those checks that are judged once a value, by their keys; see `by_value`."""
        asked: dict[str, list[Check]] = {}
        for check in checks:
            if not any(self.found[t].reason for t in (check.table, *(p[0] for p in check.parents))):
                asked.setdefault(check.table, []).append(check)
        answers: dict[str, tuple[int, ...]] = {}
        for table, own in asked.items():
            if self.found[table].rows >= by_value.LEAST_ROWS and not self._draws(table):
                types = {name.lower(): kind for name, kind in self.found[table].columns.items()}
                answers |= by_value.answers(table, own, types, self._run)
        return answers

    def _unchanged(self, checks: list[Check], results: dict[str, Measurement | NoMeasurement]) -> None:
        """See that files which were read where they lie are those that they were; else nothing was measured of them."""
        changed = {table for table, held in self._in_place.items() if held.changed()}
        for check in checks:
            table = next((t for t in (check.table, *(p[0] for p in check.parents)) if t in changed), None)
            if table is not None:
                results[check.key] = NoMeasurement(Reason("changed", (table,)))

    def _in_family(
        self, results: dict[str, Measurement | NoMeasurement], risks: Mapping[str, Decimal]
    ) -> dict[str, Measurement | NoMeasurement]:
        """Say of each answer from a sample how sure all of them are together, whatever hangs on what."""
        samples = {k: m for k, m in results.items() if isinstance(m, Measurement) and m.sample is not None}
        risk = min(sum((risks[k] for k in samples), Decimal(0)), Decimal(1))
        for key, measured in samples.items():
            assert measured.sample is not None
            results[key] = measured._replace(sample=measured.sample._replace(family_risk=risk))
        return results

    def _scan(self, table: str, checks: list[Check], results: dict[str, Measurement | NoMeasurement]) -> None:
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
                    results[check.key] = NoMeasurement(
                        Reason("predicate broken", (self._why(check, error),)), broken=True
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

    def _unread(self, table: str) -> NoMeasurement:
        return NoMeasurement(Reason("unreadable because", (table, str(self.found[table].reason))))

    def _query(self, check: Check) -> Measurement | NoMeasurement:
        tables = (check.table, *(p[0] for p in check.parents))
        broken = next((t for t in tables if self.found[t].reason is not None), None)
        if broken is not None:  # as it turned out on the way
            return self._unread(broken)
        query = check.on_sample if check.table in self._frames else check.query
        assert query is not None
        try:
            row = self._one(query)
            if check.refine is not None:
                row = self._one(check.refine(sampled(check.table) if check.table in self._frames else check.table, row))
        except duckdb.Error as error:
            if self._load_after_all(tables, error):
                return self._query(check)
            return NoMeasurement(Reason("query broken", (self._why(check, error, query),)), broken=True)
        return self._measured(check.table, *(int(cell or 0) for cell in row))

    def _why(self, check: Check, error: duckdb.Error, query: str = "") -> str:
        """Why a check broke; with its columns of text, where numbers or dates may have been meant."""
        why = words.fault(error, query)
        types = {name.lower(): kind for name, kind in self.found[check.table].columns.items()}
        texts = [f"`{c}`" for c in check.columns if types.get(c.lower()) == "VARCHAR"]
        if why.reason not in words.OF_TYPES or not texts:
            return why.text
        are = "are texts" if len(texts) > 1 else "is text"
        meant = "where numbers or dates are meant, declare `logical_type`, and as `missing` what stands for none"
        return f"{why.text}; {' and '.join(texts)} {are}: {meant}"

    def trace(self, answers: Iterable[tuple[Check, Measurement]], keys: Keys) -> dict[str, Measurement]:
        """Answers that were measured before, by key, each with what can be told of the rows that fail."""
        by_table: dict[str, list[tuple[Check, Measurement]]] = {}
        for check, measured in answers:
            if check.failing is not None and measured.failing:
                by_table.setdefault(check.table, []).append((check, measured))
        tables = Tables(self._sources, self.found, self._readers, self._attached)
        traced: dict[str, Measurement] = {}
        for table, failed in by_table.items():
            key = (
                keys.of(table, self._sources[table].files, self.digests.get(table))
                if any(c.row_key for c, _ in failed)
                else None
            )
            whole = numbered.table_of(table) if table in self._files else table
            source = stored(sampled(table) if table in self._frames else whole)
            types = {name.lower(): kind for name, kind in self.found[table].columns.items()}
            names = file_names(self._sources[table]) if table in self._files else ()
            traced |= collect(failed, source, types, key, names, tables, self._one)
        return traced

    def _measured(
        self, table: str, tested: int, failing: int, excusable: int = 0, doubtful: int = 0, *notes: int
    ) -> Measurement:
        found, sample = self.found[table], self._frames.get(table)
        rejected = found.rejected
        return Measurement(found.rows + rejected, tested, failing, rejected, excusable, doubtful, notes, sample)

    def _one(self, query: str) -> tuple[Any, ...]:
        """The one row of a query, within the limits."""
        return self._connection.one(query)

    def _run(self, query: str) -> tuple[object, ...] | None:
        """Run a statement within the limits, and give its first row, if it has any."""
        return self._connection.execute(query).fetchone()
