"""Third pass: every condition checked, every rule turned into what the evaluator runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar, assert_never

from govengine.compile.polarity import (
    STRICTER_FALSE,
    STRICTER_TRUE,
    Effect,
    Occurrence,
    effects,
    list_effects,
    untold_effects,
    value_effects,
)
from govengine.compile.predicates import predicate
from govengine.conditions import types as t
from govengine.conditions.check import Checker
from govengine.conditions.ir import form
from govengine.conditions.scope import Schema, Scope, SettingType
from govengine.detectors.registry import built_in
from govengine.diagnostics import Diagnostic, nearest
from govengine.diagnostics.codes import conditions as codes
from govengine.diagnostics.codes import federation as federation_codes
from govengine.diagnostics.codes import syntax as syntax_codes
from govengine.expectations.expectation import GivenLimit
from govengine.expectations.registry import EXPECTATIONS
from govengine.language.expression import Expr, Ident, ListLiteral, mentions
from govengine.language.expression import Literal as Constant
from govengine.language.syntax import (
    Apart,
    Attest,
    Column,
    Evidence,
    ExceptIn,
    Expect,
    ForEach,
    Keep,
    Name,
    Overlay,
    Policy,
    Require,
    Rule,
    SqlText,
    Target,
    Template,
    Term,
    Threshold,
)
from govengine.model.quantity import Percent, Period
from govengine.model.verdict import ENFORCEMENTS, SEVERITIES, Enforcement
from govengine.plan.places import store_place, store_span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from govengine.compile.collect import Declarations
    from govengine.compile.settings import Settings
    from govengine.conditions.generate import Generator
    from govengine.conditions.ir import IR, Comparison
    from govengine.conditions.types import Type
    from govengine.expectations.expectation import Expectation
    from govengine.plan.clauses import (
        ApartClause,
        AttestClause,
        Clause,
        Condition,
        ExpectClause,
        KeepClause,
        PlanColumn,
        PlanException,
        PlanTarget,
        PlanThreshold,
        Predicate,
    )
    from govengine.plan.rules import PlanForEach, PlanPolicy, PlanRule, PlanTemplate
    from govengine.predicates.check import Serialize

Word = TypeVar("Word", bound=str)

_DATASET_OF: dict[Type, Literal["column", "dataset"]] = {
    ("object", "Column"): "column",
    ("object", "Dataset"): "dataset",
}


class RuleCompiler:
    """Compiles the rules of one block; shares the generator, and so the module of functions, with all others."""

    def __init__(
        self,
        found: Declarations,
        schema: Schema,
        settings: Settings,
        block: Policy | Overlay,
        layer: str,
        generator: Generator,
        serialize: Serialize,
        fresh: Callable[[], str],
    ) -> None:
        self._found, self._schema, self._block = found, schema, block
        self._layer, self._generator, self._serialize, self._fresh = layer, generator, serialize, fresh
        self._name = block.domain.text if isinstance(block, Overlay) else block.name.text
        self._all_settings = settings
        self._settings: Mapping[str, SettingType] = settings.types.get(self._name, {})
        self._terms: dict[str, Term] = {**found.shared_terms, **{x.name.text: x for x in block.terms}}
        self.diagnostics: list[Diagnostic] = []
        self.occurrences: list[Occurrence] = []
        """Every place where a setting stands that domains may move."""
        self._rule_address = ""

    def policy(self) -> PlanPolicy:
        """What the evaluator needs of the block itself."""
        self._check_terms()
        block = self._block
        when = block.when if isinstance(block, Policy) else None
        return {
            "name": self._name,
            "title": block.title.text,
            "layer": self._layer,
            "version": block.version.text if block.version else "",
            "owner": block.owner.text if block.owner else "",
            "judges_mesh": isinstance(block, Policy) and block.judges_mesh is not None,
            "when": None if when is None else self._condition(when, self._scope(selection=True), "a policy's `when`"),
        }

    def rules(self) -> list[PlanRule]:
        """The rules that could be compiled."""
        return [self._rule(rule) for rule in self._block.rules]

    def _scope(self, *, selection: bool, local: Mapping[str, Type] | None = None) -> Scope:
        return Scope(self._schema, self._name, self._settings, self._terms, selection, dict(local or {}))

    def _check_terms(self) -> None:
        for term in self._block.terms:
            local = {p.text: t.ANY for p in term.parameters}
            checker = Checker()
            scope = self._scope(selection=True, local=local)
            scope.expanding = (term.name.text,)
            checker.check(term.body, scope)
            self.diagnostics += checker.diagnostics

    def _condition(self, expr: Expr, scope: Scope, what: str, variable: str | None = None) -> Condition:
        checker = Checker()
        ir = checker.condition(expr, scope, what)
        self.diagnostics += checker.diagnostics
        wanted = STRICTER_TRUE if scope.selection else STRICTER_FALSE
        self._directed(effects(ir, self._all_settings.movable), wanted, what, expr)
        return self._function(ir, variable, checker)

    def _directed(self, found: list[Effect], wanted: int, what: str, expr: Expr) -> None:
        """Every setting stands where tightening it makes the rule stricter."""
        unproved = {e.address for e in found if e.sign != wanted}
        for address in sorted({e.address for e in found}):
            name = address.partition("/")[2]
            direction = self._all_settings.movable[address].direction
            declared = self._all_settings.declared[address]
            spans = list(mentions(expr, name)) or [expr.span]  # the second where it stands in a term
            self.occurrences += [
                Occurrence(address, direction, self._name, self._rule_address, what, s, address not in unproved)
                for s in spans
            ]
            if address not in unproved:
                continue
            span = spans[0]
            self.diagnostics.append(federation_codes.unproved_direction(name, direction, what, span, declared))

    def _function(self, ir: IR, variable: str | None, checker: Checker) -> Condition:
        name = self._fresh()
        if not any(d.level == "error" for d in checker.diagnostics):
            self._generator.function(name, ir, variable)
        return {"function": name, "ir": ir}

    def _rule(self, rule: Rule) -> PlanRule:
        self._rule_address = f"{self._name}/{rule.name.text}"
        each, local = self._for_each(rule.for_each)
        variable = rule.for_each.variable.text if rule.for_each else None
        day = rule.enforce.effective_from if rule.enforce else None
        compiled: PlanRule = {
            "address": self._rule_address,
            "title": rule.title.text,
            "policy": self._name,
            "layer": self._layer,
            "severity": self._word(rule.severity, "severity", SEVERITIES, rule, "low"),
            "enforcement": self._enforcement(rule),
            "effective_from": day.isoformat() if day is not None else None,
            "controls": self._controls(rule),
            "dimension": rule.dimension.text if rule.dimension else None,
            "because": rule.because.text if rule.because else None,
            "place": store_place(rule.name.span.place),
            "when": None if rule.when is None else self._condition(rule.when, self._scope(selection=True), "`when`"),
            "each": each,
            "every": rule.every.period.text if rule.every and isinstance(rule.every.period, Period) else None,
            "formerly": rule.formerly.text if rule.formerly else None,
            "on": (rule.on.product, rule.on.dataset) if rule.on else None,
            "on_span": store_span(rule.on.span) if rule.on else None,
            "evidence": [self._evidence(e, rule, local, variable) for e in rule.evidence],
            "finding": self._template(rule.finding, local),
            "fix": self._template(rule.fix, local),
        }
        if not rule.evidence and not rule.unread:
            self.diagnostics.append(
                syntax_codes.missing_clause(
                    "require` or `expect", f"`rule {rule.name.text}`", rule.name.span, example="require has(spec.…)"
                )
            )
        return compiled

    def _word(self, name: Name | None, what: str, known: tuple[Word, ...], rule: Rule, default: Word) -> Word:
        if name is None:
            self.diagnostics.append(
                syntax_codes.missing_clause(what, f"`rule {rule.name.text}`", rule.name.span, example=f"{what} high")
            )
            return default
        word = next((w for w in known if w == name.text), None)
        if word is None:
            near = nearest(name.text, known)
            self.diagnostics.append(syntax_codes.not_a_word(name.text, what, name.span, known=known, suggestion=near))
            return default
        return word

    def _enforcement(self, rule: Rule) -> Enforcement:
        if rule.enforce is None:
            return "mandatory"
        return self._word(rule.enforce.level, "enforcement", ENFORCEMENTS, rule, "mandatory")

    def _controls(self, rule: Rule) -> list[tuple[str, str, str]]:
        controls = []
        for reference in rule.controls:
            framework = self._found.frameworks.get(reference.framework.text)
            if framework is None:
                known = list(self._found.frameworks)
                self._unknown("framework", reference.framework, known)
                continue
            control = next((c for c in framework.controls if c.id.text == reference.id.text), None)
            if control is None:
                known = [c.id.text for c in framework.controls]
                self._unknown(f"control of {framework.name.text}", Name(reference.id.text, reference.id.span), known)
                continue
            controls.append((framework.name.text, control.id.text, control.title.text))
        return controls

    def _unknown(self, what: str, name: Name, known: list[str]) -> None:
        self.diagnostics.append(
            federation_codes.unknown_address(
                what, name.text, name.span, suggestion=nearest(name.text, known), known=sorted(known)
            )
        )

    def _for_each(self, each: ForEach | None) -> tuple[PlanForEach | None, dict[str, Type]]:
        if each is None:
            return None, {}
        checker = Checker()
        ir, type_ = checker.check(each.list, self._scope(selection=True))
        item: Type = t.ANY
        if type_[0] == "list":
            item = type_[1]
        elif type_[0] == "map":
            item = t.STRING
        elif type_ != t.ANY:
            checker.diagnostics.append(codes.not_iterable("`for each`", t.describe(type_), each.list.span))
        self.diagnostics += checker.diagnostics
        local = {each.variable.text: item}
        where = None
        if each.where is not None:
            scope = self._scope(selection=True, local=local)
            where = self._condition(each.where, scope, "`where`", each.variable.text)
        self._directed(list_effects(ir, self._all_settings.movable), STRICTER_TRUE, "`for each`", each.list)
        listed = self._function(ir, None, checker)
        return {
            "variable": each.variable.text,
            "list": listed,
            "where": where,
            "of": _DATASET_OF.get(item),
            "grants": item == ("object", "Grant"),
        }, local

    def _evidence(self, clause: Evidence, rule: Rule, local: dict[str, Type], variable: str | None) -> Clause:
        match clause:
            case Require():
                scope = self._scope(selection=False, local=local)
                compiled = self._condition(clause.condition, scope, "`require`", variable)
                return {"clause": "require", "text": clause.text, **compiled}
            case Keep():
                return self._keep(clause, local, variable)
            case Attest():
                return self._attest(clause, local, variable)
            case Apart():
                return self._apart(clause)
            case Expect():
                return self._expect(clause, rule, local)
            case _:
                assert_never(clause)

    def _keep(self, clause: Keep, local: dict[str, Type], variable: str | None) -> KeepClause:
        """Retention as a condition over what the spec declares: the column's interval against the limit."""
        scope = self._scope(selection=False, local=local)
        checker = Checker()
        limit, type_ = checker.check(clause.limit, scope)
        if type_ not in (t.PERIOD, t.ANY):
            checker.diagnostics.append(codes.not_a_period(t.describe(type_), clause.limit.span))
        column: IR = form(("k", ""))
        if isinstance(clause.column.name, str):
            checker.diagnostics.append(codes.not_a_column("a name", clause.column.span))
        else:
            column, kind = checker.check(clause.column.name, scope)
            if kind not in (("object", "Column"), t.ANY):
                checker.diagnostics.append(codes.not_a_column(t.describe(kind), clause.column.span))
        operator: Comparison = ">=" if clause.direction == "at least" else "<="
        field = "min" if clause.direction == "at least" else "max"
        declared: IR = form(("sel", form(("call", "retention", (column,))), field, False))
        ir: IR = form(("cmp", operator, declared, limit, "period"))
        self.diagnostics += checker.diagnostics
        self._directed(effects(ir, self._all_settings.movable), STRICTER_FALSE, "`keep`", clause.limit)
        compiled = self._function(ir, variable, checker)
        exception = None if clause.exception is None else self._exception(clause.exception, scope)
        return {
            "clause": "keep", "text": clause.text, "direction": clause.direction, "limit": limit,
            "column": column, "exception": exception, **compiled,
        }  # fmt: skip

    def _attest(self, clause: Attest, local: dict[str, Type], variable: str | None) -> AttestClause:
        scope = self._scope(selection=False, local=local)
        checker = Checker()
        whom = None
        if clause.whom is not None:
            whom, type_ = checker.check(clause.whom, scope)
            wanted = "list" if clause.by == "each" else "text"
            fits = type_ == t.ANY or (type_[0] == "list" if clause.by == "each" else t.is_text(type_))
            if not fits:
                checker.diagnostics.append(
                    codes.wrong_arguments("attest", clause.whom.span, expected=f"a {wanted} of who attests")
                )
            moved = list_effects if clause.by == "each" else effects
            self._directed(moved(whom, self._all_settings.movable), STRICTER_TRUE, "`by`", clause.whom)
        self.diagnostics += checker.diagnostics
        unless = None if clause.unless is None else self._condition(clause.unless, scope, "`unless`", variable)
        return {
            "clause": "attest", "text": clause.text, "statement": clause.statement.text, "by": clause.by,
            "role": clause.role.text if clause.role else None, "whom": whom, "unless": unless,
        }  # fmt: skip

    def _apart(self, clause: Apart) -> ApartClause:
        for duty in (*clause.duties, *clause.others):
            term = self._terms.get(duty.text)
            if term is None:
                near = nearest(duty.text, self._terms)
                self.diagnostics.append(codes.unknown_name(duty.text, duty.span, suggestion=near))
            elif len(term.parameters) != 1:
                self.diagnostics.append(
                    codes.wrong_arguments("apart", duty.span, expected="terms over one grant: `term reads(grant) …`")
                )
        return {
            "clause": "apart", "text": clause.text, "duties": [d.text for d in clause.duties],
            "others": [d.text for d in clause.others], "anywhere": clause.anywhere,
        }  # fmt: skip

    def _expect(self, clause: Expect, rule: Rule, local: dict[str, Type]) -> ExpectClause:
        of = _DATASET_OF.get(next(iter(local.values()), t.ANY))
        kind = EXPECTATIONS.get(clause.kind)
        by_name = any(not isinstance(c.name, str) for c in clause.columns)
        of_others = kind is not None and kind.ask == "other rules"
        if rule.on is None and of is None and not by_name and not of_others:
            self.diagnostics.append(codes.no_dataset(clause.span))
        scope = self._scope(selection=False, local=local)
        target = clause.target
        if target is not None and clause.columns:
            self._looked_up(clause, target, rule)
        per = [self._column(c, scope) for c in clause.per]
        return {
            "clause": "expect",
            "kind": clause.kind,
            "span": store_span(clause.span),
            "text": clause.text,
            "columns": [self._column(c, scope) for c in clause.columns],
            "places": [store_span(c.span) for c in (*clause.columns, *clause.per)],
            "predicate": None if clause.predicate is None else self._sql(clause.predicate, kind, scope, per),
            "target": None if target is None else self._target(target),
            "target_span": None if target is None else store_span(target.span),
            "where": None if clause.where is None else self._predicate(clause.where, scope),
            "threshold": None if clause.threshold is None else self._threshold(clause.threshold, scope),
            "limit": None if clause.limit is None else self._limit(clause, clause.limit, kind, scope),
            "direction": clause.direction,
            "per": per,
            "tolerance": clause.tolerance,
            "detectors": [self._detector(d) for d in clause.detectors],
            "exception": None if clause.exception is None else self._exception(clause.exception, scope),
        }

    def _looked_up(self, clause: Expect, target: Target, rule: Rule) -> None:
        """See that values are looked up column by column, and not in themselves."""
        wanted = len(clause.columns)
        if wanted != len(target.columns):
            expected = f"{wanted} columns, as many as are looked up" if wanted > 1 else "one column, as is looked up"
            self.diagnostics.append(codes.wrong_arguments(clause.kind, target.span, expected=expected))
            return
        columns = [c.name.lower() if isinstance(c.name, str) else None for c in clause.columns]
        itself = rule.on is not None and (target.product, target.table) == (rule.on.product, rule.on.dataset)
        if itself and clause.where is None and columns == [c.text.lower() for c in target.columns]:
            expected = "another table or column, or a `where`: each value is found in its own place"
            self.diagnostics.append(codes.wrong_arguments(clause.kind, target.span, expected=expected))

    def _target(self, target: Target) -> PlanTarget:
        return {"product": target.product, "table": target.table, "columns": [c.text for c in target.columns]}

    def _exception(self, exception: ExceptIn, scope: Scope) -> PlanException:
        return {
            "target": self._target(exception.target),
            "span": store_span(exception.target.span),
            "where": None if exception.where is None else self._predicate(exception.where, scope),
        }

    def _limit(self, clause: Expect, limit: Expr, kind: Expectation | None, scope: Scope) -> IR:
        """The period of `newest`, the figure of a measure, a promise: what the kind of the clause takes."""
        checker = Checker()
        ir, type_ = checker.check(limit, scope)
        takes = kind.limit if kind is not None else None
        if takes is None:
            self.diagnostics += checker.diagnostics
            return ir
        self.diagnostics += takes.check(GivenLimit(limit, ir, type_, checker.diagnostics))
        found = value_effects(ir, self._all_settings.movable)
        self._directed(found, takes.stricter(clause.direction), takes.named, limit)
        return ir

    def _detector(self, name: Name) -> str:
        if name.text not in built_in() and name.text not in self._found.detectors:
            known = sorted({*built_in(), *self._found.detectors})
            self.diagnostics.append(
                codes.not_in_vocabulary(
                    name.text, "detector", name.span, suggestion=nearest(name.text, known), known=known
                )
            )
        return name.text

    def _sql(self, text: SqlText, kind: Expectation | None, scope: Scope, per: Collection[PlanColumn]) -> Predicate:
        holds = kind.sql if kind is not None else "row"
        if holds == "figure":
            return self._predicate(text, scope, aggregate=True, per=per)
        return self._predicate(text, scope, query=holds == "query", of_rows=holds == "rows")

    def _column(self, column: Column, scope: Scope) -> PlanColumn:
        if isinstance(column.name, str):
            if scope.locals.get(column.name) == ("object", "Column"):
                each = f"`{column.name}`, which stands for each of them"
                self.diagnostics.append(codes.not_a_column(each, column.span))
            return column.name
        checker = Checker()
        ir, type_ = checker.check(column.name, scope)
        if type_ not in (("object", "Column"), t.COLUMN, t.ANY) and not t.is_text(type_):
            checker.diagnostics.append(codes.not_a_column(t.describe(type_), column.span))
        self.diagnostics += checker.diagnostics
        return form(("sel", ir, "name", True)) if type_ == ("object", "Column") else ir

    def _predicate(
        self,
        text: SqlText,
        scope: Scope,
        *,
        aggregate: bool = False,
        query: bool = False,
        of_rows: bool = False,
        per: Collection[PlanColumn] = (),
    ) -> Predicate:
        compiled, found = predicate(
            text, scope, self._serialize, aggregate=aggregate, query=query, of_rows=of_rows, grouped_by=per
        )
        self.diagnostics += found
        for piece in text.pieces:  # what SQL makes of a value cannot be told from here
            if not isinstance(piece, str):
                ir, _ = Checker().check(piece, scope)
                self._directed(untold_effects(ir, self._all_settings.movable), STRICTER_FALSE, "SQL", piece)
        return compiled

    def _threshold(self, threshold: Threshold, scope: Scope) -> PlanThreshold:
        checker = Checker()
        ir, type_ = checker.check(threshold.value, scope)
        if type_ not in (t.PERCENT, t.BOUND, t.ANY):
            value = threshold.value.value if isinstance(threshold.value, Constant) else None
            number = value if isinstance(value, int | float) and 0 < value <= 100 else None
            checker.diagnostics.append(codes.bad_threshold(t.describe(type_), threshold.value.span, number=number))
        self.diagnostics += checker.diagnostics
        self._directed(value_effects(ir, self._all_settings.movable), 1, "`at least`", threshold.value)
        floor = threshold.floor
        confidence = threshold.confidence
        return {
            "ir": ir,
            "floor": floor.text if isinstance(floor, Percent) else None,
            "confidence": confidence.text if isinstance(confidence, Percent) else None,
        }

    def _template(self, template: Template | None, local: dict[str, Type]) -> PlanTemplate | None:
        if template is None:
            return None
        pieces: PlanTemplate = []
        for piece in template.pieces:
            if isinstance(piece, str):
                pieces.append(piece)
                continue
            if isinstance(piece, Ident) and piece.name == "levels" and "levels" not in local:
                names = tuple(Constant(n, piece.span) for n in self._found.level_names)
                piece = ListLiteral(names, piece.span)  # noqa: PLW2901 - `{levels}` stands for their names
            checker = Checker()
            ir, _ = checker.check(piece, self._scope(selection=False, local=local))
            self.diagnostics += checker.diagnostics
            pieces.append(ir)
        return pieces
