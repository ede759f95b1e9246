"""The rules, and three ways to write them: a mesh for govengine, a contract for soda-core, one query by hand.

The other peers write them in a file each: `peer_*.py`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import generate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Rule(NamedTuple):
    """A rule. `what` is a predicate, words, a pattern, a range, a length, a table and column, or a figure."""

    name: str
    kind: str
    column: str = ""
    what: str | tuple[str, ...] = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The two limits of a range; the table and column of what must be found."""
        first, second = tuple(self.what)
        return first, second


TEN = (
    Rule("implausible-amount", "predicate", "", "amount > 0 and amount < 50000"),
    Rule("missing-transaction-id", "filled", "transaction_id"),
    Rule("repeated-transaction", "unique", "transaction_id"),
    Rule("odd-currency", "words", "currency", generate.CURRENCIES),
    Rule("odd-status", "words", "status", generate.STATUSES),
    Rule("bad-email", "pattern", "customer_email", "^[a-z0-9]+@[a-z]+[.]example$"),
    Rule("unknown-account", "found", "account_id", ("accounts", "account_id")),
    Rule("settled-before-booked", "predicate", "", "settled_at >= booked_at"),
    Rule("fee-out-of-range", "range", "fee", ("0", "2000")),
    Rule("too-few-rows", "count", "", "1000"),
)


def missing(column: str) -> str:
    """What the rule is called by which a column is filled."""
    return f"missing-{column.replace('_', '-')}"


FORTY = (
    *(Rule(missing(c), "filled", c) for c in generate.COLUMNS if c != "transaction_id"),
    Rule("repeated-reference", "unique", "reference"),
    Rule("unknown-currency", "found", "currency", ("currencies", "code")),
    Rule("odd-channel", "words", "channel", generate.CHANNELS),
    Rule("odd-country", "words", "merchant_country", generate.COUNTRIES),
    Rule("bad-transaction-id", "pattern", "transaction_id", "^TX[0-9a-f]{16}$"),
    Rule("bad-reference", "pattern", "reference", "^E2E-[0-9A-F]{8}-[0-9]{1,12}$"),
    Rule("bad-account-id", "pattern", "account_id", "^AC-[0-9]{8}$"),
    Rule("bad-iban", "pattern", "counterparty_iban", "^[A-Z]{2}[0-9]{2}[0-9]{11,30}$"),
    Rule("bad-card-token", "pattern", "card_token", "^tok_[0-9a-f]{24}$"),
    Rule("bad-currency", "pattern", "currency", "^[A-Z]{3}$"),
    Rule("bad-country", "pattern", "merchant_country", "^[A-Z]{2}$"),
    Rule("amount-out-of-range", "range", "amount", ("0.01", "49999.99")),
    Rule("token-length", "length", "card_token", "28"),
    Rule("iban-length", "length", "counterparty_iban", "22"),
    Rule("late-settlement", "predicate", "", "settled_at <= booked_at + interval 10 days"),
    Rule("dear-fee", "predicate", "", "fee <= amount * 0.05"),
    Rule("fee-of-rejected", "predicate", "", "status <> 'rejected' or fee = 0"),
    Rule("split-yen", "predicate", "", "currency <> 'JPY' or amount = floor(amount)"),
    Rule("great-card-payment", "predicate", "", "channel <> 'card' or amount <= 20000"),
    Rule(
        "booked-elsewhen", "predicate", "", "booked_at >= timestamp '2026-01-01' and booked_at < timestamp '2026-07-01'"
    ),
    Rule("country-of-account", "predicate", "", "substr(counterparty_iban, 1, 2) = merchant_country"),
    Rule("great-total", "predicate", "", "amount + fee < 50000"),
    Rule("capital-email", "predicate", "", "lower(customer_email) = customer_email"),
    Rule("long-email", "predicate", "", "length(customer_email) <= 64"),
    Rule("reference-is-id", "predicate", "", "reference <> transaction_id"),
    Rule("settled-at-once", "predicate", "", "status <> 'settled' or settled_at > booked_at"),
    Rule("fee-over-amount", "predicate", "", "fee < amount"),
)

SETS: dict[int, tuple[Rule, ...]] = {10: TEN, 50: (*TEN, *FORTY)}

SHARE, MOST = "99.9%", 0.001
REGISTERS = {"accounts": "account_id", "currencies": "code"}


def kept(rule: Rule, count: int, rows: int) -> bool:
    """Whether a rule is kept, where `count` of `rows` rows fail it; for `count`, where there are so many rows."""
    if rule.kind == "count":
        return count >= int(str(rule.what))
    return count <= (0 if rule.kind == "unique" else MOST * rows)


def words(rule: Rule) -> str:
    """The words of a rule as SQL."""
    return ", ".join(f"'{w}'" for w in rule.what)


# -- govengine -------------------------------------------------------------------------------------------------------


def write_mesh(root: Path, data: Path, rules: Sequence[Rule]) -> None:
    """A mesh of one domain, whose data is that of `generate`, linked into it."""
    for folder in ("policies/global", "products/payments", "data"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for file in data.glob("*.parquet"):
        link = root / "data" / file.name
        link.unlink(missing_ok=True)
        link.hardlink_to(file)
    (root / "govengine.yaml").write_text(_MESH, "utf-8")
    written = "".join(_gov_rule(rule) for rule in rules)
    (root / "policies/global/quality.gov").write_text(f"{_POLICY}{written}}}\n", "utf-8")
    schemas = {"transactions": generate.COLUMNS, **{t: {c: "string"} for t, c in REGISTERS.items()}}
    for dataset, columns in schemas.items():
        spec = _SPEC.format(name=dataset) + "".join(
            f"    - {{name: {c}, logical_type: {t}, classification: internal}}\n" for c, t in columns.items()
        )
        (root / f"products/payments/{dataset}.yaml").write_text(spec, "utf-8")


def _gov_rule(rule: Rule) -> str:
    return (
        f'  rule {rule.name} "{rule.name.replace("-", " ")}" {{\n    severity medium\n'
        f"    on payments-transactions.transactions\n    expect {_expect(rule)}\n  }}\n"
    )


def _expect(rule: Rule) -> str:
    match rule.kind:
        case "filled":
            return f"{rule.column} filled at least {SHARE}"
        case "unique":
            return f"{rule.column} unique"
        case "found":
            table, column = rule.pair
            return f"{rule.column} found in payments-{table}.{table}({column}) at least {SHARE}"
        case "count":
            return f"`count(*)` at least {rule.what}"
        case _:
            predicate = _holds(rule).replace("{", "{{").replace("}", "}}")
            return f"rows `{predicate}` at least {SHARE}"


def _holds(rule: Rule) -> str:
    """A predicate of one row; what is missing is judged by `filled` alone, but for predicates of their own."""
    column = rule.column
    match rule.kind:
        case "predicate":
            return str(rule.what)
        case "words":
            condition = f"{column} in ({words(rule)})"
        case "pattern":
            condition = f"regexp_matches({column}, '{rule.what}')"
        case "range":
            condition = f"{column} between {rule.pair[0]} and {rule.pair[1]}"
        case _:
            condition = f"length({column}) = {rule.what}"
    return f"{column} is null or {condition}"


_POLICY = """policy quality "Quality of payments" {
  owner "data-governance-council@company.com"
  levels public < internal < confidential < restricted
"""
_MESH = """mesh: bench
version: "1"
domains:
  payments:
    products: [products/payments]
    team: Payments Engineering Team
    owner: payments-engineering@company.com
    stewards: [payments-steward@company.com]
    data_products: [transactions, accounts, currencies]
council:
  members: [data-governance-council@company.com]
"""
_SPEC = """apiVersion: datamesh.io/v1
kind: DataProduct
metadata:
  name: payments-{name}
  domain: payments
  owner: payments-engineering@company.com
  version: "0.1.0"
spec:
  description: "Rows for measuring"
  interfaces:
    - {{type: file, dataset: {name}, format: parquet, location: data/{name}.parquet}}
  schema:
"""

# -- soda-core -------------------------------------------------------------------------------------------------------


def write_contract(file: Path, rules: Sequence[Rule]) -> None:
    """A contract over the view `transactions`; JSON, which is YAML too. Checks are named as the rules."""
    columns = [
        {"name": c, "checks": checks} if checks else {"name": c}
        for c in generate.COLUMNS
        for checks in [[_check(r) for r in rules if r.column == c]]
    ]
    own = [_check(r) for r in rules if not r.column]
    contract = {"dataset": "bench/main/transactions", "columns": columns, "checks": own}
    file.write_text(json.dumps(contract, indent=1), "utf-8")


def _check(rule: Rule) -> dict[str, object]:
    type_, own = _soda(rule)
    body: dict[str, object] = {"name": rule.name, "qualifier": rule.name, **own}
    if rule.kind == "count":
        body["threshold"] = {"must_be_greater_than_or_equal": int(str(rule.what))}
    elif rule.kind != "unique":
        body["threshold"] = {"metric": "percent", "must_be_less_than_or_equal": 100 * MOST}
    return {type_: body}


def _soda(rule: Rule) -> tuple[str, dict[str, object]]:
    match rule.kind:
        case "predicate":
            return "failed_rows", {"expression": f"NOT coalesce({rule.what}, false)"}
        case "filled":
            return "missing", {}
        case "unique":
            return "duplicate", {}
        case "words":
            return "invalid", {"valid_values": list(rule.what)}
        case "pattern":
            return "invalid", {"valid_format": {"regex": rule.what, "name": rule.name}}
        case "found":
            reference = {"dataset": f"bench/main/{rule.what[0]}", "column": rule.what[1]}
            return "invalid", {"valid_reference_data": reference}
        case "range":
            return "invalid", {"valid_min": float(rule.what[0]), "valid_max": float(rule.what[1])}
        case "length":
            return "invalid", {"valid_length": int(str(rule.what))}
        case _:
            return "row_count", {}


# -- by hand ---------------------------------------------------------------------------------------------------------


def fused(data: Path, rules: Sequence[Rule]) -> str:
    """One query over the Parquet file; its cells are the failing counts in the rules' order."""
    child = f"read_parquet('{data / 'transactions.parquet'}') AS child"
    return f"SELECT {', '.join(_cell(rule, data) for rule in rules)} FROM {child}"


def repeated(data: Path, rules: Sequence[Rule]) -> str:
    """One query for what others count where values must be unique: rows of repeated values, then such values."""
    table, cells = f"read_parquet('{data / 'transactions.parquet'}')", []
    for column in (rule.column for rule in rules if rule.kind == "unique"):
        of = f"FROM {table} WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) > 1"
        cells += [f"(SELECT {what} FROM (SELECT count(*) AS n {of}))" for what in ("coalesce(sum(n), 0)", "count(*)")]
    return f"SELECT {', '.join(cells)}"


def _cell(rule: Rule, data: Path) -> str:
    column = rule.column
    match rule.kind:
        case "filled":
            return f"count(*) - count({column})"
        case "unique":
            return f"count({column}) - count(DISTINCT {column})"
        case "count":
            return "count(*)"
        case "predicate":
            return f"count(*) FILTER (WHERE NOT coalesce({rule.what}, false))"
        case "found":
            table, key = rule.pair
            parent = f"read_parquet('{data / table}.parquet') AS parent"
            found = f"EXISTS (SELECT 1 FROM {parent} WHERE parent.{key} = child.{column})"
            return f"count(*) FILTER (WHERE {column} IS NOT NULL AND NOT {found})"
        case _:
            return f"count(*) FILTER (WHERE NOT ({_holds(rule)}))"
