"""The query written by hand: what DuckDB alone takes.

python bench/data/fused.py QUERY [ANSWER]
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb


def main() -> None:
    """Run the query in the file QUERY; its one row is written to ANSWER, with the seconds that it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    row = duckdb.connect().execute(Path(sys.argv[1]).read_text("utf-8")).fetchone()
    taken = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(json.dumps({"row": row, **taken}), "utf-8")


if __name__ == "__main__":
    main()
