"""Google's conformance cases through parser, checker and generated code; `skipped.toml` says what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from govengine.compile.constants import read as read_constant
from govengine.conditions import types as t
from govengine.conditions.explain import Explainer
from govengine.conditions.runtime import ConditionError

from .compiled import Refused, Unchecking, compile_condition
from .suite import FOLDER, SKIPPED, Case, cases, plain, same, skips

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the conformance cases are not at {FOLDER}")

RUN = [case for case in cases() if not skips(case)]
LEFT_OUT = [case for case in cases() if skips(case)]


def answers(case: Case, *, unchecked: bool) -> list[tuple[str, Any]]:
    """What generated code and the explainer make of a case."""
    values = case.values()
    try:
        compiled = compile_condition(case.expr, dict.fromkeys(values, t.ANY), checker=Unchecking(literals=unchecked))
    except Refused as refused:
        return [("refused", str(refused))]
    explainer = Explainer(values, {}, read_constant)
    found: list[tuple[str, Any]] = []
    runs: list[Callable[[], Any]] = [lambda: compiled.run(values), lambda: explainer.trace(compiled.ir, {}).value]
    for run in runs:
        try:
            found.append(("value", run()))
        except ConditionError as error:
            found.append(("error", str(error)))
    return found


@pytest.mark.parametrize("case", RUN, ids=str)
def test_case(case: Case) -> None:
    for kind, answer in answers(case, unchecked=case.unchecked):
        if case.value is None:
            assert kind in ("error", "refused"), (case.expr, answer)
        else:
            assert kind == "value", (case.expr, answer)
            assert same(answer, plain(case.value)), (case.expr, answer)


@pytest.mark.parametrize("case", RUN, ids=str)
def test_case_of_which_the_checker_knows_nothing(case: Case) -> None:
    """The same with all literals of unknown type: what is decided at run time comes to what the checker decides."""
    for kind, answer in answers(case, unchecked=True):
        if case.value is None:
            assert kind in ("error", "refused"), (case.expr, answer)
        else:
            assert kind == "value", (case.expr, answer)
            assert same(answer, plain(case.value)), (case.expr, answer)


@pytest.mark.parametrize("case", [c for c in LEFT_OUT if all(s["refused"] for s in skips(c))], ids=str)
def test_what_is_left_out_is_refused(case: Case) -> None:
    """Nothing outside the profile gets a meaning by accident."""
    with pytest.raises(Refused):
        compile_condition(case.expr, dict.fromkeys(case.bindings, t.ANY))


@pytest.mark.parametrize("entry", SKIPPED["skip"], ids=lambda e: e["reason"][:50])
def test_every_entry_of_the_skip_list_is_needed(entry: Mapping[str, Any]) -> None:
    assert any(entry in skips(case) for case in cases())


def test_no_case_is_lost() -> None:
    run = Counter(case.file for case in RUN)
    for file, held in sorted(Counter(case.file for case in cases()).items()):
        print(f"{file:14} {run[file]:4} of {held:4} run")
    assert dict(run) == SKIPPED["run"]
