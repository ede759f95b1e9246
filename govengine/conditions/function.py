"""What a function of conditions is: one record, in one file of `functions/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from govengine.conditions import types as t
from govengine.conditions.errors import Undecidable
from govengine.model.records import Records

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.conditions.types import Type
    from govengine.conditions.values import Value
    from govengine.model.reasons import Code

    Accepts: TypeAlias = Callable[[Type], bool]
    Influence: TypeAlias = Literal["untold", "greater", "longer", "better promise", "milder limit"]
    """How an argument makes a function truer: by being greater, longer, a promise of more, a limit of less."""


class Example(NamedTuple):
    """A condition of constants, and its value; or the reason why it has none."""

    condition: str
    value: object = None
    reason: Code | None = None


class Demand(NamedTuple):
    """How a message says what a function that is false asks of its first argument.

    The reason speaks of the second argument, with the name of where it comes from if `named`, and then of `roots`.
    """

    code: Code
    named: bool = True
    roots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function: `cel(a, b)` or `a.cel(b)`.

    `parameters` say of each argument which types fit. `expected` and `summary` say in words what it takes and gives.
    `meaning` is called with the arguments, and with the values of `roots` behind them; it looks at what it gets, since
    some values have no type before they are there.
    """

    name: str
    parameters: tuple[Accepts, ...]
    result: Type
    expected: str
    summary: str
    meaning: Callable[..., Value]
    examples: tuple[Example, ...]
    called: Literal["function", "method", "both"] = "function"
    roots: tuple[str, ...] = ()
    path: tuple[str, ...] | None = None
    """Where in the spec its value is read from, for messages."""
    words_of: tuple[int, int] | None = None
    """An argument whose items are words of the vocabulary that another argument is from."""
    pattern: int | None = None
    """An argument that is a pattern: written out, so that it is read before any run."""
    influence: tuple[Influence, ...] = ()
    """What each argument does to its truth; nothing is known of one that is left out."""
    counts: bool = False
    """Whether its value is the number of items of its argument."""
    demand: Demand | None = None
    repair: Literal["the as-of day", "an item", "the limit"] | None = None
    """What would make it true in the place of its first argument; None where that hangs on its type."""

    @property
    def cel(self) -> str:
        """The name as conditions write it: `startsWith`."""
        first, *rest = self.name.split("_")
        return first + "".join(word.capitalize() for word in rest)


FUNCTIONS = Records("govengine.conditions.functions", "FUNCTION", Function, between="_")
"""All functions, by the names of their files."""


def function(cel: str) -> Function | None:
    """A function by the name that conditions write; None where there is none."""
    record = FUNCTIONS.get("".join(f"_{c.lower()}" if c.isupper() else c for c in cel))
    return record if record is not None and record.cel == cel else None


def called(cel: str) -> Function:
    """The function that a compiled condition calls.

    Raises:
        LookupError: there is no such function; the checker let it through by mistake.

    """
    record = function(cel)
    if record is None:
        raise LookupError(cel)
    return record


def of_kind(kind: Literal["function", "method"]) -> dict[str, Function]:
    """All that are called alike, `cel(a)` or `a.cel()`, by name."""
    return {record.cel: record for record in FUNCTIONS.all().values() if record.called in (kind, "both")}


def meaning(cel: str) -> Callable[..., Value]:
    """What generated code calls; raises as `called` does."""
    return called(cel).meaning


def texts(name: str, *values: object) -> None:
    """Refuse what is not text: values without a type come here unchecked.

    Raises:
        Undecidable: one of the values is not text.

    """
    if not all(isinstance(value, str) for value in values):
        raise Undecidable("wrong values", name, "texts")


def is_list_of_text(type_: Type) -> bool:
    """Whether values are lists of text."""
    return type_[0] == "list" and (type_[1] == t.ANY or t.is_text(type_[1]))
