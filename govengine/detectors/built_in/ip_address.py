"""IPv4 and IPv6 addresses."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from govengine.detectors.detector import Detector
from govengine.detectors.form import ANY, Form, alone, every, is_all, matches, only

if TYPE_CHECKING:
    from collections.abc import Callable

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
_FORMS = (
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

DETECTOR = Detector(
    name="ip-address",
    finds="IPv4 and IPv6 addresses",
    forms=_FORMS,
    columns=r"(?i)(?:.*_)?ip(?:_?addr(?:ess)?)?(?:_.*)?",
    meaning="person.ip_address",
    source="RFC 791, RFC 1918, RFC 4291, and the ranges that IANA has given out",
    rank=80,
    hits=(
        "203.0.113.77",
        "192.168.1.254",
        "from 198.51.100.7, refused",
        "2001:db8:85a3::8a2e:370:7334",
        "fe80:0000:0000:0000:0202:b3ff:fe1e:8329",
    ),
    misses=(
        "203.0.113.256",
        "1.2.3.4",
        "203.0.113.7.5",
        "std::vector",
        "12:30:45",
    ),
)
