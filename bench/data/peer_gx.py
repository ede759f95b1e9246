"""great-expectations on pandas; runs in an environment of its own.

    python peer_gx.py DATA RULES [ANSWER]

On pandas there is no expectation of a predicate over several columns. What pandas can ask for stands as row condition
of an expectation that no such row exists: that gives a count, but no share of rows. Amounts are read as floats, as
pandas would hold decimals as objects of Python. Uniqueness counts every row of a repeated value.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx
import great_expectations.expectations as gxe
import pyarrow as pa
import pyarrow.parquet as pq
import rules
from answer import Answer

if TYPE_CHECKING:
    import pandas as pd

FAILING = {
    "implausible-amount": "not (amount > 0 and amount < 50000)",
    "settled-before-booked": "not settled_at >= booked_at",
    "late-settlement": "not (settled_at - booked_at).dt.total_seconds() <= 864000",
    "dear-fee": "not fee <= amount * 0.05",
    "fee-of-rejected": "not (status.notna() and status != 'rejected' or fee == 0)",
    "split-yen": "not (currency.notna() and currency != 'JPY' or amount % 1 == 0)",
    "great-card-payment": "not (channel.notna() and channel != 'card' or amount <= 20000)",
    "booked-elsewhen": "not (booked_at >= '2026-01-01' and booked_at < '2026-07-01')",
    "country-of-account": "not counterparty_iban.str.slice(0, 2) == merchant_country",
    "great-total": "not amount + fee < 50000",
    "capital-email": "not customer_email.str.lower() == customer_email",
    "long-email": "not customer_email.str.len() <= 64",
    "reference-is-id": "not (reference.notna() and transaction_id.notna() and reference != transaction_id)",
    "settled-at-once": "not (status.notna() and status != 'settled' or settled_at > booked_at)",
    "fee-over-amount": "not fee < amount",
}
"""The rows that fail a predicate, in pandas' words: there what is missing is unlike anything, and compares as false."""


def expectation(rule: rules.Rule, data: Path) -> gxe.Expectation:
    """One rule; its name goes with it."""
    own: dict[str, Any] = {"meta": {"rule": rule.name}}
    column = {**own, "column": rule.column, "mostly": 1 - rules.MOST}
    match rule.kind:
        case "filled":
            return gxe.ExpectColumnValuesToNotBeNull(**column)
        case "unique":
            return gxe.ExpectColumnValuesToBeUnique(**{**column, "mostly": 1})
        case "words":
            return gxe.ExpectColumnValuesToBeInSet(value_set=list(rule.what), **column)
        case "pattern":
            return gxe.ExpectColumnValuesToMatchRegex(regex=rule.what, **column)
        case "range":
            low, high = (float(limit) for limit in rule.pair)
            return gxe.ExpectColumnValuesToBeBetween(min_value=low, max_value=high, **column)
        case "length":
            return gxe.ExpectColumnValueLengthsToEqual(value=int(str(rule.what)), **column)
        case "found":
            table, key = rule.pair
            keys = pq.read_table(data / f"{table}.parquet")[key].to_pylist()
            return gxe.ExpectColumnValuesToBeInSet(value_set=keys, **column)
        case "count":
            return gxe.ExpectTableRowCountToBeBetween(min_value=int(str(rule.what)), **own)
        case _:
            failing = {"row_condition": FAILING[rule.name], "condition_parser": "pandas"}
            return gxe.ExpectTableRowCountToEqual(value=0, **failing, **own)


def frame(data: Path) -> pd.DataFrame:
    """The transactions, amounts as floats."""
    table = pq.read_table(data / "transactions.parquet")
    fields = [f.with_type(pa.float64()) if pa.types.is_decimal(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields)).to_pandas()


def main() -> None:
    """Validate."""
    data, asked = Path(sys.argv[1]), rules.SETS[int(sys.argv[2])]
    answer = Answer()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("bench").add_dataframe_asset("transactions")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame(data)})
    suite = gx.ExpectationSuite("bench", expectations=[expectation(rule, data) for rule in asked])
    found = batch.validate(suite, result_format={"result_format": "BASIC", "partial_unexpected_count": 0})
    kinds = {rule.name: rule.kind for rule in asked}
    for result in found.results:
        name = result.expectation_config.meta["rule"]
        given = result.result
        if not given:  # it could not be evaluated
            continue
        counted = answer.members if kinds[name] == "unique" else answer.counts
        counted[name] = int(given["unexpected_count"] if "unexpected_count" in given else given["observed_value"])
        answer.passed[name] = bool(result.success)
    answer.write(sys.argv[3] if len(sys.argv) > 3 else None)


if __name__ == "__main__":
    main()
