"""Syntax trees → the tokens that say them, without any style."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from govengine.language import expression as e
from govengine.language import syntax as s

from .trees import literal, quoted

_TIGHTNESS = {"in": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5}
_RELATION, _UNARY, _PRIMARY = 3, 6, 7


def spell(tree: s.File) -> list[str]:
    """The tokens of a file."""
    blocks: list[Any] = [*tree.frameworks, *tree.policies, *tree.overlays, *tree.waivers, *tree.rulings]
    return [token for block in (*blocks, *tree.conflicts) for token in _declaration(block)]


def _condition(tree: Any, least: int = 0) -> list[str]:
    """A condition, in brackets where it binds less than `least`."""
    tokens, tightness = _bare(tree)
    return tokens if tightness >= least else ["(", *tokens, ")"]


def _bare(tree: Any) -> tuple[list[str], int]:
    match tree:
        case e.Literal(value=value):
            return [literal(value)], _PRIMARY
        case e.Ident(name=name):
            return [name], _PRIMARY
        case e.Select(base=base, field=field):
            return [*_condition(base, _PRIMARY), ".", field], _PRIMARY
        case e.Index(base=base, key=key):
            return [*_condition(base, _PRIMARY), "[", *_condition(key), "]"], _PRIMARY
        case e.Call(function=function, target=target, args=args):
            before = [] if target is None else [*_condition(target, _PRIMARY), "."]
            return [*before, function, "(", *_listed(map(_condition, args)), ")"], _PRIMARY
        case e.ListLiteral(items=items):
            return ["[", *_listed(map(_condition, items)), "]"], _PRIMARY
        case e.MapLiteral(entries=entries):
            return ["{", *_listed([*_condition(k), ":", *_condition(v)] for k, v in entries), "}"], _PRIMARY
        case e.Unary(operator=operator, operand=operand):
            # A chain of one operator is one node of the grammar; a sign before a figure belongs to the figure.
            return [operator, "(", *_condition(operand), ")"], _UNARY
        case e.Logic(operator=operator, operands=operands):
            level = 1 if operator == "||" else 2
            return _listed((_condition(o, level + 1) for o in operands), operator), level
        case e.Binary(operator=operator, left=left, right=right):
            level = _TIGHTNESS.get(operator, _RELATION)
            return [*_condition(left, level), operator, *_condition(right, level + 1)], level
        case e.Conditional(condition=condition, yes=yes, no=no):
            return [*_condition(condition, 1), "?", *_condition(yes, 1), ":", *_condition(no)], 0
        case _:
            raise AssertionError(tree)


def _listed(parts: Any, joint: str = ",") -> list[str]:
    return [token for i, part in enumerate(parts) for token in ([joint] * bool(i) + list(part))]


def _names(names: Any) -> list[str]:
    return _listed([n.text] for n in names)


def _braces(pieces: Any) -> str:
    shown = [
        p.replace("{", "{{").replace("}", "}}") if isinstance(p, str) else "{" + "".join(_condition(p)) + "}"
        for p in pieces
    ]
    return "".join(shown)


def _sql(text: Any) -> str:
    return "`" + _braces(text.pieces) + "`"


def _template(text: Any) -> str:
    return '"' + _braces(text.pieces) + '"'


def _column(column: s.Column) -> list[str]:
    if not isinstance(column.name, str):
        return ["{", *_condition(column.name), "}"]
    return [quoted(column.name) if " " in column.name else column.name]


def _columns(columns: Any) -> list[str]:
    return _listed(map(_column, columns))


def _target(target: s.Target) -> list[str]:
    where = target.table if target.product is None else f"{target.product}.{target.table}"
    return [where, "(", *_names(target.columns), ")"]


def _where(where: Any) -> list[str]:
    return [] if where is None else ["where", _sql(where)]


def _excepted(exception: Any) -> list[str]:
    return [] if exception is None else ["except", "in", *_target(exception.target), *_where(exception.where)]


def _threshold(threshold: Any) -> list[str]:
    if threshold is None:
        return []
    tokens = ["at", "least", *_condition(threshold.value)]
    if threshold.floor is not None:
        tokens += [",", "never", "below", literal(threshold.floor)]
    if threshold.confidence is not None:
        tokens += ["with", "confidence", literal(threshold.confidence)]
    return tokens


def _expect(clause: s.Expect) -> list[str]:
    columns, kind = _columns(clause.columns), clause.kind.split()
    match clause.kind:
        case "rows":
            return ["rows", _sql(clause.predicate), *_threshold(clause.threshold)]
        case "query":
            return ["query", _sql(clause.predicate), "returns", "no", "rows"]
        case "as declared":
            return ["rows", "as", "declared"]
        case "promised":
            return ["promise", *_condition(clause.limit), "kept"]
        case "newest":
            return ["newest", *columns, "within", *_condition(clause.limit)]
        case "measure":
            per = ["per", *_columns(clause.per)] if clause.per else []
            if clause.direction != "equals":
                limit = [*str(clause.direction).split(), *_condition(clause.limit)]
            else:
                target = clause.target
                assert target is not None
                path = [p for p in (target.product, target.table, target.columns[0].text) if p]
                limit = ["equals", ".".join(path)]
                limit += [] if clause.tolerance is None else ["within", repr(clause.tolerance)]
            return [_sql(clause.predicate), *per, *limit]
        case _:
            rest = [] if clause.target is None else _target(clause.target)
            rest += [*_where(clause.where), *_threshold(clause.threshold), *_names(clause.detectors)]
            return [*columns, *kind, *rest, *_excepted(clause.exception)]


def _evidence(clause: Any) -> list[str]:
    match clause:
        case s.Require():
            return ["require", *_condition(clause.condition)]
        case s.Expect():
            return ["expect", *_expect(clause)]
        case s.Keep():
            limit = [*clause.direction.split(), *_condition(clause.limit)]
            return ["keep", *_column(clause.column), *limit, *_excepted(clause.exception)]
        case s.Attest():
            by = {"role": ["role"], "each": ["each"], "field": []}[clause.by]
            whom = [quoted(clause.role.text)] if clause.role else _condition(clause.whom)
            unless = [] if clause.unless is None else ["unless", *_condition(clause.unless)]
            return ["attest", quoted(clause.statement.text), "by", *by, *whom, *unless]
        case _:
            others = ["from", *_names(clause.others)] if clause.others else []
            return ["apart", *_names(clause.duties), *others, *["anywhere"] * clause.anywhere]


def _texts(node: Any, *names: str) -> list[str]:
    held = [(name, getattr(node, name)) for name in names]
    return [token for name, text in held if text is not None for token in (name, quoted(text.text))]


def _rule(rule: s.Rule) -> list[str]:
    """Its clauses in an order that is not the style's; those of evidence stay in theirs."""
    tokens = _texts(rule, "because")
    if rule.fix is not None:
        tokens += ["fix", _template(rule.fix)]
    if rule.on is not None:
        tokens += ["on", f"{rule.on.product}.{rule.on.dataset}"]
    if rule.for_each is not None:
        where = [] if rule.for_each.where is None else ["where", *_condition(rule.for_each.where)]
        tokens += ["for", "each", rule.for_each.variable.text, "in", *_condition(rule.for_each.list), *where]
    controls = iter(rule.controls)
    for clause, control in zip_longest(rule.evidence, controls):
        tokens += [] if control is None else ["control", control.framework.text, quoted(control.id.text)]
        tokens += [] if clause is None else _evidence(clause)
    if rule.formerly is not None:
        tokens += ["formerly", rule.formerly.text]
    if rule.every is not None:
        tokens += ["every", literal(rule.every.period)]
    if rule.dimension is not None:
        tokens += ["dimension", rule.dimension.text]
    if rule.enforce is not None:
        start = rule.enforce.effective_from
        tokens += ["enforce", rule.enforce.level.text, *([] if start is None else ["from", literal(start)])]
    if rule.severity is not None:
        tokens += ["severity", rule.severity.text]
    if rule.finding is not None:
        tokens += ["finding", _template(rule.finding)]
    if rule.when is not None:
        tokens += ["when", *_condition(rule.when)]
    return ["rule", rule.name.text, quoted(rule.title.text), "{", *tokens, "}"]


def _value(value: s.Value) -> list[str]:
    if isinstance(value.value, tuple):
        return ["[", *_listed([literal(v)] for v in value.value), "]"]
    return [literal(value.value)]


def _setting(setting: s.Setting) -> list[str]:
    head = ["setting", setting.name.text, ":", setting.type.text, *["by", "level"] * setting.by_level, ","]
    if not setting.by_level:
        return [*head, *setting.direction.split(), *_value(setting.values[0][1])]
    levels = [token for name, value in setting.values if name for token in (name.text, *_value(value))]
    return [*head, *setting.direction.split(), "{", *levels, "}"]


def _term(term: s.Term) -> list[str]:
    parameters = ["(", *_names(term.parameters), ")"] if term.parameters else []
    return ["term", term.name.text, *parameters, quoted(term.title.text), ":", *_condition(term.body)]


def _shared(block: Any) -> list[str]:
    parts = [*map(_setting, block.settings), *map(_rule, block.rules), *map(_term, block.terms)]
    return [*_texts(block, "owner", "version"), *(token for part in parts for token in part)]


def _detector(detector: s.Detector) -> list[str]:
    tokens = ["detector", detector.name.text, quoted(detector.title.text), ":", f"`{detector.pattern.text}`"]
    tokens += [] if detector.checksum is None else ["checksum", detector.checksum.text]
    tokens += [] if detector.chance is None else ["chance", literal(detector.chance)]
    tokens += [] if detector.means is None else ["means", quoted(detector.means.text)]
    return [*tokens, *(["named", *_listed([quoted(n.text)] for n in detector.names)] if detector.names else [])]


def _policy(policy: s.Policy) -> list[str]:
    tokens = _shared(policy)
    for detector in policy.detectors:
        tokens += _detector(detector)
    if policy.when is not None:
        tokens += ["when", *_condition(policy.when)]
    if policy.levels is not None:
        tokens += ["levels", *_listed(([n.text] for n in policy.levels.names), "<")]
    return [*tokens, *["judges", "mesh"] * (policy.judges_mesh is not None)]


def _overlay(overlay: s.Overlay) -> list[str]:
    tokens = _shared(overlay)
    for tighten in overlay.tightens:
        level = [] if tighten.level is None else ["[", tighten.level.text, "]"]
        to = [tighten.to.text] if isinstance(tighten.to, s.Name) else _value(tighten.to)
        tokens += ["tighten", f"{tighten.policy}/{tighten.name}", *level, "to", *to]
    for adopt in overlay.adopts:
        tokens += ["adopt", adopt.policy.text]
    for allow in overlay.allows:
        resources = _listed([quoted(r.text)] for r in allow.resources)
        tokens += ["allow", allow.name.text, quoted(allow.principal.text), "to", *_names(allow.actions), "on"]
        fields = [token for f in allow.fields for token in (f.name.text, *_value(f.value))]
        tokens += [*resources, *(["{", *fields, "}"] if fields else [])]
    return tokens


def _signed(word: str, signing: Any) -> list[str]:
    return [] if signing is None else [word, "by", quoted(signing.by.text), "on", literal(signing.on)]


def _decided(node: Any, word: list[str]) -> list[str]:
    tokens = [*_signed("approved", node.approved), *_texts(node, "ticket", "reason", "signature")]
    tokens += [] if node.until is None else ["until", literal(node.until)]
    tokens += [] if node.element is None else ["for", node.element.variable.text, quoted(node.element.name.text)]
    tokens += [] if node.product is None else ["product", node.product.text]
    tokens += [] if node.rule is None else [*word, node.rule.text]
    return [*tokens, *_signed("requested", node.requested)]


def _conflict(conflict: s.Conflict) -> list[str]:
    tokens = [token for signing in conflict.approved for token in _signed("approved", signing)]
    for decision in conflict.decisions:
        where = [] if decision.where is None else ["where", *_condition(decision.where)]
        tokens += ["decide", decision.rule.text, *where]
    return [*tokens, *_texts(conflict, "because"), "between", *_names(conflict.between)]


def _declaration(node: Any) -> list[str]:
    match node:
        case s.Framework():
            inside = [
                token
                for c in node.controls
                for token in ("control", quoted(c.id.text), quoted(c.title.text), *_texts(c, "manual"))
            ]
            head, inside = ["framework", node.name.text, quoted(node.title.text)], [*inside, *_texts(node, "version")]
        case s.Policy():
            head, inside = ["policy", node.name.text, quoted(node.title.text)], _policy(node)
        case s.Overlay():
            head, inside = ["overlay", node.domain.text, quoted(node.title.text)], _overlay(node)
        case s.Waiver():
            compensating = [] if node.compensating is None else ["compensating", node.compensating.text]
            head, inside = ["waiver", node.name.text], [*_decided(node, ["waives"]), *compensating]
        case s.Ruling():
            finds = [] if node.finding is None else ["finds", node.finding.text]
            head, inside = ["ruling", node.name.text], [*finds, *_decided(node, ["rules", "on"])]
        case _:
            head, inside = ["conflict", node.name.text, quoted(node.title.text)], _conflict(node)
    return [*head, "{", *inside, "}"]
