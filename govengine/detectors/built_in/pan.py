"""Card numbers.

A card number has 13 to 19 digits, stands in a range that an issuer has, and ends in a Luhn digit. It may be written in
one piece or in the groups that cards carry, with spaces or hyphens, anywhere in a text. It does not touch other digits;
a word of three letters or more may touch it (`card4111…`), a word of two may not: that is how IBANs begin.
"""

from __future__ import annotations

from fractions import Fraction

from govengine.detectors.built_in.iban import BETWEEN
from govengine.detectors.detector import Detector
from govengine.detectors.form import TELLING, Form, alone, each, either, every, integer, is_all, luhn, matches, only

ISSUERS = either(
    "4[0-9]{12}(?:[0-9]{3}){0,2}",  # Visa
    "5[1-5][0-9]{14}",  # Mastercard
    "2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}",  # Mastercard since 2017
    "3[47][0-9]{13}",  # American Express
    "3(?:0[0-5][0-9]|095|[689][0-9]{2})[0-9]{10,15}",  # Diners Club
    "6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12,15}",  # Discover
    "62[0-9]{14,17}",  # UnionPay
    "35(?:2[89]|[3-8][0-9])[0-9]{12,15}",  # JCB
    "(?:5018|5020|5038|5893|6304|6759|676[1-3])[0-9]{9,15}",  # Maestro
    "220[0-4][0-9]{12,15}",  # Mir
    "9792[0-9]{12}",  # Troy
    "(?:60|8[12])[0-9]{14}|50[68][0-9]{13,14}",  # RuPay
    "(?:506099|5061(?:[0-8][0-9]|9[0-8]))[0-9]{10}(?:[0-9]{2,3})?",  # Verve
    "(?:5078(?:6[5-9]|[7-9][0-9])|5079(?:[0-5][0-9]|6[0-4]))[0-9]{10}(?:[0-9]{2,3})?",  # Verve, its second range
    "(?:504175|50669[9]|5067[0-7][0-9]|509[0-9]{3}|627780|636297|636368)[0-9]{10}",  # Elo
    "(?:606282|637(?:095|568|599|609|612))[0-9]{10}(?:[0-9]{3})?",  # Hipercard
    "5019[0-9]{12}",  # Dankort
    "(?:9860|8600|9704)[0-9]{12}(?:[0-9]{3})?",  # Humo, Uzcard, Napas
    "2205[0-9]{12}",  # BORICA
    "5078(?:03|08|09|10|11)[0-9]{10}",  # Meeza
    "(?:636|637|638|639)[0-9]{13,16}",  # InterPayment, InstaPayment
    "(?:506(?:19|[2-4][0-9])[0-9]|286900|502275|589562|589657|501105)[0-9]{10}",  # Carnet, Naranja, Cabal, Argencard
)
"""Issuer ranges with their lengths."""

_HEAD = "(?:[2-6][0-9]{3}|8[126][0-9]{2}|9792|9860|9704)"
_START = r"(?:^|[^0-9A-Za-z.]|[^0-9]\.|^\.)(?:[A-Za-z]{3,}_?|(?:CC|cc|Cc|NR|nr|Nr|no|No)_?)?"
# RE2 takes what stands first: an IBAN in groups is passed over as a whole, before its digits can be taken for a card.
_IBAN = rf"(?:^|[^0-9A-Za-z])[A-Z]{{2}}[0-9]{{2}}(?:{BETWEEN}[0-9A-Z]{{4}}){{3,7}}(?:{BETWEEN}[0-9A-Z]{{1,3}})?"
_GROUPS = "|".join(
    f"{_HEAD}{s}[0-9]{{4}}{s}[0-9]{{4}}{s}[0-9]{{4}}(?:{s}[0-9]{{1,3}})?\\b|3[0-9]{{3}}{s}[0-9]{{6}}{s}[0-9]{{4,5}}\\b"
    for s in (" {1,2}", " ?- ?", r" ?\. ?", " ?/ ?", r" ?\t ?", "_")
)
# `.0` is what a spreadsheet adds; any other fraction makes it an amount, which `is_all` then drops.
# A `_` is a letter to RE2, and in names of files and exports it stands behind a number (`4111…_copy`).
_NUMBER = f"{_IBAN}|{_START}([0-9]{{13,19}}(?:\\b(?:\\.[0-9]+)?|_)|{_GROUPS})"

_PLAIN = "[0-9]{13,19}"
_STRIPPED = (
    f"CASE WHEN {is_all('d', '[0-9]{13,19}(?:[.][0-9]+|_)?')} THEN regexp_replace(d, '[.]0+$|_$', '') "
    "ELSE regexp_replace(d, '[^0-9]', '', 'g') END"
)
# A group of up to three digits after sixteen can belong to the number, or be a code that stands beside it.
_SHORTER = each(
    only(every("v", _NUMBER), is_all("d", f"[0-9]{{4}}({BETWEEN}[0-9]{{4}}){{3}}{BETWEEN}[0-9]{{1,3}}")),
    f"left({_STRIPPED}, 16)",
)
_CANDIDATES = f"list_concat({each(every('v', _NUMBER), _STRIPPED)}, {_SHORTER})"
_FOUND = alone(
    _PLAIN,
    f"CASE WHEN {is_all('v', ISSUERS)} THEN [{integer('v')}] END",
    matches("v", _NUMBER),
    each(only(_CANDIDATES, is_all("d", ISSUERS)), integer("d")),
)
_JOINED = "regexp_replace(v, '[^0-9]', '', 'g')"
_ALONE = f"^[1-9][0-9]{{3,18}}(?:{BETWEEN}[0-9]{{2,6}}){{0,4}}$"
_WORDS = r"(?i)\b(?:card|cards|credit|debit|visa|mastercard|maestro|amex|pan|karte|karta|kartu|carte|tarjeta)\b"
_PARTS = f"[0-9]{{4}}{BETWEEN}[0-9]{{4}}{BETWEEN}[0-9]{{4}}|3[0-9]{{3}}{BETWEEN}[0-9]{{6}}{BETWEEN}"
_SHAPE = f"strlen(v) >= 13 AND {matches('v', f'[0-9]{{13}}|{_PARTS}')}"

_FORMS = (
    Form("card numbers", _SHAPE, _FOUND, luhn("d"), Fraction(1, 10), text_only=False),
    Form(
        "card numbers beside a word that says so",
        f"{_SHAPE} AND {matches('v', _WORDS)}",
        _FOUND,
        luhn("d"),
        Fraction(1, 10),
        TELLING,
    ),
    # Issuers of one country have ranges that no public list holds in full. Other numbers have that check digit, too (of
    # telephones, for one): however many there are, a person must say what they are.
    Form(
        "numbers as long as card numbers, with their check digit and of no issuer known here",
        f"strlen(v) >= 13 AND strlen(v) <= 31 AND {matches('v', _ALONE)}",
        only(f"[{_JOINED}]", f"{is_all('d', '[1-9][0-9]{12,18}')} AND NOT {is_all('d', ISSUERS)}"),
        luhn("CAST(d AS UBIGINT)"),
        Fraction(1, 10),
        Fraction(0),
        whole=True,
        text_only=False,
    ),
)

DETECTOR = Detector(
    name="pan",
    finds="card numbers: issuer ranges and the Luhn checksum",
    forms=_FORMS,
    columns=r"(?i)(?:.*_)?(?:pan|card_?(?:number|num|no|nr)|cc_?(?:number|num|no)|credit_?card)(?:_.*)?",
    meaning="pan",
    source="ISO/IEC 7812-1 (issuer ranges, Luhn); test numbers that the card schemes publish",
    rank=10,
    hits=(
        "4111111111111111",
        "4222222222222",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "30569309025904",
        "6011111111111117",
        "3530111333300000",
        "6200000000000005",
        "6759649826438453",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "3782 822463 10005",
        "3056-930902-5904",
        "number:4111111111111111.",
        "paid with 4111111111111111 12/27",
        "4111 1111 1111 1111 737",
        "order 7 4111 1111 1111 1111",
        "a,4111111111111111,12/27",
        "card4111111111111111",
        "4111111111111111.0",
        "4111.1111.1111.1111",
        "4111\xa01111\xa01111\xa01111",
        "paid with 3782.822463.10005.",
        "4111 \u2013 1111 \u2013 1111 \u2013 1111",
        "4111\u20131111\u20131111\u20131111",
        "4111\u20071111\u20071111\u20071111",
        "4111/1111/1111/1111",
        "4111\t1111\t1111\t1111",
        "4111\u200b1111\u200b1111\u200b1111",
        "4111\u00b71111\u00b71111\u00b71111",
        "\uff14111 1111 1111 1111",
        "\u0664\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661",
        "5061126532694849",
        "4111111111111111_copy",
        "scan_4111111111111111_2",
        '{"card": 4111111111111111}',
        "first 4111111111111112, then 4111111111111111",
    ),
    misses=(
        "4111111111111112",
        "4222222222223",
        "5555555555554445",
        "2223003122003223",
        "378282246310006",
        "30569309025905",
        "6011111111111118",
        "3530111333300001",
        "6200000000000006",
        "6759649826438454",
        "411111111111111",
        "41111111111111111111",
        "94111111111111111",
        "1234567890123452",
        "0.4111111111111111",
        "4111111111111111.25",
        "4111111111111111abcd",
        "deadbeef4111111111111111c0ffee",
        "4111 1111 11111111",
        "1700000000000",
        "FR76 3000 6000 0112 3456 7890 189",
        "4111.1111.1111.1112",
        "4111 1111.1111-1111",
        "4111111111111111.5",
        "4111111111111112_copy",
    ),
)
