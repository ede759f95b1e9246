"""What a run is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

Progress = Callable[[str, int, int], None]
"""Called with a phase, how much is done and how much there is."""


def silent(_phase: str, _done: int, _all: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows are read. `sample` rows of each dataset, drawn by `seed`; None means all of them.

    `evidence_secret` goes into the hashes of row keys, and into the digests of data and registers, so that only who has
    it can make them again; b"" is none. Without `evidence`, rows that fail are counted and nothing else is looked up of
    them. `timeout` is in seconds, for loading each dataset and for each check; `memory_limit` a size such as `4GB`,
    beyond which DuckDB spills to disk.
    """

    sample: int | None = None
    seed: str = ""
    timeout: float = 300.0
    memory_limit: str = "4GB"
    evidence_secret: bytes = field(default=b"", repr=False)
    evidence: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """What a caller hands over instead of files.

    `files` replace the mesh, its policies and specs, by path from the root. `spec` is judged beside the mesh's own, in
    the place of the one of its name, and it alone. `tables` replace the files of datasets, by
    "product.dataset", or a register by its name; rows of them count as observed only with `trusted`, else as attested.
    """

    files: Mapping[str, bytes] | None = None
    spec: bytes | None = None
    tables: Mapping[str, object] = field(default_factory=dict)
    trusted: bool = False


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
    given: Given = Given()
    changed: bool = False
    """Whether `paths` are the files of a change: then none of them may be of the mesh."""

    @property
    def whole(self) -> bool:
        """Whether the whole mesh is meant: a part of it says nothing of the mesh."""
        part = self.paths or self.changed or self.domain is not None or self.product is not None
        return not part and self.given.spec is None
