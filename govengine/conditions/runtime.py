"""What generated conditions call: CEL's errors, and operations that can fail.

Imported on every run, so it imports little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any

from govengine.conditions.errors import ConditionError, NoEvidence, Undecidable, Undeclared
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
from govengine.model import quantity


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


def _texts(function: str, *values: Any) -> None:
    """Refuse what is no text: values without a type come here unchecked."""
    if not all(isinstance(value, str) for value in values):
        raise Undecidable("wrong values", function, "texts")


def under(text: str, prefixes: Sequence[str]) -> bool:
    """Whether a dotted text is one of the prefixes or stands below one."""
    _texts("under", text, *items(prefixes))
    return any(text == prefix or text.startswith(prefix + ".") for prefix in prefixes)


def within(value: date, period: quantity.Period, as_of: date) -> bool:
    """Whether as_of - period ≤ value ≤ as_of; the as-of day counts to its end."""
    if not isinstance(value, date) or not isinstance(period, quantity.Period):
        raise Undecidable("wrong values", "within", "a date and a period")
    earliest = quantity.subtract(as_of, period)
    if isinstance(value, datetime):
        return moment(earliest) <= moment(value) and moment(value).date() <= as_of
    return earliest <= value <= as_of


def version(text: str) -> dict[str, int]:
    """A version's numbers.

    Raises:
        Undecidable: it is not written `1.2.3`.

    """
    _texts("version", text)
    match = re.fullmatch(r"v?(\d{1,18})(?:\.(\d{1,18}))?(?:\.(\d{1,18}))?(?:[-+].*)?", text)
    if match is None:
        raise Undecidable("no version", text)
    major, minor, patch = (int(part or 0) for part in match.groups())
    return {"major": major, "minor": minor, "patch": patch}


@lru_cache(maxsize=256)
def pattern(text: str) -> Any:
    """A pattern of CEL: RE2, which a text cannot make slow, as it can Python's `re`.

    Raises:
        ValueError: it is no pattern; the message says why.

    """
    import re2  # few runs need it

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0] if error.args else ""
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from error


def matches(text: str, written: str) -> bool:
    """Whether a pattern is found in a text."""
    _texts("matches", text, written)
    try:
        return pattern(written).search(text) is not None
    except ValueError as error:  # a text that is no Unicode
        raise Undecidable("unreadable text", "matches") from error


def size(value: Any) -> int:
    """How many items, entries or characters."""
    if not isinstance(value, str | list | Mapping):
        raise Undecidable("wrong values", "size", "a list, a map or a text")
    closed(value)
    return len(value)


def meets(promise: Any, limit: Any) -> bool:
    """Whether every value that a promise allows is good enough."""
    for value in (promise, limit):
        number = type(value) is int or (type(value) is float and isfinite(value))
        if not number and not isinstance(value, quantity.Bound | quantity.Percent):
            raise Undecidable("wrong values", "meets", "promises, percentages and numbers")
    return quantity.meets(promise, limit)


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


def ends(text: str, other: str) -> bool:
    """Whether a text ends with another."""
    _texts("endsWith", text, other)
    return text.endswith(other)


def starts(text: str, other: str) -> bool:
    """Whether a text begins with another."""
    _texts("startsWith", text, other)
    return text.startswith(other)


def holds(text: str, other: str) -> bool:
    """Whether a text holds another."""
    _texts("contains", text, other)
    return other in text


def retention(column: Any, spec: Mapping[str, Any]) -> dict[str, Any]:
    """How long a column is kept: what the spec declares for all, with what it declares for the column's category.

    Raises:
        Undeclared: the spec declares no retention.

    """
    governance = spec.get("governance", MISSING)
    declared = governance.get("retention") if isinstance(governance, Mapping) else None
    if declared is None:
        raise Undeclared("spec.governance.retention")
    category = column.get("retention_category") if isinstance(column, Mapping) else None
    own: Mapping[str, Any] = next((c for c in declared.get("per_category", ()) if c["category"] == category), {})
    return {**declared, **{key: value for key, value in own.items() if key != "category"}}


def share(part: Any, whole: Any) -> quantity.Percent:
    """How much of the whole a part is; lists stand for their lengths.

    Raises:
        NoEvidence: the whole is nothing.

    """
    for value in (part, whole):
        closed(value)
    counts = [len(x) if isinstance(x, list) else x for x in (part, whole)]
    if not all(isinstance(c, int | float) and not isinstance(c, bool) for c in counts):
        raise Undecidable("wrong values", "share", "numbers or lists")
    if not counts[1]:
        raise NoEvidence("nothing to share")
    value = Decimal(counts[0]) * 100 / Decimal(counts[1])
    return quantity.Percent(value, f"{float(value):.4g}%")


def average(values: Any) -> Any:
    """The mean of numbers, or of percentages.

    Raises:
        NoEvidence: the list is empty.

    """
    if not values:
        raise NoEvidence("nothing to average")
    if all(isinstance(v, quantity.Percent) for v in values):
        mean = sum((v.value for v in values), Decimal(0)) / len(values)
        return quantity.Percent(mean, f"{float(mean):.4g}%")
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        raise Undecidable("wrong values", "average", "numbers, or percentages")
    return sum(values) / len(values)


CALLS: dict[str, Callable[..., Any]] = {
    "under": under,
    "meets": meets,
    "version": version,
    "share": share,
    "average": average,
    "size": size,
    "startsWith": starts,
    "endsWith": ends,
    "contains": holds,
    "matches": matches,
}
"""Functions that need nothing but their arguments, by name; `within` also takes the as-of day."""

NAMESPACE: dict[str, Any] = {
    "M": MISSING, "U": Undeclared, "E": ConditionError, "_select": select, "_index": index, "_has": has,
    "_compare": compare, "_equal": equal, "_in": contained, "_math": math, "_double_math": double_math, "_neg": negate,
    "_level": level,
    "_highest": highest, "_truth": truth, "_items": items, "_map": mapping, "_within": within,
    "_need": need, "_closed": closed, "_retention": retention, "_graver": graver, "_milder": milder,
    **{f"_{name}": call for name, call in CALLS.items()},
}  # fmt: skip
"""All names that generated code may use beside its own."""


__all__ = [
    "CALLS",
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
