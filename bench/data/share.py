"""Where govengine's processor time goes: the command line, run in this process.

    python bench/data/share.py FILE ARGUMENTS…

Into FILE goes what of it was spent inside DuckDB's calls, those that connect, execute and fetch, threads included, in
seconds; what had to be spent before govengine has a say: Python's start, and importing DuckDB; what the whole process
took; and what the command took with its modules already imported, by both clocks.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CLOCK = {"inside": 0.0, "depth": 0}
MODULES = ("cli.check", "session", "evaluate.judge", "backends.duckdb", "sources.datasets", "report.json")
"""Those which, with what they import, a check of data runs through when its policies are compiled."""


def timed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, its time added up. Outside it nothing else runs meanwhile: govengine waits for DuckDB."""

    def call(*args: Any, **kwargs: Any) -> Any:
        started = time.process_time()
        CLOCK["depth"] += 1
        try:
            result = function(*args, **kwargs)
        finally:
            CLOCK["depth"] -= 1
            if not CLOCK["depth"]:
                CLOCK["inside"] += time.process_time() - started
        return result

    return call


class Connection:
    """A connection of DuckDB, or a result of it, whose calls are timed."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._real, name)
        if not callable(value) or name in ("interrupt", "close"):
            return value
        wrapped = timed(value)

        def call(*args: Any, **kwargs: Any) -> Any:
            result = wrapped(*args, **kwargs)
            return Connection(result) if hasattr(result, "fetchone") else result

        return call


def main() -> None:
    """Run it."""
    file, *command = sys.argv[1:]
    import duckdb

    before = time.process_time()
    connect = timed(duckdb.connect)
    duckdb.connect = lambda *args, **kwargs: Connection(connect(*args, **kwargs))  # type: ignore[assignment]
    from govengine.cli.main import main as govengine

    for module in MODULES:
        importlib.import_module(f"govengine.{module}")
    sys.argv = ["govengine", *command]
    cpu, wall = time.process_time(), time.perf_counter()
    try:
        govengine()
    finally:
        whole = time.process_time()
        taken = {"cpu": whole - cpu, "wall": time.perf_counter() - wall}
        Path(file).write_text(
            json.dumps({"inside": CLOCK["inside"], "before": before, "whole": whole, **taken}), "utf-8"
        )


if __name__ == "__main__":
    main()
