"""govengine over data against its peers and a query written by hand: the same rules, the same Parquet files.

    python bench/data/run.py [--rows 1000000] [--rounds 5] [--only PEER … | --all] [--work FOLDER]

First each rule's failing count is compared; the script ends with an error where one is wrong. Then whole processes are
measured in turns, and what the evaluation takes in them. Without --only or --all, soda-core is the only peer.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import agreement  # noqa: E402
import generate  # noqa: E402
import peers  # noqa: E402
import rules  # noqa: E402
from measure import Figures, in_turns, once, table  # noqa: E402

ROOT = HERE.parents[1]


def measured(
    at: peers.Work,
    how: dict[peers.Peer, list[str]],
    envs: dict[peers.Peer, dict[str, str]],
    rounds: int,
    slow: int,
) -> dict[str, Figures]:
    """Measure in turns, print the tables, and give the figures of whole processes by title."""
    keys = {peer.title: peer for peer in how}
    evaluations: dict[str, list[Figures]] = {}

    def note(title: str) -> None:
        if keys[title] not in (peers.OURS, peers.SODA_CLI):  # govengine's come from `shared`
            taken = json.loads(at.answer(keys[title]).read_text("utf-8"))
            evaluations.setdefault(title, []).append(Figures(taken["cpu"], taken["wall"], 0))

    commands = {peer.title: command for peer, command in how.items()}
    fewer = {peer.title: min(slow, rounds) for peer in how if peer.slow}
    env = {peer.title: envs[peer] for peer in how}
    figures = in_turns(commands, rounds, env, (0, 1), fewer=fewer, after=note)
    ours, outside = shared(at, rounds, envs[peers.OURS])
    evaluations[peers.OURS.title] = ours
    base = quicker(figures) or peers.HAND.title
    print(f"{table(figures, base)}\n\nEvaluation alone, imports done:\n\n{_evaluated(evaluations, figures, base)}\n")
    ours_alone, by_hand = figures[peers.OURS.title], figures[peers.HAND.title]
    print(f"to the query by hand: processor {ours_alone.cpu / by_hand.cpu:.2f}, ", end="")
    print(f"clock {ours_alone.wall / by_hand.wall:.2f}  ")
    print(f"{outside}  ")
    return figures


def environment(peer: peers.Peer, env: dict[str, str]) -> dict[str, str]:
    """The variables of a process: govengine is that of this folder, whatever is installed."""
    return {**env, "PYTHONPATH": str(ROOT)} if peer is peers.OURS else env


def quicker(figures: dict[str, Figures]) -> str | None:
    """The quicker way to run soda-core, of those measured."""
    ways = [peer.title for peer in (peers.SODA, peers.SODA_CLI) if peer.title in figures]
    return min(ways, key=lambda title: figures[title].cpu) if ways else None


def _evaluated(evaluations: dict[str, list[Figures]], order: dict[str, Figures], base: str) -> str:
    medians = {
        title: Figures(*(statistics.median(column) for column in zip(*evaluations[title], strict=True)))
        for title in order
        if title in evaluations
    }
    one = medians.get(base) or medians[peers.SODA.title if peers.SODA.title in medians else peers.HAND.title]
    lines = ["| what | CPU s | ratio | wall s | ratio |", "|---|--:|--:|--:|--:|"]
    for title, f in medians.items():
        lines.append(f"| {title} | {f.cpu:.3f} | {f.cpu / one.cpu:.2f} | {f.wall:.3f} | {f.wall / one.wall:.2f} |")
    return "\n".join(lines)


def shared(at: peers.Work, rounds: int, env: dict[str, str]) -> tuple[list[Figures], str]:
    """What govengine's evaluation takes in each round; and in words, how its processor time is shared out."""
    evaluations, taken = [], []
    file = at.work / "share.json"
    for _ in range(rounds):
        once([sys.executable, str(HERE / "share.py"), str(file), *peers.judged(at.mesh)], env, (0, 1))
        one = json.loads(file.read_text("utf-8"))
        evaluations.append(Figures(one["cpu"], one["wall"], 0))
        taken.append(one)
    outside = statistics.median(one["whole"] - one["inside"] for one in taken)
    own = statistics.median(one["whole"] - one["inside"] - one["before"] for one in taken)
    whole = statistics.median(one["whole"] for one in taken)
    return evaluations, (
        f"govengine outside DuckDB: {own:.2f} s, {own / whole:.0%} of its processor time (goal 10%); with the start of "
        f"Python and the import of DuckDB {outside:.2f} s, {outside / whole:.0%}"
    )


def goals(count: int, figures: dict[str, Figures]) -> str:
    """The ratios to the quicker way to run soda-core, where it was measured."""
    best = quicker(figures)
    if best is None:
        return "no goal without soda-core"
    ratios = [a / b for a, b in zip(figures[peers.OURS.title], figures[best], strict=True)]
    limits = (0.7, 0.8, 1.0) if count == 50 else (1.0, 1.0, 1.0)
    told = [
        f"{what} {ratio:.2f} (goal {limit}: {'met' if ratio <= limit else 'missed'})"
        for what, ratio, limit in zip(("processor", "clock", "memory"), ratios, limits, strict=True)
    ]
    return f"against {best}: " + ", ".join(told)


def asked_for() -> argparse.Namespace:
    """The arguments; `chosen` are the peers, govengine and the query by hand first."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=generate.ROWS)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--slow-rounds", type=int, default=2, help="rounds of slow peers")
    asked.add_argument("--sets", type=int, nargs="+", choices=list(rules.SETS), default=list(rules.SETS))
    asked.add_argument("--work", type=Path, default=ROOT / "build" / "bench", help="folder for data and all else")
    asked.add_argument("--environments", type=Path, help="folder of the peers' environments (default: in --work)")
    which = asked.add_mutually_exclusive_group()
    which.add_argument("--only", nargs="+", choices=[p.key for p in peers.ALL[2:]], help="these peers and no others")
    which.add_argument("--all", action="store_true", help="all peers")
    given = asked.parse_args()
    given.work = given.work.resolve()
    given.environments = given.environments or given.work / "environments"
    wanted = [p.key for p in (peers.ALL if given.all else peers.USUAL)] if given.only is None else given.only
    if peers.SODA_CLI.key in wanted:  # whose counts are those of the programming interface
        wanted = [*wanted, peers.SODA.key]
    given.chosen = [p for p in peers.ALL if p in (peers.OURS, peers.HAND) or p.key in wanted]
    return given


def main() -> None:
    """Compare, measure and print."""
    given = asked_for()
    work = given.work
    work.mkdir(parents=True, exist_ok=True)
    made = [sys.executable, str(HERE / "generate.py"), str(work), str(given.rows)]
    data = Path(subprocess.run(made, check=True, capture_output=True, text=True).stdout.strip())
    for peer in [p for p in given.chosen if p.most is not None and given.rows > p.most]:
        print(f"{peer.title} is left out: it is measured up to {peer.most:,} rows\n")
        given.chosen.remove(peer)
    # As after an installation: modules stand there compiled, which the first round, that is not counted, sees to.
    env = {**os.environ, **peers.QUIET, "GOVENGINE_CACHE": str(work / "cache")}
    env |= {"PYTHONPYCACHEPREFIX": str(work / "compiled")}
    for unwanted in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH"):
        env.pop(unwanted, None)
    for count in given.sets:
        at = peers.Work(work, data, given.environments, count)
        how = peers.commands(at, given.chosen)
        envs = {peer: environment(peer, env) for peer in how}
        print(f"{count} rules, {given.rows:,} rows\n\n{agreement.compared(at, how, envs)}\n", flush=True)
        figures = measured(at, how, envs, given.rounds, given.slow_rounds)
        print(f"{goals(count, figures)}\n", flush=True)


if __name__ == "__main__":
    main()
