"""Values for the search for counter-examples: moves of a setting, and what the fields that a rule reads may hold."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

from govengine.compile.constants import read
from govengine.compile.directions import direction_named
from govengine.conditions.ir import children, opened
from govengine.model.quantity import Percent, Period, parse_percent, parse_period, subtract

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govengine.conditions.ir import IR
    from govengine.language.syntax import SettingDirection
    from govengine.model.table import SchemaTable, TypeForm
    from govengine.model.vocabulary import Vocabulary
    from govengine.plan.clauses import Condition
    from govengine.plan.rules import PlanForEach

Word = str | int
Path = tuple[Word, ...]
EACH = "*"
"""In a path that is read: any element of a list or map."""
_ROOTS = {"spec": ("spec",), "metadata": ("metadata",), "columns": ("spec", "schema")}
_NAMED = (("metadata", "name"), ("metadata", "domain"), ("metadata", "version"), ("metadata", "owner"))
_LONGEST = 30
_MOST_ITEMS = 12


class Move(NamedTuple):
    """A setting's value, and one that a domain may move it to; `level` is None where it has no levels."""

    level: str | None
    before: object
    after: Any


def moves(direction: SettingDirection, value: object) -> list[Move]:
    """Moves of a setting in its direction, level by level: the shortest first."""
    by_level = value if isinstance(value, dict) else {None: value}
    return [Move(level, held, after) for level, held in by_level.items() for after in _tighter(direction, held)]


def _tighter(direction: SettingDirection, held: Any) -> list[object]:
    record = direction_named(direction)
    if not record.lists:
        return [v for v in _near(held) if _more(v, held) == record.tightens]
    if record.tightens > 0:
        return [[*held, _another(held)]]
    return [[v for v in held if v != gone] for gone in held] + ([[held[0]]] if len(held) > 2 else [])


def _another(held: list[object]) -> object:
    """A value of the same type that is not in a list; text for an empty one."""
    if held and not isinstance(held[0], str):
        return next((near for one in held for near in _near(one) if near not in held), held[0])
    return "another"


def _more(value: object, than: object) -> int:
    left, right = _size(value), _size(than)
    return int(left > right) - int(left < right)


def _size(value: object) -> Any:
    if isinstance(value, Percent):
        return value.value
    return (value.months * 30 + value.days, value.micros) if isinstance(value, Period) else value


def _near(value: object) -> list[object]:
    """The value itself, and some on both sides of it, near ones first."""
    if isinstance(value, bool):
        return [True, False]
    if isinstance(value, Percent):
        half = (value.value + 100) / 2
        amounts = [value.value, half, Decimal(100), value.value / 2, Decimal(0)]
        return [parse_percent(f"{amount.normalize():f}%") for amount in amounts]
    if isinstance(value, Period):
        days = value.months * 30 + value.days
        if not days:
            seconds = max(value.micros // 1_000_000, 1)
            return [value, *(parse_period(f"{n} seconds") for n in (seconds * 2, seconds * 4, seconds // 2, 0))]
        return [value, *(parse_period(f"{n} days") for n in (days * 2, days * 4, days // 2, 0))]
    if isinstance(value, date):
        return [value, *(value + timedelta(days=n) for n in (30, 400, -30, -400))]
    if isinstance(value, float):
        return [value, value + 1, value * 2 + 1, value / 2, 0.0]
    if isinstance(value, int):
        return [n for n in (value, value + 1, value * 2 + 2, value - 1, 0) if n >= 0]
    return [value]


def literal(value: object) -> str:
    """A value as an overlay writes it."""
    if isinstance(value, list):
        return "[" + ", ".join(literal(v) for v in value) + "]"
    if isinstance(value, Percent | Period):
        return value.text
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def reads(conditions: Iterable[Condition | None], each: PlanForEach | None) -> set[tuple[str, ...]]:
    """Paths of fields in a spec that compiled conditions read, the longest ones only."""
    found: set[tuple[str, ...]] = set()
    names: dict[str, tuple[str, ...] | None] = {}
    if each is not None:
        listed = _path(each["list"]["ir"], names, found)
        names[each["variable"]] = (*listed, EACH) if listed else None
        if each["where"] is not None:
            _path(each["where"]["ir"], names, found)
    for condition in conditions:
        if condition is not None:
            _path(condition["ir"], names, found)
    return {p for p in found if len(p) > 1 and not any(q[: len(p)] == p and q != p for q in found)}


def _path(ir: IR, names: Mapping[str, tuple[str, ...] | None], found: set[tuple[str, ...]]) -> tuple[str, ...] | None:
    """The path that a form selects, or None; every path below is added to `found`."""
    path: tuple[str, ...] | None = None
    match opened(ir):
        case ("var", name):
            path = names[name] if name in names else _ROOTS.get(name)
        case ("sel", base, field, _) | ("has", base, field):
            above = _path(base, names, found)
            path = above if above is None or not field else (*above, field)
        case ("idx", base, key):
            above = _path(base, names, found)
            _path(key, names, found)
            path = None if above is None else (*above, str(key[1]) if key[0] == "k" else EACH)
        case ("call", "retention", (column,)):
            _path(column, names, found)
            path = ("spec", "governance", "retention")
        case ("macro", _, ranged, variable, body):
            above = _path(ranged, names, found)
            _path(body, {**names, variable: None if above is None else (*above, EACH)}, found)
            path = above if ir[1] == "filter" else None
        case (
            "k"
            | "q"
            | "root"
            | "setting"
            | "and"
            | "or"
            | "not"
            | "neg"
            | "cmp"
            | "eq"
            | "in"
            | "math"
            | "if"
            | "list"
            | "map"
            | "is"
            | "call"
            | "level"
            | "need",
            *_,
        ):
            for child in children(ir):
                _path(child, names, found)
        case _ as other:
            assert_never(other)
    if path is not None:
        found.add(path)
    return path


def constants(ir: IR) -> Iterator[object]:
    """Texts and numbers that a form compares with, as they are written from left to right."""
    node = opened(ir)
    if node[0] == "k" and not isinstance(node[1], bool):
        yield node[1]
    elif node[0] == "q":
        yield read(node[1], node[2])
    for child in children(ir):
        yield from constants(child)


class Fields:
    """The fields that a rule reads, and values to try in them.

    Args:
        paths: what `reads` gives.
        schema: the table of product specs.
        vocabularies: the closed lists.
        words: values of the setting, before and after; lists of them count item by item.
        as_of: the day of judging.

    """

    def __init__(
        self,
        paths: set[tuple[str, ...]],
        schema: SchemaTable,
        vocabularies: Mapping[str, Vocabulary],
        words: Sequence[object],
        as_of: date,
    ) -> None:
        self._objects, self._root, self._vocabularies = schema["objects"], schema["root"], vocabularies
        flat = [item for word in words for item in (word if isinstance(word, list) else [word])]
        self._words = [near for word in flat for near in _near(word)]
        self._as_of = as_of
        self._counts = [w for w in self._words if type(w) is int and 1 < w <= _MOST_ITEMS]
        self._tree: dict[str, Any] = {}
        for path in sorted(paths - set(_NAMED)):
            node = self._tree
            for step in path:
                node = node.setdefault(step, {})

    def draw(self, chance: random.Random) -> dict[Path, object]:
        """One choice of values by concrete path: elements of lists by their number."""
        leaves: dict[Path, object] = {}
        for root, tree in self._tree.items():
            self._fill(tree, ["object", {"spec": "Spec", "metadata": "Metadata"}[root]], (root,), chance, leaves)
        return leaves

    def _fill(
        self, tree: Mapping[str, Any], type_: TypeForm, at: Path, chance: random.Random, leaves: dict[Path, object]
    ) -> None:
        if not tree:
            leaves[at] = chance.choice(self._values(type_))
            return
        if EACH in tree and type_[0] in ("list", "map"):
            count = chance.choice((1, 1, 1, 2, 0, *self._counts))
            if count == 0:
                leaves[at] = [] if type_[0] == "list" else {}
            for i in range(count):
                step: Word = i if type_[0] == "list" else f"key{i}"
                self._fill(tree[EACH], type_[1], (*at, step), chance, leaves)
            return
        for step, below in tree.items():
            if chance.random() < 0.15:
                continue
            inner = self._type(type_, step)
            if inner is not None:
                self._fill(below, inner, (*at, step), chance, leaves)

    def _type(self, type_: TypeForm, step: str) -> TypeForm | None:
        if type_[0] == "map":
            return list(type_[1])
        field = self._objects[type_[1]]["fields"].get(step) if type_[0] == "object" else None
        return None if field is None or field["derived"] else field["type"]

    def _values(self, type_: TypeForm) -> list[Any]:
        kind = type_[0]
        if kind == "list":
            items = self._values(type_[1])
            more = [[deepcopy(items[0]) for _ in range(count)] for count in self._counts]
            return [[], *([item] for item in items), items[:2], items, *more]
        if kind in ("map", "object"):
            return [{}]
        if kind == "bool":
            return [True, False]
        if kind == "enum":
            return list(type_[1])
        if kind == "str":
            return self._texts(type_)
        return self._quantities(kind) or [1]

    def _texts(self, type_: TypeForm) -> list[str]:
        texts = list(dict.fromkeys(w for w in self._words if isinstance(w, str)))
        if len(type_) == 1:
            return [*texts, "something"]
        vocabulary = self._vocabularies[type_[1]]
        known = [t for t in texts if vocabulary.holds(t)]
        return list(dict.fromkeys([*known, *sorted(vocabulary.words)]))[:_LONGEST] or ["something"]

    def _quantities(self, kind: str) -> list[Any]:
        """Values of the setting's own kind, as a spec writes them."""
        periods = [w for w in self._words if isinstance(w, Period)]
        if kind == "period":
            return [w.text for w in periods] or ["1 day", "1 year"]
        if kind == "date":
            own = [w for w in self._words if isinstance(w, date)]
            return own + [subtract(self._as_of, w) for w in periods] or [self._as_of]
        if kind in ("bound", "percent"):
            shares = [w.text for w in self._words if isinstance(w, Percent)]
            sizes = [f">={w}" for w in self._words if isinstance(w, int | float) and not isinstance(w, bool)]
            return shares + sizes + [f"<={w.text.replace(' ', '')}" for w in periods] or ["99%"]
        if kind == "rate":
            return ["1/second", "100/hour"]
        numbers = [w for w in self._words if isinstance(w, int | float) and not isinstance(w, bool)]
        return [int(n) for n in numbers] if kind == "int" else [float(n) for n in numbers]

    def document(self, head: dict[str, Any], leaves: Mapping[Path, object]) -> dict[str, object]:
        """A spec: what stands in every spec, the leaves, and what their objects must declare."""
        for path, value in leaves.items():
            _put(head, path, value)
        head["spec"] = _closed_up(head["spec"])
        self._complete(head, ["object", self._root])
        return head

    def _complete(self, value: object, type_: TypeForm) -> None:
        if type_[0] == "list" and isinstance(value, list):
            for number, item in enumerate(value):
                self._complete(item, type_[1])
                if isinstance(item, dict) and item.get("name") == "example":
                    item["name"] = f"example_{number + 1}"
        elif type_[0] == "map" and isinstance(value, dict):
            for item in value.values():
                self._complete(item, type_[1])
        elif type_[0] == "object" and isinstance(value, dict):
            for name, field in self._objects[type_[1]]["fields"].items():
                if name in value:
                    self._complete(value[name], field["type"])
                elif field["required"] and not field["derived"]:
                    value[name] = "example" if field["type"][0] == "str" else self._values(field["type"])[0]


def _closed_up(value: object) -> object:
    """The same without holes in lists."""
    if isinstance(value, list):
        return [_closed_up(v) for v in value if v is not None]
    return {k: _closed_up(v) for k, v in value.items()} if isinstance(value, dict) else value


def _put(into: Any, path: Path, value: object) -> None:
    """Write a value at a path; an element that nothing is written of leaves a hole."""
    for step, following in zip(path, (*path[1:], None), strict=True):
        if isinstance(step, int):
            while len(into) <= step:
                into.append(None)
        held = into[step] if isinstance(step, int) else into.get(step)
        if following is None:
            into[step] = value
            return
        if held is None:
            held = [] if isinstance(following, int) else {}
            into[step] = held
        into = held
