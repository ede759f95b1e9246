"""IBANs, e-mail addresses, telephone numbers, network addresses."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from govengine.detectors.form import (
    ANY,
    TELLING,
    Form,
    alone,
    each,
    either,
    every,
    is_all,
    matches,
    only,
    quoted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

IBAN_LENGTHS = {
    15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 33: "RU",
}  # fmt: skip
"""Countries by the length of their IBANs, as SWIFT registers them."""
_COUNTRIES = "|".join(code for codes in IBAN_LENGTHS.values() for code in codes.split())
# Check digits are 98 less a remainder by 97.
_HEAD = f"(?:{_COUNTRIES})(?:0[2-9]|[1-8][0-9]|9[0-8])"
_IBAN = rf"(?:^|[^0-9A-Z])({_HEAD}(?:[0-9A-Z]{{11,29}}\b|(?:[ -][0-9A-Z]{{4}}){{2,7}}(?:[ -][0-9A-Z]{{1,3}})?\b))"


_LENGTHS = quoted("".join(f"{code}{length}" for length, codes in IBAN_LENGTHS.items() for code in codes.split()))


def _length(text: str) -> str:
    """SQL for the length that IBANs of a country have; a known one, or it is that of another."""
    return f"CAST(substring({_LENGTHS}, strpos({_LENGTHS}, left({text}, 2)) + 2, 2) AS UTINYINT)"


_LENGTH = _length("d")
# Words in capitals can follow an IBAN in groups: what is longer than its country has is cut there, and only there.
_PARTED = "contains(d, ' ') OR contains(d, '-')"
_TRIMMED = f"CASE WHEN {_PARTED} THEN left(regexp_replace(d, '[ -]', '', 'g'), {_LENGTH}) ELSE d END"
_CODES = (
    "list_transform(string_split(d[5:] || d[:4], ''), "
    "lambda c: CASE WHEN c <= '9' THEN ascii(c) - 48 ELSE ascii(c) - 55 END)"
)
_FOLDED = f"list_reduce({_CODES}, lambda a, b: (a * CASE WHEN b > 9 THEN 100 ELSE 10 END + b) % 97, 0)"
# Of digits alone, as in most countries, it is taken in steps that stay within 20 digits; a list takes twice as long.
_BODY = "CAST(CAST(CAST(d[5:19] AS UBIGINT) % 97 AS VARCHAR) || d[20:] AS UBIGINT) % 97"
_LETTERS = "(ascii(d) - 55) * 10000 + (ascii(d[2:]) - 55) * 100"
_STEPS = f"(({_BODY}) * 1000000 + {_LETTERS} + CAST(d[3:4] AS UTINYINT)) % 97"
_REMAINDER = f"CASE WHEN {is_all('d', '[A-Z]{2}[0-9]+')} THEN {_STEPS} ELSE {_FOLDED} END"
IBAN = (
    Form(
        "IBANs",
        "strlen(v) >= 15 AND "
        + matches(
            "v", "(?:^|[^0-9A-Za-z])[A-Za-z]{2}[0-9]{2}[ -]?[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{3}"
        ),
        alone(
            f"{_HEAD}[0-9A-Z]{{11,29}}",
            f"CASE WHEN strlen(v) = {_length('v')} THEN [v] END",
            matches("upper(v)", _IBAN),
            only(each(every("upper(v)", _IBAN), _TRIMMED), f"strlen(d) = {_LENGTH}"),
        ),
        f"{_REMAINDER} = 1",
        Fraction(1, 97),
        TELLING,
    ),
)

_MAILBOX = r"[^\s@,;:<>()\[\]{}\"'/=|]+@[^\s@,;<>()\[\]{}\"'|]+"
_SIGN = r"[0-9A-Za-z\x{80}-\x{10FFFF}-]"
_ADDRESS = rf"(?:mailto:)?[^:@]+@{_SIGN}+(?:\.{_SIGN}+)*\.[A-Za-z\x{{80}}-\x{{10FFFF}}]{{2,24}}"
_FILE = r"(?i)\.(?:png|jpe?g|gif|svg|webp|pdf|js|css|json|html?|zip|gz)"
EMAIL = (
    Form(
        "e-mail addresses",
        "contains(v, '@') AND " + matches("v", r"[^\s@]@[^\s@]"),
        alone(
            _MAILBOX,
            "[lower(rtrim(v, '.:!?'))]",
            matches("v", _MAILBOX),
            each(every("v", _MAILBOX, 0), "lower(rtrim(d, '.:!?'))"),
        ),
        f"{is_all('d', _ADDRESS)} AND NOT {matches('d', _FILE + '$')}",
        Fraction(1, 200),  # no checksum: the share of random printable text around an `@` that has the form
        TELLING,
    ),
)

_INTERNATIONAL = either(
    "1[2-9][0-9]{2}[2-9][0-9]{6}",
    "7[3-9][0-9]{9}",
    "(?:30|31|32|33|34|36|41|45|46|47|48)[1-9][0-9]{7,8}",
    "(?:39|43|49)[0-9]{9,11}",
    "(?:40|44|20|27|51|52|53|54|55|56|57|58|60|61|62|63|64|65|66|81|82|84|86|90|91|92|93|94|95|98)[1-9][0-9]{7,9}",
    "(?:42[013]|35[0-9]|37[0-9]|38[0-35-79])[1-9][0-9]{6,8}",
    "(?:2[1-69][0-9]|50[0-9]|59[0-9]|67[0-9]|68[0-9]|85[2356]|88[06]|96[0-9]|97[0-7]|99[2-8])[1-9][0-9]{6,8}",
)
_NATIONAL = either(
    r"\(0?[0-9]{2,4}\)[ -]?[0-9]{3,4}[ -][0-9]{3,4}",
    "0[1-9][0-9]{0,3}[ /-][0-9]{2,4}(?:[ -][0-9]{2,4}){1,3}",
    "[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}",
)
# RE2 takes what stands first: card numbers and IBANs in groups are passed over as a whole, before a group of theirs can
# be taken for the beginning of a telephone number.
_CARD_IN_GROUPS = "(?:[3-6][0-9]{3}|2[2-7][0-9]{2}|8[12][0-9]{2}|9792)(?: [0-9]{4}){3}(?: [0-9]{1,3})?\\b"
_IBAN_IN_GROUPS = f"{_HEAD}(?: [0-9A-Z]{{4}}){{2,7}}(?: [0-9A-Z]{{1,3}})?\\b"
_NATIONAL_FOUND = f"(?:^|[^0-9A-Za-z])(?:{_CARD_IN_GROUPS}|{_IBAN_IN_GROUPS})|(?:^|[^0-9A-Za-z+.,/-])({_NATIONAL})\\b"
_ABROAD = r"\+([1-9][0-9 ()./-]{6,22}[0-9])"
_ABROAD_WITHIN = rf"(?:^|[^0-9A-Za-z+]){_ABROAD}\b"


def _digits(text: str) -> str:
    return f"regexp_replace({text}, '[^0-9]', '', 'g')"


PHONE = (
    Form(
        "telephone numbers",
        "contains(v, '+') AND " + matches("v", r"\+[1-9][0-9 ().-]{6}"),
        alone(
            _ABROAD,
            f"[{_digits('v')}]",
            matches("v", _ABROAD_WITHIN),
            each(every("v", _ABROAD_WITHIN), _digits("d")),
        ),
        is_all("d", _INTERNATIONAL),
        Fraction(1, 4),  # no checksum: the share of random digits after a `+` whose country has numbers of that length
    ),
    Form(
        "numbers written like national telephone numbers",
        "strlen(v) >= 10 AND " + matches("v", f"(?:^|[^0-9A-Za-z+.,/-])(?:{_NATIONAL})"),
        only(each(every("v", _NATIONAL_FOUND), _digits("d")), "strlen(d) BETWEEN 9 AND 12"),
        "true",
        ANY,
    ),
)

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
# Four short numbers are as often a version; three digits in one of them are what tells.
_QUAD = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_QUAD_WITHIN = rf"(?:^|[^0-9A-Za-z.])({_QUAD}\b(?:\.[0-9]+)*)"
_QUADS = only(
    every("v", _QUAD_WITHIN),
    f"{is_all('d', _QUAD)} AND {matches('d', '[0-9]{3}')}",
)
_QUAD_SHAPE = "strlen(v) >= 9 AND " + matches("v", r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]")
_VALID = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_INSIDE = r"^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2[0-9]|3[01]))\."


def _quads(wanted: Callable[[str], str]) -> str:
    """The candidates for which `wanted` makes SQL that holds."""
    single = f"CASE WHEN {matches('v', '[0-9]{3}')} AND {wanted('v')} THEN [v] END"
    return alone(_QUAD, single, matches("v", _QUAD_WITHIN), only(_QUADS, wanted("d")))


_V6 = r"(?:^|[^0-9a-z:.])([0-9a-f]{4}(?::{1,2}[0-9a-f]{1,4}){1,7}(?:::)?)(?:$|[^0-9a-z:])"
_V6_LONG = is_all("d", "[0-9a-f]{4}(?::[0-9a-f]{1,4}){7}")
_V6_SHORT = "contains(d, '::') AND NOT contains(d[strpos(d, '::') + 2:], '::')"
IP = (
    Form(
        "IPv4 addresses",
        _QUAD_SHAPE,
        _quads(lambda d: f"NOT {matches(d, _INSIDE)}"),
        is_all("d", _VALID),
        Fraction(156, 900),  # one number of three digits that is 255 at most
    ),
    # They say which machine in a house, and only the house knows whose that is.
    Form(
        "IPv4 addresses of a private network",
        _QUAD_SHAPE,
        _quads(lambda d: f"{matches(d, _INSIDE)} AND {is_all(d, _VALID)}"),
        "true",
        ANY,
    ),
    Form(
        "IPv6 addresses",
        "contains(v, ':') AND " + matches("v", "(?i)[0-9a-f]{4}:[0-9a-f:]{3}"),
        only(every("lower(v)", _V6), f"{_V6_LONG} OR ({_V6_SHORT})"),
        is_all("d", "(?:[23][0-9a-f]{3}|f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]|ff[0-9a-f]{2}):.*"),
        Fraction(9, 64),  # the ranges that are given out: an eighth, and a little
    ),
)
