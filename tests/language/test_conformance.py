"""The language's own cases, in `rules-dsl/cases`: each brings its own policies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from govengine.cases.run import case_files, read_file, run

if TYPE_CHECKING:
    from govengine.cases.markdown import Case

FOLDER = Path(__file__).parents[2] / "rules-dsl/cases"
CASES = [case for path in case_files(FOLDER) for case in read_file(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{Path(c.file).name.partition('.')[0]}: {c.title}")
def test_case(case: Case, tmp_path: Path) -> None:
    assert case.given.policies, "a case of the language brings its own policies"
    misses = run(case, FOLDER, tmp_path).misses
    assert not misses, "\n".join(map(str, misses))
