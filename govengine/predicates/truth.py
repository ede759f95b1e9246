"""Whether a predicate can be true of any row, and whether it can be anything else.

A predicate is looked at as a sum of parts: columns and whatever is made of them, each of which may have any value in
the stretches that the predicate's own constants cut, and tests of which nothing is known, which may come out any way.
Parts are taken to be free of each other, which allows more rows than there can be: what then is never true, or always,
is so for certain. What has too many cases is left alone.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Node = dict[str, Any]
Sense = Literal["never", "always"]
MAX_CASES = 20_000
_SIGNS = {
    "COMPARE_EQUAL": "=",
    "COMPARE_NOTEQUAL": "<>",
    "COMPARE_LESSTHAN": "<",
    "COMPARE_LESSTHANOREQUALTO": "<=",
    "COMPARE_GREATERTHAN": ">",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
    "COMPARE_DISTINCT_FROM": "<>",
    "COMPARE_NOT_DISTINCT_FROM": "=",
}
_KNOWS_NULL = ("COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM")
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_NUMBERS = ("INTEGER", "NUMERIC", "DECIMAL", "FLOAT", "DOUBLE", "BIGINT", "HUGEINT")
_UNSAID = ("query_location", "query_location_length", "alias")
_NEGATED = {"!~~": "~~", "!~~*": "~~*"}
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Form(NamedTuple):
    """A figure: multiples of terms, and a constant. Without terms it is the constant alone."""

    terms: tuple[tuple[str, Fraction], ...]
    constant: Fraction


class _Test(NamedTuple):
    """A comparison of a part with a constant; `nulls` are the terms that make it unknown where they are missing."""

    part: str
    sign: str
    point: Fraction | str
    nulls: tuple[str, ...]
    knows_null: bool = False


_Truth = tuple[Any, ...]
"""("const", bool), ("test", _Test), ("null", term), ("free", shape), ("not", a), ("and" or "or", …)."""


def sense(tree: Node) -> Sense | None:
    """Whether a predicate is never true, or always true of rows in which nothing is missing; None for neither.

    `v is not null` is neither: it asks whether something is missing.
    """
    read = _Reading()
    whole = read.truth(tree)
    points: dict[str, list[Any]] = {}
    for test in read.tests:
        points.setdefault(test.part, []).append(test.point)
    places = {part: _stretches(held) for part, held in points.items()}
    nulls, free = sorted(read.nulls), sorted(read.free)
    if _count(places, len(nulls), len(free)) > MAX_CASES:
        return None
    never, always = True, True
    for case in _cases(places, nulls, free):
        answer = _holds(whole, case)
        never = never and answer is not True
        whole_row = not any(case[("null", n)] for n in nulls) and all(case[("free", f)] is not None for f in free)
        # What asks only whether values are there says something, unless it is true of all rows.
        always = always and (answer is True or (read.asks and not whole_row))
        if not never and not always:
            return None
    return "never" if never else "always"


class _Reading:
    """Puts a parse tree into the few forms that are looked at, and keeps what they are about."""

    def __init__(self) -> None:
        self.tests: list[_Test] = []
        self.nulls: set[str] = set()
        self.free: set[str] = set()
        self.asks = False
        """Whether anything but `is null` is asked."""

    def truth(self, node: Node) -> _Truth:
        """A condition."""
        kind = node.get("type")
        children = node.get("children") or []
        match kind:
            case "CONJUNCTION_AND" | "CONJUNCTION_OR":
                return ("and" if kind == "CONJUNCTION_AND" else "or", *map(self.truth, children))
            case "OPERATOR_NOT":
                return ("not", self.truth(children[0]))
            case "OPERATOR_IS_NULL" | "OPERATOR_IS_NOT_NULL":
                inner: _Truth = ("null", self._nullable(children[0]))
                return inner if kind == "OPERATOR_IS_NULL" else ("not", inner)
            case "COMPARE_IN" | "COMPARE_NOT_IN":
                listed = ("or", *(self._compare(children[0], "=", c) for c in children[1:]))
                return listed if kind == "COMPARE_IN" else ("not", listed)
            case "COMPARE_BETWEEN":
                lower = self._compare(node["input"], ">=", node["lower"])
                return ("and", lower, self._compare(node["input"], "<=", node["upper"]))
            case _ if kind in _SIGNS:
                return self._compare(node["left"], _SIGNS[kind], node["right"], knows_null=kind in _KNOWS_NULL)
            case _:
                pass
        literal = node.get("literal") or {}
        if node.get("class") == "CONSTANT" and literal.get("kind") == "BOOLEAN":
            return ("const", str(literal.get("text")).lower() == "true")
        name = str(node.get("function_name", ""))
        if node.get("class") == "FUNCTION" and name in _NEGATED:
            return ("not", self._free({**node, "function_name": _NEGATED[name], "qualified_name": None}))
        return self._free(node)

    def _free(self, node: Node) -> _Truth:
        self.asks = True
        shape = _shape({**node, "qualified_name": None} if "qualified_name" in node else node)
        self.free.add(shape)
        return ("free", shape)

    def _nullable(self, node: Node) -> str:
        name = _shape(_same(node))
        self.nulls.add(name)
        return name

    def _compare(self, left: Node, sign: str, right: Node, *, knows_null: bool = False) -> _Truth:
        self.asks = True
        left, right = _same(left), _same(right)
        texts = (_text(left), _text(right))
        if texts[0] is not None and texts[1] is not None:
            return ("const", _compared(texts[0], sign, texts[1]))
        if texts[0] is not None:
            left, right, sign, texts = right, left, _TURNED[sign], (None, texts[0])
        if texts[1] is not None:
            if not _is_point(texts[1]) or _number(left) is not None:
                return self._free({"sign": sign, "left": left, "right": right})
            name = _shape(left)
            return self._test(f"text {name}", sign, texts[1], (name,), knows_null=knows_null)
        for side, other in ((left, right), (right, left)):
            literal = side.get("literal") or {}
            if literal.get("kind") == "BOOLEAN" and sign in ("=", "<>") and not knows_null:
                wanted = (str(literal.get("text")).lower() == "true") == (sign == "=")
                inner = self.truth(other)
                return inner if wanted else ("not", inner)
        form = _minus(_figure(left), _figure(right))
        if not form.terms:
            answer: _Truth = ("const", _compared(Fraction(0), sign, -form.constant))
            names = sorted({name for name, _ in (*_figure(left).terms, *_figure(right).terms)})
            self.nulls.update(names)
            # `v = v` is unknown where `v` is missing.
            return answer if knows_null else ("unless", answer, *names)
        lead = form.terms[0][1]
        scaled = tuple((name, factor / lead) for name, factor in form.terms)
        sign = sign if lead > 0 else _TURNED[sign]
        names = sorted(name for name, _ in scaled)
        return self._test(json.dumps([(n, str(f)) for n, f in scaled]), sign, -form.constant / lead, tuple(names),
                          knows_null=knows_null)  # fmt: skip

    def _test(self, part: str, sign: str, point: Fraction | str, nulls: tuple[str, ...], *, knows_null: bool) -> _Truth:
        if knows_null and len(nulls) > 1:
            return self._free({"part": part, "sign": sign, "point": str(point)})
        test = _Test(part, sign, point, nulls, knows_null)
        self.tests.append(test)
        self.nulls.update(nulls)
        return ("test", test)


def _same(node: Node) -> Node:
    """A value without what does not change it: `coalesce(v, v)` is `v`, a constant is itself in any type."""
    while node.get("class") == "CAST" and (node.get("child") or {}).get("class") == "CONSTANT":
        node = node["child"]
    children = node.get("children") or []
    if node.get("type") == "OPERATOR_COALESCE" and len({_shape(c) for c in children}) == 1:
        return _same(children[0])
    return node


def _text(node: Node) -> str | None:
    literal = node.get("literal") or {}
    return str(literal.get("text", "")) if node.get("class") == "CONSTANT" and literal.get("kind") == "STRING" else None


def _is_point(text: str) -> bool:
    """Whether a text has a place among others: one that may be read as a number or another day has not."""
    return bool(_ISO_DAY.fullmatch(text)) or not re.match(r"\s*[-+.0-9]|\s*$", text)


def _number(node: Node) -> Fraction | None:
    literal = node.get("literal") or {}
    if node.get("class") != "CONSTANT" or literal.get("kind") not in _NUMBERS:
        return None
    try:
        return Fraction(str(literal.get("text", "")))
    except (ValueError, ZeroDivisionError):
        return None


def _figure(node: Node) -> _Form:
    """A value as a sum; what is no sum of others is a term of its own."""
    node = _same(node)
    number = _number(node)
    if number is not None:
        return _Form((), number)
    arguments = [a.get("expression", a) for a in node.get("arguments") or ()]
    name = node.get("function_name") if node.get("is_operator") else None
    if name in ("+", "-") and len(arguments) == 2 and not any(_text(a) is not None for a in arguments):
        left, right = map(_figure, arguments)
        return _minus(left, right) if name == "-" else _minus(left, _times(right, Fraction(-1)))
    if name == "-" and len(arguments) == 1:
        return _times(_figure(arguments[0]), Fraction(-1))
    if name == "*" and len(arguments) == 2:
        for one, other in (arguments, arguments[::-1]):
            factor = _number(_same(one))
            if factor is not None and factor != 0:
                return _times(_figure(other), factor)
    return _Form(((_shape(node), Fraction(1)),), Fraction(0))


def _times(form: _Form, factor: Fraction) -> _Form:
    return _Form(tuple((name, f * factor) for name, f in form.terms), form.constant * factor)


def _minus(left: _Form, right: _Form) -> _Form:
    terms = dict(left.terms)
    for name, factor in right.terms:
        terms[name] = terms.get(name, Fraction(0)) - factor
    return _Form(tuple(sorted((n, f) for n, f in terms.items() if f)), left.constant - right.constant)


def _shape(node: Any) -> str:
    """A value or test, alike for all places where it stands."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            shown = {k: bare(v) for k, v in value.items() if k not in _UNSAID}
            if shown.get("class") == "COLUMN_REF":
                shown["column_names"] = [str(c).lower() for c in shown["column_names"]]
            return shown
        return [bare(v) for v in value] if isinstance(value, list) else value

    return json.dumps(bare(node), sort_keys=True, default=str)


def _stretches(points: list[Any]) -> list[tuple[int, Any]]:
    """Places of a part: at each point and in each gap, as (rank, point or None)."""
    ordered = sorted(set(points))
    found: list[tuple[int, Any]] = [(-1, None)]
    for i, point in enumerate(ordered):
        found += [(2 * i, point), (2 * i + 1, None)]
    return found


def _count(places: Mapping[str, list[tuple[int, Any]]], nulls: int, free: int) -> int:
    count = 2**nulls * 3**free if nulls < 16 and free < 10 else MAX_CASES + 1
    for held in places.values():
        count *= len(held)
    return count


def _cases(places: Mapping[str, list[tuple[int, Any]]], nulls: list[str], free: list[str]) -> Iterator[dict[Any, Any]]:
    ranks = {part: {point: rank for rank, point in held if point is not None} for part, held in places.items()}
    keys = [*(("at", p) for p in places), *(("null", n) for n in nulls), *(("free", f) for f in free)]
    values: list[list[Any]] = [[rank for rank, _ in held] for held in places.values()]
    values += [[False, True] for _ in nulls] + [[True, False, None] for _ in free]
    for chosen in product(*values):
        yield {**dict(zip(keys, chosen, strict=True)), "ranks": ranks}


def _holds(truth: _Truth, case: Mapping[Any, Any]) -> bool | None:
    """SQL's three answers for one case."""
    match truth[0]:
        case "const":
            return bool(truth[1])
        case "null":
            return bool(case[("null", truth[1])])
        case "free":
            answer: bool | None = case[("free", truth[1])]
            return answer
        case "unless":
            return None if any(case[("null", name)] for name in truth[2:]) else _holds(truth[1], case)
        case "not":
            inner = _holds(truth[1], case)
            return None if inner is None else not inner
        case "test":
            return _tested(truth[1], case)
        case _:
            pass
    answers = [_holds(part, case) for part in truth[1:]]
    decisive = bool(truth[0] == "or")
    if decisive in answers:
        return decisive
    return None if None in answers else not decisive


def _tested(test: _Test, case: Mapping[Any, Any]) -> bool | None:
    if any(case[("null", name)] for name in test.nulls):
        return (test.sign == "<>") if test.knows_null else None
    return _compared(case[("at", test.part)], test.sign, case["ranks"][test.part][test.point])


def _compared(left: Any, sign: str, right: Any) -> bool:
    match sign:
        case "=":
            return bool(left == right)
        case "<>":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)
