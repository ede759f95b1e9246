"""Signatures of waivers, held against the public keys that `govengine.yaml` names."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from govengine.diagnostics import Span
from govengine.evaluate.waivers import SIGNATURE_PREFIX, signed_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govengine.diagnostics import Diagnostic
    from govengine.model.values import Mesh
    from govengine.plan.decisions import PlanWaiver
    from govengine.sources.inputs import Inputs

_SIGNED = b"govengine waiver 1\n"
"""Stands before what is signed: a signature made for anything else never fits."""
_MOST_KEY_BYTES = 1 << 16


class WaiverSignatures:
    """Answers whether a waiver's signature is that of one of some approvers."""

    def __init__(self, inputs: Inputs, mesh: Mesh) -> None:
        self._inputs, self._mesh = inputs, mesh
        self._keys: Mapping[str, str] = mesh.data.get("council", {}).get("keys", {})

    @property
    def signers(self) -> tuple[str, ...]:
        """Whose keys the mesh names."""
        return tuple(self._keys)

    def __call__(self, entry: PlanWaiver, names: Iterable[str]) -> str | None:
        """None where the signature fits the key of one of the names, else why it does not."""
        from govengine.sources.signature import KeyFileError, NoCryptographyError, fits, public_keys

        text = str(entry["signature"])
        try:
            signature = base64.b64decode(text.removeprefix(SIGNATURE_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            signature = b""
        if not text.startswith(SIGNATURE_PREFIX) or len(signature) != 64:
            return f"its signature is none: it reads `{SIGNATURE_PREFIX}…`, as `govengine waivers sign` writes it"
        message = signed_text(entry, self._mesh.name).encode()
        for name in names:
            file = self._keys[name]
            try:
                keys = public_keys(_key(self._inputs, file))
                if any(fits(_SIGNED, message, signature, key) for key in keys):
                    return None
            except OSError:
                return f"the key `{file}` of `{name}` cannot be read"
            except KeyFileError as error:
                return f"the key `{file}` of `{name}` cannot be used: {error}"
            except NoCryptographyError as error:
                return str(error)
        return "its signature does not fit: it was changed after it was signed, or signed by somebody else"


def key_mistakes(inputs: Inputs, mesh: Mesh) -> list[Diagnostic]:
    """What is wrong with the key files that the mesh names, whether anything is signed with them or not."""
    keys: Mapping[str, str] = mesh.data.get("council", {}).get("keys", {})
    if not keys:
        return []
    from govengine.diagnostics.codes import waivers as codes
    from govengine.sources.signature import KeyFileError, public_keys

    found = []
    for name, file in keys.items():
        try:
            public_keys(_key(inputs, file))
        except OSError:
            why = "it cannot be read" if inputs.exists(file) else "there is no such file"
        except KeyFileError as error:
            why = str(error)
        else:
            continue
        line, column, end = mesh.places["council", "keys", name]
        found.append(codes.bad_approver_key(name, file, why, Span(mesh.file, line, column, line, end)))
    return found


def sign(entry: PlanWaiver, mesh_name: str, private_key: bytes) -> str:
    """What stands in the clause `signature` of a waiver that was signed with a key.

    Raises:
        KeyFileError: the key cannot be used.
        NoCryptographyError: the library is not installed.

    """
    from govengine.sources.signature import sign as signature_of

    made = signature_of(_SIGNED, signed_text(entry, mesh_name).encode(), private_key)
    return SIGNATURE_PREFIX + base64.b64encode(made).decode()


def _key(inputs: Inputs, path: str) -> bytes:
    if not inputs.is_plain(path):
        raise OSError
    return inputs.read(path, "key", _MOST_KEY_BYTES)[:_MOST_KEY_BYTES]
