"""The parser that lark builds from our grammar and cel-python's."""

from __future__ import annotations

import importlib.util
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Lark


_KEYWORD = re.compile(r'"([a-z]+)"')
_PREFIX = "_KW_"  # a leading underscore keeps the token out of the tree


def grammar_text() -> str:
    """The text of `grammar.lark`, its keywords made whole words.

    Written out, `"severity"` would match the beginning of `severityhigh`, and a misspelt clause would be read as two.
    """
    written = files("govengine.language").joinpath("grammar.lark").read_text(encoding="utf-8")
    words: set[str] = set()

    def named(match: re.Match[str]) -> str:
        words.add(match[1])
        return _PREFIX + match[1].upper()

    lines = [line if line[:1].isupper() else _KEYWORD.sub(named, line) for line in written.splitlines()]
    lines += [f"{_PREFIX}{word.upper()}.10: /{word}(?![A-Za-z0-9_-])/" for word in sorted(words)]
    return "\n".join(lines) + "\n"


def alternatives(rule: str) -> tuple[str, ...]:
    """The rules that a rule of `grammar.lark` lists as its alternatives, in the order written.

    Raises:
        KeyError: there is no such rule.

    """
    found = re.search(rf"^{re.escape(rule)}: (.*)$", grammar_text(), re.MULTILINE)
    if found is None:
        raise KeyError(rule)
    return tuple(found[1].split(" | "))


@lru_cache(maxsize=1)
def cel_grammar_text() -> str:
    """The text of cel-python's grammar.

    Found without importing `celpy`, whose import costs more than building the parser.

    Raises:
        ModuleNotFoundError: cel-python is not installed.

    """
    spec = importlib.util.find_spec("celpy")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("cel-python is not installed: its grammar is part of the rule language")
    return (Path(next(iter(spec.submodule_search_locations))) / "cel.lark").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def parser() -> Lark:
    """The LALR parser, with the start symbols `file` and `expr`. Takes a few tenths of a second the first time."""
    from lark import Lark
    from lark.load_grammar import PackageResource

    def load(_base: object, path: str) -> tuple[PackageResource, str]:
        if path == "cel.lark":
            return PackageResource("celpy", path), cel_grammar_text()
        raise OSError(path)

    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="contextual",
        start=["file", "expr"],
        import_paths=[load],
        propagate_positions=True,
        maybe_placeholders=True,
    )


@lru_cache(maxsize=1)
def keywords() -> dict[str, str]:
    """Terminal name → the keyword or sign that it stands for, for terminals that are one fixed text."""
    from lark.lexer import PatternStr

    fixed = {t.name: t.pattern.value for t in parser().terminals if isinstance(t.pattern, PatternStr)}
    words = (t.name for t in parser().terminals if t.name.startswith(_PREFIX))
    return {**fixed, **{name: name.removeprefix(_PREFIX).lower() for name in words}}
