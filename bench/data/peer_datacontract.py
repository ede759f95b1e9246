"""datacontract-cli on DuckDB, by its programming interface; runs in an environment of its own.

    python peer_datacontract.py DATABASE RULES [ANSWER]

DATABASE holds views of the Parquet files: pointed at the files themselves, it loads them first, which takes longer.
Two `invalidValues` of one column make its batched query fail, so where a column has words and a pattern, the pattern
stands among the options of its type. These, ranges, lengths and relationships hold for all rows or fail: they know no
share of rows. Predicates are counted by SQL. Uniqueness counts values that repeat.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import generate
import rules
from answer import Answer
from datacontract.data_contract import DataContract

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARE = {"unit": "percent", "mustBeLessOrEqualTo": 100 * rules.MOST}


def contract(asked: Sequence[rules.Rule], database: str) -> dict[str, Any]:
    """A contract by the Open Data Contract Standard over the views."""
    columns: dict[str, dict[str, Any]] = {c: {"name": c} for c in generate.COLUMNS}
    with_words = {rule.column for rule in asked if rule.kind == "words"}
    own: list[dict[str, Any]] = []
    for rule in asked:
        column = columns.get(rule.column, {})
        options = _options(rule, with_words)
        if options:
            column["logicalType"] = "number" if rule.kind == "range" else "string"  # what the options go by
            column.setdefault("logicalTypeOptions", {}).update(options)
        elif rule.kind == "found":
            column["relationships"] = [{"type": "foreignKey", "to": ".".join(rule.what)}]
        else:
            quality = column.setdefault("quality", []) if rule.column else own
            quality.append({"id": rule.name, **_quality(rule)})
    tables = [{"name": "transactions", "properties": list(columns.values()), "quality": own}]
    tables += [{"name": t, "properties": [{"name": c}]} for t, c in rules.REGISTERS.items()]
    server = {"server": "bench", "type": "duckdb", "database": database, "schema": "main"}
    head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "bench", "version": "1.0.0", "status": "active"}
    return {**head, "name": "bench", "servers": [server], "schema": tables}


def _options(rule: rules.Rule, with_words: set[str]) -> dict[str, Any]:
    match rule.kind:
        case "pattern" if rule.column in with_words:
            return {"pattern": rule.what}
        case "range":
            return {"minimum": float(rule.pair[0]), "maximum": float(rule.pair[1])}
        case "length":
            return {"minLength": int(str(rule.what)), "maxLength": int(str(rule.what))}
        case _:
            return {}


def _quality(rule: rules.Rule) -> dict[str, Any]:
    match rule.kind:
        case "filled":
            return {"metric": "nullValues", **SHARE}
        case "unique":
            return {"metric": "duplicateValues", "mustBe": 0}
        case "words":
            return {"metric": "invalidValues", "arguments": {"validValues": list(rule.what)}, **SHARE}
        case "pattern":
            return {"metric": "invalidValues", "arguments": {"pattern": rule.what}, **SHARE}
        case "count":
            return {"metric": "rowCount", "mustBeGreaterOrEqualTo": int(str(rule.what))}
        case _:
            query = f"SELECT count(*) FROM transactions WHERE NOT coalesce({rule.what}, false)"
            return {"type": "sql", "query": query, "mustBe": 0}


def keys(rule: rules.Rule) -> set[str]:
    """What the checks are called that stand for a rule: by its name, or by column and kind, two for two limits."""
    ends = {
        "pattern": ("field_regex",),
        "range": ("field_minimum", "field_maximum"),
        "length": ("field_min_length", "field_max_length"),
        "found": (f"{'__'.join(rule.what)}__field_relationships",),
    }
    return {rule.name, *(f"transactions__{rule.column}__{end}" for end in ends.get(rule.kind, ()))}


def main() -> None:
    """Test the contract."""
    logging.disable(logging.WARNING)
    database, asked = sys.argv[1], rules.SETS[int(sys.argv[2])]
    answer = Answer()
    checks = DataContract(data_contract_str=json.dumps(contract(asked, database))).test().checks
    for rule in asked:
        own = [c for c in checks if (c.qualityId or c.key) in keys(rule)]
        if not own or any("value" not in (c.diagnostics or {}) for c in own):
            continue  # it could not be evaluated
        counted = answer.values if rule.kind == "unique" else answer.counts
        counted[rule.name] = sum(c.diagnostics["value"] for c in own)
        answer.passed[rule.name] = all(c.result.value == "passed" for c in own)
    answer.write(sys.argv[3] if len(sys.argv) > 3 else None)


if __name__ == "__main__":
    main()
