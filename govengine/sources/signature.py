"""Ed25519 signatures over a text and what it is for, with keys as PEM. The library is imported where it is needed."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

_PEM = re.compile(rb"(-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]*)-----END PUBLIC KEY-----)")
_ED25519 = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of a public Ed25519 key."""
_PRIVATE = "it is a private key, which belongs to whoever signs"
_NO_PEM = "it is no public key as PEM"
_OTHER_KIND = "it is a public key, and not one of Ed25519"


class KeyFileError(Exception):
    """A key that cannot be used; the message says why, and nothing of the key."""


class NoCryptographyError(Exception):
    """The library that signs is not installed."""

    def __init__(self) -> None:
        super().__init__("signatures need the library `cryptography`: install it with `pip install 'govengine[sign]'`")


def sign(purpose: bytes, message: bytes, private_key: bytes) -> bytes:
    """The signature, 64 bytes, of a message; `purpose` stands before it, so that it fits nothing made for another one.

    Raises:
        KeyFileError: it is no private Ed25519 key as PEM, or is locked.
        NoCryptographyError: the library is not installed.

    """
    serialization, ed25519 = _library()
    # Whatever the library says of a private key is kept back: it could quote it.
    try:
        key = serialization.load_pem_private_key(private_key, password=None)
    except TypeError:
        raise KeyFileError("it is locked with a passphrase, which cannot be asked for here") from None
    except Exception:  # noqa: BLE001 - the library has many errors for it
        raise KeyFileError("it is no private key as PEM") from None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise KeyFileError("it is a private key, and not one of Ed25519")
    signature: bytes = key.sign(purpose + message)
    return signature


def fits(purpose: bytes, message: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether a signature is that of the key's owner.

    Raises:
        KeyFileError: the key is no public Ed25519 key as PEM.
        NoCryptographyError: the library is not installed.

    """
    key = check_public(public_key)
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signature, purpose + message)
    except InvalidSignature:
        return False
    return True


def public_keys(data: bytes) -> list[bytes]:
    """The public keys of a file, each as PEM: whoever changes keys keeps the old one beside the new one for a while.

    Read without the library, so that a broken file is found where nothing is signed.

    Raises:
        KeyFileError: it holds none, or something besides public Ed25519 keys.

    """
    if b"PRIVATE KEY" in data:
        raise KeyFileError(_PRIVATE)
    blocks = _PEM.findall(data)
    if not blocks or data.count(b"-----BEGIN") != len(blocks):
        raise KeyFileError(_NO_PEM)
    for _, body in blocks:
        try:
            held = base64.b64decode(b"".join(body.split()), validate=True)
        except binascii.Error:
            raise KeyFileError(_NO_PEM) from None
        if not held.startswith(_ED25519) or len(held) != len(_ED25519) + 32:
            raise KeyFileError(_OTHER_KIND)
    return [block + b"\n" for block, _ in blocks]


def check_public(public_key: bytes) -> Any:
    """The key, where it is one.

    Raises:
        KeyFileError: it is no public Ed25519 key as PEM.
        NoCryptographyError: the library is not installed.

    """
    serialization, ed25519 = _library()
    try:
        key = serialization.load_pem_public_key(public_key)
    except Exception:  # noqa: BLE001 - as above
        private = b"PRIVATE KEY" in public_key
        raise KeyFileError(_PRIVATE if private else _NO_PEM) from None
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise KeyFileError(_OTHER_KIND)
    return key


def _library() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise NoCryptographyError from error
    return serialization, ed25519
