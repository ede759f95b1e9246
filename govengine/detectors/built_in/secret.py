"""Passwords, tokens and keys: forms with a literal of their own, and `password=` with something behind it."""

from __future__ import annotations

from fractions import Fraction

from govengine.detectors.detector import Detector
from govengine.detectors.form import ANY, TELLING, Form, either, every, matches

_TOKENS = either(
    r"\b(?:AKIA|ASIA|AROA|AIDA|AGPA)[0-9A-Z]{16}\b",  # Amazon Web Services
    "-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----",
    r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",  # a signed JSON token
    r"\b[Bb]earer\s+[A-Za-z0-9._~+/-]{20,}",
    r"\bgh[pousr]_[A-Za-z0-9]{36}",  # GitHub
    r"\bglpat-[A-Za-z0-9_-]{20}",  # GitLab
    r"\bxox[abprs]-[A-Za-z0-9-]{10,}",  # Slack
    r"\bAIza[0-9A-Za-z_-]{35}",  # Google
    r"\b[sr]k_live_[0-9A-Za-z]{16,}",  # Stripe
)
_ASSIGNED = (
    r"(?i)\b(?:passw(?:or)?d|pwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|client[_-]?secret)"
    r"[\"']?\s*[=:]\s*[\"']?[^\s\"',;]{8,}"
)

_LITERALS = "AKIA|ASIA|AROA|AIDA|AGPA|-----BEGIN|eyJ|earer|gh[pousr]_|glpat|xox|AIza|k_live_"
_FORMS = (
    Form(
        "keys and tokens",
        "strlen(v) >= 14 AND " + matches("v", _LITERALS),
        every("v", f"({_TOKENS})"),
        "true",
        Fraction(1, 1_000_000),  # the literal alone: four given characters among 36 or more
        TELLING,
    ),
    Form(
        "assignments to a password or key",
        "strlen(v) >= 12 AND " + matches("v", _ASSIGNED),
        every("v", f"({_ASSIGNED})"),
        "true",
        ANY,
    ),
)

DETECTOR = Detector(
    name="secret",
    finds="passwords, tokens and keys",
    forms=_FORMS,
    columns=r"(?i)(?:.*_)?(?:password|secret|token|api_?key)(?:_.*)?",
    source=(
        "the form that each issuer documents for its keys; RFC 7468 (private keys), RFC 7519 (JSON tokens), RFC 6750 "
        "(bearer tokens)"
    ),
    rank=110,
    hits=(
        "AKIAIOSFODNN7EXAMPLE",
        "-----BEGIN RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
        "Authorization: Bearer mF_9.B5f-4.1JqM0123456789",
        "password=correct-horse",
    ),
    misses=(
        "AKIAIOSFODNN7",
        "-----BEGIN PUBLIC KEY-----",
        "the bearer of this letter",
        "password policy",
    ),
)
