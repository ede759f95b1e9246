"""A predicate of a rule → pieces that the evaluator puts together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from govengine.conditions import types as t
from govengine.conditions.check import Checker
from govengine.conditions.ir import form
from govengine.diagnostics import Diagnostic, Span
from govengine.diagnostics.codes import predicates as codes
from govengine.diagnostics.codes.conditions import bad_pattern
from govengine.plan.places import store_span
from govengine.predicates.check import GROUP, ROW, Checked, Hole, Problem, Serialize, check_predicate
from govengine.predicates.query import check_query

if TYPE_CHECKING:
    from collections.abc import Collection

    from govengine.conditions.scope import Scope
    from govengine.language.syntax import SqlText
    from govengine.plan.clauses import PlanColumn, Predicate, PredicatePiece
    from govengine.plan.places import StoredSpan

_CONSTRUCTS = {
    "comment": "a comment",
    "statement": "`;`",
    "parameter": "a parameter (`$`, `?`)",
    "escapes": "a text with escapes (`E'…'`)",
    "not-one-expression": "more than one expression",
    "empty": "an empty predicate",
}
_OUTSIDE = {
    True: "take the quotes around `{…}` away: it is a value already",
    False: "end the text before `{…}`, which is a value already, and join both by `||`, as `'REF-' || {metadata.name}`",
}
"""What to do about a `{…}` inside quotes, by whether it stands alone in them."""


def predicate(
    text: SqlText,
    scope: Scope,
    serialize: Serialize,
    *,
    aggregate: bool = False,
    query: bool = False,
    of_rows: bool = False,
    grouped_by: Collection[PlanColumn] = (),
) -> tuple[Predicate, list[Diagnostic]]:
    """Check a predicate (or a measure over many rows, or a whole query) and its `{…}`; one `of_rows` names a column.

    `grouped_by` are the columns that a measure is taken by: names, or `{…}` as they were compiled.
    Gives the predicate as the plan keeps it, and what is to be said.
    """
    checker = Checker()
    stored: list[PredicatePiece] = []
    parsed: list[str | Hole] = []
    for i, piece in enumerate(text.pieces):
        if isinstance(piece, str):
            stored.append(("sql", piece))
            parsed.append(piece)
            continue
        ir, type_ = checker.check(piece, scope)
        if type_ == ("object", "Column"):
            ir, type_ = form(("sel", ir, "name", True)), t.COLUMN
        kind: Literal["column", "value"] = "column" if type_ == t.COLUMN else "value"
        stored.append((kind, ir))
        parsed.append(Hole(kind, i))
    found = list(checker.diagnostics)
    groups = {name.lower() for name in grouped_by if isinstance(name, str)}
    groups |= {f"__hole_{i}" for i, (kind, ir) in enumerate(stored) if kind == "column" and ir in grouped_by}
    if query:
        checked = check_query(tuple(parsed), serialize)
    else:
        allowed = GROUP if aggregate else ROW
        checked = check_predicate(tuple(parsed), serialize, allowed, frozenset(groups), of_rows=of_rows)
    columns: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    places: list[StoredSpan] = []
    quoted: list[str] = []
    if isinstance(checked, Checked):
        columns, tables = checked.columns, checked.tables
        places = [store_span(_span(place, text)) for place in checked.places]
        quoted = [place.detail for place in checked.places if _letter(place, text) == '"']
    else:
        found += [
            _diagnostic(problem, text, "measure" if aggregate else "query" if query else "predicate")
            for problem in checked
        ]
    compiled: Predicate = {
        "pieces": stored,
        "columns": list(columns),
        "places": places,
        "quoted": quoted,
        "tables": list(tables),
    }
    return compiled, found


def _letter(problem: Problem, text: SqlText) -> str:
    piece = text.pieces[problem.piece]
    return piece[problem.offset : problem.offset + 1] if isinstance(piece, str) else ""


def _diagnostic(problem: Problem, text: SqlText, what: str) -> Diagnostic:
    span = _span(problem, text)
    match problem.kind:
        case "syntax" | "quote" | "too-long" | "character":
            why = {"quote": "a quote is not closed", "character": f"the character {problem.detail} is not allowed"}
            return codes.not_sql(what, why.get(problem.kind, problem.detail), span)
        case "hole-in-quotes":
            return codes.not_sql(what, "`{…}` stands inside quotes", span, instead=_OUTSIDE[problem.near == "alone"])
        case "cel":
            return codes.cel_in_sql(problem.detail, problem.near or "", span)
        case "function":
            return codes.function_not_allowed(what, problem.detail, span, suggestion=problem.near)
        case "aggregate":
            return codes.aggregate_in_predicate(problem.detail, _shown(text), span)
        case "no-aggregate":
            return codes.no_aggregate(_shown(text), span)
        case "loose-column":
            return codes.loose_column(problem.detail, span)
        case "nested-aggregate":
            return codes.nested_aggregate(problem.detail, span)
        case "clock" | "chance" | "session":
            return codes.clock(problem.kind, problem.detail, span)
        case "null":
            return codes.null_comparison(problem.near or "", span)
        case "pattern":
            return bad_pattern(problem.detail, span, sql=True)
        case "truth":
            return codes.truth_as_measure(_shown(text), span, figure=problem.detail, limit=problem.near)
        case "never" | "always":
            return codes.without_sense(_shown(text), span, always=problem.kind == "always")
        case "no-column":
            return codes.no_column(_shown(text), span, likely=problem.detail)
        case _:
            return codes.construct_not_allowed(what, _CONSTRUCTS.get(problem.kind, problem.detail), span)


def _shown(text: SqlText) -> str:
    return " ".join("".join(p if isinstance(p, str) else "{…}" for p in text.pieces).split())


def _span(problem: Problem, text: SqlText) -> Span:
    """The place in the file; a piece of text may run over several lines."""
    piece = text.pieces[problem.piece] if text.pieces else ""
    if not isinstance(piece, str):  # with its braces
        return piece.span._replace(column=piece.span.column - 1, end_column=piece.span.end_column + 1)
    before = "".join(p if isinstance(p, str) else "" for p in text.pieces[: problem.piece]) if problem.piece else ""
    if problem.piece:
        return (
            text.span
            if "\n" in before
            else _shifted(text.span, text.offsets[problem.piece] - text.offsets[0] + problem.offset, problem.length)
        )
    length = min(problem.length, len(piece[problem.offset :].partition("\n")[0]) or 1)
    lines = piece[: problem.offset].split("\n")
    if len(lines) == 1:
        return _shifted(text.span, problem.offset, length)
    line, column = text.span.line + len(lines) - 1, len(lines[-1]) + 1
    return Span(text.span.file, line, column, line, column + length)


def _shifted(span: Span, offset: int, length: int) -> Span:
    column = span.column + 1 + offset
    return Span(span.file, span.line, column, span.line, column + length)
