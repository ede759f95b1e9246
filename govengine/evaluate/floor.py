"""The level that a mesh's rules ask for a column of some meaning: tried out, as a rule may ask for it in any words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.evaluate.judge import Judge
from govengine.model.values import Document, Product
from govengine.model.verdict import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.values import Mesh


def level_for(book: Rulebook, product: Product, mesh: Mesh, as_of: date, column: Mapping[str, object]) -> str | None:
    """The lowest `classification` of a column with which no rule fails that passes with the highest one.

    None where no rule of the mesh hangs on it: then any level would do, and only a person can say which.
    """
    levels: list[str] = book.plan["levels"]
    failing = [_failing(Judge(book, _alone(product, column, level), mesh, as_of, None)) for level in levels]
    if not levels or not (asked := failing[0] - failing[-1]):
        return None
    return next(level for level, fail in zip(levels, failing, strict=True) if not asked & fail)


def _alone(product: Product, column: Mapping[str, object], level: str) -> Product:
    """The product as if it had this column only."""
    one = {**column, "classification": level, "declared": True, "found": False}
    data = {**product.data, "spec": {**product.data["spec"], "schema": [one]}}
    document = Document(product.file, data, product.places, product.keys, product.digest)
    return Product(document, product.domain, [one], product.datasets)


def _failing(judge: Judge) -> set[tuple[str, str, str | None]]:
    return {
        (draft.rule["address"], part.clause, part.element)
        for draft in judge.drafts()
        for part in draft.parts
        if isinstance(part, Part) and part.outcome == "fail"
    }
