"""YAML that is refused, each with its code and place; and what stands in it when it is not."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govengine.sources.yaml_document import MAX_BYTES, MAX_DEPTH, Node, read_document

from .marked import marked


def plain(node: Node | None) -> Any:
    """A node as plain values."""
    if node is None:
        return None
    if node.kind == "map":
        return {key.value: plain(value) for key, value in node.value}
    return [plain(item) for item in node.value] if node.kind == "list" else node.resolved()


def refused(data: bytes) -> tuple[str, int, int]:
    """Code, line and column of the one thing that is said."""
    read = read_document(data, "a.yaml")
    assert read.root is None
    (found,) = read.diagnostics
    assert found.level == "error"
    assert found.span is not None
    assert found.span.file == "a.yaml"
    return found.code, found.span.line, found.span.column


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("GOV201", "a: [1, 2\nb: 3§"),
        ("GOV201", "a: 1\n b§: 2"),
        ("GOV201", "a: b§: c"),
        ("GOV201", 'a: "open\n§'),
        ("GOV201", "a:\n§\tb: 1"),
        ("GOV201", "a: 1\n§\tb: 1"),
        ("GOV201", "a: §*missing"),
        ("GOV201", "a: §%x"),
        ("GOV201", "a: §@x"),
        ("GOV201", "a: §`x`"),
        ("GOV201", "a: }§"),
        ("GOV203", "a: 1\nb: 2\n§a: 3"),
        ("GOV203", 'a:\n  x: 1\n  §"x": 2'),
        ("GOV203", "a: {x: 1, §x: 2}"),
        ("GOV205", "base: &b {x: 1}\na:\n  §<<: *b"),
        ("GOV205", "a: 1\n§---\nb: 2"),
        ("GOV205", "§[a, b]: 1"),
        ("GOV205", "? §{x: 1}\n: 1"),
    ],
)
def test_malformed_yaml_is_refused_at_its_place(code: str, text: str) -> None:
    plain_text, place = marked(text)
    found, line, column = refused(plain_text.encode())
    assert found == code
    assert line == place[0]
    if code != "GOV201" or not text.endswith("§"):
        assert column == place[1]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a: 1\nb: \xff\n", 2),
        ("a: é".encode("latin-1"), 1),
        ("a: 1".encode("utf-16"), 1),
    ],
)
def test_other_encodings_are_refused(data: bytes, line: int) -> None:
    read = read_document(data, "a.yaml")
    assert read.root is None
    (found,) = read.diagnostics
    assert found.code == "GOV202"
    assert f"line {line}" in found.message
    assert found.help is not None
    assert "UTF-8" in found.help


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    read = read_document("\ufeffa: 1\n".encode(), "a.yaml")
    assert plain(read.root) == {"a": 1}
    assert read.root is not None
    assert read.root.value[0][0].column == 1


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\ufffe", "\x7f"])
def test_characters_that_text_cannot_hold(character: str) -> None:
    code, line, _ = refused(f"a: 1\nb: x{character}y\n".encode())
    assert (code, line) == ("GOV201", 2)


def test_windows_line_ends_and_tabs_behind_values() -> None:
    read = read_document(b"a: 1\r\nb: >99.5%\t# promised\r\nc: x\r\n", "a.yaml")
    assert plain(read.root) == {"a": 1, "b": ">99.5%", "c": "x"}
    assert [(span.line, span.column, text) for text, span in read.bounds] == [(2, 4, ">99.5%")]


def test_aliases_are_read() -> None:
    assert plain(read_document(b"a: &x [1, 2]\nb: *x", "a.yaml").root) == {"a": [1, 2], "b": [1, 2]}


def test_a_bomb_of_aliases_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    started = time.process_time()
    code, line, _ = refused("\n".join(lines).encode())
    assert time.process_time() - started < 2
    assert code == "GOV204"
    assert 1 < line <= len(lines)


def test_an_alias_of_itself_is_refused() -> None:
    """While `&a` is open it names nothing yet."""
    assert refused(b"a: &a [1, *a]")[0] == "GOV201"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening: str) -> None:
    assert refused((opening * (MAX_DEPTH + 1)).encode()) == ("GOV204", 1, MAX_DEPTH * len(opening) + 1)
    assert refused((opening * 5_000).encode())[:2] == ("GOV204", 1)


def test_many_keys_cost_no_more_than_their_number() -> None:
    data = "\n".join(f"k{i}: 1" for i in range(40_000)).encode()
    started = time.process_time()
    assert read_document(data, "a.yaml").root is not None
    assert time.process_time() - started < 5


def test_a_large_file_is_refused_unread() -> None:
    assert refused(b"#" * (MAX_BYTES + 1)) == ("GOV204", 1, 1)
    assert read_document(b"a: 1\n" + b"#" * (MAX_BYTES - 5), "a.yaml").diagnostics == []


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# nothing\n", b"---\n", b"~", b"null # nothing", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_root(data: bytes) -> None:
    read = read_document(data, "a.yaml")
    assert read.diagnostics == []
    assert read.root is None


# -- what scalars mean -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),  # a country
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("True", True),
        ('"true"', "true"),
        ("~", None),
        ("null", None),
        ('""', ""),
        ("012", 12),
        ("1_000", "1_000"),
        ("2.10", 2.1),
        ('"2.10"', "2.10"),
        ("0x1f", "0x1f"),
        ("1:30", "1:30"),
        ("2026-03-31", "2026-03-31"),
        ("7_years", "7_years"),
        (".inf", float("inf")),
        ("1e3", 1000.0),
    ],
)
def test_scalars_by_the_core_schema(written: str, value: Any) -> None:
    found = plain(read_document(f"a: {written}".encode(), "a.yaml").root)["a"]
    assert found == value
    assert type(found) is type(value)


def test_a_number_of_ten_thousand_digits_is_no_number() -> None:
    assert isinstance(plain(read_document(b"a: " + b"9" * 10_000, "a.yaml").root)["a"], str)


# -- promises without quotes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: §>99.5%", ">99.5%"),
        ("a: §>=99.5%", ">=99.5%"),
        ("a: §>4h (p99)", ">4h (p99)"),
        ("- §>5", ">5"),
        ("a: {b: §>5, c: 1}", ">5"),
        ("a: [1, 2]\nb:\n  c: §>99.5%\n  d: 1", ">99.5%"),
        ("é: §>5", ">5"),
    ],
)
def test_an_unquoted_promise_is_read_at_its_place(text: str, value: str) -> None:
    plain_text, place = marked(text)
    read = read_document(plain_text.encode(), "a.yaml")
    assert read.root is not None, read.diagnostics
    ((bound, span),) = read.bounds
    assert bound == value
    assert (span.line, span.column) == place
    assert span.end_column == span.column + len(value)


@pytest.mark.parametrize(
    "text",
    [
        "a: >\n  99.5%\n",
        "a: |\n  b: >5\n  c: >6\n",
        "a: >2\n    text\n",
        "a: >-\n  x: >5\n",
        'a: "b: >5"\n',
        "a: 'b: >5'\n",
        "a: 1 # b: >5\n",
    ],
)
def test_blocks_texts_and_comments_are_left_alone(text: str) -> None:
    import yaml

    read = read_document(text.encode(), "a.yaml")
    assert read.bounds == []
    assert plain(read.root) == yaml.safe_load(text)


# -- any bytes ---------------------------------------------------------------------------------------------------------

PIECES = [
    "a", "b:", ": ", "- ", "\n", "\n  ", "\n    ", "\t", "[", "]", "{", "}", ",", "&x ", "*x", "<<: ", "? ", "|", ">", ">5%",
    ">-\n", "'", '"', "#", " #", "!tag ", "%YAML 1.1\n", "---\n", "...\n", "\\", "\0", "é", "\u2028", "\x85", "~", "1e999",
    "9" * 50, "\r\n", "\r", "@", "`", "!!binary ", "=", "\ufeff",
]  # fmt: skip


def check(data: bytes) -> None:
    read = read_document(data, "a.yaml")
    assert (read.root is None) or not read.diagnostics
    lines = data.count(b"\n") + data.count(b"\r") + data.decode("utf-8", "replace").count("\u2028") + 2
    lines += data.decode("utf-8", "replace").count("\x85")
    for diagnostic in read.diagnostics:
        assert diagnostic.message.strip()
        assert diagnostic.span is not None
        assert 1 <= diagnostic.span.line <= lines
        assert diagnostic.span.column >= 1
    plain(read.root)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    check(data)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_pieces_of_yaml_are_read_or_refused(text: str) -> None:
    check(text.encode())
