"""A product of a mesh on disk, ready to be mended: the edge of `govengine.fix`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.fix.search import Edit, Fixer, Target
from govengine.run.schemas import schemas_of
from govengine.run.session import Request, judge

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from govengine.run.basis import Basis


class NotFixableError(Exception):
    """Why a product cannot be fixed, with the names of the mesh's products."""

    def __init__(self, message: str, products: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.products = products


def opened(root: Path, product: str, as_of: date) -> tuple[Fixer, str, str, tuple[str, ...]]:
    """A search for one product's edits, its file from the mesh root, its text, and the addresses of all rules.

    Raises:
        NotFixableError: the policies or the spec cannot be read, or there is no such product.

    """
    outcome = judge(Request(root, as_of, data=False))
    basis = outcome.basis
    if basis is None:
        raise NotFixableError(outcome.why_not)
    spec = basis.spec(product)
    if spec is None:
        raise NotFixableError(f"the mesh has no product `{product}`", tuple(s.name for s in basis.specs))
    own = [v for v in outcome.report.verdicts if v.product == product]
    found = fixer_of(basis, product, as_of, frozenset(v.rule for v in own if v.disposition == "waived"))
    if found is None:
        said = next((d.message for d in spec.diagnostics if d.level == "error"), "it is not valid")
        raise NotFixableError(f"the spec of `{product}` cannot be read, so nothing can be mended yet: {said}")
    return found[0], spec.file, found[1], tuple(r["address"] for r in basis.book.rules)


def fixer_of(basis: Basis, product: str, as_of: date, waived: frozenset[str] = frozenset()) -> tuple[Fixer, str] | None:
    """A search by the policies and mesh that a run judged by, and the spec's text without byte-order mark.

    None where the spec could not be read.
    """
    spec = basis.spec(product)
    if spec is None or spec.product is None:
        return None
    target = Target(basis.book, basis.mesh, schemas_of(basis.mesh).product, as_of, spec.file, spec.domain, waived)
    return Fixer(target), spec.text


def described(edit: Edit) -> dict[str, object]:
    """An edit as JSON has it: `file` and `line` where it begins, the fields it writes, those to fill in, the diff."""
    return {
        "rule": edit.rule,
        "settles": list(edit.settles),
        "fields": edit.fields,
        "to_fill_in": edit.to_fill,
        "file": edit.file,
        "line": edit.line,
        "diff": edit.diff,
    }
