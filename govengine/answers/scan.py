"""Likely personal and card data, column by column, whatever the spec says: a mesh's products or files by themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.detectors.chance import at_least
from govengine.detectors.registry import built_in, kinds
from govengine.diagnostics import nearest
from govengine.evaluate.floor import level_for
from govengine.expectations import looks_like
from govengine.expectations.measure import Measurement, NoMeasurement
from govengine.run.session import Reading, Request, judge
from govengine.sources.datasets import dataset_file, datasets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from govengine.backends.nested import Leaf
    from govengine.evaluate.rulebook import Rulebook
    from govengine.expectations.measure import Question
    from govengine.model.dataset import DatasetSource
    from govengine.model.values import Mesh, Product
    from govengine.plan.document import PlanDetector

EXIT_NONE, EXIT_FOUND, EXIT_UNDECIDED = 0, 1, 2
AUTHENTICATION_DATA = frozenset({"track-data", "cvv", "pin"})
"""Not to be kept once a payment is authorised, in whatever form."""
CARD_DATA = AUTHENTICATION_DATA | {"pan"}
"""Found in clear, these are wrong also where they are declared."""


class Finding(NamedTuple):
    """One kind of data in one column.

    `confidence` is "likely" where chance cannot explain the hits, else "possible". `declared` says whether the spec
    names it, and `open` whether anything is left to do. `words` and counts hold no value. `inside` is where in the
    values of the column, by numbers, "" for the whole value; rows are values then, where one row holds several. `lines`
    are what to add to the spec, each with the section that it belongs into: they are true of the data as it stands.
    `unclassified` is whether they declare a column without a `classification`, as no rule says which. `advice` is what
    else is to be done, or why nothing is proposed; "" for neither.
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
    inside: str = ""
    unclassified: bool = False
    advice: str = ""


class SearchedDataset(NamedTuple):
    """A dataset that was searched: rows and columns, or the reason why it could not be.

    `left` are columns whose values were not looked into, each with the reason.
    """

    product: str | None
    dataset: str
    rows: int
    rejected: int
    columns: int
    problem: str | None
    left: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Scan:
    """What one scan found. `problem` says why nothing could be searched; `near` is the nearest name of a product."""

    searched: list[SearchedDataset] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    problem: str | None = None
    near: str | None = None
    own: Mapping[str, PlanDetector] = field(default_factory=dict)
    """The detectors that the mesh's council declares."""
    judged_by: tuple[Rulebook, Mesh, date] | None = None
    """The rules of the mesh, and the day, where there is one."""
    _levels: dict[tuple[str, str], str | None] = field(default_factory=dict)

    @property
    def looked_for(self) -> dict[str, str]:
        """The kinds that are looked for, by detector, in words."""
        return kinds() | {name: d["title"] for name, d in self.own.items()}

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of the mesh, the lowest first; none where no mesh is named."""
        return () if self.judged_by is None else tuple(self.judged_by[0].plan["levels"])

    def level(self, product: Product | None, dataset: str, column: str, meaning: str) -> str | None:
        """The `classification` that the rules ask for a column of this meaning; None where they ask for none."""
        if self.judged_by is None or product is None:
            return None
        key = (product.name, meaning)
        if key not in self._levels:
            book, mesh, as_of = self.judged_by
            probe = {"name": column, "dataset": dataset, "semantic_type": meaning}
            self._levels[key] = level_for(book, product, mesh, as_of, probe)
        return self._levels[key]

    @property
    def meanings(self) -> dict[str, str]:
        """The `semantic_type` that a column of each detector's values has, where there is one."""
        known = {name: d.meaning for name, d in built_in().items() if d.meaning}
        return known | {name: d["means"] for name, d in self.own.items() if d["means"]}

    @property
    def exit_code(self) -> int:
        """1 where likely data is open, 2 where something may be or could not be searched, else 0."""
        if any(f.open and f.confidence == "likely" for f in self.findings):
            return EXIT_FOUND
        if self.problem or not self.searched or any(f.open for f in self.findings):
            return EXIT_UNDECIDED
        unsearched = any(s.problem or s.rejected or s.left or not s.rows for s in self.searched)
        return EXIT_UNDECIDED if unsearched else EXIT_NONE


class _Subject(NamedTuple):
    source: DatasetSource
    product: Product | None


class _Search(NamedTuple):
    """One question: a column, or what stands inside of its values."""

    subject: _Subject
    column: str
    leaf: Leaf | None
    sought: list[looks_like.Sought]
    asked: Question


def scan(
    root: Path | None,
    names: Sequence[str],
    files: Sequence[Path],
    as_of: date,
    progress: Callable[[str, int, int], None],
    reading: Reading = Reading(),  # noqa: B008 - it never changes
    tables: Sequence[str] = (),
) -> Scan:
    """Search products of the mesh at `root`, by name or by the path of their spec, and files by themselves.

    Of DuckDB files all tables are searched, or those that `tables` names.
    """
    found = Scan()
    subjects = [s for file in dict.fromkeys(files) for s in _file(found, file, reading)]
    if tables:
        found.problem, found.near = _missing(subjects, tables)
        subjects = [s for s in subjects if s.source.table is None or s.source.table in tables]
    if root is not None:
        subjects += _products(found, root, names, as_of)
    if found.problem is None:
        _search(found, subjects, progress, reading)
    return found


def _file(found: Scan, file: Path, reading: Reading) -> Iterable[_Subject]:
    source = dataset_file(file)
    if source.format != "duckdb":
        return [_Subject(source, None)]
    import duckdb

    from govengine.backends import words
    from govengine.backends.nested import tables_of

    try:
        tables = tables_of(source.files[0])
    except (duckdb.Error, OSError) as error:
        found.searched.append(
            SearchedDataset(
                None, str(file), 0, 0, 0, words.reading(error, words.Limits(reading.timeout, reading.memory_limit))
            )
        )
        return []
    if not tables:
        found.searched.append(SearchedDataset(None, str(file), 0, 0, 0, "it holds no table"))
    return [_Subject(dataset_file(file, table), None) for table in tables]


def _missing(subjects: Sequence[_Subject], tables: Sequence[str]) -> tuple[str | None, str | None]:
    known = [s.source.table for s in subjects if s.source.table is not None]
    wrong = next((t for t in tables if t not in known), None)
    if wrong is None:
        return None, None
    return f"there is no table `{wrong}` in the files that are named", nearest(wrong, known)


def _products(found: Scan, root: Path, names: Sequence[str], as_of: date) -> Iterable[_Subject]:
    outcome = judge(Request(root, as_of, data=False))
    basis = outcome.basis
    if basis is None:
        found.problem = outcome.why_not
        return
    mesh = basis.mesh
    found.own, found.judged_by = basis.book.plan["detectors"], (basis.book, mesh, as_of)
    for name in dict.fromkeys(names):
        spec = next((s for s in basis.specs if name in (s.name, s.file)), None)
        if spec is None:
            found.problem = f"the mesh has no product `{name}`"
            found.near = nearest(name, [s.name for s in basis.specs])
            return
        if spec.product is None:
            found.searched.append(SearchedDataset(spec.name, "", 0, 0, 0, "the spec cannot be read"))
            continue
        sources = datasets_of(spec.product, root, mesh)
        served = {s.name for s in sources}
        reason = "no interface of type `file` or `duckdb` serves it"
        found.searched += [
            SearchedDataset(spec.name, d["name"], 0, 0, 0, reason)
            for d in spec.product.datasets
            if d["name"] not in served
        ]
        if not spec.product.datasets:
            found.searched.append(SearchedDataset(spec.name, "", 0, 0, 0, "it declares no dataset"))
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
        asked: list[_Search] = []
        left: dict[str, dict[str, str]] = {}
        for subject in listed:
            key = subject.source.key
            leaves, left[key] = warehouse.look_inside(key)
            within = {leaf.column for leaf in leaves.values()}
            for column, sql_type in warehouse.found[key].columns.items():
                # A value that others stand in is no value itself: what is not looked into is at least read as text.
                if not (looks_like.nested(sql_type) and column in within and column not in left[key]):
                    asked.append(_ask(found, subject, key, column, column, sql_type, None))
            for table, leaf in leaves.items():
                asked.append(_ask(found, subject, table, leaf.column, leaf.name, leaf.sql_type, leaf))
        checks = [a.asked.check for a in asked]
        done = 0

        def answered() -> None:
            nonlocal done
            done += 1
            progress("searching", done, len(checks))

        measured = warehouse.measure(checks, answered)
        problems = {t: f.reason for t, f in warehouse.found.items()}
        for search in asked:
            answer, key = measured[search.asked.check.key], search.subject.source.key
            if not isinstance(answer, NoMeasurement):
                found.findings += _findings(search, answer, found)
            elif search.leaf is None:
                problems[key] = answer.reason
            else:
                left[key][search.column] = "what is inside its values could not be searched"
        for subject in listed:
            facts = warehouse.found[subject.source.key]
            problem = problems[subject.source.key]
            found.searched.append(
                SearchedDataset(
                    _name(subject), _dataset(subject), facts.rows, facts.rejected, len(facts.columns), problem,
                    tuple(sorted(left[subject.source.key].items())),
                )
            )  # fmt: skip
        found.findings = _with_fields(found.findings, listed)


def _ask(
    found: Scan, subject: _Subject, table: str, column: str, name: str, sql_type: str, leaf: Leaf | None
) -> _Search:
    meaning = _declared(subject, column).get("semantic_type")
    detectors = (*built_in(), *found.own)
    sought = looks_like.searched(name, sql_type, meaning, detectors, found.own)
    key = f"{table}|{column}"
    return _Search(
        subject, column, leaf, sought,
        looks_like.ask(key, table, name, sql_type, meaning, detectors, found.own),
    )  # fmt: skip


def _findings(search: _Search, measured: Measurement, found: Scan) -> Iterable[Finding]:
    subject, column, leaf, meanings = search.subject, search.column, search.leaf, found.meanings
    declared = _declared(subject, column)
    place = leaf.place if leaf is not None else ""
    key = (_name(subject), _dataset(subject), column)
    whole = {
        f.detector: f.confidence for f in found.findings if (f.product, f.dataset, f.column) == key and not f.inside
    }
    forms = set()
    for hits in looks_like.strongest(measured, search.sought):
        known_as = whole.get(hits.sought.detector)  # in text that is JSON: it may have been found there already
        if known_as == "likely" or (known_as is not None and hits.outcome != "fail"):
            continue
        form = hits.sought.form
        if form.name in forms and hits.sought.detector in built_in():  # two built-in ones share it
            continue
        forms.add(form.name)
        detector = hits.sought.detector
        known = _is_declared(subject, declared, column, detector, meanings)
        clear = detector in CARD_DATA or detector == "secret"
        stray = hits.rows * 2 < measured.tested or (leaf is not None and place != "elements")
        lines = tuple(_lines(subject, declared, column, detector, found, stray=stray)) if _worth(hits) else ()
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
            looks_like.said(column, measured, hits, place, "value" if leaf is not None and leaf.several else "row"),
            lines,
            place,
            any("semantic_type" in line for _, line in lines)
            and not any("classification" in line for _, line in lines)
            and "classification" not in declared,
            _advice(detector, place, hits, known=known, stray=stray) if clear or not known else "",
        )


def _worth(hits: looks_like.Hits) -> bool:
    """Whether there is anything to propose: not where a random column would have as many hits one time in twenty."""
    chance = hits.sought.form.chance
    return (
        hits.outcome == "fail"
        or chance == 1
        or at_least(hits.hits, hits.candidates, chance) <= looks_like.ONE_IN_TWENTY
    )


def _lines(
    subject: _Subject,
    declared: dict[str, object],
    column: str,
    detector: str,
    found: Scan,
    *,
    stray: bool,
) -> Iterable[tuple[str, str]]:
    """What to add to the spec. A column in which a few values have strayed is not declared as what they are.

    What the spec says of the column already is not said again: then only what is missing there, line by line. A
    protection that the values do not have is never proposed, nor is a list that would excuse values which must go.
    """
    meaning = found.meanings.get(detector)
    wanted = []
    if meaning and not stray and declared.get("semantic_type") != meaning:
        wanted.append(f"semantic_type: {meaning}")
        level = found.level(subject.product, subject.source.name, column, meaning)
        if level is not None and "classification" not in declared:
            wanted.append(f"classification: {level}")
    if declared:
        yield from ((f"spec.schema, column {_yaml(column)}", line) for line in wanted)
    elif wanted:
        yield "spec.schema", f"- {{name: {_yaml(column)}, dataset: {_yaml(subject.source.name)}, {', '.join(wanted)}}}"
    must_go = detector == "secret" or detector in AUTHENTICATION_DATA or (detector == "pan" and stray)
    if not must_go and column not in _listed(subject):
        yield _FIELDS, column


def _advice(detector: str, place: str, hits: looks_like.Hits, *, known: bool, stray: bool) -> str:
    """What is to be done about a finding that is open, beside the lines; "" where the lines are all."""
    if detector == "secret":
        return "take it out and replace it: whoever read the rows has it"
    if not _worth(hits):
        if known:
            return "chance alone gives as many: somebody must know whether the values stand in clear"
        return "chance alone gives as many: declare it only if somebody knows what it is"
    apart = place not in ("", "elements")
    if detector in AUTHENTICATION_DATA:
        do = "take them out, as they may not be kept once a payment is authorised, even encrypted"
    elif detector != "pan":
        if apart:
            return "give it a column of its own, which the spec can declare, or take it out"
        return "take the values out, where the column is meant for something else" if stray else ""
    elif apart and not known:
        do = "take the numbers out, or protect them in a column of their own, which the spec can declare"
    elif stray and not known:
        do = "take the numbers out: only a column that is meant for card numbers, and protected, can hold them"
    else:
        do = "they stand in clear: protect them or take them out first, and only then say how (`protection:`)"
    return do if hits.outcome == "fail" else f"if they are what they look like: {do}"


_FIELDS = "spec.governance"


def _with_fields(findings: Sequence[Finding], subjects: Iterable[_Subject]) -> list[Finding]:
    """The findings, with one line of `pii_fields` for all that were found in a product, or in a file by itself."""
    fields = {_name(s) or _dataset(s): list(_listed(s)) for s in subjects}
    for finding in findings:
        own = fields[finding.product or finding.dataset]
        own += [column for section, column in finding.lines if section == _FIELDS and column not in own]
    return [
        f._replace(
            lines=tuple(
                (section, line)
                if section != _FIELDS
                else (_FIELDS, f"pii_fields: [{', '.join(_yaml(name) for name in fields[f.product or f.dataset])}]")
                for section, line in f.lines
            )
        )
        for f in findings
    ]


def _listed(subject: _Subject) -> Sequence[str]:
    if subject.product is None:
        return ()
    return subject.product.data["spec"].get("governance", {}).get("pii_fields") or ()


_YAML_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))


def _yaml(text: str) -> str:
    plain = text.replace("_", "").replace("-", "")
    if plain.isalnum() and not plain[0].isdigit() and text[0] != "-" and text.lower() not in _YAML_WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def _is_declared(
    subject: _Subject, declared: dict[str, object], column: str, detector: str, meanings: Mapping[str, str]
) -> bool:
    if subject.product is None:
        return False
    meaning = str(declared.get("semantic_type", ""))
    named = meanings.get(detector)
    if named and meaning and (named == meaning or named.startswith(meaning + ".")):
        return True
    if detector in CARD_DATA or detector == "secret":
        return False
    return column in _listed(subject) or meaning.partition(".")[0] in ("person", "special", "criminal")


def _declared(subject: _Subject, column: str) -> dict[str, Any]:
    own = (subject.product.columns if subject.product is not None else None) or ()
    return next((c for c in own if c["name"] == column and c.get("dataset") == subject.source.name), {})


def _name(subject: _Subject) -> str | None:
    return None if subject.product is None else subject.product.name


def _dataset(subject: _Subject) -> str:
    return subject.source.name if subject.product is not None else subject.source.key
