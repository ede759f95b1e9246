"""Datasets that a run reads: digests of their files before, and whether any file changed in the meantime."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from govengine.diagnostics.codes import data as codes
from govengine.expectations.file_names import told
from govengine.expectations.measure import NoMeasurement
from govengine.model.reasons import Reason
from govengine.sources.inputs import TooSlowError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govengine.evaluate.facts import DatasetFacts
    from govengine.expectations.measure import Check, Measurement
    from govengine.model.dataset import DatasetSource
    from govengine.model.inputs import InputKind
    from govengine.model.verdict import Assurance
    from govengine.run.request import Given, Reading
    from govengine.sources.inputs import Inputs

_CHANGED = "it changed while it was read"


class ReadDatasets:
    """The datasets and registers of a run, by the keys of their tables."""

    def __init__(self, inputs: Inputs, reading: Reading, given: Given) -> None:
        self._inputs, self._reading = inputs, reading
        self._handed, self._assurance = given.tables, _assurance(trusted=given.trusted)
        self._files: dict[str, tuple[str, ...]] = {}

    def taken(self, sources: Iterable[DatasetSource], kind: InputKind) -> Iterator[DatasetSource]:
        """The same datasets, each once its digests are taken; with a problem where that took too long."""
        for source in sources:
            files = list(_files(source, kind))
            try:
                self._inputs.take(files, kind, self._reading.timeout)
            except TooSlowError:
                why = f"loading it takes longer than the time limit of {self._reading.timeout:g} s"
                problem = codes.unreadable_dataset(source.name, why, source.span)
                yield source._replace(problem=problem)
                continue
            if files:
                self._files[source.key] = tuple(file for file, _ in files)
            yield source

    def unchanged(self, found: Mapping[str, DatasetFacts]) -> dict[str, DatasetFacts]:
        """What was found in each dataset; of one that changed, that it could not be read."""
        return {
            key: facts._replace(columns={}, rows=0, rejected=0, reason=_CHANGED)
            if facts.reason is None and self._inputs.changed(self._files.get(key, ()))
            else facts
            for key, facts in found.items()
        }

    def answers(
        self, checks: Sequence[Check], answers: Mapping[str, Measurement | NoMeasurement]
    ) -> dict[str, Measurement | NoMeasurement]:
        """The answers to checks; those that hang on a dataset which changed say so."""
        changed = {key for key, files in self._files.items() if self._inputs.changed(files)}
        settled = dict(answers)
        for check in checks:
            tables = (check.table, *(parent for parent, _ in check.parents))
            answer = settled[check.key]
            if isinstance(answer, NoMeasurement):
                continue
            if any(table in self._handed for table in tables):
                settled[check.key] = answer._replace(handed=self._assurance)
            gone = next((table for table in tables if table in changed), None)
            if gone is not None:
                settled[check.key] = NoMeasurement(Reason("changed", (gone,)))
        return settled


def _assurance(*, trusted: bool) -> Assurance:
    return "observed" if trusted else "attested"


def _files(source: DatasetSource, kind: InputKind) -> Iterator[tuple[str, str]]:
    """Each file of a dataset and what it may be called; the write-ahead log of a DuckDB file is one of them.

    A file that was refused by its beginning is one of them too: it was opened, and decided.
    """
    for file, name in zip(source.files, source.names, strict=True):
        shown = told(name, source.location) if kind == "data" else name
        yield file, shown
        if source.format == "duckdb" and Path(f"{file}.wal").exists():
            yield f"{file}.wal", f"{shown}.wal"
