"""What may be said of a file that holds failing rows: its name, as far as it says when the rows are from.

The pattern under `location` is the owner's own text; what a `*` in it stood for is not. Files are often called after
what is in them: `customer=4711/`, `kim.moss@mail.example.csv`. So of a name those pieces are told that the location
holds too, days and months, words that writers of files add, and a short counter where nothing else is left out; every
other piece is a `*`. The number of the file, counted in the order of names, tells which one it is in any case.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(r"\bfile (\d+) of (\d+)\b")
_PIECE = re.compile(r"\d+|[^\W\d_]+|.", re.DOTALL)
_SPARED = "\0"
_SIGNS = frozenset("/._-= ")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_]?)(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?(?!\d)")
_UUID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z_]{1,40}")
_WORDS = frozenset(
    (
        *("part", "parts", "data", "file", "chunk", "batch", "shard", "bucket", "export", "delta", "full"),
        *("year", "month", "day", "hour", "date", "time", "quarter", "week", "dt", "yyyy", "mm", "dd", "q", "w", "c"),
        *("csv", "tsv", "txt", "parquet", "pq", "json", "ndjson", "jsonl", "gz", "gzip", "zst", "snappy", "zstd"),
    )
)
_TIMES = frozenset(("year", "month", "day", "hour", "date", "quarter", "week", "dt", "y", "m", "d", "yyyy", "mm", "dd"))
_COUNTER = 5
"""Digits of a counter at most; longer ones may be the number of a person or an account."""

_SHORT_COUNTER = 3
"""The same behind a letter, which may be the kind of a number."""


def told(name: str, location: str) -> str:
    """The name of a file, with `*` for what may not be told.

    Args:
        name: its path from the mesh root.
        location: the pattern that found it.

    """
    known = {piece.casefold() for piece in _PIECE.findall(location)}
    steps = name.split("/")
    fixed = _fixed(location)
    shown = steps[:fixed]
    for step in steps[fixed:-1]:
        key, equals, value = step.partition("=")
        if equals:  # a Hive partition: its value is one of the data's own, its name that of a column
            time = key.casefold() in _TIMES and re.fullmatch(r"[0-9]{1,4}", value)
            shown.append(f"{key if _KEY.fullmatch(key) else '*'}={value if time or _is_day(value) else '*'}")
        else:
            shown.append(_masked(step, known))
    return "/".join([*shown, *(_masked(step, known) for step in steps[max(fixed, len(steps) - 1) :])])


def which_file(i: int, names: Sequence[str], location: str) -> str:
    """One of several files, by its number and by what may be told of its name."""
    number = f"file {i + 1} of {len(names)}"
    return f"{number} (`{told(names[i], location)}`)" if i < len(names) else number


def named(words: str, names: Sequence[str], location: str) -> str:
    """The same words, with what may be told of its name behind the number of a file: `file 2 of 5 (`data/b.csv`)`."""
    if len(names) < 2 or f" of {len(names)} (`" in words:
        return words
    return _NUMBER.sub(
        lambda found: (
            which_file(int(found[1]) - 1, names, location)
            if int(found[2]) == len(names) and 0 < int(found[1]) <= len(names)
            else found[0]
        ),
        words,
    )


def _fixed(location: str) -> int:
    """How many steps of a location come before the first that holds a wildcard."""
    steps = location.split("/")
    return next((i for i, step in enumerate(steps) if "*" in step), len(steps))


def _is_day(text: str) -> bool:
    """Whether a text is a day or a month, in digits."""
    found = _DAY.fullmatch(text)
    if found is None or not text.isascii():
        return False
    year, _, month, day = found.groups()
    try:
        date(int(year), int(month), int(day or 1))
    except ValueError:
        return False
    return True


def _masked(step: str, known: set[str]) -> str:
    """A step of a path with `*` for each piece that is not told."""
    pieces: list[str] = []
    at = 0
    for found in _DAY.finditer(step):
        if _is_day(found.group()):
            pieces += [*_apart(step[at : found.start()]), found.group()]
            at = found.end()
    pieces += _apart(step[at:])
    told_ = [_told(piece, known) or _counts(pieces[i : i + 2]) for i, piece in enumerate(pieces)]
    counters = [i for i, piece in enumerate(pieces) if not told_[i] and piece.isascii() and piece.isdigit()]
    untold = [i for i, piece in enumerate(pieces) if not told_[i] and piece != _SPARED]
    # Beside anything that is left out, a few digits may be a part of it.
    counter = untold[0] if untold == counters and len(untold) == 1 and len(pieces[untold[0]]) <= _COUNTER else None
    shown = "".join(piece if told_[i] or i == counter else "*" for i, piece in enumerate(pieces))
    return re.sub(r"\*[*._ -]*\*", "*", shown)


def _counts(pieces: Sequence[str]) -> bool:
    """Whether a piece is the letter before a short counter, as in `d23`."""
    letter, digits = (*pieces, "")[:2]
    few = digits.isascii() and digits.isdigit() and len(digits) <= _SHORT_COUNTER
    return few and len(letter) == 1 and letter.isascii() and letter.isalpha()


def _apart(text: str) -> list[str]:
    """Letters, digits and signs apart; a UUID, which writers of files add, is one piece."""
    return _PIECE.findall(_UUID.sub(_SPARED, text))


def _told(piece: str, known: set[str]) -> bool:
    if piece == _SPARED:
        return False
    return piece in _SIGNS or piece.casefold() in known or piece.casefold() in _WORDS or _is_day(piece)
