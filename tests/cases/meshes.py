"""A small mesh with one policy and its cases, and `govengine test` run on it as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MESH = "mesh: bank\ndomains:\n  payments: {products: [products/payments]}\n"

POLICY = """\
policy house "House rules" {
  version "1"
  owner "council@company.com"
  levels public < internal

  rule unclassified-product "Every product is classified" {
    severity high
    require has(spec.governance.classification)
  }
  rule implausible-amount "Amounts are positive" {
    severity high
    when spec.status == "active"
    on payments-events.events
    expect rows `amount > 0`
  }
}
"""

BACKGROUND = """\
# House: cases

```yaml product
apiVersion: datamesh.io/v1
kind: DataProduct
metadata: {name: payments-events, domain: payments, owner: payments@company.com, version: "1.0.0"}
spec:
  status: active
  interfaces: [{type: file, dataset: events, format: csv, location: data/events.csv}]
  governance: {classification: internal}
```

```csv data/events.csv
id,amount
e1,10
e2,20
```

"""

SOUND = """\
## A sound product

```verdicts
house/unclassified-product  pass
house/implausible-amount    pass
```

"""

WRONG = """\
## A negative amount

```yaml changes
spec.governance.classification: null
```

```csv data/events.csv
id,amount
e1,-987654
e2,20
```

```verdicts
house/unclassified-product  fail  `spec.governance.classification` is not declared
house/implausible-amount    fail  1 of 2 rows
```

"""

CASES = BACKGROUND + SOUND + WRONG
"""Two cases that pass, and try both rules in both directions."""


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it said, line by line."""
        return self.out.splitlines()

    def value(self) -> dict[str, Any]:
        """What it said, where JSON was asked for."""
        held: dict[str, Any] = json.loads(self.out)
        return held


def write(root: Path, cases: str | bytes = CASES, more: Mapping[str, str] | None = None) -> Path:
    """The mesh below `root`; `cases` stand beside its policy."""
    files: dict[str, str | bytes] = {
        "govengine.yaml": MESH,
        "policies/global/house.gov": POLICY,
        "policies/global/house.cases.md": cases,
        **(more or {}),
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def environment(**more: str) -> dict[str, str]:
    """The environment of a run: no cache of the user's, no colour, an encoding that does not hang on the machine."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GOVENGINE_", "COVERAGE_"))}
    return {**kept, "GOVENGINE_CACHE": "off", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", **more}


def command(*arguments: str) -> list[str]:
    """The command line of `govengine`."""
    return [sys.executable, "-m", "govengine.cli.main", *arguments]


def run(cwd: Path, *arguments: str, **more: str) -> Ran:
    """Run govengine in a folder; whatever happens, it may not show its inside."""
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment(**more), capture_output=True, timeout=300, check=False
    )
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    for word in ("Traceback", "GOV999", 'File "'):
        assert word not in ran.out + ran.err, ran.out + ran.err
    assert ran.code in {0, 1, 2}, ran.err
    return ran
