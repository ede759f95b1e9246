"""What a run read: each file with its kind and a digest of its content."""

from __future__ import annotations

from typing import Literal, NamedTuple

InputKind = Literal["mesh", "policy", "spec", "register", "key", "data", "handed"]
INPUT_KINDS: tuple[InputKind, ...] = ("mesh", "policy", "spec", "register", "key", "data", "handed")
"""`handed` is a table that the caller of the Python API gave in place of a dataset's files."""


class Input(NamedTuple):
    """One file that a run read.

    `path` counts from the mesh root; a file outside it is named as the mesh names it. Of data files that a pattern
    found, what could be a value is masked with `*` (see `govengine.expectations.file_names`). `digest` is `sha256:`
    and 64 hexadecimal digits of the content as it was read; of data and registers `hmac-sha256:`, if the run has an
    evidence key.
    """

    path: str
    kind: InputKind
    digest: str
