"""Birth numbers."""

from __future__ import annotations

from fractions import Fraction

from govengine.detectors.built_in.national_id import CZECH, DAY, MONTH, bare
from govengine.detectors.detector import Detector
from govengine.detectors.form import Form, is_all

_MEN, _WOMEN = f"[0-9]{{2}}{MONTH}{DAY}", f"[0-9]{{2}}(?:5[1-9]|6[0-2]){DAY}"
_SIX_BARE = (6, "[0-9]{6}")
_SIX_SHAPE, _SIX_FOUND = bare(*_SIX_BARE)
_EITHER = is_all("d", f"{_MEN}|{_WOMEN}")
_FORMS = (
    *CZECH,
    # Days have no month above 50, and numbers that run on lie in few years: what has women, men and ten years of birth
    # is neither. Counted is the rarer of the two.
    Form(
        "dates of birth with 50 added to a woman's month",
        _SIX_SHAPE,
        _SIX_FOUND,
        _EITHER,
        Fraction(12 * 31, 10_000),
        whole=True,
        share=Fraction(3, 20),
        counted=(
            f"CASE WHEN count(DISTINCT left(d, 2)) FILTER ({_EITHER}) < 10 THEN 0 ELSE "
            f"least(count(*) FILTER ({is_all('d', _MEN)}), count(*) FILTER ({is_all('d', _WOMEN)})) END"
        ),
        text_only=False,
        bare=_SIX_BARE,
    ),
)

DETECTOR = Detector(
    name="birth-number",
    finds="birth numbers",
    forms=_FORMS,
    columns=r"(?i)(?:.*_)?(?:birth_?(?:number|no)|rodne_?cislo)(?:_.*)?",
    meaning="person.birth_date",
    source="Czech act 133/2000, section 13",
    rank=100,
    hits=("780123/3540",),
    misses=("706213",),
)
