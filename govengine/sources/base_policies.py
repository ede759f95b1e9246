"""The policies of another time or place: those of a git commit or a folder, as the mesh of now would read them."""

from __future__ import annotations

import os
import posixpath
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from govengine.sources.mesh import MESH_FILE, PolicyFiles, read_mesh, why

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from govengine.model.values import Mesh

_TIMEOUT = 30
_GIT_OWN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""What git sets for its hooks: the repository is found from the policies, not from who calls."""
_LINK, _FILES = "120000", ("100644", "100755")


class NoBaseError(Exception):
    """The base cannot be read; the message says why, in the user's words."""


def base_policies(base: str, root: Path, mesh: Mesh, mesh_schema: Mapping[str, Any]) -> PolicyFiles:
    """Policies by the paths that they have, or would have, in the mesh at `root`.

    Args:
        base: a folder (a mesh, or a folder that holds `global/`), or a git revision of the repository that holds the
            mesh's policies. A folder that is there comes first; `refs/heads/name` names a branch in any case.
        root: the mesh that they are to judge.
        mesh: its `govengine.yaml`: layers of domains that it does not have are left out.
        mesh_schema: the table of `govengine.model.schema.mesh_schema`.

    Raises:
        NoBaseError: there is no such folder or revision, no git, or nothing to judge by.

    """
    folder = Path(base)
    inside = _of_folder(folder, base, mesh_schema) if base and folder.is_dir() else _of_revision(base, root, mesh)
    found = PolicyFiles()
    here = mesh.path("policies").rstrip("/")
    for name in sorted(inside):
        parts = name.split("/")
        layer = "global" if parts[0] == "global" else parts[1] if parts[0] == "domains" and len(parts) > 2 else ""
        if (layer != "global" and layer not in mesh.domains) or len(parts) < 2:
            continue
        path = f"{here}/{name}"
        try:
            found.texts[path] = inside[name].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise NoBaseError(f"`{name}` of the base is not UTF-8") from error
        found.layers[path] = layer
    if "global" not in found.layers.values():
        raise NoBaseError(f"`{base}` holds no global policy: there is nothing to compare with")
    return found


def _of_folder(folder: Path, base: str, mesh_schema: Mapping[str, Any]) -> dict[str, bytes]:
    top = folder
    if (folder / MESH_FILE).is_file():
        other, _ = read_mesh(folder, mesh_schema)
        if other is None:
            raise NoBaseError(f"`{base}/{MESH_FILE}` cannot be read: `govengine check --root {base}` says why")
        top = folder / other.path("policies")
    elif not (folder / "global").is_dir() and (folder / "policies" / "global").is_dir():
        top = folder / "policies"
    found: dict[str, bytes] = {}
    for current, folders, names in os.walk(top):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in names:
            if name.endswith(".gov") and not name.startswith("."):
                path = Path(current, name)
                try:
                    found[path.relative_to(top).as_posix()] = path.read_bytes()
                except OSError as error:
                    raise NoBaseError(f"`{path}` cannot be read: {why(error)}") from error
    return found


def _of_revision(base: str, root: Path, mesh: Mesh) -> dict[str, bytes]:
    """The blobs below the policies' folder at a revision, by paths from that folder.

    Read object by object and not as an archive: `.gitattributes` may leave files out of an archive.
    """
    policies = (root / mesh.path("policies")).resolve()
    place = next(p for p in (policies, *policies.parents) if p.is_dir())
    top = git(place, "rev-parse", "--show-toplevel")
    if top is None:
        raise NoBaseError(f"there is no folder `{base}`, and `{place}` is in no git repository")
    below = policies.relative_to(Path(os.fsdecode(top).rstrip("\n")).resolve()).as_posix()
    # git would take what begins so for an option, and nothing for HEAD
    commit = (
        None
        if not base or base.startswith("-")
        else git(place, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
    )
    if commit is None:
        raise NoBaseError(f"there is no folder `{base}`, and git knows no such revision")
    only = () if below == "." else (below,)
    listed = git(place, "ls-tree", "-r", "-z", "--full-tree", commit.decode().strip(), "--", *only)
    objects: dict[str, bytes] = {}
    for entry in (listed or b"").split(b"\0")[:-1]:
        head, _, name = entry.partition(b"\t")
        path = os.fsdecode(name)
        inside = posixpath.relpath(path, below)
        if not path.endswith(".gov") or any(p.startswith(".") for p in inside.split("/")):
            continue
        mode, kind, digest = head.split()
        if mode.decode() == _LINK:
            raise NoBaseError(f"`{path}` is a link in `{base}`, and links are not followed there")
        if kind == b"blob" and mode.decode() in _FILES:
            objects[inside] = digest
    return _blobs(place, objects)


def _blobs(place: Path, objects: Mapping[str, bytes]) -> dict[str, bytes]:
    answer = git(place, "cat-file", "--batch", given=b"".join(digest + b"\n" for digest in objects.values()))
    found, at = {}, 0
    for name in objects:
        end = (answer or b"").find(b"\n", at)
        head = (answer or b"")[at:end].split()
        if answer is None or end < 0 or len(head) != 3 or not head[2].isdigit():
            raise NoBaseError(f"git cannot read `{name}` of the base")
        size = int(head[2])
        found[name] = answer[end + 1 : end + 1 + size]
        at = end + size + 2
    return found


def git(place: Path, *arguments: str, given: bytes | None = None) -> bytes | None:
    """What git says, or None where it refuses.

    Raises:
        NoBaseError: there is no git, or it takes too long.

    """
    environment = {k: v for k, v in os.environ.items() if k not in _GIT_OWN}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            ["git", "-C", str(place), "--no-pager", *arguments],  # noqa: S607 - the user's own git
            input=given, stdin=subprocess.DEVNULL if given is None else None, capture_output=True,
            timeout=_TIMEOUT, check=False, env=environment,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise NoBaseError("there is no `git` on this machine: name a folder as the base") from error
    except subprocess.TimeoutExpired as error:
        raise NoBaseError(f"git gave no answer within {_TIMEOUT} seconds") from error
    return done.stdout if done.returncode == 0 else None
