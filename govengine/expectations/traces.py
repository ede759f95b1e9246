"""What can be told of failing rows without a value of them."""

from __future__ import annotations

from typing import NamedTuple


class Shape(NamedTuple):
    """A shape that values of a column have, and in how many of the failing rows."""

    column: str
    shape: str
    rows: int


class Files(NamedTuple):
    """How many files hold failing rows, and which of them are the first and the last one, counted from 1."""

    affected: int
    first: int
    last: int


class Traces(NamedTuple):
    """What can be told of failing rows.

    `files` is None where the dataset is one file; `file_names` says of each file what may be said. `row_keys` are
    HMAC-SHA256 of the keys of some rows, sorted; `key_columns` those that make the key, none where the spec declares
    none. `first` and `last` are months such as 2026-03. `rows` counts the rows that all this is told of, where they are
    not as many as fail: of a key that repeats these are all of its rows. `missing` says why there is nothing, where the
    evidence could not be collected.
    """

    key_columns: tuple[str, ...] = ()
    row_keys: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = ()
    first: str | None = None
    last: str | None = None
    files: Files | None = None
    file_names: tuple[str, ...] = ()
    rows: int | None = None
    rows_query: str | None = None
    missing: str | None = None

    def named(self) -> dict[str, object]:
        """As evidence: by name, without what there is none of."""
        told: dict[str, object] = {}
        if self.rows is not None:
            told["rows_concerned"] = self.rows
        if self.first is not None:
            told |= {"first_month": self.first, "last_month": self.last}
        if self.files is not None:
            told |= {"files": len(self.file_names), "files_affected": self.files.affected}
            told |= {"first_file": self._file(self.files.first), "last_file": self._file(self.files.last)}
        if self.shapes:
            told["shapes"] = [s._asdict() for s in self.shapes]
        if self.row_keys:
            told["row_key_columns"] = list(self.key_columns)
            told["row_key_hashes"] = list(self.row_keys)
        elif self.missing is None and not self.key_columns:
            told["no_row_keys"] = "no column is declared `primary_key`"
        if self.missing is not None:
            told["no_evidence"] = self.missing
        if self.rows_query is not None:
            told["rows_query"] = self.rows_query
        return told

    def _file(self, number: int) -> dict[str, object]:
        return {"number": number, "name": self.file_names[number - 1]}
