"""No verdict hangs on the words of a message: every text is another at random, and no outcome moves."""

from __future__ import annotations

import random
import shutil
import string
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from govengine.backends import words as database_words
from govengine.cases.layout import Layout
from govengine.cases.run import case_files, read_file
from govengine.conditions.errors import ConditionError
from govengine.diagnostics import Diagnostic
from govengine.expectations.unreachable import Unreachable
from govengine.model import reasons
from govengine.model.reasons import WORDS, Code, Reason, several
from govengine.model.verdict import Part
from govengine.run.session import Request, judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from govengine.cases.markdown import Case
    from govengine.diagnostics.diagnostic import Level
    from govengine.model.verdict import Report

ROOT = Path(__file__).parents[2]
REAL = ROOT / "tests/real/mesh"
DATA = ROOT.parent / "shared/data"
CASES = [case for path in case_files(ROOT / "rules-dsl/cases") for case in read_file(path)]
AS_OF = date(2026, 11, 1)


def test_each_reason_has_words_and_each_word_a_reason() -> None:
    assert set(get_args(Code)) == WORDS.keys()


def test_reasons_read_differently() -> None:
    """Two reasons with the same names are told apart by a reader, too."""
    assert len(set(WORDS.values())) == len(WORDS)


def test_reasons_within_reasons_are_said_in_their_place() -> None:
    of_two = several((Reason("undeclared", ("a",)), Reason("undeclared", ("b",)), Reason("undeclared", ("a",))))
    assert Reason("no period", ("x", of_two)).text == (
        "no period meets both: x; `a` is not declared, and `b` is not declared"
    )
    assert Reason("undeclared", ("{0.__class__} {}",)).text == "`{0.__class__} {}` is not declared"


def rework(patch: pytest.MonkeyPatch) -> list[str]:
    """Make every text another one, at random, each time that it is made; gives the list of what was said instead."""
    said: list[str] = []
    chance = random.Random(7)

    def other(*_: object) -> str:
        said.append("".join(chance.choices(string.ascii_lowercase + " `", k=30)))
        return said[-1]

    def replaced(init: Callable[..., None], at: int, name: str) -> Callable[..., None]:
        def wrapped(self: object, *args: Any, **fields: Any) -> None:
            if name in fields:
                fields[name] = other() if fields[name] else fields[name]
            elif args[at]:
                args = (*args[:at], other(), *args[at + 1 :])
            init(self, *args, **fields)

        return wrapped

    def made(
        kind: type[Diagnostic], code: str, name: str, level: Level, _message: str, *rest: Any, **more: Any
    ) -> object:
        return tuple.__new__(kind, (*real(kind, code, name, level, other(), *rest, **more),))

    real = Diagnostic.__new__
    patch.setattr(reasons, "words", other)
    patch.setattr(ConditionError, "__str__", other)
    patch.setattr(Part, "__init__", replaced(Part.__init__, 4, "message"))
    patch.setattr(Unreachable, "__init__", replaced(Unreachable.__init__, 1, "message"))
    patch.setattr(database_words, "reading", other)
    patch.setattr(database_words.Fault, "text", property(other))
    patch.setattr(Diagnostic, "__new__", made)
    return said


def outcomes(report: Report) -> dict[str, Any]:
    """All that a report decides, without a word of it."""
    return {
        "exit": report.exit_code,
        "products": sorted((p.name, p.verdict) for p in report.products),
        "verdicts": [
            (v.rule, v.product, v.outcome, v.disposition, v.enforcement, v.severity, v.blocking, v.fix is None)
            for v in report.verdicts
        ],
        "parts": [
            (v.rule, p.clause, p.element, p.outcome, p.assurance, p.disposition, p.place, p.cause,
             sorted((k, e) for k, e in p.evidence.items() if isinstance(e, int)))
            for v in report.verdicts for p in v.parts
        ],
        "causes": sorted((c.product, repr(c.reason), c.rules, c.blocking, c.place) for c in report.causes),
        "diagnostics": sorted((d.code, d.level, str(d.span)) for d in report.diagnostics),
        "waivers": [(w["name"], w["status"]) for w in report.waivers],
    }  # fmt: skip


def told_apart(request: Request) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """The outcomes of a run as it is and with every text reworked, and the texts."""
    plain = outcomes(judge(request).report)
    with pytest.MonkeyPatch.context() as patch:
        said = rework(patch)
        return plain, outcomes(judge(request).report), said


@pytest.mark.parametrize("data", [False, True])
def test_the_example_mesh(data: bool) -> None:
    plain, reworked, said = told_apart(Request(ROOT / "examples", AS_OF, data=data))
    assert reworked == plain
    assert len(said) > 100


@pytest.mark.skipif(not (DATA / "berka").is_dir(), reason="no data in ../shared/data")
def test_the_mesh_over_real_data(tmp_path: Path) -> None:
    root = tmp_path / "mesh"
    shutil.copytree(REAL, root)
    (root / "data").symlink_to(DATA, target_is_directory=True)
    mesh = root / "govengine.yaml"
    mesh.write_text(mesh.read_text("utf-8").replace("data: [data]", f"data: ['{DATA}']"), encoding="utf-8")
    plain, reworked, _ = told_apart(Request(root, AS_OF, data=True))
    assert reworked == plain


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{Path(c.file).name.partition('.')[0]}: {c.title}")
def test_the_cases_of_the_language(case: Case, tmp_path: Path) -> None:
    Layout(case, ROOT / "rules-dsl/cases", tmp_path)
    plain, reworked, _ = told_apart(Request(tmp_path, case.given.as_of))
    assert reworked == plain
