"""Whether the Parquet files of one dataset go together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from govengine.backends.file_lists import listed
from govengine.backends.text_files import TextError
from govengine.expectations.sql import type_told

if TYPE_CHECKING:
    from govengine.backends.bounded import Bounded

_WIDE = re.compile(r"U?(BIG|HUGE)INT|DECIMAL.*")
"""Numbers that a binary fraction does not hold exactly."""
_TEXT = re.compile(r"VARCHAR|UUID|ENUM.*|JSON", re.DOTALL)


class Uneven(NamedTuple):
    """Columns that some of the files lack, each with how many."""

    columns: tuple[tuple[str, int], ...]
    files: int


def uneven(connection: Bounded, files: tuple[str, ...]) -> Uneven | None:
    """Columns that some files lack; None where all have all.

    Raises:
        TextError: a column is of types of which one cannot be read as the other without loss.
        duckdb.Error: a file is no Parquet.

    """
    if len(files) < 2:
        return None
    held: dict[str, dict[str, int]] = {}
    names: dict[str, str] = {}
    for file in files:
        # Without the columns in the names of folders, whose type hangs on all of them together.
        cursor = connection.execute(f"SELECT * FROM read_parquet({listed([file])}, hive_partitioning=false) LIMIT 0")
        for column in cursor.description:
            types = held.setdefault(str(column[0]).lower(), {})
            types[str(column[1])] = types.get(str(column[1]), 0) + 1
            names.setdefault(str(column[0]).lower(), str(column[0]))
    for name, types in held.items():
        texts = [bool(_TEXT.fullmatch(type_)) for type_ in types]
        fractions = any(type_ in ("DOUBLE", "FLOAT") for type_ in types)
        if (any(texts) and not all(texts)) or (fractions and any(_WIDE.fullmatch(type_) for type_ in types)):
            told = " and ".join(sorted({type_told(type_) for type_ in types}))
            raise TextError(
                f"its files hold `{names[name]}` as {told}, which do not go together",
                "write all files of the dataset with the same types",
            )
    lacking = tuple(
        (names[name], len(files) - sum(types.values()))
        for name, types in held.items()
        if sum(types.values()) < len(files)
    )
    return Uneven(lacking, len(files)) if lacking else None
