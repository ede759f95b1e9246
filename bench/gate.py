"""The gate's start: a warm `check --no-data` over the example mesh, against what Python and its libraries cost alone.

python bench/gate.py [ROUNDS]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from measure import in_turns, table

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    check = [sys.executable, "-m", "govengine.cli.main", "check", "--no-data", "--root", str(ROOT / "examples")]
    check += ["--as-of", "2026-11-01", "--format", "json"]
    libraries = "import pydantic, yaml, lark, duckdb, celpy, click"
    # Compiling modules anew each time takes longer than all that is measured.
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as cache:
        warm, cold = {**plain, "GOVENGINE_CACHE": cache}, {**plain, "GOVENGINE_CACHE": "off"}
        figures = in_turns(
            {
                "bare Python": [sys.executable, "-c", "pass"],
                "import click": [sys.executable, "-c", "import click"],
                "import the six libraries": [sys.executable, "-c", libraries],
                "govengine, warm": check,
                "govengine, policies compiled anew": check,
            },
            rounds,
            {"govengine, warm": warm, "govengine, policies compiled anew": cold},
            (0, 1),
        )
    print(table(figures, "bare Python"))


if __name__ == "__main__":
    main()
