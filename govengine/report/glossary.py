"""The words that policies define, as a page of Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARKUP = re.compile(r"([\\*_<>\[\]#|])")
_CODE = re.compile(r"(`[^`]*`)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One term.

    `says` is its name with its parameters, `title` what it stands for in words, `meaning` the condition as written;
    `policy` and `place` (`file:line`) tell where it is defined. `rules` are addresses, `terms` names, `policies` those
    that apply by it: each list sorted.
    """

    says: str
    title: str
    meaning: str
    policy: str
    place: str
    rules: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()


def render(entries: Sequence[Entry]) -> str:
    """The page: terms in alphabetical order, those of one name by policy."""
    lines = [
        "# Glossary",
        "",
        "The words that rules use: what each means, as the engine reads it, and where it is used.",
    ]
    for entry in sorted(entries, key=lambda e: (e.says, e.policy)):
        lines += ["", f"## `{entry.says}`", "", _prose(entry.title), "", "```cel", entry.meaning, "```", ""]
        lines.append(f"Defined in `{entry.policy}`, {entry.place}. {_used(entry)}")
    return "\n".join(lines) + "\n"


def _used(entry: Entry) -> str:
    kinds = (
        ("decides whether these policies apply", entry.policies),
        ("used by the rules", entry.rules),
        ("used by the terms", entry.terms),
    )
    said = [f"{what}: {', '.join(f'`{name}`' for name in names)}" for what, names in kinds if names]
    if not said:
        return "Nothing uses it."
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def _prose(text: str) -> str:
    """Words of an author as they are: only what stands in backticks is markup, and all is one line."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(part if i % 2 else _MARKUP.sub(r"\\\1", part) for i, part in enumerate(parts))
