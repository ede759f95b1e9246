"""Counts in words, for messages of all layers."""

from __future__ import annotations


def plural(count: int, noun: str) -> str:
    """`1 rule`, `2 rules`, `1,200 rules`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
