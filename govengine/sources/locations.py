"""A `location` of a spec → the files that it names, with nothing left out in silence.

Only `*` and `**` are patterns. All other letters, `[`, `?` and `{` among them, stand for themselves. What fits a
pattern and cannot be read as a file, or may hide a file that fits, makes the whole location unreadable: what is left
would be judged as if it were all.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MARKERS = re.compile(
    r"_SUCCESS|_(?:started|committed|metadata|common_metadata)(?:_.*)?|\.DS_Store|\.gitkeep|\.gitignore|\..*\.crc"
)
"""Files that writers put beside data and that hold no row of it."""
_UNFINISHED = "_temporary"
"""The folder in which Spark and Hadoop keep files until all are written."""
_FIX = "fix `location`, which counts from the mesh root"


class Unresolved(Exception):  # noqa: N818 - a signal that carries what to say, not a mistake
    """A location whose files cannot all be read: the reason, and how to fix it. `outside` is a reason of its own."""

    def __init__(self, why: str, help_: str = _FIX, *, outside: bool = False) -> None:
        super().__init__(why)
        self.help_, self.outside = help_, outside


class LocatedFiles(NamedTuple):
    """The files of a location: absolute, and as paths from the mesh root; and the marker files."""

    files: tuple[str, ...]
    names: tuple[str, ...]
    markers: tuple[str, ...]


def is_pattern(location: str) -> bool:
    """Whether a location may name several files."""
    return "*" in location


def locate(location: str, root: Path, allowed: Sequence[Path]) -> LocatedFiles:
    """The files of a location in the order of their names; `allowed` are the folders that they may lie in, resolved.

    Raises:
        Unresolved: no file is there, one lies elsewhere, or something that fits cannot be read as a file.
        PermissionError: a folder cannot be listed.

    """
    if Path(location).is_absolute() or "\0" in location:
        raise Unresolved("", outside=True)
    steps = [step for step in location.split("/") if step not in ("", ".")]
    plain = next((i for i, step in enumerate(steps) if is_pattern(step)), len(steps))
    base = root.joinpath(*steps[:plain])
    if not _inside(_real(base), allowed):
        raise Unresolved("", outside=True)
    if plain == len(steps):
        _see_there(base)
    found = sorted(set(_fitting(base, steps[plain:])), key=lambda p: p.as_posix())
    files, names, markers = [], [], []
    for path in found:
        real = _real(path)
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else os.path.relpath(path, root)
        if plain < len(steps) and _MARKERS.fullmatch(path.name):
            markers.append(name)
            continue
        if not _inside(real, allowed):
            raise Unresolved("", outside=True)
        _see_file(path, pattern=plain < len(steps), location=location)
        files.append(str(real))
        names.append(name)
    if not files:
        raise Unresolved("no file matches the pattern")
    return LocatedFiles(tuple(files), tuple(names), tuple(markers))


def _see_there(path: Path) -> None:
    """See that something has this name. `lexists` would call a file absent that its folder only hides."""
    try:
        path.lstat()
    except PermissionError:
        raise
    except OSError:
        raise Unresolved("there is no such file") from None


def _fitting(folder: Path, steps: Sequence[str]) -> Iterator[Path]:
    """Everything below a folder that fits the steps of a pattern, be it a file or not."""
    if not steps:
        yield folder
        return
    step, *rest = steps
    if not is_pattern(step):
        yield from _plain(folder / step, rest)
    elif step == "**":
        yield from _any_depth(folder, rest, (_real(folder),))
    else:
        fits = _compiled(step)
        for entry in _entries(folder):
            if not fits.fullmatch(entry.name):
                continue
            path = Path(entry.path)
            if rest:
                _see_through(path)
                if path.is_dir():
                    yield from _fitting(path, rest)
            elif "=" in entry.name and path.is_dir():  # a partition: all that it holds is data
                yield from _any_depth(path, ["*"], (_real(path),))
            else:
                yield path


def _plain(path: Path, rest: Sequence[str]) -> Iterator[Path]:
    """A step without a pattern: what is there by that very name, a link to nowhere too."""
    if rest:
        _see_through(path)
        if path.is_dir():
            yield from _fitting(path, rest)
    elif os.path.lexists(path):
        yield path


def _any_depth(folder: Path, rest: Sequence[str], above: tuple[Path, ...]) -> Iterator[Path]:
    """What fits in a folder and in all below it; at the end of a pattern `**` means every file."""
    rest = rest or ["*"]
    if folder.name == _UNFINISHED:
        raise Unresolved(
            f"a folder `{_UNFINISHED}` fits the pattern: a write into it did not finish",
            "wait until the writer has finished, or write the data again",
        )
    if list(rest) == ["*"]:
        yield from (Path(entry.path) for entry in _entries(folder) if not Path(entry.path).is_dir())
    else:
        yield from _fitting(folder, rest)
    for entry in _entries(folder):
        path = Path(entry.path)
        _see_through(path)
        if not path.is_dir():
            continue
        real = _real(path)
        if real in above:
            raise Unresolved("a link to a folder leads back to a folder above it", "remove the link")
        yield from _any_depth(path, rest, (*above, real))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _compiled(step: str) -> re.Pattern[str]:
    runs = re.split(r"(\*+)", step)
    return re.compile("".join(".*" if run.startswith("*") else re.escape(run) for run in runs), re.DOTALL)


def _see_through(path: Path) -> None:
    """See that a step on the way does not lead to nowhere, where a file of the dataset may be meant to lie.

    Raises:
        Unresolved: it is a link to nowhere, or to itself.

    """
    if path.is_symlink() and not path.exists():
        raise Unresolved(
            "a link on the way to its files leads nowhere", "restore what the link points to, or remove the link"
        )


def _see_file(path: Path, *, pattern: bool, location: str) -> None:
    """See that a path is a file.

    Raises:
        Unresolved: it is something else.

    """
    fits = ", which the pattern matches," if pattern else ""
    try:
        mode = path.stat().st_mode
    except PermissionError:
        raise
    except OSError:
        raise Unresolved(
            f"a link{fits} leads nowhere" if pattern else "it is a link that leads nowhere",
            "restore what the link points to, or remove the link",
        ) from None
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        if not pattern:
            raise Unresolved("it is a folder", f"name its files: `{location.rstrip('/')}/*.csv`")
        raise Unresolved(
            "the pattern matches a folder, and what it holds would be left out",
            f"write a pattern that reaches its files, such as `{location.rpartition('/')[0] or '.'}/**/*.csv`",
        )
    what = next(
        (name for test, name in ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket")) if test(mode)), "a device"
    )
    raise Unresolved(
        f"the pattern matches {what}, which is not a file" if pattern else f"it is {what}, not a file",
        "name files that stay where they are",
    )


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        raise Unresolved("a link leads back to itself", "remove the link") from None


def _inside(path: Path, folders: Sequence[Path]) -> bool:
    return any(path == folder or folder in path.parents for folder in folders)
