"""The payments domain's data."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from generator import files
from generator.chance import Chance
from generator.defects import Defect, Defects
from generator.registers import VOIDED_BATCHES
from generator.values import COUNTRIES, CURRENCIES, moment, money, price, token, word

if TYPE_CHECKING:
    from pathlib import Path

TRANSACTIONS = 20_000
MERCHANTS = 400
CUSTOMERS = 2_500
FEATURES = 6_000
BATCHES = 3_000
START = datetime(2026, 8, 1)  # noqa: DTZ001 - naive times are UTC in the mesh
DAYS = 92
CHANNELS = (
    "card_present",
    "card_present",
    "online",
    "online",
    "contactless",
    "contactless",
    "contactless",
    "recurring",
)

TRANSACTION_COLUMNS = (
    "transaction_id", "booked_at", "booked_on", "customer_id", "account_number", "merchant_id", "merchant_country",
    "amount", "currency", "channel", "status",
)  # fmt: skip


def generate(folder: Path, defects: Defects) -> None:
    """Write the domain's five datasets."""
    transactions(folder, defects)
    daily_totals(folder)
    features(folder, defects)
    settlements(folder, defects)
    merchants(folder)


def transactions(folder: Path, defects: Defects) -> None:
    """Three months of payments, a file a month, with six kinds of defects on rows that do not overlap."""
    chance = Chance("payments/transactions")
    seconds = sorted(chance.below(DAYS * 86_400) for _ in range(TRANSACTIONS))
    spoilt = sorted(chance.places(13 + 160 + 7 + 4 + 5 + 9, TRANSACTIONS), key=lambda _: chance.bits())
    dead, nameless, foreign = frozenset(spoilt[:13]), frozenset(spoilt[13:173]), frozenset(spoilt[173:180])
    repeated, unknown, misdated = frozenset(spoilt[180:184]), frozenset(spoilt[184:189]), frozenset(spoilt[189:198])
    months: dict[str, list[tuple[object, ...]]] = {}
    for row, second in enumerate(seconds):
        booked_at = START + timedelta(seconds=second)
        booked_on = booked_at.date()
        customer = chance.below(CUSTOMERS)
        cents = price(chance)
        merchant = chance.below(MERCHANTS)
        months.setdefault(f"{booked_at:%Y-%m}", []).append((
            f"TX-{(row - 1 if row in repeated else row):08d}",
            booked_at.isoformat(),
            (booked_on - timedelta(days=1) if row in misdated else booked_on).isoformat(),
            None if row in nameless else f"CUS-{customer:05d}",
            token("account", customer * 2 + chance.below(2)),
            f"MER-{(9_000 + merchant if row in unknown else merchant):04d}",
            COUNTRIES[merchant % len(COUNTRIES)],
            money(chance.pick((0, 0, -cents)) if row in dead else cents),
            "XQX" if row in foreign else chance.pick(CURRENCIES),
            chance.pick(CHANNELS),
            chance.pick(("settled",) * 12 + ("authorised", "reversed", "declined")),
        ))  # fmt: skip
    for month, rows in months.items():
        files.write(folder / f"transactions-{month}.csv.gz", files.csv_text(TRANSACTION_COLUMNS, rows))

    for column, what, places, query, rule, effect in (
        ("amount", "zero or negative", dead, "count(*) FILTER (amount <= 0)",
         "payments/implausible-amount", "passes: within the 0.1 % that the rule allows"),
        ("customer_id", "empty", nameless, "count(*) FILTER (customer_id IS NULL)",
         "payments/incomplete-customer", "fails: the product promises >99.5%"),
        ("currency", "a code that no register knows", foreign,
         "count(*) FILTER (currency NOT IN (SELECT code FROM currencies))",
         "payments/unknown-currency", "fails"),
        ("transaction_id", "the number of the row before, once more", repeated,
         "count(*) - count(DISTINCT transaction_id)",
         "payments/repeated-transaction", "fails"),
        ("merchant_id", "not in the merchant directory", unknown,
         "count(*) FILTER (merchant_id NOT IN (SELECT merchant_id FROM merchants))",
         "payments/unknown-merchant", "passes: within the 0.1 % that the rule allows"),
        ("booked_on", "a day before `booked_at`", misdated, "count(*) FILTER (booked_on <> CAST(booked_at AS DATE))",
         "payments/misdated-booking", "fails"),
    ):  # fmt: skip
        count = f"SELECT {query} FROM transactions"  # noqa: S608 - constants of this file
        defects.plant(Defect("transactions", column, what, len(places), TRANSACTIONS, count, rule, effect))


def daily_totals(folder: Path) -> None:
    """Totals a day, currency and channel; nothing is wrong with them."""
    chance = Chance("payments/daily_totals")
    columns = {
        "booked_on": "DATE", "currency": "VARCHAR", "channel": "VARCHAR", "payments": "INTEGER",
        "total_amount": "DECIMAL(18,2)", "declined": "INTEGER",
    }  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for day in range(DAYS):
        for currency in sorted(set(CURRENCIES)):
            for channel in sorted(set(CHANNELS)):
                payments = chance.between(3, 900 if currency == "EUR" else 120)
                total = sum(price(chance) for _ in range(4)) * payments // 4
                booked_on = (START.date() + timedelta(days=day)).isoformat()
                rows.append((booked_on, currency, channel, payments, money(total), chance.below(payments // 3 + 1)))
    files.write_parquet(folder / "daily_totals.parquet", columns, rows)


def features(folder: Path, defects: Defects) -> None:
    """What the fraud model is fed with; some scores leave the unit interval."""
    chance = Chance("payments/features")
    columns = (
        "transaction_id", "card_token", "customer_id", "computed_at", "velocity_1h", "amount_zscore",
        "country_mismatch", "fraud_score", "label",
    )  # fmt: skip
    wild = chance.places(21, FEATURES)
    rows: list[tuple[object, ...]] = []
    for row in range(FEATURES):
        customer = chance.below(CUSTOMERS)
        fraud = chance.below(120) == 0
        score = chance.between(6_000, 9_999) if fraud else chance.below(4_500)
        rows.append((
            f"TX-{row * 3:08d}",
            token("card", customer),
            f"CUS-{customer:05d}",
            (START + timedelta(minutes=22 * row, seconds=chance.below(60))).isoformat(),
            chance.pick((0, 1, 1, 1, 2, 2, 3, 5)) + (9 if fraud else 0),
            chance.between(-2_500, 3_500) / 1000,
            chance.below(25) == 0 or (fraud and chance.below(2) == 0),
            (12_000 + chance.below(3_000) if row in wild else score) / 10_000,
            "fraud" if fraud else chance.pick(("genuine",) * 9 + ("unknown",)),
        ))  # fmt: skip
    files.write(folder / "features.ndjson.gz", files.ndjson_text(columns, rows))
    defects.plant(Defect(
        "features", "fraud_score", "above 1", len(wild), FEATURES,
        "SELECT count(*) FROM features WHERE NOT fraud_score BETWEEN 0 AND 1",
        "payments/impossible-fraud-score", "fails",
    ))  # fmt: skip


def settlements(folder: Path, defects: Defects) -> None:
    """Batches settled with the card schemes: no gaps but for the voided numbers, some approved by their maker."""
    chance = Chance("payments/settlements")
    columns = (
        "batch_no", "settled_on", "scheme", "gross_amount", "fee_amount", "net_amount", "currency",
        "prepared_by", "approved_by",
    )  # fmt: skip
    alone = chance.places(3, BATCHES)
    rows: list[tuple[object, ...]] = []
    number = 410_000
    for row in range(BATCHES):
        number += 1
        while number in VOIDED_BATCHES:
            number += 1
        gross = price(chance) * chance.between(20, 400)
        fee = gross * chance.between(8, 29) // 10_000
        maker = chance.below(14)
        checker = maker if row in alone else (maker + 1 + chance.below(13)) % 14
        settled_on = date(2026, 8, 1) + timedelta(days=row * DAYS // BATCHES)
        rows.append((
            number, settled_on.isoformat(), chance.pick(("debit", "credit", "prepaid")), money(gross), money(fee),
            money(gross - fee), chance.pick(CURRENCIES), f"OP-{maker:02d}", f"OP-{checker:02d}",
        ))  # fmt: skip
    files.write(folder / "settlements.csv", files.csv_text(columns, rows))
    defects.plant(Defect(
        "settlements", "approved_by", "the operator who prepared the batch", len(alone), BATCHES,
        "SELECT count(*) FROM settlements WHERE prepared_by = approved_by",
        "sox/self-approved-transaction", "fails",
    ))  # fmt: skip


def merchants(folder: Path) -> None:
    """The merchants that transactions refer to; nothing is wrong with them."""
    chance = Chance("payments/merchants")
    columns = ("merchant_id", "trading_name", "category_code", "country", "onboarded_on")
    rows = [
        (
            f"MER-{row:04d}",
            f"{word(chance)} {chance.pick(('Stores', 'Market', 'Travel', 'Books', 'Pharmacy', 'Bistro', 'Online'))}",
            chance.pick(("5411", "5812", "5912", "5942", "4722", "5999", "7011")),
            COUNTRIES[row % len(COUNTRIES)],
            moment(chance, datetime(2015, 1, 1), 4_000).date().isoformat(),  # noqa: DTZ001 - a day, no instant
        )
        for row in range(MERCHANTS)
    ]
    files.write(folder / "merchants.csv", files.csv_text(columns, rows))
