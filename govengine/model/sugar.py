"""Shapes that specs may be written in besides the normal form, on plain values.

Each function takes what was written and gives the normal form, or its argument unchanged where it is no such shape.
Imported on every run, so it imports nothing.
"""

from __future__ import annotations

ENCRYPTION_WORDS: dict[str, dict[str, bool]] = {
    "none": {"at_rest": False, "in_transit": False, "end_to_end": False},
    "in-transit": {"in_transit": True},
    "at-rest": {"at_rest": True},
    "end-to-end": {"at_rest": True, "in_transit": True, "end_to_end": True},
}

EVOLUTION_WORDS = {
    "backward_compatible": "backward", "forward_compatible": "forward", "full_compatible": "full",
    "backward_transitive": "backward-transitive", "forward_transitive": "forward-transitive",
    "full_transitive": "full-transitive",
}  # fmt: skip
"""Other ways to write how a schema may change."""


def evolution_from_word(value: object) -> object:
    """`backward_compatible` → `backward`."""
    return EVOLUTION_WORDS.get(value, value) if isinstance(value, str) else value


def retention_from_period(value: object) -> object:
    """`7_years` → `{min: 7_years}`."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return {"min": value}
    return value


def encryption_from_word(value: object) -> object:
    """`end-to-end` → `{at_rest: true, in_transit: true, end_to_end: true}`."""
    if isinstance(value, str) and value in ENCRYPTION_WORDS:
        return dict(ENCRYPTION_WORDS[value])
    return value


def flat_columns(value: object) -> object:
    """`[{dataset: a, columns: [{name: x}]}]` → `[{name: x, dataset: a}]`; flat columns stay."""
    if not isinstance(value, list):
        return value
    flat: list[object] = []
    for item in value:
        if isinstance(item, dict) and isinstance(item.get("columns"), list) and set(item) <= {"dataset", "columns"}:
            dataset = item.get("dataset")
            flat += [
                {"dataset": dataset, **column} if isinstance(column, dict) and dataset is not None else column
                for column in item["columns"]
            ]
        else:
            flat.append(item)
    return flat


def merged_gates(value: object) -> object:
    """`[{completeness: ">99.5%"}, {latency: "<100ms"}]` → one map."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return value
    merged: dict[object, object] = {}
    for item in value:
        if set(item) & set(merged):
            return value
        merged.update(item)
    return merged


def strength(encryption: dict[str, object]) -> str:
    """The strongest place where data is encrypted: none < in-transit < at-rest < end-to-end."""
    for field, word in (("end_to_end", "end-to-end"), ("at_rest", "at-rest"), ("in_transit", "in-transit")):
        if encryption.get(field):
            return word
    return "none"
