"""What a built-in detector is: one record, in one file of `built_in/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govengine.detectors.form import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """What `never looks like NAME` and `govengine scan` look for.

    `finds` says in the plural what that is. `forms` are the ways in which it is written, each with its implementation
    in SQL and its chance model. `columns` is a pattern of what columns are called that hold it, `meaning` the
    `semantic_type` that such a column is declared as, "" where there is none. `source` names the publication that the
    forms follow. Detectors are listed by `rank`: where two find the same values, the lower one is named.

    `hits` are published values in which one of the forms must be found, `misses` are texts that come close and in which
    none may be. Where a few characters look like anything, `only_by_name` leaves out columns that neither the name nor
    the spec says hold it; the examples are then of a column that does.
    """

    name: str
    finds: str
    forms: tuple[Form, ...]
    columns: str
    source: str
    rank: int
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    meaning: str = ""
    only_by_name: bool = False
