"""Columns that stand in the names of folders, as `dt` in `dt=2026-01`: read in one way for every format.

DuckDB's own reading of them is not used: it guesses types, which differ by format, lets the folder win over a column of
the file in silence, and takes an empty value for a text.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from govengine.backends.csv_types import holds, read_as, types_of
from govengine.backends.text_files import TextError, which
from govengine.diagnostics.counted import plural
from govengine.expectations.sql import identifier, literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govengine.backends.bounded import Bounded

_MISSING = ("", "__HIVE_DEFAULT_PARTITION__")
_FILE_INDEX = "file_index"
"""How DuckDB calls the number of a row's file, from 0."""
_HELP = "let all folders of the dataset name the same columns, as `year=2026/month=01`, each once"


class FolderKeys:
    """The columns in the names of folders, each with its value in every file as text; None is a missing one."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, tuple[str | None, ...]]) -> None:
        self.values = values

    def text(self, column: str, first: int = 0) -> str:
        """SQL for the value of a column as text, where a row is read; `first` is the number of the first file read."""
        return self._cell(self.values[column], "VARCHAR", first)

    def typed(self, connection: Bounded, types: Mapping[str, str]) -> dict[str, tuple[str, str]]:
        """SQL for the value of each column where a row is read, and its type.

        That is the declared one (`types` are logical types by name in small letters), else the narrowest that holds.

        Raises:
            TextError: a value is not of its column's declared type.

        """
        cells = {}
        for name, values in self.values.items():
            column = identifier(name)
            held = sorted({value for value in values if value is not None})
            source = f"(SELECT unnest(CAST({literal(held)} AS VARCHAR[])) AS {column})"
            kind = types_of(connection, source, [name], types)[name]
            if kind == "VARCHAR":
                cells[name] = (self.text(name), kind)
                continue
            read = f"CASE WHEN {holds(name, kind)} THEN CAST({read_as(name, kind)} AS VARCHAR) END"
            texts = dict(connection.execute(f"SELECT {column}, {read} FROM {source}").fetchall())
            at = next((i for i, value in enumerate(values) if value is not None and texts[value] is None), None)
            if at is not None:
                where = "the path" if len(values) == 1 else f"file {at + 1} of {len(values)}"
                raise TextError(
                    f"the folder `{name}=` of {where} does not hold a value of its declared type, "
                    f"`{types[name.lower()]}`",
                    "fix `logical_type` in the spec, or the name of the folder",
                )
            cells[name] = (self._cell(tuple(v if v is None else texts[v] for v in values), kind, 0), kind)
        return cells

    def shown(self, reader: str, kinds: Mapping[str, str]) -> str:
        """A reader for people, over one that reads the folders as texts: these columns have their types in it."""
        cells = ", ".join(
            f"CAST(nullif(nullif({identifier(name)}, ''), {literal(_MISSING[1])}) AS {kinds[name]}) AS "
            f"{identifier(name)}"
            for name in self.values
        )
        return f"(SELECT * REPLACE ({cells}) FROM {reader})"

    def _cell(self, values: tuple[str | None, ...], kind: str, first: int) -> str:
        cells = ["NULL" if value is None else literal(value) for value in values]
        if len(set(cells)) == 1:
            return f"CAST({cells[0]} AS {kind})"
        return f"(CAST([{', '.join(cells)}] AS {kind}[]))[CAST({_FILE_INDEX} AS BIGINT) + {first + 1}]"


def folder_keys(names: Sequence[str], missing: Mapping[str, tuple[str, ...]]) -> FolderKeys:
    """The columns in the folders of some files, by their paths; `missing` are markers by column, which are missing too.

    Raises:
        TextError: folders of some files name other columns than those of the first, or a column twice.

    """
    markers = {name.lower(): texts for name, texts in missing.items()}
    found: list[dict[str, str | None]] = []
    for i, name in enumerate(names):
        own: dict[str, str | None] = {}
        for step in PurePath(name).parent.parts:
            key, equals, value = step.partition("=")
            if not equals or not key:
                continue
            if key.casefold() in {known.casefold() for known in own}:
                raise TextError(f"folders name the column `{key}` twice{which(i, tuple(names))}", _HELP)
            try:
                text = unquote(value, errors="strict")
            except UnicodeDecodeError:
                raise TextError(
                    f"the value of the folder `{key}=`{which(i, tuple(names))} is not UTF-8", _HELP
                ) from None
            own[key] = None if text in (*_MISSING, *markers.get(key.lower(), ())) else text
        found.append(own)
        if own.keys() != found[0].keys():
            raise TextError(f"folders name other columns than those of the first file{which(i, tuple(names))}", _HELP)
    return FolderKeys({key: tuple(own[key] for own in found) for key in (found[0] if found else ())})


def disagree(column: str, rows: int) -> TextError:
    """What is wrong where rows hold another value than the name of their folder says."""
    return TextError(
        f"in {plural(rows, 'row')} the column `{column}` differs from the folder `{column}=` that the file lies in",
        "write the rows into the folder that they belong to, or leave the column out of the files",
    )
