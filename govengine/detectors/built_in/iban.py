"""IBANs."""

from __future__ import annotations

from fractions import Fraction

from govengine.detectors.detector import Detector
from govengine.detectors.form import TELLING, Form, alone, each, every, is_all, matches, only, quoted

IBAN_LENGTHS = {
    15: "NO", 16: "BE", 18: "AX DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV", 22: "BG BH CR DE GB GE GG IE IM JE ME RS VA", 23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "AO CV GW LY MZ PT ST", 26: "DZ IR IS TR",
    27: "BI BL CF CG CM DJ FR GA GF GP GQ GR IT KM MC MF MG MQ MR NC PF PM RE SM TD TF WF YT",
    28: "AL AZ BF BJ BY CI CY DO GT HN HU LB MA ML NE NI PL SN SV TG", 29: "BR EG PS QA UA", 30: "JO KW MU YE",
    31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
"""Countries by the length of their IBANs: those of SWIFT's registry, their territories, and those that use the form
without being registered yet."""
_COUNTRIES = "|".join(code for codes in IBAN_LENGTHS.values() for code in codes.split())
# Check digits are 98 less a remainder by 97.
HEAD = f"(?:{_COUNTRIES})(?:0[2-9]|[1-8][0-9]|9[0-8])"
BETWEEN = r"(?: ?[./_\t-] ?| {1,2})"
"""What stands between the groups."""
_MAYBE = r"[ ./_\t-]{0,3}"
_IBAN = (
    rf"(?:^|[^0-9A-Z])({HEAD}(?:[0-9A-Z]{{11,29}}\b|(?:{BETWEEN}[0-9A-Z]{{4}}){{2,7}}(?:{BETWEEN}[0-9A-Z]{{1,3}})?\b))"
)


_LENGTHS = quoted("".join(f"{code}{length}" for length, codes in IBAN_LENGTHS.items() for code in codes.split()))


def _length(text: str) -> str:
    """SQL for the length that IBANs of a country have; a known one, or it is that of another."""
    return f"CAST(substring({_LENGTHS}, strpos({_LENGTHS}, left({text}, 2)) + 2, 2) AS UTINYINT)"


_LENGTH = _length("d")
# Words in capitals can follow an IBAN in groups: what is longer than its country has is cut there, and only there.
_PARTED = matches("d", r"[ ./_\t-]")
_TRIMMED = f"CASE WHEN {_PARTED} THEN left(regexp_replace(d, '[^0-9A-Z]', '', 'g'), {_LENGTH}) ELSE d END"
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
_FORMS = (
    Form(
        "IBANs",
        "strlen(v) >= 15 AND "
        + matches(
            "v",
            rf"(?:^|[^0-9A-Za-z])[A-Za-z]{{2}}[0-9]{{2}}{_MAYBE}[0-9A-Za-z]{{4}}{_MAYBE}[0-9A-Za-z]{{4}}{_MAYBE}[0-9A-Za-z]{{3}}",
        ),
        alone(
            f"{HEAD}[0-9A-Z]{{11,29}}",
            f"CASE WHEN strlen(v) = {_length('v')} THEN [v] END",
            matches("upper(v)", _IBAN),
            only(each(every("upper(v)", _IBAN), _TRIMMED), f"strlen(d) = {_LENGTH}"),
        ),
        f"{_REMAINDER} = 1",
        Fraction(1, 97),
        TELLING,
    ),
)

DETECTOR = Detector(
    name="iban",
    finds="IBANs, by country length and checksum",
    forms=_FORMS,
    columns=r"(?i)(?:.*_)?iban(?:_.*)?",
    meaning="finance.account",
    source="ISO 13616-1, and the registry of IBAN formats that SWIFT keeps",
    rank=50,
    hits=(
        "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "GB29NWBK60161331926819",
        "FR1420041010050500013M02606",
        "CZ6508000000192000145399",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "pay to BE68 5390 0754 7034 BEFORE NOON",
        "gb29 nwbk 6016 1331 9268 19",
        "DE89\xa03704\xa00044\xa00532\xa00130\xa000",
        "DE89.3704.0044.0532.0130.00",
        "DE89/3704/0044/0532/0130/00",
        "DE89\t3704\t0044\t0532\t0130\t00",
        "DE89 \u2013 3704 \u2013 0044 \u2013 0532 \u2013 0130 \u2013 00",
        "\uff24\uff25\uff18\uff19370400440532013000",
        "GI75NWBK000000007099453",
        "LC55HEMM000100010012001200023015",
    ),
    misses=(
        "DE89370400440532013001",
        "DE8937040044053201300",
        "DE893704004405320130000",
        "DE00370400440000000060",
        "XX89370400440532013000",
        "XDE89370400440532013000",
    ),
)
