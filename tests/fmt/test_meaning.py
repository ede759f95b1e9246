"""The style changes no meaning, loses no comment, and is one: on random policies in random layout."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govengine.language.parser import parse
from govengine.language.printer import formatted
from govengine.language.printer_meaning import same_meaning
from govengine.language.source import Source

from .spelling import spell
from .trees import files

_SEPARATORS = (" ", "  ", "\n", "\n\n", "\t", "\n\n\n    ", " // c\n", "\n// c\n", "\n\n  //c\n\n", " // c\n  // c\n")
_COMMENT = re.compile(r"// ?(c\d+)$", re.MULTILINE)


def laid_out(tokens: list[str], separators: list[str]) -> str:
    """Tokens with white space and comments between them, each comment numbered."""
    text, number = "", 0
    for token, separator in zip(tokens, separators, strict=True):
        text += token
        for piece in re.split(r"(c)(?=\n)", separator):
            number += piece == "c"
            text += f"c{number}" if piece == "c" else piece
    return text


@st.composite
def policies(draw: Any) -> tuple[Any, str]:
    tree = draw(files)
    tokens = spell(tree)
    size = len(tokens)
    often = st.sampled_from((" ",) * 20 + _SEPARATORS)
    return tree, laid_out(tokens, draw(st.lists(often, min_size=size, max_size=size)))


_relaxed = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@_relaxed
@given(policies())
def test_the_style_means_what_was_written(held: tuple[Any, str]) -> None:
    tree, text = held
    read, mistakes = parse(Source("x.gov", text))
    assert mistakes == ()
    assert same_meaning(read, tree)
    again, mistakes = parse(Source("x.gov", formatted(text)))
    assert mistakes == ()
    assert same_meaning(again, tree)


@_relaxed
@given(policies())
def test_the_style_is_left_alone(held: tuple[Any, str]) -> None:
    once = formatted(held[1])
    assert formatted(once) == once


@_relaxed
@given(policies())
def test_comments_are_kept(held: tuple[Any, str]) -> None:
    text = held[1]
    assert sorted(_COMMENT.findall(formatted(text))) == sorted(_COMMENT.findall(text))


@_relaxed
@given(policies())
def test_lines_end_where_they_end(held: tuple[Any, str]) -> None:
    styled = formatted(held[1])
    assert not re.search(r"[ \t]\n", styled)
    assert "\n\n\n" not in styled
    assert styled[:1] != "\n"
    assert not styled or (styled[-1:] == "\n" and styled[-2:] != "\n\n")
