"""National identity numbers.

Bare digits without a separator prove nothing one by one: a number of nine digits passes the Dutch test one time in
eleven. There only a whole column can look like identity numbers. Numbers of the United States have no checksum: they
are told by their hyphens alone, and a person must say what they are.
"""

from __future__ import annotations

from fractions import Fraction

from govengine.detectors.detector import Detector
from govengine.detectors.form import ANY, TELLING, Form, digit, every, is_all, luhn, matches, only, weighted

DAY = "(?:0[1-9]|[12][0-9]|3[01])"
MONTH = "(?:0[1-9]|1[0-2])"
_START = r"(?:^|[^0-9A-Za-z./-])"


def bare(length: int, pattern: str) -> tuple[str, str]:
    """Shape and candidates of values that are so many digits, and nothing else."""
    return f"strlen(v) = {length}", f"CASE WHEN {is_all('v', pattern)} THEN [v] END"


_CZ_MONTH = "(?:[0257][1-9]|[1368][0-2])"  # 50 added for women, 20 more where the day's numbers have run out
_CZ_DATE = f"[0-9]{{2}}{_CZ_MONTH}{DAY}"
_CZ = "(replace(d, '/', ''))"
_CZ_VALID = f"(CAST({_CZ} AS UBIGINT) % 11 = 0 OR (CAST(left({_CZ}, 9) AS UBIGINT) % 11 = 10 AND right(d, 1) = '0'))"
_CZ_BARE = (10, _CZ_DATE + "[0-9]{4}")
_CZ_SHAPE, _CZ_FOUND = bare(*_CZ_BARE)
CZECH = (
    Form(
        "Czech and Slovak birth numbers",
        "contains(v, '/') AND " + matches("v", "[0-9]{6}/[0-9]{4}"),
        every("v", f"{_START}({_CZ_DATE}/[0-9]{{4}})\\b"),
        _CZ_VALID,
        Fraction(1, 10),  # modulo 11, where a rest of 10 counts as 0
        TELLING,
    ),
    Form(
        "Czech and Slovak birth numbers without the stroke",
        _CZ_SHAPE, _CZ_FOUND, _CZ_VALID, Fraction(1, 10), whole=True, text_only=False, bare=_CZ_BARE,
    ),
)  # fmt: skip

_SE_DATE = f"[0-9]{{2}}{MONTH}(?:0[1-9]|[12][0-9]|3[01]|[678][0-9]|9[01])"  # 60 added for coordination numbers
_SE = "right(replace(replace(d, '-', ''), '+', ''), 10)"
_SE_VALID = luhn(f"CAST({_SE} AS UBIGINT)")
_SE_BARE = (10, _SE_DATE + "[0-9]{4}")
_SE_SHAPE, _SE_FOUND = bare(*_SE_BARE)
_SE_LONG_SHAPE, _SE_LONG_FOUND = bare(12, f"(?:19|20){_SE_DATE}[0-9]{{4}}")
SWEDISH = (
    Form(
        "Swedish identity numbers",
        "(contains(v, '-') OR contains(v, '+')) AND " + matches("v", "[0-9]{6}[-+][0-9]{4}"),
        every("v", f"{_START}((?:19|20)?{_SE_DATE}[-+][0-9]{{4}})\\b"),
        _SE_VALID,
        Fraction(1, 10),
        TELLING,
    ),
    Form("Swedish identity numbers without the hyphen", _SE_SHAPE, _SE_FOUND, _SE_VALID, Fraction(1, 10), whole=True,
         text_only=False, bare=_SE_BARE),
    Form("Swedish identity numbers of twelve digits", _SE_LONG_SHAPE, _SE_LONG_FOUND, _SE_VALID, Fraction(1, 10),
         whole=True, text_only=False),
)  # fmt: skip

_BE = "replace(replace(d, '.', ''), '-', '')"
_BE_VALID = (
    f"(97 - CAST(left({_BE}, 9) AS UBIGINT) % 97 = CAST(right(d, 2) AS UBIGINT)"
    f" OR 97 - CAST('2' || left({_BE}, 9) AS UBIGINT) % 97 = CAST(right(d, 2) AS UBIGINT))"
)
_BE_BARE = (11, f"[0-9]{{2}}{MONTH}{DAY}[0-9]{{5}}")
_BE_SHAPE, _BE_FOUND = bare(*_BE_BARE)
BELGIAN = (
    Form(
        "Belgian register numbers",
        "contains(v, '.') AND " + matches("v", r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}"),
        every("v", rf"{_START}([0-9]{{2}}\.{MONTH}\.{DAY}-[0-9]{{3}}\.[0-9]{{2}})\b"),
        _BE_VALID,
        Fraction(2, 97),
        TELLING,
    ),
    Form("Belgian register numbers without points", _BE_SHAPE, _BE_FOUND, _BE_VALID, Fraction(2, 97), whole=True,
         text_only=False, bare=_BE_BARE),
)  # fmt: skip

_PL_BARE = (11, f"[0-9]{{2}}(?:[02468][1-9]|[13579][0-2]){DAY}[0-9]{{5}}")
_PL_SHAPE, _PL_FOUND = bare(*_PL_BARE)
POLISH = (
    Form("Polish PESEL numbers", _PL_SHAPE, _PL_FOUND, f"{weighted('d', (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1))} % 10 = 0",
         Fraction(1, 10), whole=True, text_only=False, bare=_PL_BARE),
)  # fmt: skip

_NL_BARE = (9, "[0-9]{9}")
_NL_SHAPE, _NL_FOUND = bare(*_NL_BARE)
DUTCH = (
    Form("Dutch service numbers", _NL_SHAPE, _NL_FOUND,
         f"{weighted('d', (9, 8, 7, 6, 5, 4, 3, 2))} % 11 = {digit('d', 9)}",
         Fraction(1, 11), whole=True, text_only=False, bare=_NL_BARE),
)  # fmt: skip

_ES_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_ES = "replace(replace(replace(replace(d, '-', ''), 'X', '0'), 'Y', '1'), 'Z', '2')"
SPANISH = (
    Form(
        "Spanish identity numbers",
        "strlen(v) >= 9 AND " + matches("v", "[0-9]{7}-?[A-Z]"),
        every("v", rf"{_START}((?:[0-9]{{8}}|[XYZ]-?[0-9]{{7}})-?[{_ES_LETTERS}])\b"),
        # The first letter of a NIE stands for a digit; the last one is compared as it is.
        f"'{_ES_LETTERS}'[CAST(left({_ES}, 8) AS INTEGER) % 23 + 1] = right(d, 1)",
        Fraction(1, 23),
    ),
)

_CH = "(replace(d, '.', ''))"
_CH_VALID = f"{weighted(_CH, (1, 3) * 6 + (1,))} % 10 = 0"
_CH_SHAPE, _CH_FOUND = bare(13, "[0-9]{13}")
SWISS = (
    Form(
        "Swiss AHV numbers",
        "contains(v, '756.') AND " + matches("v", r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}"),
        every("v", rf"{_START}(756\.[0-9]{{4}}\.[0-9]{{4}}\.[0-9]{{2}})\b"),
        _CH_VALID,
        Fraction(1, 10),
        TELLING,
    ),
    # Codes of goods have the same length and checksum: candidates are all of them, and most must begin as persons do.
    Form(
        "Swiss AHV numbers without points",
        f"{_CH_SHAPE} AND {matches('v', '^[0-9]{13}$')}",
        _CH_FOUND,
        f"starts_with(d, '756') AND {_CH_VALID}",
        Fraction(1, 10),
        whole=True,
        counted="CASE WHEN 2 * count(*) FILTER (starts_with(d, '756')) < count(*) THEN 0 ELSE count(*) FILTER (ok) END",
        text_only=False,
    ),
)

_US_AREA = "(?:[1-578][0-9]{2}|0[1-9][0-9]|00[1-9]|6[0-57-9][0-9]|66[0-57-9])"
_US_GROUP = "(?:0[1-9]|[1-9][0-9])"
_US = f"{_US_AREA}-{_US_GROUP}-(?:[0-9]{{3}}[1-9]|[0-9]{{2}}[1-9]0|[0-9][1-9]00|[1-9]000)"
AMERICAN = (
    Form(
        "numbers written like US social security numbers",
        "contains(v, '-') AND " + matches("v", "[0-9]{3}-[0-9]{2}-[0-9]{4}"),
        only(every("v", rf"{_START}({_US}\b(?:-[0-9A-Za-z]+)*)"), is_all("d", _US)),
        "true",
        ANY,
    ),
)

_FORMS = CZECH + SWEDISH + BELGIAN + POLISH + DUTCH + SPANISH + SWISS + AMERICAN

DETECTOR = Detector(
    name="national-id",
    finds=(
        "national ids: Belgian, Czech and Slovak, Dutch, Polish, Spanish, Swedish, Swiss; US ones for a person to judge"
    ),
    forms=_FORMS,
    columns=r"(?i)(?:.*_)?(?:national_?id|ssn|bsn|pesel|dni|nie|personnummer|ahv)(?:_.*)?",
    meaning="person.national_id",
    source=(
        "the rule of each issuing state: national register number (BE), act 133/2000 (CZ, SK), eleven-test of the BSN "
        "(NL), PESEL (PL), letters of DNI and NIE (ES), SKV 704 (SE), AHV number with EAN-13 check digit (CH), areas "
        "and groups of the SSA (US)"
    ),
    rank=90,
    hits=(
        "780123/3540",
        "811228-9874",
        "19811228-9874",
        "85.07.30-033.28",
        "12345678Z",
        "X1234567L",
        "756.9217.0769.85",
        "insured as 756.9217.0769.85, since May",
        "078-05-1120",
        "his number (219-09-9999) was printed",
    ),
    misses=(
        "780123/3541",
        "781323/3540",
        "811228-9875",
        "85.07.30-033.29",
        "12345678A",
        "X1234567M",
        "912345678Z",
        "756.9217.0769.84",
        "757.9217.0769.85",
        "1756.9217.0769.85",
        "7569217076985",
        "000-12-3456",
        "666-12-3456",
        "900-12-3456",
        "078-00-1120",
        "078-05-0000",
        "078-05-1120-7",
        "9078-05-1120",
        "111222333",
    ),
)
