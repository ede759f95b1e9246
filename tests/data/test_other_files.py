"""JSON, Parquet and DuckDB files as they come: nothing is cut off, made alike or read besides in silence."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import duckdb
import pytest

from govengine.diagnostics import Span
from govengine.model.dataset import DatasetSource

from .tables import KEY, opened

if TYPE_CHECKING:
    from pathlib import Path

    from govengine.backends.duckdb import Warehouse

_SPAN = Span("spec.yaml", 1, 1, 1, 2)


def _source(format_: str, *files: Path, table: str | None = None) -> DatasetSource:
    return DatasetSource(KEY, "d", format_, tuple(map(str, files)), table, {}, _SPAN)


def _json(folder: Path, *texts: str, format_: str = "json", packed: bool = False) -> Warehouse:
    files = []
    for i, text in enumerate(texts):
        files.append(folder / f"d{i:03}.{format_}{'.gz' if packed else ''}")
        files[-1].write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return opened(_source(format_, *files))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[{"id": 1}, {"id": 2},', "the array is never closed: it was cut off"),
        ('[{"id": 1}, {"id": 2},' + " " * 2_000_000, "the array is never closed: it was cut off"),
        ('[{"id": 1}, {"id": 2', "the array is never closed: it was cut off"),
        ('[{"id": 1}]{"id": 2', "the array is never closed: it was cut off"),
        ("[1, 2]", "a row in it is no object, and has no columns"),
        ('{"id": 1}\n[{"id": 2}]', "a row in it is no object, and has no columns"),
        ('[{"id": 1}]\n[{"id": 2}]', "a row in it is no object, and has no columns"),
        ('[{"id": 1, "id": 2}]', "an object in it has a key twice"),
    ],
)
def test_json_that_is_not_whole_rows(text: str, why: str, packed: bool, tmp_path: Path) -> None:
    with _json(tmp_path, text, packed=packed) as warehouse:
        assert warehouse.found[KEY].reason == why


@pytest.mark.parametrize("text", ['[{"id": 1}, {"id": 2}]', '\n[\n  {"id": 1},\n  {"id": 2}\n]\n', "\ufeff[]"])
def test_an_array_is_no_lines(text: str, tmp_path: Path) -> None:
    with _json(tmp_path, text, format_="ndjson") as warehouse:
        assert warehouse.found[KEY].reason == "it holds an array, and a file of NDJSON holds an object on each line"
        assert ".json" in str(warehouse.diagnostics[0].help)


@pytest.mark.parametrize(
    "text", ['\ufeff[{"id": 1}, {"id": 2}]', '{"id": 1}\n\n{"id": 2}\n', '{"json": 1}\n{"json": 2}']
)
def test_json_that_is_whole(text: str, tmp_path: Path) -> None:
    with _json(tmp_path, text) as warehouse:
        assert (warehouse.found[KEY].rows, warehouse.found[KEY].reason) == (2, None)
        assert list(warehouse.found[KEY].columns) in (["id"], ["json"])


@pytest.mark.parametrize("cells", [(10**22 + 3, 10**22 + 4, 1.5), (2**64, 2**64 + 1, 0.25)])
def test_big_numbers_of_json_stay_apart(cells: tuple[float, ...], tmp_path: Path) -> None:
    """As binary fractions, two of them would be one number."""
    with _json(tmp_path, "".join(f'{{"a": {cell!r}, "b": 0.5}}\n' for cell in cells), format_="ndjson") as warehouse:
        count = warehouse._one(f'SELECT count(DISTINCT a) FROM "{KEY}"')
        assert (count[0], warehouse.found[KEY].columns["b"]) == (3, "DOUBLE")


def test_a_key_that_only_the_last_of_many_files_has_is_a_column(tmp_path: Path) -> None:
    texts = ['{"id": 1}\n'] * 40 + ['{"id": "x", "late": 1}\n']
    with _json(tmp_path, *texts, format_="ndjson") as warehouse:
        found = warehouse.found[KEY]
        assert (found.rows, list(found.columns), found.reason) == (41, ["id", "late"], None)


def _parquet(folder: Path, *queries: str) -> Warehouse:
    files = []
    for i, query in enumerate(queries):
        files.append(folder / f"d{i}.parquet")
        duckdb.sql(f"COPY ({query}) TO '{files[-1]}' (FORMAT parquet)")
    return opened(_source("parquet", *files))


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("1::BIGINT", "1.5::DOUBLE", "BIGINT and DOUBLE"),
        ("1.5::DECIMAL(10,2)", "1.5::FLOAT", "DECIMAL(10,2) and FLOAT"),
        ("1", "'x'", "INTEGER and VARCHAR"),
    ],
)
def test_parts_of_types_that_do_not_go_together(first: str, second: str, told: str, tmp_path: Path) -> None:
    """Read as one, numbers would be rounded, or become texts."""
    with _parquet(tmp_path, f"SELECT {first} AS a", f"SELECT {second} AS a") as warehouse:
        assert warehouse.found[KEY].reason == f"its files hold `a` as {told}, which do not go together"


@pytest.mark.parametrize(
    ("first", "second"), [("1::INTEGER", "1::BIGINT"), ("1::INTEGER", "1.5::DOUBLE"), ("1.5::FLOAT", "1::DOUBLE")]
)
def test_parts_of_types_of_which_one_holds_the_other(first: str, second: str, tmp_path: Path) -> None:
    with _parquet(tmp_path, f"SELECT {first} AS a", f"SELECT {second} AS A") as warehouse:
        assert (warehouse.found[KEY].rows, warehouse.diagnostics) == (2, [])


def test_a_column_that_a_part_lacks_is_said(tmp_path: Path) -> None:
    with _parquet(tmp_path, "SELECT 1 AS id, 2 AS a", "SELECT 3 AS id", "SELECT 4 AS id, 5 AS a") as warehouse:
        (said,) = warehouse.diagnostics
        assert (said.code, said.level) == ("GOV508", "warning")
        assert said.message == "of the 3 files of `d`, some lack columns that others have: `a` in 1"


def _database(folder: Path, *statements: str) -> Path:
    file = folder / "d.duckdb"
    with duckdb.connect(str(file)) as connection:
        for statement in statements:
            connection.execute(statement)
    return file


def test_a_view_of_its_own_file_is_read(tmp_path: Path) -> None:
    file = _database(tmp_path, "CREATE TABLE t AS FROM range(5) r(i)", "CREATE VIEW d AS SELECT i FROM t WHERE i < 3")
    with opened(_source("duckdb", file, table="d")) as warehouse:
        assert warehouse.found[KEY].rows == 3


@pytest.mark.parametrize(
    "reads", ["read_text('{0}')", "read_blob('{0}*')", "read_csv('{0}')", "'{0}'", "glob('{0}*')", "mine()"]
)
def test_a_view_that_reads_other_files_is_refused(reads: str, tmp_path: Path) -> None:
    """While datasets are loaded, the engine may read any file that its user may; the file of a dataset may not."""
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    file = _database(
        tmp_path,
        f"CREATE MACRO mine() AS TABLE SELECT * FROM read_text('{secret}')",
        f"CREATE VIEW d AS SELECT * FROM {reads.format(secret)}",
    )
    with opened(_source("duckdb", file, table="d")) as warehouse:
        assert warehouse.found[KEY].reason == "its view reads other files, which a dataset may not"


@pytest.mark.parametrize(
    ("table", "rows"), [("s.d", 2), ("S.D", 2), ("d", 1), ("main.d", 1), ("a.b.c", 3), ("t.u.v", 4)]
)
def test_a_table_of_another_schema(table: str, rows: int, tmp_path: Path) -> None:
    file = _database(
        tmp_path,
        "CREATE TABLE d AS FROM range(1)",
        "CREATE SCHEMA s; CREATE TABLE s.d AS FROM range(2)",
        'CREATE SCHEMA a; CREATE TABLE a."b.c" AS FROM range(3)',
        'CREATE TABLE "t.u.v" AS FROM range(4)',
    )
    with opened(_source("duckdb", file, table=table)) as warehouse:
        assert warehouse.found[KEY].rows == rows, warehouse.diagnostics


def test_a_name_that_fits_two_tables(tmp_path: Path) -> None:
    file = _database(
        tmp_path, 'CREATE TABLE "s.d" AS SELECT 1 AS a', "CREATE SCHEMA s; CREATE TABLE s.d AS SELECT 2 AS a"
    )
    with opened(_source("duckdb", file, table="s.d")) as warehouse:
        assert warehouse.found[KEY].reason == "2 of its tables are called so: one has a dot in its name"


def test_a_table_that_is_nowhere(tmp_path: Path) -> None:
    file = _database(tmp_path, "CREATE SCHEMA s; CREATE TABLE s.d AS SELECT 2 AS a")
    with opened(_source("duckdb", file, table="d")) as warehouse:
        assert warehouse.found[KEY].reason is not None


def test_a_view_cannot_read_what_was_loaded_before(tmp_path: Path) -> None:
    other = DatasetSource("o.o", "o", "csv", (str(tmp_path / "o.csv"),), None, {}, _SPAN)
    (tmp_path / "o.csv").write_text("a,b\n1,2\n")
    with duckdb.connect(str(tmp_path / "d.duckdb")) as connection:
        connection.execute("ATTACH ':memory:' AS memory; CREATE TABLE memory.main.\"o.o\" AS SELECT 1 AS a")
        connection.execute('CREATE VIEW d AS SELECT * FROM memory.main."o.o"')
    with opened(other, _source("duckdb", tmp_path / "d.duckdb", table="d")) as warehouse:
        assert warehouse.found["o.o"].rows == 1
        assert warehouse.found[KEY].reason is not None


def test_a_database_that_another_program_writes_into(tmp_path: Path) -> None:
    import subprocess
    import sys

    file = _database(tmp_path, "CREATE TABLE d AS SELECT 1 AS a")
    held = f"import duckdb, sys; c = duckdb.connect({str(file)!r}); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        program.stdout.readline()
        with opened(_source("duckdb", file, table="d")) as warehouse:
            assert warehouse.found[KEY].reason == "another program has it open to write into it"
        program.communicate()


def test_what_a_file_is_called_is_no_reason(tmp_path: Path) -> None:
    """DuckDB's text names the file, and the reason is found by phrases in that text."""
    folder = tmp_path / "footer of gzip, zstd and unicode"
    folder.mkdir()
    file = folder / "d.duckdb"
    file.write_bytes(b"no such thing " * 1000)
    source = DatasetSource(KEY, "d", "duckdb", (str(file),), "d", {}, Span("spec.yaml", 1, 1, 1, 2))
    with opened(source) as warehouse:
        assert warehouse.found[KEY].reason == "it is no DuckDB file"


def test_folders_may_hold_numbers_and_words(tmp_path: Path) -> None:
    files = []
    for region in ("7", "eu"):
        file = tmp_path / f"region={region}" / "p.parquet"
        file.parent.mkdir()
        made = duckdb.sql("SELECT 1 AS a")
        assert made is not None
        made.write_parquet(str(file))
        files.append(str(file))
    source = DatasetSource(KEY, "d", "parquet", tuple(files), None, {}, Span("spec.yaml", 1, 1, 1, 2))
    with opened(source) as warehouse:
        assert (warehouse.found[KEY].reason, warehouse.found[KEY].rows) == (None, 2)
        assert warehouse.found[KEY].columns == {"a": "INTEGER", "region": "VARCHAR"}
