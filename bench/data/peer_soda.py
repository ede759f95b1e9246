"""soda-core by its programming interface, over views of the Parquet files; runs in an environment of its own.

python peer_soda.py DATA CONTRACT [ANSWER]
"""

from __future__ import annotations

import sys

import duckdb
from answer import Answer
from soda_core.contracts import verify_contract_locally
from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

KEYS = ("failed_rows_count", "invalid_count", "duplicate_count")


def found(values: dict[str, float]) -> float:
    """The figure that a check is about: `missing_count` stands beside the figures of other checks as well."""
    return next((values[k] for k in KEYS if k in values), values.get("missing_count", values["dataset_rows_tested"]))


def main() -> None:
    """Verify."""
    data, contract = sys.argv[1:3]
    answer = Answer()
    connection = duckdb.connect()
    for table in ("transactions", "accounts", "currencies"):
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{data}/{table}.parquet')")
    source = DuckDBDataSourceImpl.from_existing_cursor(connection, name="bench")
    result = verify_contract_locally(data_sources=[source], contract_file_path=contract)
    (verified,) = result.contract_verification_results
    answer.counts = {c.check.name: int(found(c.diagnostic_metric_values)) for c in verified.check_results}
    answer.passed = {c.check.name: c.outcome.name == "PASSED" for c in verified.check_results}
    answer.write(sys.argv[3] if len(sys.argv) > 3 else None)


if __name__ == "__main__":
    main()
