from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES))

from generate import generate  # noqa: E402
from generator import readme  # noqa: E402
from generator.chance import Chance  # noqa: E402
from generator.customer_service import TEST_CARD_NUMBERS  # noqa: E402

if TYPE_CHECKING:
    from generator.defects import Defect


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Defect]]:
    root = tmp_path_factory.mktemp("mesh")
    return root, generate(root)


def _files(root: Path) -> dict[str, Path]:
    found = (*root.glob("data/**/*.*"), *root.glob("registers/*.*"))
    return {path.relative_to(root).as_posix(): path for path in sorted(found)}


def _rows(path: Path) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.read_parquet(str(path)).fetchall()


def _content(path: Path) -> object:
    """Bytes; those inside for gzip (zlib builds differ), rows for Parquet (the bytes name DuckDB's version)."""
    if path.suffix == ".parquet":
        return _rows(path)
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_the_committed_data_is_what_the_generator_writes(planted: tuple[Path, list[Defect]]) -> None:
    made, kept = _files(planted[0]), _files(EXAMPLES)
    assert list(made) == list(kept)
    assert [name for name in made if _content(made[name]) != _content(kept[name])] == []


def test_two_runs_write_the_same_bytes(planted: tuple[Path, list[Defect]], tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(EXAMPLES / "generate.py"), "--into", str(tmp_path)], check=True)
    first, second = _files(planted[0]), _files(tmp_path)
    assert {n: p.read_bytes() for n, p in first.items()} == {n: p.read_bytes() for n, p in second.items()}


def test_no_time_and_no_name_stand_in_gzip_headers() -> None:
    for path in EXAMPLES.glob("data/**/*.gz"):
        assert path.read_bytes()[3:8] == b"\0" * 5, path


def test_each_planted_defect_is_counted_again_in_the_files(planted: tuple[Path, list[Defect]]) -> None:
    tables = {
        "transactions": "read_csv('payments/transactions-2026-*.csv.gz')",
        "features": "read_json('payments/features.ndjson.gz')",
        "settlements": "read_csv('payments/settlements.csv')",
        "merchants": "read_csv('payments/merchants.csv')",
        "applications": "read_csv('lending/applications.csv.gz')",
        "credit_assessments": "read_parquet('lending/credit_assessments.parquet')",
        "repayments": "read_csv('lending/repayments.csv', store_rejects = true, null_padding = false)",
        "interactions": "read_json('customer-service/interactions.ndjson.gz')",
        "escalations": "read_csv('customer-service/escalations.csv', header = true)",
        "currencies": "read_csv('../registers/currencies.csv')",
    }
    with duckdb.connect() as connection:
        connection.execute(f"SET file_search_path = '{EXAMPLES / 'data'}'")
        for name, source in tables.items():
            connection.execute(f"CREATE TABLE {name} AS FROM {source}")
        assert [(d.dataset, d.column, connection.execute(d.query).fetchone()) for d in planted[1]] == [
            (d.dataset, d.column, (d.count,)) for d in planted[1]
        ]


def test_the_readme_lists_the_planted_defects(planted: tuple[Path, list[Defect]]) -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert readme.renewed(text, planted[1]) == text


def test_the_only_card_numbers_are_published_test_numbers() -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT DISTINCT regexp_extract(note, '[0-9]{13,19}') AS n FROM read_json(?) WHERE n <> ''",
            [str(EXAMPLES / "data/customer-service/interactions.ndjson.gz")],
        ).fetchall()
    assert {number for (number,) in found} == set(TEST_CARD_NUMBERS)


def test_chance_keeps_its_numbers() -> None:
    # A change here would change every committed file.
    chance = Chance("known")
    assert [chance.below(1000) for _ in range(5)] == [749, 929, 684, 329, 860]
