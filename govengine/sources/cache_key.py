"""The secret that entries of the cache are authenticated with: whoever lacks it cannot bring a verdict along.

A key of the user's own is made on first use, readable by nobody else, beside neither the cache nor the checkout. With
`CI` set, where whole home folders are restored from shared caches, only a file that the caller names is a key.
"""

from __future__ import annotations

import contextlib
import os
import stat
from contextvars import ContextVar
from pathlib import Path

_SIZE = 32
_MOST = 1 << 12
_named: ContextVar[bytes | None] = ContextVar("cache_key", default=None)


class CacheKeyError(Exception):
    """A file that was named as the key is none; the message says why."""


def use(key: bytes) -> None:
    """Authenticate entries with this key, in this context, instead of the user's own."""
    _named.set(key)


def named_key(file: Path, root: Path, cache: Path | None) -> bytes:
    """The key in a file that the caller names.

    Args:
        file: holds 32 bytes or more, and is readable by its owner alone.
        root: the mesh; a key inside its checkout comes with the change that is judged.
        cache: the folder of entries; a key in it is restored together with them.

    Raises:
        CacheKeyError: it cannot be read, is too short, or is not secret.

    """
    if _within(file, _checkout(root)):
        raise CacheKeyError(f"`{file}` is inside the checkout, so the change that is judged could bring it")
    if cache is not None and _within(file, cache):
        raise CacheKeyError(f"`{file}` is inside the cache, so whoever writes entries could bring it")
    try:
        state = file.stat()
        if not stat.S_ISREG(state.st_mode):
            raise CacheKeyError(f"`{file}` is not a plain file")
        if hasattr(os, "getuid") and state.st_mode & 0o077:
            raise CacheKeyError(f"`{file}` can be read or written by other users: run `chmod 600 {file}`")
        with file.open("rb") as opened:
            key = opened.read(_MOST).strip()
    except OSError as error:
        raise CacheKeyError(f"`{file}` cannot be read: {error.strerror}") from error
    if len(key) < _SIZE:
        raise CacheKeyError(f"`{file}` holds fewer than {_SIZE} bytes; make one with `openssl rand -hex 32`")
    return key


def key_for(root: Path, cache: Path) -> bytes | None:
    """The key for a mesh's entries in a cache folder, or None: then nothing is read from the cache or kept there."""
    named = _named.get()
    if named is not None:
        return named
    if os.environ.get("CI"):
        return None
    try:
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    except RuntimeError:
        return None  # a user without a home
    file = Path(home) / "govengine" / "cache.key"
    if not file.is_absolute() or _within(file, cache) or _within(file, _checkout(root)):
        return None
    try:
        return _own(file) if file.exists() else _made(file)
    except OSError:
        return None


def _own(file: Path) -> bytes | None:
    for path in (file.parent, file):
        state = path.stat()
        loose = 0o022 if path is file.parent else 0o077
        if hasattr(os, "getuid") and (state.st_uid != os.getuid() or state.st_mode & loose):
            return None
    if not stat.S_ISREG(file.stat().st_mode):
        return None
    with file.open("rb") as opened:
        key = opened.read(_MOST)
    return key if len(key) >= _SIZE else None


def _made(file: Path) -> bytes | None:
    """A new key; of two processes that make one at once, the first wins and both use it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(os.urandom(_SIZE))
        with contextlib.suppress(FileExistsError):  # never over a key that is there
            os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    return _own(file)


def _checkout(root: Path) -> Path:
    """The folder of the checkout that holds a mesh, or the mesh itself."""
    here = root.resolve()
    return next((f for f in (here, *here.parents) if (f / ".git").exists()), here)


def _within(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())
