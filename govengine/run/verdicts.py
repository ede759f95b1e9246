"""Step "judge": rules and products → verdicts, before any waiver."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.evaluate import fold
from govengine.evaluate.judge import Judge
from govengine.model.values import WholeMesh
from govengine.sources.mesh import MESH_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govengine.diagnostics import Diagnostic
    from govengine.evaluate.draft import Draft
    from govengine.expectations.measure import Measurement, NoMeasurement
    from govengine.model.values import Product
    from govengine.model.verdict import Verdict
    from govengine.run.basis import Basis
    from govengine.run.request import Progress, Request
    from govengine.run.specs import Spec
    from govengine.sources.inputs import Inputs


class JudgedSubject(NamedTuple):
    """A product, the mesh, or a spec that cannot be read, with its verdicts."""

    subject: Product | Spec
    verdicts: tuple[Verdict, ...]


class Judged(NamedTuple):
    """All that was judged, in the order of the specs, the mesh last.

    `family_confidence` is how sure all answers from samples are together, or None where none is from one.
    """

    subjects: tuple[JudgedSubject, ...]
    diagnostics: tuple[Diagnostic, ...]
    family_confidence: str | None = None


class _Drafted(NamedTuple):
    """What rules come to but for rows, by product; the answers about rows, by key of the check."""

    drafts: Mapping[str, Sequence[Draft]]
    answers: Mapping[str, Measurement | NoMeasurement]
    diagnostics: Sequence[Diagnostic] = ()
    family_confidence: str | None = None


def judged(basis: Basis, chosen: Sequence[Spec], request: Request, inputs: Inputs, progress: Progress) -> Judged:
    """Judge the chosen specs; and the mesh, if the whole of it is meant."""
    book, as_of = basis.book, request.as_of
    products = [s.product for s in chosen if s.product is not None]
    drafted = _drafted(basis, products, request, inputs, progress)
    said = list(drafted.diagnostics)
    subjects = []
    for spec in chosen:
        said += spec.diagnostics
        if spec.product is None:
            first = next((d for d in spec.diagnostics if d.level == "error"), None)
            own = fold.unreadable_product(spec.name, spec.file, spec.domain, book, as_of, first)
            subjects.append(JudgedSubject(spec, tuple(own)))
            continue
        own = fold.verdicts_of(drafted.drafts[spec.name], book, as_of, drafted.answers)
        if spec.domain in basis.broken:
            file = next((f for f in sorted(basis.layers) if basis.layers[f] == spec.domain), MESH_FILE)
            own += fold.broken_overlay(spec.product, basis.broken[spec.domain], file)
        subjects.append(JudgedSubject(spec.product, tuple(own)))
    if request.whole and any(p["judges_mesh"] for p in book.policies.values()):
        whole = WholeMesh(basis.mesh)
        drafts = Judge(book, whole, basis.mesh, as_of, None).drafts()
        subjects.append(JudgedSubject(whole, tuple(fold.verdicts_of(drafts, book, as_of, {}))))
    return Judged(tuple(subjects), tuple(said), drafted.family_confidence)


def _drafted(
    basis: Basis, products: Sequence[Product], request: Request, inputs: Inputs, progress: Progress
) -> _Drafted:
    if not request.data:
        return _Drafted({p.name: Judge(basis.book, p, basis.mesh, request.as_of, None).drafts() for p in products}, {})
    from govengine.run.rows import judge_rows

    rows = judge_rows(basis, products, request, inputs, progress)
    return _Drafted(rows.drafts, rows.answers, rows.diagnostics, rows.family_confidence)
