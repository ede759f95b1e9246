"""The comparison of two versions' reports: it tells a reworded message from a changed verdict, and overlooks nothing."""

from __future__ import annotations

import copy
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
compare_reports = importlib.import_module("compare_reports")

REPORT: dict[str, Any] = json.loads((ROOT / "tests" / "golden" / "report.json").read_text(encoding="utf-8"))


def _kinds(after: Any, before: Any = REPORT) -> list[tuple[str, str]]:
    return [(d.kind, d.member) for d in compare_reports.compared(before, after)]


def _members(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all simple values and empty containers."""
    if isinstance(value, dict) and value:
        return [p for k, v in value.items() for p in _members(v, (*path, k))]
    if isinstance(value, list) and value:
        return [p for i, v in enumerate(value) for p in _members(v, (*path, i))]
    return [path]


def _changed(path: tuple[Any, ...]) -> Any:
    after = copy.deepcopy(REPORT)
    place = after
    for step in path[:-1]:
        place = place[step]
    value = place[path[-1]]
    place[path[-1]] = f"{value} changed" if isinstance(value, str) else "changed"
    return after


def test_a_report_is_like_itself() -> None:
    assert _kinds(copy.deepcopy(REPORT)) == []


def test_no_change_of_any_member_is_overlooked() -> None:
    paths = [p for p in _members(REPORT) if p[0] not in compare_reports.PASSED_OVER]
    assert len(paths) > 300
    for path in paths:
        kinds = {kind for kind, _ in _kinds(_changed(path))}
        text = any(step in compare_reports.TEXTS for step in path)
        value: Any = REPORT
        for step in path:
            value = value[step]
        assert kinds == ({"text"} if text and isinstance(value, str) else {"value"}), path


@pytest.mark.parametrize("name", ["verdicts", "products", "diagnostics"])
def test_what_is_gone_new_or_moved_is_a_difference(name: str) -> None:
    after = copy.deepcopy(REPORT)
    gone = after[name].pop()
    assert ("value", f"report.{name}[]") in _kinds(after)
    assert ("value", f"report.{name}[]") in _kinds(REPORT, after)
    after[name].insert(0, gone)
    if len(after[name]) > 1:
        assert _kinds(after) == [("value", f"report.{name} (order)")]


def test_a_member_that_one_side_has_is_listed() -> None:
    after = copy.deepcopy(REPORT)
    after["verdicts"][0]["parts"][0]["evidence"]["new"] = 1
    assert _kinds(after) == [("only after", "report.verdicts[].parts[].evidence.new")]
    assert _kinds(REPORT, after) == [("only before", "report.verdicts[].parts[].evidence.new")]


def test_a_text_that_appears_is_more_than_a_text() -> None:
    before = {"help": None, "message": "a", "exit_code": 1}
    after = {"help": "write b", "message": "b", "exit_code": True}
    assert _kinds(after, before) == [
        ("value", "report.help"),
        ("text", "report.message"),
        ("value", "report.exit_code"),
    ]
