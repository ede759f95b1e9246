"""What a change of policy makes weaker. One classifier: what is not shown to be as strict is weaker.

Compared is what authors wrote, by address, and not verdicts: a weaker rule weakens tomorrow's product too. Titles,
reasons, findings, repairs, owners and versions of policies are prose and decide nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.answers.weakening_clauses import for_each_as_wide, weaker_evidence
from govengine.answers.weakening_order import as_strict, at_least, selects
from govengine.compile.setting_values import written
from govengine.language.parser import parse
from govengine.language.printer_meaning import same_meaning
from govengine.language.source import Source
from govengine.language.syntax import Name, Overlay, Policy, Value
from govengine.model.verdict import ENFORCEMENTS, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from govengine.diagnostics import Span
    from govengine.language.syntax import Conflict, Framework, Rule, Setting, Term, Tighten


class Weakening(NamedTuple):
    """One thing that is weaker than it was, or not shown to be as strict.

    `address` names it: `policy/rule`, `policy/setting`, `policy`, `FRAMEWORK/control`, `DOMAIN/tighten policy/x`, or
    a field of `govengine.yaml`. `was` and `now` are as an author writes them. `file` and `line` are of today's
    policies, or of the base's for what is gone.
    """

    address: str
    what: str
    was: str
    now: str
    file: str
    line: int


class _Side:
    """The declarations of one side, by name."""

    def __init__(self, texts: Mapping[str, str], unreadable: Collection[str]) -> None:
        self.frameworks: dict[str, Framework] = {}
        self.policies: dict[str, Policy] = {}
        self.overlays: dict[str, Overlay] = {}
        self.conflicts: dict[str, Conflict] = {}
        for path in sorted(texts):
            file, _ = parse(Source(path, texts[path]))
            self.frameworks |= {f.name.text: f for f in file.frameworks}
            self.policies |= {p.name.text: p for p in file.policies}
            self.overlays |= {o.domain.text: o for o in file.overlays if o.domain.text not in unreadable}
            self.conflicts |= {c.name.text: c for c in file.conflicts}

    @property
    def blocks(self) -> dict[str, Policy | Overlay]:
        """Policies and overlays, by the first part of their rules' addresses."""
        return {**self.overlays, **self.policies}

    @property
    def terms(self) -> dict[str, Term]:
        """A term of each name, whoever declares it."""
        return {t.name.text: t for block in self.blocks.values() for t in block.terms}

    @property
    def rules(self) -> dict[str, Rule]:
        """Rules by address."""
        return {f"{name}/{r.name.text}": r for name, block in self.blocks.items() for r in block.rules}


def weakenings(
    before: Mapping[str, str], after: Mapping[str, str], unreadable: Collection[str] = ()
) -> list[Weakening]:
    """All that is weaker, sorted.

    Args:
        before: the texts of the base's policies by path.
        after: those of now.
        unreadable: domains whose overlays do not compile on one of the sides: nobody can tell what they say.

    """
    was, now = _Side(before, unreadable), _Side(after, unreadable)
    found: list[Weakening] = []
    found += _frameworks(was, now)
    for name, block in was.blocks.items():
        found += _block(name, block, now.blocks.get(name), now)
    found += _rules(was, now)
    found += _conflicts(was, now)
    found += _allowed(was, now)
    return sorted(set(found))


def _said(address: str, what: str, was: object, now: object, span: Span) -> Weakening:
    return Weakening(address, what, str(was), str(now), span.file, span.line)


def _frameworks(was: _Side, now: _Side) -> Iterator[Weakening]:
    for name, framework in was.frameworks.items():
        other = now.frameworks.get(name)
        if other is None:
            yield _said(name, "framework removed", framework.title.text, "-", framework.span)
        held = {} if other is None else {c.id.text: c for c in other.controls}
        for control in framework.controls:
            address, found = f"{name}/{control.id.text}", held.get(control.id.text)
            if found is None:
                yield _said(address, "control removed", control.title.text, "-", control.span)
            elif found.manual is not None and (control.manual is None or found.manual.text != control.manual.text):
                by = "rules" if control.manual is None else control.manual.text
                yield _said(address, "control decided by people", by, found.manual.text, found.span)


def _block(name: str, was: Policy | Overlay, block: Policy | Overlay | None, now: _Side) -> Iterator[Weakening]:
    if block is None or isinstance(block, Policy) != isinstance(was, Policy):
        yield _said(name, "removed", was.title.text, "-", was.span)
    held = block if block is not None and isinstance(block, Policy) == isinstance(was, Policy) else None
    if isinstance(was, Policy) and isinstance(held, Policy):
        yield from _policy(name, was, held)
    settings = {} if held is None else {s.name.text: s for s in held.settings}
    for setting in was.settings:
        yield from _setting(f"{name}/{setting.name.text}", setting, settings.get(setting.name.text))
    terms = {} if held is None else {t.name.text: t for t in held.terms}
    for term in was.terms:
        found = terms.get(term.name.text) or now.terms.get(term.name.text)  # moved, for example among the shared ones
        if found is not None and not (
            same_meaning(found.body, term.body) and same_meaning(found.parameters, term.parameters)
        ):
            yield _said(f"{name}/{term.name.text}", "term changed", "another meaning", "this one", found.span)
    if isinstance(was, Policy):
        detectors = {} if not isinstance(held, Policy) else {d.name.text: d for d in held.detectors}
        for detector in was.detectors:
            kept = detectors.get(detector.name.text)
            if kept is None:
                yield _said(f"{name}/{detector.name.text}", "detector removed", detector.title.text, "-", detector.span)
            elif not same_meaning(kept, detector):
                yield _said(f"{name}/{detector.name.text}", "detector changed", "another form", "this one", kept.span)
    if isinstance(was, Overlay):
        yield from _overlay(name, was, held if isinstance(held, Overlay) else None, now)


def _policy(name: str, was: Policy, now: Policy) -> Iterator[Weakening]:
    if not selects(now.when, was.when):
        yield _said(name, "scope narrowed (`when`)", "wider, or another", "this one", now.span)
    if (was.judges_mesh is None) != (now.judges_mesh is None):
        yield _said(name, "judges something else", _judged(was), _judged(now), now.span)
    if was.levels is not None:
        order = tuple(n.text for n in was.levels.names)
        found = () if now.levels is None else tuple(n.text for n in now.levels.names)
        if order != found:
            place = now.span if now.levels is None else now.levels.span
            yield _said(f"{name}/levels", "levels changed", " < ".join(order), " < ".join(found) or "-", place)


def _judged(policy: Policy) -> str:
    return "products" if policy.judges_mesh is None else "the mesh"


def _setting(address: str, was: Setting, now: Setting | None) -> Iterator[Weakening]:
    if now is None:
        yield _said(address, "setting removed", _direction(was), "-", was.span)
        return
    direction = was.direction in {now.direction, "fixed"}
    if now.type.text != was.type.text or now.by_level != was.by_level or not direction:
        yield _said(address, "setting declared in another way", _direction(was), _direction(now), now.span)
        return
    after = {_level(level): value for level, value in now.values}
    for level, value in was.values:
        place = address if level is None else f"{address}[{level.text}]"
        found = after.get(_level(level))
        if found is None:
            yield _said(place, "value removed", written(value.value), "-", now.span)
        elif not as_strict(was.direction, found.value, value.value):
            yield _said(place, "setting loosened", written(value.value), written(found.value), found.span)


def _level(level: Name | None) -> str:
    return "" if level is None else level.text


def _direction(setting: Setting) -> str:
    return f"{setting.type.text}{' by level' if setting.by_level else ''}, {setting.direction}"


def _rules(was: _Side, now: _Side) -> Iterator[Weakening]:
    old, new = was.rules, now.rules
    renamed = {
        r.formerly.text: address
        for address, r in new.items()
        if r.formerly is not None and r.formerly.text not in new and address not in old
    }
    for address, rule in old.items():
        found = renamed.get(address, address)
        if found not in new:
            yield _said(address, "rule removed", rule.title.text, "-", rule.span)
        else:
            yield from _rule(found, rule, new[found])


def _rule(address: str, was: Rule, now: Rule) -> Iterator[Weakening]:
    place = now.span
    severities = [SEVERITIES.index(r.severity.text if r.severity else "low") for r in (was, now)]
    if severities[1] < severities[0]:
        yield _said(address, "severity lowered", SEVERITIES[severities[0]], SEVERITIES[severities[1]], place)
    forces = [ENFORCEMENTS.index(r.enforce.level.text if r.enforce else "mandatory") for r in (was, now)]
    if forces[1] < forces[0]:
        yield _said(address, "enforcement lowered", ENFORCEMENTS[forces[0]], ENFORCEMENTS[forces[1]], place)
    begins = [r.enforce.effective_from if r.enforce else None for r in (was, now)]
    if begins[1] is not None and (begins[0] is None or begins[1] > begins[0]):
        yield _said(address, "enforced later", begins[0] or "now", begins[1], place)
    kept = {(c.framework.text, c.id.text) for c in now.controls}
    for control in was.controls:
        if (control.framework.text, control.id.text) not in kept:
            what = f"{control.framework.text} {control.id.text}"
            yield _said(address, "control no longer answered to", what, "-", place)
    if was.dimension is not None and (now.dimension is None or now.dimension.text != was.dimension.text):
        after = now.dimension.text if now.dimension else "-"
        yield _said(address, "dimension changed", was.dimension.text, after, place)
    if was.every is not None and (now.every is None or not at_least(was.every.period, now.every.period)):
        after = written(now.every.period) if now.every else "any age"
        yield _said(address, "evidence may be older", written(was.every.period), after, place)
    if not selects(now.when, was.when):
        yield _said(address, "scope narrowed (`when`)", "wider, or another", "this one", place)
    if not for_each_as_wide(now.for_each, was.for_each):
        yield _said(address, "scope narrowed (`for each`)", "wider, or another", "this one", place)
    if not (was.on is now.on or same_meaning(was.on, now.on)):
        shown = [f"{r.on.product}.{r.on.dataset}" if r.on else "-" for r in (was, now)]
        yield _said(address, "scope changed (`on`)", shown[0], shown[1], place)
    for clause in weaker_evidence(now.evidence, was.evidence):
        asked = " ".join(clause.text.split())
        yield _said(address, "asks for less", asked, "nothing shown to be as strict", place)


def _overlay(domain: str, was: Overlay, now: Overlay | None, side: _Side) -> Iterator[Weakening]:
    adopted = set() if now is None else {a.policy.text for a in now.adopts}
    for adopt in was.adopts:
        if adopt.policy.text not in adopted:
            yield _said(f"{domain}/adopt {adopt.policy.text}", "no longer adopted", "adopted", "-", adopt.span)
    for tighten in was.tightens:
        held = [] if now is None else [t for t in now.tightens if _tightened(t) == _tightened(tighten)]
        if not any(_as_tight(t.to, tighten, side) for t in held) and not _council_as_tight(tighten, side):
            after = ", ".join(_to(t.to) for t in held) or "-"
            span = held[0].span if held else tighten.span
            yield _said(f"{domain}/tighten {_tightened(tighten)}", "tightening undone", _to(tighten.to), after, span)
    if was.allows and not (now and now.allows):
        yield _said(f"{domain}/allow", "no allow bounds grants any more", str(len(was.allows)), "-", was.span)


def _allowed(was: _Side, now: _Side) -> Iterator[Weakening]:
    """What domains allow that they did not."""
    for domain, overlay in now.overlays.items():
        old = {a.name.text: a for a in was.overlays[domain].allows} if domain in was.overlays else {}
        for allow in overlay.allows:
            address, before = f"{domain}/allow {allow.name.text}", old.get(allow.name.text)
            if before is None:
                yield _said(address, "allowed", "-", allow.principal.text, allow.span)
                continue
            narrower = (
                allow.principal.text == before.principal.text
                and {a.text for a in allow.actions} <= {a.text for a in before.actions}
                and {r.text for r in allow.resources} <= {r.text for r in before.resources}
                and same_meaning(allow.fields, before.fields)
            )
            if not narrower:
                yield _said(address, "allows more, or something else", "-", allow.principal.text, allow.span)


def _conflicts(was: _Side, now: _Side) -> Iterator[Weakening]:
    """A decision that is new or other lets a rule give way that did not."""
    for name, conflict in now.conflicts.items():
        before = was.conflicts.get(name)
        if before is None:
            yield _said(f"conflict {name}", "lets a rule give way", "-", conflict.title.text, conflict.span)
        elif not (
            same_meaning(conflict.between, before.between) and same_meaning(conflict.decisions, before.decisions)
        ):
            yield _said(f"conflict {name}", "decided in another way", before.title.text, "this one", conflict.span)


def _tightened(tighten: Tighten) -> str:
    level = f"[{tighten.level.text}]" if tighten.level else ""
    return f"{tighten.policy}/{tighten.name}{level}"


def _to(to: Value | Name) -> str:
    return to.text if isinstance(to, Name) else written(to.value)


def _as_tight(to: Value | Name, tighten: Tighten, side: _Side) -> bool:
    """Whether a move goes as far as the base's `tighten`."""
    before = tighten.to
    if isinstance(to, Name) and isinstance(before, Name):
        return _rank(to.text) >= _rank(before.text) >= (0, 0) and _rank(to.text)[0] == _rank(before.text)[0]
    if isinstance(to, Name) or isinstance(before, Name):
        return False
    setting = _council_setting(tighten, side)
    return setting is not None and as_strict(setting.direction, to.value, before.value)


def _council_as_tight(tighten: Tighten, side: _Side) -> bool:
    """Whether the council's own value is now as strict as what a domain tightened it to."""
    if isinstance(tighten.to, Name):
        rule = side.rules.get(f"{tighten.policy}/{tighten.name}")
        if rule is None:
            return False
        word = tighten.to.text
        if word in SEVERITIES:
            return SEVERITIES.index(rule.severity.text if rule.severity else "low") >= SEVERITIES.index(word)
        enforced = ENFORCEMENTS.index(rule.enforce.level.text if rule.enforce else "mandatory")
        later = rule.enforce is not None and rule.enforce.effective_from is not None
        return word in ENFORCEMENTS and enforced >= ENFORCEMENTS.index(word) and not later
    setting = _council_setting(tighten, side)
    if setting is None:
        return False
    wanted = _level(tighten.level)
    values = {_level(level): value.value for level, value in setting.values}
    return wanted in values and as_strict(setting.direction, values[wanted], tighten.to.value)


def _council_setting(tighten: Tighten, side: _Side) -> Setting | None:
    policy = side.policies.get(tighten.policy)
    return None if policy is None else next((s for s in policy.settings if s.name.text == tighten.name), None)


def _rank(word: str) -> tuple[int, int]:
    for i, order in enumerate((SEVERITIES, ENFORCEMENTS)):
        if word in order:
            return i, order.index(word)
    return -1, 0
