"""What a change of policy changes, as text for a terminal and as Markdown for a comment on a pull request.

Both take the plain data of `govengine.answers.impact.Impact.described`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from govengine.diagnostics.counted import plural
from govengine.diagnostics.terminal import paint, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MOST_ROWS = 50
"""Rows of all tables of a comment together; what is left out is counted."""
_MOST_OWNERS = 15
_LONGEST = 160
_TITLES = {
    "new-failure": "New failures",
    "new-advisory-failure": "New advisory failures (they block nothing)",
    "newly-passing": "Newly passing",
    "other": "Other changes",
}
_KINDS = (
    ("added", "added"),
    ("removed", "removed"),
    ("broken", "cannot be compiled any more"),
    ("fixed", "can be compiled again"),
)
"""How rules that only one side has are listed."""
_STYLES = {"new-failure": "fail", "new-advisory-failure": "warning", "newly-passing": "pass", "other": "bold"}


def sentence(described: Mapping[str, Any]) -> str:
    """All of it in one sentence."""
    summary = described["summary"]
    weaker = len(described["weaker"])
    if not any(summary.values()):
        if weaker:
            return f"{weaker:,} {'thing is' if weaker == 1 else 'things are'} weaker, though no verdict changes today"
        return "no verdict changes"
    words = [
        plural(summary["new_failures"], "new failure"),
        plural(summary["new_advisory_failures"], "new advisory failure"),
        f"{summary['newly_passing']:,} newly passing",
        plural(summary["other"], "other change"),
    ]
    words += [f"{weaker:,} weaker"] if weaker else []
    products = plural(summary["products"], "product")
    return f"{', '.join(words)}; {products} {'changes' if summary['products'] == 1 else 'change'} verdict"


def console(described: Mapping[str, Any], color: bool) -> str:
    """Text without a line break at the end; every change is listed."""
    base, scope = visible(described["base"]["name"]), "specs and data" if described["scope"]["data"] else "specs only"
    lines = [f"policies of now against {base}, as of {described['as_of']}, {scope}", "", sentence(described)]
    if described["weaker"]:
        lines += ["", paint(f"Weaker than at {base}: {len(described['weaker'])}", "fail", color)]
        lines += [line for w in described["weaker"] for line in _weaker(w)]
    if described["owners"]:
        lines += ["", paint("by domain and owner", "bold", color)]
        lines += [f"  {_whose(o)}: {_figures(o)}" for o in described["owners"]]
    for kind, title in _TITLES.items():
        chosen = [c for c in described["changes"] if c["kind"] == kind]
        if chosen:
            lines += ["", paint(f"{title}: {len(chosen)}", _STYLES[kind], color)]
            lines += [line for c in chosen for line in _change(c)]
    if described["products"]:
        lines += ["", paint("products whose verdict changes", "bold", color)]
        lines += [f"  {_named(p)}: {p['was']} -> {p['now']}" for p in described["products"]]
    lines += _rules(described["rules"], color)
    for later in described["later"]:
        lines += ["", paint(f"from {later['day']}", "bold", color)]
        lines += [f"  {_announced(r)}" for r in later["rules"]]
        lines += [line for c in later["changes"] for line in _change(c)] or ["  nothing is blocked by it that day"]
        lines += [f"  {_named(p)}: {p['was']} -> {p['now']}" for p in later["products"]]
    if described["unreadable"]:
        lines += ["", f"cannot be told, for their specs cannot be read: {visible(', '.join(described['unreadable']))}"]
    return "\n".join(lines)


def _named(entry: Mapping[str, object]) -> str:
    return visible(f"{entry['domain']}/{entry['product']}" if entry["domain"] else f"{entry['product']} (the mesh)")


def _whose(entry: Mapping[str, Any]) -> str:
    return visible(", ".join(w for w in (entry["domain"] or "the mesh", entry["owner"]) if w))


def _figures(entry: Mapping[str, object]) -> str:
    words = {
        "new_failures": "new failures",
        "new_advisory_failures": "new advisory failures",
        "newly_passing": "newly passing",
        "other": "other changes",
        "products": "products with another verdict",
    }
    return ", ".join(f"{said} {entry[key]}" for key, said in words.items() if entry[key])


def _weaker(weaker: Mapping[str, object]) -> list[str]:
    head = f"  {weaker['address']}: {weaker['what']}: {weaker['was']} -> {weaker['now']}"
    lines = [visible(head), visible(f"    --> {weaker['file']}:{weaker['line']}")]
    if weaker["allowed"] is not None:
        lines.append(visible(f"    allowed: {weaker['allowed']}"))
    return lines


def _change(change: Mapping[str, Any]) -> list[str]:
    states = f"{change['was']} -> {change['now']}" if "was" in change else change["now"]
    head = f"  {_named(change)}  {change['rule']} [{change['severity']}]: {states}"
    return [visible(head), *([f"    {visible(change['why'])}"] if change["why"] else [])]


def _rules(rules: Mapping[str, Any], color: bool) -> list[str]:
    lines = [
        f"  {word} {r['rule']}: {visible(r['title'])} ({_outcomes(r)})" for kind, word in _KINDS for r in rules[kind]
    ]
    lines += [f"  renamed {r['was']} to {r['rule']}" for r in rules["renamed"]]
    return ["", paint("rules", "bold", color), *lines] if lines else []


def _outcomes(rule: Mapping[str, Any]) -> str:
    return ", ".join(f"{count} {name.replace('-', ' ')}" for name, count in rule["outcomes"].items()) or "no verdict"


def _announced(rule: Mapping[str, Any]) -> str:
    known = "" if rule["new"] else ", as the base says too"
    return f"{rule['rule']} is {rule['enforcement']}{known}: {visible(rule['title'])}"


# -- Markdown --------------------------------------------------------------------------------------------------------


def markdown(described: Mapping[str, Any]) -> str:
    """A comment, with a line break at the end: the summary, then tables of at most 50 rows together."""
    data = "specs and data" if described["scope"]["data"] else "specs only"
    lines = [
        "## What this change of policy changes",
        "",
        f"**{_capital(sentence(described))}.**",
        "",
        f"Against {_code(described['base']['name'])}, as of {described['as_of']}, {data}.",
    ]
    if described["unreadable"]:
        names = ", ".join(_code(name) for name in described["unreadable"][:_MOST_OWNERS])
        more = len(described["unreadable"]) - _MOST_OWNERS
        lines += [
            "",
            f"Cannot be told, for their specs cannot be read: {names}" + (f" and {more} more" if more > 0 else ""),
        ]
    table = _Tables(_MOST_ROWS)
    owners = [
        (_code(o["domain"] or "the mesh"), _code(o["owner"]), *(str(o[k]) for k in _COUNTED))
        for o in described["owners"]
    ]
    heads = ("domain", "owner", "new failures", "advisory", "newly passing", "other", "products that change verdict")
    weaker = [
        (_code(w["address"]), _plain(w["what"]), _plain(w["was"]), _plain(w["now"]), _plain(w["allowed"] or "-"))
        for w in described["weaker"]
    ]
    table.add("Weaker than before", ("address", "what", "was", "now", "allowed because"), weaker)
    table.add("By domain and owner", heads, owners, _MOST_OWNERS)
    for kind, title in _TITLES.items():
        rows = [_row(c, f"{c['was']} → {c['now']}") for c in described["changes"] if c["kind"] == kind]
        table.add(title, ("product", "rule", "severity", "verdict", "why"), rows)
    for later in described["later"]:
        for rule in later["rules"]:
            table.say(f"From {later['day']}: {_code(rule['rule'])} is {rule['enforcement']}, {_plain(rule['title'])}.")
        rows = [_row(c, c["now"]) for c in later["changes"]]
        table.add(f"What blocks from {later['day']}", ("product", "rule", "severity", "verdict", "why"), rows)
        table.add(f"Products from {later['day']}", ("product", "verdict"), [_product(p) for p in later["products"]])
    table.add("Products whose verdict changes", ("product", "verdict"), [_product(p) for p in described["products"]])
    rules = described["rules"]
    listed = [(word, _code(r["rule"]), _plain(r["title"]), _outcomes(r)) for kind, word in _KINDS for r in rules[kind]]
    listed += [("renamed", _code(r["rule"]), f"was {_code(r['was'])}", "") for r in rules["renamed"]]
    table.add("Rules", ("", "rule", "title", "verdicts"), listed)
    return "\n".join([*lines, *table.lines]) + "\n"


_COUNTED = ("new_failures", "new_advisory_failures", "newly_passing", "other", "products")


class _Tables:
    """Tables that share a number of rows: those that come first are the more whole."""

    def __init__(self, rows: int) -> None:
        self._left = rows
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines += ["", text]

    def add(self, title: str, heads: Sequence[str], rows: Sequence[Iterable[str]], most: int | None = None) -> None:
        """A table under a title, or nothing where it has no row."""
        if not rows:
            return
        shown = rows[: self._left if most is None else min(most, self._left)]
        self._left -= len(shown)
        self.lines += ["", f"### {title}: {len(rows)}" if most is None else f"### {title}", ""]
        if shown:
            self.lines += [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
            self.lines += [f"| {' | '.join(row)} |" for row in shown]
        if len(shown) < len(rows):
            more = "more" if shown else "not listed here"
            self.lines += ["", f"… and {len(rows) - len(shown)} {more}" if shown else f"{len(rows)} {more}"]


def _row(change: Mapping[str, Any], states: str) -> tuple[str, ...]:
    return (_code(_named(change)), _code(change["rule"]), change["severity"], states, _plain(change["why"]))


def _product(product: Mapping[str, Any]) -> tuple[str, str]:
    return _code(_named(product)), f"{product['was']} → {product['now']}"


def _code(text: str) -> str:
    """Foreign text as code: nothing in it is read as Markdown, and it names nobody."""
    kept = visible(text)[:_LONGEST].replace("`", "'").replace("|", "\\|").strip()
    return f"`{kept}`" if kept else ""


def _plain(text: str) -> str:
    """Foreign text in a cell: what Markdown or HTML would read is written out, code in backticks stays code."""
    kept = visible(text)
    kept = kept if len(kept) <= _LONGEST else kept[: _LONGEST - 1] + "…"
    pieces = kept.split("`")
    if len(pieces) % 2 == 0:  # a backtick without its fellow
        pieces[-2:] = ["".join(pieces[-2:])]
    return "".join(_code(p) if i % 2 else _escaped(p) for i, p in enumerate(pieces))


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # An at sign or number sign before a word would call somebody, or link another thread.
    return re.sub(r"[@#](?=\w)", lambda m: f"{m[0]}&#8203;", re.sub(r"([\\*_\[\]|~!])", r"\\\1", text))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
