"""Changes to a product: dotted paths and their new values."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import yaml

_STEP = re.compile(r"([^.\[\]]+)|\[([^\[\]]+)\]")
_NAMED_BY = ("name", "principal", "product", "category", "country", "dataset", "type")


class ChangeError(Exception):
    """A change that does not fit the product."""


class _Loader(yaml.SafeLoader):
    """YAML without dates: the product's own reader reads them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def changed(product: str, changes: str | None) -> str:
    """The product's YAML with the changes laid over it; without changes, the very text.

    A change is a line `spec.access.grants[payments-team].purpose: settlement`. `[…]` holds a position counted from 0,
    the name of an item, or `+` for a new item at the end; null takes the field or item away.

    Raises:
        ChangeError: a path leads nowhere, or the YAML cannot be read.

    """
    if changes is None:
        return product
    try:
        data, asked = yaml.load(product, _Loader), yaml.load(changes, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise ChangeError(f"not YAML: {error}") from error
    if not isinstance(asked, Mapping):
        raise ChangeError("changes are lines `path: value`")
    for path, value in asked.items():
        _change(data, str(path), value)
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def _change(data: Any, path: str, value: Any) -> None:
    steps = [field or f"[{index}]" for field, index in _STEP.findall(path)]
    if not steps:
        raise ChangeError(f"`{path}` is no path")
    held = data
    for step, following in itertools.pairwise(steps):
        held = _down(held, step, following, path)
    last = steps[-1]
    if isinstance(held, list):
        _change_item(held, last, value, path)
    elif not isinstance(held, dict):
        raise ChangeError(f"`{path}` leads into a plain value")
    elif value is None:
        if last not in held:
            raise ChangeError(f"`{path}` is not there, so it cannot be taken away")
        del held[last]
    else:
        held[last] = value


def _down(held: Any, step: str, following: str, path: str) -> Any:
    if isinstance(held, list):
        return held[_position(held, step, path)]
    if not isinstance(held, dict):
        raise ChangeError(f"`{path}` leads into a plain value")
    return held.setdefault(step, [] if following.startswith("[") else {})


def _change_item(held: list[Any], step: str, value: Any, path: str) -> None:
    if step == "[+]":
        held.append(value)
        return
    at = _position(held, step, path)
    if value is None:
        del held[at]
    else:
        held[at] = value


def _position(held: list[Any], step: str, path: str) -> int:
    word = step.strip("[]")
    if word.isdigit() and int(word) < len(held):
        return int(word)
    for field in _NAMED_BY:
        for at, item in enumerate(held):
            if isinstance(item, dict) and item.get(field) == word:
                return at
    raise ChangeError(f"`{path}`: no item `{word}`")
