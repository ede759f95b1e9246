"""How large a condition may grow, with all its terms written out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.conditions.ir import children, nodes, opened

if TYPE_CHECKING:
    from govengine.conditions.ir import IR

MAX_DEPTH = 40
"""Levels of nesting: far beyond what can be read, and within the hundred levels that Python indents."""
MAX_NODES = 5_000
"""Names, literals and operators."""
MAX_LOOPS = 3
"""Macros inside each other: the fourth would multiply the length of a list by itself four times."""


class Measure(NamedTuple):
    """How large an intermediate form is: nodes, levels, macros inside each other."""

    nodes: int
    depth: int
    loops: int


def measure(ir: IR) -> Measure:
    """Measure an intermediate form. What it holds several times counts as often, and is looked at once."""
    known: dict[int, Measure] = {}

    def of(node: IR) -> Measure:
        found = known.get(id(node))
        if found is None:
            inner = opened(node)
            parts = [of(part) for part in children(node)]
            own = 0 if inner[0] == "is" else 1  # the checker adds "is", not the author
            loops = max((p.loops for p in parts), default=0)
            if inner[0] == "macro":
                loops = max(of(inner[2]).loops, 1 + of(inner[4]).loops)
            depth = own + max((p.depth for p in parts), default=0)
            found = known[id(node)] = Measure(own + sum(p.nodes for p in parts), depth, loops)
        return found

    return of(ir)


def variables(ir: IR) -> set[str]:
    """The names that an intermediate form mentions."""
    return {node[1] for node in map(opened, nodes(ir)) if node[0] == "var"}
