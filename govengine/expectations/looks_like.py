"""`expect x never looks like pan, iban`: no value, or none that chance does not explain, has a form of some kind.

No hit passes. Hits that are not above what chance gives are for a person to judge; above chance they fail. Chance is
counted over different candidates, not over rows: one number in a thousand rows is one number.
A missing value looks like nothing. Rows that could not be read may hold anything, so nothing passes beside them.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.detectors.chance import at_least
from govengine.detectors.fold import folded
from govengine.detectors.form import TELLING, Form
from govengine.detectors.own import form as own_form
from govengine.detectors.own import named as named_like
from govengine.detectors.registry import built_in
from govengine.diagnostics.counted import plural
from govengine.expectations.measure import Check, Measurement, Question, sampled, share
from govengine.expectations.sql import identifier, stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govengine.expectations.measure import Threshold
    from govengine.model.verdict import Outcome
    from govengine.plan.document import PlanDetector

_NEVER = re.compile(r"BOOLEAN|DATE|TIME.*|INTERVAL|UUID|BIT|\"NULL\"")
_WHOLE = re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER")


ONE_IN_TWENTY = Fraction(1, 20)
"""Where chance gives as many hits at least so often, it explains them."""
NOT_INSIDE = "bare numbers inside its values are not looked at here: `govengine scan` does"
"""Said of a column whose values hold others. They are searched as one text, in which a bare number says nothing."""


def nested(sql_type: str) -> bool:
    """Whether values of a type hold others."""
    return sql_type.startswith(("STRUCT(", "TUPLE(", "MAP(", "UNION(")) or sql_type.endswith("]") or sql_type == "JSON"


class Sought(NamedTuple):
    """One form that a column is searched for, on behalf of a detector; `certain` where any hit is one."""

    detector: str
    form: Form
    certain: bool = False


class Hits(NamedTuple):
    """What was found of one form: different candidates, hits among them, rows that hold a hit; and what it means."""

    sought: Sought
    candidates: int
    hits: int
    rows: int
    outcome: Outcome


def searched(
    column: str,
    sql_type: str,
    semantic_type: str | None,
    detectors: Iterable[str],
    own: Mapping[str, PlanDetector] = {},
) -> list[Sought]:
    """What a column is searched for. Nothing where values of its type cannot look like any of it.

    `own` are the detectors that the council declares, by name, as the plan keeps them.
    """
    if _NEVER.fullmatch(sql_type):
        return []
    number = _is_number(sql_type)
    found = []
    for detector in detectors:
        declares = own.get(detector)
        if declares is None:
            known = built_in()[detector]
            pattern, meaning, forms, only_by_name = known.columns, known.meaning, known.forms, known.only_by_name
        else:
            pattern, meaning, forms = named_like(declares), declares["means"] or "", (own_form(declares),)
            only_by_name = False
        declared = bool(meaning) and semantic_type == meaning
        named = declared or re.fullmatch(pattern, column) is not None
        if only_by_name and not named:
            continue
        for form in forms:
            if number and form.text_only:
                continue
            written = form.of_number() if number else form
            sharper = written._replace(risk=TELLING) if named else written
            found.append(Sought(detector, sharper, certain=declared and only_by_name))
    return found


def ask(
    key: str,
    table: str,
    column: str,
    sql_type: str,
    semantic_type: str | None,
    detectors: Sequence[str],
    own: Mapping[str, PlanDetector] = {},
) -> Question:
    """Count candidates and hits of each form: one scan of a column shows what could be in it, a second one what is."""
    sought = searched(column, sql_type, semantic_type, detectors, own)
    forms = [s.form for s in sought]

    def refine(source: str, screened: tuple[object, ...]) -> str:
        return query(source, column, sql_type, forms, screened)

    def fails(source: str, measured: Measurement) -> str:
        told_of = [h.sought.form for h in hits(measured, sought) if h.outcome != "pass"]
        return holds_hit(source, column, sql_type, told_of)

    check = Check(
        key, table, (column,), query=screen(table, column, sql_type, forms),
        on_sample=screen(sampled(table), column, sql_type, forms), one_way=True, refine=refine, failing=fails,
        shaped=(column,), shows_query=False,
    )  # fmt: skip

    def judge(measured: Measurement, _threshold: Threshold) -> Outcome:
        return outcome(measured, sought)

    def words(measured: Measurement) -> str:
        said_ = told(column, measured, sought)
        unseen = nested(sql_type) and any(form.whole for form in forms)
        return f"{said_}; {NOT_INSIDE}" if unseen else said_

    def figures(measured: Measurement) -> dict[str, object]:
        return evidence(measured, sought)

    return Question(check, words, held=words, column=column, decide=judge, evidence=figures)


def outcome(measured: Measurement, sought: Sequence[Sought]) -> Outcome:
    """Fail, unknown, review or pass: what hits mean, and what rows that cannot be read leave open."""
    if measured.tested == 0:
        return "unknown"
    outcomes = {h.outcome for h in hits(measured, sought)}
    if "fail" in outcomes:
        return "fail"
    if measured.rejected:
        return "unknown"
    return "review" if "review" in outcomes else "pass"


def hits(measured: Measurement, sought: Sequence[Sought]) -> list[Hits]:
    """What was found of each form, in the order in which it was sought."""
    found = []
    for i, one in enumerate(sought):
        candidates, valid, rows = measured.notes[3 * i : 3 * i + 3] or (0, 0, 0)
        found.append(Hits(one, candidates, valid, rows, _means(one, candidates, valid)))
    return found


def _means(sought: Sought, candidates: int, valid: int) -> Outcome:
    form = sought.form
    if valid == 0:
        return "pass"
    if sought.certain:
        return "fail"
    tail = at_least(valid, candidates, form.chance)
    if not form.whole:
        return "fail" if tail <= form.risk else "review"
    if tail > TELLING:
        return "pass"
    return "fail" if tail <= form.risk and valid >= form.share * candidates else "review"


def strongest(measured: Measurement, sought: Sequence[Sought]) -> list[Hits]:
    """For each detector that found anything, the form that says most: one that fails before one that is in doubt."""
    seen: dict[str, Hits] = {}
    for found in hits(measured, sought):
        if found.outcome == "pass":
            continue
        first = seen.get(found.sought.detector)
        if first is None or (found.outcome == "fail" and first.outcome != "fail"):
            seen[found.sought.detector] = found
    return list(seen.values())


def told(column: str, measured: Measurement, sought: Sequence[Sought]) -> str:
    """What was found, in words and counts."""
    seen = strongest(measured, sought)
    if not seen:
        return f"no value of `{column}` in {plural(measured.tested, 'row')} looks like {_named(sought)}"
    return "; ".join(said(column, measured, found) for found in seen)


def _named(sought: Sequence[Sought]) -> str:
    return ", ".join(dict.fromkeys(s.detector for s in sought)) or "what its type cannot hold"


def said(column: str, measured: Measurement, found: Hits, inside: str = "", unit: str = "row") -> str:
    """What was found of one form, in words and counts; `inside` is where in the column, `unit` what was counted."""
    form = found.sought.form
    rows = f"{found.rows:,} of {plural(measured.tested, unit)} ({share(found.rows, measured.tested)})"
    inside = f" ({inside})" if inside else ""
    different = f"{found.hits:,} of {plural(found.candidates, 'different candidate')}"
    if found.sought.certain:
        return f"`{column}`{inside} holds {form.name} in {rows}, and is declared to"
    if form.chance == 1:
        return f"`{column}`{inside} holds {form.name} in {rows}; a person must say what they are"
    usual = share(form.chance.numerator, form.chance.denominator)
    if found.outcome == "fail":
        return f"`{column}`{inside} holds {form.name} in {rows}: {different}, where chance gives {usual}"
    may = f"`{column}`{inside} may hold {form.name} in {rows}: {different}"
    if at_least(found.hits, found.candidates, form.chance) > ONE_IN_TWENTY:
        return f"{may}, which chance ({usual}) can explain"
    return f"{may}, where chance gives {usual}; not enough to be certain, so a person must look"


def evidence(measured: Measurement, sought: Sequence[Sought]) -> dict[str, object]:
    """Figures of each form that had a candidate; as failing, the rows with a hit of the form that most rows hold."""
    rows, figures = 0, {}
    for found in hits(measured, sought):
        if found.outcome != "pass":
            rows = max(rows, found.rows)
        if found.candidates:
            name = f"{found.sought.detector}: {found.sought.form.name}"
            chance = float(found.sought.form.chance)
            figures[name] = f"{found.hits} of {found.candidates} candidates, chance {chance:.4g}"
    return {"failing": rows, **figures}


# -- SQL ---------------------------------------------------------------------------------------------------------------


def screen(table: str, column: str, sql_type: str, forms: Sequence[Form]) -> str:
    """One row: how many rows there are, whether values repeat, and for each form whether any value has its shape.

    Most columns have none. To plan the search for a form takes longer than to look through some ten thousand values.
    """
    name, source = identifier(column), stored(table)
    if not forms:
        return f"SELECT count(*), false FROM {source}"
    # CASE, as the cheap test before AND would not spare the costly one behind it.
    shapes = ", ".join(f"bool_or({_guarded(f.shape)})" for f in forms)
    text = _text(name, sql_type)
    return (
        f"WITH few AS (SELECT count(*) AS n, approx_count_distinct({name}) * 4 < count({name}) AS yes FROM {source}), "
        f"texts AS (SELECT {text} AS v FROM {source}, few WHERE few.yes GROUP BY ALL "
        f"UNION ALL SELECT {text} AS v FROM {source}, few WHERE NOT few.yes) "
        f"SELECT any_value(few.n), any_value(few.yes), {shapes} FROM few LEFT JOIN texts ON true"
    )


def query(table: str, column: str, sql_type: str, forms: Sequence[Form], screened: tuple[Any, ...]) -> str:
    """One row: rows, rows with a hit of the form that most rows hold, 0, 0; then candidates, hits, rows of each form.

    Where values repeat, each is looked at once; where they do not, grouping them would cost more than it saves.
    """
    rows, repeat = int(screened[0]), screened[1]
    text, source = _text(identifier(column), sql_type), stored(table)
    # Not by `v`, which may be the name of a column as well.
    weighed = f"count(*) AS n FROM {source} GROUP BY ALL" if repeat else f"1 AS n FROM {source}"
    texts = f"(SELECT {text} AS v, {weighed})"
    tables, counts = [], ["0"] * (3 * len(forms))
    for i, form in enumerate(forms):
        if not screened[2 + i]:
            continue
        tables += _searched(i, form, texts)
        counts[3 * i : 3 * i + 3] = [f"{what}{i}" for what in ("candidates", "hits", "rows")]
    sources = f" FROM {', '.join(f'result{i}' for i in range(len(forms)) if screened[2 + i])}" if tables else ""
    most = f"greatest({', '.join(counts[2::3])})" if tables else "0"
    ctes = f"WITH {', '.join(tables)} " if tables else ""
    return f"{ctes}SELECT {', '.join([str(rows), most, '0', '0', *counts])}{sources}"


def holds_hit(source: str, column: str, sql_type: str, forms: Sequence[Form]) -> str:
    """The condition under which a row of `source` holds a hit of some forms."""
    text = _text(identifier(column), sql_type)
    found = [
        f"CASE WHEN {_guarded(f.shape)} THEN len(list_filter({f.found}, lambda d: {f.valid})) > 0 ELSE false END"
        for f in forms
    ]
    texts = f"SELECT v FROM (SELECT DISTINCT {text} AS v FROM {source}) WHERE {' OR '.join(found) or 'false'}"
    return f"{text} IN ({texts})"


def _searched(i: int, form: Form, texts: str) -> list[str]:
    """The steps that count one form. A row with several candidates must count once, and is looked at by itself."""
    hits = form.counted or "count(*) FILTER (ok)"
    some = f"len(c) > 1 AND len(list_filter(c, lambda d: {form.valid})) > 0"
    several = f"(SELECT coalesce(sum(n), 0) FROM lists{i} WHERE {some})"
    apart = f"(SELECT unnest(c) AS d, n, len(c) = 1 AS alone FROM lists{i})"
    counts = f"count(*) AS candidates{i}, {hits} AS hits{i}, coalesce(sum(n) FILTER (ok), 0) + {several} AS rows{i}"
    found = f"SELECT n, {form.found} AS c FROM {texts} WHERE {form.shape}"
    once = "CASE WHEN len(c) > 1 THEN list_distinct(c) ELSE c END"  # a single one is not worth looking at for that
    return [
        f"lists{i} AS MATERIALIZED (SELECT n, {once} AS c FROM ({found}))",
        f"each{i} AS (SELECT d, sum(n) FILTER (alone) AS n FROM {apart} GROUP BY d)",
        f"judged{i} AS (SELECT d, n, {form.valid} AS ok FROM each{i})",
        f"result{i} AS (SELECT {counts} FROM judged{i})",
    ]


def _guarded(shape: str) -> str:
    cheap, _, costly = shape.partition(" AND ")
    return f"CASE WHEN {cheap} THEN {_guarded(costly)} ELSE false END" if costly else shape


def _is_number(sql_type: str) -> bool:
    return bool(_WHOLE.fullmatch(sql_type)) or sql_type in ("DOUBLE", "FLOAT") or sql_type.startswith("DECIMAL")


def _text(name: str, sql_type: str) -> str:
    """A value as the text that is searched. A fraction is an amount; whole numbers that came as fractions are not."""
    if sql_type in ("DOUBLE", "FLOAT"):
        return (
            f"CASE WHEN abs({name}) < 1e18 AND {name} = trunc({name}) THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) END"
        )
    if sql_type.startswith("DECIMAL"):
        return f"CASE WHEN {name} = trunc({name}) THEN CAST(CAST({name} AS HUGEINT) AS VARCHAR) END"
    return folded(name if sql_type == "VARCHAR" else f"CAST({name} AS VARCHAR)")
