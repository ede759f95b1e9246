"""A mesh over real data sets, judged once; each fact that their `SOURCE.md` states is found, with its figures."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from click.testing import CliRunner

from govengine.cli.main import cli
from govengine.model.verdict import Part, Report, Verdict
from govengine.report.formats import json as json_report
from govengine.run.session import Request, judge

from .facts import FACTS, FOLDERS, Fact
from .recount import DATA, recount, rows, womans_number

AS_OF = date(2026, 11, 1)
MESH = Path(__file__).parent / "mesh"
_MISSING = [folder for folder in FOLDERS if not (DATA / folder).is_dir()]

pytestmark = pytest.mark.skipif(bool(_MISSING), reason=f"no data in ../shared/data: {', '.join(_MISSING)}")


class Judged(NamedTuple):
    """A mesh on disk and the report on it."""

    root: Path
    report: Report

    def verdict(self, rule: str, product: str) -> Verdict:
        return next(v for v in self.report.verdicts if (v.rule, v.product) == (rule, product))

    def outcomes(self) -> dict[tuple[str, str], str]:
        return {(v.rule, v.product): v.outcome for v in self.report.verdicts}

    def products(self) -> dict[str, str]:
        return {p.name: p.verdict for p in self.report.products}


def _mesh(root: Path, *, allowed: bool = True, changes: dict[str, tuple[str, str]] | None = None) -> Path:
    """A copy of the mesh with the data in its place, and some texts replaced, by file."""
    shutil.copytree(MESH, root)
    (root / "data").symlink_to(DATA, target_is_directory=True)
    allow = {"govengine.yaml": ("data: [data]", f"data: ['{DATA}']")} if allowed else {}
    for file, (was, now) in {**allow, **(changes or {})}.items():
        text = (root / file).read_text(encoding="utf-8")
        assert was in text, f"{file} has no {was!r}"
        (root / file).write_text(text.replace(was, now), encoding="utf-8")
    return root


@pytest.fixture(scope="module", autouse=True)
def _no_cache() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOVENGINE_CACHE", "off")
        yield


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    root = _mesh(tmp_path_factory.mktemp("real") / "mesh")
    return Judged(root, judge(Request(root, AS_OF, data=True)).report)


def _source(folder: str) -> str:
    return " ".join((DATA / folder / "SOURCE.md").read_text(encoding="utf-8").split())


def _name(fact: Fact) -> str:
    return f"{fact.folder} {fact.rule} {fact.part}".strip()


def _part(verdict: Verdict, piece: str) -> Part:
    fitting = [p for p in verdict.parts if piece in f"{p.element} {p.evidence['expectation']}"]
    if piece.startswith("column "):
        fitting = [p for p in fitting if p.element == piece][:1]
    assert len(fitting) == 1, [(p.element, p.evidence["expectation"]) for p in verdict.parts]
    return fitting[0]


@pytest.mark.parametrize("fact", FACTS, ids=_name)
def test_fact(fact: Fact, judged: Judged) -> None:
    """The source says it, and the rule shows it: outcome, figures and threshold."""
    assert fact.said in _source(fact.folder), "SOURCE.md no longer says so"
    part = _part(judged.verdict(fact.rule, fact.product), fact.part)
    shown = {key: part.evidence[key] for key in ("population", "tested", "failing", "threshold")}
    assert (part.outcome, shown) == (
        fact.outcome,
        {
            "population": fact.population,
            "tested": fact.tested,
            "failing": fact.failing,
            "threshold": fact.threshold,
        },
    )
    assert part.evidence["rejected"] == fact.population - fact.tested
    assert part.assurance == "observed"


def test_each_rule_over_rows_shows_a_fact(judged: Judged) -> None:
    """No rule of a domain is there for nothing."""
    shown = {fact.rule for fact in FACTS} | {"lending/impossible-score"}  # 0 to 1: the source leaves it unsaid
    written = {v.rule for v in judged.report.verdicts if v.layer != "global"}
    assert written - shown == set()


# -- the file that was cut off -----------------------------------------------------------------------------------------


def test_the_cut_file_is_told_by_its_line(judged: Judged) -> None:
    """Berka, defect 1: the broken row is line 49,104; nothing else in ten products is broken."""
    said = _source("berka")
    assert "trans ends in a broken row (line 49,104)" in said
    assert "with `ignore_errors` it gives 49,102 rows" in said
    assert {d.code for d in judged.report.diagnostics if d.level != "error"} == {"GOV319"}  # the nameless column
    [diagnostic] = [d for d in judged.report.diagnostics if d.level == "error"]
    assert diagnostic.code == "GOV502"
    assert "1 row of `trans` cannot be read, the first at line 49,104" in diagnostic.message
    assert diagnostic.span is not None
    spec = (judged.root / diagnostic.span.file).read_text(encoding="utf-8").splitlines()
    line = spec[diagnostic.span.line - 1]
    assert line[diagnostic.span.column - 1 : diagnostic.span.end_column - 1] == "data/berka/trans.csv.gz"


def test_what_the_broken_row_leaves_open_has_one_cause(judged: Judged) -> None:
    """Exactly the rules that the one row could turn are unknown, and the cause stands where the file is named."""
    [cause] = [c for c in judged.report.causes if "read" in c.cause]
    assert (cause.product, cause.cause) == ("banking-payments", "1 row of `trans` could not be read")
    unknown = {rule for (rule, _), outcome in judged.outcomes().items() if outcome == "unknown"}
    assert set(cause.rules) == unknown
    assert cause.blocking == len(unknown)
    assert unknown == {fact.rule for fact in FACTS if fact.outcome == "unknown"}
    assert cause.place is not None
    text = (judged.root / cause.place.file).read_text(encoding="utf-8").splitlines()[cause.place.line - 1]
    assert "dataset: trans" in text


# -- the mesh as a whole -----------------------------------------------------------------------------------------------


def test_products(judged: Judged) -> None:
    """What is sound is compliant; one defect is enough not to be."""
    good = {name for name, verdict in judged.products().items() if verdict == "compliant"}
    assert good == {"banking-accounts", "lending-scores"}
    assert set(judged.products().values()) == {"compliant", "non-compliant"}
    assert judged.report.exit_code == 1


@pytest.mark.parametrize("product", ["lending-scores", "banking-accounts"])
def test_a_sound_product_exits_with_0(product: str, judged: Judged) -> None:
    report = judge(Request(judged.root, AS_OF, product=product, data=True)).report
    assert (report.exit_code, report.diagnostics, [p.name for p in report.products]) == (0, (), [product])


def test_protected_attributes_under_plain_names(judged: Judged) -> None:
    """German credit: three of them carry no mark; the Taiwanese cards carry the same kind of column, marked."""
    names = {"personal_status_and_sex", "foreign_worker", "age_in_years"}
    assert all(f"`{name}`" in _source("german-credit-uci") for name in names)
    assert "sex, age, marriage, education: attributes protected" in _source("credit-card-default-uci")
    failing = judged.verdict("house/unmarked-attribute", "lending-applications")
    assert failing.outcome == "fail"
    assert {p.element for p in failing.parts if p.outcome == "fail"} == {f"column {name}" for name in names}
    assert judged.outcomes()["house/unmarked-attribute", "cards-clients"] == "pass"


def test_no_other_column_looks_like_birth_numbers(judged: Judged) -> None:
    """Days of six digits, amounts, codes and names raise no false alarm."""
    suspected = {
        (v.product, p.element)
        for v in judged.report.verdicts
        if v.rule == "house/hidden-birth-number"
        for p in v.parts
        if p.outcome not in ("pass", "not-applicable")
    }
    assert suspected == {("banking-customers", "column birth_number")}


def test_the_same_report_from_another_folder(judged: Judged, tmp_path: Path) -> None:
    again = judge(Request(_mesh(tmp_path / "elsewhere/mesh"), AS_OF, data=True)).report
    assert json_report.render(again) == json_report.render(judged.report)


def test_data_outside_the_mesh_is_read_only_where_the_council_allows_it(tmp_path: Path) -> None:
    """The link leads out of the mesh, and `paths.data` does not name where it leads."""
    root = _mesh(tmp_path / "mesh", allowed=False, changes={"govengine.yaml": ("data: [data]", "data: []")})
    report = judge(Request(root, AS_OF, data=True)).report
    assert {d.code for d in report.diagnostics if d.level == "error"} == {"GOV504"}
    assert len([d for d in report.diagnostics if d.level == "error"]) == 14, "one a dataset"
    assert {v.outcome for v in report.verdicts if any(p.clause == "expect" for p in v.parts)} == {"unknown"}
    assert report.exit_code == 1, "the attributes without a mark are declared, and fail without data"


# -- types that the spec declares and the data does not keep -----------------------------------------------------------


def test_a_question_mark_in_a_column_declared_as_numbers(tmp_path: Path) -> None:
    """District 69 is left out for its `?`; whoever lives there is no proven orphan, since that row may be theirs."""
    assert "district 69 (Jesenik) has `?` in A12 and A15 (numbers elsewhere)" in _source("berka")
    change = (
        "{name: A12, dataset: district, logical_type: string}",
        "{name: A12, dataset: district, logical_type: decimal}",
    )
    root = _mesh(tmp_path / "mesh", changes={"products/banking/customers.yaml": change})
    report = judge(Request(root, AS_OF, domain="banking", data=True)).report
    told = [d.message for d in report.diagnostics if "`district`" in d.message]
    # The header, and as many districts as the number says.
    assert told == ["1 row of `district` cannot be read, the first at line 70: a value of another type in `A12`"]
    for rule, product, table in (
        ("banking/homeless-account", "banking-accounts", "berka/account"),
        ("banking/homeless-client", "banking-customers", "berka/client"),
    ):
        verdict = next(v for v in report.verdicts if (v.rule, v.product) == (rule, product))
        [part] = verdict.parts
        assert part.outcome == "unknown"
        assert part.evidence["failing"] == sum(row["district_id"] == "69" for row in rows(table)) > 0


def test_days_of_six_digits_declared_as_dates(tmp_path: Path) -> None:
    """No loan can be read so; nothing passes on what is left, and the run cannot say."""
    assert "dates as YYMMDD digits" in _source("berka")
    change = ("{name: date, logical_type: string}", "{name: date, logical_type: date}")
    root = _mesh(tmp_path / "mesh", changes={"products/lending/loans.yaml": change})
    report = judge(Request(root, AS_OF, product="lending-loans", data=True)).report
    [diagnostic] = report.diagnostics
    said = "682 rows of `loan` cannot be read, the first at line 2: a value of another type in `date`"
    assert diagnostic.message == said
    parts = [p for v in report.verdicts for p in v.parts if p.clause == "expect"]
    assert {p.outcome for p in parts} == {"unknown"}
    assert {(p.evidence["population"], p.evidence["tested"]) for p in parts} == {(682, 0)}
    assert report.exit_code == 2


# -- counted once more, without the engine -----------------------------------------------------------------------------


def _columns(root: Path) -> dict[tuple[str, str], str]:
    """The dataset of each declared column, by product and element as reports name it."""
    found: dict[tuple[str, str], str] = {}
    for file in sorted(root.glob("products/*/*.yaml")):
        spec: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        only = spec["spec"]["interfaces"][0]["dataset"]
        name = spec["metadata"]["name"]
        for column in spec["spec"]["schema"]:
            dataset = column.get("dataset", only)
            found[name, f"column {dataset}.{column['name']}"] = dataset
            # Where several have it, the rules here are about the one without a mark.
            if (name, f"column {column['name']}") not in found or "semantic_type" not in column:
                found[name, f"column {column['name']}"] = dataset
    return found


def test_every_count_of_the_report_is_counted_again(judged: Judged) -> None:
    """All parts over rows, facts or not: `csv` and hand-made queries give the figures that the engine gives."""
    datasets = _columns(judged.root)
    differing, compared = [], 0
    for verdict in judged.report.verdicts:
        for part in verdict.parts:
            if part.clause != "expect":
                continue
            dataset = datasets[verdict.product, part.element] if part.element else ""
            column = (part.element or "").removeprefix("column ").removeprefix(f"{dataset}.")
            told = (part.evidence["tested"], part.evidence["failing"])
            counted = recount(verdict.product, verdict.rule, dataset, column, part.evidence["expectation"])
            compared += 1
            if told != counted:
                differing.append((verdict.rule, part.element, told, counted))
    assert differing == []
    assert compared > len(FACTS)


# -- nothing of the data gets out --------------------------------------------------------------------------------------


def _telltale() -> set[str]:
    """Values that could be nothing but data: ids and accounts of people, birth numbers, places, the broken row's id."""
    values = {row["birth_number"] for row in rows("berka/client")}
    values |= {row["account_to"] for row in rows("berka/order")} | {row["account"] for row in rows("berka/trans")}
    values |= {row["account_id"] for row in rows("berka/account")} | {row["trans_id"] for row in rows("berka/trans")}
    values |= {row[name] for row in rows("berka/district") for name in ("A2", "A4")}
    values |= {"3526882"}
    return {value for value in values if len(value) > 4}


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


@pytest.mark.parametrize("format_", ["console", "json", "html"])
def test_no_value_of_the_data_gets_out(format_: str, judged: Judged) -> None:
    values = _telltale()
    assert sum(map(womans_number, values)) > 1_000
    ran = CliRunner().invoke(
        cli,
        ["check", "--root", str(judged.root), "--as-of", AS_OF.isoformat(), "--verbose", "--format", format_],
        catch_exceptions=False,
        standalone_mode=False,
    )
    assert ran.return_value == 1
    assert "hidden-birth-number" in ran.output
    counts = {
        str(figure)
        for v in judged.report.verdicts
        for p in v.parts
        for figure in p.evidence.values()
        if isinstance(figure, int)
    }
    assert (_words(ran.output) & values) - counts == set()
