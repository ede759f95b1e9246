"""Files in bytes that Markdown cannot hold, without rights, in other folders; and reports that do not hang on them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from .meshes import POLICY, STANDARD, Ran, assert_repairable, run, write_mesh
from .unprivileged import run_without_rights

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVENTS = "products/payments/events.yaml"
HOUSE = "policies/global/house.gov"


def _places(ran: Ran) -> list[tuple[str, str]]:
    assert_repairable([one for one in ran.said() if one.level == "error"])
    return [(one.code, one.place) for one in ran.said()]


@pytest.mark.parametrize(
    "data",
    [
        STANDARD[EVENTS].replace("Rows", "Zeilen für").encode("latin-1"),
        STANDARD[EVENTS].encode("utf-16"),
        STANDARD[EVENTS].encode() + b"\xff\xfe",
        bytes(range(256)) * 8,
    ],
    ids=["latin-1", "utf-16", "stray-bytes", "binary"],
)
def test_a_spec_that_is_not_utf8(data: bytes, tmp_path: Path) -> None:
    ran = run(write_mesh(tmp_path, {EVENTS: data}), "check")
    assert ran.code == 2
    assert ("GOV202", f"{EVENTS}:1:1") in _places(ran)
    assert "is not UTF-8" in ran.words
    assert "save the file as UTF-8" in ran.words
    assert "lending/lending-loans compliant" in ran.words


def test_a_spec_with_a_null_byte(tmp_path: Path) -> None:
    ran = run(write_mesh(tmp_path, {EVENTS: STANDARD[EVENTS].replace("Rows", "R\0ws").encode()}), "check")
    assert ran.code == 2
    assert _places(ran) == [("GOV201", f"{EVENTS}:9:1")]


def test_a_spec_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert run(write_mesh(tmp_path, {EVENTS: "\ufeff" + STANDARD[EVENTS]}), "check").code == 0


def test_a_spec_with_windows_line_ends_is_read(tmp_path: Path) -> None:
    assert run(write_mesh(tmp_path, {EVENTS: STANDARD[EVENTS].replace("\n", "\r\n")}), "check").code == 0


def test_a_spec_of_many_mebibytes(tmp_path: Path) -> None:
    ran = run(write_mesh(tmp_path, {EVENTS: STANDARD[EVENTS] + "# long\n" * 400_000}), "check")
    assert ran.code == 2
    assert _places(ran) == [("GOV204", f"{EVENTS}:1:1")]


@pytest.mark.parametrize(("depth", "code"), [(100, "GOV204"), (100_000, "GOV204")])
def test_a_spec_that_nests_without_end(depth: int, code: str, tmp_path: Path) -> None:
    """However deep: refused by our own limit, whatever the parser below it would do."""
    ran = run(write_mesh(tmp_path, {EVENTS: STANDARD[EVENTS] + "  x-deep: " + "[" * depth + "]" * depth}), "check")
    assert ran.code == 2
    ((said, place),) = _places(ran)
    assert said == code
    assert place.startswith(f"{EVENTS}:18:")


def test_a_mesh_that_is_not_utf8(tmp_path: Path) -> None:
    ran = run(write_mesh(tmp_path, {"govengine.yaml": b"mesh: b\xe4nk\n"}), "check")
    assert ran.code == 2
    assert _places(ran) == [("GOV202", "govengine.yaml:1:1")]


@pytest.mark.parametrize(
    "data", [POLICY.encode("utf-16"), POLICY.encode() + b"// caf\xe9\n"], ids=["utf-16", "latin-1"]
)
def test_a_policy_that_is_not_utf8(data: bytes, tmp_path: Path) -> None:
    """The council's layer is broken, so nothing may be judged by what is left of it."""
    ran = run(write_mesh(tmp_path, {"policies/global/more.gov": data}), "check")
    assert ran.code == 2
    assert ("GOV202", "policies/global/more.gov:1:1") in _places(ran)
    assert "save the file as UTF-8" in ran.words


@pytest.mark.parametrize("letters", ["\0", "\u202e", "\u200b"], ids=["null", "right-to-left", "no-width"])
def test_letters_in_a_policy_that_nobody_sees(letters: str, tmp_path: Path) -> None:
    """Text must not read otherwise than it is judged, and must not steer the terminal that shows it."""
    text = POLICY.replace("has(spec.governance.classification)", f"has(spec.governance{letters}.classification)")
    ran = run(write_mesh(tmp_path, {HOUSE: text}), "check")
    assert ran.code == 2
    ((_, place),) = _places(ran)[:1]
    assert place.startswith(f"{HOUSE}:19:")
    assert letters not in ran.out + ran.err


@pytest.mark.parametrize(
    ("file", "code"),
    [(EVENTS, "GOV202"), (HOUSE, "GOV202"), ("govengine.yaml", "GOV202")],
    ids=["spec", "policy", "mesh"],
)
def test_a_file_without_rights(file: str, code: str, tmp_path: Path) -> None:
    write_mesh(tmp_path)
    (tmp_path / file).chmod(0)
    ran = run_without_rights(tmp_path, "check")
    assert ran.code == 2
    assert (code, f"{file}:1:1") in _places(ran)
    assert "permission denied" in ran.words


@pytest.mark.parametrize("folder", ["products/payments", "policies/global", "policies", "products"])
def test_a_folder_without_rights(folder: str, tmp_path: Path) -> None:
    write_mesh(tmp_path)
    (tmp_path / folder).chmod(0)
    try:
        ran = run_without_rights(tmp_path, "check")
    finally:
        (tmp_path / folder).chmod(0o755)
    assert ran.code == 2
    assert {code for code, _ in _places(ran)} & {"GOV202", "GOV223"}
    assert folder.split("/", maxsplit=1)[0] in ran.words


def test_a_folder_of_data_without_rights(tmp_path: Path) -> None:
    write_mesh(tmp_path)
    (tmp_path / "data").chmod(0)
    try:
        ran = run_without_rights(tmp_path, "check")
    finally:
        (tmp_path / "data").chmod(0o755)
    assert ran.code == 2
    assert _places(ran) == [("GOV501", "products/lending/loans.yaml:11:59"), ("GOV501", f"{EVENTS}:11:60")]
    assert "permission denied" in ran.words


@pytest.mark.parametrize("before", [None, "an older report\n"], ids=["new", "over-an-older"])
def test_an_output_that_cannot_be_written(before: str | None, tmp_path: Path) -> None:
    write_mesh(tmp_path / "mesh")
    reports = tmp_path / "reports"
    reports.mkdir()
    output = reports / "report.json"
    if before is not None:
        output.write_text(before)
    reports.chmod(0o555)
    try:
        ran = run_without_rights(tmp_path / "mesh", "check", "--format", "json", "--output", str(output))
    finally:
        reports.chmod(0o755)
    assert ran.code == 2
    assert f"`{output}` cannot be written" in ran.words
    assert [path.read_text() for path in reports.iterdir()] == ([] if before is None else [before])


def test_a_folder_that_is_no_mesh(tmp_path: Path) -> None:
    ran = run(tmp_path, "check")
    assert ran.code == 2
    assert _places(ran) == [("GOV901", "")]
    assert "--root" in ran.err


def _copied(mesh: Path, tmp_path: Path) -> Ran:
    shutil.copytree(mesh, tmp_path / "deep" / "er" / "mesh")
    return run(tmp_path / "deep" / "er" / "mesh", "check", *REPORT)


def _from_elsewhere(mesh: Path, tmp_path: Path) -> Ran:
    return run(tmp_path, "check", "--root", str(mesh), *REPORT)


def _from_below(mesh: Path, _: Path) -> Ran:
    return run(mesh / "products" / "payments", "check", *REPORT)


def _from_the_cache(mesh: Path, tmp_path: Path) -> Ran:
    cache = str(tmp_path / "cache")
    assert run(mesh, "check", *REPORT, GOVENGINE_CACHE=cache).code == 1
    return run(mesh, "check", *REPORT, GOVENGINE_CACHE=cache)


def _with_other_hashes(mesh: Path, _: Path) -> Ran:
    return run(mesh, "check", *REPORT, PYTHONHASHSEED="1234")


REPORT = ("--as-of", "2026-10-31", "--format", "json")
SAME = [_copied, _from_elsewhere, _from_below, _from_the_cache, _with_other_hashes]


@pytest.mark.parametrize("again", SAME, ids=[f.__name__.strip("_") for f in SAME])
def test_the_same_mesh_gives_the_same_bytes(again: Callable[[Path, Path], Ran], tmp_path: Path) -> None:
    """With failures, broken rows, a broken spec and a broken overlay in it, so that there is much to say."""
    files = {
        "data/events.csv": "id,amount\ne1,-1\ne2\ne3,x\n",
        "products/lending/more.yaml": "a: [\n",
        "policies/domains/lending/lending.gov": 'overlay lending "Lending" {\n  sevrity high\n}\n',
        "data/loans.csv": "",
    }
    mesh = write_mesh(tmp_path / "mesh", files)
    first = run(mesh, "check", *REPORT)
    assert first.code == 1
    assert {d["code"] for d in first.report()["diagnostics"]} >= {"GOV101", "GOV201", "GOV501", "GOV502"}
    assert again(mesh, tmp_path).out == first.out
    assert str(tmp_path) not in first.out


def test_a_link_to_a_folder_of_specs(tmp_path: Path) -> None:
    mesh = write_mesh(tmp_path / "mesh")
    (tmp_path / "elsewhere").mkdir()
    (mesh / "products/payments/more").symlink_to(tmp_path / "elsewhere")
    ran = run(mesh, "check")
    assert (ran.code, _places(ran)) == (2, [("GOV228", "products/payments/more:1:1")])


@pytest.mark.parametrize("file", ["products/payments/more.yaml", "policies/domains/payments/more.gov"])
def test_a_link_out_of_the_mesh_is_not_read(file: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Quittenbrot: {\n", encoding="utf-8")
    mesh = write_mesh(tmp_path / "mesh")
    (mesh / file).parent.mkdir(parents=True, exist_ok=True)
    (mesh / file).symlink_to(secret)
    for arguments in (["check"], ["check", "--format", "json"], ["bundle", "build", "policies", "-o", "b.govb"]):
        ran = run(mesh, *arguments)
        assert "Quittenbrot" not in ran.words
    assert _places(run(mesh, "check"))[0] == ("GOV228", f"{file}:1:1")


def test_a_link_in_the_councils_layer_is_not_bundled(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Quittenbrot", encoding="utf-8")
    mesh = write_mesh(tmp_path / "mesh")
    (mesh / "policies/global/more.gov").symlink_to(secret)
    ran = run(mesh, "bundle", "build", "policies", "-o", "b.govb")
    assert ran.code == 2
    assert "Quittenbrot" not in ran.words
    assert not (mesh / "b.govb").exists()


def test_a_link_within_the_mesh_is_read(tmp_path: Path) -> None:
    mesh = write_mesh(tmp_path)
    (mesh / "kept").mkdir()
    (mesh / EVENTS).rename(mesh / "kept/events.txt")
    (mesh / EVENTS).symlink_to(mesh / "kept/events.txt")
    assert run(mesh, "check").code == 0


def test_an_overlay_that_is_not_utf8_costs_its_own_domain_the_verdict(tmp_path: Path) -> None:
    overlay = 'overlay payments "Payments" { owner "p@company.com" }\n'.encode("utf-16")
    ran = run(write_mesh(tmp_path, {"policies/domains/payments/payments.gov": overlay}), "check")
    assert ran.code == 2
    assert ("GOV202", "policies/domains/payments/payments.gov:1:1") in _places(ran)
    assert "lending/lending-loans compliant" in ran.words
    assert "payments/payments-events 1.0.0: UNDETERMINED" in ran.words


def test_nothing_is_judged_by_what_is_left_of_the_councils_layer(tmp_path: Path) -> None:
    more = 'policy more "More" { owner "c@company.com" }\n'.encode("utf-16")
    ran = run(write_mesh(tmp_path, {"policies/global/more.gov": more}), "check")
    assert ran.code == 2
    assert "no data product was judged" in ran.words
