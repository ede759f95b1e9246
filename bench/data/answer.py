"""What each peer hands back, written by its own process: this file runs in every environment."""

from __future__ import annotations

import json
import time
from pathlib import Path


class Answer:
    """What a peer found, rule by rule, and what finding it took since this object was made: its imports stay outside.

    `counts` are failing rows (of `count`, all rows). Where a peer counts rows of repeated values, or their values,
    that stands in `members` or `values`. `passed` says what the peer makes of each rule.
    """

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.members: dict[str, int] = {}
        self.values: dict[str, int] = {}
        self.passed: dict[str, bool] = {}
        self._begun = time.process_time(), time.perf_counter()

    def write(self, file: str | None) -> None:
        """Write it as JSON; `cpu` and `wall` in seconds."""
        cpu, wall = time.process_time() - self._begun[0], time.perf_counter() - self._begun[1]
        found = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        if file:
            Path(file).write_text(json.dumps({**found, "cpu": cpu, "wall": wall}), "utf-8")
