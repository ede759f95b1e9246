"""A policy bundle: the council's layer in one file, with what each text must be and a signature over that.

A zip that stores its entries (no packing, so that the same inputs give the same bytes): `manifest.json`, then
`manifest.sig` where it is signed, then the texts by path. Nothing is ever unpacked to disk, and nothing of a bundle is
used before all of it has been held against the manifest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import re
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import govengine
from govengine.sources.signature import check_public, fits, sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT = "govengine-policy-bundle/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
MOST_BYTES = 32 << 20
MOST_FILES = 2000
MOST_BYTES_A_FILE = 4 << 20
_PATH = re.compile(r"global/[^\x00-\x1f\x7f/\\:]+(?:/[^\x00-\x1f\x7f/\\:]+)*\.gov")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_SIGNED = b"govengine policy bundle 1\n"
"""Stands before the manifest in what is signed: a signature made for anything else never fits."""


class BundleError(Exception):
    """A file that is no bundle, or not a whole one; the message says why."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that holds what its manifest says. `texts` are by path, "global/…"; `signature` is None without one."""

    texts: Mapping[str, bytes]
    manifest: Mapping[str, Any]
    manifest_bytes: bytes
    signature: bytes | None

    @property
    def digest(self) -> str:
        """The digest of its policies, "sha256:…"."""
        return str(self.manifest["policy_digest"])


def policy_digest(texts: Mapping[str, bytes]) -> str:
    """One digest of a layer, "sha256:…": paths ("global/…") and contents, sorted by path, each with its length."""
    whole = hashlib.sha256()
    for path in sorted(texts):
        for part in (path.encode(), texts[path]):
            whole.update(len(part).to_bytes(8, "big") + part)
    return f"sha256:{whole.hexdigest()}"


def write_bundle(texts: Mapping[str, bytes], private_key: bytes | None) -> bytes:
    """A bundle's bytes: the same for the same texts, key and engine.

    Args:
        texts: texts of the council's layer by path, "global/…".
        private_key: an Ed25519 key as PEM, or None for a bundle without a signature.

    Raises:
        BundleError: a path or size that no bundle may have.
        KeyFileError: the key cannot be used.
        NoCryptographyError: the library is not installed.

    """
    for path, data in texts.items():
        _path_fits(path)
        if len(data) > MOST_BYTES_A_FILE:
            raise BundleError(f"`{path}` has more than {MOST_BYTES_A_FILE >> 20} MB")
    if not texts or len(texts) > MOST_FILES:
        raise BundleError(f"a bundle holds from 1 to {MOST_FILES} policies, not {len(texts)}")
    manifest = {
        "format": FORMAT,
        "engine": govengine.__version__,
        "language": govengine.LANGUAGE_VERSION,
        "policy_digest": policy_digest(texts),
        "files": [
            {"path": path, "layer": "global", "sha256": hashlib.sha256(text).hexdigest(), "size": len(text)}
            for path, text in sorted(texts.items())
        ],
    }
    written = (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode()
    entries = [(MANIFEST, written)]
    if private_key is not None:
        entries.append((SIGNATURE, _signature_text(sign(_SIGNED, written, private_key))))
    return _packed([*entries, *((path, texts[path]) for path in sorted(texts))])


def _signature_text(signature: bytes) -> bytes:
    return base64.b64encode(signature) + b"\n"


def _packed(entries: Sequence[tuple[str, bytes]]) -> bytes:
    """The one way in which names and contents are written as a bundle."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, data)
    return held.getvalue()


def read_bundle(data: bytes) -> Bundle:
    """A bundle out of its bytes, every text held against the manifest.

    Raises:
        BundleError: it is no bundle, holds anything else than its manifest says, or is of a newer language.

    """
    if len(data) > MOST_BYTES:
        raise BundleError(f"it has more than {MOST_BYTES >> 20} MB")
    entries = _entries(data)
    if MANIFEST not in entries:
        raise BundleError(f"it holds no `{MANIFEST}`")
    written = entries.pop(MANIFEST)
    manifest = _manifest(written)
    signature = entries.pop(SIGNATURE, None)
    listed = {entry["path"]: entry for entry in manifest["files"]}
    if len(listed) != len(manifest["files"]):
        raise BundleError("its manifest lists a path twice")
    for path in sorted(listed.keys() ^ entries.keys()):
        raise BundleError(f"`{path}` is {'listed and not there' if path in listed else 'there and not listed'}")
    for path, text in entries.items():
        _path_fits(path)
        if (len(text), hashlib.sha256(text).hexdigest()) != (listed[path]["size"], listed[path]["sha256"]):
            raise BundleError(f"`{path}` is not what the manifest says: it was changed")
    if policy_digest(entries) != manifest["policy_digest"]:
        raise BundleError("its digest is not that of its policies")
    try:
        raw = None if signature is None else base64.b64decode(signature.strip(), validate=True)
    except binascii.Error as error:
        raise BundleError(f"`{SIGNATURE}` cannot be read") from error
    # Written anew: blanks around a signature would be bytes that nothing holds to account.
    signed = [] if raw is None else [(SIGNATURE, _signature_text(raw))]
    _exactly(data, _packed([(MANIFEST, written), *signed, *sorted(entries.items())]))
    return Bundle(entries, manifest, written, raw)


def _exactly(data: bytes, whole: bytes) -> None:
    """Refuse bytes that are none of a bundle's: other readers of zips would find other files in them."""
    if data == whole:
        return
    at = data.find(whole)
    why = "it is packed otherwise than `govengine bundle build` does"
    if data.startswith(whole):
        why = f"{len(data) - len(whole):,} bytes stand behind its end"
    elif at > 0 or not data.startswith(whole[:4]):
        why = "something stands before its beginning"
    raise BundleError(f"{why}: a bundle is used byte for byte as it was made, or not at all")


def _entries(data: bytes) -> dict[str, bytes]:
    """Names and contents of a zip, each name once, no more than a bundle may hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise BundleError("it is no bundle: it cannot be read as a zip") from error


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    listed = archive.infolist()
    if len(listed) > MOST_FILES + 2:
        raise BundleError(f"it holds more than {MOST_FILES} files")
    found: dict[str, bytes] = {}
    folded: set[str] = set()
    total = 0
    for entry in listed:
        name = entry.orig_filename  # `filename` is cut at a zero byte
        same = unicodedata.normalize("NFC", name).casefold()
        if same in folded:
            raise BundleError(f"`{name}` is there twice")
        folded.add(same)
        if name not in (MANIFEST, SIGNATURE):
            _path_fits(name)
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG) or entry.is_dir():
            raise BundleError(f"`{name}` is no plain file")
        if entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BundleError(f"`{name}` is encrypted, or packed in a way that bundles are not")
        with archive.open(entry) as opened:
            # What the zip says of sizes is not believed: no more is ever read than a file may have.
            found[name] = opened.read(MOST_BYTES_A_FILE + 1)
        total += len(found[name])
        if len(found[name]) > MOST_BYTES_A_FILE or total > MOST_BYTES:
            raise BundleError(f"unpacked, it is larger than a bundle may be (at `{name}`)")
    return found


def _path_fits(path: str) -> None:
    steps = path.split("/")
    plain = unicodedata.normalize("NFC", path) == path and len(path) <= 300 and len(steps) <= 20
    if not plain or _PATH.fullmatch(path) is None or any(s.startswith(".") or s.strip() != s for s in steps):
        raise BundleError(f"`{path}` is no path of a policy in a bundle: it must be `global/….gov`")


def _manifest(written: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(written.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BundleError(f"`{MANIFEST}` cannot be read") from error
    files = manifest.get("files") if isinstance(manifest, dict) else None
    texts = [manifest.get(key) for key in ("engine", "language", "policy_digest")] if isinstance(manifest, dict) else []
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BundleError(f"its manifest is not of the format `{FORMAT}`")
    whole = isinstance(files, list) and all(
        isinstance(f, dict)
        and f.get("layer") == "global"
        and isinstance(f.get("path"), str)
        and isinstance(f.get("sha256"), str)
        and type(f.get("size")) is int
        for f in files
    )
    if not whole or not files or not all(isinstance(t, str) for t in texts) or not is_digest(manifest["policy_digest"]):
        raise BundleError("its manifest lacks something, or says it otherwise than it must")
    if _version(manifest["language"]) > _version(govengine.LANGUAGE_VERSION):
        newer, own = manifest["language"], govengine.LANGUAGE_VERSION
        raise BundleError(f"it is written in version {newer} of the language, and this engine reads {own}")
    return manifest


def is_digest(text: str) -> bool:
    """Whether a text is written as a digest is: "sha256:" and 64 hexadecimal digits."""
    return _DIGEST.fullmatch(text) is not None


def no_digest(text: str) -> str | None:
    """Why a text is no digest, or None where it is one."""
    if is_digest(text):
        return None
    head, colon, digits = text.partition(":")
    if not colon:
        return "it does not begin with `sha256:`"
    if head != "sha256":
        return f"it begins with `{head}:`, and a digest of policies with `sha256:`"
    if re.fullmatch(r"[0-9a-f]*", digits):
        return f"behind `sha256:` stand {len(digits)} digits, and a digest has 64"
    if re.fullmatch(r"[0-9a-fA-F]*", digits):
        return "its letters must be small ones"
    return "behind `sha256:` stands something else than the digits 0 to 9 and a to f"


def _version(text: str) -> tuple[int, ...]:
    if re.fullmatch(r"\d{1,5}(\.\d{1,5}){0,3}", text, re.ASCII) is None:
        raise BundleError("its manifest names no version of the language")
    return tuple(int(part) for part in text.split("."))


# -- keys and signatures ---------------------------------------------------------------------------------------------


def signature_fits(bundle: Bundle, public_key: bytes) -> bool:
    """Whether a bundle's signature is that of the key's owner, over its whole manifest; false without a signature.

    Raises:
        KeyFileError: the key is no public Ed25519 key as PEM.
        NoCryptographyError: the library is not installed.

    """
    check_public(public_key)
    return bundle.signature is not None and fits(_SIGNED, bundle.manifest_bytes, bundle.signature, public_key)
