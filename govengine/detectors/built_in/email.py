"""E-mail addresses."""

from __future__ import annotations

from fractions import Fraction

from govengine.detectors.detector import Detector
from govengine.detectors.form import TELLING, Form, alone, each, every, is_all, matches

_MAILBOX = r"[^\s@,;:<>()\[\]{}\"'/=|]+@[^\s@,;<>()\[\]{}\"'|]+"
_SIGN = r"[0-9A-Za-z\x{80}-\x{10FFFF}-]"
_ADDRESS = rf"(?:mailto:)?[^:@]+@{_SIGN}+(?:\.{_SIGN}+)*\.[A-Za-z\x{{80}}-\x{{10FFFF}}]{{2,24}}"
_FILE = r"(?i)\.(?:png|jpe?g|gif|svg|webp|pdf|js|css|json|html?|zip|gz)"
_FORMS = (
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

DETECTOR = Detector(
    name="email",
    finds="e-mail addresses",
    forms=_FORMS,
    columns=r"(?i)(?:.*_)?e?_?mail(?:_.*)?",
    meaning="person.contact.email",
    source="RFC 5321 and RFC 5322, as far as addresses are in use",
    rank=60,
    hits=(
        "someone@example.com",
        "Some One <some.one+tag@mail.example.co.uk>",
        "write to mailto:x@example.org.",
    ),
    misses=(
        "someone@example",
        "@someone",
        "git@example.com:team/project",
        "icon@2x.png",
        "pkg@1.2.3",
    ),
)
