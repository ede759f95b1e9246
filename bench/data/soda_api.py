"""soda-core by its programming interface, over views of the Parquet files; runs in the peers' environment alone.

    python soda_api.py CONTRACT DATA [COUNTS]

With COUNTS, what each check found is written to that file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
from soda_core.contracts import verify_contract_locally
from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

KEYS = ("failed_rows_count", "invalid_count", "duplicate_count")


def found(values: dict[str, float]) -> float:
    """The figure that a check is about: `missing_count` stands beside the figures of other checks as well."""
    return next((values[k] for k in KEYS if k in values), values.get("missing_count", values["dataset_rows_tested"]))


def main() -> None:
    """Verify."""
    contract, data = sys.argv[1:3]
    connection = duckdb.connect()
    for table in ("transactions", "accounts", "currencies"):
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{data}/{table}.parquet')")
    source = DuckDBDataSourceImpl.from_existing_cursor(connection, name="bench")
    result = verify_contract_locally(data_sources=[source], contract_file_path=contract)
    (verified,) = result.contract_verification_results
    counts = {c.check.name: found(c.diagnostic_metric_values) for c in verified.check_results}
    outcomes = {c.check.name: c.outcome.name for c in verified.check_results}
    if len(sys.argv) > 3:
        Path(sys.argv[3]).write_text(json.dumps({"counts": counts, "outcomes": outcomes}), "utf-8")


if __name__ == "__main__":
    main()
