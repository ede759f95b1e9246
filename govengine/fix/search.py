"""The search: changes of the spec's text are tried smallest first, and each is judged before any is offered.

No clock bounds it but counts, so that the same mesh gives the same edits everywhere. Specs alone are judged: rows say
what they say whatever a spec declares.
"""

from __future__ import annotations

import difflib
import heapq
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from govengine.conditions.runtime import ConditionError
from govengine.evaluate import fold
from govengine.evaluate.elements import element_names
from govengine.evaluate.judge import Judge
from govengine.fix.repairs import Option, Repairs, Wish, all_of
from govengine.model.verdict import OUTCOMES, SEVERITIES
from govengine.plan.walk import conditions
from govengine.sources.product import read_product
from govengine.sources.spec_text import Change, changed, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from govengine.conditions.explain import TracedValue
    from govengine.conditions.ir import IR
    from govengine.evaluate.dossier import Dossier
    from govengine.evaluate.rulebook import Rulebook
    from govengine.fix.repairs import Path
    from govengine.model.table import SchemaTable
    from govengine.model.values import Mesh
    from govengine.model.verdict import Verdict
    from govengine.plan.rules import PlanRule

_TRIES = 60
"""Edited specs that are judged for one rule."""
_FIELDS = 24
"""Values that one edit may write."""
_OPEN = ("fail", "unknown")
_SETTLED = ("pass", "not-run")
"""What is declared passes; `not-run` where the rule asks rows, too. What leaves a rule's scope is refused before."""
_BAD = OUTCOMES[: OUTCOMES.index("pass")]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that was judged: with it, the verdicts of `settles` pass, and none of the product gets worse.

    `after` is the text as it was judged, `shown` has words in place of what a person has to fill in; both are the same
    where `to_fill` is 0. `line` is where it begins, in the text that the search began with; `paths` are those of
    the values it writes.
    """

    rule: str
    settles: tuple[str, ...]
    fields: int
    to_fill: int
    file: str
    line: int
    before: str
    after: str
    shown: str
    paths: tuple[Path, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether it can be written as it stands."""
        return not self.to_fill

    @property
    def diff(self) -> str:
        """As a unified diff, with one line round each change."""
        return unified(self.before, self.shown, self.file, context=1)


@dataclass(slots=True)
class Fixes:
    """All edits of a product together.

    `written` is the text with the finished ones, `shown` with what is to be filled in too; `left` are rules that block
    and that no edit was found for.
    """

    file: str
    original: str
    written: str
    shown: str
    edits: list[Edit] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def diff_as(self, file: str) -> str:
        """All edits as one unified diff of a file by this name."""
        return unified(self.original, self.shown, file, context=2)


@dataclass(frozen=True, slots=True)
class Target:
    """What is edited: a spec's text, the domain of its folder, and what it is judged by.

    `waived` are rules whose failures the council has excepted for now: they do not block.
    """

    book: Rulebook
    mesh: Mesh
    schema: SchemaTable
    as_of: date
    file: str
    domain: str
    waived: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _State:
    dossier: Dossier
    verdicts: Mapping[str, Verdict]


class Fixer:
    """Finds edits of one product's spec."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._vocabularies = target.book.vocabularies()
        self._seen: dict[str, _State | None] = {}

    def smallest(self, rule: str, text: str, *, finished: bool = False, shown: str | None = None) -> Edit | None:
        """The smallest edit found under which a rule's verdict passes, or None.

        Args:
            rule: its address.
            text: the spec.
            finished: whether edits that a person has to complete are left out.
            shown: the text as it is shown, where it has words already for a person to replace.

        """
        start = self._state(text)
        if start is None or rule not in start.verdicts or start.verdicts[rule].outcome not in _OPEN:
            return None
        queue: list[tuple[tuple[int, int, int], int, Option]] = []
        known: set[frozenset[Wish]] = set()

        def put(options: list[Option], so_far: Option) -> None:
            for place, option in enumerate(options):  # the nearest values come first
                whole = _merged(so_far, option)
                if whole is None or frozenset(whole) in known or (finished and any(w.of for w in whole)):
                    continue
                known.add(frozenset(whole))
                heapq.heappush(queue, ((len(whole), sum(bool(w.of) for w in whole), place), len(known), whole))

        put(self._options(start, rule), ())
        best: Edit | None = None
        for _ in range(_TRIES):
            if not queue:
                break
            (fields, to_fill, _place), _, option = heapq.heappop(queue)
            if best is not None and (fields, to_fill) > (best.fields, best.to_fill):
                break
            after = _with(text, option, shown=False)
            state = None if after is None else self._state(after)
            if after is None or state is None or _escapes(start, state):
                continue
            worse = [a for a in state.verdicts if _worse(start, state, a)]
            if state.verdicts[rule].outcome in _SETTLED and not worse:
                edit = self._edit(rule, text, after, option, start, state, shown)
                if edit is not None and (best is None or len(edit.settles) > len(best.settles)):
                    best = edit
                continue
            for open_ in (rule, *worse):
                if state.verdicts[open_].outcome in _OPEN:
                    put(self._options(state, open_), option)
        return best

    def blocking(self, text: str) -> list[str]:
        """Rules that block and fail, or cannot be told, by what the spec declares: the most severe first."""
        state = self._state(text)
        found = [] if state is None else [v for v in state.verdicts.values() if v.blocking and v.outcome in _OPEN]
        found = [v for v in found if v.rule not in self._target.waived]
        return [v.rule for v in sorted(found, key=lambda v: (-SEVERITIES.index(v.severity), v.rule))]

    def everything(self, text: str, rule: str | None = None) -> Fixes:
        """One edit after another until nothing more can be mended: finished ones first; of one rule where named."""
        fixes = Fixes(self._target.file, text, text, text)
        current = text
        for finished in (True, False):
            edited = True
            while edited:  # what could not be mended is tried again only after all others were
                edited = False
                for address in self._open(current, rule):
                    # None too where an edit before has settled it.
                    edit = self.smallest(address, current, finished=finished, shown=fixes.shown)
                    if edit is not None:
                        fixes.edits.append(replace(edit, line=_first_line(text, edit.paths)))
                        current, fixes.shown = edit.after, edit.shown
                        edited = True
            if finished:
                fixes.written = current
        fixes.left = self._open(current, rule)
        return fixes

    def _open(self, text: str, rule: str | None) -> list[str]:
        return [a for a in self.blocking(text) if rule in (None, a)]

    # -- judging -----------------------------------------------------------------------------------------------------

    def _state(self, text: str) -> _State | None:
        if text not in self._seen:
            self._seen[text] = self._judged(text)
        return self._seen[text]

    def _judged(self, text: str) -> _State | None:
        t = self._target
        product = read_product(text.encode(), t.file, t.domain, t.schema, self._vocabularies).product
        if product is None:
            return None
        judge = Judge(t.book, product, t.mesh, t.as_of, None)
        verdicts = [fold.verdict_of(d, t.book, t.as_of, {}) for d in judge.drafts()]
        return _State(judge.dossier, {v.rule: v for v in verdicts})

    # -- candidates --------------------------------------------------------------------------------------------------

    def _options(self, state: _State, address: str) -> list[Option]:
        dossier = state.dossier
        rule = next(r for r in dossier.book.rules if r["address"] == address)
        repairs = Repairs(
            dossier.explainer, dossier.roots, self._target.schema, self._vocabularies, dossier.book.levels
        )
        policy = dossier.book.policies[rule["policy"]]["when"]
        whens = [None if dossier.book.adopted(rule["policy"], dossier.product.domain) else policy, rule["when"]]
        for when in whens:
            if when is not None and not _holds(dossier, when["ir"], {}):
                return repairs.of(when["ir"], {})
        if rule["each"] is not None and not _declared(dossier, rule["each"]["list"]["ir"]):
            return repairs.listed(rule["each"]["list"]["ir"])
        each: list[list[Option]] = []
        for names in _elements(dossier, rule):
            where = rule["each"]["where"] if rule["each"] else None
            if where is not None:
                try:
                    if not dossier.explainer.trace(where["ir"], names).value:
                        continue
                except ConditionError:
                    each.append(repairs.of(where["ir"], names) + repairs.of(where["ir"], names, want=False))
                    continue
            each += [
                repairs.of(clause["ir"], names)
                for clause in conditions(rule)
                if not _holds(dossier, clause["ir"], names)
            ]
        return all_of([options for options in each if options])

    def _edit(
        self, rule: str, text: str, after: str, option: Option, start: _State, state: _State, shown: str | None
    ) -> Edit | None:
        settles = tuple(
            a for a, v in sorted(state.verdicts.items()) if v.outcome in _SETTLED and start.verdicts[a].outcome in _OPEN
        )
        seen = _with(text if shown is None else shown, option, shown=True)
        if seen is None:
            return None
        to_fill = sum(bool(w.of) for w in option)
        paths = tuple(w.path for w in option)
        line = _first_line(text, paths)
        before = text if shown is None else shown
        return Edit(rule, settles, len(option), to_fill, self._target.file, line, before, after, seen, paths)


def _first_line(text: str, paths: tuple[Path, ...]) -> int:
    return min(line_of(text, Change(path)) for path in paths)


def _elements(dossier: Dossier, rule: PlanRule) -> Iterator[dict[str, TracedValue]]:
    if rule["each"] is None:
        yield {}
        return
    try:
        items = dossier.explainer.items(rule["each"]["list"]["ir"])
    except ConditionError:
        return
    for _, item in zip(element_names(rule["each"]["variable"], [i.value for i in items]), items, strict=True):
        yield {rule["each"]["variable"]: item}


def _declared(dossier: Dossier, ir: IR) -> bool:
    try:
        dossier.explainer.items(ir)
    except ConditionError:
        return False
    return True


def _holds(dossier: Dossier, ir: IR, names: Mapping[str, TracedValue]) -> bool:
    try:
        return bool(dossier.explainer.trace(ir, names).value)
    except ConditionError:
        return False


def _merged(first: Option, then: Option) -> Option | None:
    """Both together; None where they write different values in one place, or too many."""
    held = {w.path: w for w in first}
    for wish in then:
        held[wish.path] = wish
    whole = tuple(held.values())
    alike = {w.path: w for w in then}
    return whole if len(whole) <= _FIELDS and len(alike) == len(then) else None


def _with(text: str, option: Option, *, shown: bool) -> str | None:
    current: str | None = text
    for wish in option:
        if current is None:
            return None
        value = f"<for you to fill in: {wish.of}>" if shown and wish.of else wish.value
        value = list(value) if isinstance(value, tuple) else value
        current = changed(current, Change(wish.path, value, wish.remove))
    return current


def _judged_parts(verdict: Verdict) -> set[tuple[str, str | None]]:
    return {(p.clause, p.element) for p in verdict.parts if p.outcome != "not-applicable" and p.clause not in _SCOPES}


_SCOPES = ("when", "where", "for each")


def _escapes(start: _State, state: _State) -> bool:
    """Whether something that was judged is no longer judged: an edit may not pass by leaving a rule's scope."""
    for address, verdict in start.verdicts.items():
        after = state.verdicts.get(address)
        if after is None or (after.outcome == "not-applicable" and verdict.outcome != "not-applicable"):
            return True
        if not _judged_parts(verdict) <= _judged_parts(after):
            return True
    return False


def _worse(start: _State, state: _State, address: str) -> bool:
    before, after = start.verdicts[address], state.verdicts[address]
    if after.outcome in _BAD and OUTCOMES.index(after.outcome) < OUTCOMES.index(before.outcome):
        return True
    return before.outcome == after.outcome and _count(after) > _count(before)


def _count(verdict: Verdict) -> int:
    return sum(p.outcome in _BAD for p in verdict.parts)


def unified(before: str, after: str, file: str, *, context: int) -> str:
    """A unified diff of two texts of one file; "" where they are the same."""
    old, new = (text.replace("\r\n", "\n").removesuffix("\n").split("\n") for text in (before, after))
    return "\n".join(difflib.unified_diff(old, new, file, file, n=context, lineterm=""))
