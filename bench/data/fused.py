"""The query written by hand: what DuckDB alone takes.

python bench/data/fused.py QUERY [COUNTS]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def main() -> None:
    """Run the query in the file QUERY; its one row is written to COUNTS."""
    row = duckdb.connect().execute(Path(sys.argv[1]).read_text("utf-8")).fetchone()
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(json.dumps(row), "utf-8")


if __name__ == "__main__":
    main()
