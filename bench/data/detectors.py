"""Detectors: values a second on one core, over a mixture, over clean text and over text that repeats.

    python bench/data/detectors.py [ROWS] [ROUNDS] [--presidio [VALUES]] [--work FOLDER] [--environments FOLDER]

Processor time of this process, medians; planning included, loading not. With --presidio, presidio-analyzer's own
recognisers look through the first VALUES of each column, and what both find is compared.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]
import environments  # noqa: E402

from govengine.expectations import looks_like  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

SIX = ("pan", "iban", "email", "ip-address", "national-id", "phone")
CARDS = ("pan", "track-data")
COLUMNS = {
    # An eighth each: prose, 16 digits in an issuer's range, addresses, accounts, networks, telephones, ids, hashes.
    "mixture, seven in eight with digits": """case i % 8
        when 0 then 'order ' || i || ' shipped to the customer without delay'
        when 1 then cast(4000000000000000 + hash(i) % 1000000000000000 as varchar)
        when 2 then 'user' || i || '@mail.example.com'
        when 3 then 'DE' || lpad(cast(hash(i) % 100000000000000000000 as varchar), 20, '0')
        when 4 then '10.' || i % 256 || '.' || (i // 7) % 256 || '.' || (100 + i % 150)
        when 5 then '+420 777 ' || lpad(cast(i % 1000 as varchar), 3, '0') || ' '
                    || lpad(cast(hash(i) % 1000 as varchar), 3, '0')
        when 6 then cast(hash(i) % 10000000000 as varchar)
        else md5(cast(i as varchar)) end""",
    "clean text, all different": "'order ' || i || ' shipped to the customer without delay'",
    "clean text, a thousand different": "'order ' || i % 1000 || ' shipped to the customer without delay'",
}
RATE, TIMES = 500_000, 200
"""The goals for six detectors: values a second on one core, and how many times presidio-analyzer's."""


def rate(connection: duckdb.DuckDBPyConnection, rows: int, rounds: int, detectors: Sequence[str]) -> float:
    """Values a second over the column in `t`: the median."""
    asked = looks_like.ask("k", "t", "c", "VARCHAR", None, detectors)
    assert asked.check.query is not None
    assert asked.check.refine is not None
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        screened = connection.execute(asked.check.query).fetchone()
        assert screened is not None
        connection.execute(asked.check.refine(asked.check.table, screened)).fetchone()
        seconds.append(time.process_time() - started)
    return rows / statistics.median(seconds)


def values(connection: duckdb.DuckDBPyConnection, cell: str, count: int) -> list[str]:
    """The first values of a column, in order."""
    return [v for (v,) in connection.execute(f"SELECT {cell} FROM range({count}) AS r(i) ORDER BY i").fetchall()]


def hits(connection: duckdb.DuckDBPyConnection, cell: str, count: int) -> dict[str, set[int]]:
    """In which of the first values each of the six detectors finds something, whatever chance makes of it."""
    connection.execute(f"CREATE OR REPLACE TABLE few AS SELECT i, {cell} AS c FROM range({count}) AS r(i)")
    found = {}
    for detector in SIX:
        forms = [sought.form for sought in looks_like.searched("c", "VARCHAR", None, (detector,))]
        query = f"SELECT i FROM few WHERE {looks_like.holds_hit('few', 'c', 'VARCHAR', forms)}"
        found[detector] = {i for (i,) in connection.execute(query).fetchall()}
    return found


def presidio(work: Path, folder: Path, texts: list[str]) -> dict[str, Any]:
    """What presidio-analyzer takes for these texts, and finds in them, by NLP engine."""
    work.mkdir(parents=True, exist_ok=True)
    given, answer = work / "values.json", work / "answer-presidio.json"
    given.write_text(json.dumps(texts), "utf-8")
    programs = environments.programs("presidio", folder)
    subprocess.run([str(programs / "python"), str(HERE / "peer_presidio.py"), str(given), str(answer)], check=True)
    told: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    return told


def beside(ours: dict[str, set[int]], theirs: dict[str, list[int]]) -> str:
    """Values with a hit: found by both, by one alone."""
    lines = ["| detector | both | govengine alone | presidio alone |", "|---|--:|--:|--:|"]
    for detector, found in ours.items():
        other = set(theirs[detector])
        lines.append(f"| {detector} | {len(found & other)} | {len(found - other)} | {len(other - found)} |")
    return "\n".join(lines)


def compared(connection: duckdb.DuckDBPyConnection, name: str, given: argparse.Namespace, ours: float) -> str:
    """presidio-analyzer over the first values of a column, beside `ours` values a second."""
    cell, count = COLUMNS[name], given.presidio
    told = presidio(given.work, given.environments or given.work / "environments", values(connection, cell, count))
    rates = {engine: count / answer["cpu"] for engine, answer in told.items()}
    quickest = max(rates, key=lambda engine: rates[engine])
    listed = ", ".join(f"{figure:,.0f} values/s with {engine}" for engine, figure in rates.items())
    head = f"\n{name}, presidio-analyzer over the first {count:,}: {listed}  \n"
    times = goal("times as many by govengine", ours / rates[quickest], TIMES)
    return f"{head}{times}\n\n{beside(hits(connection, cell, count), told[quickest]['hits'])}"


def goal(what: str, figure: float, wanted: float) -> str:
    """A goal of at least so much, in words."""
    return f"{what}: {figure:,.0f}, goal {wanted:,}: {'met' if figure >= wanted else 'missed'}"


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("rows", type=int, nargs="?", default=1_000_000)
    asked.add_argument("rounds", type=int, nargs="?", default=3)
    asked.add_argument("--presidio", type=int, nargs="?", const=4_000, help="compare over so many values (4,000)")
    asked.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    asked.add_argument("--environments", type=Path, help="folder of the peers' environments (default: in --work)")
    given = asked.parse_args()
    connection = duckdb.connect(config={"threads": 1})
    six, said = {}, []
    print(f"| {given.rows:,} values | detectors | values/s |\n|---|---|--:|")
    for name, cell in COLUMNS.items():
        connection.execute(f"CREATE OR REPLACE TABLE t AS SELECT {cell} AS c FROM range({given.rows}) AS r(i)")
        for detectors in (CARDS, SIX):
            six[name] = figure = rate(connection, given.rows, given.rounds, detectors)
            print(f"| {name} | {len(detectors)} | {figure:,.0f} |", flush=True)
        if given.presidio is not None:  # at once, as the machine may be busier or idler later
            said.append(compared(connection, name, given, six[name]))
    print(f"\n{goal('six detectors, values a second, over the slowest column', min(six.values()), RATE)}")
    print("\n".join(said))


if __name__ == "__main__":
    main()
