"""Step "except": verdicts with waivers and rulings applied, and how each product then stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.evaluate import fold
from govengine.model.verdict import ProductResult
from govengine.run.specs import Spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from govengine.diagnostics import Diagnostic
    from govengine.model.verdict import Verdict
    from govengine.run.basis import Basis
    from govengine.run.verdicts import JudgedSubject
    from govengine.sources.inputs import Inputs


class Excepted(NamedTuple):
    """Products and verdicts as they stand, and how each waiver and ruling stands."""

    products: tuple[ProductResult, ...]
    verdicts: tuple[Verdict, ...]
    waivers: tuple[Mapping[str, Any], ...]
    diagnostics: tuple[Diagnostic, ...]


def excepted(basis: Basis, subjects: Sequence[JudgedSubject], as_of: date, inputs: Inputs) -> Excepted:
    """Apply the waivers and rulings of the policies."""
    verdicts = [v for judged in subjects for v in judged.verdicts]
    said: list[Diagnostic] = []
    standings: tuple[Mapping[str, Any], ...] = ()
    if basis.mesh.data.get("council", {}).get("keys"):
        from govengine.sources.waiver_signatures import key_mistakes

        said += key_mistakes(inputs, basis.mesh)
    if basis.book.plan["waivers"]:
        from govengine.evaluate import waivers
        from govengine.sources.people import read_people
        from govengine.sources.waiver_signatures import WaiverSignatures

        people, unread = read_people(inputs, basis.mesh)
        said += unread
        signatures = WaiverSignatures(inputs, basis.mesh)
        applied = waivers.apply(basis.book, verdicts, owned(basis), basis.mesh, people, as_of, signatures)
        said += applied.diagnostics
        standings = tuple(waivers.listed(s) for s in applied.standings)
        verdicts = applied.verdicts
    by_product: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_product.setdefault(verdict.product, []).append(verdict)
    products = tuple(_result(judged.subject, by_product) for judged in subjects)
    return Excepted(products, tuple(verdicts), standings, tuple(said))


def owned(basis: Basis) -> dict[str, Any]:
    """Domain and owner of each product that can be read, by name."""
    from govengine.evaluate.waivers import Ownership

    return {s.name: Ownership(s.domain, s.product.owner) for s in basis.specs if s.product is not None}


def _result(subject: Any, by_product: Mapping[str, list[Verdict]]) -> ProductResult:
    if isinstance(subject, Spec):
        return ProductResult(subject.name, subject.domain, "", "", subject.file, "undetermined")
    return fold.result(subject, by_product.get(subject.name, []))
