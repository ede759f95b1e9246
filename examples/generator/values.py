"""Plausible values: names out of syllables, moments, amounts, tokens. Nothing here names a real person or card."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.chance import Chance

_HEAD = ("Zor", "Bil", "Ven", "Quo", "Tho", "Mir", "Lup", "Sel", "Dra", "Nek", "Fos", "Hul")
_MIDDLE = ("a", "e", "i", "o", "u", "ova", "eli", "ani", "uro", "imo")
_TAIL = ("th", "ndra", "lk", "mas", "rin", "xel", "pto", "vash", "gund", "sby")

CURRENCIES = ("EUR", "EUR", "EUR", "EUR", "CZK", "PLN", "GBP", "USD", "CHF", "SEK")
"""With the weight of a bank in the euro area."""
COUNTRIES = ("DE", "DE", "DE", "AT", "FR", "NL", "IE", "CZ", "PL", "ES")
"""With the weight of its merchants."""


def word(chance: Chance) -> str:
    """A word that means nothing, to serve as a name."""
    return chance.pick(_HEAD) + chance.pick(_MIDDLE) + chance.pick(_TAIL)


def person(chance: Chance) -> str:
    """A first and a last name made of syllables."""
    return f"{word(chance)} {word(chance)}"


def token(kind: str, number: int) -> str:
    """A token that stands for one card or account; it cannot be turned back."""
    return f"tok_{hashlib.sha256(f'{kind}/{number}'.encode()).hexdigest()[:16]}"


def moment(chance: Chance, start: datetime, days: int) -> datetime:
    """A second within `days` days of `start`."""
    return start + timedelta(seconds=chance.below(days * 86_400))


def money(cents: int) -> str:
    """Cents as an amount with two places."""
    sign, rest = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{rest // 100}.{rest % 100:02d}"


def price(chance: Chance) -> int:
    """Cents of a payment: mostly small, now and then large, never above 200,000.00."""
    return chance.between(120, 19_999) * chance.pick((1, 1, 1, 1, 1, 2, 2, 5, 10, 100))
