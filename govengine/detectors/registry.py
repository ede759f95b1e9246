"""What `never looks like` knows, by name, with what each finds; and what no detector can."""

from __future__ import annotations

DETECTORS: dict[str, str] = {
    "pan": "card numbers: issuer ranges and the Luhn checksum",
    "track-data": "magnetic-stripe tracks",
    "cvv": "card verification codes",
    "pin": "PINs and PIN blocks",
    "iban": "IBANs, by country length and checksum",
    "email": "e-mail addresses",
    "phone": "telephone numbers",
    "ip-address": "IPv4 and IPv6 addresses",
    "national-id": (
        "national ids: Belgian, Czech and Slovak, Dutch, Polish, Spanish, Swedish, Swiss; US ones for a person to judge"
    ),
    "birth-number": "birth numbers",
    "secret": "passwords, tokens and keys",
}

NOT_RECOGNISED = ("names", "addresses", "dates of birth", "other free words")
"""What has no form by which it could be told from other text, so that no scan finds it."""
ONLY_BY_NAME = ("cvv", "pin")
"""A few digits look like anything: looked for only where the column's name or the spec says so."""
