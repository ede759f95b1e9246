"""Payment transactions with planted faults, the same for the same number of rows: Parquet, 14 columns.

    python bench/data/generate.py FOLDER [ROWS]

Beside `transactions.parquet` stand `accounts.parquet` (one account for 50 transactions) and `currencies.parquet`, which
foreign keys point to. No generator of random numbers is used: every cell follows from the row's number by MD5.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

ROWS = 1_000_000
MEMORY = "1GB"
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "SEK", "PLN", "CZK")
COUNTRIES = ("DE", "FR", "AT", "NL", "ES", "IT", "PL", "SE")
STATUSES = ("settled", "pending", "returned", "rejected")
CHANNELS = ("card", "transfer", "direct-debit", "instant")

COLUMNS = {
    "transaction_id": "string",
    "reference": "string",
    "account_id": "string",
    "counterparty_iban": "string",
    "card_token": "string",
    "customer_email": "string",
    "merchant_country": "string",
    "channel": "string",
    "status": "string",
    "currency": "string",
    "amount": "decimal",
    "fee": "decimal",
    "booked_at": "timestamp",
    "settled_at": "timestamp",
}
"""Names and logical types, in order."""

FAULTS = (
    # salt, one row in so many, column, what stands there instead
    (101, 1200, "amount", "-amount"),
    (102, 4000, "amount", "amount + 60000"),
    (103, 1500, "fee", "amount * 0.08"),
    (104, 1400, "currency", "'XXX'"),
    (105, 3000, "currency", "lower(currency)"),
    (106, 1300, "status", "'unknown'"),
    (107, 1100, "customer_email", "replace(customer_email, '@', ' at ')"),
    (108, 5000, "customer_email", "upper(customer_email)"),
    (109, 1600, "account_id", "'AC-9' || substr(account_id, 5)"),
    (110, 4500, "account_id", "replace(account_id, '-', '')"),
    (111, 2500, "counterparty_iban", "lower(counterparty_iban)"),
    (112, 3500, "card_token", "substr(card_token, 1, 12)"),
    (113, 2000, "settled_at", "booked_at - INTERVAL 3 HOURS"),
    (114, 2200, "settled_at", "booked_at + INTERVAL 40 DAYS"),
    (115, 2400, "booked_at", "TIMESTAMP '2019-12-31 23:00:00'"),
    (116, 1800, "merchant_country", "'ZZ'"),
    (117, 2100, "channel", "'cheque'"),
    (118, 2600, "reference", "transaction_id"),
    (119, 5000, "transaction_id", "printf('TX%016x', i + 999999)"),
    (120, 4800, "transaction_id", "lower(transaction_id)"),
    (121, 4600, "reference", "'E2E-00000000-0'"),
    (122, 4400, "merchant_country", "lower(merchant_country)"),
    (123, 4200, "fee", "-fee - 1"),
    *((200 + n, 1000 * (1 + n % 5), column, "NULL") for n, column in enumerate(COLUMNS)),
)
"""In one row of 1,000 to one of 5,000, that is 0.02 to 0.1 %. Later ones see the columns before any fault."""


def generate(folder: Path, rows: int = ROWS) -> Path:
    """Write the three files unless they stand there already, and say in which folder."""
    target = folder / str(rows)
    if (target / "transactions.parquet").exists():
        return target
    target.mkdir(parents=True, exist_ok=True)
    accounts = max(rows // 50, 1)
    import duckdb  # here alone: what a process weighs is passed on to those it starts, and would spoil their measure

    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar=false")
        connection.execute(f"SET memory_limit='{MEMORY}'")  # rows are written as they are made, however many
        connection.execute(f"SET temp_directory='{target}'")
        connection.execute("CREATE MACRO h(i, salt) AS md5_number_lower(i || ':' || salt)")
        connection.execute("CREATE MACRO one_of(words, number) AS words[1 + (number % len(words))::INT]")
        cells = ", ".join(_faulty(column) for column in COLUMNS)
        _copy(connection, f"SELECT {cells} FROM ({_sound(rows, accounts)})", target / "transactions.part")
        _copy(
            connection, f"SELECT {_account('i')} AS account_id FROM range({accounts}) t(i)", target / "accounts.parquet"
        )
        _copy(connection, f"SELECT unnest({list(CURRENCIES)!r}) AS code", target / "currencies.parquet")
    (target / "transactions.part").rename(target / "transactions.parquet")
    return target


def _sound(rows: int, accounts: int) -> str:
    """The rows without faults, with their number `i`."""
    amount = "(100 + h(i, 1) % 1900000)::DECIMAL(12, 2) / 100"
    return f"""
        SELECT *, amount * (h(i, 3) % 40)::DECIMAL(4, 0) / 1000 AS raw_fee,
            booked_at + to_minutes((30 + h(i, 4) % 4000)::BIGINT) AS settled_at,
            CASE WHEN status = 'rejected' THEN 0 ELSE raw_fee END::DECIMAL(12, 2) AS fee
        FROM (
            SELECT i,
                printf('TX%016x', i + 1000000) AS transaction_id,
                printf('E2E-%s-%d', upper(substr(md5(i::VARCHAR), 1, 8)), i) AS reference,
                {_account(f"(h(i, 2) % {accounts})")} AS account_id,
                country AS merchant_country,
                country || printf('%02d%018d', 10 + h(i, 6) % 89, h(i, 7) % 1000000000000000000) AS counterparty_iban,
                'tok_' || substr(md5('c' || (h(i, 8) % {accounts * 2})), 1, 24) AS card_token,
                'customer' || (h(i, 9) % {accounts}) || '@' || one_of(['post', 'mail', 'bank'], h(i, 10)) || '.example'
                    AS customer_email,
                one_of({list(CHANNELS)!r}, h(i, 11)) AS channel,
                one_of({list(STATUSES)!r}, h(i, 12)) AS status,
                currency,
                CASE WHEN currency = 'JPY' THEN floor({amount}) ELSE {amount} END::DECIMAL(12, 2) AS amount,
                TIMESTAMP '2026-01-01' + to_seconds((h(i, 13) % 15000000)::BIGINT) AS booked_at
            FROM (SELECT i, one_of({list(COUNTRIES)!r}, h(i, 5)) AS country,
                    one_of({list(CURRENCIES)!r}, h(i, 14)) AS currency FROM range({rows}) t(i))
        )"""


def _account(number: str) -> str:
    return f"printf('AC-%08d', {number})"


def _faulty(column: str) -> str:
    cases = "".join(f" WHEN h(i, {salt}) % {n} = 0 THEN {value}" for salt, n, of, value in FAULTS if of == column)
    type_ = "DECIMAL(12, 2)" if COLUMNS[column] == "decimal" else ""
    whole = f"CASE{cases} ELSE {column} END"
    return f"CAST({whole} AS {type_}) AS {column}" if type_ else f"{whole} AS {column}"


def _copy(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")


if __name__ == "__main__":
    print(generate(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ROWS))
