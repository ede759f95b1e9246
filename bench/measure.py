"""Whole processes measured in turns, so that what else the machine does touches all alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Figures(NamedTuple):
    """Seconds of processor time and of the clock, and the greatest memory in MiB: medians over the rounds."""

    cpu: float
    wall: float
    memory: float


def once(command: Sequence[str], env: Mapping[str, str] | None = None, allowed: Sequence[int] = (0,)) -> Figures:
    """Run a command once.

    Raises:
        RuntimeError: it ended with another exit code than those allowed.

    """
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env and dict(env))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Figures(usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss / 1024)


def in_turns(
    commands: Mapping[str, Sequence[str]],
    rounds: int,
    env: Mapping[str, Mapping[str, str]] | None = None,
    allowed: Sequence[int] = (0,),
    *,
    fewer: Mapping[str, int] | None = None,
    after: Callable[[str], None] | None = None,
) -> dict[str, Figures]:
    """Each command once a round, `rounds` rounds after one that does not count.

    Those in `fewer` are in so many rounds that count; `after` hears the name of a command each time it has counted.
    """
    seen: dict[str, list[Figures]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            if turn > (fewer or {}).get(name, rounds):
                continue
            figures = once(command, (env or {}).get(name), allowed)
            if turn:
                seen[name].append(figures)
                if after:
                    after(name)
    return {
        name: Figures(*(statistics.median(column) for column in zip(*all_, strict=True))) for name, all_ in seen.items()
    }


def table(figures: Mapping[str, Figures], base: str) -> str:
    """The figures as Markdown, each with its ratio to `base`."""
    lines = ["| what | CPU s | ratio | wall s | ratio | MiB | ratio |", "|---|--:|--:|--:|--:|--:|--:|"]
    one = figures[base]
    for name, f in figures.items():
        ratios = [f"{a / b:.2f}" for a, b in zip(f, one, strict=True)]
        lines.append(
            f"| {name} | {f.cpu:.3f} | {ratios[0]} | {f.wall:.3f} | {ratios[1]} | {f.memory:.0f} | {ratios[2]} |"
        )
    return "\n".join(lines)
