"""pandera on polars; runs in an environment of its own.

    python peer_pandera.py DATA RULES [ANSWER]

Failing rows are counted, not listed (`n_failure_cases=0`). Uniqueness is a check of our own: `unique=True` counts every
row of a repeated value, and missing values as one value. A schema has no share of rows: any failing row fails its rule.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandera.polars as pa
import polars as pl
import rules
from answer import Answer
from pandera.errors import SchemaErrors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pandera.api.polars.types import PolarsData


def schema(asked: Sequence[rules.Rule], data: Path, columns: Sequence[str]) -> pa.DataFrameSchema:
    """The rules as a schema: those of a column with the column."""
    filled = {rule.column for rule in asked if rule.kind == "filled"}
    of = {c: [check(r, data) for r in asked if r.column == c and r.kind != "filled"] for c in columns}
    return pa.DataFrameSchema(
        {c: pa.Column(nullable=c not in filled, checks=checks) for c, checks in of.items()},
        checks=[check(rule, data) for rule in asked if not rule.column],
    )


def check(rule: rules.Rule, data: Path) -> pa.Check:
    """One rule; its own name tells it from others."""
    told: dict[str, Any] = {"name": rule.name, "n_failure_cases": 0}
    match rule.kind:
        case "words":
            return pa.Check.isin(list(rule.what), **told)
        case "pattern":
            return pa.Check.str_matches(str(rule.what), **told)
        case "range":
            return pa.Check.in_range(Decimal(rule.pair[0]), Decimal(rule.pair[1]), **told)
        case "length":
            return pa.Check.str_length(exact_value=int(str(rule.what)), **told)
        case "found":
            table, key = rule.pair
            return pa.Check.isin(pl.read_parquet(data / f"{table}.parquet")[key], **told)
        case "unique":
            column = pl.col(rule.column)
            return pa.Check(_rows(column.is_first_distinct() | column.is_null()), **told)
        case "count":
            return pa.Check(_rows(pl.len() >= int(str(rule.what))), **told)
        case _:
            return pa.Check(_rows(pl.sql_expr(str(rule.what))), ignore_na=False, **told)


def _rows(holds: pl.Expr) -> Callable[[PolarsData], pl.LazyFrame]:
    return lambda frame: frame.lazyframe.select(holds)


def main() -> None:
    """Validate."""
    data, asked = Path(sys.argv[1]), rules.SETS[int(sys.argv[2])]
    answer = Answer()
    frame = pl.read_parquet(data / "transactions.parquet")
    failed: list[Any] = []
    try:
        schema(asked, data, frame.columns).validate(frame, lazy=True)
    except SchemaErrors as errors:
        failed = errors.schema_errors
    answer.passed = dict.fromkeys((rule.name for rule in asked), True)
    answer.counts = {rule.name: 0 for rule in asked if rule.kind != "count"}  # a number of rows is not told
    for error in failed:
        own = isinstance(error.check, pa.Check)
        name = error.check.name if own else rules.missing(error.schema.name)
        answer.counts[name] = int(error.check_output["check_output"].not_().sum())
        answer.passed[name] = False
    answer.write(sys.argv[3] if len(sys.argv) > 3 else None)


if __name__ == "__main__":
    main()
