"""The Markdown cases beside the policies, and that they try every rule in both directions."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from govengine.cases.run import case_files, read_file, run

if TYPE_CHECKING:
    from govengine.cases.markdown import Case

POLICIES = Path(__file__).parents[2] / "policies"
CASES = [case for path in case_files(POLICIES) for case in read_file(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{Path(c.file).name.partition('.')[0]}: {c.title}")
def test_case(case: Case, tmp_path: Path) -> None:
    misses = run(case, POLICIES, tmp_path).misses
    assert not misses, "\n".join(map(str, misses))


def test_every_rule_is_tried_in_both_directions() -> None:
    rules = set()
    for path in POLICIES.rglob("*.gov"):
        block = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if line.startswith(("policy ", "overlay ")):
                block = words[1]
            elif words[:1] == ["rule"]:
                rules.add(f"{block}/{words[1]}")
    seen = defaultdict(set)
    for case in CASES:
        for expected in case.verdicts:
            seen[expected.subject].add(expected.outcome)
    lacking = {rule: {"pass", "fail"} - seen[rule] for rule in sorted(rules) if not {"pass", "fail"} <= seen[rule]}
    assert rules
    assert not lacking
