"""Literal tokens → values."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal

DOUBLE_DIGITS = 17
"""Digits that tell any two doubles apart."""
_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?",
}  # fmt: skip
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|X[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)", re.DOTALL)


class LiteralError(ValueError):
    """A literal that cannot be read; the message says why."""


def string_value(token: str) -> str:
    """The text that a quoted literal stands for, with CEL's escapes; `r"…"` keeps them.

    Raises:
        LiteralError: an escape that CEL does not know.

    """
    raw = token[0] in "rR"
    body = token[1:] if raw else token
    quote = 3 if body[:3] in ('"""', "'''") and len(body) >= 6 else 1
    inner = body[quote:-quote]
    return inner if raw else unescape(inner)


def unescape(inner: str) -> str:
    """CEL's escapes in `inner` resolved.

    Raises:
        LiteralError: an escape that CEL does not know, or a code point that is none.

    """
    return _ESCAPE.sub(_one_escape, inner) if "\\" in inner else inner


def _one_escape(match: re.Match[str]) -> str:
    code = match.group(1)
    if code in _ESCAPES:
        return _ESCAPES[code]
    if len(code) == 1:
        raise LiteralError(f"`\\{code}` is no escape; write `\\\\` for a backslash")
    point = int(code, 8) if code[0] in "0123" else int(code[1:], 16)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        raise LiteralError(f"`\\{code}` is no character")
    return chr(point)


def date_value(token: str) -> date:
    """A calendar day written `2027-03-31`.

    Raises:
        LiteralError: there is no such day.

    """
    try:
        return date.fromisoformat(token)
    except ValueError as error:
        raise LiteralError("there is no such day") from error


def float_value(token: str) -> float:
    """A number with a point or an exponent.

    Raises:
        LiteralError: larger than any double.

    """
    value = float(token)
    if math.isinf(value):
        raise LiteralError("no number is that large")
    return value


def is_rounded(token: str) -> bool:
    """Whether a number with a point or an exponent is another one as a double, than it is as written."""
    exact = Decimal(token)
    return len(exact.as_tuple().digits) > DOUBLE_DIGITS and exact != Decimal(repr(float(token)))


def int_value(token: str) -> int:
    """An integer, decimal or `0x…`.

    Raises:
        LiteralError: outside the 64 bits that CEL's integers have.

    """
    value = int(token, 16) if "0x" in token else int(token)
    if not -(2**63) <= value < 2**63:
        raise LiteralError("integers have 64 bits")
    return value
