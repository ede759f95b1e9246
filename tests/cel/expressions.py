"""Random expressions and random specs that they fit, for comparing evaluators.

An expression is a tree of texts with a hole in it for `has`: CEL wants every step but the last to be there, conditions
take an absent step for an absent field. `written` puts conditions' own spelling or the one that CEL needs to mean the
same into the holes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from hypothesis import strategies as st

from govengine.conditions import types as t

Draw = Callable[[st.SearchStrategy[Any]], Any]
Tree = str | tuple[Any, ...]

FIELDS: dict[str, t.Type] = {
    "b": t.BOOL, "i": t.INT, "j": t.INT, "d": t.DOUBLE, "s": t.STRING, "t": t.STRING,
    "li": ("list", t.INT), "ls": ("list", t.STRING), "ld": ("list", t.DOUBLE),
    "m": ("map", t.INT), "o": ("object", "Inner"), "lo": ("list", ("object", "Inner")), "w": t.ANY, "v": t.ANY,
}  # fmt: skip
INNER: dict[str, t.Type] = {
    "b": t.BOOL, "i": t.INT, "d": t.DOUBLE, "s": t.STRING, "ls": ("list", t.STRING), "w": t.ANY,
}  # fmt: skip
OBJECTS = {"Root": FIELDS, "Inner": INNER}
ROOT: t.Type = ("object", "Root")

INTS = (0, 1, -1, 2, 3, 7, 10, -5, 100, 1, 2, 3, 5, 12, -3, 4, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 5_000_000_000)
DOUBLES = (0.0, -0.0, 1.0, 0.5, -2.0, 3.0, 0.1, 1e300, -1e300, 9007199254740992.0, 9.223372036854775807e18, 1e-300)
TEXTS = ("", "a", "b", "ab", "abc", "A", "é", "😀", "a\nb", 'q"q', "q'q", "back\\slash", "i", "ab ab", "10", "true")
PATTERNS = ("a", "^ab$", "[0-9]+", "", "(a|b)+", "é.", r"\d", r"a\nb", "(?i)A$")
KEYS = ("a", "b", "ab", "i", "")


TOP = 4
"""Levels of an expression."""


def quoted(text: str) -> str:
    """A text as a literal."""
    marks = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    return '"' + "".join(marks.get(letter, letter) for letter in text) + '"'


def written(tree: Tree, *, cel: bool) -> str:
    """The expression as conditions write it, or as CEL must to mean the same."""
    if isinstance(tree, str):
        return tree
    if tree[0] == "has":
        steps = tree[1]
        if not cel:
            return f"has({'.'.join(steps)})"
        paths = [".".join(steps[: n + 1]) for n in range(len(steps))]
        tests = [f"has({paths[-1]})"]
        for path in reversed(paths[1:-1]):
            tests[:0] = [f"has({path})", f"type({path}) == map"]
        return f"({' && '.join([f'type({steps[0]}) == map', *tests])})"
    return "".join(written(part, cel=cel) for part in tree)


@dataclass(frozen=True)
class Author:
    """Writes expressions of a wanted type; `sight` holds variables with their types."""

    INDEXES: ClassVar[tuple[str, ...]] = ("0", "1", "2", "-1")
    JOINS_TEXTS: ClassVar[bool] = True
    MAPS_CHOSEN: ClassVar[bool] = True
    ON_DOUBLES: ClassVar[tuple[str, ...]] = (" + ", " - ", " * ", " / ")

    draw: Draw
    sight: tuple[tuple[str, t.Type], ...] = (("x", ROOT),)
    depth: int = TOP
    loops: int = 0

    @property
    def deeper(self) -> Author:
        return replace(self, depth=self.depth - 1)

    def one(self, *options: Any) -> Any:
        return options[self.draw(st.integers(0, len(options) - 1))]

    def paths(self) -> Iterator[tuple[tuple[str, ...], t.Type]]:
        """All that can be named, with its type."""
        for name, type_ in self.sight:
            yield (name,), type_
            for field, inner in OBJECTS[type_[1]].items() if type_[0] == "object" else ():
                yield (name, field), inner
                for below, innermost in OBJECTS[inner[1]].items() if inner[0] == "object" else ():
                    yield (name, field, below), innermost

    def path(self, *wanted: t.Type) -> Tree | None:
        """Something named, of one of the types; now and then something of which the type is not known."""
        kinds = (*wanted, t.ANY) if self.draw(st.integers(0, 7)) == 0 else wanted
        found = [".".join(steps) for steps, type_ in self.paths() if type_ in kinds]
        return self.one(*found) if found else None

    def of(self, type_: t.Type) -> Tree:
        """An expression of a type."""
        makers: dict[t.Type, Callable[[], Tree]] = {
            t.BOOL: self.truth, t.INT: self.whole, t.DOUBLE: self.double, t.STRING: self.text,
        }  # fmt: skip
        if type_[0] == "list":
            return self.listed(type_[1])
        return makers[type_]()

    def _any(self, *options: Callable[[], Tree | None]) -> Tree:
        left = list(options)
        while True:
            made = left.pop(self.draw(st.integers(0, len(left) - 1)))()
            if made is not None:
                return made

    def _if(self, type_: t.Type) -> Tree:
        return ("(", self.deeper.truth(), " ? ", self.deeper.of(type_), " : ", self.deeper.of(type_), ")")

    def whole(self) -> Tree:
        simple = (lambda: str(self.one(*INTS)), lambda: self.path(t.INT), lambda: self.path(t.INT))
        if self.depth <= 0:
            return self._any(*simple)
        down = self.deeper
        return self._any(
            *(simple if self.depth < TOP else ()),
            lambda: ("(", down.whole(), self.one(" + ", " - ", " * ", " / ", " % "), down.whole(), ")"),
            lambda: ("-(", down.whole(), ")"),
            lambda: ("size(", self.one(down.text, lambda: down.listed(t.INT), down.mapped)(), ")"),
            lambda: (down.listed(t.INT), "[", self.one(*self.INDEXES), "]"),
            lambda: (down.mapped(), self.one('["a"]', ".ab", '["i"]')),
            lambda: self._if(t.INT),
        )

    def double(self) -> Tree:
        simple = (lambda: repr(self.one(*DOUBLES)), lambda: self.path(t.DOUBLE), lambda: self.path(t.DOUBLE))
        if self.depth <= 0:
            return self._any(*simple)
        down = self.deeper
        return self._any(
            *(simple if self.depth < TOP else ()),
            lambda: ("(", down.double(), self.one(*self.ON_DOUBLES), down.double(), ")"),
            lambda: ("-(", down.double(), ")"),
            lambda: (down.listed(t.DOUBLE), "[", self.one(*self.INDEXES), "]"),
            lambda: self._if(t.DOUBLE),
        )

    def text(self) -> Tree:
        simple = (lambda: quoted(self.one(*TEXTS)), lambda: self.path(t.STRING), lambda: self.path(t.STRING))
        if self.depth <= 0:
            return self._any(*simple)
        down = self.deeper
        return self._any(
            *(simple if self.depth < TOP else ()),
            lambda: ("(", down.text(), " + ", down.text(), ")") if self.JOINS_TEXTS else None,
            lambda: (down.listed(t.STRING), "[", self.one("0", "1"), "]"),
            lambda: self._if(t.STRING),
        )

    def mapped(self) -> Tree:
        """A map from text to whole numbers."""
        if self.depth <= 0 or self.draw(st.booleans()):
            return self.path(("map", t.INT)) or '{"a": 1}'
        keys = self.draw(st.lists(st.sampled_from(KEYS), max_size=3, unique=True))
        entries: list[Tree] = [(quoted(key), ": ", self.deeper.whole()) for key in keys]
        return ("{", *_joined(entries), "}")

    def listed(self, item: t.Type) -> Tree:
        simple = (lambda: self.path(("list", item)), lambda: self._list(item))
        if self.depth <= 0:
            return self._any(*simple)
        down = self.deeper
        options: list[Callable[[], Tree | None]] = [
            *(simple if self.depth < TOP else ()),
            lambda: ("(", down.listed(item), " + ", down.listed(item), ")"),
            lambda: self._if(("list", item)),
        ]
        if self.loops < 2:
            options += [lambda: self._macro("filter", item, item), lambda: self._macro("map", None, item)]
        return self._any(*options)

    def _list(self, item: t.Type) -> Tree:
        return ("[", *_joined([self.deeper.of(item) for _ in range(self.draw(st.integers(0, 3)))]), "]")

    def _macro(self, kind: str, over: t.Type | None, result: t.Type) -> Tree:
        """A macro over a list of `over`, or of anything."""
        held: Tree
        if over is None:
            over = self.one(t.INT, t.STRING, t.DOUBLE, t.ANY, ("object", "Inner"))
        if over in (t.ANY, ("object", "Inner")):
            held = self.path(("list", over), t.ANY) or "[]"
        else:
            held = self.deeper.listed(over)
        variable = self.one(f"v{self.depth}", "v", "x")  # a variable may hide a root or another variable
        sight = tuple(seen for seen in self.sight if seen[0] != variable)
        inner = replace(self.deeper, sight=(*sight, (variable, over), (variable, over)), loops=self.loops + 1)
        if kind == "map":
            chosen = (inner.truth(), ", ") if self.MAPS_CHOSEN and self.draw(st.integers(0, 2)) == 0 else ()
            return (held, f".map({variable}, ", *chosen, inner.of(result), ")")
        return (held, f".{kind}({variable}, ", inner.truth(), ")")

    def truth(self) -> Tree:
        simple = (
            lambda: self.one("true", "false"), lambda: self.path(t.BOOL), lambda: self.path(t.BOOL), self._has,
        )  # fmt: skip
        if self.depth <= 0:
            return self._any(*simple)
        down = self.deeper
        options: list[Callable[[], Tree | None]] = [
            *(simple if self.depth < TOP else ()),
            lambda: ("(", down.truth(), " && ", down.truth(), ")"),
            lambda: ("(", down.truth(), " || ", down.truth(), " || ", down.truth(), ")"),
            lambda: ("!", "(", down.truth(), ")"),
            lambda: self._if(t.BOOL),
            self._compared,
            self._compared,
            self._equal,
            self._member,
            lambda: (down.text(), self.one(".startsWith(", ".endsWith(", ".contains("), down.text(), ")"),
            lambda: (down.text(), ".matches(", quoted(self.one(*PATTERNS)), ")"),
        ]
        if self.loops < 2:
            kind = self.one("all", "exists", "exists_one")
            options += [lambda: self._macro(kind, None, t.BOOL), lambda: self._macro(kind, None, t.BOOL)]
            options.append(lambda: self._keys(kind))
        return self._any(*options)

    def _keys(self, kind: str) -> Tree:
        """A macro over a map; not `filter` or `map`, for the order of a map's keys is nobody's promise."""
        return (self.deeper.mapped(), f".{kind}(k, ", self.deeper.text(), ".contains(k))")

    def _has(self) -> Tree | None:
        steps = [s for s, _ in self.paths() if len(s) > 1]
        steps += [(*s, "f") for s, type_ in self.paths() if type_ == t.ANY]
        return ("has", self.one(*steps)) if steps else None

    def _compared(self) -> Tree:
        down = self.deeper
        operator = self.one(" < ", " <= ", " > ", " >= ")
        left, right = self.one(
            (down.whole, down.whole), (down.whole, down.double), (down.double, down.whole), (down.double, down.double),
            (down.text, down.text), (down.truth, down.truth),
        )  # fmt: skip
        return ("(", left(), operator, right(), ")")

    def _equal(self) -> Tree:
        down = self.deeper
        left, right = self.one(
            (down.whole, down.whole), (down.whole, down.double), (down.double, down.double), (down.text, down.text),
            (down.truth, down.truth), (down.mapped, down.mapped), (self._anything, self._anything),
            (lambda: down.listed(t.INT), lambda: down.listed(t.DOUBLE)),
            (lambda: down.listed(t.STRING), lambda: down.listed(t.STRING)),
        )  # fmt: skip
        return ("(", left(), self.one(" == ", " != "), right(), ")")

    def _anything(self) -> Tree:
        found = [".".join(steps) for steps, type_ in self.paths() if type_ == t.ANY]
        return self.one(*found) if found else '[true, "a"][0]'

    def _member(self) -> Tree:
        down = self.deeper
        return self._any(
            lambda: ("(", down.whole(), " in ", down.listed(t.INT), ")"),
            lambda: ("(", down.whole(), " in ", down.listed(t.DOUBLE), ")"),
            lambda: ("(", down.text(), " in ", down.listed(t.STRING), ")"),
            lambda: ("(", self._anything(), " in [", *_joined([quoted("a"), quoted("ab")]), "])"),
            lambda: ("(", down.text(), " in ", down.mapped(), ")"),
            lambda: ("(", self._anything(), " in ", self._anything(), ")"),
        )


def _joined(parts: list[Tree]) -> tuple[Tree, ...]:
    return tuple(piece for n, part in enumerate(parts) for piece in ((", ", part) if n else (part,)))


@st.composite
def expressions(draw: Draw) -> Tree:
    """Any expression."""
    author = Author(draw)
    return author.of(draw(st.sampled_from([t.BOOL, t.BOOL, t.BOOL, t.INT, t.DOUBLE, t.STRING, ("list", t.INT)])))


_ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([*INTS[:16], *DOUBLES[:8], *TEXTS[:6], True, False]),
    # One key at most: the order in which macros go through several is nobody's promise.
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["f", "a", "i", "w"]), inner, max_size=1)
    ),
    max_leaves=5,
)


def _values(type_: t.Type) -> st.SearchStrategy[Any]:
    match type_[0]:
        case "bool":
            return st.booleans()
        case "int":
            return st.sampled_from(INTS)
        case "double":
            return st.sampled_from(DOUBLES)
        case "str":
            return st.sampled_from(TEXTS)
        case "list":
            return st.lists(_values(type_[1]), max_size=3)
        case "map":
            return st.dictionaries(st.sampled_from(KEYS), _values(type_[1]), max_size=3)
        case "object":
            return _specs(OBJECTS[type_[1]])
        case _:
            return _ANYTHING


@st.composite
def _specs(draw: Draw, fields: Mapping[str, t.Type], *, unfit: bool = False) -> dict[str, Any]:
    """Specs in which each field is absent one time in ten, and of another type as often if `unfit`."""
    spec: dict[str, Any] = {}
    for name, type_ in fields.items():
        chance = draw(st.integers(0, 9))
        if chance != 5:
            spec[name] = draw(_ANYTHING if unfit and chance == 6 else _values(type_))
    return spec


FITTING: st.SearchStrategy[dict[str, Any]] = _specs(FIELDS)
"""Specs in which every field that stands is of its type."""

UNFIT: st.SearchStrategy[dict[str, Any]] = _specs(FIELDS, unfit=True)
"""Specs in which a field may hold anything."""
