"""Who changed which file since a base, as git knows it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from govengine.evaluate.authorship import Change
from govengine.sources.base_policies import NoBaseError, git

if TYPE_CHECKING:
    from collections.abc import Sequence


def changes_since(base: str, root: Path) -> Sequence[Change]:
    """Changes, by paths from the mesh root, in commits that `HEAD` has and `base` has not.

    Merges are left out: what they bring was written in the commits that they join.

    Raises:
        NoBaseError: there is no git, no repository, or no such revision.

    """
    top = git(root, "rev-parse", "--show-toplevel")
    if top is None:
        raise NoBaseError(f"`{root}` is in no git repository")
    commit = None if base.startswith("-") else git(root, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
    if commit is None:
        raise NoBaseError(f"git knows no revision `{base}`")
    span = f"{commit.decode().strip()}..HEAD"
    listed = git(root, "log", "--no-merges", "--no-renames", "--name-only", "-z", "--format=%x01%H%x02%ae", span)
    repository = Path(os.fsdecode(top).rstrip("\n")).resolve()
    here = root.resolve()
    found: list[Change] = []
    for entry in (listed or b"").split(b"\x01")[1:]:
        head, _, names = entry.partition(b"\n")
        digest, _, author = head.strip(b"\0").decode(errors="replace").partition("\x02")
        for name in names.split(b"\0"):
            if name:
                path = os.path.relpath(repository / os.fsdecode(name), here).replace(os.sep, "/")
                found.append(Change(digest[:12], author.strip("\0 \n"), path))
    return found
