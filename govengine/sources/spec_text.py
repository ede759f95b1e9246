"""A change of one value in the text of a spec: what was not changed keeps its bytes, comments and layout with it.

A change is made by cutting the text at the places of its nodes, never by writing the document anew, and is then read
again: where the new text does not hold exactly what was meant, and all else as before, there is no change.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from yaml import CollectionNode, MappingNode, ScalarNode, SequenceNode

from govengine.model.sugar import ENCRYPTION_WORDS
from govengine.sources.yaml_document import read_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yaml import Node

Step = str | int
Path = tuple[Step, ...]

_NULLS = ("", "~", "null", "Null", "NULL")
_WORD = re.compile(r"[A-Za-z<][A-Za-z0-9_./+<>= %()-]*")
_TAKEN = re.compile(r"(?i:true|false|null|yes|no|on|off|y|n|[.](?:inf|nan))")
_RETENTION = ("spec", "governance", "retention")
_ENCRYPTION = ("spec", "governance", "encryption")
_SCHEMA = ("spec", "schema")


class Change(NamedTuple):
    """A value to be written at a path, as rules see paths: `("spec", "schema", 3, "protection", "method")`.

    An index one past the end of a list appends to it. `remove` takes the item of a list out instead.
    """

    path: Path
    value: object = None
    remove: bool = False


def changed(text: str, change: Change) -> str | None:
    """The text with the change made, or None where it cannot be made in place.

    `text` has no byte-order mark. Missing parents are written too, in the style of the nearest one that is there.
    """
    try:
        before = _document(text)
        path, value = _as_written(before.root, change)
        after = before.without(path) if change.remove else before.put(path, value)
        if after is None:
            return None
        wanted = _applied(before.plain(), path, value, remove=change.remove)
        return after if _document(after).plain() == wanted else None
    except (yaml.YAMLError, _ImpossibleError, RecursionError):
        return None


def line_of(text: str, change: Change) -> int:
    """The line, from 1, of the nearest thing that is there of a change's path."""
    try:
        document = _document(text)
        path, _ = _as_written(document.root, change)
        node, _, rest = document.reach(path)
        if rest and isinstance(node, MappingNode) and node.value:
            return int(node.value[0][0].start_mark.line) + 1
        return int(node.start_mark.line) + 1
    except (yaml.YAMLError, _ImpossibleError):
        return 1


@lru_cache(maxsize=64)
def _document(text: str) -> _Document:
    return _Document(text)


class _ImpossibleError(Exception):
    """The path leads through something that no field can stand in."""


def _as_written(root: Node, change: Change) -> tuple[Path, object]:
    """The path and value in the shape that the document uses: see `govengine.model.sugar`."""
    path, value = change.path, change.value
    if path[:2] == _SCHEMA and len(path) > 2:
        return (*_column(root, path[2]), *path[3:]), value
    head, rest = path[:3], path[3:]
    if head == _RETENTION and rest:
        bare = _scalar_at(root, head)
        if bare is not None:
            if rest == ("min",):
                return head, value
            return head, {"min": _plain(bare), **_nested(rest, value)}
    if head == _ENCRYPTION and rest:
        word = _scalar_at(root, head)
        if rest == ("strength",):
            if word is not None or _at(root, head) is None:
                return head, value
            return (*head, "end_to_end" if value == "end-to-end" else str(value).replace("-", "_")), True
        if word is not None:
            return head, {**ENCRYPTION_WORDS.get(word.value, {}), **_nested(rest, value)}
    return path, value


def _column(root: Node, wanted: Step) -> Path:
    """Where a column stands, by its number among all: columns may be grouped by dataset."""
    listed = _at(root, _SCHEMA)
    count = 0
    for i, item in enumerate(listed.value if isinstance(listed, SequenceNode) else ()):
        inner = {k.value: v for k, v in item.value} if isinstance(item, MappingNode) else {}
        group = inner.get("columns")
        if isinstance(group, SequenceNode) and set(inner) <= {"dataset", "columns"}:
            for j in range(len(group.value)):
                if count == wanted:
                    return (*_SCHEMA, i, "columns", j)
                count += 1
            continue
        if count == wanted:
            return (*_SCHEMA, i)
        count += 1
    return (*_SCHEMA, wanted)


def _at(node: Node | None, path: Path) -> Node | None:
    for step in path:
        if isinstance(node, MappingNode):
            node = next((v for k, v in node.value if k.value == step), None)
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    return node


def _scalar_at(root: Node, path: Path) -> ScalarNode | None:
    found = _at(root, path)
    return found if isinstance(found, ScalarNode) and not _empty(found) else None


def _empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.style and node.value in _NULLS


def _in_brackets(node: Node) -> bool:
    return isinstance(node, CollectionNode) and bool(node.flow_style)


def _nested(rest: Path, value: object) -> dict[str, object]:
    inner = value if len(rest) == 1 else _nested(rest[1:], value)
    return {str(rest[0]): inner}


def _plain(node: Node) -> object:
    """A node as texts, lists and maps; a scalar that stood plain keeps that it did, unless it is a plain text."""
    if isinstance(node, MappingNode):
        return {k.value: _plain(v) for k, v in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(v) for v in node.value]
    if _empty(node):
        return None
    if isinstance(node, ScalarNode) and not node.style and node.value in ("true", "false"):
        return node.value == "true"
    return node.value


def _meant(value: object) -> object:
    """A value as `_plain` would read it again."""
    if isinstance(value, dict):
        return {k: _meant(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_meant(v) for v in value]
    return value if isinstance(value, bool) or value is None else str(value)


def _applied(document: Any, path: Path, value: object, *, remove: bool) -> object:
    document = deepcopy(document)
    held = document
    for i, step in enumerate(path[:-1]):
        fresh: object = [] if isinstance(path[i + 1], int) else {}
        if isinstance(step, int):
            if step == len(held):
                held.append(fresh)
            elif held[step] is None:
                held[step] = fresh
        elif held.get(step) is None:
            held[step] = fresh
        held = held[step]
    last: object = path[-1]
    if remove:
        del held[last]
    elif isinstance(last, int) and last == len(held):
        held.append(_meant(value))
    else:
        held[last] = _meant(value)
    return document


class _Document:
    """Nodes of a text with the offsets at which they begin and end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        masked = list(text)
        starts = [0, *(m.end() for m in re.finditer("\n", text))]
        # `>99.5%` without quotes is no YAML: for finding places, another letter of the same width stands for its sign.
        self._bounds: dict[int, str] = {}
        read = read_document(text.encode(), "")
        if read.root is None:
            raise _ImpossibleError
        for bound, span in read.bounds:
            at = starts[span.line - 1] + span.column - 1
            masked[at] = "x"
            self._bounds[at] = bound
        node = yaml.compose("".join(masked), Loader=yaml.CSafeLoader)
        if node is None:
            raise _ImpossibleError
        self.root: Node = node
        self._values(node, set())

    def _values(self, node: Node, seen: set[int]) -> None:
        """Put signs back; a node that stands in two places (an alias) can be changed in neither."""
        if id(node) in seen and not _empty(node):
            raise _ImpossibleError
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            node.value = self._bounds.get(node.start_mark.index, node.value)
        elif isinstance(node, SequenceNode):
            for item in node.value:
                self._values(item, seen)
        else:
            for _, value in node.value:
                self._values(value, seen)

    def plain(self) -> object:
        return _plain(self.root)

    def reach(self, path: Path) -> tuple[Node, ScalarNode | None, Path]:
        """The deepest node on a path, the key in front of it, and the steps that are not there."""
        node, key = self.root, None
        for i, step in enumerate(path):
            if isinstance(node, MappingNode):
                found = next(((k, v) for k, v in node.value if k.value == step), None)
                if found is None:
                    return node, key, path[i:]
                key, node = found
            elif isinstance(node, SequenceNode) and isinstance(step, int):
                if step >= len(node.value):
                    return node, key, path[i:]
                key, node = None, node.value[step]
            else:
                return node, key, path[i:]
        return node, key, ()

    def put(self, path: Path, value: object) -> str | None:
        node, key, rest = self.reach(path)
        start, end = node.start_mark.index, node.end_mark.index
        if not rest:
            if _empty(node):
                return self._under(node, key, path, value)
            if not isinstance(node, ScalarNode) and not _in_brackets(node):
                return None  # a block of other values is nothing to overwrite
            if isinstance(node, ScalarNode) and node.style in ("|", ">"):
                return None
            return self.text[:start] + flow(value) + self.text[end:]
        grown = _grown(rest[1:], value)
        if _empty(node):
            return self._under(node, key, path[: -len(rest)], _grown(rest, value))
        if isinstance(node, ScalarNode) or isinstance(rest[0], int) is isinstance(node, MappingNode):
            return None
        if isinstance(rest[0], int) and rest[0] != len(node.value):
            return None
        entry = {str(rest[0]): grown} if isinstance(node, MappingNode) else [grown]
        if _in_brackets(node):
            inner = flow(entry)[1:-1]
            if not node.value:
                return self.text[:start] + flow(entry) + self.text[end:]
            last = _end(node.value[-1] if isinstance(node, SequenceNode) else node.value[-1][1])
            return self.text[:last] + ", " + inner + self.text[last:]
        return self._below(node, entry)

    def _below(self, node: Node, entry: object) -> str:
        """An entry after the last one of a block."""
        lines = _block(entry, node.start_mark.column, self._step())
        return self._insert(self._line_end(_end(node)), lines)

    def _under(self, node: Node, key: ScalarNode | None, path: Path, value: object) -> str | None:
        """A value for a key that has none: a block below it, unless it is plain or stands in brackets itself."""
        at = node.start_mark.index
        if node.end_mark.index > at:  # `~` or `null`
            return self.text[:at] + flow(value) + self.text[node.end_mark.index :]
        if key is None:
            return None
        bracketed = any(_in_brackets(held) for i in range(len(path)) if (held := _at(self.root, path[:i])) is not None)
        colon = self.text.find(":", key.end_mark.index) + 1
        if value and isinstance(value, dict) and not bracketed:
            step = self._step()
            return self._insert(self._line_end(colon), _block(value, key.start_mark.column + step, step))
        return f"{self.text[:colon]} {flow(value)}{self.text[colon:]}"

    def without(self, path: Path) -> str | None:
        """The text without one item of a list that keeps others."""
        parent, _, rest = self.reach(path[:-1])
        number = path[-1]
        if rest or not isinstance(parent, SequenceNode) or not isinstance(number, int) or len(parent.value) < 2:
            return None
        node = parent.value[number]
        if _in_brackets(parent):
            if number:
                return self.text[: _end(parent.value[number - 1])] + self.text[_end(node) :]
            return self.text[: node.start_mark.index] + self.text[parent.value[1].start_mark.index :]
        start = self.text.rfind("\n", 0, node.start_mark.index) + 1
        if number == 0 and self.text[start : node.start_mark.index].strip() != "-":
            return None  # on the line of another list's item
        end = self._line_end(_end(node))
        return self.text[:start] + self.text[end:].removeprefix("\r").removeprefix("\n")

    def _line_end(self, offset: int) -> int:
        """Where the line of the character before an offset ends, in front of its line break."""
        at = self.text.find("\n", max(offset - 1, 0))
        if at < 0:
            return len(self.text)
        return at - 1 if at and self.text[at - 1] == "\r" else at

    def _insert(self, at: int, lines: Sequence[str]) -> str:
        return self.text[:at] + "".join(self.newline + line for line in lines) + self.text[at:]

    def _step(self) -> int:
        """By how much the document indents."""
        node = _at(self.root, ("spec",))
        if isinstance(node, MappingNode) and not _in_brackets(node) and isinstance(self.root, MappingNode):
            return max(node.start_mark.column - self.root.start_mark.column, 1)
        return 2


def _end(node: Node) -> int:
    """Where a node's last character ends; the parser puts the end of a block behind the comments that follow it."""
    if not isinstance(node, ScalarNode) and not _in_brackets(node) and node.value:
        last = node.value[-1]
        if isinstance(node, MappingNode):
            key, value = last
            return _end(value) if value.end_mark.index > key.end_mark.index else int(key.end_mark.index)
        return _end(last)
    return int(node.end_mark.index)


def _grown(rest: Path, value: object) -> object:
    """The value within the parents that are missing."""
    for step in reversed(rest):
        value = [value] if isinstance(step, int) else {step: value}
    return value


def _block(value: Any, column: int, step: int) -> list[str]:
    """A map or list as lines of a block that begins at a column; lists of plain values stand in brackets."""
    pad = " " * column
    if isinstance(value, dict):
        lines = []
        for name, held in value.items():
            if held and (isinstance(held, dict) or _of_maps(held)):
                lines += [f"{pad}{flow(name)}:", *_block(held, column + step, step)]
            else:
                lines.append(f"{pad}{flow(name)}: {flow(held)}")
        return lines
    lines = []
    for item in value:
        if isinstance(item, dict) and item:
            first, *more = _block(item, column + 2, step)
            lines += [f"{pad}- {first.strip()}", *more]
        else:
            lines.append(f"{pad}- {flow(item)}")
    return lines


def _of_maps(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(v, dict) for v in value)


def flow(value: object) -> str:
    """A value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(str(k))}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    text = str(value)
    number = not isinstance(value, str)
    # What a number, a period or a date looks like is written as such: none of them has a text's type in a spec.
    if number or re.fullmatch(r"\d{4}-\d\d-\d\d|<?\d[\w.%]*( (days?|weeks?|months?|years?|hours?))?", text):
        looks_a_number = isinstance(value, str) and re.fullmatch(r"[-+]?[\d.]+([eE][-+]?\d+)?", text)
        return json.dumps(text) if looks_a_number else text
    if _WORD.fullmatch(text) and not _TAKEN.fullmatch(text) and text == text.strip() and text[0] != "<":
        return text
    return json.dumps(text, ensure_ascii=False)
