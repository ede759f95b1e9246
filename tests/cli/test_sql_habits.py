"""SQL that beginners write: refused at the word, and what the help says to write instead compiles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.backends import words
from govengine.backends.duckdb_sql import Parser
from govengine.compile.plan import compile_policies
from govengine.diagnostics import Diagnostic
from govengine.run.schemas import schemas

from .meshes import POLICY, rule, run, write_mesh

if TYPE_CHECKING:
    from pathlib import Path

PARSER = Parser()


def told(clause: str) -> list[tuple[Diagnostic, str]]:
    """What is said of a clause, each with the text that it underlines."""
    text = rule(f"    on       payments-events.events\n    expect   {clause}")
    product, mesh, _ = schemas()
    sources = {"a.gov": POLICY, "b.gov": text}
    lines = text.split("\n")
    found = []
    for diagnostic in compile_policies(sources, dict.fromkeys(sources, "global"), product, mesh, PARSER).diagnostics:
        span = diagnostic.span
        assert span is not None
        assert span.line == span.end_line
        found.append((diagnostic, lines[span.line - 1][span.column - 1 : span.end_column - 1]))
    return found


def only(clause: str) -> tuple[str, str, str]:
    """Code, underlined text and help of the one thing that is said."""
    ((diagnostic, underlined),) = told(clause)
    return diagnostic.code, underlined, diagnostic.help or ""


REPAIRS = [
    ("a = null", "GOV460", "null", "a is null"),
    ("NULL = a", "GOV460", "NULL", "a is null"),
    ("a <> null", "GOV460", "null", "a is not null"),
    ("lower(a) != null", "GOV460", "null", "lower(a) is not null"),
    ("a = null::varchar", "GOV460", "null", "a is null"),
    ("a like null", "GOV460", "null", "a is null"),
    ("a in (null)", "GOV460", "null", "a is null"),
    ("a in (1, null, 'x')", "GOV460", "null", "(a in (1, 'x') or a is null)"),
    ("a not in (null, 1)", "GOV460", "null", "(a not in (1) and a is not null)"),
    ("a > null", "GOV460", "null", "a is null"),
    ("a between null and 1", "GOV460", "null", "a is null"),
    ('a.startsWith("tok")', "GOV451", 'a.startsWith("tok")', "starts_with(a, 'tok')"),
    ("a.b.endsWith('tok')", "GOV451", "a.b.endsWith('tok')", "ends_with(a.b, 'tok')"),
    ("isnull(a)", "GOV452", "isnull(a)", "a is null"),
    ("notnull(a)", "GOV452", "notnull(a)", "a is not null"),
]  # fmt: skip


@pytest.mark.parametrize(("predicate", "code", "underlined", "repaired"), REPAIRS, ids=[r[0] for r in REPAIRS])
def test_what_the_help_says_to_write_compiles(predicate: str, code: str, underlined: str, repaired: str) -> None:
    said = only(f"rows `{predicate}`")
    assert said[:2] == (code, underlined)
    assert f"write `{repaired}`" in said[2]
    assert told(f"rows `{repaired}`") == []


@pytest.mark.parametrize(
    "clause",
    [
        "a found in b.c(d) where `e = null`", "a never found in b.c(d) where `e in (null)`",
        "query `select * from d where a = null` returns no rows",
        "query `select * from d where a in (select b from e where f <> null)` returns no rows",
        "`sum(case when a = null then 1 end)` at least 1", "`count(*) filter (where a = null)` at least 1",
    ],
)  # fmt: skip
def test_null_is_compared_nowhere(clause: str) -> None:
    assert only(clause)[:2] == ("GOV460", "null")


@pytest.mark.parametrize(
    "predicate",
    ["a is distinct from null", "coalesce(a, null) = 1", "case when a = 1 then true else null end", "a is null",
     "nullif(a, null) = 1", "case when a = 1 then true end", "a = 'null'"],
)  # fmt: skip
def test_null_may_stand_where_nothing_is_compared_with_it(predicate: str) -> None:
    assert told(f"rows `{predicate}`") == []


@pytest.mark.parametrize("predicate", ["true", "1 = 1", "'a' = 'a'", "not false", "{metadata.name} = 'x'", "1 in (1)"])
def test_a_predicate_of_rows_names_a_column(predicate: str) -> None:
    assert only(f"rows `{predicate}`")[0] == "GOV459"


def test_a_column_in_single_quotes_is_told_to_be_a_text() -> None:
    ((diagnostic, underlined),) = told("rows `'amount' > 0`")
    assert underlined == "'amount' > 0"
    assert "a column is written without quotes: `amount`" in diagnostic.notes[0]


MEASURES = [
    ("sum(a) > 5", "`sum(a)`", "at least 5"),
    ("sum(a) <= 5", "`sum(a)`", "at most 5"),
    ("5 < (sum(a) - 1) * 2", "`(sum(a) - 1) * 2`", "at least 5"),
    ("sum(a) / count(*) >= (0.5)", "`sum(a) / count(*)`", "at least 0.5"),
    ("sum(a) = -5", "`sum(a)`", "at least -5"),
]


@pytest.mark.parametrize(("measure", "figure", "limit"), MEASURES, ids=[m[0] for m in MEASURES])
def test_the_limit_of_a_measure_stands_outside(measure: str, figure: str, limit: str) -> None:
    code, underlined, instead = only(f"`{measure}` at most 1")
    assert (code, underlined) == ("GOV461", measure)
    assert instead.startswith(f"write {figure} and then `{limit}`")
    assert told(f"{figure} {limit}") == []


@pytest.mark.parametrize(
    "measure",
    ["sum(a) > count(*)", "sum(a) > 5 and sum(a) < 9", "not sum(a) > 5", "max(a) is null", "max(a) in (1, 2)",
     "max(a) between 1 and 2", "max(a) like 'x%'", "starts_with(max(a), 'x')", "a > 5"],
)  # fmt: skip
def test_a_measure_is_neither_true_nor_false(measure: str) -> None:
    assert only(f"`{measure}` at most 1")[:2] == ("GOV461", measure)


def test_a_limit_out_of_the_policy_moves_out_too() -> None:
    ((diagnostic, _),) = told("`sum(a) < {metadata.version}` at most 1")
    assert diagnostic.help == "write `sum(a)` and then `at most …`"


def test_what_runs_over_a_line_is_underlined_to_its_end() -> None:
    ((_, underlined),) = told("`sum(a)\n        > 5` at most 1")
    assert underlined == "sum(a)"


@pytest.mark.parametrize(("written", "helped"), [('"EUR"', True), ("EUR", False)])
def test_a_text_in_double_quotes_is_told_to_be_a_column(written: str, helped: bool, tmp_path: Path) -> None:
    clause = f"    on       payments-events.events\n    expect   rows `id = {written}`"
    write_mesh(tmp_path, {"policies/global/b.gov": rule(clause)})
    ran = run(tmp_path, "check")
    assert "declares no column `EUR`" in ran.words
    assert ("in SQL a text has single quotes, `'EUR'`" in ran.words) == helped
    assert ("write `'EUR'`" in ran.words) == helped


@pytest.mark.parametrize(
    ("predicate", "underlined", "instead"),
    [
        ("a < '{as_of}'", "{as_of}", "take the quotes around"),
        ('a < "{as_of}"', "{as_of}", "take the quotes around"),
        ("a = 'x-{metadata.name}'", "{metadata.name}", "join both by `||`"),
        ("a = '{metadata.name}-{metadata.version}'", "{metadata.name}", "join both by `||`"),
    ],
)
def test_a_value_stands_outside_of_quotes(predicate: str, underlined: str, instead: str) -> None:
    code, found, said = only(f"rows `{predicate}`")
    assert (code, found) == ("GOV450", underlined)
    assert instead in said


def test_a_quote_that_nothing_closes_is_told_once() -> None:
    ((diagnostic, _),) = told("rows `a = 'x and b < {as_of} and c = 1`")
    assert "a quote is not closed" in diagnostic.message


@pytest.mark.parametrize(
    ("predicate", "pattern"),
    [
        ("regexp_matches(a, '[')", "'['"), ("regexp_full_match(a, '(?!x)y')", "'(?!x)y'"), ("a ~ '(a)\\1'", "'(a)\\1'"),
        ("regexp_extract(a, '(y', 1) = 'y'", "'(y'"), ("regexp_replace(a, '*', 'l') = 'y'", "'*'"),
        ("a similar to '['", "'['"), ("regexp_matches(a, '[', 'i')", "'['"),
    ],
)  # fmt: skip
def test_a_broken_pattern_is_refused_at_the_literal(predicate: str, pattern: str) -> None:
    code, underlined, instead = only(f"rows `{predicate}`")
    assert (code, underlined) == ("GOV414", pattern)
    assert "`'^[a-z_]+$'`" in instead


@pytest.mark.parametrize(
    "predicate",
    ["regexp_matches(a, '[', 'l')", "regexp_matches(a, b)", "a ~ {metadata.name}", "regexp_matches(a, '^[0-9]{{2}}$')"],
)
def test_other_patterns_are_left_to_the_run(predicate: str) -> None:
    assert told(f"rows `{predicate}`") == []


@pytest.mark.parametrize(
    ("predicate", "code", "instead"),
    [
        ("read_text('x') = a", "GOV452", "do without it"), ("scan_parquet('x') = a", "GOV452", "do without it"),
        ("getenv('x') = a", "GOV452", "do without it"), ("lowr(a) = 'x'", "GOV452", "write `lower`"),
        ("nvl(a, 0) > 1", "GOV452", "write `coalesce`"), ("a.lower() = 'x'", "GOV452", "write `lower(a)`"),
        ("random() < a", "GOV453", "leave it out"), ("a = current_user", "GOV453", "leave it out"),
        ("a < now()", "GOV453", "write `{as_of}`"), ("a < getdate()", "GOV453", "write `{as_of}`"),
    ],
)  # fmt: skip
def test_advice_is_given_where_it_helps(predicate: str, code: str, instead: str) -> None:
    said = only(f"rows `{predicate}`")
    assert said[0] == code
    assert said[2].startswith(instead)
    assert "{as_of}" in said[2] or "now" not in predicate


def test_a_column_is_named_where_the_query_names_it_and_never_where_a_value_does() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE d (a INT)")

    def why(query: str, shown: str | None = None) -> str:
        with pytest.raises(duckdb.BinderException) as raised:
            connection.execute(query)
        return words.measuring(raised.value, query if shown is None else shown)

    assert why("SELECT amont FROM d") == "no table that it reads has a column `amont`"
    assert why('SELECT "odd one" FROM d') == "no table that it reads has a column `odd one`"
    assert why("SELECT x.amont FROM d AS x") == "no table that it reads has a column `amont`"
    assert why("SELECT 1 FROM d JOIN d e USING (amont)") == "no table that it reads has a column `amont`"
    unnamed = "no table that it reads has one of its columns"
    assert why("SELECT amont FROM d", "SELECT 'amont' FROM d WHERE 'it''s amont'") == unnamed
    assert why("SELECT amont FROM d", "") == unnamed
    assert re.match("it does not fit the types", why("SELECT lower(a, 3) FROM d"))
