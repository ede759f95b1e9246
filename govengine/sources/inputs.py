"""The one place where a run opens its inputs: whatever it reads is listed, with a digest of what was read.

Text (the mesh, policies, specs, keys, registers of people) is read once, whole, and the digest is of those bytes. Data
files are opened a second time by DuckDB, so their state is noted before the digest is taken and compared afterwards: a
file that changed in between has no identity, and nothing may be decided by it.
"""

from __future__ import annotations

import errno
import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

from govengine.model.inputs import Input
from govengine.sources.walk import Below, files_below, files_elsewhere

if TYPE_CHECKING:
    import hmac
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from govengine.model.inputs import InputKind

_CHUNK = 1 << 20
_KEYED = ("data", "register", "handed")
"""Kinds whose content somebody could guess: with an evidence key, their digests need it."""
_State = tuple[int, int, int, int, int]


_CHANGED = "it changed while it was read"


class TooSlowError(Exception):
    """A digest was not finished within the time limit."""


class Inputs:
    """The inputs of one run below a mesh root. Only one thread may use it."""

    def __init__(self, root: Path, secret: bytes = b"", held: Mapping[str, bytes] | None = None) -> None:
        """`secret` is the evidence key, b"" for none; `held` are files in memory, by path from the root.

        Of the mesh, its policies and specs these alone are there; keys and registers come from disk too.
        """
        self.root = root
        self.held = held
        self.ignored: tuple[str, ...] = ()
        """Folders that are passed over, by their paths from the root: `paths.ignore` of the mesh."""
        self.passed: set[str] = set()
        """Folders that were passed over, these and checkouts of their own."""
        self._secret = secret
        self._texts: dict[str, bytes] = {}
        self._seen: dict[tuple[str, InputKind], Input] = {}
        self._states: dict[str, _State | None] = {}

    def read(self, path: str, kind: InputKind, most: int | None = None) -> bytes:
        """The content of a file, by its path from the mesh root; read once in a run, however often it is asked for.

        With `most`, one byte more than that at most: what is longer is refused by whoever asked.

        Raises:
            OSError: it cannot be read, or was read as data before and is another one now.

        """
        data = self._texts.get(path)
        if data is None:
            data = self._texts[path] = self._content(path, kind, most)
        if (most is None or len(data) <= most) and not self._noted(path, path, kind, self._begun(kind, data)):
            raise OSError(errno.EBUSY, _CHANGED)
        return data

    def text(self, path: str, kind: InputKind) -> str:
        """The text of a file for messages that quote it, without byte-order mark; "" if it cannot be read."""
        try:
            return self.read(path, kind).decode("utf-8-sig", errors="replace")
        except OSError:
            return ""

    def exists(self, path: str) -> bool:
        """Whether there is a file, folder or anything else of this path."""
        return path in (self.held or ()) or (self.root / path).exists()

    def is_plain(self, path: str) -> bool:
        """Whether it is a plain file, or a link to one."""
        return path in (self.held or ()) or (self.root / path).is_file()

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder, or a link to one."""
        if self.held is None:
            return (self.root / path).is_dir()
        return any(name.startswith(f"{path}/") for name in self.held)

    def below(self, folder: str, endings: tuple[str, ...], means: Callable[[bytes], bool]) -> Below:
        """See `govengine.sources.walk.files_below`."""
        if self.held is None:
            found = files_below(self.root, folder, endings, means, self.ignored)
            self.passed |= set(found.passed)
            return found
        inside = sorted(name for name in self.held if not folder or name.startswith(f"{folder}/"))
        return Below([name for name in inside if name.endswith(endings)], [], [], [])

    def elsewhere(self, endings: tuple[str, ...]) -> Iterator[str]:
        """See `govengine.sources.walk.files_elsewhere`."""
        if self.held is None:
            passed: list[str] = []
            files = list(files_elsewhere(self.root, endings, self.ignored, passed))
            self.passed |= set(passed)
            return iter(files)
        return iter(sorted(name for name in self.held if name.lower().endswith(endings)))

    def looks_like(self, path: str, means: Callable[[bytes], bool]) -> bool:
        """Whether a file that is none of the inputs means to be one; it is not listed for that."""
        try:
            return means(self._content(path, "spec", None))
        except OSError:
            return False

    def take(self, files: Iterable[tuple[str, str]], kind: InputKind, seconds: float) -> None:
        """Take the digests of data files that DuckDB is about to read.

        Args:
            files: the absolute path of each, and what it is called in the list.
            kind: what they are.
            seconds: the time limit for all of them.

        Raises:
            TooSlowError: the limit is over.

        """
        until = time.monotonic() + seconds
        for file, name in files:
            if file in self._states:
                continue
            before = _state(file)
            digest = self._begun(kind)
            try:
                with Path(file).open("rb") as opened:
                    while chunk := opened.read(_CHUNK):
                        digest.update(chunk)
                        if time.monotonic() > until:
                            raise TooSlowError
            except OSError:
                continue  # DuckDB cannot read it either, and its error is told; if it can after all, see `changed`
            if self._noted(name if kind == "register" else file, name, kind, digest):
                self._states[file] = before

    def handed(self, name: str, content: bytes) -> None:
        """List a table that the caller gave: `content` is a digest of its columns and rows."""
        self._noted(name, name, "handed", self._begun("handed", content))

    def changed(self, files: Iterable[str]) -> bool:
        """Whether any of some files is not what its digest was taken of, or has none."""
        return any(self._states.get(file) is None or _state(file) != self._states[file] for file in files)

    def listed(self) -> tuple[Input, ...]:
        """All that was read so far, sorted by path, kind and digest."""
        return tuple(sorted(self._seen.values()))

    def _content(self, path: str, kind: InputKind, most: int | None) -> bytes:
        if path in (self.held or ()):
            assert self.held is not None
            return self.held[path]
        if self.held is not None and kind not in ("key", "register"):
            raise FileNotFoundError(errno.ENOENT, "it does not exist")
        with (self.root / path).open("rb") as file:
            return file.read() if most is None else file.read(most + 1)

    def _begun(self, kind: InputKind, data: bytes = b"") -> hmac.HMAC | hashlib._Hash:
        if self._secret and kind in _KEYED:
            import hmac

            return hmac.new(self._secret, data, hashlib.sha256)
        return hashlib.sha256(data)

    def _noted(self, where: str, name: str, kind: InputKind, digest: hmac.HMAC | hashlib._Hash) -> bool:
        """List a file; False if it was listed before with another content, which stays."""
        how = "hmac-sha256" if self._secret and kind in _KEYED else "sha256"
        seen = Input(name, kind, f"{how}:{digest.hexdigest()}")
        return self._seen.setdefault((where, kind), seen) == seen


def _state(file: str) -> _State | None:
    """What tells a file from what it was before; None if it is not there."""
    try:
        state = Path(file).stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns
