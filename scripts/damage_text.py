"""A sound policy text with its tokens and the stretches of its parse tree: what damage is done to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from govengine.language.grammar import keywords, parser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_FIXED = frozenset(keywords().values())


class Edit(NamedTuple):
    """What to put in the place of a stretch of text. The stretch put there is the damage."""

    start: int
    end: int
    new: str


class Token(NamedTuple):
    """A token: its terminal, text, and offsets; the innermost clause around it; whether in a term with parameters."""

    type: str
    text: str
    start: int
    end: int
    condition: bool
    clause: str
    untyped: bool


class Stretch(NamedTuple):
    """A piece of the parse tree that stands in a rule or block: its rule of the grammar, its parent's, and offsets."""

    kind: str
    parent: str
    start: int
    end: int


@dataclass(slots=True)
class Sound:
    """A text without mistakes, read."""

    text: str
    tokens: list[Token]
    stretches: list[Stretch]

    @staticmethod
    def of(text: str) -> Sound:
        """Read a text.

        Raises:
            UnexpectedInput: it has a mistake already.

        """
        stretches: list[Stretch] = []

        def walk(tree: Any, parent: str) -> None:
            if not hasattr(tree, "children"):
                return
            if not tree.meta.empty:
                stretches.append(Stretch(tree.data, parent, tree.meta.start_pos, tree.meta.end_pos))
            for child in tree.children:
                walk(child, tree.data)

        walk(parser().parse(text, start="file"), "")
        read = parser().parse_interactive(text, start="file")
        clauses = [s for s in stretches if not s.kind.startswith("cel__")]
        conditions = [s for s in stretches if s.kind == "expr" and s.parent != "expr"]
        untyped = [s for s in stretches if s.kind == "term" and "(" in text[s.start : s.end].partition('"')[0]]
        tokens = []
        for token in read.exhaust_lexer():
            start, end = token.start_pos or 0, token.end_pos or 0
            around = [s for s in clauses if s.start <= start and end <= s.end]
            tokens.append(
                Token(
                    token.type, str(token), start, end,
                    any(s.start <= start and end <= s.end for s in conditions),
                    around[-1].kind if around else "",
                    any(s.start <= start < s.end for s in untyped),
                )
            )  # fmt: skip
        return Sound(text, tokens, stretches)

    def each(self, *types: str, condition: bool | None = None) -> Iterator[tuple[int, Token]]:
        """Tokens of some types with their positions; `condition`: only inside, or only outside conditions."""
        for i, token in enumerate(self.tokens):
            if token.type in types and condition in (None, token.condition):
                yield i, token

    def words(self, *texts: str) -> Iterator[tuple[int, Token]]:
        """Tokens that are one of some keywords."""
        wanted = {f"_KW_{t.upper()}" for t in texts}
        yield from self.each(*wanted)


def misspelt(word: str, random: Random) -> str:
    """A word with two letters swapped, or one left out or doubled; never another keyword."""
    for _ in range(50):
        at = random.randrange(1, len(word) - 1) if len(word) > 2 else 0
        way = random.randrange(3)
        if way == 0:
            new = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        else:
            new = word[:at] + (word[at + 1 :] if way == 1 else word[at] + word[at:])
        if new not in (word, "") and new not in _FIXED:
            return new
    return word + "x"
