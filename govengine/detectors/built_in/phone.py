"""Telephone numbers."""

from __future__ import annotations

from fractions import Fraction

from govengine.detectors.built_in.iban import HEAD
from govengine.detectors.detector import Detector
from govengine.detectors.form import ANY, Form, alone, each, either, every, is_all, matches, only

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
_IBAN_IN_GROUPS = f"{HEAD}(?: [0-9A-Z]{{4}}){{2,7}}(?: [0-9A-Z]{{1,3}})?\\b"
_NATIONAL_FOUND = f"(?:^|[^0-9A-Za-z])(?:{_CARD_IN_GROUPS}|{_IBAN_IN_GROUPS})|(?:^|[^0-9A-Za-z+.,/-])({_NATIONAL})\\b"
_ABROAD = r"\+([1-9][0-9 ()./-]{6,22}[0-9])"
_ABROAD_WITHIN = rf"(?:^|[^0-9A-Za-z+]){_ABROAD}\b"


def _digits(text: str) -> str:
    return f"regexp_replace({text}, '[^0-9]', '', 'g')"


_FORMS = (
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

DETECTOR = Detector(
    name="phone",
    finds="telephone numbers",
    forms=_FORMS,
    columns=r"(?i)(?:.*_)?(?:phone|mobile|msisdn|telephone)(?:_.*)?",
    meaning="person.contact.phone",
    source="ITU-T E.164 (country codes, lengths) and E.123 (how numbers are written)",
    rank=70,
    hits=(
        "+442079460958",
        "+1 (202) 555-0143",
        "call +420 601 123 456 today",
        "(020) 7946 0958",
        "202-555-0143",
    ),
    misses=(
        "442079460958",
        "2026-11-01 10:30",
        "01-02-2026",
        "+12",
        "a+1234567890b",
        "4111 0111 1111 1111",
        "paid with 4111 1111 0111 1111 737, thanks",
        "DE89 0370 4004 4053 2013 00",
        "GB29 NWBK 0161 3319 2681 9",
    ),
)
