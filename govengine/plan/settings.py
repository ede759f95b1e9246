"""Settings as the plan holds them: the council's values, where they were declared, and what domains made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

if TYPE_CHECKING:
    from datetime import date

    from govengine.language.syntax import SettingDirection
    from govengine.model.quantity import Percent, Period
    from govengine.model.verdict import Enforcement, Severity

StoredKind = Literal["percent", "period", "date"]
StoredConstant: TypeAlias = "bool | int | float | str | tuple[Literal['q'], StoredKind, str]"
"""Text, numbers, true and false as they are; `("q", kind, text)` for quantities and dates."""
StoredValue: TypeAlias = "StoredConstant | list[StoredValue] | dict[str, StoredValue]"
"""What `compile.constants.store` makes of a value."""
Constant: TypeAlias = "bool | int | float | str | Percent | Period | date"
SettingValue: TypeAlias = "Constant | list[SettingValue] | dict[str, SettingValue]"
"""One constant, a list of them, or either by level."""


class PlanSetting(TypedDict):
    """Where a setting is declared, and its values as written: by level, or one under ""."""

    direction: SettingDirection
    values: dict[str, str]
    file: str
    line: int


class PlanMove(TypedDict):
    """What one `tighten` or `adopt` moved: the address of a setting, rule or policy, and the value as written."""

    address: str
    level: str | None
    value: str
    file: str
    line: int


class PlanDomain(TypedDict):
    """What a domain's overlay makes of the council's layer; settings, severities and enforcements by address."""

    adopts: list[str]
    settings: dict[str, StoredValue]
    severities: dict[str, Severity]
    enforcements: dict[str, Enforcement]
    moves: list[PlanMove]
