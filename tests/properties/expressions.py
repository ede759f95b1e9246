"""Random conditions, well typed, written as an author writes them.

Expressions use the fields of one trie (see `documents`), so that they meet the spec that is drawn from the same trie.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from .documents import DATES, ITEM, LEVELS, MESH, PRODUCT, TEXTS, WORDS, Draw, Trie

OBJECTS: dict[str, Any] = {**PRODUCT["objects"], **MESH["objects"]}
RELATIONS = ("==", "!=", "<", "<=", ">", ">=")
PERCENTS = ("99.5%", "99.9%", "0%", "100%")
PATTERNS = ('"^p"', '"[0-9]+"', 'r"a|b$"')
PERIODS = ("7 years", "365 days", "12 months", "1 day", "24 hours")
_DATASET: Trie = {"name": {}, "declared": {}, "found": {}, "format": {}, "location": {}, "columns": {}}


@dataclass(frozen=True)
class Value:
    """An expression with a value: its text, the type in the schema's spelling, the fields below that are of use."""

    text: str
    type: list[Any]
    trie: Trie


def literal(text: str) -> str:
    """A text in quotes."""
    return json.dumps(text)


def words_of(type_: list[Any]) -> tuple[str, ...]:
    """Words that a field of a type of text may hold."""
    if type_[0] == "enum":
        return tuple(type_[1])
    return WORDS[type_[1]] if len(type_) > 1 else TEXTS


def with_derived(trie: Trie) -> dict[str, Value]:
    """The roots of conditions over a trie of the product spec."""
    column = {**trie.get("spec", {}).get("schema", {}).get(ITEM, {}), "name": {}, "dataset": {}, "declared": {}}
    column["interfaces"] = trie.get("spec", {}).get("interfaces", {})
    return {
        "metadata": Value("metadata", ["object", "Metadata"], trie.get("metadata", {"name": {}, "version": {}})),
        "spec": Value("spec", ["object", "Spec"], trie.get("spec", {})),
        "columns": Value("columns", ["list", ["object", "Column"]], {ITEM: column}),
        "datasets": Value("datasets", ["list", ["object", "Dataset"]], {ITEM: _DATASET}),
        "as_of": Value("as_of", ["date"], {}),
    }


@dataclass(frozen=True)
class Author:
    """Writes expressions from what is in sight."""

    draw: Draw
    sight: tuple[Value, ...]
    depth: int = 4

    def among(self, *options: Callable[[], str | None]) -> str:
        """One of the options that can be written here."""
        left = list(options)
        while left:
            chosen = left.pop(self.draw(st.integers(0, len(left) - 1)))
            text = chosen()
            if text is not None:
                return text
        return "(as_of == as_of)"

    def one(self, *options: str) -> str:
        return str(self.draw(st.sampled_from(options)))

    @property
    def deeper(self) -> Author:
        return replace(self, depth=self.depth - 1)

    def values(self) -> Iterator[Value]:
        """All that can be named: what is in sight and, through objects and maps, its fields."""
        waiting = list(self.sight)
        while waiting:
            value = waiting.pop()
            yield value
            if value.type[0] == "object":
                fields = OBJECTS[value.type[1]]["fields"]
                waiting += [
                    Value(f"{value.text}.{name}", fields[name]["type"], below)
                    for name, below in value.trie.items()
                    if name in fields
                ]
            elif value.type[0] == "map":
                waiting.append(Value(f'{value.text}["payments"]', value.type[1], value.trie.get(ITEM, {})))
            elif value.type[0] == "list" and value.type[1][0] == "object" and value.text.count("[") < 1:
                waiting.append(Value(f"{value.text}[0]", value.type[1], value.trie.get(ITEM, {})))

    def pick(self, *kinds: str) -> Value | None:
        found = [v for v in self.values() if v.type[0] in kinds]
        return self.draw(st.sampled_from(found)) if found else None

    def path(self, *kinds: str) -> str | None:
        found = self.pick(*kinds)
        return found.text if found else None

    # -- values ------------------------------------------------------------------------------------------------------

    def text(self) -> str:
        return self.among(
            lambda: self.path("str", "enum"),
            lambda: self.path("str", "enum"),
            lambda: literal(self.one(*TEXTS)),
            lambda: f"({self.deeper.text()} + {self.deeper.text()})" if self.depth > 0 else None,
            lambda: self._choice(self.deeper.text) if self.depth > 0 else None,
        )

    def whole(self) -> str:
        return self.among(
            lambda: self.path("int"),
            lambda: self.one("0", "1", "2", "-1", "100", "9223372036854775807", "0x10"),
            lambda: f"size({self.lists()})" if self.depth > 0 else None,
            lambda: f"{self.path('str', 'enum') or literal('abc')}.size()",
            lambda: f"level({self.levels()})",
            lambda: f"version({self.text()}).{self.one('major', 'minor', 'patch')}" if self.depth > 0 else None,
            lambda: self._arithmetic(self.deeper.whole, "+", "-", "*", "/", "%"),
            lambda: f"-({self.deeper.whole()})" if self.depth > 0 else None,
            lambda: self._choice(self.deeper.whole) if self.depth > 0 else None,
        )

    def fraction(self) -> str:
        return self.among(
            lambda: self.path("double"),
            lambda: self.one("0.0", "0.5", "1.0", "100.25", "1e300", "-0.0"),
            lambda: self._arithmetic(self.deeper.fraction, "+", "-", "*", "/"),
        )

    def number(self) -> str:
        return self.among(self.whole, self.fraction)

    def _arithmetic(self, operand: Callable[[], str], *operators: str) -> str | None:
        return f"({operand()} {self.one(*operators)} {operand()})" if self.depth > 0 else None

    def _choice(self, branch: Callable[[], str]) -> str:
        return f"({self.deeper.condition()} ? {branch()} : {branch()})"

    def levels(self) -> str:
        """A text that may name a level; level literals are true ones."""
        return self.among(lambda: self.path("str"), lambda: literal(self.one(*LEVELS)))

    def day(self) -> str:
        return self.among(
            lambda: self.path("date"),
            lambda: self.one("as_of", *DATES),
            lambda: f"({self.deeper.day()} {self.one('+', '-')} {self.period()})" if self.depth > 0 else None,
        )

    def period(self) -> str:
        return self.among(lambda: self.path("period"), lambda: self.one(*PERIODS))

    def promise(self) -> str:
        return self.among(lambda: self.path("bound"), lambda: self.path("bound"), lambda: self.one(*PERCENTS))

    # -- lists -------------------------------------------------------------------------------------------------------

    def listed(self) -> Value:
        """A list, with its type."""
        options: list[Callable[[], Value | None]] = [
            lambda: self.pick("list"),
            lambda: self.pick("list"),
            lambda: self.pick("map"),
            lambda: Value(f"[{', '.join(self.one('1', '2', '100') for _ in range(3))}]", ["list", ["int"]], {}),
            lambda: Value(f"[{self.deeper.text()}, {self.deeper.text()}]", ["list", ["str"]], {}),
            lambda: Value("[]", ["list", ["any"]], {}),
            self._mixed,
        ]
        if self.depth > 0:
            options += [self._filtered, self._mapped]
        while options:
            found = options.pop(self.draw(st.integers(0, len(options) - 1)))()
            if found is not None:
                return found
        raise AssertionError

    def lists(self) -> str:
        return self.listed().text

    def _mixed(self) -> Value:
        items = [self.deeper.number(), self.deeper.text(), self.deeper.day(), "true", self.period(), "[1]", '{"a": 1}']
        kept = self.draw(st.lists(st.sampled_from(items), min_size=2, max_size=4, unique=True))
        return Value(f"[{', '.join(kept)}]", ["list", ["any"]], {})

    def _over(self) -> tuple[Value, str, Author]:
        held = self.deeper.listed()
        variable = f"v{self.depth}"
        item = ["str"] if held.type[0] == "map" else held.type[1]
        inner = Value(variable, item, held.trie.get(ITEM, {}) if held.type[0] == "list" else {})
        return held, variable, replace(self.deeper, sight=(*self.sight, inner, inner))

    def _filtered(self) -> Value:
        held, variable, author = self._over()
        item = ["str"] if held.type[0] == "map" else held.type[1]
        return Value(f"{held.text}.filter({variable}, {author.condition()})", ["list", item], held.trie)

    def _mapped(self) -> Value:
        held, variable, author = self._over()
        kind, body = self.draw(
            st.sampled_from([("int", author.whole), ("str", author.text), ("double", author.fraction)])
        )
        return Value(f"{held.text}.map({variable}, {body()})", ["list", [kind]], {})

    # -- conditions --------------------------------------------------------------------------------------------------

    def condition(self) -> str:
        """Something that is true or false, as far as the checker can see."""
        if self.depth <= 0:
            return self.among(self._flag, self._has, self._texts, self._words)
        return self.joined() if self.draw(st.booleans()) else self._leaf()

    def _leaf(self) -> str:
        return self.among(
            self._anything, self._flag, self._has, self._texts, self._words, self._numbers, self._days, self._periods,
            lambda: f"meets({self.promise()}, {self.promise()})",
            lambda: f"within({self.day()}, {self.period()})",
            self._under,
            self._membership,
        )  # fmt: skip

    def joined(self) -> str:
        """A condition made of others."""
        inner = self.deeper.condition
        return self.among(
            self._quantified,
            self._quantified,
            lambda: "(" + " && ".join(inner() for _ in range(self.draw(st.integers(2, 3)))) + ")",
            lambda: "(" + " || ".join(inner() for _ in range(self.draw(st.integers(2, 3)))) + ")",
            lambda: f"!({inner()})",
            lambda: self._choice(inner),
        )

    def _flag(self) -> str | None:
        path = self.path("bool")
        return path and self.one(path, f"{path} == true", f"({path} != false)")

    def _has(self) -> str | None:
        named = [v.text for v in self.values() if "." in v.text and not v.text.endswith("]")]
        return f"has({self.one('columns', 'datasets', *named)})"

    def _texts(self) -> str:
        operator = self.one(*RELATIONS)
        method = self.one("startsWith", "endsWith", "contains")
        return self.among(
            lambda: f"({self.path('str', 'enum') or literal('a')} {operator} {self.text()} + {literal('')})",
            lambda: f"{self.path('str', 'enum') or literal('a')}.{method}({self.text()})",
            lambda: f"{self.path('str', 'enum') or literal('a')}.matches({self.one(*PATTERNS)})",
        )

    def _words(self) -> str | None:
        """A field with a closed list of words against words of that list."""
        found = self.pick("enum", "str")
        if found is None:
            return None
        words = words_of(found.type)
        word = literal(self.one(*words))
        return self.one(
            f"({found.text} == {word})", f"{word} != {found.text}", f"({found.text} in [{word}, {literal(words[0])}])"
        )

    def _under(self) -> str | None:
        found = self.pick("str")
        if found is None:
            return None
        words = words_of(found.type)
        return f"under({found.text}, [{literal(self.one(*words))}, {self.path('str') or literal(words[0])}])"

    def _numbers(self) -> str:
        return f"({self.number()} {self.one(*RELATIONS)} {self.number()})"

    def _days(self) -> str:
        return f"({self.day()} {self.one(*RELATIONS)} {self.day()})"

    def _periods(self) -> str:
        return f"({self.period()} {self.one(*RELATIONS)} {self.period()})"

    def _anything(self) -> str | None:
        """Operations on something whose type only the run knows; the checker lets them pass."""
        path = self.path("any")
        if path is None:
            return None
        return self.among(
            lambda: f"({path} {self.one(*RELATIONS)} {self.text()})",
            lambda: f"({self.number()} {self.one(*RELATIONS)} {path})",
            lambda: f"({path} {self.one(*RELATIONS)} {path})",
            lambda: f"({path} {self.one('+', '-', '*', '/', '%')} {self.whole()} == {path})",
            lambda: f"({path} in {path})",
            lambda: f"({self.whole()} in {path})",
            lambda: f"has({path}.field)",
            lambda: f"({path}.field == {path}[0])",
            lambda: f"(size({path}) == -({path}))",
            lambda: f"{path}.startsWith({path})",
            lambda: f"under({path}, {path})",
            lambda: f"within({path}, {path})",
            lambda: f"meets({path}, {path})",
            lambda: f"(version({path}).major == level({path}))",
            lambda: f"{path}.matches({literal('a')})",
            lambda: f"{path}.exists(w, w == {path})",
            lambda: path,
            lambda: f"!({path})",
            lambda: f"({path} && {path})",
        )

    def untyped(self) -> str:
        """A condition over items of a list that holds one of each kind."""
        variable = f"v{self.depth}"
        inner = replace(self, sight=(*self.sight, Value(variable, ["any"], {})), depth=1)
        operator = self.one("&&", "||")
        body = (
            f"({inner._anything()}) {operator} ({inner._anything()})" if self.draw(st.booleans()) else inner._anything()
        )
        return f"{self._mixed().text}.{self.one('all', 'exists', 'exists_one')}({variable}, {body})"

    def _membership(self) -> str | None:
        found = self.pick("list", "map")
        if found is None:
            return None
        if found.type[0] == "map":
            return f"({self.text()} in {found.text})"
        item = found.type[1]
        if item[0] == "str":
            return f"({literal(self.one(*words_of(item)))} in {found.text})"
        return f"({found.text} == {found.text})"

    def _quantified(self) -> str:
        held, variable, author = self._over()
        macro = self.one("all", "exists", "exists_one")
        return f"{held.text}.{macro}({variable}, {author.condition()})"


def author(draw: Draw, trie: Trie, mesh: Trie) -> Author:
    """An author who sees the product, and the mesh where its trie is not empty."""
    sight = [*with_derived(trie).values()]
    if mesh:
        sight.append(Value("mesh", ["object", "Mesh"], mesh))
    return Author(draw, tuple(sight))
