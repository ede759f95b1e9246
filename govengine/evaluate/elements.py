"""Names of the elements that `for each` walks over, as reports and waivers write them."""

from __future__ import annotations

from collections.abc import Mapping

_NAMED_BY = ("name", "principal", "product", "category", "country", "id", "topic", "type")


def element_names(variable: str, values: list[object]) -> list[str]:
    """One name an element, unique in the list: `column amount`, `grant payments-team`, `interface file #2`.

    A column is named with its dataset where its name stands in several.
    """
    plain = [_plain(v, i) for i, v in enumerate(values)]
    if any(plain.count(p) > 1 for p in plain):
        plain = [
            f"{v['dataset']}.{p}" if isinstance(v, Mapping) and "dataset" in v and plain.count(p) > 1 else p
            for v, p in zip(values, plain, strict=True)
        ]
    names = []
    seen: dict[str, int] = {}
    for p in plain:
        seen[p] = seen.get(p, 0) + 1
        names.append(f"{variable} {p}" if seen[p] == 1 else f"{variable} {p} #{seen[p]}")
    return names


def _plain(value: object, index: int) -> str:
    if isinstance(value, Mapping):
        for field in _NAMED_BY:
            if isinstance(value.get(field), str):
                return str(value[field])
        return f"#{index + 1}"
    return str(value)
