"""Tables of conditions: each row is a case, with a policy and a product made around it.

    | require | spec | outcome | says |
    |---|---|---|---|
    | `spec.status == "active"` | `status: active` | pass | |

The first column is named for the clause: `require`, `when`, `where` (of a `for each column in columns`), or `rule` (all
clauses of a rule after its severity). The second column is the product's `spec`, as YAML in one line; a third one named
`rows` may hold the rows of a dataset `d`, as CSV with `;` between lines. The outcome is that of the rule, or a code.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from govengine.cases.markdown import Case, Expected, Given

RULE = "table/row"
FILE = "policies/global/table.gov"
ROWS = "data/rows.csv"
CLAUSES = {
    "require": "require  {text}",
    "when": "when     {text}\n    require  true || has(spec.status)",
    "where": 'for each column in columns where {text}\n    require  column.name != ""',
    "rule": "{text}",
}
_CODE = re.compile(r"GOV\d{3}")
_CELLS = re.compile(r"(?<!\\)\|")
_PRODUCT = """apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {{name: payments-table, domain: payments, owner: owner@company.com, version: "1.2.3"}}
spec: {{{spec}}}
"""
_POLICY = """policy table "Table" {{
{levels}  rule row "Row" {{
    severity low
    {clauses}
  }}
}}
"""
_LEVELS = "  levels public < internal < confidential < restricted\n"


def is_table(header: str) -> bool:
    """Whether a line is the header of a table of cases."""
    cells = split(header)
    return len(cells) > 2 and cells[0] in CLAUSES and cells[1] == "spec" and "outcome" in cells


def split(line: str) -> list[str]:
    """The cells of a row; a bar after a backslash is inside one."""
    cells = [c.strip().replace("\\|", "|") for c in _CELLS.split(line.strip()[1:-1])]
    return [c[1:-1] if len(c) > 1 and c[0] == c[-1] == "`" and "`" not in c[1:-1] else c for c in cells]


def cases(
    rows: Sequence[tuple[int, str]],
    case: Case,
    expect: Callable[[str, str, str, int], Expected],
    refuse: Callable[[int, str], Exception],
) -> list[Case]:
    """The cases of a table: `rows` are numbered lines, the header first; `case` gives file, title and background."""
    header = split(rows[0][1])
    found = []
    for number, line in rows[2:]:
        cells = split(line)
        if len(cells) != len(header):
            wrong = f"this row has {len(cells)} cells, the header {len(header)}; write a bar in a cell as `\\|`"
            raise refuse(number, wrong)
        row = dict(zip(header, cells, strict=True))
        outcome, words = row["outcome"], row.get("says", "")
        given = _given(case.given, header[0], row)
        title = f"{case.title}: {row[header[0]]}" + (f" with {row['spec']}" if row["spec"] else "")
        made = replace(case, line=number, title=title, given=given, verdicts=(), diagnostics=())
        if _CODE.fullmatch(outcome):
            found.append(replace(made, diagnostics=(expect(outcome, "", words, number),)))
        else:
            found.append(replace(made, verdicts=(expect(RULE, outcome, words, number),)))
    return found


def _given(background: Given, clause: str, row: dict[str, str]) -> Given:
    policies = dict(background.policies)
    levels = "" if any("levels " in text for text in policies.values()) else _LEVELS
    policies[FILE] = _POLICY.format(levels=levels, clauses=CLAUSES[clause].format(text=row[clause]))
    spec, files = row["spec"], dict(background.files)
    if row.get("rows"):
        interface = f"interfaces: [{{type: file, dataset: d, format: csv, location: {ROWS}}}]"
        spec = f"{interface}, {spec}" if spec else interface
        files[ROWS] = "\n".join(part.strip() for part in row["rows"].split(";")) + "\n"
    return replace(background, product=_PRODUCT.format(spec=spec), changes=None, policies=policies, files=files)
