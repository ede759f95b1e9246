"""Texts of a spec that mean something: which may stand in which field, and how two of them compare.

A text that a rule, a selector or a reader compares must be what a reader of the file sees. So what shows nothing, looks
like another letter, or turns the line about is refused, in every field, by the kind of text that the field holds:

    name    compared: names, resources, purposes, persons, addresses
    data    as it stands in the data: names of columns, datasets, tables, files
    prose   read by people
    cell    a value of a cell, whatever it is

Imported on every run, so it imports little.
"""

from __future__ import annotations

import unicodedata

KINDS = ("name", "data", "prose", "cell")
"""What a text may be, from the strictest to the freest."""
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that turn about the order in which a line is shown."""
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5")
"""Letters and signs that show nothing."""
_JOINERS = frozenset("\u200c\u200d")
"""Invisible, and part of how Persian, Hindi and others are written."""
_BREAKS = frozenset("\n\r\t")
_LIKE_LATIN = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
_ALIKE = frozenset("аеорсухіјѕһԁԛԝАВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυօոսհցք")  # noqa: RUF001 - look-alikes are the matter
"""Letters of other scripts that are drawn as Latin ones."""


def wrong(text: str, kind: str) -> tuple[str, str] | None:
    """What is wrong with a text of a kind: the trouble, and what to write instead. None where nothing is."""
    if kind == "cell" or (text.isascii() and text.isprintable() and text.strip() == text and text.isidentifier()):
        return None
    hidden = next((c for c in text if is_hidden(c, kind)), None)
    if not any(c.isalnum() or (c == "*" and kind == "name") or (kind == "data" and _is_seen(c)) for c in text):
        return "it holds nothing that can be read", "write what is meant, or take the field out"
    if hidden is not None:
        return f"it holds {named(hidden)}, which nobody sees", "take the character out"
    if kind != "name":
        return None
    folded = unicodedata.normalize("NFKC", text)
    if folded != text:
        odd = next((c for c in text if unicodedata.normalize("NFKC", c) != c), None)
        what = "it is not in its plain form" if odd is None else f"it holds {named(odd)}, which looks like another sign"
        return what, f"write `{folded.strip()}`"
    if text.strip() != text or "  " in text:
        return "it has blanks that nobody sees", f"write `{' '.join(text.split())}`"
    mixed = _look_alike(text)
    if mixed is not None:
        return f"it holds {named(mixed)}, which looks like a Latin letter", "write it in the letters of one script"
    return None


def plain(text: str) -> str:
    """A text as it compares with another: without case, width, form of letters, or signs that nobody sees."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if not is_hidden(c, "name"))
    return " ".join(seen.split()).casefold()


def is_hidden(char: str, kind: str) -> bool:
    """Whether nobody sees a character in a text of a kind."""
    if char == " " or (kind == "prose" and (char in _BREAKS or char in _JOINERS)):
        return False
    return (
        char in _FILLERS
        or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        or ("\ufe00" <= char <= "\ufe0f" and kind == "name")
    )


def _is_seen(char: str) -> bool:
    return char not in _FILLERS and unicodedata.category(char)[0] not in "CZM"


def _look_alike(text: str) -> str | None:
    """A letter that makes a word look like another one.

    Either a word has letters of two scripts, or all foreign letters of the text are drawn as Latin ones.
    """
    if text.isascii():
        return None
    foreign = [c for c in text if unicodedata.name(c, "").startswith(_LIKE_LATIN)]
    if foreign and all(c in _ALIKE for c in foreign if c.isalpha()):
        return foreign[0]
    for word in "".join(c if c.isalpha() else " " for c in text).split():
        own = [c for c in word if c in foreign]
        if own and any(unicodedata.name(c, "").startswith("LATIN") for c in word):
            return own[0]
    return None


def named(char: str) -> str:
    """A character by its number and name, for messages."""
    name = unicodedata.name(char, "").lower()
    return f"U+{ord(char):04X}" + (f" ({name})" if name else "")
