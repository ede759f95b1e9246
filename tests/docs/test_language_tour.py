"""The tour of the rule language keeps what it says: its rules compile, its wrong ones are refused, its tables are judged.

In the Markdown pages that are read here:

- a block ```gov compiles without a word. It is a whole file (`policy`, `overlay`, `framework`), or items of a policy
  (`rule`, `setting`, `term`, `levels`); it stands beside the council's policies, in place of one of the same name.
- a block ```gov wrong gives exactly the errors whose codes the next line names. A ```text block after that shows a message:
  each of its lines stands in what the engine prints, places and margins apart.
- a table `| clause of `expect` | judged |` says which clauses are judged.
- a table `| rule | spec | outcome |` or `| rule | rows | outcome |` is judged line by line.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from govengine.backends.duckdb_sql import Parser
from govengine.compile.plan import compile_policies
from govengine.diagnostics.render import render
from govengine.expectations.registry import EXPECTATIONS
from govengine.language.grammar import alternatives
from govengine.language.parser import parse
from govengine.language.source import Source
from govengine.language.syntax import Expect
from govengine.model.verdict import OUTCOMES
from govengine.run.schemas import schemas
from govengine.run.session import Request, judge

if TYPE_CHECKING:
    from govengine.diagnostics import Diagnostic

ROOT = Path(__file__).parents[2]
GLOBAL = ROOT / "policies" / "global"
TOUR = ROOT / "rules-dsl" / "README.md"
PAGES = [TOUR, *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
AS_OF = date(2026, 11, 1)

_FENCE = re.compile(r"^```(gov(?: wrong)?)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_AFTER = re.compile(r"\n*(GOV\d{3}(?:, GOV\d{3})*)\n+(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"^\| rule \| (spec|rows) \| outcome \|\n\|[-|]+\|\n((?:\|.*\|\n)+)", re.MULTILINE)
_NAMED = re.compile(r"^(framework|policy|overlay) ([\w-]+)", re.MULTILINE)
_ITEM = re.compile(r"(?://.*\n|\s)*(?:rule|setting|detector|term|levels) ")
_CELL = re.compile(r"^(`+) ?(.*?) ?\1$")


class Block(NamedTuple):
    """A block of rules, where it stands, and what should be said of it."""

    where: str
    text: str
    codes: list[str]
    shown: str


class Row(NamedTuple):
    """A line of a table: a rule's clauses, what it judges, and the outcome."""

    line: str
    kind: str
    rule: str
    given: str
    outcome: str


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        where = f"{path.name}:{text.count(chr(10), 0, match.start()) + 1}"
        if match[1] == "gov":
            found.append(Block(where, match[2], [], ""))
            continue
        after = _AFTER.match(text, match.end())
        assert after, f"{where}: the line after a wrong block names its codes"
        found.append(Block(where, match[2], after[1].split(", "), after[2] or ""))
    return found


def rows(path: Path) -> list[Row]:
    found = []
    for table in _TABLE.finditer(path.read_text(encoding="utf-8")):
        for line in table[2].splitlines():
            cells = [c.strip().replace(r"\|", "|") for c in re.split(r"(?<!\\)\|", line)[1:-1]]
            rule, given = (_CELL.sub(r"\2", c) for c in cells[:2])
            found.append(Row(line, table[1], rule, given, cells[2]))
    return found


def compiled(text: str) -> tuple[list[Diagnostic], dict[str, str]]:
    """What is said of a block, and the texts that it was compiled with, by path."""
    texts = {f"policies/global/{p.name}": p.read_text(encoding="utf-8") for p in GLOBAL.glob("*.gov")}
    named = _NAMED.findall(text)
    overlays = [name for kind, name in named if kind == "overlay"]
    path = f"policies/domains/{overlays[0]}/{overlays[0]}.gov" if overlays else "policies/global/tour.gov"
    for kind, name in named:
        texts = {p: t for p, t in texts.items() if not re.search(rf"^{kind} {name} ", t, re.MULTILINE)}
    if _ITEM.match(text):
        if re.search(r"^levels ", text, re.MULTILINE):  # once a mesh: the block's in place of the council's
            texts = {p: re.sub(r"^ +levels .*\n", "", t, flags=re.MULTILINE) for p, t in texts.items()}
        text = 'policy tour "The tour" {\n' + text + "}\n"
    texts[path] = text
    layers = {p: overlays[0] if overlays and p == path else "global" for p in texts}
    product_schema, mesh_schema, _ = schemas()
    found = compile_policies(texts, layers, product_schema, mesh_schema, Parser()).diagnostics
    return list(found), texts


def bare(line: str) -> str:
    """A line of a message without places and margins."""
    line = re.sub(r":\d+:\d+$", "", line)
    line = re.sub(r"^ *\d* *\|", "|", line).lstrip()
    return re.sub(r"^\| +", "| ", line)


ALL_BLOCKS = [pytest.param(block, id=block.where) for path in PAGES for block in blocks(path)]
ALL_ROWS = [pytest.param(row, id=f"{row.rule} <- {row.given}") for path in PAGES for row in rows(path)]


@pytest.mark.parametrize("block", ALL_BLOCKS)
def test_block(block: Block) -> None:
    found, texts = compiled(block.text)
    said = "\n".join(render(d, texts, "", False) for d in found)
    refused = [d.code for d in found if d.level == "error" or not block.codes]
    assert Counter(refused) == Counter(block.codes), said
    real = {bare(line) for line in said.splitlines()}
    for line in block.shown.splitlines():
        assert bare(line) in real, f"not said: {line}\n{said}"


@pytest.mark.parametrize("row", ALL_ROWS)
def test_row_of_a_table(row: Row, tmp_path: Path) -> None:
    with_rows = row.kind == "rows"
    interfaces = "interfaces: [{type: file, dataset: a, format: csv, location: data/a.csv}]"
    spec = interfaces if with_rows else row.given
    clauses = re.sub(r" (require|expect) ", r"\n\1 ", row.rule)
    scope = "on payments-a.a\n" if with_rows else ""
    files = {
        "govengine.yaml": 'mesh: tour\ndomains: {payments: {products: [products], sla: {latency: "<100ms"}}}\n',
        "policies/global/tour.gov": 'framework PCI-DSS "Cards" {}\npolicy tour "The tour" {\n'
        "levels public < internal < confidential < restricted\n"
        f'rule r "A rule of the tour" {{\nseverity low\n{scope}{clauses}\n}}\n}}\n',
        "products/a.yaml": "apiVersion: datamesh.io/v1\nkind: DataProduct\n"
        'metadata: {name: payments-a, domain: payments, owner: a@company.com, version: "1.0.0"}\n'
        f"spec: {{{spec}}}\n",
    }
    if with_rows:
        files["data/a.csv"] = "".join(f"{line}\n" for line in row.given.split(" / "))
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    report = judge(Request(tmp_path, AS_OF, data=with_rows)).report
    given = [v.outcome for v in report.verdicts]
    assert given == [row.outcome], [*(p.message for v in report.verdicts for p in v.parts), *report.diagnostics]


def test_there_is_something_to_test() -> None:
    """A fence or table that the patterns above no longer match would be passed over in silence."""
    text = TOUR.read_text(encoding="utf-8")
    assert len(blocks(TOUR)) == len(re.findall(r"^```gov", text, re.MULTILINE)) > 0
    judged = re.findall(rf"^\|.*\| (?:{'|'.join(OUTCOMES)}) \|$", text, re.MULTILINE)
    assert len(rows(TOUR)) == len(judged) > 0


def test_the_list_of_clauses_that_are_judged() -> None:
    listed = {}
    for clause, judged in re.findall(
        r"^\| (`.*`) \| (yes|not yet) \|$", TOUR.read_text(encoding="utf-8"), re.MULTILINE
    ):
        expectation = _CELL.sub(r"\2", clause).replace("…", "1")
        rule = f'rule r "R" {{\n  severity low\n  on a.b\n  expect {expectation}\n}}\n'
        file, found = parse(Source("tour.gov", f'policy tour "The tour" {{\n{rule}}}\n'))
        assert not found, expectation
        (evidence,) = file.policies[0].rules[0].evidence
        assert isinstance(evidence, Expect)
        listed[evidence.kind] = judged == "yes"
    assert listed == {kind: kind in EXPECTATIONS.all() for kind in _kinds()}


def _kinds() -> list[str]:
    return [name.replace("_", " ") for name in alternatives("_expectation")]


def test_a_mistake_in_a_block_is_found() -> None:
    found, _ = compiled('rule r "R" {\n  severity low\n  require has(spec.sport)\n}\n')
    assert [d.code for d in found if d.level == "error"] == ["GOV401"]


def test_the_rule_that_the_readme_shows_is_one_of_the_policies() -> None:
    shown = re.search(r"^```gov\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert shown
    lines = [line.strip() for line in shown[1].splitlines()]
    policies = "\n".join(p.read_text(encoding="utf-8") for p in sorted(GLOBAL.glob("*.gov")))
    assert "\n".join(lines) in "\n".join(line.strip() for line in policies.splitlines())
