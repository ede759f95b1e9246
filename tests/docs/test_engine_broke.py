"""GOV999: when the engine itself breaks, it says where, shows no value, and gives an exit code of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BROKEN = """
import sys
from govengine.cli import judging, main

def judge(*_):
    raise ValueError("a value of the data")

judging.judge = judge
sys.argv = ["govengine", "check"]
main.main()
"""


def _run(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    (folder / "govengine.yaml").write_text("mesh: bank\ndomains: {}\n", encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if k != "GOVENGINE_TRACEBACK"}
    return subprocess.run(
        [sys.executable, "-c", BROKEN], cwd=folder, env={**kept, **more}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def test_a_broken_engine_says_so_and_nothing_of_the_data(tmp_path: Path) -> None:
    ran = _run(tmp_path)
    assert ran.returncode == 3
    assert ran.stdout == ""
    assert ran.stderr.startswith("error[GOV999] engine-broke: ")
    assert "(ValueError)" in ran.stderr
    assert "GOVENGINE_TRACEBACK=1" in ran.stderr
    assert "a value of the data" not in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_traceback_is_shown_to_who_asks(tmp_path: Path) -> None:
    ran = _run(tmp_path, GOVENGINE_TRACEBACK="1")
    assert ran.returncode == 3
    assert "Traceback" in ran.stderr
    assert "error[GOV999]" in ran.stderr
