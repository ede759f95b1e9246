"""The policies of another time or place: of a git commit, a folder or a bundle, as the mesh of now would read them."""

from __future__ import annotations

import os
import posixpath
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from govengine.sources.global_policies import source_of
from govengine.sources.inputs import Inputs
from govengine.sources.mesh import MESH_FILE, PolicyFiles, policy_files, read_mesh, why
from govengine.sources.policy_bundle import BundleError, read_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govengine.model.table import SchemaTable
    from govengine.model.values import Mesh

_TIMEOUT = 30
_GIT_OWN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""What git sets for its hooks: the repository is found from the policies, not from who calls."""
_LINK, _FILES = "120000", ("100644", "100755")


class NoBaseError(Exception):
    """The base cannot be read; the message says why, in the user's words."""


def base_policies(base: str, root: Path, mesh: Mesh, mesh_schema: SchemaTable) -> PolicyFiles:
    """Policies by the paths that they have, or would have, in the mesh at `root`.

    Args:
        base: a policy bundle, a folder (a mesh, or a folder that holds `global/`), or a git revision of the repository
            that holds the mesh's policies. What is there as a file comes first; `refs/heads/name` names a branch in
            any case. A bundle is read here without a look at its signature: nothing is enforced by it.
        root: the mesh that they are to judge.
        mesh: its `govengine.yaml`: layers of domains that it does not have are left out.
        mesh_schema: the table of `govengine.model.schema.mesh_schema`.

    Raises:
        NoBaseError: there is no such folder or revision, no git, or nothing to judge by.

    """
    path = Path(base)
    council_only = False
    if base and path.is_file():
        inside, council_only = _of_bundle(path.read_bytes(), base), True
        called = {name: f"{base}/{name}" for name in inside}
    elif base and path.is_dir():
        inside, called = _of_folder(path, base, mesh_schema)
        council_only = source_of(mesh) is not None and not any(name.startswith("domains/") for name in inside)
    else:
        inside, called = _of_revision(base, root, mesh)
    found = PolicyFiles()
    here = mesh.path("policies").rstrip("/")
    source = source_of(mesh)
    council = here if source is None else str(source["source"]).rstrip("/")
    for name in sorted(inside):
        parts = name.split("/")
        layer = "global" if parts[0] == "global" else parts[1] if parts[0] == "domains" and len(parts) > 2 else ""
        if (layer != "global" and layer not in mesh.domains) or len(parts) < 2:
            continue
        place = f"{council if layer == 'global' else here}/{name}"
        try:
            found.texts[place] = inside[name].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise NoBaseError(f"`{name}` of the base is not UTF-8") from error
        found.layers[place] = layer
        found.named[place] = called[name]
    if "global" not in found.layers.values():
        raise NoBaseError(f"`{base}` holds no global policy: there is nothing to compare with")
    if council_only:  # the council's layer alone is compared, under the overlays of now
        now = policy_files(Inputs(root), mesh)
        own = {p: layer for p, layer in now.layers.items() if layer != "global"}
        found.layers.update(own)
        found.texts.update({p: now.texts[p] for p in own})
    return found


def _of_bundle(data: bytes, name: str) -> dict[str, bytes]:
    try:
        return dict(read_bundle(data).texts)
    except BundleError as error:
        raise NoBaseError(f"`{name}` is no whole policy bundle: {error}") from error


def _of_folder(folder: Path, base: str, mesh_schema: SchemaTable) -> tuple[dict[str, bytes], dict[str, str]]:
    """Texts by their paths from the policies' folder, and what the files are called from here."""
    if (folder / MESH_FILE).is_file():
        inputs = Inputs(folder)
        other, _ = read_mesh(inputs, mesh_schema)
        files = policy_files(inputs, other) if other is not None else None
        if other is None or files is None or any(d.level == "error" for d in files.diagnostics):
            raise NoBaseError(f"`{base}` is a mesh that cannot be read: `govengine check --root {base}` says why")
        source = source_of(other)
        own = other.path("policies").rstrip("/")
        council = own if source is None else str(source["source"]).rstrip("/")
        tops = {p: council if layer == "global" else own for p, layer in files.layers.items()}
        inside = {p: p.removeprefix(f"{tops[p]}/") for p in files.texts}
        texts = {inside[p]: text.encode() for p, text in files.texts.items()}
        return texts, {name: posixpath.normpath(f"{base}/{p}") for p, name in inside.items()}
    top = folder
    if not (folder / "global").is_dir() and (folder / "policies" / "global").is_dir():
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
    return found, {name: (top / name).as_posix() for name in found}


def _of_revision(base: str, root: Path, mesh: Mesh) -> tuple[dict[str, bytes], dict[str, str]]:
    """Policies at a revision: of the mesh's folder, and of the source of the council's layer where it has another.

    With what git calls each of them: `REVISION:path`.
    """
    policies = (root / mesh.path("policies")).resolve()
    place = next(p for p in (policies, *policies.parents) if p.is_dir())
    top = git(place, "rev-parse", "--show-toplevel")
    if top is None:
        raise NoBaseError(f"there is no folder `{base}`, and {why_no_repository(place)}")
    # git would take what begins so for an option, and nothing for HEAD
    named = bool(base) and not base.startswith("-")
    commit = git(place, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}") if named else None
    if commit is None:
        raise NoBaseError(f"there is no folder `{base}`, and git knows no such revision{shallow_hint(place)}")
    at = _At(place, Path(os.fsdecode(top).rstrip("\n")).resolve(), commit.decode().strip(), base)
    found = at.below(policies, ".gov")
    called = {name: at.called(policies, name) for name in found}
    source = source_of(mesh)
    if source is None:
        return found, called
    found = {name: text for name, text in found.items() if name.startswith("domains/")}
    council = (root / str(source["source"])).resolve()
    if not council.is_relative_to(at.top):
        raise NoBaseError(
            f"the council's policies come from `{source['source']}`, outside the repository: name a bundle"
        )
    held = at.below(council, "")
    if set(held) == {"."}:
        packed = _of_bundle(held["."], f"{source['source']} at {base}")
        return found | packed, called | {name: f"{at.called(council, '.')}/{name}" for name in packed}
    own = {n: text for n, text in held.items() if n.startswith("global/") and n.endswith(".gov")}
    return found | own, called | {name: at.called(council, name) for name in own}


@dataclass(frozen=True, slots=True)
class _At:
    """A commit of the repository at `top`; git is run in `place`."""

    place: Path
    top: Path
    commit: str
    base: str

    def called(self, folder: Path, name: str) -> str:
        """A file as `git show` takes it."""
        return f"{self.base}:{posixpath.normpath((folder.relative_to(self.top) / name).as_posix())}"

    def below(self, folder: Path, ending: str) -> dict[str, bytes]:
        """Files by their paths from a folder; a file itself is called ".".

        Read object by object and not as an archive: `.gitattributes` may leave files out of an archive.
        """
        below = folder.relative_to(self.top).as_posix()
        only = () if below == "." else (below,)
        listed = git(self.place, "ls-tree", "-r", "-z", "--full-tree", self.commit, "--", *only)
        objects: dict[str, bytes] = {}
        for entry in (listed or b"").split(b"\0")[:-1]:
            head, _, name = entry.partition(b"\t")
            path = os.fsdecode(name)
            inside = posixpath.relpath(path, below)
            if not path.endswith(ending) or any(p.startswith(".") and p != "." for p in inside.split("/")):
                continue
            mode, kind, digest = head.split()
            if mode.decode() == _LINK:
                raise NoBaseError(f"`{path}` is a link in `{self.base}`, and links are not followed there")
            if kind == b"blob" and mode.decode() in _FILES:
                objects[inside] = digest
        return _blobs(self.place, objects)


def base_mesh(base: str, root: Path, mesh_schema: SchemaTable) -> Mesh | None:
    """`govengine.yaml` at the base, or None where the base is policies alone.

    Raises:
        NoBaseError: it is there and cannot be read.

    """
    path = Path(base)
    if base and path.is_file():
        return None
    if base and path.is_dir():
        try:
            text = (path / MESH_FILE).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise NoBaseError(f"`{base}/{MESH_FILE}` cannot be read: {why(error)}") from error
    else:
        # The folder is the mesh's, counted from the repository as git does with `./`.
        found = git(root, "cat-file", "blob", f"{base}:./{MESH_FILE}")
        if found is None:
            return None
        text = found
    mesh, _ = read_mesh(Inputs(root, held={MESH_FILE: text}), mesh_schema)
    if mesh is None:
        raise NoBaseError(f"`{MESH_FILE}` of `{base}` cannot be read, so nobody can tell what became weaker in it")
    return mesh


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


def why_no_repository(place: Path) -> str:
    """Why git finds no repository around a folder: there is none, or it belongs to another user."""
    checkout = next((f for f in (place.resolve(), *place.resolve().parents) if (f / ".git").exists()), None)
    if checkout is None:
        return f"`{place}` is in no git repository"
    if hasattr(os, "geteuid") and checkout.stat().st_uid != os.geteuid():
        return (
            f"git does not trust the checkout `{checkout}`, because it belongs to another user: "
            f"run `git config --global --add safe.directory {checkout}`"
        )
    return f"git cannot use the repository in `{checkout}`: `git status` says why"


def shallow_hint(place: Path) -> str:
    """What to do about a revision that a shallow clone does not have."""
    if git(place, "rev-parse", "--is-shallow-repository") != b"true\n":
        return ""
    return ": the clone is shallow, fetch the history with `git fetch --unshallow`, or with a depth of 0 in CI"


def git(place: Path, *arguments: str, given: bytes | None = None) -> bytes | None:
    """What git says, or None where it refuses.

    Raises:
        NoBaseError: there is no git, or it takes too long.

    """
    environment = {k: v for k, v in os.environ.items() if k not in _GIT_OWN}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
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
