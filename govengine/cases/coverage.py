"""Which rules the cases try, in both directions, and which conditions they never see false."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govengine.cases.run import stands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from govengine.cases.policies import Policies, Rule
    from govengine.cases.run import Result


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of some policies the cases try.

    A rule has two directions: that it passes and that it fails. A direction counts as seen where a line of a `verdicts`
    block names the rule and that outcome, and it came out so. The lists hold what was never seen, sorted by place.
    """

    rules: tuple[Rule, ...]
    never_passing: tuple[Rule, ...]
    never_failing: tuple[Rule, ...]
    never_false: tuple[Rule, ...]
    """Rules whose own `when` no case sees false."""
    policies_never_false: tuple[str, ...]
    """Policies whose `when` no case sees false."""

    @property
    def directions(self) -> int:
        """How many directions there are."""
        return 2 * len(self.rules)

    @property
    def seen(self) -> int:
        """How many of them were seen."""
        return self.directions - len(self.never_passing) - len(self.never_failing)

    @property
    def percent(self) -> float:
        """Their share from 0 to 100, in tenths and never rounded up; 0 where there is no rule."""
        return (1000 * self.seen // self.directions) / 10 if self.rules else 0.0


def measure(policies: Policies, results: Iterable[Result], meant: Callable[[Rule], bool]) -> Coverage:
    """The coverage of those rules that are meant, by cases that these policies judged."""
    seen: dict[str, set[str]] = defaultdict(set)
    off: set[str] = set()
    """Rules, and policies, whose `when` was seen false."""
    for result in results:
        stopped = {v.rule for v in result.verdicts.values() if any(_when_false(p.clause, p.outcome) for p in v.parts)}
        whole = _policies_off(policies, result, stopped)
        for expected in result.case.verdicts:
            verdict = result.verdicts.get(expected.subject)
            if verdict is None or stands(verdict) != expected.outcome:
                continue
            seen[expected.subject].add(verdict.outcome)
            policy = expected.subject.partition("/")[0]
            if policy in whole:
                off.add(policy)
            elif expected.subject in stopped:
                off.add(expected.subject)
    rules = tuple(sorted((r for r in policies.rules if meant(r)), key=lambda r: r.place))
    named = {r.policy for r in rules}
    return Coverage(
        rules,
        tuple(r for r in rules if "pass" not in seen[r.address]),
        tuple(r for r in rules if "fail" not in seen[r.address]),
        tuple(r for r in rules if r.conditional and r.address not in off),
        tuple(sorted(p for p in policies.conditional if p in named and p not in off)),
    )


def _when_false(clause: str, outcome: str) -> bool:
    return clause == "when" and outcome == "not-applicable"


def _policies_off(policies: Policies, result: Result, stopped: set[str]) -> set[str]:
    """Policies that did not apply: none of their rules went on past a `when`."""
    judged: dict[str, bool] = {}
    for rule in result.verdicts:
        policy = rule.partition("/")[0]
        judged[policy] = judged.get(policy, True) and rule in stopped
    return {policy for policy, all_stopped in judged.items() if all_stopped and policy in policies.conditional}
