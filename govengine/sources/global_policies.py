"""The council's layer from where `govengine.yaml` says: a bundle or a folder, held against digest and signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Span
from govengine.diagnostics.codes import bundles as codes
from govengine.diagnostics.codes import spec as spec_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govengine.model.inputs import InputKind
    from govengine.model.values import Mesh
    from govengine.sources.inputs import Inputs
    from govengine.sources.policy_bundle import Bundle
    from govengine.sources.walk import Below

Texts = dict[str, bytes]
_MOST_KEY_BYTES = 1 << 16


def source_of(mesh: Mesh) -> Mapping[str, object] | None:
    """What the mesh says of another source of the council's layer, or None where it stands in the mesh itself."""
    found: Mapping[str, object] | None = mesh.data.get("policy", {}).get("global")
    return found


def global_policies(
    inputs: Inputs, mesh: Mesh, source: Mapping[str, object], below: Callable[[str], Below]
) -> tuple[Texts, list[Diagnostic]]:
    """Texts by path, "global/…", or none of them and what is wrong.

    Args:
        inputs: those of the run.
        mesh: its `govengine.yaml`.
        source: what `source_of` gives.
        below: what stands below a folder of the mesh where policies are looked for.

    """
    checked = _Source(inputs, mesh, source)
    mistaken = checked.mistaken_digest()
    if mistaken is not None:
        return {}, [mistaken]
    if inputs.is_folder(checked.name):
        return checked.folder(below)
    return checked.bundle()


class _Source:
    def __init__(self, inputs: Inputs, mesh: Mesh, source: Mapping[str, object]) -> None:
        self._inputs, self._mesh, self._source = inputs, mesh, source
        self.name = str(source["source"]).rstrip("/") or "/"
        # A key that is named is there to be used; leaving the signature out takes a word.
        self._signed = bool(source.get("signed", "public_key" in source))

    def mistaken_digest(self) -> Diagnostic | None:
        """That `digest` holds none, whatever the source is."""
        wanted = self._source.get("digest")
        if wanted is None:
            return None
        from govengine.sources.policy_bundle import no_digest

        why = no_digest(str(wanted))
        return None if why is None else codes.bad_digest(str(wanted), why, self._span("digest"))

    def folder(self, below: Callable[[str], Below]) -> tuple[Texts, list[Diagnostic]]:
        if self._signed:
            return {}, [codes.unsigned(self.name, self._span("source"), folder=True)]
        files, broken, unseen, _ = below(f"{self.name}/global")
        if unseen:
            return {}, [spec_codes.unseen(path, why, "policies") for path, why in unseen]
        if broken or not files:
            why = "a folder below it cannot be listed" if broken and files else "it holds no `global/` with policies"
            return {}, [codes.no_source(self.name, why, self._span("source"))]
        texts: Texts = {}
        for file in files:
            try:
                texts[f"global/{file.removeprefix(f'{self.name}/global/')}"] = self._inputs.read(file, "policy")
            except OSError:
                return {}, [codes.no_source(self.name, f"`{file}` cannot be read", self._span("source"))]
        return self._meant(texts)

    def bundle(self) -> tuple[Texts, list[Diagnostic]]:
        from govengine.sources.policy_bundle import MOST_BYTES, BundleError, read_bundle

        span = self._span("source")
        data, why = _plain(self._inputs, self.name, "policy", MOST_BYTES)
        if data is None:
            return {}, [codes.no_source(self.name, why, span)]
        try:
            held = read_bundle(data)
        except BundleError as error:
            return {}, [codes.broken_bundle(self.name, str(error), span)]
        refused = self._signature(held) if self._signed else None
        return ({}, [refused]) if refused is not None else self._meant(dict(held.texts))

    def _signature(self, held: Bundle) -> Diagnostic | None:
        """What stands against a bundle's signature."""
        from govengine.sources.policy_bundle import signature_fits
        from govengine.sources.signature import KeyFileError, NoCryptographyError

        if held.signature is None:
            return codes.unsigned(self.name, self._span("source"), folder=False)
        named = self._source.get("public_key")
        if named is None:
            return codes.bad_public_key("no `public_key` is named", self._span("signed"))
        key, why = _plain(self._inputs, str(named), "key", _MOST_KEY_BYTES)
        if key is None:
            return codes.bad_public_key(f"`{named}`: {why}", self._span("public_key"))
        try:
            fits = signature_fits(held, key)
        except KeyFileError as error:
            return codes.bad_public_key(f"`{named}`: {error}", self._span("public_key"))
        except NoCryptographyError:
            return codes.no_cryptography(self._span("public_key"))
        return None if fits else codes.wrong_signature(self.name, self._span("source"))

    def _meant(self, texts: Texts) -> tuple[Texts, list[Diagnostic]]:
        """The texts, where they are those that the mesh means."""
        wanted = self._source.get("digest")
        if wanted is not None:
            from govengine.sources.policy_bundle import policy_digest

            found = policy_digest(texts)
            if found != wanted:
                return {}, [codes.other_digest(self.name, found, self._span("digest"))]
        return texts, []

    def _span(self, field: str) -> Span:
        path = ("policy", "global", field)
        place = self._mesh.place_of(path)
        position = self._mesh.places.get(path)
        return Span(place.file, place.line, place.column, place.line, position[2] if position else place.column + 1)


def _plain(inputs: Inputs, path: str, kind: InputKind, most: int) -> tuple[bytes | None, str]:
    """A file's bytes, or None and why not; nothing but a plain file is opened, and no more than so many bytes read."""
    try:
        if not inputs.exists(path):
            return None, "it does not exist"
        if not inputs.is_plain(path):
            return None, "it is no plain file"
        data = inputs.read(path, kind, most)
    except OSError:
        return None, "permission denied"
    return (None, f"it has more than {most:,} bytes") if len(data) > most else (data, "")
