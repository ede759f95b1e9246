"""Addresses of people and groups: when two texts name the same one."""

from __future__ import annotations

import unicodedata


def plain(address: str) -> str:
    """An address as it compares: without case, width, or letters that nobody sees."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", address) if unicodedata.category(c)[0] not in "CZ")
    return seen.casefold()
