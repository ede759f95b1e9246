"""A small mesh written into a folder, and the command run on it as a user runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MESH = """\
mesh: bank
domains:
  payments:
    products: [products/payments]
  lending:
    products: [products/lending]
"""

POLICY = """\
framework HOUSE "House rules" {
  version "1"
  control "classification" "Products are classified"
}

policy house "House rules" {
  version "1.0.0"
  owner   "council@company.com"

  levels  public < internal < confidential < restricted

  setting minimum_retention: period by level, at least {
    public 30 days   internal 1 year   confidential 2 years   restricted 7 years
  }
  term documented "Says where it is described": has(spec.documentation)

  rule unclassified-product "Every product is classified" {
    severity high   control HOUSE "classification"
    require  has(spec.governance.classification)
  }
  rule negative-amount "Amounts are positive" {
    severity high
    on       payments-events.events
    expect   rows `amount > 0`
  }
  rule undocumented-product "Products are documented" {
    severity low   enforce advisory
    require  documented
  }
}
"""

_SPEC = """\
apiVersion: datamesh.io/v1
kind: DataProduct
metadata:
  name: {domain}-{name}
  domain: {domain}
  owner: {domain}@company.com
  version: "1.0.0"
spec:
  description: "Rows of {name}"
  interfaces:
    - {{type: file, dataset: {name}, format: csv, location: data/{name}.csv}}
  schema:
    - {{name: id, logical_type: string}}
    - {{name: amount, logical_type: integer}}
  governance:
    classification: internal
    retention: {{min: 1 year}}
"""

STANDARD: Mapping[str, str] = {
    "govengine.yaml": MESH,
    "policies/global/house.gov": POLICY,
    "products/payments/events.yaml": _SPEC.format(domain="payments", name="events"),
    "products/lending/loans.yaml": _SPEC.format(domain="lending", name="loans"),
    "data/events.csv": "id,amount\ne1,10\ne2,20\ne3,30\n",
    "data/loans.csv": "id,amount\nl1,100\nl2,200\n",
}
"""The mesh that every case begins with: two domains, a product each, three rules; all is well in it."""


def spec(domain: str, name: str, *, was: str = "", now: str = "") -> str:
    """The standard spec of a product, one piece of it replaced."""
    text = _SPEC.format(domain=domain, name=name)
    assert was in text, f"the standard spec has no {was!r}"
    return text.replace(was, now) if was else text


def write_mesh(root: Path, files: Mapping[str, str | bytes | None] | None = None) -> Path:
    """The standard mesh below `root`, with some files replaced, added, or (None) left out."""
    for name, content in {**STANDARD, **(files or {})}.items():
        if content is None:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def rule(text: str, *, name: str = "tried") -> str:
    """A policy of one rule, to stand beside the standard one. The rule's clauses begin in line 5."""
    return (
        f'policy {name} "Tried" {{\n  version "1"\n  owner "council@company.com"\n'
        f'  rule {name} "Tried" {{ severity high\n{text}\n  }}\n}}\n'
    )


class Said(NamedTuple):
    """One diagnostic of the console report."""

    code: str
    level: str
    place: str
    text: str


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """All that was said, on one line, so that breaks between lines do not matter."""
        return " ".join(f"{self.out}\n{self.err}".split())

    def said(self) -> list[Said]:
        """The diagnostics, in their order; `place` is "" where none is named."""
        found = []
        for block in re.split(r"\n(?=(?:error|warning)\[GOV)|\n\n", f"\n{self.out}\n{self.err}"):
            head = re.match(r"(error|warning)\[(GOV\d+)\]", block.lstrip("\n"))
            if head is not None:
                place = re.search(r"^ *--> (\S+:\d+:\d+)$", block, re.MULTILINE)
                found.append(Said(head[2], head[1], place[1] if place else "", block))
        return found

    def report(self) -> dict[str, Any]:
        """The report, where it was asked for as JSON."""
        held: dict[str, Any] = json.loads(self.out)
        return held

    def verdicts(self) -> dict[tuple[str, str], str]:
        """Outcomes by rule and product, out of a JSON report."""
        return {(v["rule"], v["product"]): v["outcome"] for v in self.report()["verdicts"]}

    def products(self) -> dict[str, str]:
        """Verdicts of products by name, out of a JSON report."""
        return {p["name"]: p["verdict"] for p in self.report()["products"]}


def environment(**more: str) -> dict[str, str]:
    """The environment of a run: no cache, no colour, an encoding that does not hang on the machine."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GOVENGINE_", "COVERAGE_"))}
    return {**kept, "GOVENGINE_CACHE": "off", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", **more}


def command(*arguments: str) -> list[str]:
    """The command line that runs govengine."""
    return [sys.executable, "-m", "govengine.cli.main", *arguments]


def run(cwd: Path, *arguments: str, **more: str) -> Ran:
    """Run govengine in a folder; whatever happens, it may not show its inside."""
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment(**more), capture_output=True, timeout=120, check=False
    )
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert_composed(ran)
    return ran


def assert_composed(ran: Ran) -> None:
    """No traceback, no `GOV999`: whatever is wrong with the input, the engine keeps its head."""
    for word in ("Traceback", "GOV999", 'File "'):
        assert word not in ran.out, ran.out
        assert word not in ran.err, ran.err
    assert ran.code != 3, ran.err


def assert_repairable(said: Sequence[Said]) -> None:
    """Every diagnostic says more than that something is wrong: why, or how to mend it."""
    for one in said:
        underlined = re.search(r"\^+ \S", one.text)
        assert re.search(r"= (note|help): \S", one.text) or underlined, one.text
