"""A waiver that its approver signed has force from the domain's folder, and none once anything in it was changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from govengine.answers.signing import signed
from tests.federation.keys import of_another_kind

MESH = """mesh: {name}
domains:
  payments: {{products: [products/payments], owner: pay@company.com, stewards: [steward@company.com]}}
council:
  approvers: {{high: [ciso@company.com, dpo@company.com], low: [council@company.com]}}
  longest_waiver: {{high: 90d, low: 1 year}}
  keys: {{ciso@company.com: keys/ciso.pem, council@company.com: keys/council.pem}}
"""
POLICY = """policy house "House" {
  owner "council@company.com"
  rule undocumented "Products are documented" { severity high require has(spec.documentation) }
  rule unsupported "Products have support" { severity high require has(spec.support) }
}
"""
PRODUCT = (
    "apiVersion: datamesh.io/v1\nkind: DataProduct\n"
    "metadata: {name: payments-a, domain: payments, owner: owner@company.com, version: '1.0.0'}\n"
    "spec: {status: active, support: desk}\n"
)
REQUEST = """// what the steward asks
waiver portal {
  waives    house/undocumented   // until the portal is there
  product   payments/payments-a
  reason    "the portal is being replaced"
  requested by "steward@company.com" on 2026-10-01
  until     2026-12-31
  ticket    "RISK-1"
}
"""
WAIVERS = "policies/domains/payments/waivers.gov"


def _key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def _private(key: Ed25519PrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class Mesh:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("govengine.yaml", MESH.format(name="bank"))
        self.write("policies/global/house.gov", POLICY)
        self.write("products/payments/a.yaml", PRODUCT)
        self.write(WAIVERS, REQUEST)
        for number, name in enumerate(("ciso", "council", "stranger"), 1):
            (root / "keys").mkdir(exist_ok=True)
            (root / f"keys/{name}.pem").write_bytes(_public(_key(number)))
            (root / f"{name}.private.pem").write_bytes(_private(_key(number)))

    def write(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "govengine.cli.main", *arguments]
        environment = {**os.environ, "GOVENGINE_CACHE": "off"}
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False, env=environment)

    def sign(self, *more: str, by: str = "ciso@company.com", key: str = "ciso") -> subprocess.CompletedProcess[str]:
        given = ["--key", f"{key}.private.pem", "--by", by, "--on", "2026-10-12"]
        return self.run("waivers", "sign", "portal", *given, *more)

    def check(self) -> tuple[int, dict[str, Any]]:
        done = self.run("check", "--as-of", "2026-11-01", "--format", "json")
        report = json.loads(done.stdout)
        (waiver,) = report["summary"]["waivers"]
        return done.returncode, waiver


@pytest.fixture
def mesh(tmp_path: Path) -> Mesh:
    return Mesh(tmp_path)


def test_a_request_has_force_once_it_is_signed(mesh: Mesh) -> None:
    code, waiver = mesh.check()
    assert (code, waiver["status"], waiver["force"]) == (1, "request", None)
    done = mesh.sign("--write")
    assert done.returncode == 0, done.stderr
    code, waiver = mesh.check()
    assert (code, waiver["status"], waiver["force"]) == (0, "in-force", "signature")
    text = (mesh.root / WAIVERS).read_text(encoding="utf-8")
    assert text.startswith("// what the steward asks\n")
    assert "// until the portal is there" in text
    assert "force by signature" in mesh.run("waivers", "--as-of", "2026-11-01").stdout


def test_what_is_printed_is_what_is_written(mesh: Mesh) -> None:
    printed = mesh.sign().stdout
    assert (mesh.root / WAIVERS).read_text(encoding="utf-8") == REQUEST
    mesh.sign("--write")
    assert printed.strip() in (mesh.root / WAIVERS).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", [REQUEST, " ".join(REQUEST.partition("\n")[2].replace("// until the portal is there", "").split()) + "\n"]
)
def test_the_ends_of_lines_stay_as_they_are(mesh: Mesh, text: str) -> None:
    (mesh.root / WAIVERS).write_bytes(text.replace("\n", "\r\n").encode())
    assert mesh.sign("--write").returncode == 0
    written = (mesh.root / WAIVERS).read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n")
    assert mesh.check()[0] == 0


def test_a_void_one_is_not_said_to_have_force(mesh: Mesh) -> None:
    mesh.sign("--write")
    (mesh.root / "keys/ciso.pem").write_bytes(_public(_key(3)))
    said = mesh.run("waivers", "--as-of", "2026-11-01").stdout
    assert said.startswith("void: waiver portal")
    assert "force by signature" not in said


def test_layout_and_comments_are_not_signed(mesh: Mesh) -> None:
    mesh.sign("--write")
    assert mesh.run("fmt", WAIVERS).returncode in (0, 1)
    text = (mesh.root / WAIVERS).read_text(encoding="utf-8").replace("// what the steward asks\n", "\n\n")
    mesh.write(WAIVERS, text)
    assert mesh.check()[0] == 0


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("waiver portal", "waiver portal-2"),
        ("house/undocumented", "house/unsupported"),
        ("is being replaced", "is gone"),
        ("steward@company.com", "lead@company.com"),
        ("on 2026-10-01", "on 2026-10-02"),
        ("on 2026-10-12", "on 2026-10-13"),
        ("until     2026-12-31", "until     2027-01-02"),
        ("RISK-1", "RISK-2"),
        ('  ticket    "RISK-1"\n', ""),
        ('  ticket    "RISK-1"\n', '  ticket    "RISK-1"\n  compensating house/unsupported\n'),
        ('approved  by "ciso@company.com"', 'approved  by "dpo@company.com"'),
        ("ed25519:", "ed25519:A"),
        ("ed25519:", "rsa:"),
    ],
)
def test_whatever_is_changed_takes_the_force(mesh: Mesh, was: str, now: str) -> None:
    mesh.sign("--write")
    text = (mesh.root / WAIVERS).read_text(encoding="utf-8")
    assert was in text
    mesh.write(WAIVERS, text.replace(was, now, 1))
    code, waiver = mesh.check()
    assert (code, waiver["status"]) == (1, "void")


def test_without_its_signature_it_is_a_request_again(mesh: Mesh) -> None:
    mesh.sign("--write")
    lines = (mesh.root / WAIVERS).read_text(encoding="utf-8").splitlines(keepends=True)
    mesh.write(WAIVERS, "".join(line for line in lines if "signature" not in line))
    assert (mesh.check()[0], mesh.check()[1]["status"]) == (1, "request")


def test_in_the_councils_folder_a_changed_one_is_void_too(mesh: Mesh) -> None:
    mesh.sign("--write")
    text = (mesh.root / WAIVERS).read_text(encoding="utf-8")
    (mesh.root / WAIVERS).unlink()
    mesh.write("policies/global/waivers.gov", text)
    assert mesh.check()[0] == 0
    mesh.write("policies/global/waivers.gov", text.replace("2026-12-31", "2026-12-30"))
    assert (mesh.check()[0], mesh.check()[1]["status"]) == (1, "void")


def test_a_signature_of_another_mesh_does_not_fit(mesh: Mesh) -> None:
    mesh.sign("--write")
    mesh.write("govengine.yaml", MESH.format(name="other"))
    assert (mesh.check()[0], mesh.check()[1]["status"]) == (1, "void")


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot be read"), ("no key", "no public key"), ("private", "is a private key")],
)
def test_a_key_that_cannot_be_used_gives_no_force(mesh: Mesh, content: str | None, says: str) -> None:
    mesh.sign("--write")
    key = mesh.root / "keys/ciso.pem"
    key.unlink()
    if content is not None:
        key.write_bytes(_private(_key(1)) if content == "private" else content.encode())
    code, waiver = mesh.check()
    assert (code, waiver["status"], waiver["force"]) == (1, "void", None)
    assert says in waiver["why"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no such file"),
        ("no key", "no public key"),
        ("private", "is a private key"),
        ("rsa", "not one of Ed25519"),
        ("cut", "no public key"),
        ("both", "no public key"),
        ("folder", "it cannot be read"),
    ],
)
def test_a_key_file_that_no_waiver_uses_is_looked_at(mesh: Mesh, content: str | None, says: str) -> None:
    mesh.write(WAIVERS, "// nothing yet\n")
    key = mesh.root / "keys/council.pem"
    key.unlink()
    if content == "folder":
        key.mkdir()
    elif content is not None:
        whole = _public(_key(2))
        texts = {"private": _private(_key(2)), "rsa": of_another_kind().public, "cut": whole[:-30]}
        key.write_bytes(texts.get(content, whole + whole[:60] if content == "both" else content.encode()))
    report = json.loads(mesh.run("check", "--as-of", "2026-11-01", "--format", "json").stdout)
    (found,) = [d for d in report["diagnostics"] if d["name"] == "bad-approver-key"]
    assert "`council@company.com`" in found["message"]
    assert says in found["message"]
    assert (found["location"]["file"], found["location"]["line"]) == ("govengine.yaml", 7)
    listed = mesh.run("waivers", "--as-of", "2026-11-01")
    assert listed.returncode == 1
    assert says in listed.stderr


def test_sound_keys_are_not_spoken_of(mesh: Mesh) -> None:
    report = json.loads(mesh.run("check", "--as-of", "2026-11-01", "--format", "json").stdout)
    assert [d for d in report["diagnostics"] if d["name"] == "bad-approver-key"] == []


def test_a_file_of_two_keys_lets_an_approver_change_keys(mesh: Mesh) -> None:
    mesh.sign("--write")
    new = _public(_key(9))
    (mesh.root / "keys/ciso.pem").write_bytes(b"# since 2026-10\n" + new)
    assert mesh.check()[1]["status"] == "void"
    (mesh.root / "keys/ciso.pem").write_bytes(b"# since 2025\n" + _public(_key(1)) + b"# since 2026-10\n" + new)
    assert mesh.check()[1]["status"] == "in-force"
    mesh.write(WAIVERS, REQUEST)
    (mesh.root / "new.private.pem").write_bytes(_private(_key(9)))
    assert mesh.sign("--write", key="new").returncode == 0
    assert mesh.check()[1]["status"] == "in-force"


def test_what_excepts_nothing_is_signed_and_said(mesh: Mesh) -> None:
    mesh.write("products/payments/a.yaml", PRODUCT.replace("status: active", "status: active, documentation: d"))
    done = mesh.sign("--write")
    assert done.returncode == 0
    assert "`portal` excepts nothing: what it is for does not fail" in done.stderr


def test_what_ends_soon_or_has_ended_is_signed_and_said(mesh: Mesh) -> None:
    mesh.write(WAIVERS, REQUEST.replace("2026-12-31", "2026-10-20"))
    assert mesh.sign().returncode == 0  # as of its approval it has force
    assert signed(mesh.root, "portal", "ciso@company.com", date(2026, 10, 12), _private(_key(1))).notes(
        date(2026, 10, 21)
    ) == ["`portal` has ended already: its last day was 2026-10-20"]
    mesh.write(WAIVERS, REQUEST)
    made = signed(mesh.root, "portal", "ciso@company.com", date(2026, 10, 12), _private(_key(1)))
    assert made.notes(date(2026, 12, 1)) == ["`portal` ends soon: its last day is 2026-12-31"]
    assert made.notes(date(2026, 11, 30)) == []


@pytest.mark.parametrize(
    ("by", "key", "says"),
    [
        ("council@company.com", "council", "may not approve exceptions from high rules"),
        ("ciso@company.com", "stranger", "does not fit"),
        ("dpo@company.com", "stranger", "names no key of `dpo@company.com`"),
        ("steward@company.com", "ciso", "names no key"),
    ],
)
def test_what_would_have_no_force_is_not_signed(mesh: Mesh, by: str, key: str, says: str) -> None:
    done = mesh.sign("--write", by=by, key=key)
    assert done.returncode == 2
    assert says in done.stderr
    assert (mesh.root / WAIVERS).read_text(encoding="utf-8") == REQUEST


def test_a_term_that_is_too_long_is_not_signed(mesh: Mesh) -> None:
    mesh.write(WAIVERS, REQUEST.replace("2026-12-31", "2027-12-31"))
    done = mesh.sign()
    assert done.returncode == 2
    assert "the longest for high rules is 90d" in done.stderr


def test_no_message_holds_a_key(mesh: Mesh) -> None:
    secret = (mesh.root / "ciso.private.pem").read_text(encoding="utf-8").splitlines()[1]
    (mesh.root / "broken.private.pem").write_text(f"-----BEGIN PRIVATE KEY-----\n{secret[:-4]}\n", encoding="utf-8")
    for key in ("ciso", "broken", "nowhere"):
        done = mesh.sign(key=key)
        assert secret[:20] not in done.stdout + done.stderr
        assert (done.returncode == 0) is (key == "ciso")


@pytest.mark.parametrize(("name", "says"), [("portall", "did you mean `portal`?"), ("portal", "is approved already")])
def test_only_a_request_that_is_there_is_signed(mesh: Mesh, name: str, says: str) -> None:
    mesh.sign("--write")
    done = mesh.run("waivers", "sign", name, "--key", "ciso.private.pem", "--by", "ciso@company.com")
    assert done.returncode == 2
    assert says in done.stderr


def test_spaces_around_the_approver_change_nothing(mesh: Mesh) -> None:
    assert mesh.sign("--write", by=" ciso@company.com ").returncode == 0
    assert mesh.check()[0] == 0


def test_what_has_force_is_not_made_void_by_another(mesh: Mesh) -> None:
    mesh.sign("--write")
    text = (mesh.root / WAIVERS).read_text(encoding="utf-8")
    second = REQUEST.replace("waiver portal", "waiver again").replace("until     2026-12-31", "until     2026-10-20")
    mesh.write(WAIVERS, text + second)
    given = ["--key", "ciso.private.pem", "--by", "ciso@company.com", "--on", "2026-10-05"]
    done = mesh.run("waivers", "sign", "again", *given, "--write")
    assert done.returncode == 2
    assert "would take the force of `portal`" in done.stderr
