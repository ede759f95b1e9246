"""Conflicts: which of several retention rules holds where they cannot all be met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govengine.conditions.check import Checker
from govengine.conditions.ir import opened
from govengine.conditions.scope import Schema, Scope
from govengine.diagnostics import Span, nearest
from govengine.diagnostics.codes import conflicts as codes
from govengine.diagnostics.codes import waivers as waiver_codes
from govengine.model.quantity import Period, holds, is_none, parse_period

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govengine.compile.collect import Declarations
    from govengine.conditions.generate import Generator
    from govengine.diagnostics import Diagnostic
    from govengine.language.syntax import Address, Conflict
    from govengine.plan.clauses import Condition
    from govengine.plan.decisions import PlanConflict, PlanDecision
    from govengine.plan.rules import PlanPolicy, PlanRule


class ConflictCompiler:
    """Compiles the council's conflicts; `rules` are the compiled rules by address."""

    def __init__(
        self,
        found: Declarations,
        schema: Schema,
        rules: Mapping[str, PlanRule],
        generator: Generator,
        fresh: Callable[[], str],
    ) -> None:
        self._found, self._schema, self._rules = found, schema, rules
        self._generator, self._fresh = generator, fresh
        self.diagnostics: list[Diagnostic] = []

    def compile(self, conflict: Conflict) -> PlanConflict:
        """What the evaluator needs: the rules, and the decisions in their order."""
        for address in conflict.between:
            self._keeps(address)
        between = [a.text for a in conflict.between]
        decisions: list[PlanDecision] = []
        for decision in conflict.decisions:
            if decision.rule.text not in between:
                near = nearest(decision.rule.text, between)
                self.diagnostics.append(codes.not_between(decision.rule.text, decision.rule.span, suggestion=near))
            elif decision.rule.text.partition("/")[0] not in self._found.policies:
                self.diagnostics.append(codes.decides_for_a_domain(decision.rule.text, decision.rule.span))
            where: Condition | None = None
            if decision.where is not None:
                scope = Scope(
                    self._schema,
                    conflict.name.text,
                    {},
                    self._found.shared_terms,
                    True,
                    {"column": ("object", "Column")},
                )
                checker = Checker()
                ir = checker.condition(decision.where, scope, "`where`")
                self.diagnostics += checker.diagnostics
                name = self._fresh()
                where = {"function": name, "ir": ir}
                if not checker.diagnostics:
                    self._generator.function(name, ir, "column")
            decisions.append({"rule": decision.rule.text, "where": where})
        if not conflict.decisions:
            self.diagnostics.append(codes.undecided(conflict.name.text, conflict.name.span))
        if not conflict.approved:
            self.diagnostics.append(
                waiver_codes.incomplete(
                    "conflict", conflict.name.text, 'approved by "…" on 2026-10-20', conflict.name.span
                )
            )
        return {"name": conflict.name.text, "title": conflict.title.text, "between": between, "decisions": decisions}

    def _keeps(self, address: Address) -> None:
        rule = self._rules.get(address.text)
        if rule is None and address.text.partition("/")[0] not in self._found.policies:
            # A domain that renames or breaks its own rule must not stop the others.
            self.diagnostics.append(waiver_codes.lost_rule(address.text, address.span))
        elif rule is None:
            near = nearest(address.text, self._rules)
            self.diagnostics.append(waiver_codes.unknown_rule(address.text, address.span, suggestion=near))
        elif not any(e["clause"] == "keep" for e in rule["evidence"]):
            self.diagnostics.append(codes.keeps_nothing(address.text, address.span))


def empty_intervals(
    rules: list[PlanRule], policies: Mapping[str, PlanPolicy], conflicts: list[PlanConflict]
) -> list[Diagnostic]:
    """Pairs of rules over all columns whose written figures can never both be met, and that no conflict is between."""
    found = []
    plain = [
        (rule, clause, parse_period(limit[2]))
        for rule in rules
        if _unconditional(rule, policies[rule["policy"]])
        for clause in rule["evidence"]
        if clause["clause"] == "keep"
        for limit in (opened(clause["limit"]),)
        if limit[0] == "q" and limit[1] == "period"
    ]
    for low, least, short in plain:
        for high, most, long in plain:
            asked = least["direction"] == "at least" and most["direction"] == "at most"
            pair = {low["address"], high["address"]}
            settled = any(pair <= set(c["between"]) for c in conflicts)
            if (
                asked
                and not settled
                and not _prohibits(high, long)
                and holds("<=", short, long) is False
                and (low["layer"] == high["layer"] or "global" in (low["layer"], high["layer"]))
            ):
                # Said where the domain can mend it, if one of them is a domain's.
                span = _name(low if low["layer"] != "global" else high)
                found.append(codes.empty_interval(low["address"], short.text, high["address"], long.text, span))
    return found


def _prohibits(rule: PlanRule, longest: Period) -> bool:
    """A prohibition of the council needs no conflict: it goes before any shortest period."""
    always = rule["layer"] == "global" and rule["enforcement"] != "advisory" and rule["effective_from"] is None
    return always and is_none(longest)


def _name(rule: PlanRule) -> Span:
    file, line, column = rule["place"]
    return Span(file, line, column, line, column + len(rule["address"].partition("/")[2]))


def _unconditional(rule: PlanRule, policy: PlanPolicy) -> bool:
    each = rule["each"]
    over_all = each is not None and each["where"] is None and each["list"]["ir"] == ("var", "columns")
    return bool(over_all and rule["when"] is None and policy["when"] is None and rule["on"] is None)
