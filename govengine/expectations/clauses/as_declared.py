"""`expect rows as declared`: a dataset has the columns that its spec declares, no others, and of their types.

Types are compared by family: a whole number is a whole number however wide, and fits where a decimal or a fraction is
declared. In a CSV every cell is text and is read as its column declares; cells that could not be are rejected rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.diagnostics.counted import plural
from govengine.expectations.expectation import EarlyAnswer, Example, Expectation
from govengine.expectations.sql import type_told
from govengine.expectations.type_fit import fits, real_type
from govengine.expectations.unreachable import Unreachable
from govengine.model.logical_type import declared as declared_type
from govengine.model.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govengine.expectations.subject import Subject


class Difference(NamedTuple):
    """How real columns differ from declared ones: names, and of each retyped one (name, declared, real)."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    retyped: tuple[tuple[str, str, str], ...]

    def __bool__(self) -> bool:
        """Whether they differ at all."""
        return any(self)


def difference(
    declared: Sequence[Mapping[str, object]], real: Mapping[str, str], *, guessed: bool = False
) -> Difference:
    """Compare the declared columns of a dataset with real ones, by name without regard to case.

    Args:
        declared: columns of the spec in normal form: `name`, and `logical_type` with its parameters where declared.
        real: SQL types by name.
        guessed: whether types were guessed from values, as those of JSON are.

    A column whose values are all missing is not compared.

    """
    types = {name.lower(): type_ for name, type_ in real.items()}
    named = {str(c["name"]).lower() for c in declared}
    retyped = []
    for column in declared:
        found, wanted = types.get(str(column["name"]).lower()), declared_type(column)
        if found is None or wanted is None:
            continue
        if fits(wanted, real_type(found), guessed=guessed) is False:
            retyped.append((str(column["name"]), wanted.written(), found))
    missing = tuple(str(c["name"]) for c in declared if str(c["name"]).lower() not in types)
    return Difference(missing, tuple(n for n in real if n.lower() not in named), tuple(retyped))


def words(found: Difference) -> str:
    """What differs, in words."""
    said = [f"{_listed(found.missing)} declared and not in the data"] if found.missing else []
    said += [f"{_listed(found.extra)} in the data and not declared"] if found.extra else []
    said += [
        f"`{name}` is declared `{wanted}` and holds {type_told(real)}" for name, wanted, real in found.retyped[:_SHOWN]
    ]
    if len(found.retyped) > _SHOWN:
        said.append(f"{len(found.retyped) - _SHOWN} more hold another type")
    return "; ".join(said)


_SHOWN = 5


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{n}`" for n in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{shown}{more} {'is' if len(names) == 1 else 'are'}"


def _asked(subject: Subject) -> list[EarlyAnswer]:
    """What the comparison shows; no query is needed, as loading the rows showed their types."""
    declared = subject.declared
    if not declared:
        none = Reason("no columns declared", (subject.dataset,))
        raise Unreachable("fail", none.text, none, subject.place)
    found = difference(declared, subject.real, guessed=subject.guessed)
    evidence = {
        "declared": len(declared),
        "found": len(subject.real),
        "missing": list(found.missing),
        "extra": list(found.extra),
        "retyped": [name for name, _, _ in found.retyped],
        "rejected": subject.rejected,
    }
    if found:
        return [EarlyAnswer("fail", words(found), evidence)]
    if subject.rejected:
        return [EarlyAnswer("fail", f"{plural(subject.rejected, 'row')} could not be read as declared", evidence)]
    if not subject.rows:
        empty = Reason("no rows", (subject.dataset,))
        raise Unreachable("unknown", empty.text, empty, subject.place)
    every = "the only column is" if len(declared) == 1 else f"all {len(declared)} columns are"
    return [EarlyAnswer("pass", f"{every} as declared", evidence)]


EXPECTATION = Expectation(
    name="as declared",
    says="the data has the columns that the spec declares, no others, and of their types",
    ask=_asked,
    examples=(
        Example("rows as declared", "x\na\n", "pass", spec="schema: [{name: x, dataset: a, logical_type: string}]"),
        Example("rows as declared", "x,y\na,b\n", "fail", spec="schema: [{name: x, dataset: a}]"),
        Example("rows as declared", "x\na\n", "fail", spec="schema: [{name: x, dataset: a, logical_type: integer}]"),
    ),
)
