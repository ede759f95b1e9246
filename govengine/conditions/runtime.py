"""What generated conditions call: CEL's errors, and operations that can fail.

Imported on every run, so it imports little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.conditions.errors import ConditionError, NoEvidence, Undecidable, Undeclared
from govengine.conditions.function import meaning
from govengine.conditions.operators import (
    MISSING,
    closed,
    compare,
    contained,
    double_math,
    equal,
    has,
    index,
    items,
    mapping,
    math,
    moment,
    negate,
    select,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def graver(first: ConditionError | None, other: ConditionError) -> ConditionError:
    """Of two errors in one `&&` or `||`, that with the worse outcome; see `milder`."""
    return other if first is None or _mildness(other) < _mildness(first) else first


def milder(first: ConditionError | None, other: ConditionError) -> ConditionError:
    """Of two errors in one `&&` or `||`, that with the better outcome, and the first of equals.

    What is not declared fails where rules ask for it, what nothing reads is unknown: between false and true. So `&&`
    takes the graver and `||` the milder one, and the other way round below a `!`. Then making one part of a condition
    less true can never turn the outcome of the whole into a better one.
    """
    return other if first is None or _mildness(other) > _mildness(first) else first


def _mildness(error: ConditionError) -> int:
    return 0 if isinstance(error, Undeclared) else 2 if isinstance(error, NoEvidence) else 1


def need(what: str) -> Any:
    """What a condition asks for and nothing reads.

    Raises:
        NoEvidence: always.

    """
    raise NoEvidence("no reader", what)


def level(name: Any, levels: Mapping[str, int]) -> int:
    """The rank of a level.

    Raises:
        Undecidable: no such level.

    """
    rank = levels.get(name) if isinstance(name, str) else None
    if rank is None:
        raise Undecidable("no level", str(name))
    return rank


def highest(levels: Mapping[str, int]) -> int:
    """The rank of the highest level: what something undeclared counts as where rules select."""
    return max(levels.values())


NAMESPACE: dict[str, Any] = {
    "M": MISSING, "U": Undeclared, "E": ConditionError, "_select": select, "_index": index, "_has": has,
    "_compare": compare, "_equal": equal, "_in": contained, "_math": math, "_double_math": double_math, "_neg": negate,
    "_level": level,
    "_highest": highest, "_truth": truth, "_items": items, "_map": mapping,
    "_need": need, "_closed": closed, "_graver": graver, "_milder": milder, "F": meaning,
}  # fmt: skip
"""All names that generated code may use beside its own."""


__all__ = [
    "MISSING",
    "NAMESPACE",
    "ConditionError",
    "NoEvidence",
    "Undecidable",
    "Undeclared",
    "closed",
    "compare",
    "contained",
    "double_math",
    "equal",
    "graver",
    "has",
    "index",
    "items",
    "mapping",
    "math",
    "milder",
    "moment",
    "negate",
    "select",
    "truth",
]
