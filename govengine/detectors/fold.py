"""Signs that mean the same, in one spelling: digits of any script, blanks, dashes, dots, full-width signs.

A detector's patterns are written in ASCII. Text out of office programs, PDF files and other scripts is not: groups
are parted by no-break blanks or en dashes, digits are Arabic-Indic or full-width, and a zero-width sign shows where a
line may break. Whoever reads the number reads the same one, so a detector must, too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

DIGIT_ZEROS: Final = (
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
    0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0,
    0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50,
    0x11D50, 0x11DA0, 0x11DE0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
)  # fmt: skip
"""The zero of each run of ten decimal digits that Unicode has beside ASCII (general category Nd)."""
BLANKS: Final = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
"""Blanks (Zs)."""
DASHES: Final = (
    0x58A, 0x5BE, 0x1400, 0x1806, *range(0x2010, 0x2016), 0x2212, 0x2E17, 0x2E1A, 0x2E3A, 0x2E3B, 0x2E40, 0x2E5D,
    0x301C, 0x3030, 0x30A0, 0xFE31, 0xFE32, 0xFE58, 0xFE63, 0x10D6E, 0x10EAD,
)  # fmt: skip
"""Dashes and hyphens (Pd), and the minus sign."""
DOTS: Final = (0xB7, 0x2022, 0x2024, 0x2027, 0x2219, 0x22C5, 0x3002, 0x30FB, 0xFE52, 0xFF61, 0xFF65)
"""Dots and bullets that stand between groups."""
STROKES: Final = (0x2044, 0x2215, 0x29F8)
"""Strokes."""
INVISIBLE: Final = (
    0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065),
    *range(0x2066, 0x2070), 0xFEFF, *range(0xFE00, 0xFE10),
)  # fmt: skip
"""Signs without a width: they are left out."""


@lru_cache(maxsize=1)
def folds() -> dict[str, str]:
    """Each sign that is read as another, with the one in ASCII that it is read as; "" where it is left out."""
    read = {chr(code): " " for code in BLANKS}
    read |= {chr(0xFF01 + i): chr(0x21 + i) for i in range(0x5E)}  # full-width signs
    read |= {chr(zero + i): str(i) for zero in DIGIT_ZEROS for i in range(10)}
    read |= {chr(code): "-" for code in DASHES}
    read |= {chr(code): "." for code in DOTS}
    read |= {chr(code): "/" for code in STROKES}
    read |= {chr(code): "" for code in INVISIBLE}
    return read


def folded(text: str) -> str:
    """SQL for a text in the spelling that detectors read; cheap where it is ASCII or holds none of the signs."""
    ascii_alone = f"strlen({text}) = length({text})"
    return f"CASE WHEN {ascii_alone} OR NOT {_has(text, '')} THEN {text} ELSE {_read(text)} END"


def _read(text: str) -> str:
    # One pass for each sign of ASCII: `translate` builds its table again for every row, so it gets a short one.
    wide = {sign: meant for sign, meant in folds().items() if sign in _WIDE}
    quotes = {ord("'"): "''"}
    translated = f"translate({text}, '{''.join(wide)}', '{''.join(wide.values()).translate(quotes)}')"
    read = f"CASE WHEN {_has(text, _WIDE)} THEN {translated} ELSE {text} END"
    in_digits = read
    for digit in _DIGITS:
        in_digits = _replaced(in_digits, digit, digit)
    read = f"CASE WHEN {_has(text, _DIGITS)} THEN {in_digits} ELSE {read} END"
    for sign in " -./":
        read = _replaced(read, sign, sign)
    return _replaced(read, _INVISIBLE, "")


_DIGITS: Final = "0123456789"
_INVISIBLE: Final = "invisible"
_WIDE: Final = "".join(chr(0xFF01 + i) for i in range(0x5E) if not 0xF <= i <= 0x18)
"""Full-width signs but for digits."""


def _has(text: str, name: str) -> str:
    return f"regexp_matches({text}, '[{_classes()[name]}]')"


def _replaced(text: str, name: str, meant: str) -> str:
    return f"regexp_replace({text}, '[{_classes()[name]}]', '{meant}', 'g')"


@lru_cache(maxsize=1)
def _classes() -> dict[str, str]:
    """Signs as the inside of a class of RE2, by the one of ASCII that they are read as; under "" all of them."""
    read = folds()
    classes = {sign: _ranges([k for k, v in read.items() if v == sign]) for sign in _DIGITS + " -./"}
    classes[_DIGITS] = "".join(classes[digit] for digit in _DIGITS)
    return classes | {
        _INVISIBLE: _ranges([k for k, v in read.items() if not v]),
        _WIDE: _ranges(list(_WIDE)),
        "": _ranges(list(read)),
    }


def _ranges(signs: list[str]) -> str:
    runs: list[list[int]] = []
    for code in sorted(map(ord, signs)):
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in runs)
