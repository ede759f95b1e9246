"""`expect rows as declared`: a dataset's columns against those that its spec declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics.counted import plural
from govengine.evaluate.tables import Unreachable
from govengine.expectations.as_declared import difference, words
from govengine.model.verdict import Part

if TYPE_CHECKING:
    from govengine.evaluate.dossier import Dossier
    from govengine.evaluate.tables import Where
    from govengine.plan.clauses import ExpectClause


def part(dossier: Dossier, clause: ExpectClause, where: Where, element: str | None) -> Part:
    """What the comparison shows.

    Raises:
        Unreachable: the spec declares no columns of the dataset, or it has no rows that could show their types.

    """
    declared = [c for c in dossier.product.columns or () if c.get("dataset") == where.dataset]
    if not declared:
        message = f"no columns of `{where.dataset}` are declared in `spec.schema`"
        raise Unreachable("fail", message, message, where.place)
    found = difference(declared, where.found.columns, guessed=where.found.guessed)
    evidence = {
        "expectation": clause["text"],
        "declared": len(declared),
        "found": len(where.found.columns),
        "missing": list(found.missing),
        "extra": list(found.extra),
        "retyped": [name for name, _, _ in found.retyped],
        "rejected": where.found.rejected,
    }
    if found:
        return Part("expect", element, "fail", "observed", words(found), where.place, evidence, None, "open")
    if where.found.rejected:
        count = where.found.rejected
        message = f"{plural(count, 'row')} could not be read as declared"
        return Part("expect", element, "fail", "observed", message, where.place, evidence, None, "open")
    if not where.found.rows:
        message = f"`{where.dataset}` has no rows"
        raise Unreachable("unknown", message, message, where.place)
    every = "the only column is" if len(declared) == 1 else f"all {len(declared)} columns are"
    return Part("expect", element, "pass", "observed", f"{every} as declared", where.place, evidence)
