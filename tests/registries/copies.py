"""A throw-away copy of the package, to which a test adds one file and sees what knows of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Copy:
    """The package with its scripts and generated pages, below a folder; runs in processes of its own."""

    def __init__(self, root: Path) -> None:
        """Copy what the repository holds."""
        self.root = root / "copy"
        for folder in ("govengine", "scripts", "docs/errors", "rules-dsl"):
            shutil.copytree(ROOT / folder, self.root / folder, ignore=shutil.ignore_patterns("__pycache__"))

    def add(self, path: str, text: str) -> None:
        """Write one new file.

        Raises:
            FileExistsError: it is not new.

        """
        file = self.root / path
        if file.exists():
            raise FileExistsError(path)
        file.write_text(text, encoding="utf-8")

    def edit(self, path: str, before: str, after: str) -> None:
        """Replace what stands once in a file."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{path} has {before!r} {text.count(before)} times"
        file.write_text(text.replace(before, after), encoding="utf-8")

    def python(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run Python with the copy in the place of the package."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GOVENGINE_", "COVERAGE_"))}
        environment = {**kept, "PYTHONPATH": str(self.root), "GOVENGINE_CACHE": "off", "NO_COLOR": "1"}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=cwd or self.root, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def ask(self, program: str) -> Any:
        """What a program prints as JSON with `tell(value)`."""
        head = f"import json, govengine\nassert govengine.__file__.startswith({str(self.root)!r})\n"
        done = self.python("-c", f"{head}tell = lambda value: print(json.dumps(value))\n{program}")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def run(self, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line of the copy in a mesh."""
        return self.python("-m", "govengine.cli.main", *arguments, cwd=cwd)

    def generate(self, script: str) -> str:
        """Run a script of the copy; gives the reference as it stands then."""
        done = self.python(f"scripts/{script}")
        assert done.returncode == 0, done.stderr
        return (self.root / "rules-dsl" / "reference.md").read_text(encoding="utf-8")
