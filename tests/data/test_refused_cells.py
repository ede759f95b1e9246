"""Cells that their column's type refuses: told with the line of the first, and never with the cell."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from govengine.backends import csv_cells, duckdb_csv
from govengine.diagnostics import Span
from govengine.model.dataset import DatasetSource

from .tables import KEY, opened

if TYPE_CHECKING:
    from pathlib import Path


def _said(folder: Path, *texts: str, packed: bool = False) -> str:
    """What is said of files with a column `n` of whole numbers, without what is said of them all."""
    files = []
    for i, text in enumerate(texts):
        file = folder / f"d{i}.csv{'.gz' if packed else ''}"
        file.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        files.append(str(file))
    source = DatasetSource(KEY, "d", "csv", tuple(files), None, {"n": "integer"}, Span("s.yaml", 1, 1, 1, 2))
    with opened(source) as warehouse:
        (found,) = warehouse.diagnostics
        assert found.code == "GOV502"
        return found.message.partition("cannot be read")[2]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,n\na,1\nb,x9\nc,x8\n", ", the first at line 3: a value of another type in `n`"),
        ("id,n\r\na,1\r\nb,2\r\nc,1 234\r\n", ", the first at line 4: a value of another type in `n`"),
        ('id,n\n"a\nb",1\nc,x9\n', ", the first at line 4: a value of another type in `n`"),
        ('id;n\na;"x;9"\n', ", the first at line 2: a value of another type in `n`"),
        ("sep=,\n\nid,n\na,1\nb,x9\n", ", the first at line 5: a value of another type in `n`"),
        ("id,n\na,1\nb,x9\nc\n", ", the first at line 3: too few fields, a value of another type in `n`"),
        ("id,n\na\nb,x9\n", ", the first at line 2: too few fields, a value of another type in `n`"),
    ],
    ids=["plain", "crlf", "quoted-newline", "quoted", "above", "before-a-short-row", "behind-a-short-row"],
)
def test_the_first_line_is_told(text: str, said: str, packed: bool, tmp_path: Path) -> None:
    assert _said(tmp_path, text, packed=packed) == said


def test_of_several_files_the_first_is_told(tmp_path: Path) -> None:
    said = _said(tmp_path, "id,n\na,1\n", "n,id\n2,b\nx9,c\n", "id,n\nd,x8\n")
    assert said == ", the first at line 3 of file 2 of 3: a value of another type in `n`"


def test_what_lies_too_far_behind_is_told_without_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_cells, "MOST_LETTERS", 1_000)
    rows = "".join(f"a,{i}\n" for i in range(1_000))
    assert _said(tmp_path, f"id,n\n{rows}b,x9\n") == ": a value of another type in `n`"


def test_where_not_all_refused_cells_are_known_no_line_is_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_csv, "_MOST_REFUSED", 3)
    assert _said(tmp_path, "id,n\na,x1\nb,x2\nc,x3\n") == ": a value of another type in `n`"
