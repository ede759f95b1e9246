"""Files below a folder. Where specs and policies are looked for, nothing is passed over in silence.

A file that a walk leaves out (hidden, behind a link, in another mesh, with an ending of other letters) would be judged
by nobody while its authors believe that it is, so a walk says what it leaves out, and why.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

MESH_FILE = "govengine.yaml"
_SKIPPED = ("node_modules", "__pycache__")
_HIDDEN = "its name, or that of a folder above it, is one that is passed over"
_LINKED_FOLDER = "it is a link to a folder, and links to folders are not followed"
_LINKED_OUT = "it is a link that leads out of the mesh"
_OTHER_MESH = "it makes the folder a mesh of its own"
_MOST_LOOKED_AT = 1 << 20


class Below(NamedTuple):
    """What stands below a folder: files by path from the root, sorted, and folders that could not be listed.

    `unseen` are further files that mean to be among them and are not, each with the reason. `passed` are folders that
    hold nothing of the mesh: those that it ignores, and checkouts of their own with a mesh in them.
    """

    files: list[str]
    broken: list[str]
    unseen: list[tuple[str, str]]
    passed: list[str]


def files_below(
    root: Path, folder: str, endings: tuple[str, ...], means: Callable[[bytes], bool], ignored: Collection[str] = ()
) -> Below:
    """Files with an ending below a folder in which they are looked for.

    `means` tells of a file's beginning whether it is meant to be one, where its name alone does not say so. Folders
    that are `ignored` are passed over, by their paths from the root.
    """
    found = Below([], [], [], [])
    top = root / folder if folder else root
    if not os.path.isdir(top):  # noqa: PTH112 - without rights above it, `Path.is_dir` raises
        found.broken.append(folder)
        return found
    inside = tuple(os.path.realpath(path) + os.sep for path in (root, top))
    _into(found, root, folder, endings, means, inside, ignored, hidden=False, checkout=None)
    found.files.sort()
    found.unseen.sort()
    return found


def _into(
    found: Below,
    root: Path,
    here: str,
    endings: tuple[str, ...],
    means: Callable[[bytes], bool],
    inside: tuple[str, ...],
    ignored: Collection[str],
    *,
    hidden: bool,
    checkout: str | None,
) -> None:
    try:
        entries = sorted(os.scandir(root / here if here else root), key=lambda e: e.name)
    except OSError:
        found.broken.append(here or ".")
        return
    if here in ignored:
        found.passed.append(here)
        return
    if here and here != "." and any(e.name == ".git" for e in entries):
        checkout = here
    if here and any(e.name == MESH_FILE for e in entries):
        if checkout is not None:
            found.passed.append(here)
            return
        found.unseen.append((f"{here}/{MESH_FILE}", _OTHER_MESH))
        return
    for entry in entries:
        path = f"{here}/{entry.name}" if here else entry.name
        concealed = hidden or entry.name.startswith(".") or entry.name in _SKIPPED
        if entry.is_dir():
            if entry.name == ".git":
                continue
            if entry.is_symlink():
                found.unseen.append((path, _LINKED_FOLDER))
                continue
            _into(found, root, path, endings, means, inside, ignored, hidden=concealed, checkout=checkout)
            continue
        why = _left_out(entry, endings, means, inside, concealed=concealed)
        if why is None:
            found.files.append(path)
        elif why:
            found.unseen.append((path, why))


def _left_out(
    entry: os.DirEntry[str],
    endings: tuple[str, ...],
    means: Callable[[bytes], bool],
    inside: tuple[str, ...],
    *,
    concealed: bool,
) -> str | None:
    """Why a file is not among those looked for; "" where it does not mean to be, None where it is."""
    plain = entry.name.lower()
    if not plain.endswith(endings):
        other = plain.endswith(".json") and _beginning(entry.path, means)
        return f"its ending is none of {', '.join(f'`{e}`' for e in endings)}" if other else ""
    if concealed:
        return _HIDDEN if _beginning(entry.path, means) else ""
    if entry.is_symlink() and not os.path.realpath(entry.path).startswith(inside):
        return _LINKED_OUT
    if not entry.name.endswith(endings):
        return "its ending is not in small letters"
    return None


def _beginning(path: str, means: Callable[[bytes], bool]) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a `DirEntry` has no `Path`
            return means(file.read(_MOST_LOOKED_AT))
    except OSError:
        return False


def files_elsewhere(
    root: Path, endings: tuple[str, ...], ignored: Collection[str] = (), passed: list[str] | None = None
) -> Iterator[str]:
    """Files with an ending anywhere below the root, but for hidden folders and installed packages.

    Of another mesh, only its `govengine.yaml`. Checkouts of their own, such as submodules, and folders that are
    `ignored` are passed over and listed in `passed`.
    """
    for current, folders, names in os.walk(root):
        here = os.path.relpath(current, root).replace(os.sep, "/")
        own_checkout = here != "." and (".git" in names or ".git" in folders)
        if here in ignored or own_checkout:
            folders.clear()
            if passed is not None:
                passed.append(here)
            continue
        if here != "." and (MESH_FILE in names or "pyvenv.cfg" in names):
            folders.clear()
            if MESH_FILE in names:
                yield f"{here}/{MESH_FILE}"
            continue
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        for name in sorted(names):
            if name.lower().endswith(endings) and not name.startswith("."):
                yield name if here == "." else f"{here}/{name}"


def mesh_above(root: Path) -> Path | None:
    """The nearest folder above a mesh, in the same checkout, that is a mesh too."""
    here = root.resolve()
    for folder in (here, *here.parents):
        if folder != here and (folder / MESH_FILE).is_file():
            return folder
        if (folder / ".git").exists():
            return None
    return None


def mesh_around(path: Path, root: Path) -> Path | None:
    """The folder of another mesh that a path leads into; None if it leads into the mesh at `root`, or into none.

    A checkout of its own, such as a submodule, is no part of the mesh and is not judged by its own one either.
    """
    top, real = root.resolve(), path.resolve()
    for folder in (real, *real.parents):
        if folder == top:
            return None
        if (folder / ".git").exists() and folder.is_relative_to(top):
            return None
        if (folder / MESH_FILE).is_file():
            return folder
    return None
