"""Tables that rules look things up in: currencies, countries, voided documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import files

if TYPE_CHECKING:
    from pathlib import Path

CURRENCY_NAMES = (
    ("CHF", "Swiss franc"), ("CZK", "Czech koruna"), ("DKK", "Danish krone"), ("EUR", "euro"),
    ("GBP", "pound sterling"), ("HUF", "forint"), ("NOK", "Norwegian krone"), ("PLN", "zloty"),
    ("SEK", "Swedish krona"), ("USD", "US dollar"),
)  # fmt: skip
COUNTRY_NAMES = (
    ("AT", "Austria", "true"), ("CH", "Switzerland", "true"), ("CZ", "Czechia", "true"), ("DE", "Germany", "true"),
    ("ES", "Spain", "true"), ("FR", "France", "true"), ("GB", "United Kingdom", "true"), ("IE", "Ireland", "true"),
    ("NL", "Netherlands", "true"), ("PL", "Poland", "true"), ("US", "United States", "false"),
)  # fmt: skip
VOIDED_BATCHES = (410_733, 412_108)
"""Batch numbers given out and taken back: the only gaps in the settlement batches."""


def generate(folder: Path) -> None:
    """Write the registers as CSV."""
    files.write(folder / "currencies.csv", files.csv_text(("code", "name"), CURRENCY_NAMES))
    files.write(folder / "countries.csv", files.csv_text(("code", "name", "adequate"), COUNTRY_NAMES))
    voided = [(number, "printed twice, voided by settlement operations") for number in VOIDED_BATCHES]
    files.write(folder / "void_documents.csv", files.csv_text(("number", "reason"), voided))
