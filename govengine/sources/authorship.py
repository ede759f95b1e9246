"""Who changed which file since a base, as git knows it."""

from __future__ import annotations

import os
import posixpath
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from govengine.evaluate.authorship import Change
from govengine.sources.base_policies import NoBaseError, git, shallow_hint, why_no_repository
from govengine.sources.inputs import Inputs
from govengine.sources.links import links_of
from govengine.sources.mesh import MESH_FILE, read_mesh
from govengine.sources.people import read_people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govengine.evaluate.people import People
    from govengine.model.table import SchemaTable
    from govengine.model.values import Mesh


def changes_since(base: str, root: Path) -> Sequence[Change]:
    """Changes, by paths from the mesh root, in commits that `HEAD` has and `base` has not.

    What a merge brings was written in the commits that it joins; what it has beyond their automatic merge, or lacks of
    it, is the merger's. A file that links lead to is changed under each of their names; a new commit of a submodule, or
    another place that it comes from, is a change of the folder that it stands for.

    Raises:
        NoBaseError: there is no git, no repository, no such revision, or not the whole history.

    """
    repository, commit = _commit(base, root)
    if git(root, "rev-parse", "--is-shallow-repository") == b"true\n":
        raise NoBaseError(
            "the clone is shallow, so who wrote what is not all there: fetch the history with `git fetch --unshallow`"
        )
    span = f"{commit}..HEAD"
    found = _listed(root, span, "--diff-merges=remerge", "--max-parents=2")
    # git merges two parents again and no more: of a merge of many, whatever differs from one of them is the merger's.
    found += _listed(root, span, "--diff-merges=separate", "--min-parents=3")
    links = links_of(root, (commit, "HEAD"))
    here = os.path.relpath(root.resolve(), repository).replace(os.sep, "/")
    changes = []
    for change in dict.fromkeys(found):
        touched = [change.path, *sorted(links.also(change.path))]
        if change.path == ".gitmodules":  # says where the content of each submodule comes from
            touched += sorted(links.submodules)
        changes += [change._replace(path=posixpath.relpath(path, here)) for path in touched]
    return list(dict.fromkeys(changes))


def _listed(root: Path, span: str, *how: str) -> list[Change]:
    """Files by commit, by their paths from the top of the repository.

    Raises:
        NoBaseError: git refuses, because it is too old to merge again for example.

    """
    mark = os.urandom(16).hex().encode()  # a file's name may hold anything but NUL
    listed = git(
        root, "-c", "log.showSignature=false", "-c", "core.quotePath=false", "log", *how, "--no-renames", "--name-only",
        "--ignore-submodules=none", "--no-ext-diff", "-z", f"--format={mark.decode()}%H %ae", span,
    )  # fmt: skip
    if listed is None:
        raise NoBaseError("git cannot list the change: follow merges with git 2.35 or newer")
    found = []
    for entry in listed.split(mark)[1:]:
        head, _, names = entry.partition(b"\0")
        digest, _, author = head.decode(errors="replace").partition(" ")
        listed_names = (n.lstrip(b"\n") for n in names.lstrip(b"\n\0").split(b"\0"))
        found += [Change(digest[:12], author.strip("\0 \n"), os.fsdecode(n)) for n in listed_names if n]
    return found


def owners_at(base: str, root: Path, mesh_schema: SchemaTable) -> tuple[Mesh, People] | None:
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
        raise NoBaseError(why_no_repository(root))
    commit = None if base.startswith("-") else git(root, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
    if commit is None:
        raise NoBaseError(f"git knows no revision `{base}`{shallow_hint(root)}")
    return Path(os.fsdecode(top).rstrip("\n")).resolve(), commit.decode().strip()
