"""govengine over data against soda-core and a query written by hand: the same rules, the same Parquet files.

    python bench/data/run.py [--rows 1000000] [--rounds 5] [--peers ENVIRONMENT] [--work FOLDER]

First each rule's failing count is compared; the script ends with an error where two differ. Then whole processes are
measured in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import generate  # noqa: E402
import rules  # noqa: E402
from measure import Figures, in_turns, once, table  # noqa: E402

ROOT = HERE.parents[1]
OURS, HAND, API, CLI = (
    "govengine check",
    "DuckDB, one query by hand",
    "soda-core, Python API",
    "soda-core, command line",
)
# soda-core sends usage figures home, and where it cannot reach it, tries again for seconds.
QUIET = {"SODA_CORE_TELEMETRY_ENABLED": "false"}


def peers(environment: Path) -> Path:
    """The folder of programs in the peers' environment, which is made where it is not there."""
    programs = environment / "bin"
    if not (programs / "soda").exists():
        venv.create(environment, with_pip=True)
        install = [str(programs / "python"), "-m", "pip", "install", "-q", "-r", str(HERE / "requirements-peers.txt")]
        subprocess.run(install, check=True)
    return programs


def commands(work: Path, data: Path, count: int, programs: Path) -> dict[str, list[str]]:
    """Write the rules of a set in all three forms, and say how each is judged."""
    asked = rules.SETS[count]
    mesh, contract, query = work / f"mesh-{count}", work / f"contract-{count}.yml", work / f"fused-{count}.sql"
    rules.write_mesh(mesh, data, asked)
    rules.write_contract(contract, asked)
    query.write_text(rules.fused(data, asked), "utf-8")
    source = work / "source.yml"
    _views(work / "views.duckdb", data, programs)
    connection = {"type": "duckdb", "name": "bench", "connection": {"database": str(work / "views.duckdb")}}
    source.write_text(json.dumps(connection), "utf-8")
    return {
        OURS: [sys.executable, "-m", "govengine.cli.main", *judged(mesh)],
        HAND: [sys.executable, str(HERE / "fused.py"), str(query)],
        API: [str(programs / "python"), str(HERE / "soda_api.py"), str(contract), str(data)],
        CLI: [str(programs / "soda"), "contract", "verify", "-c", str(contract), "-ds", str(source)],
    }


def judged(mesh: Path) -> list[str]:
    """The arguments of govengine: counts alone, as the others give them."""
    return ["check", "--root", str(mesh), "--as-of", "2026-11-01", "--format", "json", "--no-evidence"]


def _views(database: Path, data: Path, programs: Path) -> None:
    """A database that holds views alone, so that soda-core's command line reads the Parquet files and loads nothing."""
    database.unlink(missing_ok=True)
    views = "; ".join(
        f"CREATE VIEW {f.stem} AS SELECT * FROM read_parquet('{f}')" for f in sorted(data.glob("*.parquet"))
    )
    made = f"import duckdb; duckdb.connect({str(database)!r}).execute({views!r})"
    subprocess.run([str(programs / "python"), "-c", made], check=True)


def agree(work: Path, count: int, how: dict[str, list[str]], env: dict[str, str]) -> None:
    """Compare failing counts, rule by rule.

    Raises:
        SystemExit: two differ, or govengine gave no verdict.

    """
    names = [rule.name for rule in rules.SETS[count]]
    answer = work / "counts.json"
    once([*how[HAND], str(answer)])
    hand = dict(zip(names, json.loads(answer.read_text("utf-8")), strict=True))
    once([*how[API], str(answer)], env)
    soda = json.loads(answer.read_text("utf-8"))["counts"]
    judging = subprocess.run(how[OURS], capture_output=True, text=True, check=False, env=env)
    if judging.returncode not in (0, 1):
        raise SystemExit(f"govengine ended with {judging.returncode}\n{judging.stderr}")
    ours = {}
    for verdict in json.loads(judging.stdout)["verdicts"]:
        (part,) = verdict["parts"]
        evidence = part["evidence"]
        ours[verdict["rule"].partition("/")[2]] = evidence.get("counted", evidence.get("failing"))
    different = [(n, hand.get(n), soda.get(n), ours.get(n)) for n in names if not hand[n] == soda.get(n) == ours.get(n)]
    if different:
        lines = [f"{name}: {a} by hand, {b} by soda-core, {c} by govengine" for name, a, b, c in different]
        raise SystemExit("the failing counts differ\n" + "\n".join(lines))
    found = sum(1 for n in names if hand[n])
    print(f"{count} rules: all three agree on every failing count ({found} are not zero)\n", flush=True)


def outside(work: Path, mesh: Path, rounds: int, env: dict[str, str]) -> str:
    """How govengine's processor time is shared out: medians over the rounds, in words."""
    shares, seconds = [], []
    for _ in range(rounds):
        file = work / "share.json"
        once([sys.executable, str(HERE / "share.py"), str(file), *judged(mesh)], env, (0, 1))
        taken = json.loads(file.read_text("utf-8"))
        shares.append((taken["whole"] - taken["inside"]) / taken["whole"])
        seconds.append(taken["whole"] - taken["inside"])
    return (
        f"govengine outside DuckDB, Python's start and all imports included: {statistics.median(shares):.0%} of its "
        f"processor time, {statistics.median(seconds):.2f} s"
    )


def goals(count: int, figures: dict[str, Figures]) -> str:
    """The ratios to the quicker way to run soda-core."""
    best = min((API, CLI), key=lambda name: figures[name].cpu)
    ratios = [a / b for a, b in zip(figures[OURS], figures[best], strict=True)]
    limits = (0.7, 0.8, 1.0) if count == 50 else (1.0, 1.0, 1.0)
    told = [
        f"{what} {ratio:.2f} (goal {limit}: {'met' if ratio <= limit else 'missed'})"
        for what, ratio, limit in zip(("processor", "clock", "memory"), ratios, limits, strict=True)
    ]
    return f"against {best}: " + ", ".join(told)


def main() -> None:
    """Compare, measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=generate.ROWS)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    asked.add_argument("--peers", type=Path)
    given = asked.parse_args()
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    programs = peers((given.peers or work / "peers").resolve())
    made = [sys.executable, str(HERE / "generate.py"), str(work), str(given.rows)]
    data = Path(subprocess.run(made, check=True, capture_output=True, text=True).stdout.strip())
    # As after an installation: modules stand there compiled, which the first round, that is not counted, sees to.
    env = {**os.environ, **QUIET, "GOVENGINE_CACHE": str(work / "cache"), "PYTHONPYCACHEPREFIX": str(work / "compiled")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    for count in rules.SETS:
        how = commands(work, data, count, programs)
        agree(work, count, how, env)
        figures = in_turns(how, given.rounds, dict.fromkeys(how, env), (0, 1))
        print(table(figures, API if figures[API].cpu < figures[CLI].cpu else CLI))
        print(f"\nto the query by hand: processor {figures[OURS].cpu / figures[HAND].cpu:.2f}, ", end="")
        print(f"clock {figures[OURS].wall / figures[HAND].wall:.2f}  \n{goals(count, figures)}  ")
        print(outside(work, work / f"mesh-{count}", given.rounds, env) + "\n", flush=True)


if __name__ == "__main__":
    main()
