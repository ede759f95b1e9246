"""Ask a detector about a few values, and make valid numbers by plain arithmetic of our own."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import duckdb

from govengine.expectations import looks_like
from govengine.expectations.measure import Measurement


class Observation(NamedTuple):
    """What was found: the outcome, words, evidence, and candidates, hits and rows by the name of the form."""

    outcome: str
    words: str
    evidence: Mapping[str, object]
    forms: dict[str, tuple[int, int, int]]

    @property
    def hits(self) -> int:
        return max((hits for _, hits, _ in self.forms.values()), default=0)

    @property
    def candidates(self) -> int:
        return max((candidates for candidates, _, _ in self.forms.values()), default=0)


def look(
    values: Sequence[object] | str,
    *detectors: str,
    column: str = "c",
    sql_type: str = "VARCHAR",
    semantic_type: str | None = None,
    rejected: int = 0,
) -> Observation:
    """Values of one column, or SQL that gives them, judged by detectors."""
    with duckdb.connect(config={"threads": 1}) as connection:
        if isinstance(values, str):
            connection.execute(f'CREATE TABLE t AS SELECT v AS "{column}" FROM ({values}) AS x(v)')
        else:
            connection.execute(f'CREATE TABLE t AS SELECT unnest(?::{sql_type}[]) AS "{column}"', [values])
        asked = looks_like.ask("k", "t", column, sql_type, semantic_type, detectors)
        assert asked.check.query is not None
        assert asked.check.refine is not None
        row = connection.execute(asked.check.query).fetchone()
        assert row is not None
        row = connection.execute(asked.check.refine("t", row)).fetchone()
        assert row is not None
    sought = looks_like.searched(column, sql_type, semantic_type, detectors)
    measured = Measurement(row[0] + rejected, row[0], row[1], rejected, notes=tuple(row[4:]))
    forms = {h.sought.form.name: (h.candidates, h.hits, h.rows) for h in looks_like.hits(measured, sought)}
    return Observation(looks_like.outcome(measured, sought), asked.failed(measured), asked.evidence(measured), forms)


def luhn(digits: str) -> bool:
    """The checksum, digit by digit from the right."""
    total = 0
    for i, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def closed(body: str) -> str:
    """Digits with their Luhn digit."""
    return next(body + str(d) for d in range(10) if luhn(body + str(d)))


PREFIXES = {16: ("4", "51", "55", "2221", "2720", "6011", "65", "3528", "62"), 15: ("34", "37"), 14: ("36", "300"), 13: ("4",),
            19: ("4", "62", "6759")}  # fmt: skip
"""Beginnings that issuers have, by length."""


def card(chance: random.Random) -> str:
    """A number that could be a card's."""
    length = chance.choice(list(PREFIXES))
    body = chance.choice(PREFIXES[length])
    return closed(body + "".join(chance.choice("0123456789") for _ in range(length - 1 - len(body))))


def iban(chance: random.Random) -> str:
    """A German IBAN."""
    account = "".join(chance.choice("0123456789") for _ in range(18))
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def day(chance: random.Random) -> tuple[int, int, int]:
    """Year of a century, month, day."""
    return chance.randrange(20, 99), chance.randint(1, 12), chance.randint(1, 28)


def czech(chance: random.Random) -> str:
    """A Czech birth number, with a stroke."""
    while True:
        year, month, number = day(chance)
        body = f"{year:02d}{month + chance.choice((0, 50)):02d}{number:02d}{chance.randrange(1000):03d}"
        if int(body) % 11 != 10:
            return f"{body[:6]}/{body[6:]}{int(body) % 11}"


def swedish(chance: random.Random) -> str:
    """A Swedish identity number, with a hyphen."""
    digits = closed("{:02d}{:02d}{:02d}".format(*day(chance)) + f"{chance.randrange(1000):03d}")
    return f"{digits[:6]}-{digits[6:]}"


def belgian(chance: random.Random) -> str:
    """A Belgian register number, with points."""
    year, month, number = day(chance)
    serial = chance.randint(1, 997)
    check = 97 - int(f"{year:02d}{month:02d}{number:02d}{serial:03d}") % 97
    return f"{year:02d}.{month:02d}.{number:02d}-{serial:03d}.{check:02d}"


def polish(chance: random.Random) -> str:
    """A PESEL."""
    body = "{:02d}{:02d}{:02d}".format(*day(chance)) + f"{chance.randrange(10000):04d}"
    return body + str(-sum(int(d) * w for d, w in zip(body, (1, 3, 7, 9) * 3, strict=False)) % 10)


def dutch(chance: random.Random) -> str:
    """A BSN."""
    while True:
        body = f"{chance.randrange(10**7, 10**8)}"
        check = sum(int(d) * w for d, w in zip(body, range(9, 1, -1), strict=True)) % 11
        if check < 10:
            return f"{body}{check}"


def spanish(chance: random.Random) -> str:
    """A DNI or a NIE."""
    number, first = chance.randrange(10**7), chance.choice(("X", "Y", "Z", "1", "4"))
    full = int({"X": "0", "Y": "1", "Z": "2"}.get(first, first) + f"{number:07d}")
    return f"{first}{number:07d}{'TRWAGMYFPDXBNJZSQVHLCKE'[full % 23]}"


def swiss(chance: random.Random) -> str:
    """An AHV number, with points."""
    body = f"756{chance.randrange(10**9):09d}"
    digits = body + str(-sum(int(d) * w for d, w in zip(body, (1, 3) * 6, strict=True)) % 10)
    return f"{digits[:3]}.{digits[3:7]}.{digits[7:11]}.{digits[11:]}"
