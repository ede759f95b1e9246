"""`govengine bundle`, and a mesh whose council's layer comes from a bundle or another folder."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from govengine.sources.policy_bundle import policy_digest, write_bundle
from tests.cli.meshes import MESH, POLICY, Ran, rule, run, write_mesh

from .keys import locked, pair
from .test_impact import git

DAY = ("--as-of", "2026-11-01")
KEY = pair(1)
NOWHERE = {"policies/global/house.gov": None}
OVERLAY = 'overlay payments "Payments" {\n  version "1" owner "p@company.com"\n  tighten house/undocumented-product to high\n}\n'


def council(root: Path, policy: str = POLICY) -> Path:
    """The council's own repository: policies and keys."""
    (root / "global").mkdir(parents=True)
    (root / "global/house.gov").write_text(policy, encoding="utf-8")
    (root / "council.key").write_bytes(KEY.private)
    (root / "council.pub").write_bytes(KEY.public)
    return root


def mesh(root: Path, source: str, **files: str | bytes | None) -> Path:
    """A domain's repository: its overlay, and the council's layer from elsewhere."""
    text = f"{MESH}policy: {{global: {source}}}\n"
    return write_mesh(root, {**NOWHERE, "govengine.yaml": text, "policies/domains/payments/p.gov": OVERLAY, **files})


def bundle(root: Path, *, signed: bool = True, policy: str = POLICY) -> Path:
    """A bundle as the command builds it."""
    home = council(root / "council", policy)
    key = ("--key", "council/council.key") if signed else ()
    done = run(root, "bundle", "build", str(home), "--output", "council.bundle", *key)
    assert done.code == 0, done.err
    return root / "council.bundle"


def check(root: Path, *arguments: str) -> Ran:
    return run(root, "check", "--no-data", *DAY, *arguments)


def refused(ran: Ran, code: str) -> None:
    """Nothing was judged, for this reason."""
    assert ran.code == 2, ran.out + ran.err
    assert [s.code for s in ran.said() if s.level == "error"] == [code]
    assert "no data product was judged" in ran.words


# -- the command -----------------------------------------------------------------------------------------------------


def test_a_bundle_is_built_shown_and_verified(tmp_path: Path) -> None:
    file = bundle(tmp_path)
    digest = policy_digest({"global/house.gov": POLICY.encode()})
    shown = json.loads(run(tmp_path, "bundle", "inspect", str(file), "--format", "json").out)
    assert (shown["policy_digest"], shown["signed"]) == (digest, True)
    assert [(f["path"], f["layer"]) for f in shown["files"]] == [("global/house.gov", "global")]
    assert digest in run(tmp_path, "bundle", "inspect", str(file)).out
    done = run(tmp_path, "bundle", "verify", str(file), "--public-key", "council/council.pub", "--digest", digest)
    assert (done.code, "signed by the owner of the key" in done.out) == (0, True)


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    first = bundle(tmp_path).read_bytes()
    os.utime(tmp_path / "council/global/house.gov", (0, 0))
    again = ("bundle", "build", "council", "--output", "again.bundle", "--key", "council/council.key")
    assert run(tmp_path, *again, TZ="Asia/Tokyo", PYTHONHASHSEED="3").code == 0
    assert (tmp_path / "again.bundle").read_bytes() == first


def test_the_mesh_around_here_is_built_of(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, {"policies/global/deep/tried.gov": rule("require has(spec.support)")})
    (root / "policies/global/house.cases.md").write_text("# no policy\n", encoding="utf-8")
    assert run(root / "products", "bundle", "build", "--output", "../all.bundle").code == 0
    shown = json.loads(run(root, "bundle", "inspect", "all.bundle", "--format", "json").out)
    assert [f["path"] for f in shown["files"]] == ["global/deep/tried.gov", "global/house.gov"]
    assert shown["signed"] is False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--public-key", "other.pub"), "not by the owner of this key"),
        (("--digest", "sha256:" + "0" * 64), "holds other policies"),
        (("--digest", "0" * 64), "does not begin with `sha256:`"),
        (("--digest", "sha256:abc"), "behind `sha256:` stand 3 digits, and a digest has 64"),
        (("--public-key", "missing.pub"), "there is no file"),
        (("--public-key", "council/council.key"), "private key"),
        ((), "say what to hold it against"),
    ],
)
def test_what_does_not_hold_is_not_verified(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    bundle(tmp_path)
    (tmp_path / "other.pub").write_bytes(pair(2).public)
    done = run(tmp_path, "bundle", "verify", "council.bundle", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.words


def test_an_unsigned_bundle_is_not_verified_by_a_key(tmp_path: Path) -> None:
    bundle(tmp_path, signed=False)
    done = run(tmp_path, "bundle", "verify", "council.bundle", "--public-key", "council/council.pub")
    assert (done.code, "it is not signed" in done.err) == (2, True)


def test_what_does_not_compile_is_not_packed(tmp_path: Path) -> None:
    home = council(tmp_path / "council", POLICY.replace("require  documented", "require  documentd"))
    done = run(tmp_path, "bundle", "build", str(home), "--output", "council.bundle")
    assert (done.code, [s.code for s in done.said()]) == (2, ["GOV402"])
    assert not (tmp_path / "council.bundle").exists()


@pytest.mark.parametrize("key", [b"not a key", locked(), KEY.public])
def test_a_key_that_cannot_sign_writes_nothing_and_shows_nothing(tmp_path: Path, key: bytes) -> None:
    home = council(tmp_path / "council")
    (home / "council.key").write_bytes(key)
    done = run(tmp_path, "bundle", "build", str(home), "--output", "x.bundle", "--key", str(home / "council.key"))
    assert done.code == 2
    assert not (tmp_path / "x.bundle").exists()
    assert not any(line and line in done.out + done.err for line in key.decode().splitlines())


def test_the_private_key_is_nowhere(tmp_path: Path) -> None:
    file = bundle(tmp_path)
    secret = "".join(KEY.private.decode().splitlines()[1:-1])
    done = run(tmp_path, "bundle", "inspect", str(file))
    assert secret[:20] not in done.out + done.err
    assert secret[:20].encode() not in file.read_bytes()


def test_what_is_no_bundle_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "x.bundle").write_bytes(b"no zip")
    for words in (("inspect", "x.bundle"), ("verify", "x.bundle", "--digest", "sha256:" + "0" * 64), ("inspect", "y")):
        done = run(tmp_path, "bundle", *words)
        assert (done.code, done.out) == (2, "")


def test_a_hostile_name_steers_no_terminal(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.bundle", "w") as archive:
        archive.writestr("global/\x1b[31mred.gov", "x")
    done = run(tmp_path, "bundle", "inspect", "x.bundle")
    assert (done.code, "\x1b" in done.err, "\\x1b[31mred" in done.err) == (2, False, True)


# -- as the source of a mesh's global layer -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["bundle", "folder"])
def test_a_domain_keeps_its_overlay_and_takes_the_council_s_layer(tmp_path: Path, form: str) -> None:
    file = bundle(tmp_path)
    digest = policy_digest({"global/house.gov": POLICY.encode()})
    where = "../council" if form == "folder" else "../council.bundle"
    key = "" if form == "folder" else ", public_key: ../council/council.pub, signed: true"
    root = mesh(tmp_path / "domain", f"{{source: {where}, digest: '{digest}'{key}}}")
    done = check(root, "--format", "json")
    assert done.code == 0, done.out
    assert done.verdicts()["house/unclassified-product", "payments-events"] == "pass"
    severities = {(v["rule"], v["product"]): v["severity"] for v in done.report()["verdicts"]}
    assert severities["house/undocumented-product", "payments-events"] == "high"
    assert severities["house/undocumented-product", "lending-loans"] == "low"
    file.unlink()
    assert check(root).code == (0 if form == "folder" else 2)


def test_places_in_a_bundle_are_named_by_it(tmp_path: Path) -> None:
    bundle(tmp_path, policy=POLICY.replace("enforce advisory", ""))
    root = mesh(tmp_path / "domain", "{source: ../council.bundle}")
    done = check(root)
    assert done.code == 1
    assert "../council.bundle/global/house.gov:26:8" in done.out


@pytest.mark.parametrize("asked", ["signed: true, ", ""])
def test_a_bundle_without_its_signature_is_refused(tmp_path: Path, asked: str) -> None:
    """Naming the key asks for the signature as well."""
    file = bundle(tmp_path)
    root = mesh(tmp_path / "domain", f"{{source: ../council.bundle, {asked}public_key: ../council/council.pub}}")
    assert check(root).code == 0
    with zipfile.ZipFile(file) as archive:
        kept = [(e, archive.read(e)) for e in archive.infolist() if e.filename != "manifest.sig"]
    with zipfile.ZipFile(file, "w") as archive:
        for entry, data in kept:
            archive.writestr(entry, data)
    refused(check(root), "GOV352")


def test_a_bundle_signed_by_another_is_refused(tmp_path: Path) -> None:
    file = bundle(tmp_path)
    root = mesh(tmp_path / "domain", "{source: ../council.bundle, public_key: ../council/council.pub}")
    file.write_bytes(write_bundle({"global/house.gov": POLICY.encode()}, pair(2).private))
    refused(check(root), "GOV353")


def test_a_signature_may_be_left_out_where_the_mesh_says_so(tmp_path: Path) -> None:
    bundle(tmp_path, signed=False)
    for said in ("{source: ../council.bundle}", "{source: ../council.bundle, signed: false, public_key: x.pub}"):
        assert check(mesh(tmp_path / "domain", said)).code == 0


def test_a_folder_cannot_be_signed(tmp_path: Path) -> None:
    council(tmp_path / "council")
    refused(check(mesh(tmp_path / "domain", "{source: ../council, signed: true}")), "GOV352")


@pytest.mark.parametrize("form", ["bundle", "folder"])
def test_other_policies_than_the_digest_names_are_refused(tmp_path: Path, form: str) -> None:
    bundle(tmp_path)
    where = "../council" if form == "folder" else "../council.bundle"
    found = policy_digest({"global/house.gov": POLICY.encode()})
    done = check(mesh(tmp_path / "domain", f"{{source: {where}, digest: 'sha256:{'0' * 64}'}}"))
    refused(done, "GOV354")
    assert found in done.words


def test_what_is_no_digest_is_said_so(tmp_path: Path) -> None:
    bundle(tmp_path)
    done = check(mesh(tmp_path / "domain", "{source: ../council.bundle, digest: 'sha256:abc'}"))
    refused(done, "GOV358")
    assert "behind `sha256:` stand 3 digits, and a digest has 64" in done.words


@pytest.mark.parametrize("junk", ["before", "behind"])
def test_bytes_around_a_bundle_are_refused_everywhere(tmp_path: Path, junk: str) -> None:
    made = bundle(tmp_path)
    whole = made.read_bytes()
    made.write_bytes(b"junk" + whole if junk == "before" else whole + b"junk")
    for command in (("inspect",), ("verify", "--public-key", "council/council.pub")):
        done = run(tmp_path, "bundle", command[0], "council.bundle", *command[1:])
        assert done.code != 0
        assert f"{'before its beginning' if junk == 'before' else 'behind its end'}" in done.words
    refused(check(mesh(tmp_path / "domain", "{source: ../council.bundle, signed: false}")), "GOV351")


@pytest.mark.parametrize(
    ("key", "said"),
    [(None, "no `public_key` is named"), ("missing.pub", "does not exist"), ("bad.pub", "no public key"), ("../council/council.key", "private key")],
)  # fmt: skip
def test_a_key_that_checks_nothing(tmp_path: Path, key: str | None, said: str) -> None:
    bundle(tmp_path)
    named = f", public_key: {key}" if key else ""
    root = mesh(tmp_path / "domain", f"{{source: ../council.bundle, signed: true{named}}}", **{"bad.pub": "x"})
    done = check(root)
    refused(done, "GOV355")
    assert said in done.words


def test_without_the_library_a_signature_is_not_taken_on_trust(tmp_path: Path) -> None:
    bundle(tmp_path)
    root = mesh(tmp_path / "domain", "{source: ../council.bundle, public_key: ../council/council.pub}")
    blocked = tmp_path / "blocked/cryptography"
    blocked.mkdir(parents=True)
    (blocked / "__init__.py").write_text("raise ImportError\n", encoding="utf-8")
    done = run(root, "check", "--no-data", *DAY, PYTHONPATH=str(blocked.parent))
    refused(done, "GOV356")
    assert "govengine[sign]" in done.words


@pytest.mark.parametrize("source", ["../nothing", "../empty", "../pipe"])
def test_a_source_that_is_none(tmp_path: Path, source: str) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    refused(check(mesh(tmp_path / "domain", f"{{source: {source}}}")), "GOV350")


def test_a_damaged_bundle_gives_no_verdict(tmp_path: Path) -> None:
    file = bundle(tmp_path)
    data = bytearray(file.read_bytes())
    data[data.index(b"unclassified-product")] ^= 1
    file.write_bytes(bytes(data))
    refused(check(mesh(tmp_path / "domain", "{source: ../council.bundle}")), "GOV351")


def test_a_bundle_that_holds_more_than_the_council_s_layer_is_refused(tmp_path: Path) -> None:
    file = bundle(tmp_path)
    held = io.BytesIO(file.read_bytes())
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("domains/payments/p.gov", OVERLAY)
    file.write_bytes(held.getvalue())
    refused(check(mesh(tmp_path / "domain", "{source: ../council.bundle}")), "GOV351")


def test_nobody_adds_to_the_council_s_layer_beside_its_source(tmp_path: Path) -> None:
    bundle(tmp_path)
    more = {"policies/global/more.gov": rule("require has(spec.documentation)")}
    done = check(mesh(tmp_path / "domain", "{source: ../council.bundle}", **more), "--format", "json")
    assert done.code == 2
    assert [d["code"] for d in done.report()["diagnostics"]] == ["GOV357"]
    assert "tried/tried" not in {rule for rule, _ in done.verdicts()}


def test_a_mesh_without_overlays_needs_no_folder_of_policies(tmp_path: Path) -> None:
    bundle(tmp_path)
    root = mesh(tmp_path / "domain", "{source: ../council.bundle}", **{"policies/domains/payments/p.gov": None})
    assert not (root / "policies").exists()
    assert check(root).code == 0


# -- what a new bundle changes ------------------------------------------------------------------------------------------


def test_impact_of_a_bundle(tmp_path: Path) -> None:
    old = bundle(tmp_path).read_bytes()
    (tmp_path / "old.bundle").write_bytes(old)
    (tmp_path / "council.bundle").write_bytes(
        write_bundle({"global/house.gov": POLICY.replace("enforce advisory", "").encode()}, None)
    )
    root = mesh(tmp_path / "domain", "{source: ../council.bundle}")
    for base in ("../old.bundle", "../council"):
        done = run(root, "impact", "--base", base, "--no-data", *DAY, "--format", "json")
        assert done.code == 0, done.err
        changed = {(c["rule"], c["kind"]) for c in json.loads(done.out)["changes"]}
        assert changed == {("house/undocumented-product", "new-failure")}
    (tmp_path / "old.bundle").write_bytes(old[:-40])
    assert run(root, "impact", "--base", "../old.bundle", "--no-data", *DAY).code == 2


def test_impact_of_a_bundle_that_is_kept_in_the_repository(tmp_path: Path) -> None:
    file = bundle(tmp_path)
    root = mesh(tmp_path / "domain", "{source: council.bundle}", **{"council.bundle": file.read_bytes()})
    git(root, "init", "-q", ".")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    strict = POLICY.replace("enforce advisory", "").encode()
    (root / "council.bundle").write_bytes(write_bundle({"global/house.gov": strict}, None))
    done = run(root, "impact", "--base", "HEAD", "--no-data", *DAY, "--format", "json")
    assert done.code == 0, done.err
    assert {c["rule"] for c in json.loads(done.out)["changes"]} == {"house/undocumented-product"}


def test_impact_cannot_find_what_the_repository_does_not_hold(tmp_path: Path) -> None:
    bundle(tmp_path)
    root = mesh(tmp_path / "domain", "{source: ../council.bundle}")
    git(root, "init", "-q", ".")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    done = run(root, "impact", "--base", "HEAD", "--no-data", *DAY)
    assert (done.code, "outside the repository" in done.words) == (2, True)
