"""Change drills: what one new file does by itself, and what half of one does not.

Each adds a throw-away record to a copy of the package by the files that ARCHITECTURE.md names, and by no others.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.meshes import STANDARD, write_mesh

from .copies import Copy

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
policy drill "Drill" {
  version "1"
  owner "council@company.com"
  levels public < internal
  rule tried "Tried" {
    severity high
    on payments-events.events
    expect CLAUSE
  }
}
"""


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def mesh(root: Path, clause: str) -> Path:
    """The standard mesh with one rule about the rows of one product."""
    policy = POLICY.replace("CLAUSE", clause)
    return write_mesh(root / "mesh", {"policies/global/house.gov": policy})


def outcome(copy: Copy, root: Path) -> str:
    """What the one rule comes to."""
    done = copy.run(root, "check", "--format", "json", "--as-of", "2026-06-30", "--product", "payments-events")
    assert done.returncode in (0, 1, 2), done.stderr
    (verdict,) = json.loads(done.stdout)["verdicts"]
    return str(verdict["outcome"])


# -- a report format: 1 file -------------------------------------------------------------------------------------------

TALLY = '''"""The number of verdicts, and nothing else."""

from __future__ import annotations

from govengine.report.format import Format

FORMAT = Format(
    name="tally",
    summary="for somebody in a hurry",
    media_type="text/plain; charset=utf-8",
    ending=".tally",
    on_terminal=True,
    write=lambda shown: f"{len(shown.report.verdicts)} verdicts\\n",
)
'''


def test_a_report_format_is_one_file(copy: Copy, tmp_path: Path) -> None:
    copy.add("govengine/report/formats/tally.py", TALLY)
    root = mesh(tmp_path, "rows `amount > 0`")
    assert copy.run(root, "check", "--format", "tally").stdout == "1 verdicts\n"
    assert "tally" in copy.run(root, "check", "--help").stdout
    assert "| `tally` | `text/plain; charset=utf-8` | for somebody in a hurry |" in copy.generate("reference.py")
    assert copy.ask("from govengine.report.formats import FORMATS\ntell(FORMATS.gaps())") == []


def test_half_a_format_is_named_and_stops_no_other(copy: Copy, tmp_path: Path) -> None:
    copy.add("govengine/report/formats/tally.py", TALLY.replace('    media_type="text/plain; charset=utf-8",\n', ""))
    (gap,) = copy.ask("from govengine.report.formats import FORMATS\ntell(FORMATS.gaps())")
    assert "report/formats/tally.py" in gap
    assert "media_type" in gap
    root = mesh(tmp_path, "rows `amount > 0`")
    assert copy.run(root, "check", "--product", "payments-events").returncode == 0
    asked = copy.run(root, "check", "--format", "tally")
    assert asked.returncode == 2
    assert "media_type" in asked.stderr


# -- a detector: 1 file ------------------------------------------------------------------------------------------------

PARCEL = '''"""Parcel numbers of an invented carrier."""

from __future__ import annotations

from fractions import Fraction

from govengine.detectors.detector import Detector
from govengine.detectors.form import TELLING, Form, every, matches

DETECTOR = Detector(
    name="parcel-number",
    finds="parcel numbers",
    forms=(
        Form(
            "parcel numbers",
            "strlen(v) >= 10 AND " + matches("v", "PX[0-9]{8}"),
            every("v", r"\\b(PX[0-9]{8})\\b"),
            "true",
            Fraction(1, 1_000_000),
            TELLING,
        ),
    ),
    columns=r"(?i)parcel(?:_.*)?",
    source="this test",
    rank=1000,
    hits=("PX12345678",),
    misses=("PX1234567",),
)
'''


def test_a_detector_is_one_file(copy: Copy, tmp_path: Path) -> None:
    copy.add("govengine/detectors/built_in/parcel_number.py", PARCEL)
    root = mesh(tmp_path, "id never looks like parcel-number")
    assert outcome(copy, root) == "pass"
    (root / "data/events.csv").write_text("id,amount\nPX12345678,1\nPX87654321,2\n")
    assert outcome(copy, root) == "fail"
    assert "parcel-number" in copy.run(root, "scan", "data/events.csv").stdout
    assert "parcel numbers" in copy.run(root, "scan", "--help").stdout
    assert "| `parcel-number` | parcel numbers | this test |" in copy.generate("reference.py")
    assert copy.ask("from govengine.detectors.registry import DETECTORS\ntell(DETECTORS.gaps())") == []
    (root / "policies/global/house.gov").write_text(POLICY.replace("CLAUSE", "id never looks like parcel-numbre"))
    assert "parcel-number" in copy.run(root, "check").stdout, "a near name is offered"


@pytest.mark.parametrize(
    ("missing", "named"),
    [('    source="this test",\n', "source"), ('    hits=("PX12345678",),\n', "hits"), ("DETECTOR = ", "DETECTOR")],
)
def test_half_a_detector_is_named_and_looks_for_nothing(copy: Copy, tmp_path: Path, missing: str, named: str) -> None:
    copy.add("govengine/detectors/built_in/parcel_number.py", PARCEL.replace(missing, ""))
    (gap,) = copy.ask("from govengine.detectors.registry import DETECTORS\ntell(DETECTORS.gaps())")
    assert "built_in/parcel_number.py" in gap
    assert named in gap
    assert outcome(copy, mesh(tmp_path, "id never looks like iban")) == "pass"
    refused = copy.run(mesh(tmp_path, "id never looks like parcel-number"), "check")
    assert refused.returncode == 2, "a detector that is not finished is an unknown one: nothing passes by it"
    assert "parcel-number" in refused.stdout


# -- a kind of `expect`: 1 file and the grammar ------------------------------------------------------------------------

POSITIVE = '''"""`expect x positive`: no value is zero or less."""

from __future__ import annotations

from govengine.expectations.expectation import Example, Expectation
from govengine.expectations.measure import Check, Question, of_rows
from govengine.expectations.sql import identifier


def _asked(subject):
    (column,) = subject.columns
    check = Check(subject.key, subject.table, (column,), aggregate=f"coalesce(count_if({identifier(column)} <= 0), 0)")
    return [Question(check, lambda measured: f"`{column}` is zero or less in {of_rows(measured)}", column=column)]


EXPECTATION = Expectation(
    name="positive",
    says="no value is zero or less",
    ask=_asked,
    shares=True,
    examples=(Example("n positive", "n\\n1\\n", "pass"), Example("n positive", "n\\n0\\n", "fail")),
)
'''


def _spelt(copy: Copy) -> None:
    grammar = "govengine/language/grammar.lark"
    copy.edit(grammar, "_expectation: rows |", "_expectation: positive | rows |")
    copy.edit(grammar, 'unique: columns "unique"', 'unique: columns "unique"\npositive: columns "positive" [threshold]')


def test_a_kind_of_expect_is_one_file_and_its_grammar(copy: Copy, tmp_path: Path) -> None:
    _spelt(copy)
    copy.add("govengine/expectations/clauses/positive.py", POSITIVE)
    assert outcome(copy, mesh(tmp_path, "amount positive")) == "pass"
    root = mesh(tmp_path, "amount positive at least 90%")
    (root / "data/events.csv").write_text("id,amount\ne1,1\ne2,0\n")
    assert outcome(copy, root) == "fail"
    assert copy.run(root, "fmt").returncode == 0
    assert copy.run(root, "fmt", "--check").returncode == 0
    assert outcome(copy, root) == "fail"
    assert "no value is zero or less |" in copy.generate("reference.py")
    assert copy.ask("from govengine.expectations.registry import EXPECTATIONS\ntell(EXPECTATIONS.gaps())") == []


def test_a_kind_without_its_file_is_unknown_and_never_a_pass(copy: Copy, tmp_path: Path) -> None:
    _spelt(copy)
    assert outcome(copy, mesh(tmp_path, "amount positive")) == "unknown"
    copy.add(
        "govengine/expectations/clauses/positive.py", POSITIVE.replace('    says="no value is zero or less",\n', "")
    )
    (gap,) = copy.ask("from govengine.expectations.registry import EXPECTATIONS\ntell(EXPECTATIONS.gaps())")
    assert "clauses/positive.py" in gap
    assert "says" in gap
    assert outcome(copy, mesh(tmp_path, "amount positive")) == "unknown"
    assert copy.python("scripts/reference.py").returncode != 0, "the reference has nothing to say of it"


# -- a diagnostic: 1 function and 1 page -------------------------------------------------------------------------------

FUNCTION = '''

def tired(file: str) -> Diagnostic:
    """A file that has been read too often."""
    return Diagnostic("GOV998", "tired-file", "warning", f"`{file}` is tired", help="let it rest")
'''
GAPS = "from pathlib import Path\nfrom govengine.diagnostics.registry import gaps\ntell(gaps(Path('docs/errors')))"


def test_a_diagnostic_is_one_function_and_one_page(copy: Copy) -> None:
    file = copy.root / "govengine/diagnostics/codes/run.py"
    file.write_text(file.read_text(encoding="utf-8") + FUNCTION, encoding="utf-8")
    assert copy.ask(GAPS) == ["GOV998 has no page errors/GOV998.md"]
    copy.add("docs/errors/GOV998.md", "# GOV998 tired-file\n")
    assert copy.ask(GAPS) == []
    assert "| tired-file | A file that has been read too often |" in copy.generate("reference.py")


@pytest.mark.parametrize(
    ("was", "now", "named"),
    [('    """A file that has been read too often."""\n', "", "docstring"), ('"warning", ', "", "level"),
     ('"tired-file", ', '"GOV998", ', "name")],
)  # fmt: skip
def test_half_a_diagnostic_is_named(copy: Copy, was: str, now: str, named: str) -> None:
    file = copy.root / "govengine/diagnostics/codes/run.py"
    file.write_text(file.read_text(encoding="utf-8") + FUNCTION.replace(was, now), encoding="utf-8")
    copy.add("docs/errors/GOV998.md", "# GOV998 tired-file\n")
    said = copy.ask(GAPS)
    assert any("GOV998" in gap and named in gap for gap in said), said


# -- a field of the spec: 1 line ---------------------------------------------------------------------------------------


def test_a_field_of_the_spec_is_one_line(copy: Copy, tmp_path: Path) -> None:
    """The table that the reader runs on, and the reference, are generated."""
    copy.edit(
        "govengine/model/product.py",
        "class Governance(Node):\n",
        'class Governance(Node):\n    blessed: Flag | None = Field(None, description="what its steward thinks of it")\n',
    )
    copy.generate("schema_table.py")
    assert "| `blessed` | true or false |  | what its steward thinks of it |" in copy.generate("reference.py")
    policy = POLICY.replace("on payments-events.events\n    expect CLAUSE", "require has(spec.governance.blessed)")
    spec = STANDARD["products/payments/events.yaml"]
    assert isinstance(spec, str)
    files = {"policies/global/house.gov": policy}
    root = write_mesh(tmp_path / "mesh", files)
    assert outcome(copy, root) == "fail"
    assert spec.count("governance:\n") == 1
    for written, comes_to in (("blessed: true", "pass"), ("blesed: true", "error")):
        changed = spec.replace("governance:\n", f"governance:\n    {written}\n")
        (root / "products/payments/events.yaml").write_text(changed)
        assert outcome(copy, root) == comes_to
    assert "did you mean `blessed`" in copy.run(root, "check", "--no-data").stdout


# -- a function of conditions: 1 file ----------------------------------------------------------------------------------

WORDS = '''"""`text.wordCount()`: its words."""

from __future__ import annotations

from govengine.conditions import types as t
from govengine.conditions.function import Example, Function, texts


def word_count(text: str) -> int:
    """How many words a text has."""
    texts("wordCount", text)
    return len(text.split())


FUNCTION = Function(
    name="word_count",
    parameters=(t.is_text,),
    result=t.INT,
    expected="a text",
    summary="how many words a text has",
    meaning=word_count,
    examples=(Example('"a b".wordCount()', value=2),),
    called="method",
)
'''
_SAID = POLICY.replace("on payments-events.events\n    expect CLAUSE", "require metadata.name.wordCount() > COUNT")


def test_a_function_is_one_file(copy: Copy, tmp_path: Path) -> None:
    copy.add("govengine/conditions/functions/word_count.py", WORDS)
    root = write_mesh(tmp_path / "mesh", {"policies/global/house.gov": _SAID.replace("COUNT", "0")})
    assert outcome(copy, root) == "pass"
    (root / "policies/global/house.gov").write_text(_SAID.replace("COUNT", "3"))
    assert outcome(copy, root) == "fail"
    assert "| `x.wordCount(…)` | a text | how many words a text has | a whole number |" in copy.generate("reference.py")
    assert copy.ask("from govengine.conditions.function import FUNCTIONS\ntell(FUNCTIONS.gaps())") == []


def test_half_a_function_is_named_and_stops_no_other(copy: Copy, tmp_path: Path) -> None:
    half = WORDS.replace('    expected="a text",\n', "").replace('summary="how many words a text has"', 'summary=""')
    copy.add("govengine/conditions/functions/word_count.py", half)
    (gap,) = copy.ask("from govengine.conditions.function import FUNCTIONS\ntell(FUNCTIONS.gaps())")
    assert "conditions/functions/word_count.py" in gap
    assert "expected" in gap
    said = _SAID.replace("COUNT", "0").replace("wordCount", "size")
    root = write_mesh(tmp_path / "mesh", {"policies/global/house.gov": said})
    assert outcome(copy, root) == "pass"
    (root / "policies/global/house.gov").write_text(_SAID.replace("COUNT", "0"))
    assert copy.run(root, "check", "--as-of", "2026-06-30").returncode == 2
