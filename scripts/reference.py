"""Write rules-dsl/reference.md from the code: grammar, functions, vocabularies, the schema of specs, codes.

python scripts/reference.py
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reference_words as words
from grammar_forms import Forms

from govengine.compile.directions import DIRECTIONS
from govengine.compile.settings import SETTING_TYPES
from govengine.conditions import later
from govengine.conditions.check_calls import MACROS
from govengine.conditions.function import of_kind
from govengine.conditions.scope import Schema
from govengine.conditions.types import describe
from govengine.detectors.registry import built_in
from govengine.diagnostics.registry import all_codes
from govengine.expectations.registry import EXPECTATIONS
from govengine.model.verdict import ENFORCEMENTS, OUTCOMES, SEVERITIES
from govengine.model.vocabulary import vocabularies
from govengine.predicates.check import FUNCTIONS as SQL_FUNCTIONS
from govengine.predicates.measure import AGGREGATES
from govengine.report.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govengine.conditions.types import Type

PAGE = Path(__file__).parents[1] / "rules-dsl" / "reference.md"
COUNCIL = ("classification", "compliance")
"""Vocabularies whose words the council's policies give."""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The page.

    Raises:
        KeyError: the language has a clause, part, type or word of which `reference_words` says nothing.

    """
    parts = [_head(), _declarations(), _rule(), _parts(), _settings(), _judged(), _conditions(), _sql(), _schema()]
    return "\n\n".join([*parts, _vocabularies(), _formats(), _codes()]) + "\n"


def _head() -> str:
    return (
        "# Reference\n\n"
        "Everything that the rule language has, by table. [README.md](README.md) tells what it means, and what is not "
        "judged yet.\n\n"
        "<!-- Generated: python scripts/reference.py -->\n\n"
        "In forms, words in small letters and signs are written as they stand. `[a]` may be left out, `(a)*` may stand "
        "any number of\ntimes, `(a)+` once or more, `a | b` is one or the other; `'['` is a bracket. `<…>` is a part "
        "that has a row of its own.\n\n"
        + _table(("in forms", "stands for"), [(_code(k), v) for k, v in words.TOKENS.items()])
    )


def _declarations() -> str:
    forms = Forms()
    text = ["## Declarations", _forms(forms, forms.items("_declaration"), words.DECLARATIONS)]
    for name in forms.items("_declaration"):
        text += [f"### In `{name}`", _forms(forms, forms.items(f"_{name}_item"), words.ITEMS)]
    return "\n\n".join(text)


def _rule() -> str:
    forms = Forms()
    said = {name.replace(" ", "_"): record.says for name, record in EXPECTATIONS.all().items()}
    return "\n\n".join(
        [
            "## Clauses of a rule",
            _forms(forms, forms.items("_clause"), words.ITEMS, {"expect": "expect …"}),
            "### Kinds of `expect`",
            _forms(forms, forms.items("_expectation"), said),
            "Detectors that `never looks like` knows:",
            _table(("detector", "finds", "source"), [(f"`{k}`", d.finds, d.source) for k, d in built_in().items()]),
        ]
    )


def _parts() -> str:
    forms = Forms()
    tops = [n for d in forms.items("_declaration") for n in forms.items(f"_{d}_item")]
    tops += [*forms.items("_clause"), *forms.items("_expectation")]
    names = [n for n in forms.pieces(list(dict.fromkeys(tops))) if n not in words.ITEMS]
    rows = [(f"<{n.strip('_').replace('_', ' ')}>", forms.form(n), words.PARTS[n]) for n in names]
    return "## Parts\n\n" + _table(("part", "form", "is"), [(_code(a), _code(b), c) for a, b, c in rows])


def _settings() -> str:
    directions = [(f"`{d.name}`", d.takes, d.domains) for d in DIRECTIONS.all().values()]
    types = [(f"`{name}`", words.SETTING_TYPES[name]) for name in SETTING_TYPES]
    return "\n\n".join(
        [
            "## Settings",
            _table(("type", "for example"), types),
            _table(("direction", "takes", "a domain may"), directions),
        ]
    )


def _judged() -> str:
    return "\n\n".join(
        [
            "## Severities, enforcements, outcomes",
            "Severities, mildest first: " + _listed(SEVERITIES) + ".",
            _table(("enforcement, mildest first", "means"), [(f"`{e}`", words.ENFORCEMENTS[e]) for e in ENFORCEMENTS]),
            _table(("outcome, worst first", "means"), [(f"`{o}`", words.OUTCOMES[o]) for o in OUTCOMES]),
        ]
    )


def _conditions() -> str:
    table = _tables()
    schema = Schema.of(table["product"], table["mesh"], vocabularies((), ()))
    roots = [(f"`{n}`", _seen(type_), words.ROOTS[n]) for n, (type_, _) in schema.roots.items()]
    roots += [("`setting.NAME`", "its type", "a setting of the same policy or overlay")]
    roots += [
        (f"`{n}`", _seen(type_), f"needs {what}") for n, (type_, what) in {**later.ROOTS, **later.MESH_ROOTS}.items()
    ]
    functions = [(f"`{n}(…)`", s.expected, s.summary, _seen(s.result)) for n, s in of_kind("function").items()]
    functions += [(f"`x.{n}(…)`", s.expected, s.summary, _seen(s.result)) for n, s in of_kind("method").items()]
    functions += [
        ("`has(…)`", "a path", "whether it is declared, every step of it", "true or false"),
        ("`level(…)`", "a level's name", "its rank, to be compared", "a level's rank"),
    ]
    functions += [
        (f"`{n}(…)`", record.expected, f"needs {record.needed}", _seen(record.result))
        for n, record in later.FUNCTIONS.items()
    ]
    return "\n\n".join(
        [
            "## Conditions",
            "What needs evidence that nothing reads yet is checked, and evaluates to `unknown`.",
            _table(("name", "is", "holds"), roots),
            _table(("operator", "means"), words.OPERATORS),
            _table(("function", "takes", "gives", "type"), functions),
            _table(("macro", "gives"), [(f"`list.{m}(x, …)`", words.MACROS[m]) for m in MACROS]),
            "### Objects that later evidence has",
            _table(
                ("object", "fields"),
                [
                    (n, _listed(sorted(fields)))
                    for n, fields in {**later.OBJECTS, "EffectiveGrant": later.EFFECTIVE}.items()
                ],
            ),
        ]
    )


def _sql() -> str:
    signs = sorted(f for f in SQL_FUNCTIONS if not f[0].isalpha() and "~" not in f)
    named = sorted(f for f in SQL_FUNCTIONS if f[0].isalpha())
    return (
        "## SQL predicates\n\n"
        "One expression without subquery, clock or comment. Operators beside comparisons, `and`, `or`, `not`, `in`, "
        "`between`, `like`,\n"
        f"`case` and `cast`: {_listed(signs)}.\n\n"
        f"Functions: {_listed(named)}.\n\n"
        f"In a figure over many rows also: {_listed(sorted(AGGREGATES))}."
    )


def _schema() -> str:
    text = ["## Product specs", "A field that is derived cannot be written: the engine fills it in."]
    titles = {"product": "", "mesh": "## `govengine.yaml`"}
    for key, table in _tables().items():
        text += [titles[key]] if titles[key] else []
        for name, described in table["objects"].items():
            rows = [(f"`{field}`", _type(f["type"]), _state(f), f["doc"]) for field, f in described["fields"].items()]
            text += [f"### {name}", described["doc"], _table(("field", "type", "", "is"), rows)]
    return "\n\n".join(text)


def _vocabularies() -> str:
    rows = []
    for name, held in vocabularies((), ()).items():
        listed = _listed(sorted(held.words)) if name not in COUNCIL else "given by the council's policies"
        more = f"; any segment below {_listed(sorted(held.open_roots))}" if held.open_roots else ""
        more += f"; free unless it begins with {_listed(sorted(held.reserved))}" if held.reserved else ""
        rows.append((f"`{name}`", listed + more))
    return "## Closed vocabularies\n\n" + _table(("vocabulary", "words"), rows)


def _formats() -> str:
    rows = [(f"`{f.name}`", f"`{f.media_type}`", f.summary) for f in FORMATS.all().values()]
    return "## Formats of reports\n\n" + _table(("`--format`", "media type", "is"), rows)


def _codes() -> str:
    families: dict[str, list[tuple[str, str, str]]] = {}
    for code in all_codes():
        row = (f"[{code.code}](../docs/errors/{code.code}.md)", code.name, code.summary.rstrip("."))
        families.setdefault(code.family, []).append(row)
    text = ["## Codes"]
    for title, rows in families.items():
        text += [f"### {title}", _table(("code", "name", "what it is"), rows)]
    return "\n\n".join(text)


def _tables() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(
        files("govengine.model").joinpath("schema_table.json").read_text(encoding="utf-8")
    )
    return table


def _type(described: Sequence[Any]) -> str:
    kind, *rest = described
    if kind in ("list", "map"):
        return f"{kind} of {_type(rest[0])}"
    if kind == "object":
        return f"[{rest[0]}](#{rest[0].lower()})"
    if kind == "enum":
        return " or ".join(f"`{word}`" for word in rest[0])
    return f"text of `{rest[0]}`" if rest else words.FIELD_TYPES[kind]


def _seen(type_: Type) -> str:
    """The type of a name or function in conditions: objects by their names in this page."""
    if type_[0] == "object":
        return f"`{type_[1]}`"
    if type_[0] == "list" and type_[1][0] == "object":
        return f"list of {_seen(type_[1])}"
    return describe(type_)


def _state(field: Mapping[str, Any]) -> str:
    return "derived" if field["derived"] else "required" if field["required"] else ""


def _forms(forms: Forms, names: Iterable[str], said: Mapping[str, str], shown: Mapping[str, str] | None = None) -> str:
    rows = [(_code((shown or {}).get(name) or forms.form(name)), said[name]) for name in names]
    return _table(("form", "says"), rows)


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(_code(t) for t in texts)


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    main()
