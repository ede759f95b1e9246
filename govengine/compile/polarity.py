"""Whether tightening a setting can only make a condition stricter, told from where the setting stands in it.

A directed setting that a domain may move must stand where moving it in its direction can only turn pass into fail: in
evidence, where it makes the condition less true; in a selection, where it makes it truer and so selects more. Then no
overlay can weaken a rule, whatever value it moves the setting to: by construction, not by trying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from govengine.compile.directions import direction_named
from govengine.conditions.function import called
from govengine.conditions.ir import children, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govengine.conditions.function import Influence
    from govengine.conditions.ir import IR
    from govengine.diagnostics import Span
    from govengine.language.syntax import SettingDirection

STRICTER_TRUE, STRICTER_FALSE = 1, -1
"""What tightening must do to a condition's truth: in a selection, and in evidence."""


class Movable(NamedTuple):
    """A setting that domains may move: its direction, and its type's name."""

    direction: SettingDirection
    type: str


class Effect(NamedTuple):
    """What tightening a setting does at one place: 1 makes the condition truer, -1 less true, 0 cannot be told."""

    address: str
    sign: int


class Occurrence(NamedTuple):
    """A place where a movable setting stands.

    `clause` is as messages name it, `rule` an address, or "" for a policy's own `when`; `proved` says whether
    tightening can only make it stricter here.
    """

    setting: str
    direction: SettingDirection
    policy: str
    rule: str
    clause: str
    span: Span
    proved: bool


_EFFECTS = {
    "a policy's `when`": "the policy then applies to more products, never to fewer",
    "`when`": "the rule then applies to more products, never to fewer",
    "`where`": "the rule then judges more elements, never fewer",
    "`for each`": "the rule then judges more elements, never fewer",
    "`by`": "more persons must then attest, never fewer",
    "`unless`": "the statement is then asked for more often, never less often",
    "`at least`": "more rows must then fulfil the rule, never fewer",
    "`newest`": "rows must then be newer, never older",
    "a measure's limit": "the figure must then be further in, never further out",
}
_HARDER = "what the rule asks can then turn from met to not met, never the other way"


def reason(occurrence: Occurrence) -> str:
    """Why tightening can only make a rule stricter at a place, or what stands against it."""
    move = direction_named(occurrence.direction).moves
    if occurrence.proved:
        return f"it {move}; {_EFFECTS.get(occurrence.clause, _HARDER)}"
    return f"it {move}; in {occurrence.clause} that could let more pass here"


def effects(ir: IR, movable: Mapping[str, Movable]) -> list[Effect]:
    """What tightening each setting in a condition does to its truth, place by place."""
    return list(_Reader(movable).truth(ir, 1))


def list_effects(ir: IR, movable: Mapping[str, Movable]) -> list[Effect]:
    """The same for a list: 1 where tightening makes it longer."""
    return list(_Reader(movable).members(ir, 1))


def value_effects(ir: IR, movable: Mapping[str, Movable]) -> list[Effect]:
    """The same for a number, percentage or period: 1 where tightening makes it greater."""
    return list(_Reader(movable).value(ir, 1))


def untold_effects(ir: IR, movable: Mapping[str, Movable]) -> list[Effect]:
    """The same for a value that SQL takes: nothing can be told of any setting in it."""
    return list(_Reader(movable).untold(ir))


class _Reader:
    def __init__(self, movable: Mapping[str, Movable]) -> None:
        self._movable = movable

    def truth(self, ir: IR, sign: int) -> Iterator[Effect]:
        """Effects in a condition; `sign` is 1 where the whole is the truer for it."""
        match opened(ir):
            case ("and" | "or", operands):
                for operand in operands:
                    yield from self.truth(operand, sign)
            case ("not", operand):
                yield from self.truth(operand, -sign)
            case ("cmp", operator, left, right, _):
                up = sign if operator in (">", ">=") else -sign
                yield from self.value(left, up)
                yield from self.value(right, -up)
            case ("in", left, right):
                yield from self.untold(left)
                yield from self.members(right, sign)
            case ("macro", "all" | "exists" as kind, ranged, _, body):
                yield from self.members(ranged, sign if kind == "exists" else -sign)
                yield from self.truth(body, sign)
            case ("if", condition, yes, no):
                yield from self.untold(condition)
                yield from self.truth(yes, sign)
                yield from self.truth(no, sign)
            case ("call", name, args):
                influence = called(name).influence
                for at, argument in enumerate(args):
                    yield from self._influence(argument, influence[at] if at < len(influence) else "untold", sign)
            case (
                "k"
                | "q"
                | "var"
                | "root"
                | "sel"
                | "has"
                | "idx"
                | "setting"
                | "neg"
                | "eq"
                | "math"
                | "list"
                | "map"
                | "macro"
                | "is"
                | "level"
                | "need",
                *_,
            ):
                yield from self.untold(ir)
            case _ as other:
                assert_never(other)

    def value(self, ir: IR, sign: int) -> Iterator[Effect]:
        """Effects in a number, percentage, period or date; `sign` is 1 where a greater one makes the whole truer."""
        match opened(ir):
            case ("setting", address):
                yield from self._moved(address, sign, of_lists=False)
            case ("idx", ("setting", address), key):
                yield from self.untold(key)
                yield from self._moved(str(address), sign, of_lists=False)
            case ("math", "+", left, right, _):
                yield from self.value(left, sign)
                yield from self.value(right, sign)
            case ("math", "-", left, right, _):
                yield from self.value(left, sign)
                yield from self.value(right, -sign)
            case ("neg", operand):
                yield from self.value(operand, -sign)
            case ("if", condition, yes, no):
                yield from self.untold(condition)
                yield from self.value(yes, sign)
                yield from self.value(no, sign)
            case ("call", name, (counted,)) if called(name).counts:
                yield from self.members(counted, sign)
            case (
                "k"
                | "q"
                | "var"
                | "root"
                | "sel"
                | "has"
                | "idx"
                | "and"
                | "or"
                | "not"
                | "cmp"
                | "eq"
                | "in"
                | "math"
                | "list"
                | "map"
                | "macro"
                | "is"
                | "call"
                | "level"
                | "need",
                *_,
            ):
                yield from self.untold(ir)
            case _ as other:
                assert_never(other)

    def members(self, ir: IR, sign: int) -> Iterator[Effect]:
        """Effects in a list; `sign` is 1 where the whole is the truer for a longer one."""
        match opened(ir):
            case ("setting", address):
                yield from self._moved(address, sign, of_lists=True)
            case ("idx", ("setting", address), key):
                yield from self.untold(key)
                yield from self._moved(str(address), sign, of_lists=True)
            case ("math", "+", left, right, _):
                yield from self.members(left, sign)
                yield from self.members(right, sign)
            case ("macro", "filter", ranged, _, body):
                yield from self.members(ranged, sign)
                yield from self.truth(body, sign)
            case ("macro", "map", ranged, _, body):
                yield from self.members(ranged, sign)
                yield from self.untold(body)
            case ("if", condition, yes, no):
                yield from self.untold(condition)
                yield from self.members(yes, sign)
                yield from self.members(no, sign)
            case (
                "k"
                | "q"
                | "var"
                | "root"
                | "sel"
                | "has"
                | "idx"
                | "and"
                | "or"
                | "not"
                | "neg"
                | "cmp"
                | "eq"
                | "in"
                | "math"
                | "list"
                | "map"
                | "macro"
                | "is"
                | "call"
                | "level"
                | "need",
                *_,
            ):
                yield from self.untold(ir)
            case _ as other:
                assert_never(other)

    def _influence(self, argument: IR, influence: Influence, sign: int) -> Iterator[Effect]:
        """Effects in an argument of a function that may be true or false."""
        match influence:
            case "untold":
                yield from self.untold(argument)
            case "greater":
                yield from self.value(argument, sign)
            case "longer":
                yield from self.members(argument, sign)
            case "better promise":  # a percentage is one of at least so much; other limits have a sign of their own
                yield from self._percentage(argument, sign)
            case "milder limit":
                yield from self._percentage(argument, -sign)
            case _:
                assert_never(influence)

    def _percentage(self, ir: IR, sign: int) -> Iterator[Effect]:
        node = opened(ir)
        of = opened(node[1]) if node[0] == "idx" else node
        movable = self._movable.get(of[1]) if of[0] == "setting" else None
        if movable is not None and movable.type == "percent":
            yield from self.value(ir, sign)
        else:
            yield from self.untold(ir)

    def _moved(self, address: str, sign: int, *, of_lists: bool) -> Iterator[Effect]:
        if address in self._movable:
            moves = direction_named(self._movable[address].direction)
            yield Effect(address, sign * moves.tightens if moves.lists is of_lists else 0)

    def untold(self, ir: IR) -> Iterator[Effect]:
        """Every setting at or below a node, without a sign: nothing is known of what moving it does."""
        node = opened(ir)
        if node[0] == "setting" and node[1] in self._movable:
            yield Effect(node[1], 0)
        for child in children(ir):
            yield from self.untold(child)
