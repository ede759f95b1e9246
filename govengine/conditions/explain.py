"""Why a condition came out as it did: a second evaluator, slower, that keeps where each value comes from.

Generated code decides; this explains parts that did not pass, and is held to give the same answers by a property test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, assert_never

from govengine.conditions import runtime as rt
from govengine.conditions.function import called
from govengine.conditions.ir import children, form, opened
from govengine.conditions.runtime import MISSING, ConditionError, Undeclared
from govengine.conditions.show import show
from govengine.model.quantity import Bound, Percent, Period, Rate
from govengine.model.reasons import Reason, several

if TYPE_CHECKING:
    from govengine.conditions.ir import IR, Call, Cmp, Comparison, Eq, In, Level, MacroKind, QuantityKind, Sel
    from govengine.model.reasons import Code

Leaf: TypeAlias = "Sel | Eq | Cmp | In | Call | Level"
"""A node whose sides are said as they are."""
Path = tuple[Any, ...]

_OF_LEVELS: dict[Comparison, Code] = {">=": "be at least", ">": "be above", "<=": "be at most", "<": "be below"}
_OF_FIGURES: dict[Comparison, Code] = {
    ">=": "be at least",
    ">": "be more than",
    "<=": "be at most",
    "<": "be less than",
}
_IS: tuple[Code, Code] = ("is", "is and")
_COUNTED: tuple[Code, Code] = ("counted", "counted and")


@dataclass(frozen=True, slots=True)
class TracedValue:
    """A value and the path in the spec that it was read from, or None where it was computed.

    `items` holds the paths of a list's items where they are not simply `path` with an index.
    """

    value: Any
    path: Path | None = None
    items: tuple[Path | None, ...] | None = None

    def item(self, index: int) -> TracedValue:
        """One item of a list, with its own path."""
        if self.items is not None:
            return TracedValue(self.value[index], self.items[index])
        return TracedValue(self.value[index], None if self.path is None else (*self.path, index))


class Explanation(NamedTuple):
    """Why a condition does not hold, and the path of the field that caused it."""

    reason: Reason
    path: Path | None

    @property
    def message(self) -> str:
        """The reason in words."""
        return self.reason.text

    @property
    def absent(self) -> bool:
        """Whether something that is not declared is the reason: where there are several, the last."""
        last = self.reason
        while last.code == "several" and isinstance(last.names[-1], Reason):
            last = last.names[-1]
        return last.code == "undeclared"


class Explainer:
    """Evaluates with origins. `roots` and `settings` as generated code takes them; `decode` reads a quantity again."""

    def __init__(
        self, roots: Mapping[str, Any], settings: Mapping[str, Any], decode: Callable[[QuantityKind, str], Any]
    ) -> None:
        self._roots = roots
        self._settings = settings
        self._decode = decode
        self._negated = False

    def trace(self, ir: IR, names: Mapping[str, TracedValue]) -> TracedValue:
        """The value with its origin.

        Raises:
            ConditionError: as generated code does.

        """
        match opened(ir):
            case ("k", value):
                return TracedValue(value)
            case ("q", kind, text):
                return TracedValue(self._decode(kind, text))
            case ("var", name):
                return self._variable(name, names)
            case ("root", name):
                return self._variable(name, {})
            case ("setting", address):
                return TracedValue(self._settings[address])
            case ("sel", base, field, _):
                return self._step(self.trace(base, names), field, show(ir))
            case ("idx", base, key):
                held, wanted = self.trace(base, names), self.trace(key, names)
                value = rt.index(held.value, wanted.value, show(ir))
                return TracedValue(value, None if held.path is None else (*held.path, wanted.value))
            case ("has", base, field):
                return TracedValue(self._has(base, field, names))
            case ("and" | "or" as word, operands):
                return TracedValue(self._logic(word == "and", operands, lambda o: self.trace(o, names).value))
            case ("not", operand):
                self._negated = not self._negated
                try:
                    return TracedValue(not self.trace(operand, names).value)
                finally:
                    self._negated = not self._negated
            case ("is", kind, operand):
                held = self.trace(operand, names)
                (rt.truth if kind == "bool" else rt.items)(held.value)
                return held
            case ("neg", operand):
                return TracedValue(rt.negate(self.trace(operand, names).value))
            case ("cmp", operator, left, right, _):
                return TracedValue(rt.compare(operator, self.trace(left, names).value, self.trace(right, names).value))
            case ("eq", left, right, _, negated):
                same = rt.equal(self.trace(left, names).value, self.trace(right, names).value)
                return TracedValue(same != negated)
            case ("in", left, right):
                return TracedValue(rt.contained(self.trace(left, names).value, self.trace(right, names).value))
            case ("math", operator, left, right, family):
                calculate = rt.double_math if family == "double" else rt.math
                return TracedValue(calculate(operator, self.trace(left, names).value, self.trace(right, names).value))
            case ("if", condition, yes, no):
                return self.trace(yes if self.trace(condition, names).value else no, names)
            case ("list", items):
                traced = [self.trace(item, names) for item in items]
                return TracedValue([x.value for x in traced], None, tuple(x.path for x in traced))
            case ("map", entries):
                pairs = [(self.trace(k, names).value, self.trace(v, names).value) for k, v in entries]
                return TracedValue(rt.mapping(pairs))
            case ("macro", kind, ranged, variable, body):
                return self._macro(kind, self.trace(ranged, names), variable, body, names)
            case ("call", name, args):
                record = called(name)
                values = [self.trace(a, names).value for a in args]
                return TracedValue(record.meaning(*values, *(self._roots[r] for r in record.roots)), record.path)
            case ("level", argument, selection):
                return self._level(argument, selection, names)
            case ("need", what, _):
                return TracedValue(rt.need(what))
            case _ as other:
                assert_never(other)

    def items(self, ir: IR) -> list[TracedValue]:
        """The items of a list, with their origins.

        Raises:
            ConditionError: the list is not declared.

        """
        traced = self.trace(ir, {})
        if isinstance(traced.value, Mapping):  # a map's items are its keys, as in CEL's macros
            return [TracedValue(key, None if traced.path is None else (*traced.path, key)) for key in traced.value]
        return [traced.item(i) for i in range(len(traced.value))]

    def _variable(self, name: str, names: Mapping[str, TracedValue]) -> TracedValue:
        if name in names:
            return names[name]
        value = self._roots[name]
        if value is MISSING:
            raise Undeclared(name)
        return TracedValue(value, (name,))

    def _step(self, held: TracedValue, field: str, path: str) -> TracedValue:
        value = rt.select(held.value, field, path)
        return TracedValue(value, None if held.path is None else (*held.path, field))

    def _has(self, base: IR, field: str, names: Mapping[str, TracedValue]) -> bool:
        try:
            return rt.has(self.trace(base, names).value, field)
        except Undeclared:
            return False

    def _logic(self, conjunction: bool, operands: Iterable[Any], value: Callable[[Any], Any]) -> bool:
        """`&&` or `||` of the operands' values, each asked for only while none has decided."""
        pending: ConditionError | None = None
        of_two = rt.graver if conjunction is not self._negated else rt.milder
        for operand in operands:
            try:
                if bool(value(operand)) is not conjunction:
                    return not conjunction
            except ConditionError as error:
                pending = of_two(pending, error)
        if pending is not None:
            raise pending
        return conjunction

    def _macro(
        self, kind: MacroKind, ranged: TracedValue, variable: str, body: IR, names: Mapping[str, TracedValue]
    ) -> TracedValue:
        if isinstance(ranged.value, Mapping):
            ranged = TracedValue(list(ranged.value), None, tuple(None for _ in ranged.value))
        items = [ranged.item(i) for i in range(len(ranged.value))]

        def at(item: TracedValue) -> TracedValue:
            return self.trace(body, {**names, variable: item})

        def test(item: TracedValue | None) -> Any:
            if item is not None:
                return at(item).value
            rt.closed(ranged.value)
            return kind == "all"

        if kind in ("all", "exists"):
            return TracedValue(self._logic(kind == "all", [*items, None], test))
        if kind == "exists_one":
            count = sum(bool(at(i).value) for i in items)
            rt.closed(ranged.value)
            return TracedValue(count == 1)
        kept = [i for i in items if at(i).value] if kind == "filter" else [at(i) for i in items]
        rt.closed(ranged.value)
        return TracedValue([k.value for k in kept], None, tuple(k.path for k in kept))

    def _level(self, argument: IR, selection: bool, names: Mapping[str, TracedValue]) -> TracedValue:
        levels = self._settings["levels"]
        try:
            held = self.trace(argument, names)
        except Undeclared:
            if selection:
                return TracedValue(rt.highest(levels))
            raise
        return TracedValue(rt.level(held.value, levels), held.path)

    # -- why ---------------------------------------------------------------------------------------------------------

    def why_not(self, ir: IR, names: Mapping[str, TracedValue]) -> Explanation:
        """Why a condition that is false, or fails, does not hold."""
        try:
            if self.trace(ir, names).value:
                return Explanation(Reason("holds"), None)
        except ConditionError as error:
            return Explanation(error.reason, self.nearest(ir, names))
        return self._why_false(ir, names)

    def _why_false(self, ir: IR, names: Mapping[str, TracedValue]) -> Explanation:
        match opened(ir):
            case ("is", _, operand):
                return self._why_false(operand, names)
            case ("and", operands):
                for operand in operands:
                    if not self._true(operand, names):
                        return self.why_not(operand, names)
            case ("or", operands):
                each = [self._why_false(o, names) for o in operands]
                return Explanation(several(tuple(e.reason for e in each)), each[0].path)
            case ("has", base, field):
                name = f"{show(base)}.{field}" if field else show(base)
                above = form(("sel", base, field, False))
                return Explanation(Reason("undeclared", (name,)), self.nearest(above, names))
            case ("macro", "all", ranged, variable, body):
                held = self.trace(ranged, names)
                items = [held.item(i) for i in range(len(held.value))] if isinstance(held.value, list) else []
                for item in items:
                    if not self._true(body, {**names, variable: item}):
                        inner = self.why_not(body, {**names, variable: item})
                        return Explanation(inner.reason, inner.path or item.path)
            case ("macro", "exists", ranged, variable, body):
                held = self.trace(ranged, names)
                count = len(held.value)
                about = (show(ranged), _about(body, variable))
                none = Reason("none of the items", (str(count), *about)) if count else Reason("no item", about)
                return Explanation(none, held.path)
            case ("not", operand):
                return Explanation(Reason("true", (show(operand),)), self.nearest(operand, names))
            case ("eq" | "cmp" | "in" | "call" | "level" | "sel", *_) as leaf:
                return self._why_leaf(ir, leaf, names)
            case (
                "k"
                | "q"
                | "var"
                | "root"
                | "idx"
                | "setting"
                | "neg"
                | "math"
                | "if"
                | "list"
                | "map"
                | "macro"
                | "need",
                *_,
            ):
                pass
            case _ as other:
                assert_never(other)
        return Explanation(Reason("false", (show(ir),)), self.nearest(ir, names))

    def _why_leaf(self, ir: IR, leaf: Leaf, names: Mapping[str, TracedValue]) -> Explanation:
        match leaf:
            case ("sel", *_):
                return Explanation(Reason("value", (show(ir), self._said(ir, names))), self.nearest(ir, names))
            case ("eq", left, right, _, negated):
                a, b = (left, right) if left[0] != "k" else (right, left)
                demand = Reason("be another" if negated else "be", (self._said(b, names),))
                return self._sentence(a, demand, names)
            case ("cmp", operator, ("level", a, _), ("level", b, _), _):
                return self._sentence(a, Reason(_OF_LEVELS[operator], (self._named(b, names),)), names)
            case ("cmp", operator, left, right, _):
                return self._sentence(left, Reason(_OF_FIGURES[operator], (self._named(right, names),)), names)
            case ("in", ("k", word), right):
                held = self.trace(right, names)
                return Explanation(Reason("lacks", (show(right), said(word))), held.path)
            case ("in", left, right):
                return self._sentence(left, Reason("be one of", (self._said(right, names),)), names)
            case ("call", name, args):
                asked = called(name).demand
                if asked is not None:
                    of = self._named(args[1], names) if asked.named else self._said(args[1], names)
                    roots = (said(self._roots[root]) for root in asked.roots)
                    return self._sentence(args[0], Reason(asked.code, (of, *roots)), names)
            case ("level", *_):
                pass
            case _ as other:
                assert_never(other)
        return Explanation(Reason("false", (show(ir),)), self.nearest(ir, names))

    def _sentence(self, ir: IR, demand: Reason, names: Mapping[str, TracedValue]) -> Explanation:
        node = opened(ir)
        if node[0] == "call" and called(node[1]).counts:
            subject, code = show(node[2][0]), _COUNTED[demand.code == "does not meet"]
        else:
            subject, code = show(ir), _IS[demand.code == "does not meet"]
        return Explanation(Reason(code, (subject, self._said(ir, names), demand)), self.nearest(ir, names))

    def _said(self, ir: IR, names: Mapping[str, TracedValue]) -> str:
        try:
            return said(self.trace(ir, names).value)
        except Undeclared:  # a level that counts as the highest where rules select
            return "not declared"

    def _named(self, ir: IR, names: Mapping[str, TracedValue]) -> str:
        """A value, with the name of where it comes from unless it is written out in the rule."""
        value = self._said(ir, names)
        if ir[0] in ("k", "q", "if", "list"):
            return value
        return f"{value} (`{show(ir)}`)"

    def _true(self, ir: IR, names: Mapping[str, TracedValue]) -> bool:
        try:
            return bool(self.trace(ir, names).value)
        except ConditionError:
            return False

    def nearest(self, ir: IR, names: Mapping[str, TracedValue]) -> Path | None:
        """The path of the first field that the condition reads, declared or not."""
        match opened(ir):
            case ("sel", base, field, _):
                held = self.nearest(base, names)
                return None if held is None else (*held, field)
            case ("var", name):
                return names[name].path if name in names else (name,)
            case ("root", name):
                return (name,)
            case ("k" | "q" | "setting", *_):
                return None
            case ("has", base, field):
                held = self.nearest(base, names)
                return None if held is None or not field else (*held, field)
            case ("idx", base, key):
                held = self.nearest(base, names)
                try:
                    wanted = self.trace(key, names).value
                except ConditionError:
                    return self.nearest(key, names) or held
                return None if held is None else (*held, wanted)
            case ("and", operands):
                for operand in operands:  # the operand that fails is the one to look at
                    if not self._true(operand, names):
                        return self.nearest(operand, names)
            case ("macro", _, ranged, variable, body):
                return self._nearest_item(ranged, variable, body, names)
            case (
                "or"
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
                pass
            case _ as other:
                assert_never(other)
        for child in children(ir):
            found = self.nearest(child, names)
            if found is not None and found[0] != "as_of":
                return found
        return None

    def _nearest_item(self, ranged: IR, variable: str, body: IR, names: Mapping[str, TracedValue]) -> Path | None:
        try:
            held = self.trace(ranged, names)
        except ConditionError:
            return self.nearest(ranged, names)
        for i in range(len(held.value)) if isinstance(held.value, list) else ():
            inner = {**names, variable: held.item(i)}
            try:
                self.trace(body, inner)
            except ConditionError:
                return self.nearest(body, inner)
        return held.path


def _about(body: IR, variable: str) -> str:
    text = show(body)
    return f"`{text.replace(f'{variable}.', '')}`" if text.count(f"{variable}.") else f"`{text}`"


def said(value: Any) -> str:
    """A value of a spec as a message says it; lists without brackets."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Percent | Period | Bound | Rate):
        return value.text
    if isinstance(value, list | tuple):
        return ", ".join(said(v) for v in value) if value else "nothing"
    if isinstance(value, Mapping):
        return "declared"
    if isinstance(value, str):
        return f"`{value}`"
    return str(value)
