"""Files that the caller names are written whole, and what is at their paths stays what it is."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

_SYSTEM = ("/dev/", "/proc/")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file: all of it or, when that fails, nothing.

    A link leads to the file behind it, which is replaced at once with its permissions kept. A pipe, a device, a file
    with a second name and whatever `/dev` or `/proc` lead to are written into, because another process holds them.

    Raises:
        OSError: it cannot be written.

    """
    try:
        state = path.stat()
    except FileNotFoundError:
        state = None
    held = state is not None and (not stat.S_ISREG(state.st_mode) or state.st_nlink > 1)
    if held or path.absolute().as_posix().startswith(_SYSTEM):
        with path.open("wb") as file:
            file.write(data)
        return
    target = Path(os.path.realpath(path))
    if target.as_posix().startswith(_SYSTEM):
        with path.open("wb") as file:
            file.write(data)
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(_usual() if state is None else stat.S_IMODE(state.st_mode))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _usual() -> int:
    """The permissions that a new file gets."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def not_writable(path: Path) -> str | None:
    """Why a file could not be written at this path, before the work whose result it takes; None when it could."""
    target = Path(os.path.realpath(path))
    try:
        exists = path.exists()
    except OSError as error:
        return error.strerror or "it cannot be reached"
    if exists:
        if path.is_dir():
            return "it is a folder"
        return None if os.access(path, os.W_OK) else "permission denied"
    if os.path.islink(target):  # noqa: PTH114 - a link that leads to itself
        return "it is a link that leads nowhere"
    if not target.parent.is_dir():
        return f"the folder `{target.parent if target.parent != path.parent else path.parent}` does not exist"
    return None if os.access(target.parent, os.W_OK) else "permission denied"
