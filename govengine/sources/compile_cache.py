"""Compiled policies kept between runs, in the user's own cache folder and never in the checkout.

An entry is named by all that it depends on and authenticated with a key of the user's: one that is cut short, foreign,
writable by others, of another engine or under another key is not read but made again. `GOVENGINE_CACHE` names another
folder, or `off`. Without a key nothing is read or kept (`govengine.sources.cache_key`).
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import importlib.util
import marshal
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import govengine
from govengine.sources.cache_key import key_for

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAGIC = b"govengine bundle 2\n"
_DIGEST = 64
_PARTS = (
    "backends", "compile", "conditions", "detectors", "diagnostics", "expectations", "language", "model", "plan",
    "predicates",
)  # fmt: skip

Stored = tuple[Any, ...]


def folder() -> Path | None:
    """Where entries are kept, or None where nothing is to be kept."""
    named = os.environ.get("GOVENGINE_CACHE")
    if named == "off":
        return None
    if named:
        return Path(named)
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "govengine"
    except RuntimeError:
        return None  # a user without a home


def key(texts: Mapping[str, str], layers: Mapping[str, str], schema_digest: str) -> str:
    """The name of an entry: engine, Python, schema, the code that compiles, and every policy's layer, path and text."""
    whole = hashlib.sha256()
    known = [govengine.__version__, govengine.LANGUAGE_VERSION, sys.implementation.cache_tag or "", schema_digest]
    known += [repr(sys.hexversion), *_code()]
    for path in sorted(texts):
        known += [path, layers[path], texts[path]]
    for part in known:
        data = part.encode()
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def _code() -> list[str]:
    """Names, sizes and times of the modules that compile, so that work on the engine never meets an old entry."""
    package = Path(govengine.__file__).parent
    listed = []
    for part in _PARTS:
        for current, _, names in os.walk(package / part):
            for name in sorted(names):
                if name.endswith((".py", ".lark", ".json")):
                    state = Path(current, name).stat()
                    listed.append(f"{part}/{name}:{state.st_size}:{state.st_mtime_ns}")
    for name in ("lark", "celpy", "duckdb"):  # the grammar, and the parser of predicates, are theirs
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            state = Path(spec.origin).stat()
            listed.append(f"{name}:{state.st_size}:{state.st_mtime_ns}")
    return sorted(listed)


def load(name: str, root: Path) -> Stored | None:
    """What was kept under a name for the mesh at `root`, or None."""
    where = folder()
    secret = None if where is None else key_for(root, where)
    if where is None or secret is None:
        return None
    path = where / f"{name}.bundle"
    try:
        if not _own(where) or not _own(path):
            return None
        data = path.read_bytes()
    except OSError:
        return None
    body = data[len(_MAGIC) + _DIGEST :]
    if not data.startswith(_MAGIC) or not hmac.compare_digest(
        data[len(_MAGIC) : len(_MAGIC) + _DIGEST], _digest(secret, name, body)
    ):
        return None
    try:
        held = marshal.loads(body)  # noqa: S302 - our own file, its owner and authentication checked
    except (ValueError, EOFError, TypeError):
        return None
    return held if isinstance(held, tuple) else None


def save(name: str, held: Stored, root: Path) -> None:
    """Keep something under a name; a folder that cannot be written costs nothing but time."""
    where = folder()
    secret = None if where is None else key_for(root, where)
    if where is None or secret is None:
        return
    body = marshal.dumps(held)
    with contextlib.suppress(OSError):
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _own(where):
            return
        handle, temporary = tempfile.mkstemp(dir=where)
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + _digest(secret, name, body) + body)
        Path(temporary).replace(where / f"{name}.bundle")


def _digest(secret: bytes, name: str, body: bytes) -> bytes:
    return hmac.digest(secret, name.encode() + b"\n" + body, "sha256").hex().encode()


def _own(path: Path) -> bool:
    """Whether a file or folder is ours and nobody else can write to it."""
    state = path.stat()
    if not hasattr(os, "getuid"):
        return True
    return state.st_uid == os.getuid() and not state.st_mode & 0o022
