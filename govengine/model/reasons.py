"""Why something came out as it did: an enumerated reason and the names it speaks of. Text is made from it at the edge.

What decides or groups compares reasons; `WORDS` is the only place that knows how they read.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, Union

Code: TypeAlias = Literal[
    # a condition has no answer
    "undeclared", "no reader", "nothing to share", "nothing to average", "calendar", "no lookup", "no truth", "no list",
    "no key", "key twice", "unlike", "no container", "too long", "no sum", "by zero", "too many bits", "no negative",
    "wrong values", "unreadable text", "no version", "no level", "columns unknown",
    # a condition does not hold
    "holds", "false", "true", "value", "lacks", "none of the items", "no item", "several",
    "is", "is and", "counted", "counted and",
    "be", "be another", "be at least", "be more than", "be above", "be at most", "be less than", "be below",
    "be within", "be one of", "be under", "does not meet",
    # rows cannot be asked
    "no dataset", "rows out of reach", "unreadable", "unreadable because", "unreadable as it is", "no column",
    "no rows", "starts elsewhere",
    "kind not judged", "no dataset has", "column of no dataset", "no columns declared", "nothing to look up",
    "not sampled", "changed", "predicate broken", "query broken",
    # rows do not settle it
    "rows unread", "other rows unread", "sample too small", "only fails", "not all",
    # promises
    "not in rows", "nothing measures", "left open", "by newest", "by newest within", "by rows", "by dimension",
    # several rules
    "no period", "no conflict", "conflict fails", "conflict silent",
    # nothing was judged
    "evidence unread", "overlay broken", "spec unreadable",
]  # fmt: skip
"""The reasons, by what they are about."""

WORDS: dict[Code, str] = {
    "undeclared": "`{}` is not declared",
    "no reader": "it needs {}, which this version of govengine does not read",
    "nothing to share": "there is nothing to take a share of",
    "nothing to average": "there is nothing to take an average of",
    "calendar": "whether {} {} {} hangs on the calendar",
    "no lookup": "`{}` cannot be looked up",
    "no truth": "something else stands where true or false is needed",
    "no list": "something else stands where a list is needed",
    "no key": "this cannot be the key of a map",
    "key twice": "a key stands twice in a map",
    "unlike": "these two values cannot be compared",
    "no container": "`in` needs a list or a map",
    "too long": "the result has more than {} items or characters",
    "no sum": "these two values do not add up",
    "by zero": "division by zero",
    "too many bits": "the result has more than 64 bits",
    "no negative": "only a number can be negative",
    "wrong values": "`{}` takes {}",
    "unreadable text": "`{}` cannot read this text",
    "no version": "`{}` is no version: write `1.2.3`",
    "no level": "`{}` is no level",
    "columns unknown": "`{}` cannot be read, so which columns it has is not known",
    "holds": "it holds",
    "false": "`{}` does not hold",
    "true": "`{}` holds, and must not",
    "value": "`{}` is {}",
    "lacks": "`{}` does not hold {}",
    "none of the items": "none of the {} items of `{}` has {}",
    "no item": "no item of `{}` has {}",
    "several": "{}, and {}",
    "is": "`{}` is {}; it {}",
    "is and": "`{}` is {} and {}",
    "counted": "`{}` has {} item(s); it {}",
    "counted and": "`{}` has {} item(s) and {}",
    "be": "must be {}",
    "be another": "must be another than {}",
    "be at least": "must be at least {}",
    "be more than": "must be more than {}",
    "be above": "must be above {}",
    "be at most": "must be at most {}",
    "be less than": "must be less than {}",
    "be below": "must be below {}",
    "be within": "must lie in the {} up to {}",
    "be one of": "must be one of {}",
    "be under": "must be under one of {}",
    "does not meet": "does not meet {}",
    "no dataset": "dataset `{}` is not declared",
    "rows out of reach": "rows of `{}` cannot be reached",
    "unreadable": "`{}` cannot be read",
    "unreadable because": "`{}` cannot be read: {}",
    "unreadable as it is": "`{}` cannot be read as it is: {}",
    "no column": "`{}` has no column `{}`{}",
    "no rows": "`{}` has no rows",
    "starts elsewhere": "it starts in another dataset",
    "kind not judged": "`{}` is not judged by this version of govengine",
    "no dataset has": "no dataset of the product has a column {}",
    "column of no dataset": "columns without `dataset`",
    "no columns declared": "no columns of `{}` are declared in `spec.schema`",
    "nothing to look up": "no row of `{}` has {}, so nothing can be looked up in it",
    "not sampled": "it cannot be judged from a sample, which shows neither figures nor gaps nor the newest: "
    "judge all rows",
    "changed": "`{}` changed while it was read: judge it again",
    "predicate broken": "the predicate cannot be judged: {}",
    "query broken": "it cannot be judged: {}",
    "rows unread": "{} of `{}` could not be read",
    "other rows unread": "rows of {} could not be read",
    "sample too small": "the sample of `{}` is too small",
    "only fails": "a sample can show that it fails, and never that it holds",
    "not all": "a sample cannot show that every row holds",
    "not in rows": "rows do not show `{}`: nothing here measures it",
    "nothing measures": "nothing measures `{}`: {}",
    "left open": "`{}` leaves it open",
    "by newest": "a `newest` clause would",
    "by newest within": "`{}` asks for another limit, and a `newest` clause within the promise would",
    "by rows": "a rule of `dimension {}` that counts rows would",
    "by dimension": "a rule of `dimension {}` would",
    "no period": "no period meets both: {}; {}",
    "no conflict": "no conflict of the council decides",
    "conflict fails": "`{}` cannot decide: {}",
    "conflict silent": "`{}` decides nothing here",
    "evidence unread": "{} are not read by this version of govengine",
    "overlay broken": "the overlay does not compile",
    "spec unreadable": "the spec cannot be read",
}
"""How each reason reads; `{}` are the names that it speaks of, in their order."""


class Reason(NamedTuple):
    """An enumerated reason, and what it speaks of: names and values as text, or further reasons.

    Two reasons are the same exactly where code and names are, whatever they read like.
    """

    code: Code
    names: tuple[Union[str, Reason], ...] = ()  # noqa: UP007 - a recursive type

    @property
    def text(self) -> str:
        """The reason in words."""
        names = [name.text if isinstance(name, Reason) else name for name in self.names]
        return words(self.code, names)


def words(code: Code, names: list[str]) -> str:
    """A reason in words. All texts of reasons come from here; what decides never asks for them."""
    return WORDS[code].format(*names)


def several(reasons: tuple[Reason, ...]) -> Reason:
    """What several reasons say together; each is said once."""
    first, *others = dict.fromkeys(reasons)
    for other in others:
        first = Reason("several", (first, other))
    return first
