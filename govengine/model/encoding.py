"""Names of text encodings, as a spec may declare them."""

from __future__ import annotations

import codecs
from functools import cache

USUAL = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "iso-8859-1", "iso-8859-2", "iso-8859-5",
    "iso-8859-7", "iso-8859-9", "iso-8859-15", "windows-1250", "windows-1251", "windows-1252", "windows-1253",
    "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258", "cp437", "cp850", "cp852", "cp1252",
    "ascii", "mac-roman", "koi8-r", "koi8-u", "shift-jis", "euc-jp", "euc-kr", "gb2312", "gbk", "gb18030", "big5",
)  # fmt: skip
"""Those that messages offer; any other that Python reads in a stream will do too."""
_NO_TEXT = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "utf_7"})
"""Encodings of names, of source code or of one machine; and UTF-7, in which one text is written in many ways."""


@cache
def encoding_of(name: str) -> str | None:
    """The one name of an encoding, such as `cp1252` for `windows-1252`; None for none, or none that can be streamed."""
    if not name.isascii() or not name.isprintable():
        return None
    try:
        found = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        return None
    known = found.name.replace("-", "_") not in _NO_TEXT
    text = getattr(found, "_is_text_encoding", True)
    return found.name if known and text and found.incrementaldecoder is not None else None
