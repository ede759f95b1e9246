"""What a run is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

Progress = Callable[[str, int, int], None]
"""Called with a phase, how much is done and how much there is."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows are read. `sample` rows of each dataset, drawn by `seed`; None means all of them.

    `evidence_secret` goes into the hashes of row keys, so that only who has it can make them again; b"" is none.
    Without `evidence`, rows that fail are counted and nothing else is looked up of them. `timeout` is in seconds, for
    loading each dataset and for each check; `memory_limit` a size such as `4GB`, beyond which DuckDB spills to disk.
    """

    sample: int | None = None
    seed: str = ""
    timeout: float = 300.0
    memory_limit: str = "4GB"
    evidence_secret: bytes = b""
    evidence: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """What to judge. `paths` are files or folders, as the user gave them; none means the whole mesh."""

    root: Path
    as_of: date
    paths: tuple[Path, ...] = ()
    domain: str | None = None
    product: str | None = None
    data: bool = True
    reading: Reading = Reading()
