"""`govengine fmt`: what it writes, what it says, and its exit codes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from govengine.cli.fmt import command

WRITTEN = 'policy p "P" {\nversion "1"  // first\n}\n'
STYLED = 'policy p "P" {\n  version "1"   // first\n}\n'
BROKEN = 'policy p "P" {\nversoin "1"\n}\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(command, arguments, input=given, standalone_mode=False, catch_exceptions=True)


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_files_are_written_and_named() -> None:
    a, b = write("x/a.gov", WRITTEN), write("x/b.gov", STYLED)
    before = b.stat().st_mtime_ns
    result = run()
    assert result.return_value == 0
    assert result.stdout == "x/a.gov\n"
    assert a.read_text(encoding="utf-8") == STYLED
    assert b.stat().st_mtime_ns == before


def test_check_lists_and_writes_nothing() -> None:
    a = write("x/a.gov", WRITTEN)
    write("x/b.gov", STYLED)
    result = run("--check", "x")
    assert (result.return_value, result.stdout) == (1, "x/a.gov\n")
    assert a.read_text(encoding="utf-8") == WRITTEN
    assert run("--check", "x/b.gov").return_value == 0


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--check",), 1)])
def test_diff_shows_and_writes_nothing(options: tuple[str, ...], code: int) -> None:
    a = write("a.gov", WRITTEN)
    result = run("--diff", *options, "a.gov")
    assert result.return_value == code
    assert '-version "1"  // first\n+  version "1"   // first\n' in result.stdout
    assert a.read_text(encoding="utf-8") == WRITTEN


def test_standard_input_goes_to_standard_output() -> None:
    result = run("-", given=WRITTEN)
    assert (result.return_value, result.stdout) == (0, STYLED)
    assert run("-", given=STYLED).stdout == STYLED
    assert run("--check", "-", given=WRITTEN).return_value == 1


def test_standard_input_with_mistakes_gives_no_output() -> None:
    result = run("-", given=BROKEN)
    assert (result.return_value, result.stdout) == (2, "")
    assert "<stdin>:2:1" in result.stderr


@pytest.mark.parametrize("options", [(), ("--check",), ("--diff",)])
def test_a_file_with_mistakes_is_left_alone_and_the_others_are_done(options: tuple[str, ...]) -> None:
    broken, other = write("a.gov", BROKEN), write("b.gov", WRITTEN)
    result = run(*options)
    assert result.return_value == 2
    assert "error[GOV101]" in result.stderr
    assert broken.read_text(encoding="utf-8") == BROKEN
    assert (other.read_text(encoding="utf-8") == STYLED) == (options == ())


def test_a_file_that_is_no_text_is_reported() -> None:
    Path("a.gov").write_bytes(b'policy p "\xff" {\n}\n')
    result = run()
    assert result.return_value == 2
    assert "GOV202" in result.stderr


def test_a_mark_of_byte_order_goes() -> None:
    path = Path("a.gov")
    path.write_bytes(b"\xef\xbb\xbf" + STYLED.encode())
    assert run("--check").return_value == 1
    assert run().return_value == 0
    assert path.read_bytes() == STYLED.encode()


def test_rights_and_links_stay() -> None:
    target = write("real/a.gov", WRITTEN)
    target.chmod(0o640)
    link = Path("link.gov")
    link.symlink_to(target)
    assert run("link.gov").return_value == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == STYLED
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [p.name for p in Path("real").iterdir()] == ["a.gov"]


def test_hidden_folders_are_passed_over() -> None:
    hidden = write(".venv/a.gov", WRITTEN)
    write("a.gov", STYLED)
    assert run().return_value == 0
    assert hidden.read_text(encoding="utf-8") == WRITTEN


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gone.gov",), "there is no `gone.gov`"),
        (("a.yaml",), "is no policy file"),
        (("empty",), "holds no `.gov` file"),
        ((), "holds no `.gov` file"),
        (("-", "a.gov"), "stands alone"),
    ],
)
def test_a_call_that_means_nothing_is_refused(arguments: tuple[str, ...], said: str) -> None:
    write("a.yaml", "x: 1\n")
    Path("empty").mkdir()
    result = run(*arguments)
    assert said in str(result.exception)
