"""Files as arguments of DuckDB's readers, which take `*`, `?` and `[` in a path for patterns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govengine.expectations.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATTERN = re.compile(r"[*?\[]")


def exact(file: str) -> str:
    """A path that matches the file of that very name alone."""
    return _PATTERN.sub(lambda sign: f"[{sign[0]}]", file)


def is_exact(file: str) -> bool:
    """Whether a path has none of these letters, so that it matches no other file as it is."""
    return _PATTERN.search(file) is None


def listed(files: Iterable[str]) -> str:
    """Some files as an SQL list of paths."""
    return literal([exact(file) for file in files])


def location(text: str) -> str:
    """A `location` of a spec as an SQL path: in it, `*` alone is a pattern."""
    return literal(re.sub(r"[?\[]", lambda sign: f"[{sign[0]}]", text))
