"""Predicates that look for a way out of the row: each is refused before anything runs, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from govengine.backends.duckdb_sql import Parser
from govengine.compile.plan import compile_policies
from govengine.run.schemas import schemas

from .meshes import POLICY, assert_repairable, rule, run, write_mesh

if TYPE_CHECKING:
    from pathlib import Path

PARSER = Parser()
GLOBAL = "global"
LEAD = "    expect   rows `"

FUNCTIONS = [
    # files
    "read_csv('/etc/passwd')", "read_csv_auto('/etc/passwd')", "read_text('/etc/passwd')", "read_blob('/etc/passwd')",
    "read_parquet('data/*.parquet')", "read_json('data/x.json')", "read_ndjson('data/x.json')", "glob('/*')",
    "sniff_csv('/etc/passwd')", "parquet_metadata('data/x.parquet')", "pg_catalog.pg_read_file('/etc/passwd')",
    # settings, secrets, catalogues
    "getenv('HOME')", "current_setting('memory_limit')", "getvariable('x')", "which_secret('x', 'y')",
    "duckdb_settings()", "duckdb_secrets()", "duckdb_tables()", "pragma_table_info('t')", "in_search_path('a', 'b')",
    "current_schema()", "version()", "txid_current()",
    # other statements in disguise
    "query('SELECT 1')", "query_table('t')", "json_execute_serialized_sql('x')", "checkpoint('x')", "write_log('x')",
    "error('x')", "pg_sleep(10)",
    # more than one row, or more memory than any row needs
    "list(id)", "string_agg(id, '')", "unnest([1])", "range(1000000000)",
    "generate_series(1, 1000000000)", "repeat('x', 1000000000)", "GROUPING(amount)",
    "abs(DISTINCT amount)", "abs(amount) FILTER (WHERE true)", "list_transform([1], x -> x)",
    # allowed names by another way
    "main.abs(amount)", "system.main.abs(amount)", "memory.main.read_text('/etc/passwd')", "amount.getenv()",
    "'/etc/passwd'.read_text()", "\"getenv\"('HOME')", "GETENV('HOME')", "GetEnv('HOME')", "getenv ('HOME')",
    # letters that look like others: Cyrillic e, full width, a dotless i
    "r\u0435ad_csv('/etc/passwd')", "\uff47\uff45\uff54\uff45\uff4e\uff56('HOME')", "sn\u0131ff_csv('/etc/passwd')",
]  # fmt: skip
"""Each is tried in four surroundings."""

AROUND = [
    "{} IS NOT NULL",
    "amount > 0 OR {} = ''",
    "CASE WHEN amount > 0 THEN {} IS NULL END",
    "coalesce({}, id) = [{}]",
]

OTHERS = [
    # subqueries
    ("amount > (SELECT 1)", "GOV454", "(SELECT 1)"),
    ("EXISTS (SELECT 1 FROM t)", "GOV454", "EXISTS (SELECT 1 FROM t)"),
    ("id IN (SELECT id FROM t)", "GOV454", "(SELECT id FROM t)"),
    ("id IN (FROM read_csv('/etc/passwd'))", "GOV454", "(FROM read_csv('/etc/passwd'))"),
    ("(FROM 'data/loans.csv') IS NULL", "GOV454", "(FROM 'data/loans.csv')"),
    ("amount = ANY (SELECT 1)", "GOV454", "amount = ANY (SELECT 1)"),
    ("amount IS DISTINCT FROM (TABLE t)", "GOV454", "(TABLE t)"),
    ("ARRAY(SELECT 1) = [1]", "GOV454", "ARRAY(SELECT 1)"),
    ("amount BETWEEN 1 AND (VALUES (2))", "GOV454", "(VALUES (2))"),
    ("SELECT 1", "GOV454", "SELECT 1"),
    ("FROM t", "GOV454", "FROM t"),
    ("WITH x AS (SELECT 1) SELECT 1", "GOV454", "WITH x AS (SELECT 1) SELECT 1"),
    ("DESCRIBE t", "GOV454", "DESCRIBE t"),
    ("SUMMARIZE t", "GOV454", "SUMMARIZE t"),
    # brackets that close what they did not open
    ("1) OR (1=1", "GOV454", "1) OR (1=1"),
    ("amount > 0) OR (true", "GOV454", "amount > 0) OR (true"),
    ("amount > 0) AND (amount < 9) OR (true", "GOV454", "amount > 0) AND (amount < 9) OR (true"),
    ("1=1) UNION SELECT 1 FROM t WHERE (1=1", "GOV454", "1=1) UNION SELECT 1 FROM t WHERE (1=1"),
    ("amount > 0) GROUP BY (1", "GOV454", "amount > 0) GROUP BY (1"),
    ("amount > 0) ORDER BY (1", "GOV454", "amount > 0) ORDER BY (1"),
    ("amount > 0) LIMIT (1", "GOV454", "amount > 0) LIMIT (1"),
    ("amount > 0) HAVING (1=1", "GOV454", "amount > 0) HAVING (1=1"),
    ("amount > 0) QUALIFY (1=1", "GOV454", "amount > 0) QUALIFY (1=1"),
    ("amount > 0) WINDOW w AS (ORDER BY 1", "GOV454", "amount > 0) WINDOW w AS (ORDER BY 1"),
    ("amount > 0) USING SAMPLE (1", "GOV454", "amount > 0) USING SAMPLE (1"),
    ("amount > 0, true) OR coalesce(true", "GOV454", "amount > 0, true) OR coalesce(true"),
    ("amount > 0, amount > 1", "GOV454", "amount > 0, amount > 1"),
    # further statements, and what hides text
    ("amount > 0; DROP TABLE t", "GOV454", ";"),
    ("amount > 0;", "GOV454", ";"),
    (";", "GOV454", ";"),
    ("amount > 0 -- AND amount < 10", "GOV454", "--"),
    ("amount > 0 /* AND */", "GOV454", "/*"),
    ("amount > 0 */", "GOV454", "*/"),
    ("amount > 0 # AND", "GOV450", "#"),
    ("PRAGMA database_list", "GOV450", "d"),
    ("COPY t TO '/tmp/x'", "GOV450", "t"),
    ("ATTACH '/tmp/x.db'", "GOV454", "ATTACH"),
    ("DETACH x", "GOV450", "x"),
    ("INSTALL httpfs", "GOV450", "h"),
    ("LOAD httpfs", "GOV450", "h"),
    ("SET memory_limit='1GB'", "GOV450", "m"),
    ("EXPORT DATABASE '/tmp/x'", "GOV450", "D"),
    ("CALL pragma_version()", "GOV450", "p"),
    ("CREATE TABLE x(i int)", "GOV450", "C"),
    ("DROP TABLE t", "GOV450", "T"),
    ("amount > 0 UNION SELECT true", "GOV450", "U"),
    ("amount > 0 LIMIT 1", "GOV450", "L"),
    ("amount > 0 INTO x", "GOV450", "I"),
    # windows, stars, lambdas, parameters
    ("row_number() OVER () = 1", "GOV454", "row_number() OVER ()"),
    ("lag(amount) OVER (ORDER BY id) > 0", "GOV454", "lag(amount) OVER (ORDER BY id)"),
    ("* IS NOT NULL", "GOV454", "*"),
    ("COLUMNS('a.*') > 0", "GOV454", "COLUMNS('a.*')"),
    ("lambda x: x", "GOV454", "lambda x: x"),
    ("amount > ?", "GOV454", "?"),
    ("amount > ?1", "GOV454", "?1"),
    ("amount > $1", "GOV454", "$"),
    ("amount > $hole_1", "GOV454", "$"),
    ("$$x$$ = id", "GOV454", "$"),
    ("id COLLATE nocase = 'x'", "GOV454", "id COLLATE nocase"),
    ("DEFAULT", "GOV454", "DEFAULT"),
    # the clock, chance and the session
    ("now() > '2020-01-01'", "GOV453", "now()"),
    ("current_date > '2020-01-01'", "GOV453", "current_date"),
    ("CURRENT_TIMESTAMP IS NULL", "GOV453", "CURRENT_TIMESTAMP"),
    ("today() > '2020-01-01'", "GOV453", "today()"),
    ("random() < 0.5", "GOV453", "random()"),
    ("gen_random_uuid() IS NULL", "GOV453", "gen_random_uuid()"),
    ("nextval('s') = 1", "GOV453", "nextval('s')"),
    ("current_user = 'x'", "GOV453", "current_user"),
    # quotes that end elsewhere than they seem to
    ("E'\\x41' = id", "GOV454", "E'"),
    ("id = e'\\' OR 1=1 OR id = '", "GOV454", "e'"),
    ("U&'\\0041' = id", "GOV454", "&'"),
    ("x'41' = id", "GOV454", "x'"),
    ("amount > 'x", "GOV450", "x"),
    ('"amount > 0', "GOV450", "0"),
    # letters that nobody sees
    ("amount\u200b > 0", "GOV450", "\u200b"),
    ("amount\u202e > 0", "GOV450", "\u202e"),
    ("amount\u00a0> 0", "GOV450", "\u00a0"),
    ("amount\u2028> 0", "GOV450", "\u2028"),
    ("amount\x00 > 0", "GOV450", "\x00"),
    # CEL
    ("amount > 0 && id = 'x'", "GOV451", "&&"),
    ("!amount", "GOV451", "!"),
    ("", "GOV454", "`"),
    ("   ", "GOV454", " "),
    ("amount > " + "(" * 3_000 + "1" + ")" * 3_000, "GOV450", "a"),
]  # fmt: skip


def refusals(predicate: str, lead: str = LEAD) -> list[tuple[str, int, str]]:
    """Code, line and underlined text of what is said of a predicate in a policy that is sound but for it."""
    text = rule(f"    on       payments-events.events\n{lead}{predicate}{'`' if lead == LEAD else ''}")
    product, mesh, _ = schemas()
    layers = {"a.gov": GLOBAL, "b.gov": GLOBAL}
    compiled = compile_policies({"a.gov": POLICY, "b.gov": text}, layers, product, mesh, PARSER)
    lines = text.split("\n")
    found = []
    for diagnostic in compiled.diagnostics:
        span = diagnostic.span
        assert span is not None
        assert (span.file, span.line, span.end_line) == ("b.gov", 6, 6)
        assert diagnostic.level == "error"
        assert diagnostic.notes or diagnostic.help
        found.append((diagnostic.code, span.column, lines[span.line - 1][span.column - 1 : span.end_column - 1]))
    assert (compiled.plan is None) == bool(found), "a plan came of a policy with an error in the council's layer"
    return found


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("call", FUNCTIONS)
def test_a_function_that_is_not_listed_is_refused(call: str, around: str) -> None:
    found = refusals(around.format(*[call] * around.count("{}")))
    assert {code for code, _, _ in found} == {"GOV452"}
    assert all(column > len(LEAD) for _, column, _ in found)
    underlined = found[0][2]
    # A call on a value is underlined at the call or with its value.
    assert underlined in call or call in underlined.rstrip()
    name = call.partition("(")[0].rpartition(".")[2].strip('" ')
    assert name in underlined


@pytest.mark.parametrize(("predicate", "code", "underlined"), OTHERS, ids=[repr(o[0])[:60] for o in OTHERS])
def test_what_is_not_one_expression_is_refused(predicate: str, code: str, underlined: str) -> None:
    # What no reader sees is refused in the text of the policy as well.
    found = [refusal for refusal in refusals(predicate) if refusal[0] != "GOV115"]
    assert [(c, u) for c, _, u in found] == [(code, underlined)]
    column = found[0][1]
    assert len(LEAD) < column <= len(LEAD) + len(predicate) + 1


MEASURES = [
    # no figure over many rows
    ("amount", "", "GOV456", "amount"),
    ("1", "", "GOV456", "1"),
    ("abs(amount) + 2", "", "GOV456", "abs(amount) + 2"),
    ("amount", " per amount", "GOV456", "amount"),
    # a column that has many values in a group
    ("sum(amount) + fee", "", "GOV457", "fee"),
    ("fee + sum(amount)", " per id", "GOV457", "fee"),
    ("case when kind = 'x' then count(*) else 0 end", "", "GOV457", "kind"),
    # figures of figures
    ("sum(count(*))", "", "GOV458", "count"),
    ("max(abs(sum(amount)))", "", "GOV458", "sum"),
    ("count(*) FILTER (WHERE amount > avg(amount))", "", "GOV458", "avg"),
    # windows, and what no measure may hold either
    ("sum(amount) OVER ()", "", "GOV454", "sum(amount) OVER ()"),
    ("max(row_number() OVER (ORDER BY id))", "", "GOV454", "row_number() OVER (ORDER BY id)"),
    ("sum((select 1))", "", "GOV454", "(select 1)"),
    ("string_agg(id)", "", "GOV452", "string_agg(id)"),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "per", "code", "underlined"), MEASURES, ids=[m[0] + m[1] for m in MEASURES])
def test_what_is_no_figure_over_many_rows_is_refused_at_its_word(
    measure: str, per: str, code: str, underlined: str
) -> None:
    found = refusals(f"{measure}`{per} at least 5", "    expect   `")
    assert [(c, u) for c, _, u in found] == [(code, underlined)]


@pytest.mark.parametrize(
    ("measure", "per"),
    [
        ("sum(amount)", ""), ("count(*)", " per id"), ("SUM(amount) / count(DISTINCT id)", ""),
        ("count(*) - announced", " per id, announced"), ("count(*) - Announced", ' per "announced"'),
        ("coalesce(sum(amount) FILTER (WHERE kind = 'x'), 0)", ""), ("100 * sum(amount) / 7", ""),
    ],
)  # fmt: skip
def test_figures_over_many_rows_are_let_through(measure: str, per: str) -> None:
    assert refusals(f"{measure}`{per} at least 5", "    expect   `") == []


@pytest.mark.parametrize(
    ("predicate", "underlined"),
    [
        ("sum(amount) > 3", "sum"),
        ("amount > AVG(amount)", "AVG"),
        ("count(DISTINCT fee) > 0", "count"),
        ("max( fee ) = fee", "max"),
    ],
)
def test_a_figure_over_many_rows_is_refused_where_one_row_is_judged(predicate: str, underlined: str) -> None:
    assert [(c, u) for c, _, u in refusals(predicate)] == [("GOV455", underlined)]


def test_a_query_may_count_over_what_another_one_counted_but_not_in_one_step() -> None:
    lead, tail = "    expect   query `", "` returns no rows"
    assert refusals(f"select 1 from events having max((select count(*) from events)) > 3{tail}", lead) == []
    twice = f"select 1 from (select count(*) as n from events) having sum(n) > 3{tail}"
    assert refusals(twice, lead) == []
    found = refusals(f"select id from events group by id having sum(count(*)) > 3{tail}", lead)
    assert [(c, u) for c, _, u in found] == [("GOV458", "count")]


@pytest.mark.parametrize(
    "predicate",
    [
        "amount > 0", "(amount > 0)", "(amount > 0) OR (id = 'x')", "id IN ('data/loans.csv', 'now()')",
        "id <> 'it''s -- no comment; really'", "id = '/* neither */'", '"amount" > 0', "id LIKE '%(1=1%'",
        "amount IS NOT NULL AND NOT (amount < 0)", "CASE WHEN amount > 0 THEN true ELSE id = 'x' END",
        "regexp_full_match(id, '[a-z]+[0-9]{{1,3}}')", "amount > CAST('3' AS INTEGER)", "(amount, id) = (1, 'x')",
        "DATE '2026-01-01' < DATE'2026-01-02' AND id = ''", "ABS(amount) > 0", "amount > interval '1' day", "id = 'é'",
    ],
)  # fmt: skip
def test_honest_predicates_are_let_through(predicate: str) -> None:
    assert refusals(predicate) == []


def test_the_place_is_true_on_a_later_line() -> None:
    text = rule("    on       payments-events.events\n    expect   rows `amount > 0\n      AND getenv('HOME') = ''`")
    product, mesh, _ = schemas()
    compiled = compile_policies(
        {"a.gov": POLICY, "b.gov": text}, {"a.gov": GLOBAL, "b.gov": GLOBAL}, product, mesh, PARSER
    )
    (span,) = [d.span for d in compiled.diagnostics]
    assert span is not None
    assert (span.line, span.column) == (7, 11)


@pytest.mark.parametrize(
    "predicate", ["read_text('/etc/passwd') IS NULL", "1) OR (1=1", "amount > (FROM t)", "amount > ?"]
)
def test_the_command_refuses_it_too(predicate: str, tmp_path: Path) -> None:
    write_mesh(tmp_path, {"policies/global/b.gov": rule(f"    on       payments-events.events\n{LEAD}{predicate}`")})
    ran = run(tmp_path, "check")
    assert ran.code == 2
    (said,) = ran.said()
    assert said.place.startswith("policies/global/b.gov:6:")
    assert_repairable([said])
    assert "nothing was judged" in ran.words
