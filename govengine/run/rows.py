"""The rows of a run: datasets are opened, what the rules ask of them is measured, and evidence is collected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.backends.duckdb import Warehouse
from govengine.backends.evidence import Keys
from govengine.evaluate import promises
from govengine.evaluate.judge import Judge
from govengine.evaluate.pending import OpenCheck, settle
from govengine.expectations.measure import Measurement
from govengine.expectations.sampling import family_confidence
from govengine.plan.walk import expectations, targets
from govengine.run.digests import ReadDatasets
from govengine.run.handed import datasets_with, in_memory
from govengine.sources.datasets import registers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from govengine.diagnostics import Diagnostic
    from govengine.evaluate.draft import Draft
    from govengine.evaluate.rulebook import Rulebook
    from govengine.expectations.measure import NoMeasurement
    from govengine.model.dataset import DatasetSource
    from govengine.model.values import Product
    from govengine.run.basis import Basis
    from govengine.run.request import Progress, Request
    from govengine.sources.inputs import Inputs

_PLAIN = re.compile(r"\w+", re.ASCII)


class JudgedRows(NamedTuple):
    """Drafts by product, the answers to what they leave open by key of the check, and what there is to say of the data.

    `family_confidence` is how sure all answers from samples are together, or None where none is from one.
    """

    drafts: dict[str, list[Draft]]
    answers: dict[str, Measurement | NoMeasurement]
    diagnostics: list[Diagnostic]
    family_confidence: str | None


def judge_rows(
    basis: Basis, products: Sequence[Product], request: Request, inputs: Inputs, progress: Progress
) -> JudgedRows:
    """Judge some products of the mesh with their rows; rules may look into the others."""
    book, mesh, reading = basis.book, basis.mesh, request.reading
    own, context, looked_up = _sources(basis, products, request)
    datasets = ReadDatasets(inputs, reading, request.given)
    with Warehouse(
        memory_limit=reading.memory_limit,
        timeout=reading.timeout,
        sample=reading.sample,
        seed=reading.seed,
        numbered=reading.evidence,
        handed=request.given.tables,
    ) as warehouse:
        counting = _counting(progress, "loading data", sum(map(len, (own, context, looked_up))))
        keys_of_own = {source.key for source in own}
        whole = keys_of_own if _asks(basis.book, "as declared") else ()  # columns that nobody can read are not
        raw = keys_of_own if _asks(basis.book, "never looks like") else ()
        warehouse.open_(datasets.taken(own + context, "data"), counting, whole, raw)
        found = warehouse.open_(datasets.taken(looked_up, "register"), counting)
        for name, digests in warehouse.digests.items():
            inputs.handed(name, digests.listed)
        found = datasets.unchanged(found)
        drafts = {p.name: Judge(book, p, mesh, request.as_of, found).drafts() for p in products}
        open_ = [part for own_ in drafts.values() for d in own_ for part in d.parts if isinstance(part, OpenCheck)]
        risks = {key: risk for own_ in drafts.values() for key, risk in promises.risks(own_).items()}
        checks = [part.check for part in open_]
        answers = warehouse.measure(checks, _counting(progress, "judging rows", len(checks)), risks)
        drawn = next((m.sample for m in answers.values() if isinstance(m, Measurement) and m.sample), None)
        if reading.evidence:
            keys = Keys(f"{request.as_of.isoformat()} {book.plan['digest']}", reading.evidence_secret, reading.timeout)
            answers |= warehouse.trace(_to_be_told(open_, answers), keys)
        answers = datasets.answers(checks, answers)
        files = {p.file for p in products}
        # What is wrong with data read only as context is its own product's matter, unless a rule needed it.
        said = [d for d in warehouse.diagnostics if d.span is None or d.span.file in files or d.level == "error"]
    return JudgedRows(drafts, answers, said, None if drawn is None else family_confidence(drawn))


def _sources(
    basis: Basis, products: Sequence[Product], request: Request
) -> tuple[list[DatasetSource], list[DatasetSource], list[DatasetSource]]:
    """The datasets of the products themselves, those of others that their rules look into, and registers."""
    book, mesh, known = basis.book, basis.mesh, basis.products
    given = request.given.tables
    own = [source for p in products for source in datasets_with(p, given, request.root, mesh)]
    wanted, named, queried = _targets(book, products)
    others = [known[n] for n in sorted(wanted) if n in known and known[n] not in products]
    context = [source for p in others for source in datasets_with(p, given, request.root, mesh)]
    own_registers = (named | queried) & set(given)
    looked_up = [in_memory(source) for source in registers(request.root, mesh, own_registers)]
    looked_up += registers(request.root, mesh, named - own_registers)
    # A name in a query may be that of a dataset, or a slip: the clause itself says so.
    looked_up += [source for source in registers(request.root, mesh, queried - named - own_registers) if source.files]
    return own, context, looked_up


def _asks(book: Rulebook, kind: str) -> bool:
    """Whether any rule has an expectation of a kind."""
    return any(clause.get("kind") == kind for rule in book.rules for clause in rule["evidence"])


def _to_be_told(open_: Sequence[OpenCheck], answers: Mapping[str, Measurement | NoMeasurement]) -> list[Any]:
    """The checks, each once with its answer, of which people will ask which rows fail."""
    told = {}
    for part in open_:
        answer = answers[part.check.key]
        if isinstance(answer, Measurement) and settle(part, answer).outcome in ("fail", "review"):
            told[part.check.key] = (part.check, answer)
    return list(told.values())


def _counting(progress: Progress, phase: str, total: int) -> Callable[[], None]:
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        progress(phase, done, total)

    return one_more


def _targets(book: Rulebook, products: Sequence[Product]) -> tuple[set[str], set[str], set[str]]:
    """Products and registers that the rules of some products look into, and tables that their queries name."""
    domains, names = {p.domain for p in products}, {p.name for p in products}
    others: set[str] = set()
    registers: set[str] = set()
    queried: set[str] = set()
    for rule in book.rules:
        if rule["layer"] not in ("global", *domains) or (rule["on"] is not None and rule["on"][0] not in names):
            continue
        for target, _ in targets(rule):
            (others if target["product"] else registers).add(target["product"] or target["table"])
        for clause in expectations(rule):
            if clause["predicate"] is not None:
                queried.update(t for t in clause["predicate"]["tables"] if _PLAIN.fullmatch(t))
    return others, registers, queried
