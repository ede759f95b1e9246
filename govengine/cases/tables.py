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
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RULE = "table/row"
FILE = "policies/global/table.gov"
ROWS = "data/rows.csv"
CLAUSES = {
    "require": "require  {text}",
    "when": "when     {text}\n    require  true || has(spec.status)",
    "where": 'for each column in columns where {text}\n    require  column.name != ""',
    "rule": "{text}",
}
_RULED = re.compile(r":?-+:?")
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


class TableError(Exception):
    """A table that cannot be read: the line, why, and what would mend it."""

    def __init__(self, line: int, why: str, repair: str) -> None:
        super().__init__(why)
        self.line, self.why, self.repair = line, why, repair


class Row(NamedTuple):
    """A line of a table, and its number."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class RowCase:
    """What a row tries: a clause on a product, and what should come of it.

    `rows` are those of the dataset, as CSV, or None. `columns` are where the clause, the outcome and the words stand.
    """

    line: int
    title: str
    clause: str
    text: str
    product: str
    rows: str | None
    outcome: str
    words: str
    columns: tuple[int, int, int]

    def policy(self, *, levels: bool) -> str:
        """The policy around the clause, with `levels` where no other file of the case declares them."""
        clauses = CLAUSES[self.clause].format(text=self.text)
        return _POLICY.format(levels=_LEVELS if levels else "", clauses=clauses)


def is_table(header: str) -> bool:
    """Whether a line is the header of a table of cases."""
    cells = split(header)
    return len(cells) > 2 and cells[0] in CLAUSES and cells[1] == "spec" and "outcome" in cells


def split(line: str) -> list[str]:
    """The cells of a row; a bar after a backslash is inside one."""
    cells = [c.strip().replace("\\|", "|") for c in _CELLS.split(line.strip().removeprefix("|").removesuffix("|"))]
    return [_plain(cell) for cell in cells]


def _plain(cell: str) -> str:
    """The text of a cell that is one code span, as Markdown reads it; another cell as it stands."""
    for fence in ("``", "`"):
        inner = cell[len(fence) : -len(fence)]
        if len(cell) > 2 * len(fence) and cell.startswith(fence) and cell.endswith(fence) and fence not in inner:
            return inner.strip() if fence == "``" else inner
    return cell


def tried(rows: Sequence[Row], title: str) -> Iterator[RowCase]:
    """What the rows below the header try, in their order.

    Raises:
        TableError: a row has other cells than the header, or the line below the header is none of dashes.

    """
    header = split(rows[0].text)
    if len(rows) < 3 or not all(_RULED.fullmatch(cell) for cell in split(rows[1].text)):
        raise TableError(
            rows[0].line, "the table has no rows", "write a line `|---|`, and below it a row for each case"
        )
    for line, text in rows[2:]:
        cells = split(text)
        if len(cells) != len(header) or not text.rstrip().endswith("|"):
            wrong = f"this row has {len(cells)} cells, the header {len(header)}"
            raise TableError(line, wrong, "end each cell with a bar; a bar in a cell is written `\\|`")
        row = dict(zip(header, cells, strict=True))
        starts = [bar.end() + 1 for bar in _CELLS.finditer(text)]
        columns = [starts[header.index(h)] + 1 for h in (header[0], "outcome", "says" if "says" in row else "outcome")]
        spec, clause = row["spec"], row[header[0]]
        name = f"{title}: {clause}" + (f" with {spec}" if spec else "")
        given = None
        if row.get("rows"):
            given = "\n".join(part.strip() for part in row["rows"].split(";")) + "\n"
            interface = f"interfaces: [{{type: file, dataset: d, format: csv, location: {ROWS}}}]"
            spec = f"{interface}, {spec}" if spec else interface
        yield RowCase(
            line,
            name,
            header[0],
            clause,
            _PRODUCT.format(spec=spec),
            given,
            row["outcome"],
            row.get("says", ""),
            (columns[0], columns[1], columns[2]),
        )
