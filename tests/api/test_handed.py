"""Tables in memory in place of a dataset's files: what is judged is the same, and the evidence says who gave them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import govengine

from .harbour import FILES, POLICIES, POLICY, SPEC, written

DAY = date(2026, 3, 31)
NAME = "cargo-ships.arrivals"
SECRET_CELL = "BERTH-4711-0815"
ROWS: dict[str, list[Any]] = {"berth": ["A1", "B2", SECRET_CELL, None], "tons": [5, 0, 7, None]}
READ = POLICY.replace("expect rows `tons > 0`", "expect rows `tons > 0` at least 50%")


def _arrow(columns: dict[str, list[Any]]) -> Any:
    return pytest.importorskip("pyarrow", reason="pyarrow is not installed").table(columns)


def _batch(columns: dict[str, list[Any]]) -> Any:
    return _arrow(columns).to_batches()[0]


def _reader(columns: dict[str, list[Any]]) -> Any:
    return _arrow(columns).to_reader()


def _pandas(columns: dict[str, list[Any]]) -> Any:
    return pytest.importorskip("pandas", reason="pandas is not installed").DataFrame(columns)


def _numbered(columns: dict[int, list[Any]]) -> Any:
    return pytest.importorskip("pandas", reason="pandas is not installed").DataFrame(columns)


def _polars(columns: dict[str, list[Any]]) -> Any:
    return pytest.importorskip("polars", reason="polars is not installed").DataFrame(columns)


def _lazy(columns: dict[str, list[Any]]) -> Any:
    return _polars(columns).lazy()


class _Stream:
    """What speaks Arrow's C stream and is of no library that we know."""

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self._table = _arrow(columns)
        self.schema = self._table.schema

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


FORMS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "arrow": _arrow, "batch": _batch, "reader": _reader, "pandas": _pandas, "polars": _polars, "lazy": _lazy,
    "stream": _Stream,
}  # fmt: skip
form = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def mesh(tmp_path: Path) -> govengine.Mesh:
    return govengine.open_mesh(written(tmp_path / "harbour"))


def weighed(report: govengine.Report) -> govengine.Part:
    (part,) = next(v for v in report.verdicts if v.rule == "harbour/weighed").parts
    return part


@form
def test_a_table_is_judged_in_place_of_the_files(mesh: govengine.Mesh, form: str) -> None:
    report = mesh.check(data={NAME: FORMS[form](ROWS)}, as_of=DAY)
    part = weighed(report)
    assert (part.outcome, part.assurance) == ("fail", "attested")
    assert {k: part.evidence[k] for k in ("population", "tested", "failing", "source")} == {
        "population": 4, "tested": 4, "failing": 2, "source": "handed by the caller",
    }  # fmt: skip
    assert [(i.kind, i.path) for i in report.inputs if i.kind in ("data", "handed")] == [("handed", NAME)]
    assert SECRET_CELL not in govengine.render(report) + govengine.render(report, "console")


@pytest.mark.parametrize("form", [f for f in FORMS if f != "pandas"])  # which has no whole numbers beside missing ones
def test_every_form_of_the_same_rows_has_one_digest_in_any_order(mesh: govengine.Mesh, form: str) -> None:
    turned = {name: cells[::-1] for name, cells in ROWS.items()}
    digests = {
        next(i.digest for i in mesh.check(data={NAME: table}, as_of=DAY).inputs if i.kind == "handed")
        for table in (_arrow(ROWS), FORMS[form](ROWS), FORMS[form](turned))
    }
    assert len(digests) == 1
    other = mesh.check(data={NAME: FORMS[form]({**ROWS, "tons": [5, 0, 8, None]})}, as_of=DAY)
    assert next(i.digest for i in other.inputs if i.kind == "handed") not in digests


def test_cells_that_run_together_do_not_share_a_digest(mesh: govengine.Mesh) -> None:
    digests = set()
    for berth, flag in (("a", "bc"), ("ab", "c"), ("a1:b", "c"), ("-", None), (None, "-")):
        table = _arrow({"berth": [berth], "flag": [flag], "tons": [1]})
        digests |= {i.digest for i in mesh.check(data={NAME: table}, as_of=DAY).inputs if i.kind == "handed"}
    assert len(digests) == 5


def test_with_an_evidence_key_the_digest_needs_it(mesh: govengine.Mesh) -> None:
    report = mesh.check(data={NAME: _arrow(ROWS)}, as_of=DAY, evidence_key=b"sixteen bytes at least")
    assert next(i.digest for i in report.inputs if i.kind == "handed").startswith("hmac-sha256:")


def test_rows_count_as_observed_if_the_caller_is_trusted(mesh: govengine.Mesh) -> None:
    assert weighed(mesh.check(data={NAME: _arrow(ROWS)}, accept_handed=True)).assurance == "observed"
    assert weighed(mesh.check()).assurance == "observed"
    assert "source" not in weighed(mesh.check()).evidence


def test_a_table_has_no_query_for_files(mesh: govengine.Mesh) -> None:
    evidence = weighed(mesh.check(data={NAME: _arrow(ROWS)})).evidence
    assert "rows_query" not in evidence
    assert "rows_query" in weighed(mesh.check()).evidence


def test_hashes_of_row_keys_need_the_rows(tmp_path: Path) -> None:
    """The digest that the report lists does not make them."""
    spec = SPEC.replace("{name: berth}", "{name: berth, primary_key: true}")
    mesh = govengine.open_mesh(written(tmp_path, {**FILES, "products/cargo/ships.yaml": spec}))
    first = weighed(mesh.check(data={NAME: _arrow({"berth": ["A1", "B2"], "tons": [0, 1]})}, as_of=DAY)).evidence
    other = weighed(mesh.check(data={NAME: _arrow({"berth": ["A1", "B2"], "tons": [0, 2]})}, as_of=DAY)).evidence
    assert first["failing"] == other["failing"] == 1
    assert first["row_key_hashes"] != other["row_key_hashes"]


def test_a_number_that_is_none_is_missing(mesh: govengine.Mesh) -> None:
    for table in (_arrow({"berth": ["A"], "tons": [float("nan")]}), _pandas({"berth": ["A"], "tons": [float("nan")]})):
        assert weighed(mesh.check(data={NAME: table})).outcome == "fail"  # missing is not above 0
    spec = SPEC.replace("{name: tons, logical_type: integer}", "{name: tons}")
    policy = POLICY.replace("expect rows `tons > 0`", "expect tons filled")
    held = govengine.open_mesh(policies={**POLICIES, "global/harbour.gov": policy}, specs=[spec])
    assert weighed(held.check(data={NAME: _arrow({"tons": [float("nan")]})})).outcome != "pass"


def test_an_empty_table_is_never_a_pass(mesh: govengine.Mesh) -> None:
    table = _arrow(ROWS).slice(0, 0)
    assert weighed(mesh.check(data={NAME: table})).outcome == "unknown"
    used = _reader(ROWS)
    assert weighed(mesh.check(data={NAME: used})).outcome == "fail"
    assert weighed(mesh.check(data={NAME: used})).outcome == "unknown"  # it was read to its end


def test_a_mesh_in_memory_is_judged_with_its_rows() -> None:
    held = govengine.open_mesh(policies={**POLICIES, "global/harbour.gov": READ}, specs=[SPEC])
    assert weighed(held.check(data={NAME: _arrow(ROWS)})).outcome == "pass"
    assert weighed(held.validate(SPEC, data={NAME: _arrow(ROWS)})).outcome == "pass"


def test_a_sample_of_a_table_is_drawn(mesh: govengine.Mesh) -> None:
    table = _arrow({"berth": [str(i) for i in range(500)], "tons": list(range(500))})
    part = weighed(mesh.check(data={NAME: table}, sample=50, as_of=DAY))
    assert part.assurance == "attested"
    assert part.evidence["source"] == "handed by the caller"


def test_a_dataset_behind_an_interface_without_files_can_be_handed_over() -> None:
    spec = SPEC.replace(
        "type: file, dataset: arrivals, location: data/arrivals.csv", "type: rest-api, dataset: arrivals"
    )
    held = govengine.open_mesh(policies=POLICIES, specs=[spec])
    assert weighed(held.check(data={NAME: _arrow(ROWS)})).outcome == "fail"


def test_a_register_can_be_handed_over(mesh: govengine.Mesh) -> None:
    policy = POLICY.replace("expect rows `tons > 0`", "expect berth found in berths(code)")
    written(mesh.root, {"policies/global/harbour.gov": policy})
    codes = _arrow({"code": ["A1", "B2"]})
    part = weighed(mesh.check(data={"berths": codes}))
    assert (part.outcome, part.assurance, part.evidence["source"]) == ("pass", "attested", "handed by the caller")


@pytest.mark.parametrize("name", ["cargo-ships.arrival", "cargo-ship.arrivals", "crew-shifts.shifts"])
def test_a_dataset_that_is_not_there_is_told(mesh: govengine.Mesh, name: str) -> None:
    with pytest.raises(govengine.RequestError, match=r"no dataset or register"):
        mesh.check(data={name: _arrow(ROWS)})


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (lambda: {"berth": ["A"]}, "not a data frame"),
        (lambda: [1, 2], "not a data frame"),
        (lambda: "data/arrivals.csv", "not a data frame"),
        (lambda: None, "not a data frame"),
        (lambda: _arrow({}), "no columns"),
        (lambda: type(_arrow(ROWS)), "not a data frame"),
        (lambda: _arrow({"tons": [1], "TONS": [2]}), "same name"),
        (lambda: _numbered({1: [1]}), "not text"),
        (lambda: _pandas({"tons": [1, SECRET_CELL, Decimal(3)]}), "several types"),
        (lambda: _pandas({"tons": [1]})["tons"], "cannot be read"),
    ],
)
def test_what_is_no_table_is_told_without_a_value(mesh: govengine.Mesh, table: Callable[[], Any], why: str) -> None:
    with pytest.raises(govengine.RequestError, match=why) as told:
        mesh.check(data={NAME: table()})
    assert told.value.argument == "data"
    assert SECRET_CELL not in str(told.value)


def test_rows_of_a_table_reach_nothing_else(mesh: govengine.Mesh) -> None:
    """A predicate sees tables of the run alone: no variable of the caller, no file."""
    secret = _arrow({"x": [1]})  # noqa: F841 - DuckDB would find it by its name
    for query in ("(select count(*) from secret) > 0", "(select count(*) from 'data/arrivals.csv') > 0"):
        written(mesh.root, {"policies/global/harbour.gov": POLICY.replace("tons > 0", query)})
        report = mesh.check(data={NAME: _arrow(ROWS)})
        assert all(v.outcome != "pass" for v in report.verdicts if v.rule == "harbour/weighed")
        assert report.exit_code != 0


def test_reports_with_handed_tables_fit_the_schema(mesh: govengine.Mesh) -> None:
    import jsonschema

    schema = json.loads((Path(__file__).parents[2] / "reports/report.schema.json").read_text(encoding="utf-8"))
    report = govengine.render(mesh.check(data={NAME: _arrow(ROWS)}))
    jsonschema.Draft202012Validator(schema).validate(json.loads(report))
