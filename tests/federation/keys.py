"""Keys made for a test, as PEM."""

from __future__ import annotations

from typing import NamedTuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519


class Pair(NamedTuple):
    private: bytes
    public: bytes


def pair(seed: int = 1) -> Pair:
    """An Ed25519 key, the same for the same seed."""
    return _pem(ed25519.Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def of_another_kind() -> Pair:
    return _pem(ec.generate_private_key(ec.SECP256R1()))


def locked() -> bytes:
    """A private key behind a passphrase."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"word")
    )


def _pem(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> Pair:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Pair(private, public)
