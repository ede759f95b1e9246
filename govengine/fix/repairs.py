"""A condition that does not hold → changes of the spec under which it should: alternatives, each a few values.

Follows the condition's intermediate form with the same traces that explain it. What comes out is a guess in the right
place; only judging the edited spec decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice, product
from typing import TYPE_CHECKING, Any, assert_never

from govengine.conditions.explain import Explainer, TracedValue
from govengine.conditions.function import called
from govengine.conditions.ir import form, opened
from govengine.conditions.runtime import MISSING, ConditionError
from govengine.fix.knowledge import fields_of, may_remove, may_write, only_a_person_knows
from govengine.model.quantity import PROMISED_TIMES, Bound, Percent, Period, Rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govengine.conditions.ir import IR, Comparison, MacroKind
    from govengine.model.table import SchemaTable, TypeForm
    from govengine.model.vocabulary import Vocabulary

Path = tuple[str | int, ...]
Names = dict[str, TracedValue]
STAND_IN = "something"
_MOST = 24
_DEEPEST = 24
_RETENTION = ("spec", "governance", "retention")
_FLIPPED: dict[Comparison, Comparison] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED: dict[Comparison, Comparison] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_SAMPLES = {"period": "1 year", "bound": "99%", "percent": "99%", "rate": "100/hour", "int": 1, "double": 1.0}


@dataclass(frozen=True, slots=True)
class Wish:
    """One value to be written. `of` names what may stand there, where a person has to choose, or is ""."""

    path: Path
    value: object
    remove: bool = False
    of: str = ""


Option = tuple[Wish, ...]


class Repairs:
    """Alternatives for conditions of one product, under the roots and settings that it is judged with."""

    def __init__(
        self,
        explainer: Explainer,
        roots: Mapping[str, object],
        schema: SchemaTable,
        vocabularies: Mapping[str, Vocabulary],
        levels: Mapping[str, int],
    ) -> None:
        self._explainer, self._roots = explainer, roots
        self._objects, self._root, self._vocabularies = schema["objects"], schema["root"], vocabularies
        self._levels = sorted(levels, key=lambda name: levels[name])
        self._ranks = levels

    def of(self, ir: IR, names: Mapping[str, TracedValue], *, want: bool = True) -> list[Option]:
        """Alternatives, likeliest first; none where nothing can be derived."""
        found = self._repair(ir, dict(names), want, 0)
        return list(islice(dict.fromkeys(tuple(dict.fromkeys(o)) for o in found if o), _MOST))

    def listed(self, ir: IR) -> list[Option]:
        """Alternatives for a list that a rule goes through and that is not declared: its first item."""
        path = self._path(ir, {})
        return [] if path is None else self._write((*path, 0), None)

    # -- forms -------------------------------------------------------------------------------------------------------

    def _repair(self, ir: IR, names: Names, want: bool, depth: int) -> list[Option]:
        if depth > _DEEPEST:
            return []
        try:
            if bool(self._explainer.trace(ir, names).value) is want:
                return [()]
        except (ConditionError, KeyError, TypeError):
            pass
        match opened(ir):
            case ("is", _, operand):
                return self._repair(operand, names, want, depth + 1)
            case ("not", operand):
                return self._repair(operand, names, not want, depth + 1)
            case ("and" | "or" as word, operands):
                each = [self._repair(o, names, want, depth + 1) for o in operands]
                return all_of(each) if (word == "and") is want else _any_of(each)
            case ("if", condition, yes, no):
                return self._repair(yes if self._holds(condition, names) else no, names, want, depth + 1)
            case ("macro", kind, ranged, variable, body):
                return self._macro(kind, ranged, variable, body, names, want, depth)
            case ("sel", *_):
                return self._write(self._path(ir, names), [want])
            case ("has", base, field):
                path = self._path(form(("sel", base, field, None)) if field else base, names)
                return self._write(path, None) if want else []
            case ("eq", left, right, _, negated):
                return self._equal(left, right, names, want is not negated)
            case ("cmp", operator, left, right, _):
                return self._compare(operator if want else _NEGATED[operator], left, right, names)
            case ("in", left, right):
                return self._within_list(left, right, names, want)
            case ("call", name, args):
                return self._call(name, args, names, want)
            case (
                "k" | "q" | "var" | "root" | "idx" | "setting" | "neg" | "math" | "list" | "map" | "level" | "need",
                *_,
            ):
                return []
            case _ as other:
                assert_never(other)

    def _macro(
        self, kind: MacroKind, ranged: IR, variable: str, body: IR, names: Names, want: bool, depth: int
    ) -> list[Option]:
        path = self._path(ranged, names)
        try:
            held = self._explainer.trace(ranged, names)
            items = [held.item(i) for i in range(len(held.value))]
        except (ConditionError, TypeError):
            items = []
        each = [self._repair(body, {**names, variable: item}, want, depth + 1) for item in items]
        if (kind == "all" and want) or (kind == "exists" and not want):
            removals = []
            if kind == "exists" and path is not None and may_remove(path):
                open_ = [i for i, options in enumerate(each) if options != [()]]
                removals = [tuple(Wish((*path, i), None, remove=True) for i in reversed(open_))] if open_ else []
            if not items:  # nothing is declared yet: an item to judge, where it is asked of all
                return self._write((*path, 0), None) if kind == "all" and path is not None else []
            return all_of(each) + removals
        if kind in ("exists", "exists_one") and want:
            found = _chosen_by_a_person(_any_of(each))
            if path is not None and may_write((*path, len(items)), declared=False):
                fresh = TracedValue({}, (*path, len(items)))
                found += self._repair(body, {**names, variable: fresh}, want, depth + 1)
            return found
        return []

    def _equal(self, left: IR, right: IR, names: Names, want: bool) -> list[Option]:
        found: list[Option] = []
        if want and self._value(left, names) is None and self._value(right, names) is None:
            return all_of([self._write(self._path(side, names), None) for side in (left, right)])
        for one, other in ((left, right), (right, left)):
            path = self._path(one, names)
            value = self._value(other, names)
            if path is None:
                continue
            if want and value is not None:
                found += self._write(path, [value], given=self._path(other, names) is not None)
            elif not want:
                others = [v for v in self._samples(path) if v != value]
                found += self._write(path, others or [f"another {STAND_IN}"])
        return found

    def _compare(self, operator: Comparison, left: IR, right: IR, names: Names) -> list[Option]:
        found: list[Option] = []
        for one, other, sign in ((left, right, operator), (right, left, _FLIPPED[operator])):
            subject = self._counted(one)
            if subject is not None:
                found += self._more_items(subject, sign, self._value(other, names), names)
                continue
            path = self._path(one, names)
            limit = self._value(other, names)
            if path is None:
                continue
            if one[0] == "level":
                found += self._write(path, self._ranked(sign, limit))
            elif limit is not None:
                beyond, of = list(_beyond(limit, sign)), _side(limit, sign)
                found += self._write(path, beyond, of=of) + self._kept_apart(one, beyond, of, names)
            else:
                found += self._write(path, None)
        return found

    def _ranked(self, sign: str, limit: object) -> list[str]:
        if not isinstance(limit, int):
            return self._levels
        above = [n for n in self._levels if self._ranks[n] > limit or (sign == ">=" and self._ranks[n] == limit)]
        below = [n for n in self._levels if self._ranks[n] < limit or (sign == "<=" and self._ranks[n] == limit)]
        return above if sign in (">", ">=") else below[::-1]

    def _counted(self, ir: IR) -> IR | None:
        node = opened(ir)
        return node[2][0] if node[0] == "call" and called(node[1]).counts else None

    def _more_items(self, listed: IR, sign: str, limit: object, names: Names) -> list[Option]:
        path = self._path(listed, names)
        if path is None or sign not in (">", ">=") or type(limit) is not int or limit > 5:
            return []
        held = self._value(listed, names)
        count = len(held) if isinstance(held, list) else 0
        wanted = limit + (sign == ">")
        each = [self._write((*path, i), None) for i in range(count, wanted)]
        return all_of(each) if each else []

    def _within_list(self, left: IR, right: IR, names: Names, want: bool) -> list[Option]:
        value, listed = self._value(left, names), self._value(right, names)
        path, list_path = self._path(left, names), self._path(right, names)
        found: list[Option] = []
        if want:
            if list_path is not None and value is not None:
                count = len(listed) if isinstance(listed, list) else 0
                found += self._write((*list_path, count), [value])
            if path is not None and isinstance(listed, list):
                found += self._write(path, listed)
        elif isinstance(listed, list):
            if list_path is not None and may_remove(list_path) and value in listed:
                found.append((Wish((*list_path, listed.index(value)), None, remove=True),))
            if path is not None:
                found += self._write(path, [v for v in self._samples(path) if v not in listed])
        return found

    def _call(self, name: str, args: tuple[IR, ...], names: Names, want: bool) -> list[Option]:
        path = self._path(args[0], names) if args else None
        if not want:
            return self._write(path, [STAND_IN])
        second = self._value(args[1], names) if len(args) > 1 else None
        repair = called(name).repair
        if repair == "the as-of day":
            return self._write(path, [self._roots["as_of"]])
        if repair == "an item" and isinstance(second, list):
            return self._write(path, second)
        if repair == "the limit" and second is not None:
            return self._write(path, [second])
        if isinstance(second, str):
            return self._write(path, [f"{second}{STAND_IN}", f"{STAND_IN}{second}", second])
        return self._write(path, None)

    # -- values ------------------------------------------------------------------------------------------------------

    def _holds(self, ir: IR, names: Names) -> bool:
        try:
            return bool(self._explainer.trace(ir, names).value)
        except ConditionError:
            return False

    def _value(self, ir: IR, names: Names) -> object:
        try:
            return self._explainer.trace(ir, names).value
        except (ConditionError, KeyError, TypeError):
            return None

    def _path(self, ir: IR, names: Names) -> Path | None:
        """Where in the spec a form's value stands, or would stand."""
        match opened(ir):
            case ("is", _, inner) | ("level", inner, _):
                return self._path(inner, names)
            case ("var" | "root", name):
                path: Path | None = names[name].path if name in names else (name,)
                if path is not None and path[0] == "columns":
                    path = ("spec", "schema", *path[1:])
                return path if path is not None and path[0] == "spec" else None
            case ("sel", base, field, _):
                above = self._path(base, names)
                return None if above is None else (*above, field)
            case ("idx", base, key):
                above, wanted = self._path(base, names), self._value(key, names)
                return (*above, wanted) if above is not None and isinstance(wanted, str | int) else None
            case ("call", "retention", (column,)):
                return self._retention(self._value(column, names))
            case (
                "k"
                | "q"
                | "has"
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
                | "macro"
                | "call"
                | "need",
                *_,
            ):
                return None
            case _ as other:
                assert_never(other)

    def _retention(self, column: object) -> Path:
        category = column.get("retention_category") if isinstance(column, dict) else None
        listed = self._held((*_RETENTION, "per_category"))
        for i, entry in enumerate(listed if isinstance(listed, list) else ()):
            if category is not None and entry.get("category") == category:
                return (*_RETENTION, "per_category", i)
        return _RETENTION

    def _kept_apart(self, ir: IR, periods: list[object], of: str, names: Names) -> list[Option]:
        """A retention of its own for a column that has none, where that of the product cannot be moved.

        It is called as the column is.
        """
        match opened(ir):
            case ("sel", called, field, _):
                call = opened(called)
                if call[0] != "call" or call[1] != "retention":
                    return []
                (column,) = call[2]
                path, held = self._path(column, names), self._value(column, names)
            case _:
                return []
        if path is None or not isinstance(held, dict) or "retention_category" in held or "name" not in held:
            return []
        listed = self._held((*_RETENTION, "per_category"))
        entry = (*_RETENTION, "per_category", len(listed) if isinstance(listed, list) else 0)
        name = [held["name"]]
        return all_of(
            [
                self._write((*path, "retention_category"), name, given=True),
                self._write((*entry, "category"), name, given=True),
                self._write((*entry, field), periods, of=of),
            ]
        )

    def _held(self, path: Path) -> object:
        held: Any = self._roots
        for step in path:
            number = isinstance(held, list) and isinstance(step, int) and step < len(held)
            if not number and not (isinstance(held, dict) and step in held):
                return MISSING
            held = held[step]
        return held

    def _type(self, path: Path) -> TypeForm | None:
        type_: TypeForm | None = ["object", self._root]
        for step in path:
            if type_ is None:
                return None
            if type_[0] == "object" and isinstance(step, str):
                field = self._objects[type_[1]]["fields"].get(step)
                type_ = None if field is None else field["type"]
            elif type_[0] in ("list", "map"):
                type_ = type_[1]
            else:
                return None
        return type_

    def _samples(self, path: Path) -> list[Any]:
        type_ = self._type(path)
        if type_ is None:
            return []
        kind = type_[0]
        if kind == "bool":
            return [True, False]
        if kind == "enum":
            return list(type_[1])
        if kind == "date":
            return [self._roots["as_of"]]
        if kind == "str" and len(type_) > 1:
            words = self._vocabularies.get(type_[1])
            if type_[1] == "classification":
                return self._levels[::-1]
            return sorted(words.words)[:_MOST] if words is not None else []
        if kind == "str":
            return [STAND_IN]
        if kind == "list":
            return [(), *((v,) for v in self._samples((*path, 0))[:3])]
        if kind == "bound" and path[-1] in PROMISED_TIMES:
            return ["24h"]
        return [_SAMPLES[kind]] if kind in _SAMPLES else []

    def _write(self, path: Path | None, values: list[Any] | None, *, given: bool = False, of: str = "") -> list[Option]:
        """A value at a path, for each of some; None stands for any that its type takes.

        `given` says that the spec itself holds the value elsewhere, so that nobody has to find it out.
        """
        if path is None:
            return []
        held = self._held(path)
        type_ = self._type(path)
        declared = held is not MISSING
        if type_ is None or not may_write(path, declared=declared) or (declared and values is None):
            return []
        if type_[0] == "object":
            inside = sorted(w for w, f in self._objects[type_[1]]["fields"].items() if f["required"])
            return all_of([self._write((*path, w), None) for w in inside]) if inside else []
        tried = self._samples(path) if values is None else values
        texts = [v for v in map(_written, tried) if v is not None]
        if fields_of(path)[-1] == "classification" and isinstance(held, str):
            texts = [v for v in texts if self._ranks.get(str(v), -1) > self._ranks.get(held, 99)]
        if given and not any(isinstance(v, str) and STAND_IN in v for v in texts):
            return [(Wish(path, v),) for v in texts[:_MOST]]
        by_person = only_a_person_knows(path, type_) or (values is None and type_[0] not in ("enum", "bool"))
        if fields_of(path)[-1] == "classification" and not declared:
            by_person = True  # a rule knows the lowest that will do, not how confidential the data is
        if type_[0] in ("str", "enum") and not declared and len(texts) > 1:
            by_person = True  # a rule that leaves a choice leaves it to somebody
        by_person = by_person or any(isinstance(v, str) and STAND_IN in v for v in texts)
        of = (of or self._wanted(type_, texts)) if by_person else ""
        return [(Wish(path, v, of=of),) for v in texts[:_MOST]]

    def _wanted(self, type_: TypeForm, values: list[object]) -> str:
        known = [str(v) for v in values if isinstance(v, str) and STAND_IN not in v]
        if known and type_[0] in ("str", "enum"):
            return known[0] if len(known) == 1 else f"one of {', '.join(known[:8])}"
        words = {
            "date": "a date",
            "bool": "true or false",
            "list": "a list; [] says none",
            "period": "a period",
            "bound": "a promise",
        }
        return words.get(type_[0], "a number" if type_[0] in ("int", "double") else "a text")


def _written(value: object) -> object:
    """A value as a spec writes it; None where it cannot stand there."""
    if isinstance(value, Percent | Period | Bound | Rate):
        return value.text
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | tuple) else None


def _side(limit: object, sign: str) -> str:
    """What a person may fill in where a date has to stand on one side of another."""
    if not isinstance(limit, date):
        return ""
    words = {">": "a date after", ">=": "a date not before", "<": "a date before", "<=": "a date not after"}
    return f"{words[sign]} {limit.isoformat()}"


def _beyond(limit: object, sign: str) -> Iterator[object]:
    """Values on the right side of a limit, nearest first."""
    if sign in ("<=", ">="):
        yield limit
    if isinstance(limit, date):
        yield limit + timedelta(days=1 if sign in (">", ">=") else -1)
    elif isinstance(limit, int | float) and not isinstance(limit, bool):
        yield limit + (1 if sign in (">", ">=") else -1)


def all_of(each: list[list[Option]]) -> list[Option]:
    """One of each, together: those at the same place in every list first."""
    if not each or not all(each):
        return []
    together: dict[Option, None] = {}
    for i in range(max(len(options) for options in each)):
        together[_joined(options[min(i, len(options) - 1)] for options in each)] = None
    for chosen in islice(product(*each), _MOST * 4):
        together[_joined(chosen)] = None
    return list(islice(together, _MOST))


def _joined(options: Iterable[Option]) -> Option:
    """All wishes together; items that several append to one list stand one after another."""
    held: dict[tuple[Path, bool], Wish] = {}
    for option in options:
        for wish in option:
            path = wish.path
            while (path, wish.remove) in held and held[path, wish.remove].value != wish.value:
                if not isinstance(path[-1], int):
                    break
                path = (*path[:-1], path[-1] + 1)
            held.setdefault((path, wish.remove), replace(wish, path=path))
    return tuple(held.values())


def _chosen_by_a_person(options: list[Option]) -> list[Option]:
    """Where any of several items would do, which one is meant is nothing that a rule tells."""
    single = [o[0] for o in options if len(o) == 1]
    if len(options) < 2 or len(single) < len(options) or len({w.path for w in single}) > 1:
        return options
    of = "one of " + ", ".join(str(w.value) for w in single[:8]) + (", …" if len(single) > 8 else "")
    return [(replace(w, of=of),) for w in single]


def _any_of(each: list[list[Option]]) -> list[Option]:
    found = list(dict.fromkeys(option for options in each for option in options))
    return sorted(found, key=len)[:_MOST]


__all__ = ["STAND_IN", "Option", "Repairs", "Wish", "all_of"]
