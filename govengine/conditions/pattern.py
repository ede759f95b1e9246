"""Patterns of conditions and of SQL: RE2, which a text cannot make slow, as it can Python's `re`."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol, cast


class Pattern(Protocol):
    """A pattern that was read."""

    def search(self, text: str) -> object | None:
        """Where it is found first, or None."""
        ...


@lru_cache(maxsize=256)
def pattern(text: str) -> Pattern:
    """A pattern of CEL: RE2, which a text cannot make slow, as it can Python's `re`.

    Raises:
        ValueError: it is no pattern; the message says why.

    """
    import re2  # few runs need it

    options = re2.Options()
    options.log_errors = False
    try:
        return cast("Pattern", re2.compile(text, options))
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0] if error.args else ""
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from error
