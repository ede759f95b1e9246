"""Who changed which file since a base, as git knows it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from govengine.evaluate.authorship import Change
from govengine.sources.base_policies import NoBaseError, git
from govengine.sources.inputs import Inputs
from govengine.sources.mesh import MESH_FILE, read_mesh
from govengine.sources.people import read_people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govengine.evaluate.people import People
    from govengine.model.values import Mesh


def changes_since(base: str, root: Path) -> Sequence[Change]:
    """Changes, by paths from the mesh root, in commits that `HEAD` has and `base` has not.

    What a merge brings was written in the commits that it joins; a file that it makes unlike all of them is its own.

    Raises:
        NoBaseError: there is no git, no repository, or no such revision.

    """
    repository, commit = _commit(base, root)
    span = f"{commit}..HEAD"
    listed = git(root, "log", "--cc", "--no-renames", "--name-only", "-z", "--format=%x01%H%x02%ae", span)
    here = root.resolve()
    found: list[Change] = []
    for entry in (listed or b"").split(b"\x01")[1:]:
        head, _, names = entry.partition(b"\0")
        digest, _, author = head.decode(errors="replace").partition("\x02")
        for name in names.lstrip(b"\n\0").split(b"\0"):
            if name:
                path = os.path.relpath(repository / os.fsdecode(name), here).replace(os.sep, "/")
                found.append(Change(digest[:12], author.strip("\0 \n"), path))
    return found


def owners_at(base: str, root: Path, mesh_schema: Mapping[str, object]) -> tuple[Mesh, People] | None:
    """Who owned what at the base: `govengine.yaml` and the registers of people as they were, or None without them.

    The change itself cannot give its author a right that the base did not.

    Raises:
        NoBaseError: there is no such revision, or what it holds cannot be read.

    """
    repository, commit = _commit(base, root)
    inside = root.resolve().relative_to(repository).as_posix()

    def held(path: str) -> bytes | None:
        return git(root, "cat-file", "blob", f"{commit}:{path if inside == '.' else f'{inside}/{path}'}")

    text = held(MESH_FILE)
    if text is None:
        return None
    with tempfile.TemporaryDirectory(prefix="govengine-") as folder:
        place = Path(folder)
        (place / MESH_FILE).write_bytes(text)
        inputs = Inputs(place)
        mesh, _ = read_mesh(inputs, mesh_schema)
        if mesh is None:
            raise NoBaseError(f"`{MESH_FILE}` of `{base}` cannot be read, so nobody knows who owned what")
        registers = mesh.path("registers").strip("/")
        for name in ("principals.csv", "members.csv"):
            found = held(f"{registers}/{name}")
            if found is not None:
                (place / registers).mkdir(parents=True, exist_ok=True)
                (place / registers / name).write_bytes(found)
        people, said = read_people(inputs, mesh)
    if said:
        raise NoBaseError(f"{said[0].message}, at `{base}`")
    return mesh, people


def uncommitted(root: Path) -> int:
    """How many files of the mesh differ from the last commit, or are not in it."""
    listed = git(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".") or b""
    return listed.count(b"\0")


def _commit(base: str, root: Path) -> tuple[Path, str]:
    """The repository's folder, and the commit that a revision names."""
    top = git(root, "rev-parse", "--show-toplevel")
    if top is None:
        raise NoBaseError(f"`{root}` is in no git repository")
    commit = None if base.startswith("-") else git(root, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
    if commit is None:
        raise NoBaseError(f"git knows no revision `{base}`")
    return Path(os.fsdecode(top).rstrip("\n")).resolve(), commit.decode().strip()
