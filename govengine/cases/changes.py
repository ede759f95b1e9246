"""Changes to a product: dotted paths and their new values."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[[^\[\]]+\])*")
_STEP = re.compile(r"([^.\[\]]+)|\[([^\[\]]+)\]")
_NAMED_BY = ("name", "principal", "product", "category", "country", "dataset", "type")
_ADDED = "[+]"
# The C parser where there is one: reading products is a good part of the time that a case takes.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: object = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class ChangeError(Exception):
    """A change that does not fit the product: why, and the repair.

    `block` is the position of the text of changes that is wrong, `line` the line in it (from 1); `line` is 0 where it
    is the product that cannot be read.
    """

    def __init__(self, line: int, why: str, repair: str, *, block: int = 0) -> None:
        super().__init__(why)
        self.block, self.line, self.why, self.repair = block, line, why, repair


class _Loader(_Safe):  # type: ignore[misc]  # a class chosen at run time
    """YAML without dates: the product's own reader reads them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Change(NamedTuple):
    path: str
    value: object
    line: int


def changed(product: str, changes: Sequence[str]) -> str:
    """The product's YAML with some texts of changes laid over it, in their order.

    A change is a line `spec.access.grants[payments-team].purpose: settlement`. `[…]` holds a position counted from 0,
    the name of an item, or `+` for a new item at the end; in a mapping it holds a key, for one with dots. null takes
    the field or item away.

    Raises:
        ChangeError: a path leads nowhere, or the YAML cannot be read.

    """
    try:
        data = yaml.load(product, _Loader)  # noqa: S506 - a SafeLoader
    except _UNREADABLE as error:
        raise ChangeError(0, f"the product cannot be changed: {_said(error)}", "mend its YAML") from error
    for block, text in enumerate(changes):
        try:
            for change in _read(text):
                _apply(data, change)
        except ChangeError as error:
            error.block = block
            raise
    try:
        written: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    except _UNREADABLE as error:
        raise ChangeError(0, "the product cannot be changed: it nests too deeply", "make it flatter") from error
    return written


# Beside YAML's own errors: a tag such as `!!int x`, a number too long, nesting without end.
_UNREADABLE = (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)


def _said(error: BaseException) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it is not YAML"
    return f"{problem} (line {mark.line + 1} of the block)" if mark is not None else problem


def _read(changes: str) -> Iterator[_Change]:
    """Paths and values in their order: a mapping would keep only the last of several `[+]`."""
    loader = _Loader(changes)
    try:
        try:
            node = loader.get_single_node()
            if node is None:
                return
            if not isinstance(node, yaml.MappingNode):
                raise ChangeError(1, "changes are lines `path: value`", "write for example `spec.status: draft`")
            pairs = [
                _Change(_path(key), loader.construct_object(value, deep=True), key.start_mark.line + 1)
                for key, value in node.value
            ]
        except _UNREADABLE as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark is not None else 1
            problem = getattr(error, "problem", None) or "it is not YAML"
            raise ChangeError(line, f"the changes cannot be read: {problem}", "write lines `path: value`") from error
    finally:
        loader.dispose()
    seen: set[str] = set()
    for change in pairs:
        if not change.path.endswith(_ADDED) and change.path in seen:
            raise ChangeError(change.line, f"`{change.path}` is changed twice", "keep one of the two")
        seen.add(change.path)
        yield change


def _path(key: yaml.Node) -> str:
    text = key.value if isinstance(key, yaml.ScalarNode) else ""
    if not _PATH.fullmatch(text):
        raise ChangeError(
            key.start_mark.line + 1, f"`{text}` is no path", "write for example `spec.schema[card_number].protection`"
        )
    return str(text)


def _apply(data: Any, change: _Change) -> None:
    steps = [field or f"[{index}]" for field, index in _STEP.findall(change.path)]
    held = data
    for step, following in itertools.pairwise(steps):
        held = _down(held, step, following, change)
    last = steps[-1]
    if isinstance(held, list):
        _change_item(held, last, change)
        return
    key = _key(held, last, change)
    if change.value is not None:
        held[key] = change.value
    elif key in held:
        del held[key]
    else:
        raise ChangeError(change.line, f"`{change.path}` is not there, so it cannot be taken away", "drop the line")


def _down(held: Any, step: str, following: str, change: _Change) -> object:
    if isinstance(held, list):
        return held[_position(held, step, change)]
    key = _key(held, step, change)
    if held.get(key) is None:  # absent, or `governance:` with nothing below it
        held[key] = [] if following == _ADDED else {}
    return held[key]


def _key(held: object, step: str, change: _Change) -> str:
    if not isinstance(held, dict):
        raise ChangeError(change.line, f"`{change.path}` leads into a plain value", "end the path before it")
    if step == _ADDED:
        raise ChangeError(
            change.line, f"`{change.path}`: `[+]` adds to a list, and there is none", "name a list, or a field"
        )
    return step.removeprefix("[").removesuffix("]")


def _change_item(held: list[object], step: str, change: _Change) -> None:
    if step == _ADDED:
        held.append(change.value)
        return
    at = _position(held, step, change)
    if change.value is None:
        del held[at]
    else:
        held[at] = change.value


def _position(held: Sequence[object], step: str, change: _Change) -> int:
    if step == _ADDED:
        raise ChangeError(change.line, f"`{change.path}`: `[+]` stands last", "give the whole item as the value")
    word = step.removeprefix("[").removesuffix("]")
    if word.isascii() and word.isdigit() and len(word) < 10 and int(word) < len(held):
        return int(word)
    for field in _NAMED_BY:
        for at, item in enumerate(held):
            if isinstance(item, dict) and item.get(field) == word:
                return at
    what = f"there is no item `{word}`" if held else "the list is empty"
    raise ChangeError(change.line, f"`{change.path}`: {what}", "give a position counted from 0, or the name of an item")
