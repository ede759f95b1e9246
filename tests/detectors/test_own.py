"""Declared detectors: which patterns are taken, and that each one taken is one that DuckDB's RE2 runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govengine.detectors.form import is_all
from govengine.detectors.own import CHECKSUMS, form, unfit

if TYPE_CHECKING:
    from govengine.plan.document import PlanDetector

FIT = ["C[0-9]{8}", "(?:AB|CD)-[0-9]{2,8}", r"\d{4}/\d{4}", "#[A-Z]{3}#?", "[+*][0-9]{3}", "(?:x{2}){3}"]
UNFIT = [
    "", "C[0-9]+", "C[0-9]*", "C{2,}", "(a)", "(?=a)b", "(?i)a", "(?P<n>a)", r"(?:a)\1", r"\bC", "^C", "C$", "a{101}",
    "(?:(?:a{100}){100}){100}", "[[:alpha:]]", "[a", "(?:a", "(?:a)?", "x" * 201, "a\nb", "a++", "a{,3}",
]  # fmt: skip


def stored(pattern: str, checksum: str | None = None) -> PlanDetector:
    return {"title": "t", "pattern": pattern, "checksum": checksum, "chance": None, "means": None, "names": []}


@pytest.mark.parametrize("pattern", FIT)
def test_patterns_of_bounded_length_are_taken(pattern: str) -> None:
    assert unfit(pattern) is None


@pytest.mark.parametrize("pattern", UNFIT)
def test_other_patterns_are_refused_with_a_reason(pattern: str) -> None:
    assert unfit(pattern)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab01[]{}(),?:\\^$.*+-|d#"), max_size=14))
def test_what_is_taken_runs(pattern: str) -> None:
    if unfit(pattern) is None:
        question = is_all("'ab01'", f"(?:{pattern})")
        with duckdb.connect() as connection:
            connection.execute("SELECT " + question).fetchall()


def _luhn(text: str) -> bool:
    doubled = [int(c) * (1 + i % 2) for i, c in enumerate(reversed(text))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def _mod_11(text: str) -> bool:
    return sum(i * (10 if c == "X" else int(c)) for i, c in enumerate(reversed(text), 1)) % 11 == 0


def _mod_97(text: str) -> bool:
    return int("".join(str(int(c, 36)) for c in text)) % 97 == 1


OURS = {"luhn": _luhn, "mod-11": _mod_11, "mod-97": _mod_97}


@pytest.mark.parametrize("checksum", sorted(CHECKSUMS))
def test_checksums_are_those_of_plain_arithmetic(checksum: str) -> None:
    """Also beyond 19 digits, where no number of DuckDB's is wide enough."""
    texts = [f"{i * 7919:08d}" for i in range(300)] + [f"{i * 7919:024d}" for i in range(300)]
    texts += [f"{i:06d}X" for i in range(100)] if checksum == "mod-11" else []
    texts += [f"AB{i:06d}" for i in range(300)] if checksum == "mod-97" else []
    valid = form(stored("[0-9A-Z]{2,30}", checksum)).valid
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT unnest(?) AS d", [texts])
        found = connection.execute(f"SELECT d FROM t WHERE {valid}").fetchall()
    wanted = {t for t in texts if OURS[checksum](t)}
    assert wanted
    assert {d for (d,) in found} == wanted
