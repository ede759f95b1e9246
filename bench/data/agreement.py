"""What each peer finds beside what the query by hand finds, rule by rule, before anything is measured."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import peers
import rules
from measure import once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNITS = {"counts": "failing rows", "members": "rows of repeated values", "values": "values that repeat"}


class Told(NamedTuple):
    """What one of them says: by what it counts, then by rule; and which rules it says are kept."""

    counts: dict[str, dict[str, int]]
    passed: dict[str, bool]


def compared(
    at: peers.Work, how: Mapping[peers.Peer, Sequence[str]], envs: Mapping[peers.Peer, Mapping[str, str]]
) -> str:
    """A table of how far each agrees with the query by hand, and the rules in which one does not, with why.

    Raises:
        SystemExit: a count is another one than that of the same thing by hand, a rule was not judged, or govengine
            differs in anything.

    """
    hand = _by_hand(at, how[peers.HAND])
    lines = ["| who | same failing count | counts something else | no count | judged otherwise |"]
    lines.append("|---|--:|--:|--:|--:|")
    notes = []
    for peer, command in how.items():
        if peer in (peers.HAND, peers.SODA_CLI):  # soda-core's command line runs what its programming interface runs
            continue
        told = _told(at, peer, command, envs[peer])
        wrong = [
            f"{name}: {told.counts[unit][name]} {words} by {peer.title}, {hand.counts[unit].get(name)} by hand"
            for unit, words in UNITS.items()
            for name in told.counts[unit]
            if told.counts[unit][name] != hand.counts[unit].get(name)
        ]
        same, other = told.counts["counts"], {**told.counts["members"], **told.counts["values"]}
        names = [rule.name for rule in at.asked]
        wrong += [f"{n}: {peer.title} does not judge it" for n in names if n not in told.passed]
        uncounted = [n for n in names if n in told.passed and n not in same and n not in other]
        otherwise = [n for n in names if n in told.passed and told.passed[n] != hand.passed[n]]
        if peer is peers.OURS:
            wrong += [f"{name}: govengine does not judge as by hand" for name in {*uncounted, *otherwise}]
        if wrong:
            raise SystemExit("\n".join(["no agreement", *wrong]))
        figures = [len(same), len(other), len(uncounted), len(otherwise)]
        lines.append(f"| {peer.title} | {' | '.join(map(str, figures))} |")
        notes += [
            f"{peer.title}, {n}: {told.counts[unit][n]} {UNITS[unit]}; by hand {hand.counts['counts'][n]} rows fail"
            for unit in ("members", "values")
            for n in told.counts[unit]
        ]
        for what, those in (("no count", uncounted), ("judged otherwise", otherwise)):
            notes += [f"{peer.title}, {what}: {', '.join(those)}"] if those else []
    return "\n".join([*lines, "", *(f"- {note}" for note in notes)])


def _by_hand(at: peers.Work, command: Sequence[str]) -> Told:
    once(command)
    row = json.loads(at.answer(peers.HAND).read_text("utf-8"))["row"]
    counts = dict(zip((rule.name for rule in at.asked), row, strict=True))
    answer = at.work / "answer-repeated.json"
    once(peers.by_hand(at.work / f"repeated-{at.size}.sql", rules.repeated(at.data, at.asked), answer))
    repeated = json.loads(answer.read_text("utf-8"))["row"]
    unique = [rule.name for rule in at.asked if rule.kind == "unique"]
    rows = next(counts[rule.name] for rule in at.asked if rule.kind == "count")
    by_unit = {
        "counts": counts,
        "members": dict(zip(unique, repeated[::2], strict=True)),
        "values": dict(zip(unique, repeated[1::2], strict=True)),
    }
    return Told(by_unit, {rule.name: rules.kept(rule, counts[rule.name], rows) for rule in at.asked})


def _told(at: peers.Work, peer: peers.Peer, command: Sequence[str], env: Mapping[str, str]) -> Told:
    if peer is peers.OURS:
        return _ours(command, env)
    at.answer(peer).unlink(missing_ok=True)  # what another run left is no answer
    once(command, env)
    answer = json.loads(at.answer(peer).read_text("utf-8"))
    return Told({unit: answer[unit] for unit in UNITS}, answer["passed"])


def _ours(command: Sequence[str], env: Mapping[str, str]) -> Told:
    judging = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(env))
    if judging.returncode not in (0, 1):
        raise SystemExit(f"govengine ended with {judging.returncode}\n{judging.stderr}")
    counts, passed = {}, {}
    for verdict in json.loads(judging.stdout)["verdicts"]:
        (part,) = verdict["parts"]
        name = verdict["rule"].partition("/")[2]
        counts[name] = part["evidence"].get("counted", part["evidence"].get("failing"))
        passed[name] = verdict["outcome"] == "pass"
    return Told({"counts": counts, "members": {}, "values": {}}, passed)
