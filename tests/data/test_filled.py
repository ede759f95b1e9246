"""`filled`: NULL, an empty text and blanks alone are no value, in every format alike."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.diagnostics import Span
from govengine.expectations.clauses import filled
from govengine.expectations.measure import Measurement
from govengine.model.dataset import DatasetSource

from .tables import KEY, opened

if TYPE_CHECKING:
    from pathlib import Path

BLANK = ["", " ", "   ", "\t", "\u00a0", "\u2003\u2009", "\u3000", "\u200b", "\ufeff", " \u00a0 ", "\u2800", "\u00ad"]
FILLED = ["x", "!", "~", " x", "\u00a0x", "0", "-", ".", "\u00e9", "\u4e2d", "~ ", "NULL", "\u0301"]


def _failing(format_: str, texts: list[str], folder: Path, type_: str = "VARCHAR") -> int:
    file = folder / f"d.{format_}"
    rows = list(enumerate(texts))
    match format_:
        case "csv":
            cells = "".join(f'{i},"{text}"\n' for i, text in rows)
            file.write_text(f"id,x\n{cells}", encoding="utf-8", newline="")
        case "ndjson":
            file.write_text("".join(json.dumps({"id": i, "x": text}) + "\n" for i, text in rows), encoding="utf-8")
        case "duckdb":
            with duckdb.connect(str(file)) as made:
                made.execute(f"CREATE TABLE d (id INT, x {type_})")
                made.executemany("INSERT INTO d VALUES (?, ?)", rows)
        case _:
            with duckdb.connect() as made:
                made.execute(f"CREATE TABLE d (id INT, x {type_})")
                made.executemany("INSERT INTO d VALUES (?, ?)", rows)
                made.execute(f"COPY d TO '{file}' (FORMAT parquet)")
    source = DatasetSource(KEY, "d", format_, (str(file),), "d", {"x": "string"}, Span("spec.yaml", 1, 1, 1, 2))
    with opened(source) as warehouse:
        asked = filled.ask("f", KEY, "x", warehouse.found[KEY].columns["x"])
        (measured,) = warehouse.measure([asked.check]).values()
        assert isinstance(measured, Measurement)
        return measured.failing


@pytest.mark.parametrize("format_", ["csv", "ndjson", "duckdb", "parquet"])
def test_blanks_are_no_value_in_any_format(format_: str, tmp_path: Path) -> None:
    assert _failing(format_, BLANK + FILLED, tmp_path) == len(BLANK)


def test_an_enum_may_have_a_blank_value(tmp_path: Path) -> None:
    assert _failing("parquet", ["", " ", "x"], tmp_path, "ENUM('', ' ', 'x')") == 2


def test_every_blank_of_unicode_is_one() -> None:
    """By the categories of Unicode: separators, controls and format characters."""
    letters = [chr(c) for c in range(1, sys.maxunicode + 1) if not 0xD800 <= c <= 0xDFFF]
    blanks = [c for c in letters if unicodedata.category(c) in ("Zs", "Zl", "Zp", "Cc", "Cf")]
    others = [c for c in letters if unicodedata.category(c)[0] in "LNPS" and c not in "\u2800\u3164\uffa0\u115f\u1160"]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (x VARCHAR)")
        test = filled.missing("x", "VARCHAR")
        for texts, expected in ((blanks, True), (others, False)):
            row = connection.execute(
                f"SELECT count(*) FROM (SELECT unnest(?::VARCHAR[]) AS x) WHERE ({test}) <> {expected}", [texts]
            ).fetchone()
            assert row == (0,)
