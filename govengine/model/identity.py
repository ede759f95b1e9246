"""Addresses of people and groups: when two texts name the same one, and when one could pass for another."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

_ALIKE = {
    "a": (0x0430, 0x0251, 0x03b1), "b": (0x042c, 0x0184), "c": (0x0441, 0x03f2), "d": (0x0501,),
    "e": (0x0435, 0x04bd), "h": (0x04bb,), "i": (0x0456, 0x03b9, 0x0131), "j": (0x0458,),
    "k": (0x043a, 0x03ba), "l": (0x04cf,), "m": (0x043c,), "n": (0x043f, 0x03b7),
    "o": (0x043e, 0x03bf, 0x03c3), "p": (0x0440, 0x03c1), "q": (0x051b,), "s": (0x0455,),
    "t": (0x0442, 0x03c4), "u": (0x03c5,), "v": (0x0475, 0x03bd), "w": (0x051d, 0x03c9),
    "x": (0x0445, 0x03c7), "y": (0x0443, 0x03b3),
}  # fmt: skip
"""Code points of Cyrillic, Greek and other letters that look like Latin ones."""
_FOLDED = {other: latin for latin, others in _ALIKE.items() for other in others}
_IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")
_COMMENT = re.compile(r"\([^()]*\)")
_FOREIGN = frozenset("<>()[]\"',;:\\`|")


def plain(address: str) -> str:
    """An address as it compares: without case, width, or letters that nobody sees."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", address) if unicodedata.category(c)[0] not in "CZ")
    return seen.casefold()


def folded(address: str) -> str:
    """What is left of an address when all is taken away that one person can add to it.

    Display names, `mailto:`, quotes, comments, plus-tags, a last dot and look-alike letters of other scripts. Two
    addresses that fold alike may be one person's: enough to refuse somebody's approval of what they asked for
    themselves, never enough to give a right to anybody.
    """
    text = unicodedata.normalize("NFKC", address).strip()
    within = _IN_BRACKETS.search(text)
    text = within[1] if within is not None else text
    text = _COMMENT.sub("", plain(text).replace('"', "").replace("'", ""))
    if text.startswith("mailto:"):
        text = plain(unquote(text.removeprefix("mailto:"))).partition("?")[0]
    local, sign, host = text.rpartition("@")
    local = local.partition("+")[0] or local
    bare = "".join(c for c in unicodedata.normalize("NFKD", local + sign + host) if not unicodedata.combining(c))
    return bare.translate(_FOLDED).rstrip(".")


def why_not_plain(address: str) -> str | None:
    """Why a text is not a person's plain address; None if it is.

    Names without `@` are plain too: a register may know them.
    """
    text = unicodedata.normalize("NFKC", address)
    if text != address or any(unicodedata.category(c)[0] in "CZ" for c in text):
        return "it has blanks, or letters that look like others"
    if any(c in _FOREIGN for c in text):
        return "it has more around it, such as a display name, quotes or `mailto:`"
    if "+" in text.rpartition("@")[0]:
        return "it has a plus-tag, which anybody can add"
    if text.count("@") > 1:
        return "it has more than one `@`"
    scripts = {unicodedata.name(c, "?").split()[0] for c in text if c.isalpha()}
    if len(scripts) > 1 or any(ord(c) in _FOLDED for c in text):
        return "it has letters of another script that look like Latin ones"
    return None
