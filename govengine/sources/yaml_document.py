"""YAML → nodes with positions, from the C parser's events.

Scalars keep their text and whether they stood plain, so that `NO` stays a text and `2.10` a version where one is asked
for. Nothing here recurses on the depth of a document, and alias expansion is counted, so no document can exhaust us.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml._yaml import CParser

from govengine.diagnostics import Diagnostic, Span
from govengine.diagnostics.codes import spec as codes

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_NODES = 100_000

_PLAIN_BOUND = re.compile(
    r"(?P<head>[:\-]\s+)(?P<bound>>=?[ \t]*\d[\w.%]*(?:[ \t]*\([^()\n]*\))?)(?P<tail>[ \t]*(?:#.*|[,}\]].*)?)$"
)
_BLOCK_HEADER = re.compile(r"(?:^|[:\-]\s+)[|>](?:[1-9][+-]?|[+-][1-9]?)?[ \t]*(?:#.*)?$")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NULLS = ("", "~", "null", "Null", "NULL")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Node:
    """A value of a document. `kind` is "scalar", "list" or "map"; lines and columns count from 1.

    `value` is the text of a scalar, the items of a list, or the `(key, value)` pairs of a map.
    """

    __slots__ = ("column", "end_column", "kind", "line", "plain", "value")

    def __init__(self, kind: str, value: Any, line: int, column: int, end_column: int, plain: bool) -> None:
        self.kind, self.value, self.plain = kind, value, plain
        self.line, self.column, self.end_column = line, column, end_column

    def span(self, file: str) -> Span:
        """Where it stands: a scalar on one line whole, anything else its first character."""
        return Span(file, self.line, self.column, self.line, max(self.end_column, self.column + 1))

    def resolved(self) -> Any:
        """A scalar by YAML's core schema: None, true or false, a number, or the text."""
        text = self.value
        if not self.plain:
            return text
        if text in _NULLS:
            return None
        if text in _TRUTH:
            return _TRUTH[text]
        if text[0] in "-+.0123456789":
            if _INT.fullmatch(text):
                return int(text) if len(text) < 400 else text
            if _FLOAT.fullmatch(text):
                return float(text)
            if text.lower() in (".inf", "+.inf", "-.inf", ".nan"):
                return float(text.lower().replace(".", "", 1))
        return text


class DocumentRead:
    """What came of reading: the root node, or None of an empty or broken file.

    `diagnostics` is what is to be said, `bounds` the promises that stood without quotes.
    """

    __slots__ = ("bounds", "diagnostics", "root")

    def __init__(self, root: Node | None, diagnostics: list[Diagnostic], bounds: list[tuple[str, Span]]) -> None:
        self.root, self.diagnostics, self.bounds = root, diagnostics, bounds


def read_document(data: bytes, file: str) -> DocumentRead:
    """One YAML document out of a file's bytes; `file` is its path from the mesh root, for places."""
    start = Span(file, 1, 1, 1, 2)
    if len(data) > MAX_BYTES:
        return _refused(codes.too_much(f"is larger than {MAX_BYTES >> 20} MiB", start))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        why = f"byte {error.start} (line {line}) is not UTF-8"
        return _refused(codes.unreadable(file, why, help_="save the file as UTF-8"))
    text, bounds = _quote_bounds(text, file)
    try:
        root = _compose(text, file)
        empty = root is not None and root.kind == "scalar" and root.resolved() is None
        return DocumentRead(None if empty else root, [], bounds)
    except _Refused as refused:
        return _refused(refused.diagnostic)
    except yaml.YAMLError as error:
        return _refused(_malformed(error, text, file))


def _refused(diagnostic: Diagnostic) -> DocumentRead:
    return DocumentRead(None, [diagnostic], [])


class _Refused(Exception):  # noqa: N818 - carries what is to be said of a document, not a mistake of ours
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def _quote_bounds(text: str, file: str) -> tuple[str, list[tuple[str, Span]]]:
    """Put quotes round plain values such as `>99.5%`, which YAML takes for the head of a block of text.

    The opening quote takes the place of the `>`'s column, so all places before the end of the value stay true. Lines
    inside blocks of text are left alone.
    """
    if ">" not in text:
        return text, []
    found: list[tuple[str, Span]] = []
    lines = text.split("\n")
    block_indent = -1
    for i, line in enumerate(lines):
        stripped = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        if block_indent >= 0:
            if not stripped or indent > block_indent:
                continue
            block_indent = -1
        if ">" not in line and "|" not in line:
            continue
        if _BLOCK_HEADER.search(line.rstrip()) and _deeper_follows(lines, i, indent):
            block_indent = indent
            continue
        changed = line.rstrip("\r")
        position = 0
        while (match := re.compile(_PLAIN_BOUND.pattern).search(changed, position)) is not None:
            head, bound = match.end("head"), match["bound"].rstrip()
            if _inside_text(changed, head):
                break
            changed = f'{changed[:head]}"{bound}"{changed[head + len(bound) :]}'
            found.append((bound, Span(file, i + 1, head + 1, i + 1, head + 1 + len(bound))))
            position = head + len(bound) + 2
        lines[i] = changed + ("\r" if line.endswith("\r") else "")
    return "\n".join(lines), found


def _deeper_follows(lines: list[str], i: int, indent: int) -> bool:
    for line in lines[i + 1 :]:
        if line.strip():
            return len(line) - len(line.lstrip(" ")) > indent
    return False


def _inside_text(line: str, at: int) -> bool:
    """Whether an offset lies in a quoted text or a comment."""
    quote = ""
    for i, letter in enumerate(line[:at]):
        if quote:
            if letter == quote:
                quote = ""
        elif letter in "\"'" and (i == 0 or line[i - 1] in " [{,:"):
            quote = letter
        elif letter == "#" and (i == 0 or line[i - 1] == " "):
            return True
    return bool(quote)


def _compose(text: str, file: str) -> Node | None:
    parser = CParser(text)
    anchors: dict[str, tuple[Node, int]] = {}
    root: Node | None = None
    stack: list[tuple[Node, object, str | None, int]] = []  # node, pending key, anchor, nodes counted before it
    keys: list[dict[str, Node]] = []  # of the maps that are open, by the place of each in `stack`
    documents = 0
    count = 0
    try:
        while True:
            event: Any = parser.get_event()  # which fields it has, its kind tells
            kind = type(event).__name__
            if kind in ("ScalarEvent", "AliasEvent", "SequenceStartEvent", "MappingStartEvent"):
                mark = event.start_mark
                line, column = mark.line + 1, mark.column + 1
                count += 1
                if kind == "ScalarEvent":
                    end = event.end_mark
                    end_column = end.column + 1 if end.line == mark.line else column + 1
                    node = Node("scalar", event.value, line, column, end_column, not event.style and event.implicit[0])
                    if event.anchor:
                        anchors[event.anchor] = (node, 1)
                elif kind == "AliasEvent":
                    if event.anchor not in anchors:
                        where = Span(file, line, column, line, column + 1)
                        raise _Refused(codes.malformed(f"the anchor `{event.anchor}` is not known", where))
                    node, size = anchors[event.anchor]
                    count += size
                else:
                    node = Node("list" if kind == "SequenceStartEvent" else "map", [], line, column, column + 1, False)
                if count > MAX_NODES:
                    what = f"grows to more than {MAX_NODES:,} values"
                    raise _Refused(codes.too_much(what, Span(file, line, column, line, column + 1)))
                if kind in ("SequenceStartEvent", "MappingStartEvent"):
                    if len(stack) >= MAX_DEPTH:
                        what = f"nests deeper than {MAX_DEPTH} levels"
                        raise _Refused(codes.too_much(what, Span(file, line, column, line, column + 1)))
                    stack.append((node, None, event.anchor, count))
                    keys.append({})
                    continue
            elif kind in ("SequenceEndEvent", "MappingEndEvent"):
                node, _, anchor, before = stack.pop()
                keys.pop()
                if anchor:
                    anchors[anchor] = (node, count - before + 1)
            elif kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    line = event.start_mark.line + 1
                    where = Span(file, line, 1, line, 4)
                    raise _Refused(
                        codes.unsupported(
                            "several documents in one file", where, help_="give each document its own file"
                        )
                    )
                continue
            elif kind == "StreamEndEvent":
                return root
            else:
                continue
            if not stack:
                root = node
                continue
            parent, key, anchor, before = stack[-1]
            if parent.kind == "list":
                parent.value.append(node)
            elif key is None:
                _check_key(keys[-1], node, file)
                stack[-1] = (parent, node, anchor, before)
            else:
                parent.value.append((key, node))
                stack[-1] = (parent, None, anchor, before)
    finally:
        parser.dispose()


def _check_key(known: dict[str, Node], key: Node, file: str) -> None:
    if key.kind != "scalar":
        raise _Refused(codes.unsupported("keys that are lists or maps", key.span(file), help_="write a plain key"))
    if key.value == "<<" and key.plain:
        raise _Refused(codes.unsupported("merge keys (`<<`)", key.span(file), help_="write the fields out"))
    first = known.setdefault(key.value, key)
    if first is not key:
        raise _Refused(codes.duplicate_key(key.value, key.span(file), first.span(file)))


def _malformed(error: yaml.YAMLError, text: str, file: str) -> Diagnostic:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", "") or "it cannot be read")
    if mark is None:
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        return codes.malformed(
            "a character that text cannot hold", Span(file, line, 1, line, 2), help_="take the character out"
        )
    line, column = mark.line + 1, mark.column + 1
    span = Span(file, line, column, line, column + 1)
    lines = text.split("\n")
    written = lines[mark.line] if mark.line < len(lines) else ""
    if "nesting depth" in problem:  # where no key can stand, the parser looks far ahead of us
        return codes.too_much(f"nests deeper than {MAX_DEPTH} levels", span)
    if "\t" in written[: mark.column + 1]:
        at = written.index("\t") + 1
        return codes.malformed("tabs cannot indent", Span(file, line, at, line, at + 1), help_="indent with spaces")
    if "mapping values are not allowed" in problem and ":" not in written[: mark.column]:
        return codes.malformed("a line above this one has no `:`", span, help_="write `key: value`")
    if "mapping values are not allowed" in problem:
        return codes.malformed("a second `:` in one line", span, help_="put quotes round the value")
    if "could not find expected ':'" in problem:
        return codes.malformed("a key without `:`", span, help_="write `key: value`")
    if "did not find expected" in problem:
        return codes.malformed(
            "the indentation or a bracket does not fit", span, help_="look at this line and the one above"
        )
    return codes.malformed(problem.replace("\n", " "), span)
