"""How large a condition may grow, with all its terms written out."""

from __future__ import annotations

from typing import Any, NamedTuple

IR = tuple[Any, ...]

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

    def of(node: Any) -> Measure:
        if not isinstance(node, tuple):
            return Measure(0, 0, 0)
        found = known.get(id(node))
        if found is None:
            parts = [of(part) for part in node]
            own = 1 if node and isinstance(node[0], str) and node[0] != "is" else 0  # "is" is none of the author's
            loops = max((p.loops for p in parts), default=0)
            if own and node[0] == "macro":
                loops = max(of(node[2]).loops, 1 + of(node[4]).loops)
            depth = own + max((p.depth for p in parts), default=0)
            found = known[id(node)] = Measure(own + sum(p.nodes for p in parts), depth, loops)
        return found

    return of(ir)


def variables(ir: IR) -> set[str]:
    """The names that an intermediate form mentions."""
    if ir[0] == "var":
        return {ir[1]}
    found: set[str] = set()
    stack = [part for part in ir if isinstance(part, tuple)]
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node[:1] == ("var",):
            found.add(node[1])
        stack.extend(part for part in node if isinstance(part, tuple))
    return found
