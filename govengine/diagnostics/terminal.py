"""Foreign text made safe to print, and colour."""

from __future__ import annotations

import posixpath

_KEPT = frozenset("\u00a0\u2009\u202f\u200c\u200d")
"""Spaces of typesetting, and the joiners that Persian, Hindi and emoji are written with."""

_STYLES = {
    "bold": "1",
    "dim": "2",
    "fail": "1;31",
    "error": "1;31",
    "warning": "1;33",
    "unknown": "1;33",
    "review": "1;36",
    "pass": "32",
    "place": "36",
    "gutter": "1;34",
    "help": "1;32",
}


def visible(text: str) -> str:
    """The text with all that could steer a terminal or reorder a line written out as an escape.

    That is: control characters (line breaks and tabs too), marks of writing direction, invisible characters, halves of
    surrogate pairs. What stays prints on one line and can be encoded.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in _KEPT else _escape(letter) for letter in text)


def paint(text: str, style: str, color: bool) -> str:
    """The text in a style of ours where `color` is wanted, else as it is."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if color and text else text


def clickable(prefix: str, file: str, line: int, column: int) -> str:
    """`file:line:column` as terminals and editors make a link of it; `prefix` leads to the mesh root, "" for here."""
    folder = "" if prefix in {"", "."} else prefix if prefix.endswith("/") else prefix + "/"
    # `examples/../policies/x.gov` is `policies/x.gov`: policies may stand beside the mesh.
    return f"{visible(posixpath.normpath(folder + file))}:{line}:{column}"


def _escape(letter: str) -> str:
    number = ord(letter)
    if number < 0x100:
        return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(letter) or f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
