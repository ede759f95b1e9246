"""What a rule's clauses rest on: the spec, other rows, people."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.plan.clauses import ExpectClause, KeepClause, PlanTarget, RequireClause
    from govengine.plan.places import StoredSpan
    from govengine.plan.rules import PlanRule


def conditions(rule: PlanRule) -> Iterator[RequireClause | KeepClause]:
    """The clauses that the spec alone decides, in the order written."""
    for clause in rule["evidence"]:
        match clause["clause"]:
            case "require" | "keep":
                yield clause
            case "attest" | "apart" | "allow" | "expect":
                pass
            case _:
                assert_never(clause)


def expectations(rule: PlanRule) -> Iterator[ExpectClause]:
    """The `expect` clauses, in the order written."""
    for clause in rule["evidence"]:
        if clause["clause"] == "expect":
            yield clause


def targets(rule: PlanRule) -> Iterator[tuple[PlanTarget, StoredSpan]]:
    """The tables that a rule looks into, each with the place where it is named."""
    for clause in rule["evidence"]:
        match clause["clause"]:
            case "expect":
                if clause["target"] is not None and clause["target_span"] is not None:
                    yield clause["target"], clause["target_span"]
                if clause["exception"] is not None:
                    yield clause["exception"]["target"], clause["exception"]["span"]
            case "keep":
                if clause["exception"] is not None:
                    yield clause["exception"]["target"], clause["exception"]["span"]
            case "require" | "attest" | "apart" | "allow":
                pass
            case _:
                assert_never(clause)
