"""Whether two syntax trees say the same, wherever they stand."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from govengine.diagnostics import Span
from govengine.language.syntax import Apart, Attest, Expect, Keep, Require

_AS_WRITTEN = (Require, Expect, Keep, Attest, Apart)  # their `text` is the clause with its white space


def same_meaning(left: Any, right: Any) -> bool:
    """Whether two trees, or parts of trees, differ in places and in nothing else."""
    if type(left) is not type(right):
        return False
    if isinstance(left, Span):
        return True
    if isinstance(left, tuple):
        return len(left) == len(right) and all(same_meaning(a, b) for a, b in zip(left, right, strict=True))
    if not is_dataclass(left) or type(left).__module__.startswith("govengine.model"):
        return bool(left == right)
    return all(
        same_meaning(getattr(left, f.name), getattr(right, f.name))
        for f in fields(left)
        if not f.name.endswith("span")
        and f.name not in {"offsets", "file"}
        and not (f.name == "text" and isinstance(left, _AS_WRITTEN))
    )
