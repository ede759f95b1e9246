"""Second pass: settings and their types, and what each overlay moves, in its direction only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from govengine.compile.directions import direction_named
from govengine.compile.polarity import Movable
from govengine.compile.setting_values import written
from govengine.conditions import types as t
from govengine.conditions.scope import SettingType
from govengine.diagnostics import Diagnostic, Span, nearest
from govengine.diagnostics.codes import federation as codes
from govengine.diagnostics.codes import syntax as syntax_codes
from govengine.language.syntax import Name, Overlay, Policy, Rule, Setting, Tighten, Value
from govengine.model.quantity import Percent, Period
from govengine.model.verdict import ENFORCEMENTS, SEVERITIES, Enforcement, Severity

if TYPE_CHECKING:
    from govengine.compile.collect import Declarations
    from govengine.compile.direction import Direction
    from govengine.conditions.types import Type
    from govengine.plan.settings import PlanMove, SettingValue

SETTING_TYPES: dict[str, Type] = {
    "text": t.STRING, "bool": t.BOOL, "int": t.INT, "number": t.DOUBLE, "percent": t.PERCENT, "period": t.PERIOD,
    "date": t.DATE,
}  # fmt: skip
_ORDERED = ("int", "number", "percent", "period", "date")
_GREATEST = 2**53
"""Of whole numbers: sums with them stay far within 64 bits, so that no move of a setting makes one overflow."""


@dataclass(slots=True)
class Tightening:
    """What one domain's overlay makes of the council's settings and rules."""

    adopts: tuple[str, ...] = ()
    settings: dict[str, SettingValue] = field(default_factory=dict)
    severities: dict[str, Severity] = field(default_factory=dict)
    enforcements: dict[str, Enforcement] = field(default_factory=dict)
    moves: list[PlanMove] = field(default_factory=list)
    """What each `tighten` moved: address, level or None, the value as written, file and line."""


@dataclass(slots=True)
class Settings:
    """All settings: types by block and name, the council's values by address, what domains move."""

    types: dict[str, dict[str, SettingType]] = field(default_factory=dict)
    values: dict[str, SettingValue] = field(default_factory=dict)
    domains: dict[str, Tightening] = field(default_factory=dict)
    movable: dict[str, Movable] = field(default_factory=dict)
    """The council's settings that domains may move, by address."""
    declared: dict[str, Span] = field(default_factory=dict)
    """Where each setting's direction is written, by address."""
    diagnostics: list[Diagnostic] = field(default_factory=list)


def settle(found: Declarations) -> Settings:
    """Type every setting and apply every `tighten`."""
    settings = Settings()
    blocks: list[tuple[str, Policy | Overlay]] = [*found.policies.items(), *found.overlays.items()]
    for name, block in blocks:
        settings.types[name] = {}
        for setting in block.settings:
            _declare(found, settings, name, setting)
    for domain, overlay in found.overlays.items():
        settings.domains[domain] = _Overlay(found, settings, overlay).apply()
    return settings


def _declare(found: Declarations, settings: Settings, block: str, setting: Setting) -> None:
    name, kind = setting.name.text, setting.type.text
    address = f"{block}/{name}"
    if kind not in SETTING_TYPES:
        known = list(SETTING_TYPES)
        settings.diagnostics.append(
            syntax_codes.not_a_word(kind, "type", setting.type.span, known=known, suggestion=nearest(kind, known))
        )
        return
    moves = direction_named(setting.direction)
    if moves.ordered and kind not in _ORDERED:
        wanted = "an ordered type (" + ", ".join(_ORDERED) + ")"
        settings.diagnostics.append(codes.direction_mismatch(name, setting.direction, wanted, setting.direction_span))
        return
    by_level: dict[str, SettingValue] = {}
    single: SettingValue | None = None
    is_list = moves.lists
    for level, value in setting.values:
        if not _fits(settings, name, kind, value, moves):
            return
        is_list = is_list or isinstance(value.value, tuple)
        plain: SettingValue = list(value.value) if isinstance(value.value, tuple) else value.value
        if level is None:
            single = plain
        elif _known_level(found, settings, level):
            by_level[level.text] = plain
    if setting.by_level != (setting.values[0][0] is not None):
        settings.diagnostics.append(
            codes.direction_mismatch(name, "by level", "a value for each level in braces", setting.direction_span)
        )
        return
    if setting.by_level:
        missing = [n for n in found.level_names if n not in by_level]
        misspelt = any(level is not None and level.text not in found.level_names for level, _ in setting.values)
        if missing and not misspelt:  # that mistake is said already
            settings.diagnostics.append(codes.level_missing(name, missing, setting.name.span))
    settings.declared[address] = setting.direction_span
    if block in found.policies and moves.tightens:
        settings.movable[address] = Movable(setting.direction, kind)
    type_ = SETTING_TYPES[kind]
    seen: Type = ("list", type_) if is_list else type_
    settings.types[block][name] = SettingType(address, seen, setting.by_level)
    if setting.by_level:
        settings.values[address] = by_level
    elif single is not None:
        settings.values[address] = single


def _known_level(found: Declarations, settings: Settings, level: Name) -> bool:
    names = found.level_names
    if level.text in names:
        return True
    settings.diagnostics.append(
        codes.unknown_level(level.text, level.span, suggestion=nearest(level.text, names), known=names)
    )
    return False


def _fits(settings: Settings, name: str, kind: str, value: Value, moves: Direction) -> bool:
    is_list = isinstance(value.value, tuple)
    if moves.lists and not is_list:
        settings.diagnostics.append(codes.direction_mismatch(name, moves.name, "a list: `[…]`", value.span))
        return False
    if moves.ordered and is_list:
        settings.diagnostics.append(codes.direction_mismatch(name, moves.name, "one value", value.span))
        return False
    seen = []
    for item in value.value if isinstance(value.value, tuple) else (value.value,):
        if not _is(kind, item):
            wanted = t.describe(SETTING_TYPES[kind])
            settings.diagnostics.append(codes.wrong_value(name, wanted, f"`{written(item)}`", value.span))
            return False
        if isinstance(item, int) and abs(item) > _GREATEST:
            wanted = f"a whole number from -{_GREATEST:,} to {_GREATEST:,}"
            settings.diagnostics.append(codes.wrong_value(name, wanted, f"`{item}`", value.span))
            return False
        if item in seen:  # its size would grow without anything being asked for
            twice = f"`{written(item)}` twice"
            settings.diagnostics.append(codes.wrong_value(name, "each value once", twice, value.span))
            return False
        seen.append(item)
    return True


def _is(kind: str, value: object) -> bool:
    match kind:
        case "text":
            return isinstance(value, str)
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "percent":
            return isinstance(value, Percent)
        case "period":
            return isinstance(value, Period)
        case _:
            return isinstance(value, date)


class _Overlay:
    """Applies one overlay; anything that weakens is a mistake that shows both places."""

    def __init__(self, found: Declarations, settings: Settings, overlay: Overlay) -> None:
        self._found, self._settings, self._overlay = found, settings, overlay
        self._result = Tightening()

    def apply(self) -> Tightening:
        adopted = []
        for adopt in self._overlay.adopts:
            if adopt.policy.text in self._found.policies:
                adopted.append(adopt.policy.text)
                span = adopt.policy.span
                self._result.moves.append(
                    {
                        "address": adopt.policy.text,
                        "level": None,
                        "value": "adopted",
                        "file": span.file,
                        "line": span.line,
                    }
                )
            else:
                self._unknown("policy", adopt.policy.text, adopt.policy.span, list(self._found.policies))
        self._result.adopts = tuple(adopted)
        for tighten in self._overlay.tightens:
            before = len(self._settings.diagnostics)
            self._tighten(tighten)
            if len(self._settings.diagnostics) == before:
                self._result.moves.append(
                    {
                        "address": f"{tighten.policy}/{tighten.name}",
                        "level": tighten.level.text if tighten.level else None,
                        "value": tighten.to.text if isinstance(tighten.to, Name) else written(tighten.to.value),
                        "file": tighten.span.file,
                        "line": tighten.span.line,
                    }
                )
        return self._result

    def _say(self, diagnostic: Diagnostic) -> None:
        self._settings.diagnostics.append(diagnostic)

    def _unknown(self, what: str, name: str, span: Span, known: list[str]) -> None:
        self._say(codes.unknown_address(what, name, span, suggestion=nearest(name, known), known=sorted(known)))

    def _tighten(self, tighten: Tighten) -> None:
        policy = self._found.policies.get(tighten.policy)
        if policy is None:
            self._unknown("policy", tighten.policy, tighten.address_span, list(self._found.policies))
            return
        address = f"{tighten.policy}/{tighten.name}"
        setting = next((s for s in policy.settings if s.name.text == tighten.name), None)
        rule = next((r for r in policy.rules if r.name.text == tighten.name), None)
        if setting is not None:
            self._setting(tighten, address, setting)
        elif rule is not None:
            self._rule(tighten, address, rule)
        else:
            declared: tuple[Setting | Rule, ...] = (*policy.settings, *policy.rules)
            known = [f"{tighten.policy}/{x.name.text}" for x in declared]
            self._unknown("setting or rule", address, tighten.address_span, known)

    def _rule(self, tighten: Tighten, address: str, rule: Rule) -> None:
        to = tighten.to
        known = (*SEVERITIES, *ENFORCEMENTS)
        if not isinstance(to, Name) or to.text not in known:
            word = to.text if isinstance(to, Name) else written(to.value)
            near = nearest(word, known)
            self._say(syntax_codes.not_a_word(word, "severity or enforcement", to.span, known=known, suggestion=near))
            return
        severity = next((s for s in SEVERITIES if s == to.text), None)
        enforcement = next((e for e in ENFORCEMENTS if e == to.text), None)
        if severity is not None:
            now = rule.severity.text if rule.severity else "low"
            original = rule.severity.span if rule.severity else rule.name.span
        else:
            now = rule.enforce.level.text if rule.enforce else "mandatory"
            original = rule.enforce.span if rule.enforce else rule.name.span
        order: tuple[str, ...] = ENFORCEMENTS if severity is None else SEVERITIES
        if now not in order:
            return
        if order.index(to.text) < order.index(now):
            kept = f"`{now}`" if now == order[-1] else f"`{now}` or above"
            lost = f"`{to.text}` is less than `{now}`"
            self._say(codes.weakened(address, lost, to.span, original, kept, " < ".join(order)))
            return
        if to.text == now and not (rule.enforce and rule.enforce.effective_from):
            self._say(codes.nothing_to_tighten("value", address, to.span))
        if severity is not None:
            self._result.severities[address] = severity
        elif enforcement is not None:
            self._result.enforcements[address] = enforcement

    def _setting(self, tighten: Tighten, address: str, setting: Setting) -> None:
        to, kind = tighten.to, setting.type.text
        if address not in self._settings.values:
            return  # the council's own setting is broken, and said so
        moves = direction_named(setting.direction)
        if not moves.tightens:
            self._say(codes.fixed_setting(address, tighten.span, setting.direction_span))
            return
        if isinstance(to, Name):
            self._say(codes.wrong_value(tighten.name, t.describe(SETTING_TYPES[kind]), f"`{to.text}`", to.span))
            return
        if not _fits(self._settings, tighten.name, kind, to, moves):
            return
        if setting.by_level != (tighten.level is not None):
            wanted = "one level: `[confidential]`" if setting.by_level else "no level"
            self._say(codes.direction_mismatch(tighten.name, "tighten", wanted, tighten.address_span))
            return
        current = self._result.settings.get(address, self._settings.values[address])
        before = current
        if tighten.level is not None:
            if not _known_level(self._found, self._settings, tighten.level):
                return
            if not isinstance(current, dict) or tighten.level.text not in current:
                return
            before = current[tighten.level.text]
        value: SettingValue = list(to.value) if isinstance(to.value, tuple) else to.value
        lost = moves.lost(before, value)
        if lost:
            shown = f"{address}[{tighten.level.text}]" if tighten.level else address
            kept = f"`{written(before)}` or tighter"
            self._say(codes.weakened(shown, lost, to.span, setting.direction_span, kept, setting.direction))
            return
        if before == value:
            self._say(codes.nothing_to_tighten("value", address, to.span))
        if tighten.level is not None and isinstance(current, dict):
            value = {**current, tighten.level.text: value}
        self._result.settings[address] = value
