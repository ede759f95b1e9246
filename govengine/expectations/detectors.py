"""What `never looks like` knows, by name, with what each finds."""

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
        "national identity numbers: Belgian, Czech and Slovak, Dutch, Polish, Spanish, Swedish, Swiss; "
        "of the United States in a form with hyphens, for a person to judge"
    ),
    "birth-number": "birth numbers",
    "secret": "passwords, tokens and keys",
}
