"""`govengine scan` looks into values, into all tables of a file, into folders; and cries wolf nowhere."""

from __future__ import annotations

import json
import random
import uuid
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from govengine.backends.nested import DEEPEST
from govengine.cli.main import cli
from govengine.expectations import looks_like
from govengine.expectations.measure import Measurement
from tests.detectors import searching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _scan(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["scan", *arguments], standalone_mode=False)


def _json(*arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_scan(*arguments, "--format", "json").output)
    return told


def _found(*arguments: str) -> set[tuple[str, str, str, str]]:
    return {(f["column"], f["inside"], f["detector"], f["confidence"]) for f in _json(*arguments)["findings"]}


@pytest.fixture(scope="module")
def objects() -> list[dict[str, Any]]:
    """Objects with service numbers and cards well inside, and other numbers of the same length beside them."""
    chance = random.Random(3)
    cards = [searching.card(chance) for _ in range(30)]
    return [
        {
            "id": i,
            "who": {
                "contact_secretname": {"mail": f"person{i}@example.com"},
                "numbers": [searching.dutch(chance)],
                "a": chance.randrange(10**8, 10**9), "b": chance.randrange(10**8, 10**9), "c": chance.randrange(10**8, 10**9),
            },
            "paid": [{"kind": "card", "with": cards[i % 30]}],
        }
        for i in range(120)
    ]  # fmt: skip


INSIDE = {
    ("who", "field 1, field 1", "email", "likely"),
    ("who", "field 2, elements", "national-id", "likely"),
    ("paid", "elements, field 2", "pan", "likely"),
}


def _ndjson(folder: Path, objects: list[dict[str, Any]]) -> Path:
    file = folder / "d.ndjson"
    file.write_text("".join(json.dumps(o) + "\n" for o in objects))
    return file


def test_fields_and_elements_are_looked_into(tmp_path: Path, objects: list[dict[str, Any]]) -> None:
    """As text, a service number among three other numbers of nine digits would be none."""
    file = _ndjson(tmp_path, objects)
    assert _found(str(file)) == INSIDE
    duckdb.sql(f"COPY (SELECT * FROM read_json('{file}')) TO '{tmp_path / 'd.parquet'}'")
    assert _found(str(tmp_path / "d.parquet")) == INSIDE


def test_no_value_and_no_key_of_a_value_comes_out(tmp_path: Path, objects: list[dict[str, Any]]) -> None:
    file = _ndjson(tmp_path, objects)
    values = {o["who"]["contact_secretname"]["mail"] for o in objects} | {o["who"]["numbers"][0] for o in objects}
    for format_ in ("console", "json"):
        output = _scan(str(file), "--format", format_).output
        assert "`who` (field 2, elements) holds Dutch service numbers in 120 of 120 values" in output
        assert not [v for v in values if v in output]
        assert "secretname" not in output


def test_text_that_is_json_is_looked_into(tmp_path: Path, objects: list[dict[str, Any]]) -> None:
    duckdb.sql("CREATE TABLE t (id INTEGER, payload VARCHAR)")
    try:
        duckdb.executemany("INSERT INTO t VALUES (?, ?)", [[o["id"], json.dumps(o)] for o in objects])
        duckdb.sql(f"COPY t TO '{tmp_path / 'd.csv'}' (HEADER)")
    finally:
        duckdb.sql("DROP TABLE t")
    output = _scan(str(tmp_path / "d.csv")).output
    assert "`payload` (inside its JSON) holds Dutch service numbers in 120 of 120 values" in output
    assert "secretname" not in output
    detectors = [f["detector"] for f in _json(str(tmp_path / "d.csv"))["findings"]]
    assert sorted(detectors) == ["email", "national-id", "pan"], "each once: what the text shows is not told again"


@pytest.mark.parametrize(
    ("made", "place"),
    [("MAP {v: 1}", "keys"), ("MAP {1: v}", "values"), ("[v, NULL]", "elements"), ("array_value(v, v)", "elements"),
     ("row(1, v)", "field 2"), ("{'x y\"': {'e': [v]}}", "field 1, field 1, elements"),
     ("to_json({'k': [v]})", "inside its JSON"), ("{'t': to_json({'k': v})::VARCHAR}", "field 1, inside its JSON")],
)  # fmt: skip
def test_every_kind_of_nesting(tmp_path: Path, made: str, place: str) -> None:
    chance = random.Random(4)
    numbers = ", ".join(f"'{searching.dutch(chance)}'" for _ in range(60))
    file = tmp_path / "d.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"CREATE TABLE t AS SELECT {made} AS c FROM (SELECT unnest([{numbers}]) AS v)")
    assert _found(str(file)) == {("c", place, "national-id", "likely")}


def test_a_rule_says_what_it_does_not_look_into() -> None:
    """A pass over a structure is none over the bare numbers in it, and says so."""
    for sql_type, said in (("STRUCT(a VARCHAR)", True), ("VARCHAR[]", True), ("JSON", True), ("VARCHAR", False)):
        asked = looks_like.ask("k", "t", "c", sql_type, None, ("email", "national-id"))
        words = asked.held(Measurement(10, 10, 0, 0))
        assert words.startswith("no value of `c` in 10 rows looks like email, national-id")
        assert (looks_like.NOT_INSIDE in words) == said
    only_text = looks_like.ask("k", "t", "c", "VARCHAR[]", None, ("email",))
    assert looks_like.NOT_INSIDE not in only_text.held(Measurement(10, 10, 0, 0))


def test_what_is_too_deep_is_said(tmp_path: Path) -> None:
    deep = "{'f': " * (DEEPEST + 2) + "'x'" + "}" * (DEEPEST + 2)
    duckdb.sql(f"COPY (SELECT {deep} AS c, 1 AS d) TO '{tmp_path / 'd.parquet'}'")
    result = _scan(str(tmp_path / "d.parquet"))
    assert result.return_value == 2
    assert f"`c` is not looked into: it holds more than {DEEPEST} levels" in result.output


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A DuckDB file of several tables."""
    file = tmp_path / "m.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE people AS SELECT 'p' || i || '@example.com' AS c FROM range(40) t(i)")
        connection.execute("CREATE TABLE plain AS SELECT i AS c FROM range(40) t(i)")
        connection.execute("CREATE SCHEMA other; CREATE TABLE other.odd AS SELECT 1 AS i")
        connection.execute("CREATE VIEW other.seen AS SELECT c AS reach FROM main.people")
    return file


def test_all_tables_of_a_file(tables: Path) -> None:
    report = _json(str(tables))
    assert {(s["dataset"].rpartition(", ")[2], s["problem"]) for s in report["searched"]} == {
        ("table people", None), ("table plain", None), ("table other.odd", None), ("table other.seen", None),
    }  # fmt: skip
    assert [(f["dataset"], f["column"]) for f in report["findings"]] == [
        (f"{tables}, table people", "c"), (f"{tables}, table other.seen", "reach"),
    ]  # fmt: skip
    assert report["findings"][0]["lines"][0]["line"] == (
        "- {name: c, dataset: people, semantic_type: person.contact.email}"
    )


def test_one_table_of_a_file(tables: Path) -> None:
    assert _scan(str(tables), "--table", "plain").return_value == 0
    wrong = _scan(str(tables), "--table", "poeple")
    assert "there is no table `poeple` in the files that are named; did you mean `people`?" in str(wrong.exception)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "d.duckdb").write_text("secret-value-1 is no database" * 500)
    result = _scan(str(tmp_path / "d.duckdb"))
    assert result.return_value == 2
    assert "secret-value-1" not in result.output


def test_folders_and_patterns(tmp_path: Path) -> None:
    (tmp_path / "data/more").mkdir(parents=True)
    (tmp_path / "data/a.csv").write_text("m\n" + "".join(f"p{i}@example.com\n" for i in range(20)))
    (tmp_path / "data/more/b.csv").write_text("m\n1\n2\n")
    whole = _json(str(tmp_path / "data"))
    assert [s["dataset"] for s in whole["searched"]] == [str(tmp_path / f"data/{n}") for n in ("a.csv", "more/b.csv")]
    assert _json(str(tmp_path / "data/*.csv"))["searched"] == whole["searched"][:1]
    (tmp_path / "data/more/c.xlsx").write_text("x")
    assert _scan(str(tmp_path / "data/more")).return_value == 2, "a file that cannot be read is said"
    (tmp_path / "none").mkdir()
    assert "holds no file" in str(_scan(str(tmp_path / "none")).exception)
    assert "there is no file" in str(_scan(str(tmp_path / "none/*.csv")).exception)


def test_cards_in_whole_numbers_spaces_dashes_and_words(tmp_path: Path) -> None:
    chance = random.Random(5)
    cards = [c for c in (searching.card(chance) for _ in range(300)) if len(c) == 16][:60]
    grouped = [[c[i : i + 4] for i in range(0, 16, 4)] for c in cards]
    rows = [
        f"{c},{' '.join(g)},{'-'.join(g)},{f'write to p{i}@example.com soon' if i % 20 == 0 else 'nothing'},4111111111111111"
        for i, (c, g) in enumerate(zip(cards, grouped, strict=True))
    ]
    (tmp_path / "d.csv").write_text("number,spaces,dashes,note,one\n" + "\n".join(rows) + "\n")
    duckdb.sql(
        f"COPY (SELECT number::BIGINT AS number, spaces, dashes, note, one FROM read_csv('{tmp_path / 'd.csv'}')) "
        f"TO '{tmp_path / 'd.parquet'}'"
    )
    for name in ("d.csv", "d.parquet"):
        assert {(c, d, sure) for c, _, d, sure in _found(str(tmp_path / name)) if d != "phone"} == {
            ("number", "pan", "likely"), ("spaces", "pan", "likely"), ("dashes", "pan", "likely"),
            ("note", "email", "likely"), ("one", "pan", "possible"),
        }  # fmt: skip


def test_what_only_looks_like_it_is_never_likely_and_nothing_is_proposed(tmp_path: Path) -> None:
    """Random ids, times, accounts, amounts, UUIDs, codes of goods: a person may have to look, and adds nothing."""
    chance = random.Random(6)
    columns: dict[str, Callable[[int], str]] = {
        "random16": lambda _: str(chance.randrange(10**15, 10**16)),
        "running16": lambda i: str(4000000000000000 + 7 * i),
        "milliseconds": lambda i: str(1700000000000 + 977 * i),
        "microseconds": lambda i: str(1700000000000000 + 977123 * i),
        "seconds": lambda i: str(1700000000 + 97 * i),
        "account": lambda _: f"{chance.randrange(10**9):010d}",
        "nine": lambda _: str(chance.randrange(10**8, 10**9)),
        "eleven": lambda _: str(chance.randrange(10**10, 10**11)),
        "uuid": lambda _: str(uuid.UUID(int=chance.getrandbits(128))),
        "hex": lambda _: f"{chance.getrandbits(128):032x}",
        "amount": lambda _: f"{chance.random() * 100_000:.2f}",
        "day": lambda i: f"2026{i % 12 + 1:02d}{i % 28 + 1:02d}",
        "order": lambda _: f"ORD-{chance.randrange(10**9):09d}",
        "moment": lambda i: f"2026-01-{i % 28 + 1:02d}T10:00:{i % 60:02d}Z",
    }
    rows = [",".join(make(i) for make in columns.values()) for i in range(3000)]
    (tmp_path / "d.csv").write_text(",".join(columns) + "\n" + "\n".join(rows) + "\n")
    found = _json(str(tmp_path / "d.csv"))["findings"]
    assert {(f["column"], f["detector"], f["confidence"]) for f in found} <= {
        ("random16", "pan", "possible"), ("running16", "pan", "possible"), ("microseconds", "pan", "possible"),
    }  # fmt: skip
    assert [f["lines"] for f in found] == [[]] * len(found)
