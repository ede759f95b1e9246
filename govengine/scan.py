"""Likely personal and card data, column by column, whatever the spec says: a mesh's products or files by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.diagnostics import nearest
from govengine.expectations import looks_like
from govengine.expectations.measure import Measured, NotMeasured
from govengine.session import Reading, Request, Run, schemas
from govengine.sources.datasets import dataset_file, datasets_of
from govengine.sources.mesh import read_mesh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from govengine.expectations.measure import Asked
    from govengine.model.dataset import DatasetSource
    from govengine.model.values import Product

EXIT_NONE, EXIT_FOUND, EXIT_UNDECIDED = 0, 1, 2
CARD_DATA = frozenset({"pan", "track-data", "cvv", "pin"})
"""Found in clear, these are wrong also where they are declared."""


class Finding(NamedTuple):
    """One kind of data in one column.

    `confidence` is "likely" where chance cannot explain the hits, else "possible". `declared` says whether the spec
    names it, and `open` whether anything is left to do. `words` and counts hold no value. `lines` are what to add to
    the spec, each with the section that it belongs into.
    """

    product: str | None
    dataset: str
    column: str
    detector: str
    form: str
    confidence: str
    declared: bool
    open: bool
    rows: int
    tested: int
    candidates: int
    hits: int
    chance: float
    words: str
    lines: tuple[tuple[str, str], ...]


class Searched(NamedTuple):
    """A dataset that was searched: rows and columns, or the reason why it could not be."""

    product: str | None
    dataset: str
    rows: int
    rejected: int
    columns: int
    problem: str | None


@dataclass(slots=True)
class Scan:
    """What one scan found. `problem` says why nothing could be searched; `near` is the nearest name of a product."""

    searched: list[Searched] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    problem: str | None = None
    near: str | None = None
    own: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The detectors that the mesh's council declares."""

    @property
    def meanings(self) -> dict[str, str]:
        """The `semantic_type` that a column of each detector's values has, where there is one."""
        return looks_like.MEANINGS | {name: d["means"] for name, d in self.own.items() if d["means"]}

    @property
    def exit_code(self) -> int:
        """1 where likely data is open, 2 where something may be or could not be searched, else 0."""
        if any(f.open and f.confidence == "likely" for f in self.findings):
            return EXIT_FOUND
        if self.problem or not self.searched or any(f.open for f in self.findings):
            return EXIT_UNDECIDED
        unsearched = any(s.problem or s.rejected or not s.rows for s in self.searched)
        return EXIT_UNDECIDED if unsearched else EXIT_NONE


class _Subject(NamedTuple):
    source: DatasetSource
    product: Product | None


def scan(
    root: Path | None,
    names: Sequence[str],
    files: Sequence[Path],
    as_of: date,
    progress: Callable[[str, int, int], None],
    reading: Reading = Reading(),  # noqa: B008 - it never changes
) -> Scan:
    """Search products of the mesh at `root`, by name or by the path of their spec, and files by themselves."""
    found = Scan()
    subjects = [_Subject(dataset_file(file), None) for file in dict.fromkeys(files)]
    if root is not None:
        subjects += _products(found, root, names, as_of)
    if found.problem is None:
        _search(found, subjects, progress, reading)
    return found


def _products(found: Scan, root: Path, names: Sequence[str], as_of: date) -> Iterable[_Subject]:
    run = Run(Request(root, as_of, data=False), lambda _phase, _done, _all: None)
    report = run.outcome().report
    mesh, _ = read_mesh(root, schemas()[1])
    if run.book is None or mesh is None:
        first = next((d.message for d in report.diagnostics if d.level == "error"), "the mesh cannot be read")
        found.problem = first
        return
    found.own = run.book.plan["detectors"]
    for name in dict.fromkeys(names):
        spec = next((s for s in run.specs if name in (s.name, s.file)), None)
        if spec is None:
            found.problem = f"the mesh has no product `{name}`"
            found.near = nearest(name, [s.name for s in run.specs])
            return
        if spec.product is None:
            found.searched.append(Searched(spec.name, "", 0, 0, 0, "the spec cannot be read"))
            continue
        sources = datasets_of(spec.product, root, mesh)
        served = {s.name for s in sources}
        reason = "no interface of type `file` or `duckdb` serves it"
        found.searched += [
            Searched(spec.name, d["name"], 0, 0, 0, reason) for d in spec.product.datasets if d["name"] not in served
        ]
        if not spec.product.datasets:
            found.searched.append(Searched(spec.name, "", 0, 0, 0, "it declares no dataset"))
        yield from (_Subject(source, spec.product) for source in sources)


def _search(
    found: Scan, subjects: Iterable[_Subject], progress: Callable[[str, int, int], None], reading: Reading
) -> None:
    from govengine.backends.duckdb import Warehouse

    listed = list(subjects)
    with Warehouse(memory_limit=reading.memory_limit, timeout=reading.timeout) as warehouse:
        for done, subject in enumerate(listed):
            progress("loading data", done, len(listed))
            warehouse.open_([subject.source])
        asked: list[tuple[_Subject, str, list[looks_like.Sought], Asked]] = []
        for subject in listed:
            source = subject.source
            for column, sql_type in warehouse.found[source.key].columns.items():
                meaning = _declared(subject, column).get("semantic_type")
                detectors = (*looks_like.FORMS, *found.own)
                sought = looks_like.searched(column, sql_type, meaning, detectors, found.own)
                key = f"{source.key}|{column}"
                asked.append(
                    (
                        subject,
                        column,
                        sought,
                        looks_like.ask(key, source.key, column, sql_type, meaning, detectors, found.own),
                    )
                )
        checks = [a.check for *_, a in asked]
        done = 0

        def answered() -> None:
            nonlocal done
            done += 1
            progress("searching", done, len(checks))

        measured = warehouse.measure(checks, answered)
        problems = {t: f.reason for t, f in warehouse.found.items()}
        for subject, column, sought, ask in asked:
            answer = measured[ask.check.key]
            if isinstance(answer, NotMeasured):
                problems[subject.source.key] = answer.reason
            else:
                found.findings += _findings(subject, column, answer, sought, found.meanings)
        for subject in listed:
            facts = warehouse.found[subject.source.key]
            problem = problems[subject.source.key]
            found.searched.append(
                Searched(_name(subject), _dataset(subject), facts.rows, facts.rejected, len(facts.columns), problem)
            )


def _findings(
    subject: _Subject,
    column: str,
    measured: Measured,
    sought: Sequence[looks_like.Sought],
    meanings: Mapping[str, str],
) -> Iterable[Finding]:
    declared = _declared(subject, column)
    forms = set()
    for hits in looks_like.strongest(measured, sought):
        form = hits.sought.form
        if form.name in forms and hits.sought.detector in looks_like.FORMS:  # two built-in ones share it
            continue
        forms.add(form.name)
        detector = hits.sought.detector
        known = _is_declared(subject, declared, column, detector, meanings)
        clear = detector in CARD_DATA or detector == "secret"
        yield Finding(
            _name(subject),
            _dataset(subject),
            column,
            detector,
            form.name,
            "likely" if hits.outcome == "fail" else "possible",
            known,
            clear or not known,
            hits.rows,
            measured.tested,
            hits.candidates,
            hits.hits,
            float(form.chance),
            looks_like.said(column, measured, hits),
            tuple(_lines(subject, declared, column, detector, meanings, stray=hits.rows * 2 < measured.tested)),
        )


def _lines(
    subject: _Subject,
    declared: dict[str, Any],
    column: str,
    detector: str,
    meanings: Mapping[str, str],
    *,
    stray: bool,
) -> Iterable[tuple[str, str]]:
    """What to add to the spec. A column in which a few values have strayed is not declared as what they are."""
    meaning = meanings.get(detector)
    wanted = []
    if meaning and not stray and declared.get("semantic_type") != meaning:
        wanted.append(f"semantic_type: {meaning}")
    if detector == "pan" and not stray and "protection" not in declared:
        wanted.append("protection: {method: tokenise}")
    if wanted:
        yield "spec.schema", f"- {{name: {_yaml(column)}, dataset: {_yaml(subject.source.name)}, {', '.join(wanted)}}}"
    if detector not in ("secret", "cvv", "pin", "track-data"):
        listed = (
            [] if subject.product is None else subject.product.data["spec"].get("governance", {}).get("pii_fields", [])
        )
        if column not in listed:
            yield "spec.governance", f"pii_fields: [{', '.join(_yaml(name) for name in (*listed, column))}]"


def _yaml(text: str) -> str:
    plain = text.replace("_", "").replace("-", "")
    return (
        text
        if plain.isalnum() and not plain[0].isdigit()
        else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )


def _is_declared(
    subject: _Subject, declared: dict[str, Any], column: str, detector: str, meanings: Mapping[str, str]
) -> bool:
    if subject.product is None:
        return False
    meaning = str(declared.get("semantic_type", ""))
    named = meanings.get(detector)
    if named and meaning and (named == meaning or named.startswith(meaning + ".")):
        return True
    if detector in CARD_DATA or detector == "secret":
        return False
    listed = subject.product.data["spec"].get("governance", {}).get("pii_fields", [])
    return column in listed or meaning.partition(".")[0] in ("person", "special", "criminal")


def _declared(subject: _Subject, column: str) -> dict[str, Any]:
    own = (subject.product.columns if subject.product is not None else None) or ()
    return next((c for c in own if c["name"] == column and c.get("dataset") == subject.source.name), {})


def _name(subject: _Subject) -> str | None:
    return None if subject.product is None else subject.product.name


def _dataset(subject: _Subject) -> str:
    return subject.source.name if subject.product is not None else subject.source.key
