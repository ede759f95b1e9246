"""Policy bundles as bytes: the same for the same inputs, and refused where anything in them is not as it must be."""

from __future__ import annotations

import base64
import io
import json
import stat
import sys
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import govengine
from govengine.sources import policy_bundle
from govengine.sources.policy_bundle import (
    BundleError,
    no_digest,
    policy_digest,
    read_bundle,
    signature_fits,
    write_bundle,
)
from govengine.sources.signature import KeyFileError, NoCryptographyError

from .keys import locked, of_another_kind, pair

TEXTS = {"global/house.gov": b"policy house {}\n", "global/more/terms.gov": "// terms: ä\n".encode()}
KEY = pair(1)
Entries = list[tuple[zipfile.ZipInfo, bytes]]


def entries(data: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(entry, archive.read(entry)) for entry in archive.infolist()]


def packed(held: Entries) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for entry, data in held:
            archive.writestr(entry, data)
    return out.getvalue()


def plain(name: str, data: bytes = b"x") -> tuple[zipfile.ZipInfo, bytes]:
    return zipfile.ZipInfo(name), data


def manifest(change: Callable[[dict[str, Any]], Any], signed: bool = False) -> bytes:
    """A bundle with a changed manifest."""
    held = entries(write_bundle(TEXTS, KEY.private if signed else None))
    written = json.loads(held[0][1])
    change(written)
    return packed([(held[0][0], json.dumps(written).encode()), *held[1:]])


def test_what_goes_in_comes_out() -> None:
    held = read_bundle(write_bundle(TEXTS, None))
    assert held.texts == TEXTS
    assert held.signature is None
    assert held.digest == policy_digest(TEXTS)
    assert (held.manifest["engine"], held.manifest["language"]) == (govengine.__version__, govengine.LANGUAGE_VERSION)
    assert [f["path"] for f in held.manifest["files"]] == sorted(TEXTS)


def test_the_same_inputs_give_the_same_bytes_in_any_order() -> None:
    turned = dict(reversed(TEXTS.items()))
    assert write_bundle(TEXTS, KEY.private) == write_bundle(turned, KEY.private)
    assert write_bundle(TEXTS, KEY.private) != write_bundle(TEXTS, pair(2).private)
    assert write_bundle(TEXTS, None) != write_bundle({**TEXTS, "global/house.gov": b"policy horse {}\n"}, None)


def test_nothing_in_a_bundle_tells_the_time_or_the_machine() -> None:
    for entry, _ in entries(write_bundle(TEXTS, KEY.private)):
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert (entry.create_system, entry.compress_type, entry.extra, entry.comment) == (
            3,
            zipfile.ZIP_STORED,
            b"",
            b"",
        )


@given(st.dictionaries(st.sampled_from(["global/a.gov", "global/b.gov", "global/a/b.gov"]), st.binary(max_size=9)))
def test_texts_of_one_digest_are_the_same(texts: dict[str, bytes]) -> None:
    """No two layers share a digest because names and contents run together."""
    moved = {path: text + b"x" for path, text in texts.items()}
    assert (policy_digest(texts) == policy_digest(moved)) is (texts == moved)
    longer = {f"{path[:-4]}x.gov": text for path, text in texts.items()}
    assert (policy_digest(texts) == policy_digest(longer)) is (texts == longer)


@pytest.mark.parametrize(
    "name",
    [
        "../outside.gov", "global/../../outside.gov", "/etc/outside.gov", "global//x.gov", "global/./x.gov",
        "global\\..\\x.gov", "C:/global/x.gov", "global/x.gov\x00.txt", "global/.hidden.gov", "global/x.txt",
        "domains/payments/x.gov", "global/", "x.gov", "global/x\n.gov", "global/ x.gov", "global/a\u0301.gov",
        "global/" + "a/" * 30 + "x.gov", "global/" + "a" * 400 + ".gov",
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(BundleError):
        read_bundle(packed([*entries(write_bundle(TEXTS, None)), plain(name)]))
    with pytest.raises(BundleError):
        write_bundle({**TEXTS, name: b"x"}, None)


@pytest.mark.parametrize("name", ["global/house.gov", "GLOBAL/house.gov", "global/HOUSE.gov", "manifest.json"])
def test_names_that_are_there_twice_are_refused(name: str) -> None:
    with pytest.raises(BundleError, match=r"twice|no path"):
        read_bundle(packed([*entries(write_bundle(TEXTS, None)), plain(name)]))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_other_things_are_refused(kind: int) -> None:
    held = entries(write_bundle(TEXTS, None))
    held[-1][0].external_attr = (kind | 0o777) << 16
    with pytest.raises(BundleError, match="no plain file"):
        read_bundle(packed(held))


def test_what_unpacks_to_far_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipfile.ZipInfo("global/bomb.gov")
    bomb.compress_type = zipfile.ZIP_DEFLATED
    data = packed([*entries(write_bundle(TEXTS, None)), (bomb, bytes(20 << 20))])
    assert len(data) < 1 << 20
    read: list[int] = []
    before = zipfile.ZipExtFile.read

    def counted(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        found = before(self, n)
        read.append(len(found))
        return found

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    with pytest.raises(BundleError, match="larger"):
        read_bundle(data)
    assert max(read) <= policy_bundle.MOST_BYTES_A_FILE + 1, "no more is unpacked than a file may have"


def test_many_files_that_are_too_much_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_bundle(TEXTS, None)
    monkeypatch.setattr(policy_bundle, "MOST_FILES", 1)
    with pytest.raises(BundleError, match="more than 1 files"):
        read_bundle(packed([*entries(data), plain("global/x.gov"), plain("global/y.gov")]))
    with pytest.raises(BundleError):
        write_bundle(TEXTS, None)
    monkeypatch.setattr(policy_bundle, "MOST_BYTES", 100)
    with pytest.raises(BundleError, match="MB"):
        read_bundle(data)


def test_encryption_and_odd_packing_are_refused() -> None:
    held = entries(write_bundle(TEXTS, None))
    held[-1][0].compress_type = zipfile.ZIP_BZIP2
    with pytest.raises(BundleError, match="packed"):
        read_bundle(packed(held))
    data = bytearray(write_bundle(TEXTS, None))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BundleError, match="encrypted"):
        read_bundle(bytes(data))


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle(data: bytes) -> None:
    with pytest.raises(BundleError):
        read_bundle(data)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_byte_that_is_changed_is_noticed(place: int, flip: int) -> None:
    """Every text that is read out of a damaged bundle is what was put in, or nothing is."""
    data = bytearray(write_bundle(TEXTS, KEY.private))
    data[place % len(data)] ^= flip
    try:
        held = read_bundle(bytes(data))
    except BundleError:
        return
    if signature_fits(held, KEY.public):
        assert held.texts == TEXTS


@given(st.binary(max_size=200))
def test_whatever_it_is_it_is_read_or_refused(tail: bytes) -> None:
    whole = write_bundle(TEXTS, None)
    for data in (tail, whole[: len(tail) * 7] + tail, whole + tail):
        try:
            read_bundle(data)
        except BundleError:
            continue


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda whole: whole + b"x", "1 bytes stand behind its end"),
        (lambda whole: whole + b"\n" * 20, "20 bytes stand behind its end"),
        (lambda whole: b"#!/bin/sh\n" + whole, "something stands before"),
        (lambda whole: write_bundle({"global/other.gov": b"//"}, None) + whole, "something stands before"),
        (lambda whole: packed(list(reversed(entries(whole)))), "packed otherwise"),
    ],
)
def test_bytes_that_are_none_of_its_own_are_refused(change: Callable[[bytes], bytes], why: str) -> None:
    """Whoever reads such a file with another tool may find other policies in it than we do."""
    with pytest.raises(BundleError, match=why):
        read_bundle(change(write_bundle(TEXTS, KEY.private)))


def test_a_file_that_is_packed_anew_is_refused() -> None:
    held = entries(write_bundle(TEXTS, None))
    for entry, _ in held:
        entry.compress_type = zipfile.ZIP_DEFLATED
    with pytest.raises(BundleError, match="packed otherwise"):
        read_bundle(packed(held))
    dated = [
        (zipfile.ZipInfo(entry.filename, (2026, 1, 1, 0, 0, 0)), data)
        for entry, data in entries(write_bundle(TEXTS, None))
    ]
    with pytest.raises(BundleError, match="packed otherwise"):
        read_bundle(packed(dated))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sha256:abc", "stand 3 digits"),
        ("0" * 64, "does not begin"),
        ("md5:" + "0" * 64, "begins with `md5:`"),
        ("sha256:" + "A" * 64, "small"),
        ("sha256:" + "g" * 64, "something else"),
        ("sha256:" + "0" * 65, "stand 65 digits"),
        ("sha256:" + "0" * 64, None),
    ],
)
def test_what_keeps_a_text_from_being_a_digest(text: str, why: str | None) -> None:
    said = no_digest(text)
    assert said is None if why is None else why in str(said)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.pop("files"),
        lambda m: m.pop("format"),
        lambda m: m.pop("policy_digest"),
        lambda m: m.update(format="other/1"),
        lambda m: m.update(files=[]),
        lambda m: m.update(files={}),
        lambda m: m.update(policy_digest="sha256:" + "0" * 64),
        lambda m: m.update(policy_digest="md5:1"),
        lambda m: m.update(language="9.0"),
        lambda m: m.update(language="x"),
        lambda m: m.update(language=1),
        lambda m: m["files"].pop(),
        lambda m: m["files"].append(dict(m["files"][0])),
        lambda m: m["files"].append({**m["files"][0], "path": "global/not-there.gov"}),
        lambda m: m["files"][0].update(sha256="0" * 64),
        lambda m: m["files"][0].update(size=1),
        lambda m: m["files"][0].update(size=True),
        lambda m: m["files"][0].update(layer="payments"),
        lambda m: m["files"][0].update(path=7),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(change: Callable[[dict[str, Any]], Any]) -> None:
    with pytest.raises(BundleError):
        read_bundle(manifest(change))


@pytest.mark.parametrize("text", [b"[]", b"null", b"{", b"\xff", b"[" * 100_000])
def test_a_manifest_that_is_none(text: bytes) -> None:
    held = entries(write_bundle(TEXTS, None))
    with pytest.raises(BundleError):
        read_bundle(packed([(held[0][0], text), *held[1:]]))


def test_an_older_language_is_read() -> None:
    assert read_bundle(manifest(lambda m: m.update(language="0.0"))).texts == TEXTS


def test_a_signature_is_by_its_key_over_the_whole_manifest() -> None:
    held = read_bundle(write_bundle(TEXTS, KEY.private))
    assert signature_fits(held, KEY.public)
    assert not signature_fits(held, pair(2).public)
    assert not signature_fits(read_bundle(write_bundle(TEXTS, None)), KEY.public)
    changed = read_bundle(manifest(lambda m: m.update(engine="9.9.9"), signed=True))
    assert not signature_fits(changed, KEY.public)


def test_a_signature_over_other_policies_does_not_fit() -> None:
    other = entries(write_bundle({"global/other.gov": b"x"}, KEY.private))
    held = entries(write_bundle(TEXTS, KEY.private))
    moved = read_bundle(packed([held[0], other[1], *held[2:]]))
    assert not signature_fits(moved, KEY.public)


@pytest.mark.parametrize("signature", [b"", b"AAAA", base64.b64encode(bytes(64)), base64.b64encode(bytes(65))])
def test_a_signature_that_is_none(signature: bytes) -> None:
    held = entries(write_bundle(TEXTS, KEY.private))
    assert not signature_fits(read_bundle(packed([held[0], (held[1][0], signature + b"\n"), *held[2:]])), KEY.public)


@pytest.mark.parametrize("around", [b"%s", b" %s\n", b"%s\n\n"])
def test_a_signature_is_written_in_one_way(around: bytes) -> None:
    held = entries(write_bundle(TEXTS, KEY.private))
    text = held[1][1].rstrip()
    with pytest.raises(BundleError, match="packed otherwise"):
        read_bundle(packed([held[0], (held[1][0], around % text), *held[2:]]))


def test_a_signature_that_cannot_be_read() -> None:
    held = entries(write_bundle(TEXTS, KEY.private))
    with pytest.raises(BundleError):
        read_bundle(packed([held[0], (held[1][0], b"\xff not base64"), *held[2:]]))


@pytest.mark.parametrize("key", [b"", b"not a key", KEY.public, locked(), of_another_kind().private])
def test_keys_that_cannot_sign_are_refused_without_a_word_of_them(key: bytes) -> None:
    with pytest.raises(KeyFileError) as refused:
        write_bundle(TEXTS, key)
    lines = [line for line in key.decode().splitlines() if line and "-----" not in line]
    assert not any(line[:16] in str(refused.value) for line in lines)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("key", [b"", b"not a key", KEY.private, of_another_kind().public])
def test_keys_that_check_nothing_are_refused(key: bytes) -> None:
    with pytest.raises(KeyFileError):
        signature_fits(read_bundle(write_bundle(TEXTS, KEY.private)), key)


def test_without_the_library_there_are_no_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    with pytest.raises(NoCryptographyError, match=r"govengine\[sign\]"):
        write_bundle(TEXTS, KEY.private)
    held = read_bundle(write_bundle(TEXTS, None))
    assert held.texts == TEXTS
    with pytest.raises(NoCryptographyError):
        signature_fits(held, KEY.public)
