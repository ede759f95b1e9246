"""Links and submodules of a repository: what else a changed path is a change of."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, NamedTuple

from govengine.sources.base_policies import NoBaseError, git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LINK, _SUBMODULE = b"120000", b"160000"
_MOST_STEPS = 8
"""Of links that lead to links; git's own limit is of this order."""


class Links(NamedTuple):
    """Links with what they lead to, and submodules: paths from the top of the repository."""

    targets: frozenset[tuple[str, str]]
    submodules: frozenset[str]

    def also(self, path: str) -> set[str]:
        """The paths under which a changed file is reached through links, itself left out."""
        found: set[str] = set()
        open_ = {path}
        for _ in range(_MOST_STEPS):
            new = {
                link + one[len(target) :]
                for one in open_
                for link, target in self.targets
                if one == target or one.startswith(f"{target}/")
            }
            open_ = new - found - {path}
            if not open_:
                break
            found |= open_
        return found


def links_of(place: Path, commits: Iterable[str]) -> Links:
    """All links and submodules in some commits.

    Raises:
        NoBaseError: git cannot list a commit.

    """
    targets: set[tuple[str, str]] = set()
    submodules: set[str] = set()
    for commit in commits:
        listed = git(place, "ls-tree", "-r", "-z", "--full-tree", commit)
        if listed is None:
            raise NoBaseError(f"git cannot list the files of `{commit}`")
        for mode, digest, name in _entries(listed):
            if mode == _SUBMODULE:
                submodules.add(name)
            elif mode == _LINK:
                text = git(place, "cat-file", "blob", digest)
                if text is None:
                    raise NoBaseError(f"git cannot read the link `{name}` of `{commit}`")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), os.fsdecode(text)))
                targets.add((name, target))
    return Links(frozenset(targets), frozenset(submodules))


def _entries(listed: bytes) -> Iterator[tuple[bytes, str, str]]:
    for entry in listed.split(b"\0")[:-1]:
        head, _, name = entry.partition(b"\t")
        mode, _, digest = head.split()
        yield mode, digest.decode(), os.fsdecode(name)
