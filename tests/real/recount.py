"""The same counts once more, without the engine: Python's `csv` over text, and for Parquet a query put by hand.

A count is `(tested, failing)`. Rows that are not whole are left out, as the engine leaves them out.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import gzip
import re
from collections.abc import Callable, Collection
from pathlib import Path

import duckdb

DATA = Path(__file__).resolve().parents[3] / "shared/data"

Row = dict[str, str]
Count = tuple[int, int]
Counting = Callable[[], Count]

_FILES = {
    **{
        f"berka/{name}": f"berka/{name}.csv.gz"
        for name in ("account", "card", "client", "disp", "district", "loan", "order", "trans")
    },
    "german": "german-credit-uci/germancredit.csv.gz",
    "cars": "car-loan-nannyml/reference.csv.gz",
    "clients": "credit-card-default-uci/creditcard_default.csv.gz",
    "calls": "bank-marketing-uci/bank_marketing.csv.gz",
    "rates": "fx-rates-ecb/eurofxref-hist.csv.gz",
}
_PARQUET = DATA / "card-payments-fdh/transactions_2018-04_07.parquet"


@functools.cache
def rows(table: str) -> tuple[Row, ...]:
    """The whole rows of a table, all cells as text."""
    with gzip.open(DATA / _FILES[table], "rt", encoding="utf-8", newline="") as opened:
        reader = csv.reader(opened, delimiter=";" if table.startswith("berka/") else ",")
        header = next(reader)
        return tuple(dict(zip(header, cells, strict=True)) for cells in reader if len(cells) == len(header))


def holds(table: str, test: Callable[[Row], bool]) -> Counting:
    return lambda: (len(rows(table)), sum(not test(row) for row in rows(table)))


def filled(table: str, column: str) -> Counting:
    return holds(table, lambda row: row[column].strip() != "")


def unique(table: str, column: str) -> Counting:
    def count() -> Count:
        values = [row[column] for row in rows(table) if row[column] != ""]
        return len(values), len(values) - len(set(values))

    return count


def found(table: str, column: str, parent: str, key: str, test: Callable[[Row], bool] = lambda _: True) -> Counting:
    def count() -> Count:
        keys = {row[key] for row in rows(parent) if test(row)}
        values = [row[column] for row in rows(table) if row[column] != ""]
        return len(values), sum(value not in keys for value in values)

    return count


def parquet(failing: str) -> Counting:
    def count() -> Count:
        row = duckdb.connect().execute(f"SELECT count(*), {failing} FROM '{_PARQUET}'").fetchone()
        assert row is not None
        return int(row[0]), int(row[1])

    return count


def sum_of(failing: str) -> Counting:
    """Rows for which `failing` is true, as a sum of cases and not as a filter."""
    return parquet(f"sum(CASE WHEN {failing} THEN 1 ELSE 0 END)")


def _number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _birthday(text: str) -> bool:
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    try:
        dt.date(1900 + year, month - 50 if month > 50 else month, day)
    except ValueError:
        return False
    return True


def womans_number(text: str) -> bool:
    return len(text) == 6 and text.isdecimal() and 51 <= int(text[2:4]) <= 62 and 1 <= int(text[4:]) <= 31


def _one_of(column: str, values: Collection[str]) -> Callable[[Row], bool]:
    return lambda row: row[column] in values


def _between(column: str, low: float, high: float) -> Callable[[Row], bool]:
    return lambda row: low <= float(row[column]) <= high


_TYPES = holds("berka/trans", _one_of("type", {"PRIJEM", "VYDAJ"}))
_PLAUSIBLE = holds("berka/trans", lambda row: 0 < float(row["amount"]) < 1_000_000)
_CODES = {"POPLATEK MESICNE", "POPLATEK TYDNE", "POPLATEK PO OBRATU"}

COUNTS: dict[tuple[str, str], Counting] = {
    ("banking/unreadable-birth-number", ""): holds("berka/client", lambda row: _birthday(row["birth_number"])),
    ("banking/homeless-client", ""): found("berka/client", "district_id", "berka/district", "A1"),
    ("banking/right-without-client", ""): found("berka/disp", "client_id", "berka/client", "client_id"),
    ("banking/right-without-account", ""): found("berka/disp", "account_id", "berka/account", "account_id"),
    ("banking/too-many-co-holders", ""): holds("berka/disp", lambda row: row["type"] == "OWNER"),
    ("banking/shared-account", ""): unique("berka/disp", "account_id"),
    ("banking/single-holder", ""): found(
        "berka/account", "account_id", "berka/disp", "account_id", lambda row: row["type"] == "DISPONENT"
    ),
    ("banking/unnumbered-district", "A12"): holds("berka/district", lambda row: _number(row["A12"])),
    ("banking/unnumbered-district", "A15"): holds("berka/district", lambda row: _number(row["A15"])),
    ("banking/unknown-frequency", ""): holds("berka/account", _one_of("frequency", _CODES)),
    ("banking/homeless-account", ""): found("berka/account", "district_id", "berka/district", "A1"),
    ("banking/ownerless-account", ""): found(
        "berka/account", "account_id", "berka/disp", "account_id", lambda row: row["type"] == "OWNER"
    ),
    ("banking/card-without-right", ""): found("berka/card", "disp_id", "berka/disp", "disp_id"),
    ("banking/unknown-card", ""): holds("berka/card", _one_of("type", {"classic", "gold", "junior"})),
    ("banking/order-without-account", ""): found("berka/order", "account_id", "berka/account", "account_id"),
    ("banking/missing-order-symbol", ""): filled("berka/order", "k_symbol"),
    ("banking/blank-order-symbol", ""): holds("berka/order", lambda row: row["k_symbol"].strip() != ""),
    ("banking/implausible-booking", ""): _PLAUSIBLE,
    ("banking/implausible-booking-share", ""): _PLAUSIBLE,
    ("banking/undocumented-type", ""): _TYPES,
    ("banking/undocumented-type-lenient", ""): _TYPES,
    ("banking/undocumented-type-undecided", ""): _TYPES,
    ("banking/missing-symbol", ""): filled("berka/trans", "k_symbol"),
    ("banking/blank-symbol", ""): holds("berka/trans", lambda row: row["k_symbol"] != " "),
    ("banking/symbol-at-all", ""): holds("berka/trans", lambda row: row["k_symbol"].strip() != ""),
    ("banking/booking-without-account", ""): found("berka/trans", "account_id", "berka/account", "account_id"),
    ("banking/booking-out-of-period", ""): holds("berka/trans", _between("date", 930101, 940331)),
    ("lending/loan-without-account", ""): found("berka/loan", "account_id", "berka/account", "account_id"),
    ("lending/unbalanced-loan", ""): holds(
        "berka/loan", lambda row: float(row["payments"]) * int(row["duration"]) == float(row["amount"])
    ),
    ("lending/unknown-loan-status", ""): holds("berka/loan", _one_of("status", "ABCD")),
    ("lending/bad-loans", ""): holds("berka/loan", _one_of("status", "AC")),
    ("lending/bad-applications", ""): holds("german", _one_of("creditability", {"good"})),
    ("lending/bad-applications-strict", ""): holds("german", _one_of("creditability", {"good"})),
    ("lending/impossible-score", ""): holds("cars", _between("y_pred_proba", 0, 1)),
    ("payments/implausible-amount", ""): sum_of("TX_AMOUNT <= 0 OR TX_AMOUNT >= 1000000"),
    ("payments/implausible-amount-absolute", ""): sum_of("TX_AMOUNT <= 0 OR TX_AMOUNT >= 1000000"),
    ("payments/gap-in-ids", "unique"): parquet("count(TRANSACTION_ID) - count(DISTINCT TRANSACTION_ID)"),
    ("payments/gap-in-ids", ">= 0"): parquet("count(*) - 1 - (max(TRANSACTION_ID) - min(TRANSACTION_ID))"),
    ("payments/too-much-fraud", ""): sum_of("TX_FRAUD <> 0"),
    ("payments/unexplained-fraud", ""): sum_of("TX_FRAUD <> sign(TX_FRAUD_SCENARIO)"),
    ("cards/undocumented-education", ""): holds("clients", _one_of("education", "1234")),
    ("cards/undocumented-marriage", ""): holds("clients", lambda row: row["marriage"] != "0"),
    ("cards/implausible-age", ""): holds("clients", _between("age", 21, 79)),
    ("cards/too-many-defaults", ""): holds("clients", _one_of("has_default", "0")),
    ("marketing/unknown-job", ""): holds("calls", lambda row: row["job"] != "unknown"),
    ("marketing/unknown-education", ""): holds("calls", lambda row: row["education"] != "unknown"),
    ("marketing/unknown-contact", ""): holds("calls", lambda row: row["contact"] != "unknown"),
    ("marketing/unknown-outcome", ""): holds("calls", lambda row: row["poutcome"] != "unknown"),
    ("marketing/never-called", ""): holds("calls", lambda row: row["pdays"] != "-1"),
    ("marketing/undocumented-default", ""): holds("calls", _one_of("default", {"yes", "no"})),
    ("reference-data/repeated-day", ""): unique("rates", "Date"),
    ("reference-data/gap-in-dollar", "filled"): filled("rates", "USD"),
    ("reference-data/gap-in-dollar", "> 0"): holds("rates", lambda row: float(row["USD"]) > 0),
    ("reference-data/gap-in-lev", ""): holds("rates", lambda row: row["BGN"] != "N/A"),
    ("reference-data/empty-lev", ""): filled("rates", "BGN"),
    ("reference-data/nameless-column", ""): filled("rates", ""),
}
"""By rule, and a piece of the part's expectation where the rule has several parts; no rule over columns is here."""

_TABLES = {
    ("lending-applications", "applications"): "german",
    ("lending-scores", "scores"): "cars",
    ("cards-clients", "clients"): "clients",
    ("marketing-calls", "calls"): "calls",
    ("reference-data-fx-rates", "rates"): "rates",
}


def recount(product: str, rule: str, dataset: str, column: str, expectation: str) -> Count:
    """What a part of a rule must count; `dataset` and `column` are "" where the part is not about one column.

    Raises:
        StopIteration: nothing here counts for this rule.

    """
    if not column:
        return next(count for (name, piece), count in COUNTS.items() if name == rule and piece in expectation)()
    if product == "payments-card-transactions":
        distinct = "DISTINCT " if expectation.endswith("unique") else ""
        return parquet(f'count(*) - count({distinct}"{column}")')()
    table = _TABLES.get((product, dataset), f"berka/{dataset}")
    if expectation.endswith("unique"):
        return unique(table, column)()
    if expectation.endswith("filled"):
        return filled(table, column)()
    return next(holds(table, lambda row: not womans_number(row[column])) for _ in [rule] if rule == _HIDDEN)()


_HIDDEN = "house/hidden-birth-number"
