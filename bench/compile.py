"""Parsing and compiling many policies: 200 files of 20 rules, in one process.

python bench/compile.py [FILES] [RULES]
"""

from __future__ import annotations

import sys
import time

from govengine.backends.duckdb_sql import Parser
from govengine.compile.plan import compile_policies
from govengine.language.grammar import parser
from govengine.language.parser import parse
from govengine.language.source import Source
from govengine.run.schemas import schemas

RULE = """  rule r{i} "Rule {i}" {{
    severity high
    for each column in columns where has(column.semantic_type) && under(column.semantic_type, ["person", "special"])
    require  column.protection.method in setting.methods && spec.governance.retention.max <= setting.limit
    expect   rows `{{column}} is null or length(cast({{column}} as varchar)) < {n}` at least 99.9%
    because  "rule {i} stands for many"
  }}
"""


def policy(number: int, rules: int) -> str:
    """A policy with that many rules."""
    levels = "  levels public < internal < confidential < restricted\n" if number == 0 else ""
    head = f'policy p{number} "Policy {number}" {{\n  owner "council@company.com"\n{levels}'
    settings = '  setting methods: text, one of ["tokenise", "encrypt"]\n  setting limit: period, at most 10 years\n'
    return head + settings + "".join(RULE.format(i=i, n=i + 1) for i in range(rules)) + "}\n"


def main() -> None:
    """Measure and print."""
    files, rules = (int(a) for a in (sys.argv[1:3] or ("200", "20")))
    texts = {f"policies/global/p{n}.gov": policy(n, rules) for n in range(files)}
    started = time.perf_counter()
    parser()
    built = time.perf_counter() - started
    started = time.perf_counter()
    for path, text in texts.items():
        parse(Source(path, text))
    parsed = time.perf_counter() - started
    product, mesh, _ = schemas()
    started = time.perf_counter()
    compiled = compile_policies(texts, dict.fromkeys(texts, "global"), product, mesh, Parser())
    whole = time.perf_counter() - started
    assert compiled.plan is not None
    assert len(compiled.plan["rules"]) == files * rules
    count = files * rules
    print("| what | s | ms a rule |\n|---|--:|--:|")
    print(f"| parser built from both grammars | {built:.2f} | |")
    print(f"| {files} files of {rules} rules parsed | {parsed:.2f} | {1000 * parsed / count:.2f} |")
    print(f"| parsed, checked, compiled | {whole:.2f} | {1000 * whole / count:.2f} |")


if __name__ == "__main__":
    main()
