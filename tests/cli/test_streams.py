"""Where a report goes: closed and full streams, links, pipes and devices, and the key of the cache."""

from __future__ import annotations

import errno
import os
import subprocess
import threading
from pathlib import Path

import pytest

from tests.cli.meshes import command, environment, run, write_mesh


def _shell(root: Path, redirected: str, *arguments: str) -> tuple[int, str, str]:
    words = " ".join(f"'{word}'" for word in command(*arguments))
    done = subprocess.run(
        ["/bin/bash", "-c", f"{words} {redirected}"], cwd=root, env=environment(), capture_output=True, check=False
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def _blocked(root: Path) -> Path:
    """A mesh of which something blocks."""
    made = write_mesh(root)
    spec = next(made.glob("products/*/*.yaml"))
    spec.write_text("\n".join(x for x in spec.read_text().split("\n") if "classification" not in x), encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("redirected", "format_"), [(">&-", "console"), (">&- 2>&- <&-", "json"), ("| true", "console"), ("| true", "html")]
)
def test_a_stream_that_nobody_reads_keeps_the_verdicts_code(tmp_path: Path, redirected: str, format_: str) -> None:
    shell = f"{redirected}; exit ${{PIPESTATUS[0]}}"
    for root, wanted in ((write_mesh(tmp_path / "passes"), 0), (_blocked(tmp_path / "blocks"), 1)):
        code, _, err = _shell(root, shell, "check", "--no-data", "--format", format_)
        assert code == wanted
        assert "GOV999" not in err


@pytest.mark.parametrize("arguments", [("check", "--no-data"), ("--help",)])
def test_a_full_device_is_not_a_fault_of_the_engine(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    root = write_mesh(tmp_path / "mesh")
    code, _, err = _shell(root, ">/dev/full", *arguments)
    assert code == 2
    assert "GOV999" not in err
    assert "Exception ignored" not in err


def test_a_report_goes_through_links(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh")
    (root / "kept").mkdir()
    (root / "report.json").symlink_to("second.json")
    (root / "second.json").symlink_to("kept/report.json")
    for _ in range(2):  # the first makes the file, the second replaces it
        assert run(root, "check", "--no-data", "--format", "json", "--output", "report.json").code == 0
        assert (root / "report.json").is_symlink()
        assert (root / "second.json").is_symlink()
        assert (root / "kept/report.json").read_text().startswith("{")
    assert [p.name for p in (root / "kept").iterdir()] == ["report.json"]


def test_permissions_and_second_names_of_a_report_stay(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh")
    report = root / "report.json"
    report.touch(mode=0o600)
    run(root, "check", "--no-data", "--format", "json", "--output", "report.json")
    assert report.stat().st_mode & 0o777 == 0o600
    os.link(report, root / "same.json")
    report.write_text("")
    run(root, "check", "--no-data", "--format", "json", "--output", "report.json")
    assert (root / "same.json").read_text() == report.read_text() != ""


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh")
    os.mkfifo(root / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((root / "pipe").read_text()))
    reader.start()
    assert run(root, "check", "--no-data", "--format", "json", "--output", "pipe").code == 0
    reader.join(timeout=20)
    assert read[0].startswith("{")
    assert (root / "pipe").is_fifo()


def test_devices_stay_devices(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh")
    assert run(root, "check", "--no-data", "--output", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()
    ran = run(root, "check", "--no-data", "--output", "/dev/full")
    assert ran.code == 2
    assert os.strerror(errno.ENOSPC) in ran.err
    code, out, _ = _shell(root, "> out.txt; cat out.txt", "check", "--no-data", "--output", "/dev/stdout")
    assert code == 0
    assert "nothing blocks" in out


@pytest.mark.parametrize("link", ["loop", "nofolder/report.json"])
def test_a_link_that_leads_nowhere_is_refused_before_the_work(tmp_path: Path, link: str) -> None:
    root = write_mesh(tmp_path / "mesh")
    (root / "loop").symlink_to(link)
    ran = run(root, "check", "--no-data", "--output", "loop")
    assert ran.code == 2
    assert "cannot be written" in ran.err
    assert (root / "loop").is_symlink()


KEYS = {
    "short": (b"short", 0o600, "fewer than 32 bytes"),
    "readable by others": (b"k" * 32, 0o644, "chmod 600"),
    "in the checkout": (b"k" * 32, 0o600, "inside the checkout"),
}


@pytest.mark.parametrize("how", KEYS)
def test_a_named_key_must_be_secret(tmp_path: Path, how: str) -> None:
    content, mode, said = KEYS[how]
    root = write_mesh(tmp_path / "mesh")
    key = (root if how == "in the checkout" else tmp_path) / "key"
    key.write_bytes(content)
    key.chmod(mode)
    ran = run(root, "check", "--no-data", "--cache-key", str(key), CI="true", GOVENGINE_CACHE=str(tmp_path / "cache"))
    assert ran.code == 2
    assert said in ran.err


def test_a_named_key_serves_in_ci(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh")
    key, cache = tmp_path / "key", tmp_path / "cache"
    key.write_bytes(b"k" * 32)
    key.chmod(0o600)
    assert run(root, "check", "--no-data", CI="true", GOVENGINE_CACHE=str(cache)).code == 0
    assert not cache.exists()
    for _ in range(2):
        settings = {"CI": "true", "GOVENGINE_CACHE": str(cache)}
        assert run(root, "check", "--no-data", "--cache-key", str(key), **settings).code == 0
    assert len(list(cache.glob("*.bundle"))) == 1
